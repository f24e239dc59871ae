"""The audit: what blind readers make of a dataset, and by what; as it stands in audit.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterfoil import shards
from counterfoil.audit.foils import Shown
from counterfoil.audit.intervals import Interval
from counterfoil.audit.leaning import Leaning, leanings
from counterfoil.audit.likelihood import Likelihood
from counterfoil.audit.likeness import Like, duplicates, leaks
from counterfoil.audit.material import NEEDED, Material, Progress, material
from counterfoil.audit.naive_bayes import NaiveBayes
from counterfoil.audit.network import Network
from counterfoil.audit.picture_cues import blind
from counterfoil.audit.reader import Reader, Said, Sides, evenly, together
from counterfoil.audit.text_cues import TEXT_CUES
from counterfoil.errors import ModelError

COUNTED = ("words", "characters")
"""Cues of which naive Bayes can make something."""

_FEWEST = 5
_SURE = 0.001
_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What the readers said of the material, each cue by itself and all together."""

    seen: Material
    reader: Reader = field(default_factory=Reader)
    network: Network = field(default_factory=Network)

    @cached_property
    def text(self) -> Said:
        """Of all captions: by weights on all cues, and by naive Bayes, which finds many small leanings."""
        bayes = NaiveBayes(seed=self.reader.seed)
        counted = (bayes.read(self.seen.texts[cue], self.seen.groups) for cue in COUNTED)
        return evenly([together(self.cues["text"].values()), *counted])

    @cached_property
    def picture(self) -> Said | None:
        """Of all pictures, by all cues that need no box; None where `why_not` says why.

        Where a picture was changed is no secret of the picture: who knows the box of a thing that is gone
        sees that it is empty.
        """
        return None if self.why_not else together(self.cues["picture"].values())

    @property
    def why_not(self) -> str:
        """Why no picture is read."""
        groups = len(set(self._pictured))
        if not groups:
            return "there are no two-way foils"
        return f"{groups} groups have two-way foils, {NEEDED} are needed" if groups < NEEDED else ""

    @cached_property
    def cues(self) -> dict[str, dict[str, Said]]:
        """By modality and cue, of those that need no box."""
        pictured = self._each_picture(blind(self.seen.pictures))
        if pictured and self.seen.views is not None:
            pictured["network"] = self.network.read(self.seen.views, self._pictured)
        return {"text": self._each(self.seen.texts, self.seen.groups), "picture": pictured}

    @cached_property
    def with_the_box(self) -> dict[str, Said]:
        """By cue, of those that look where the foil's box is: they are not blind."""
        seen = self.seen.pictures
        return self._each_picture({name: seen[name] for name in seen.keys() - blind(seen).keys()})

    @property
    def pictured(self) -> list[Shown]:
        """The two-way foils."""
        return [foil for foil in self.seen.foils if foil.two_way]

    @property
    def _pictured(self) -> NDArray[np.int64]:
        return self.seen.groups[self.seen.two_way]

    def _each_picture(self, sides: Mapping[str, Sides]) -> dict[str, Said]:
        return {} if self.why_not else self._each(sides, self._pictured)

    def _each(self, sides: Mapping[str, Sides], groups: NDArray[np.int64]) -> dict[str, Said]:
        return {name: self.reader.read(of_cue, groups) for name, of_cue in sides.items()}


def audit(
    dataset: Path,
    *,
    against: Path | None = None,
    limit: int | None = None,
    language_model: str = "",
    network: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> tuple[dict[str, Any], Readings]:
    """Audit a finished dataset.

    Args:
        dataset: a folder that mine has written.
        against: another one, or files of a benchmark, whose captions and pictures it should not share.
        limit: only the first groups.
        language_model: folder or hub id of one that says how likely captions are; "" for none.
        network: let a small convolutional network read pictures, too.
        progress: told what is being done.

    Returns:
        What stands in audit.json, and what the readers said.

    Raises:
        DataError: no finished dataset, a damaged one, or one with too few groups.
        ModelError: scikit-learn is missing, torch for a network, or the language model cannot be loaded.
    """
    check_installed(network)
    asked = {"likelihood": Likelihood(model=language_model)} if language_model else {}
    seen = material(dataset, limit, progress, {**TEXT_CUES, **asked}, network=network)
    readings = Readings(seen=seen)
    progress("asking blind readers", 0, None)
    told = _told(readings)
    same = duplicates(seen.captions, seen.prints)
    shared = leaks(seen.captions, seen.prints, against, None) if against else None
    told |= {
        "dataset": shards.read_manifest(dataset)["fingerprint"],
        "duplicates": _likes(same),
        "leaks": None if shared is None else {"against": against and against.name, **_likes(shared)},
        "findings": _findings(readings, told, same, shared or []),
        "versions": {name: version(name) for name in ("scikit-learn", "numpy", "scipy")},
    }
    if shared is None:
        told["reasons"]["leaks"] = "nothing to compare with was given (--against)"
    return told, readings


def check_installed(network: bool) -> None:
    """Raises ModelError where scikit-learn is missing, or torch for a network."""
    needed = {"scikit-learn": ("an audit", "audit")}
    if network:
        needed["torch"] = ("a network that reads pictures", "torch")
    for package, (who, extra) in needed.items():
        try:
            version(package)
        except PackageNotFoundError:
            raise ModelError(f"{who} needs {package}: pip install 'counterfoil[{extra}]'") from None


def _told(readings: Readings) -> dict[str, Any]:
    seen = readings.seen
    reasons = {"picture": readings.why_not} if readings.why_not else {}
    return {
        "text": as_told(readings.text),
        "picture": readings.picture and as_told(readings.picture),
        "reasons": reasons,
        "counts": {
            "groups": len({foil.group for foil in seen.foils}),
            "foils": len(seen.foils),
            "two_way": int(seen.two_way.sum()),
            "text_only": int((~seen.two_way).sum()),
        },
        **{f"by_{name}": _parts(readings, part) for name, part in PARTS.items()},
        "cues": {
            "text": _ranked(readings.cues["text"], seen.texts),
            "picture": _ranked(readings.cues["picture"], seen.looks),
        },
        "with_the_box": _ranked(readings.with_the_box, seen.pictures),
        "features": {
            "text": _features(seen.texts, seen.groups),
            "picture": _features(seen.pictures, seen.groups[seen.two_way]),
        },
        "words": [_word(one) for one in _words(seen)[:_SHOWN]],
        "examples": {
            "text": _examples(seen.foils, readings.text),
            "picture": _examples(readings.pictured, readings.picture),
        },
    }


PARTS: dict[str, Callable[[Shown], str]] = {
    "operation": lambda foil: foil.operation,
    "kind": lambda foil: foil.kind,
    "editor": lambda foil: foil.editor,
    "way": lambda foil: "two-way" if foil.two_way else "text-only",
}
"""What foils are told apart by; "" is left out."""


def _parts(readings: Readings, part: Callable[[Shown], str]) -> dict[str, Any]:
    foils, pictured = readings.seen.foils, readings.pictured
    return {
        name: _part(_of(readings.text, foils, part, name), _of(readings.picture, pictured, part, name))
        for name in sorted({part(foil) for foil in foils} - {""})
    }


def _of(said: Said | None, foils: Sequence[Shown], part: Callable[[Shown], str], name: str) -> Said | None:
    return said and said.only(np.array([part(foil) == name for foil in foils], np.bool_))


def _part(text: Said | None, picture: Said | None) -> dict[str, Any]:
    said = {"text": text, "picture": picture}
    reasons = {modality: reason for modality, one in said.items() if (reason := _too_few(one))}
    told = {
        modality: None if modality in reasons or one is None else as_told(one)
        for modality, one in said.items()
    }
    return {**told, "n": 0 if text is None else len(text.gap), "reasons": reasons}


def _too_few(said: Said | None) -> str:
    if said is None or not len(said.gap):
        return "there are no two-way foils that were read"
    groups = len(set(said.groups))
    return f"{groups} groups, {_FEWEST} are needed" if groups < _FEWEST else ""


def as_told(said: Said) -> dict[str, Any]:
    """AUC and pairs with their intervals, as they stand in audit.json."""
    together = said.together()
    return {
        **_interval("auc", said.alone()),
        "pairs": _interval("accuracy", together),
        "n": len(said.gap),
        "groups": len(set(said.groups)),
    }


def _interval(name: str, interval: Interval) -> dict[str, float]:
    return {
        name: round(interval.value, 4), "low": round(interval.low, 4), "high": round(interval.high, 4)
    }  # fmt: skip


def _ranked(cues: Mapping[str, Said], sides: Mapping[str, Sides]) -> list[dict[str, Any]]:
    """The best first; of those that are not surely worse than it, the one with the fewest features.

    Whoever counts runs of characters sees a long caption, too: what explains it is its length.
    """
    told = [
        {"name": name, **as_told(said), "features": prod(sides[name].true.shape[1:])}
        for name, said in cues.items()
    ]
    best = max((cue["low"] for cue in told), default=0.0)
    told.sort(key=lambda cue: (cue["high"] < best, cue["features"] if cue["high"] >= best else -cue["auc"]))
    return [{**cue, "as_good_as_the_best": cue["high"] >= best} for cue in told]


def _features(sides: Mapping[str, Sides], groups: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Those of all cues that lean most surely."""
    found = [(cue, one) for cue, of_cue in blind(sides).items() for one in leanings(of_cue, groups)[:_SHOWN]]
    found.sort(key=lambda pair: (pair[1].chance, -pair[1].told, pair[0], pair[1].name))
    return [{"cue": cue, "name": one.name, **_lean(one)} for cue, one in found[:_SHOWN]]


def _words(seen: Material) -> list[Leaning]:
    return [one for one in leanings(seen.texts["words"], seen.groups) if " " not in one.name]


def _word(one: Leaning) -> dict[str, Any]:
    return {"word": one.name, **_lean(one), "only_in_negatives": one.only}


def _lean(one: Leaning) -> dict[str, Any]:
    return {
        "negative": one.negative, "true": one.true, "groups": one.groups, "chance": float(f"{one.chance:.3g}")
    }  # fmt: skip


def _examples(foils: Sequence[Shown], said: Said | None) -> list[dict[str, Any]]:
    """The foils that were told most surely, at most one of a group."""
    found: dict[str, dict[str, Any]] = {}
    for place in [] if said is None else np.argsort(-said.gap, kind="stable"):
        foil = foils[place]
        found.setdefault(
            foil.group,
            {
                "key": foil.key, "operation": foil.operation, "kind": foil.kind, "editor": foil.editor,
                "caption": foil.true, "negative_caption": foil.negative,
                "gap": round(float(said.gap[place]), 3) if said else 0.0,
            },
        )  # fmt: skip
    return list(found.values())[:_SHOWN]


def _likes(likes: Sequence[Like]) -> dict[str, Any]:
    counts = {
        f"{what}s": {
            how: sum((like.what, like.how) == (what, how) for like in likes) for how in ("exact", "near")
        }
        for what in ("caption", "picture")
    }
    return {
        **counts,
        "groups": len({like.one for like in likes}),
        "examples": [x._asdict() for x in likes[:_SHOWN]],
    }


def _findings(
    readings: Readings, told: Mapping[str, Any], same: Sequence[Like], shared: Sequence[Like]
) -> list[dict[str, Any]]:
    """All that gives foils away, by the share of foils (of groups, for leaks) that it gives away."""
    counts = told["counts"]
    groups = max(len({print_.group for print_ in readings.seen.prints}), 1)
    twice = [like for like in same if like.what == "picture"]
    sure = [one for one in _words(readings.seen) if one.chance < _SURE]
    found = [
        *_by_reader(readings, told),
        *(_finding("word", one.name, one.told / counts["foils"], _sentence(one)) for one in sure),
        _finding("leak", "groups shared", len({like.one for like in shared}) / groups, _first(shared)),
        _finding("duplicates", "pictures", len({like.one for like in twice}) / groups, _first(twice)),
    ]
    real = [finding for finding in found if finding["given_away"] > 0]
    return sorted(real, key=lambda finding: (-finding["given_away"], finding["what"], finding["name"]))


def _by_reader(readings: Readings, told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Cues and editors by which foils are told: 2 AUC - 1, of the interval's lower end.

    Cues that are as good as the first, and less simple, add nothing. Several cues are looked at, so the
    best of them has to be surer than one alone would.
    """
    for modality, cues in told["cues"].items():
        for cue in [one for place, one in enumerate(cues) if not place or not one["as_good_as_the_best"]]:
            alone = Interval(cue["auc"], cue["low"], cue["high"]).best_of(len(cues))
            yield _finding(f"{modality} cue", cue["name"], 2 * alone.low - 1, f"{cue['name']}: {_auc(alone)}")
    for editor, part in told["by_editor"].items():
        if part["picture"]:
            cue, found = _surest(readings, editor)
            weight = part["picture"]["n"] / told["counts"]["two_way"]
            yield _finding(
                "editor", editor, (2 * found.low - 1) * weight, f"{editor}, by {cue}: {_auc(found)}"
            )


def _auc(found: Interval) -> str:
    return f"AUC {found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def _surest(readings: Readings, editor: str) -> tuple[str, Interval]:
    """The picture cue that tells an editor's foils best, and its AUC of these."""
    chosen = np.array([foil.editor == editor for foil in readings.pictured], np.bool_)
    cues = readings.cues["picture"]
    found = {cue: said.only(chosen).alone().best_of(len(cues)) for cue, said in cues.items()}
    return max(found.items(), key=lambda item: item[1].low)


def _finding(what: str, name: str, given_away: float, told: str) -> dict[str, Any]:
    return {"what": what, "name": name, "given_away": round(given_away, 4), "told": told}


def _sentence(one: Leaning) -> str:
    rest = ", in no true caption" if one.only else ""
    return f"{one.name!r} tells {one.negative} negatives and {one.true} true captions{rest}"


def _first(likes: Sequence[Like]) -> str:
    return next((f"{x.what} of {x.one} is that of {x.other} ({x.how})" for x in likes), "")
