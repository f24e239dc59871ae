"""Items to a batch: every picture and text once, tables that say which belongs to which, then tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import cv2
import numpy as np
import torch
from torch import Tensor

from counterfoil.chance import rng_for
from counterfoil.errors import DataError
from counterfoil.records import Pixels
from counterfoil.train.batches import Batch, Layout
from counterfoil.train.batching import Batching
from counterfoil.train.compose import Chance, Drawn, Entry, Item, Picture, Text
from counterfoil.train.dataset import FoilDataset, Integers
from counterfoil.train.text import Cleaning, content

V = TypeVar("V", Picture, Text)


class Prepare(Protocol):
    """What pictures and texts go through for a model; goes into worker processes."""

    def pixels(self, pictures: Sequence[Pixels], /) -> Tensor:
        """Pictures, uint8 H x W x 3 each, to float32 I x C x H x W."""
        ...

    def tokens(self, texts: Sequence[str], /) -> dict[str, Tensor]:
        """Texts to what the model's text tower takes, each T x W."""
        ...


class Chosen(NamedTuple):
    """What a sampler chose: the step (over all epochs), the epoch, and indices, foils before pairs."""

    step: int
    epoch: int
    indices: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Crop:
    """A random part of a picture; the same part of all pictures of a group, so that they stay comparable.

    Args:
        least: the smallest share of the area that may be left, above 0 and up to 1.
    """

    least: float = 0.9

    def __call__(self, pixels: Pixels, rng: Random) -> Pixels:
        """Cut; the shape of the picture is kept."""
        share = rng.uniform(self.least, 1.0) ** 0.5
        height, width = (max(1, round(side * share)) for side in pixels.shape[:2])
        top = round(rng.random() * (pixels.shape[0] - height))
        left = round(rng.random() * (pixels.shape[1] - width))
        return pixels[top : top + height, left : left + width]


@dataclass(frozen=True, kw_only=True, eq=False)
class Batches:
    """From what a sampler chose to a batch; it does the same in every process.

    Pictures are never mirrored, for captions tell left from right.

    Args:
        foils: the data.
        batching: what a batch consists of.
        prepare: the model's.
        cleaning: of texts, before they are tokenised.
        crop: None to show pictures whole.
        seed: of the captions drawn, and of crops.
    """

    foils: FoilDataset
    batching: Batching
    prepare: Prepare
    cleaning: Cleaning = field(default_factory=Cleaning)
    crop: Crop | None = None
    seed: int = 0

    def __getitem__(self, chosen: Chosen) -> Batch:
        """The batch of one step.

        Raises:
            DataError: a picture cannot be decoded; it names file and key.
        """

        def chance(key: str, purpose: str) -> Random:
            return rng_for(self.seed, key, f"{purpose} {chosen.epoch}")

        entries = [self._entry(place, index, chance) for place, index in enumerate(chosen.indices)]
        compose = self.batching.compose
        items = compose.items(Drawn(chosen.step, entries, chance))
        pictures, texts, layout = lay_out(items, *compose.widths(self.batching.foils), self.cleaning)
        return Batch(
            keys=tuple(item.key for item in items),
            pixels_ICHW=self.prepare.pixels([self._pixels(picture, chance) for picture in pictures]),
            tokens=self.prepare.tokens(texts),
            layout=layout,
        )

    @cached_property
    def _scopes(self) -> Integers:
        """The group that the sampler holds each foil in."""
        return self.foils.keys(self.batching.key)

    def _entry(self, place: int, index: int, chance: Chance) -> Entry:
        number = index - len(self.foils.foils)
        if number < 0:
            foil = self.foils.foil(index)
            return Entry(int(self._scopes[index]), foil.sample, foil.caption, foil)
        sample = self.foils.sample(int(self.foils.sample_P[number]))
        return Entry(-1 - place, sample, chance(sample.key, "caption").choice(sample.captions), None)

    def _pixels(self, picture: Picture, chance: Chance) -> Pixels:
        parts = [self._decoded(number) for number in picture.numbers]
        if self.crop:
            group = str(picture.origin[0])
            parts = [self.crop(part, chance(group, "crop")) for part in parts]
        return parts[0] if len(parts) == 1 else side_by_side(*parts)

    def _decoded(self, number: int) -> Pixels:
        try:
            return self.foils.pictures[number]
        except DataError as error:
            where = self.foils.place_of(number)
            raise DataError(
                f"{where}: cannot be decoded ({error}). Leave it out, or mine it again"
            ) from error


def lay_out(
    items: Sequence[Item], num_negatives: int, num_positives: int, cleaning: Cleaning
) -> tuple[list[Picture], list[str], Layout]:
    """The pictures of items and their texts, each once within its scope, and who has which.

    Args:
        items: of the batch.
        num_negatives: columns for negatives, K.
        num_positives: columns for further captions, P.
        cleaning: of texts; those that are equal after it count as equal.
    """
    images = _Numbered[Picture]()
    texts = _Numbered[Text]()
    columns: dict[str, list[Any]] = {
        "image_N": [images.add(item.scope, item.image) for item in items],
        "text_N": [texts.add(item.scope, item.text) for item in items],
        "negative_text_NK": [[texts.add(i.scope, n.text) for n in i.negatives] for i in items],
        "negative_image_NK": [[images.add(i.scope, n.image) for n in i.negatives] for i in items],
        "positive_text_NP": [[texts.add(i.scope, text) for text in i.positives] for i in items],
    }
    pictures, said = images.values(), [cleaning(text.said) for text in texts.values()]
    layout = Layout(
        image_N=torch.tensor(columns["image_N"]),
        text_N=torch.tensor(columns["text_N"]),
        negative_text_NK=_table(columns["negative_text_NK"], num_negatives),
        negative_image_NK=_table(columns["negative_image_NK"], num_negatives),
        positive_text_NP=_table(columns["positive_text_NP"], num_positives),
        origin_I3=torch.tensor([picture.origin for picture in pictures]),
        origin_T3=torch.tensor([text.origin for text in texts.values()]),
        content_T=torch.tensor([content(text) for text in said]),
    )
    return pictures, said, layout


class _Numbered(Generic[V]):
    """Numbers values in the order in which they come, within their scopes; None has the number -1."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, V], int] = {}

    def add(self, scope: int, value: V | None) -> int:
        return -1 if value is None else self._numbers.setdefault((scope, value), len(self._numbers))

    def values(self) -> list[V]:
        return [value for _, value in self._numbers]


def _table(rows: Sequence[Sequence[int]], width: int) -> Tensor:
    """Rows, filled up with -1."""
    return torch.tensor([[*row, *[-1] * (width - len(row))] for row in rows], dtype=torch.long)


def side_by_side(left: Pixels, right: Pixels) -> Pixels:
    """Two pictures in a square one, as high as the first: each is squeezed into half of it, whole."""
    height = len(left)
    halves = [
        cv2.resize(p, (max(height // 2, 1), height), interpolation=cv2.INTER_AREA) for p in (left, right)
    ]
    return np.asarray(cv2.hconcat(halves), np.uint8)
