"""A dataset as blind readers see it: each cue's numbers for both sides of every foil, pictures gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.foils import Pictures, Shown, original, pictures, rows, shown
from counterfoil.audit.likeness import Print
from counterfoil.audit.network import Views, view
from counterfoil.audit.picture_cues import PICTURE_CUES, Features, PictureCue
from counterfoil.audit.reader import Groups, Sides
from counterfoil.audit.text_cues import TEXT_CUES, TextCue
from counterfoil.errors import DataError
from counterfoil.shards import Row

NEEDED = 10
"""Groups, at least: fewer say nothing of any other."""

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What an audit works on.

    Args:
        foils: all kept foils.
        texts: by text cue, both captions of every foil.
        pictures: by picture cue, both pictures of every two-way foil, in the foils' order.
        views: what a network is shown of the same pictures; None where none reads.
        captions: group and caption, of all groups.
        prints: of the original pictures.
    """

    foils: tuple[Shown, ...]
    texts: dict[str, Sides]
    pictures: dict[str, Sides]
    views: Sides | None
    captions: tuple[tuple[str, str], ...]
    prints: tuple[Print, ...]

    @property
    def two_way(self) -> NDArray[np.bool_]:
        """Which foils have a negative picture."""
        return np.array([foil.two_way for foil in self.foils], np.bool_)

    @property
    def looks(self) -> dict[str, Sides]:
        """What is seen of pictures, by cue: their numbers, and the views that a network reads."""
        return self.pictures | ({"network": self.views} if self.views is not None else {})

    @property
    def groups(self) -> Groups:
        """A number for each foil's group."""
        numbers = {group: number for number, group in enumerate(sorted({f.group for f in self.foils}))}
        return np.array([numbers[foil.group] for foil in self.foils], np.int64)

    def only(self, chosen: NDArray[np.bool_]) -> Material:
        """The same of some foils."""
        pictured = chosen[self.two_way]
        return replace(
            self,
            foils=tuple(foil for foil, is_chosen in zip(self.foils, chosen, strict=True) if is_chosen),
            texts={name: sides.only(chosen) for name, sides in self.texts.items()},
            pictures={name: sides.only(pictured) for name, sides in self.pictures.items()},
            views=self.views and self.views.only(pictured),
        )


def material(
    dataset: Path,
    limit: int | None,
    progress: Progress,
    text_cues: Mapping[str, TextCue] = TEXT_CUES,
    *,
    network: bool = False,
) -> Material:
    """Read a dataset once; for a network, what it is shown is kept in memory, 48 KiB a two-way foil.

    Raises:
        DataError: it is not finished, damaged, or has too few groups.
        ModelError: scikit-learn is missing, or a cue's model cannot be loaded.
    """
    foils: list[Shown] = []
    seen = _Seen(network)
    captions: list[tuple[str, str]] = []
    prints: list[Print] = []
    for number, row in enumerate(rows(dataset, limit)):
        progress("reading the foils", number, limit)
        foils += shown(row)
        captions += [(row["key"], caption) for caption in row["captions"]]
        prints.append(Print.of(row["key"], original(row)))
        seen.add(row)
    groups = len({foil.group for foil in foils})
    if groups < NEEDED:
        raise DataError(
            f"{dataset} has kept foils of {groups} pictures: an audit needs {NEEDED}, "
            "as readers learn from some and are asked about others"
        )
    return Material(
        foils=tuple(foils),
        texts=texts_of(foils, text_cues),
        pictures=seen.sides(),
        views=seen.shown(),
        captions=tuple(captions),
        prints=tuple(prints),
    )


def texts_of(foils: Sequence[Shown], cues: Mapping[str, TextCue]) -> dict[str, Sides]:
    """Both captions of every foil, by cue."""
    both = [foil.true for foil in foils] + [foil.negative for foil in foils]
    read = {name: cue.read(both) for name, cue in cues.items()}
    n = len(foils)
    return {name: Sides(said.matrix[:n], said.matrix[n:], said.names) for name, said in read.items()}


class _Seen:
    """The numbers of the pictures seen so far, by cue."""

    def __init__(self, network: bool) -> None:
        self.views: tuple[list[Views], list[Views]] | None = ([], []) if network else None
        self.true: dict[str, list[Features]] = {name: [] for name in PICTURE_CUES}
        self.negative: dict[str, list[Features]] = {name: [] for name in PICTURE_CUES}

    def add(self, row: Row) -> None:
        """See a row's two-way foils; what no box matters to is computed once of the original."""
        whole: dict[str, Features] = {}
        for both in pictures(row):
            for name, cue in PICTURE_CUES.items():
                self.true[name].append(_of_original(cue, both, whole, name))
                self.negative[name].append(cue.read(both.negative, both.box))
            for kept, pixels in zip(self.views or (), (both.true, both.negative), strict=False):
                kept.append(view(pixels))

    def shown(self) -> Sides | None:
        """The views; None where none are kept."""
        if not self.views or not self.views[0]:
            return None
        return Sides(np.stack(self.views[0]), np.stack(self.views[1]), ("pixels",))

    def sides(self) -> dict[str, Sides]:
        """As matrices; nothing where there was no two-way foil."""
        return dict(self._sides())

    def _sides(self) -> Iterator[tuple[str, Sides]]:
        for name, true in self.true.items():
            if true:
                yield name, Sides(_matrix(true), _matrix(self.negative[name]), tuple(true[0]))


def _of_original(cue: PictureCue, both: Pictures, whole: dict[str, Features], name: str) -> Features:
    if cue.local:
        return cue.read(both.true, both.box)
    if name not in whole:
        whole[name] = cue.read(both.true, None)
    return whole[name]


def _matrix(features: Sequence[Features]) -> NDArray[np.float64]:
    return np.array([list(one.values()) for one in features])
