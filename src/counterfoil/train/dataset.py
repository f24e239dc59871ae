"""Groups to train from: pictures with captions and foils, known by their columns alone.

Nothing here has read a picture: `pictures` gives one by its number when it is asked for, in whatever
process asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from torch.utils.data import ConcatDataset, Dataset

from counterfoil.chance import rng_for
from counterfoil.errors import DataError, RecipeError, unknown
from counterfoil.records import Pixels
from counterfoil.train.text import words_of

NO_PICTURE = -1
"""The picture of a text-only foil."""

SAMPLES = pa.schema(
    [
        ("key", pa.string()),
        ("captions", pa.list_(pa.string())),
        ("file", pa.string()),
        ("digest", pa.binary(16)),
    ]
)
"""Columns of samples: key, captions, the file it stands in, a digest of its picture (null: unknown)."""

_NAMES = ("key", "operation", "kind", "before", "caption", "negative_caption")
_SCORES = pa.list_(pa.struct([("name", pa.string()), ("value", pa.float64())]))
FOILS = pa.schema([*((name, pa.string()) for name in _NAMES), ("scores", _SCORES)])
"""Columns of foils, as `shards` has them."""

Integers = NDArray[np.int64]


class Pictures(Protocol):
    """Pictures by number, uint8 H x W x 3, decoded when asked for; goes into worker processes."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Pixels: ...


class Sample(NamedTuple):
    """A picture that nobody changed. `picture` is its number; samples of one group show the same."""

    key: str
    group: int
    captions: tuple[str, ...]
    picture: int


class Foil(NamedTuple):
    """What an edit made of a sample.

    `picture` is `NO_PICTURE` where only the words were changed, and `positive` where the original fact was
    not painted again.
    """

    key: str
    number: int
    sample: Sample
    caption: str
    negative_caption: str
    picture: int
    positive: int = NO_PICTURE


@dataclass(frozen=True, kw_only=True, eq=False)
class FoilDataset:
    """Samples and their foils, as columns.

    Args:
        samples: see `SAMPLES`.
        foils: see `FOILS`.
        pictures: of samples and foils.
        picture_S: each sample's picture.
        sample_F: each foil's sample, its row in `samples`.
        picture_F: each foil's picture, or `NO_PICTURE`.
        positive_F: the picture of each foil's original fact painted again, or `NO_PICTURE`.
        group_S: each sample's group: the same number where the same picture is known to stand twice.
        sample_P: the samples that make ordinary pairs: a picture with one of its captions.
    """

    samples: pa.Table
    foils: pa.Table
    pictures: Pictures
    picture_S: Integers
    sample_F: Integers
    picture_F: Integers
    positive_F: Integers
    group_S: Integers
    sample_P: Integers

    def sample(self, row: int) -> Sample:
        """A sample by its row."""
        key, captions = (self.samples[name][row].as_py() for name in ("key", "captions"))
        return Sample(key, int(self.group_S[row]), tuple(captions or ()), int(self.picture_S[row]))

    def foil(self, row: int) -> Foil:
        """A foil by its row, which is also its number."""
        key, caption, negative = (
            self.foils[name][row].as_py() for name in ("key", "caption", "negative_caption")
        )
        sample = self.sample(int(self.sample_F[row]))
        pictures = int(self.picture_F[row]), int(self.positive_F[row])
        return Foil(key, row, sample, caption, negative, *pictures)

    @property
    def two_way(self) -> NDArray[np.bool_]:
        """Which foils have a picture."""
        return np.asarray(self.picture_F != NO_PICTURE)

    def keys(self, what: str) -> Integers:
        """The group that each foil is of, by what a sampler is to hold together: a key of `KEYS`.

        Raises:
            RecipeError: no such key.
        """
        if what not in KEYS:
            raise RecipeError(unknown("key of groups", what, KEYS))
        if what == "foil":
            return np.arange(len(self.foils))
        group_F = self.group_S[self.sample_F].tolist()
        told = self.foils[KEYS[what]].to_pylist() if KEYS[what] else [""] * len(group_F)
        numbers: dict[tuple[int, str], int] = {}
        parts = zip(group_F, map(words_of, told), strict=True)
        return np.fromiter((numbers.setdefault(part, len(numbers)) for part in parts), np.int64)

    def scores(self, name: str) -> NDArray[np.float64]:
        """A score of each foil.

        Raises:
            DataError: some foil does not have it.
        """
        scored = self.foils["scores"].combine_chunks()
        fields, foil = pc.list_flatten(scored), pc.list_parent_indices(scored)
        chosen = pc.equal(pc.struct_field(fields, "name"), name)
        score_F = np.full(len(self.foils), np.nan)
        score_F[foil.filter(chosen).to_numpy()] = pc.struct_field(fields, "value").filter(chosen).to_numpy()
        if np.isnan(score_F).any():
            lacking = self.foils["key"][int(np.isnan(score_F).argmax())]
            known = pc.unique(pc.struct_field(fields, "name")).to_pylist()
            raise DataError(f"foil {lacking} lacks a number to be drawn by: {unknown('score', name, known)}")
        return score_F

    def where(self, wanted_F: NDArray[np.bool_]) -> FoilDataset:
        """The same with some of the foils; every ordinary pair stays."""
        return replace(
            self,
            foils=self.foils.filter(pa.array(wanted_F)),
            sample_F=self.sample_F[wanted_F],
            picture_F=self.picture_F[wanted_F],
            positive_F=self.positive_F[wanted_F],
        )

    def without_pairs(self) -> FoilDataset:
        """The same without ordinary pairs, for those of another dataset: see `join`."""
        return replace(self, sample_P=self.sample_P[:0])

    def split(self, share: float, seed: int) -> tuple[FoilDataset, FoilDataset]:
        """Two halves that share no group: the larger one, and one with `share` (0..1) of the groups.

        Which group goes where depends on the keys of samples, not on their order.
        """
        first_G = np.unique(self.group_S, return_index=True)[1]
        keys = self.samples["key"].take(first_G).to_pylist()
        order = sorted(range(len(keys)), key=lambda g: rng_for(seed, keys[g], "held out").random())
        apart = np.isin(self.group_S, self.group_S[first_G[order[: round(share * len(keys))]]])
        return self._of(~apart), self._of(apart)

    def _of(self, wanted_S: NDArray[np.bool_]) -> FoilDataset:
        kept = self.where(wanted_S[self.sample_F])
        return replace(kept, sample_P=self.sample_P[wanted_S[self.sample_P]])

    def place_of(self, picture: int) -> str:
        """Where a picture stands: file and key, for messages."""
        rows = np.flatnonzero(self.picture_S == picture)
        foils = np.flatnonzero((self.picture_F == picture) | (self.positive_F == picture))
        row = int(rows[0]) if len(rows) else int(self.sample_F[foils[0]])
        key = self.samples["key"][row] if len(rows) else self.foils["key"][int(foils[0])]
        return f"{self.samples['file'][row]}, {key}"


KEYS = {"foil": "key", "caption": "caption", "item": "before", "picture": ""}
"""What foils of one picture are held together by: nothing; the true caption that they answer; what they
change (GNM's item); the picture itself. With the column that tells it."""


def gather(
    samples: pa.Table,
    foils: pa.Table,
    pictures: Pictures,
    *,
    picture_S: Integers,
    sample_F: Integers,
    picture_F: Integers,
    positive_F: Integers | None = None,
) -> FoilDataset:
    """A dataset of these columns, in which the same picture is one group.

    Two samples show the same picture if its bytes are equal, or if key and some caption are: a photo
    may have been encoded twice. Every sample with a caption makes ordinary pairs.
    """
    return FoilDataset(
        samples=samples,
        foils=foils,
        pictures=pictures,
        picture_S=picture_S,
        sample_F=sample_F,
        picture_F=picture_F,
        positive_F=np.full_like(picture_F, NO_PICTURE) if positive_F is None else positive_F,
        group_S=_groups(samples),
        sample_P=np.flatnonzero(pc.fill_null(pc.list_value_length(samples["captions"]), 0).to_numpy()),
    )


def join(*parts: FoilDataset) -> FoilDataset:
    """Several datasets as one, in which the same picture is one group; see `gather`."""
    rows = [0, *np.cumsum([len(part.samples) for part in parts])]
    pictures = [0, *np.cumsum([len(part.pictures) for part in parts])]
    shifted = list(zip(parts, rows, pictures, strict=False))
    joined = gather(
        pa.concat_tables(part.samples for part in parts),
        pa.concat_tables(part.foils for part in parts),
        chained(*(part.pictures for part in parts)),
        picture_S=np.concatenate([part.picture_S + first for part, _, first in shifted]),
        sample_F=np.concatenate([part.sample_F + row for part, row, _ in shifted]),
        picture_F=np.concatenate([_moved(part.picture_F, first) for part, _, first in shifted]),
        positive_F=np.concatenate([_moved(part.positive_F, first) for part, _, first in shifted]),
    )
    return replace(joined, sample_P=np.concatenate([part.sample_P + row for part, row, _ in shifted]))


def _moved(picture_F: Integers, first: int) -> Integers:
    """Numbers of pictures that stand behind others; what is none stays none."""
    return np.where(picture_F == NO_PICTURE, NO_PICTURE, picture_F + first)


def chained(*parts: Pictures) -> Pictures:
    """The pictures of several, one after the other."""
    return ConcatDataset([cast(Dataset[Pixels], part) for part in parts])


def _groups(samples: pa.Table) -> Integers:
    """A number for each sample, equal where two are known to show the same picture."""
    first: dict[object, int] = {}
    parent = list(range(len(samples)))

    def root(row: int) -> int:
        while parent[row] != row:
            row = parent[row]
        return row

    columns = (samples[name].to_pylist() for name in ("key", "captions", "digest"))
    for row, (key, captions, digest) in enumerate(zip(*columns, strict=True)):
        told = [(key, words_of(caption)) for caption in captions or ()]
        for sign in told if digest is None else [digest, *told]:
            parent[root(row)] = root(first.setdefault(sign, row))
    return np.array([root(row) for row in range(len(samples))], np.int64)
