"""The Describe stage: a caption of each picture by a model, and what the captions name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.perceive.tags import FILLERS, tags
from counterfoil.mine.stage import Apply, Run
from counterfoil.models.describer import Describer, Description
from counterfoil.parsing import parser
from counterfoil.records import Described, Pictured, grow


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
            return [self._described(*both) for both in zip(batch, said, strict=True)]

        return apply

    def _described(self, picture: Pictured, said: Description) -> Described:
        texts = [text for text in (said.caption, *picture.captions) if text]
        named = [tag for tag in said.tags if tag not in self.deleted]
        return grow(
            picture,
            Described,
            captions=(*picture.captions, *([said.caption] if said.caption else [])),
            description=said.caption,
            tags=tuple(named) or tags(parser().pipe(texts), self.deleted),
        )
