"""An audit as a page, as Markdown and as plots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from counterfoil.audit.audit import PARTS, Readings
from counterfoil.markdown import reading
from counterfoil.page import Table, write_page

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Told = Mapping[str, Any]
"""What stands in audit.json."""

_BLUE, _ORANGE = "#0072b2", "#e69f00"
"""Two of Okabe and Ito's colours, which colour-blind readers can tell."""

_NOTE = (
    "AUC of a blind reader that is asked whether one caption, or one picture, is the negative one (0.5: it "
    "cannot tell), with its 95 % interval over groups; in brackets its share of right answers on seeing both."
)


def write_report(told: Told, readings: Readings, page: Path) -> Path:
    """Write PAGE.html, PAGE.md and the plots PAGE.png and PAGE.scores.png; return the page's path.

    Raises:
        DataError: the folder cannot be written.
    """
    return write_page(
        page,
        title="Audit",
        command="audit",
        tables=list(tables(told)),
        plots={
            ".png": ("AUC of blind readers", _aucs(told)),
            ".scores.png": ("What blind readers say of true and of negative sides", _scores(readings)),
        },
    )


def summary(told: Told) -> Table:
    """The AUCs overall and by part, as cards and the terminal show them."""
    lines = [("all", {**told, "n": told["counts"]["foils"]})]
    lines += [(name, part) for by in PARTS for name, part in told[f"by_{by}"].items()]
    rows = [
        (name, f"{part['n']:,}", *(reading(part[modality]) for modality in _MODALITIES))
        for name, part in lines
    ]
    notes = [_NOTE, *(f"No {what}: {why}." for what, why in told["reasons"].items())]
    return Table(
        title="Blind readers", notes=notes, head=("", "foils", "captions alone", "pictures alone"), rows=rows
    )


_MODALITIES = ("text", "picture")


def tables(told: Told) -> Iterator[Table]:
    """All tables of the page."""
    yield summary(told)
    yield Table(
        title="What gives foils away",
        notes=["By the share of foils (of groups, for what is shared) that it surely gives away."],
        head=("", "name", "share", "in words"),
        rows=[
            (finding["what"], finding["name"], f"{finding['given_away']:.3f}", finding["told"])
            for finding in told["findings"][:_MOST]
        ],
    )
    cues = [("text", cue) for cue in told["cues"]["text"]]
    cues += [("picture", cue) for cue in told["cues"]["picture"]]
    cues += [("picture and box, not blind", cue) for cue in told["with_the_box"]]
    yield Table(
        title="Each cue by itself",
        notes=[
            "Readers that know the foil's box see whether a thing is there: the AUC above leaves them out."
        ],
        head=("cue", "of", "AUC"),
        rows=[(cue["name"], modality, reading(cue)) for modality, cue in cues],
    )
    yield Table(
        title="Features that lean to one side",
        notes=["`p` is of a sign test over groups, times the number of features that were tried."],
        head=("feature", "cue", "more in the negative", "more in the true", "p"),
        rows=[
            (
                repr(one["name"]),
                one["cue"],
                f"{one['negative']:,}",
                f"{one['true']:,}",
                f"{one['chance']:.2g}",
            )
            for modality in _MODALITIES
            for one in told["features"][modality]
        ],
    )
    yield Table(
        title="Words by role",
        notes=["How many more negative and true captions have a word than the other caption of their foil."],
        head=("word", "negative", "true", "p", "in no true caption"),
        rows=[
            (
                one["word"], f"{one['negative']:,}", f"{one['true']:,}", f"{one['chance']:.2g}",
                "yes" if one["only_in_negatives"] else "",
            )
            for one in told["words"]
        ],
    )  # fmt: skip
    for modality in _MODALITIES:
        yield _examples(modality, told["examples"][modality])
    yield from _alike(told)


_MOST = 20


def _examples(modality: str, examples: Sequence[Told]) -> Table:
    names = ("key", "editor", "caption", "negative_caption")
    return Table(
        title=f"Told most surely by {'captions' if modality == 'text' else 'pictures'} alone",
        notes=["At most one foil of a group."],
        head=("foil", "editor", "caption", "negative caption"),
        rows=[tuple(str(one[name]) for name in names) for one in examples],
    )


def _alike(told: Told) -> Iterator[Table]:
    for title, found in (("Duplicates within", told["duplicates"]), ("Shared with the other", told["leaks"])):
        if found is not None:
            counts = ", ".join(f"{what} {n['exact']} exact, {n['near']} near" for what, n in _counts(found))
            yield Table(
                title=title,
                notes=[f"{counts}; {found['groups']} groups."],
                head=("", "how", "one", "other", "text"),
                rows=[
                    tuple(x[n] for n in ("what", "how", "one", "other", "told")) for x in found["examples"]
                ],
            )


def _counts(found: Told) -> list[tuple[str, Told]]:
    return [(what, found[what]) for what in ("captions", "pictures")]


def _aucs(told: Told) -> Figure:
    from matplotlib.figure import Figure

    lines = [
        ("all", told),
        *((f"{by}: {name}", part) for by in PARTS for name, part in told[f"by_{by}"].items()),
    ]
    figure = Figure(figsize=(8, 0.32 * len(lines) + 1), layout="constrained")
    axes = figure.subplots()
    for modality, colour, shift in (("text", _BLUE, -0.12), ("picture", _ORANGE, 0.12)):
        read = [(place + shift, part[modality]) for place, (_, part) in enumerate(lines) if part[modality]]
        if read:
            places, found = zip(*read, strict=True)
            _ranges(axes, places, found, colour, "captions" if modality == "text" else "pictures")
    axes.axvline(0.5, color="#888", linewidth=1)
    axes.set_yticks(range(len(lines)), [name for name, _ in lines], parse_math=False)
    axes.set(
        ylim=(len(lines) - 0.5, -0.5), xlim=(0, 1), xlabel="AUC, with its 95 % interval; 0.5: cannot tell"
    )
    axes.legend(frameon=False, fontsize="small")
    return figure


def _ranges(axes: Axes, places: Sequence[float], found: Sequence[Told], colour: str, label: str) -> None:
    axes.plot([one["auc"] for one in found], places, "o", color=colour, label=label)
    axes.hlines(places, [one["low"] for one in found], [one["high"] for one in found], color=colour)


def _scores(readings: Readings) -> Figure:
    from matplotlib.figure import Figure

    said = {"captions": readings.text, "pictures": readings.picture}
    shown = [(name, one) for name, one in said.items() if one is not None]
    figure = Figure(figsize=(8, 2.6), layout="constrained")
    for axes, (name, one) in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        every = np.concatenate([one.true, one.negative])
        low, high = np.quantile(every, (0.01, 0.99))
        edges = np.linspace(low, high if high > low else low + 1, 31)
        axes.hist(one.true, edges, color=_BLUE, alpha=0.5, label="true")
        axes.hist(one.negative, edges, histtype="step", color=_ORANGE, linewidth=1.5, label="negative")
        axes.set(xlabel=f"score of {name}", yticks=[])
        axes.legend(frameon=False, fontsize="small")
    return figure
