"""What a sampler chose becomes items: which picture, which captions, which negatives.

A composition is a frozen dataclass with one method, `items`. It handles numbers of pictures and
texts; nothing is decoded yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple, Protocol

from counterfoil.errors import DataError
from counterfoil.train.batches import ORIGINAL
from counterfoil.train.dataset import NO_PICTURE, Foil, Sample
from counterfoil.train.text import content, words_of

Chance = Callable[[str, str], Random]
"""A generator for a key and a purpose: another one in each epoch, the same one in every process."""

Origin = tuple[int, int, int]
"""Group, item and foil: see `batches.Layout`. An item's number is the content of its caption."""


Modality = Literal["text", "image"]

BOTH: frozenset[Modality] = frozenset({"text", "image"})
"""Negative captions and negative pictures."""


class Picture(NamedTuple):
    """A picture of the dataset by its number; several numbers stand side by side in one picture."""

    numbers: tuple[int, ...]
    origin: Origin


class Text(NamedTuple):
    """A text."""

    said: str
    origin: Origin


class Negative(NamedTuple):
    """What is false of an item; either may be lacking."""

    text: Text | None
    image: Picture | None


class Item(NamedTuple):
    """A picture with a caption.

    Args:
        key: for messages.
        scope: within it, the same picture or text is encoded once.
        image, text: the picture and its caption.
        negatives: captions false of the picture, with the pictures that they are true of.
        positives: further captions true of the picture.
    """

    key: str
    scope: int
    image: Picture
    text: Text
    negatives: tuple[Negative, ...] = ()
    positives: tuple[Text, ...] = ()


class Entry(NamedTuple):
    """One thing that a sampler chose.

    Args:
        scope: the group of the sampler that a foil came with, or below 0, another for each pair.
        sample: the picture.
        caption: one that is true of it: which the foil answers, or drawn for an ordinary pair.
        foil: None for an ordinary pair.
    """

    scope: int
    sample: Sample
    caption: str
    foil: Foil | None


class Drawn(NamedTuple):
    """What a sampler chose for one step of one rank.

    Args:
        step: counted over all epochs, from 0.
        entries: foils first.
        chance: what captions are drawn by.
    """

    step: int
    entries: list[Entry]
    chance: Chance


class Composition(Protocol):
    """A frozen dataclass that makes items."""

    def widths(self, foils: int) -> tuple[int, int]:
        """How many negatives and positives an item may have, if a group brings so many foils."""
        ...

    def shown(self) -> frozenset[Modality]:
        """The modalities that a batch has negatives in, if the data have them."""
        ...

    def items(self, drawn: Drawn) -> list[Item]:
        """The items of one step."""
        ...


@dataclass(frozen=True, kw_only=True)
class Squares:
    """The original with its caption, and beside it what each foil says and shows.

    Foils of one group that answer the same caption to the same picture share an item.

    Args:
        texts: take negative captions.
        images: take negative pictures.
        num_positives: further captions of the picture, drawn anew in each epoch.
        repainted: show the original fact painted again, where a foil has that, instead of the original: both
            sides of the square are then a machine's, and paint does not tell which is the negative.
    """

    texts: bool = True
    images: bool = True
    num_positives: int = 0
    repainted: bool = False

    def widths(self, foils: int) -> tuple[int, int]:
        """See `Composition`."""
        return foils, self.num_positives

    def shown(self) -> frozenset[Modality]:
        """See `Composition`."""
        taken: dict[Modality, bool] = {"text": self.texts, "image": self.images}
        return frozenset(modality for modality, some in taken.items() if some)

    def items(self, drawn: Drawn) -> list[Item]:
        """See `Composition`."""
        same: dict[tuple[int, Picture, str], list[Entry]] = {}
        for entry in drawn.entries:
            square = entry.scope, self._image(entry), words_of(entry.caption)
            same.setdefault(square, []).append(entry)
        return [self._item(entries, drawn) for entries in same.values()]

    def _item(self, entries: list[Entry], drawn: Drawn) -> Item:
        first = entries[0]
        foils = [entry.foil for entry in entries if entry.foil]
        return Item(
            key=", ".join(foil.key for foil in foils) or first.sample.key,
            scope=first.scope,
            image=self._image(first),
            text=true_text(first.sample, first.caption),
            negatives=tuple(self._negative(foil) for foil in foils),
            positives=self._positives(first, drawn) if self.num_positives else (),
        )

    def _image(self, entry: Entry) -> Picture:
        foil = entry.foil
        if not self.repainted or foil is None or foil.positive == NO_PICTURE:
            return original(entry.sample)
        return original(entry.sample)._replace(numbers=(foil.positive,))

    def _positives(self, entry: Entry, drawn: Drawn) -> tuple[Text, ...]:
        rng, others = drawn.chance(entry.sample.key, "positives"), other_captions(entry)
        chosen = rng.sample(others, min(len(others), self.num_positives))
        return tuple(true_text(entry.sample, said) for said in chosen)

    def _negative(self, foil: Foil) -> Negative:
        image = self.images and foil.picture != NO_PICTURE
        return Negative(_false_text(foil) if self.texts else None, _edited(foil) if image else None)


@dataclass(frozen=True, kw_only=True)
class Variations:
    """Each foil as a pair of its own, its picture with its caption, and no original: GNM's batches."""

    def widths(self, foils: int) -> tuple[int, int]:
        """See `Composition`."""
        return 0, 0

    def shown(self) -> frozenset[Modality]:
        """See `Composition`."""
        return BOTH

    def items(self, drawn: Drawn) -> list[Item]:
        """See `Composition`.

        Raises:
            DataError: a foil has no picture.
        """
        return [self._item(entry) for entry in drawn.entries]

    def _item(self, entry: Entry) -> Item:
        foil = entry.foil
        if foil is None:
            sample = entry.sample
            return Item(sample.key, entry.scope, original(sample), true_text(sample, entry.caption))
        if foil.picture == NO_PICTURE:
            raise DataError(f"{foil.key} has no picture, so it is no pair: train on two-way foils alone")
        return Item(foil.key, entry.scope, _edited(foil), _false_text(foil))


def other_captions(entry: Entry) -> list[str]:
    """The sample's captions that say something else than the entry's, each once."""
    told = {words_of(caption): caption for caption in reversed(entry.sample.captions)}
    told.pop(words_of(entry.caption), None)
    return list(reversed(told.values()))


def original(sample: Sample) -> Picture:
    """The picture that nobody changed."""
    return Picture((sample.picture,), (sample.group, ORIGINAL, ORIGINAL))


def true_text(sample: Sample, said: str) -> Text:
    """A caption of it."""
    return Text(said, (sample.group, content(said), ORIGINAL))


def _false_text(foil: Foil) -> Text:
    return Text(foil.negative_caption, _origin(foil))


def _edited(foil: Foil) -> Picture:
    return Picture((foil.picture,), _origin(foil))


def _origin(foil: Foil) -> Origin:
    return foil.sample.group, content(foil.caption), foil.number
