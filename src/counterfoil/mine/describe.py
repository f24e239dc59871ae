"""The Describe stage: a caption of each picture by a model, and what the captions name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import ClassVar

from counterfoil.frozen import grow
from counterfoil.mine.perceive.tags import FILLERS, tags
from counterfoil.mine.stage import Apply, Run
from counterfoil.models.describer import Describer, Description
from counterfoil.parsing import parser
from counterfoil.records import Described, Pictured


@dataclass(frozen=True, kw_only=True)
class Describe:
    """Let a model look at each picture.

    Its caption comes last among the picture's captions. The tags are the describer's own, or, where it
    has none, the nouns of its caption and of the given ones.

    Args:
        describer: the model.
        deleted: words that are no tags.
    """

    takes: ClassVar[type] = Pictured
    gives: ClassVar[type] = Described
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True

    describer: Describer
    deleted: tuple[str, ...] = FILLERS

    def load(self, run: Run) -> Apply:
        """Load the describer and the parser."""
        parser()
        describe = self.describer.load()

        def apply(batch: Sequence[Pictured]) -> list[Described]:
            said = describe([picture.pixels for picture in batch])
            named = [tuple(tag for tag in one.tags if tag not in self.deleted) for one in said]
            texts = [
                [] if own else [text for text in (one.caption, *picture.captions) if text]
                for picture, one, own in zip(batch, said, named, strict=True)
            ]
            parses = parser().pipe(chain.from_iterable(texts))
            read = [tags(islice(parses, len(some)), self.deleted) for some in texts]
            return [
                _described(picture, one, own or nouns)
                for picture, one, own, nouns in zip(batch, said, named, read, strict=True)
            ]

        return apply


def _described(picture: Pictured, said: Description, tags: tuple[str, ...]) -> Described:
    captions = (*picture.captions, *([said.caption] if said.caption else []))
    return grow(picture, Described, captions=captions, description=said.caption, tags=tags)
