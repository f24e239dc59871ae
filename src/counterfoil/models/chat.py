"""Any model that chats about pictures, asked to describe one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from counterfoil.models.describer import Describe1, Description
from counterfoil.models.hosting import Checkpoint, halving
from counterfoil.models.vqa import load_vqa
from counterfoil.records import Pixels


@dataclass(frozen=True, kw_only=True)
class Chat:
    """The answer to a question about each picture is its caption; the likeliest words, no chance.

    Args:
        checkpoint: of any model of transformers that takes pictures and texts and gives texts.
        question: that is asked.
        most: tokens of an answer.
    """

    tiny: ClassVar[str] = "chat"
    checkpoint: Checkpoint
    question: str = "Describe this photo in one sentence. Name the things in it and their colours."
    most: int = 80

    def load(self) -> Describe1:
        """See `Describer`.

        Raises:
            ModelError: it does not chat.
        """
        chat = load_vqa(self.checkpoint)

        def describe(pictures: Sequence[Pixels]) -> list[Description]:
            asked = [(number, self.question) for number in range(len(pictures))]
            answers = chat.answers(pictures, asked, self.most)
            return [Description(" ".join(answer.split())) for answer in answers]

        return partial(halving, self.checkpoint.batch, describe)
