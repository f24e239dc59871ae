"""How many questions about a foil's pictures a model answers right, where it was edited and on the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from counterfoil.mine.score.questions import Question, is_right, questions
from counterfoil.mine.score.scorer import MeasureAll, Scores
from counterfoil.mine.score.views import Ask, View, ask_all
from counterfoil.mine.stage import Run
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.vqa import load_vqa
from counterfoil.records import Box, Foil, Scene


@dataclass(frozen=True, kw_only=True)
class Tifa:
    """Shares of right answers, 0..1; of painted foils only. What is asked, `questions` tells.

    | score | asked of |
    |---|---|
    | tifa.local | the negative picture around the edit alone; absent for edits of the whole picture |
    | tifa.global | the whole negative picture |
    | tifa.original | the whole original, of which the other answers are right: can the model see it? |

    Args:
        checkpoint: of any model of transformers that chats about pictures.
        around: how much is seen beside a box on each side, as a share of its longer side.
    """

    version: ClassVar[int] = 1
    tiny: ClassVar[str] = "chat"
    checkpoint: Checkpoint
    around: float = 0.25

    def load(self, run: Run) -> MeasureAll:
        """Load the model."""
        answers = load_vqa(self.checkpoint).answers
        return lambda foils: shares_right(foils, answers, self.checkpoint.batch, self.around)


class _Put(NamedTuple):
    """A question, put to a view, and the score that it counts for."""

    view: View
    question: Question
    name: str


def shares_right(foils: Sequence[Foil], ask: Ask[str], batch: int, around: float) -> list[Scores]:
    """The shares of right answers of each foil; see `Tifa`."""
    put = [_put(foil, around) if foil.patch is not None else [] for foil in foils]
    said = ask_all([[(view, question.text) for view, question, _ in some] for some in put], batch, ask)
    return [_shares(some, answers) for some, answers in zip(put, said, strict=True)]


def _put(foil: Foil, around: float) -> list[_Put]:
    asked = questions(foil)
    boxes = [(around_box(foil.scene, q.box, around), q) for q in asked if q.box is not None]
    whole = [question for question in asked if question.everywhere]
    return [
        *(_Put(View(foil, True, box), question, "local") for box, question in boxes),
        *(_Put(View(foil, True), question, "global") for question in whole),
        *(_Put(View(foil, False), question, "original") for question in whole),
    ]


def around_box(scene: Scene, box: Box, around: float) -> Box:
    """A box with a rim, within the picture.

    Args:
        scene: whose picture it is a part of.
        box: the part.
        around: width of the rim, as a share of the box's longer side: thin boxes are seen with what is near.
    """
    left, top, right, bottom = box
    rim = around * max((right - left) * scene.width, (bottom - top) * scene.height)
    across, down = rim / scene.width, rim / scene.height
    return max(left - across, 0), max(top - down, 0), min(right + across, 1), min(bottom + down, 1)


def _shares(put: Sequence[_Put], said: Sequence[str]) -> Scores:
    right: dict[str, list[bool]] = {}
    for (view, question, name), answer in zip(put, said, strict=True):
        expected = question.negative if view.painted else question.original
        right.setdefault(f"tifa.{name}", []).append(is_right(answer, expected))
    return {name: sum(found) / len(found) for name, found in right.items()}
