"""The Instruct stage: an edit as an instruction, carried out by a model that changes pictures as told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from counterfoil.mine.editors.candidates import Attempt, Candidates
from counterfoil.mine.editors.whole import whole_pictures
from counterfoil.mine.english import with_article
from counterfoil.mine.stage import Apply, Run
from counterfoil.models.repainter import Repainter
from counterfoil.records import Foil, Rejected, Reworded


@dataclass(frozen=True, kw_only=True)
class Instruct:
    """Change the picture of every two-way proposal; a text-only one passes through.

    The model sees the whole picture and is told no place: it may change more than the edit says.

    Args:
        painter: from pictures and instructions to pictures.
        candidates: how many are painted, and which is kept.
    """

    takes: ClassVar[type] = Reworded
    gives: ClassVar[type] = Foil
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True
    painter: Repainter
    candidates: Candidates = field(default_factory=Candidates)

    def load(self, run: Run) -> Apply:
        """Load the model."""
        draw = partial(whole_pictures, self.painter.load(), instruction)
        paint = self.candidates.load(run, "instruct")

        def instruct(proposals: Sequence[Reworded]) -> list[Foil | Rejected]:
            return paint(proposals, draw)

        return instruct


def instruction(attempt: Attempt) -> str:
    """What the model is told.

    | edit | told | for the original painted again |
    |---|---|---|
    | replace object | Replace the dog with a black cat. | Replace the dog with a dog. |
    | replace attribute of a known thing | Make the car blue. | Make the car red. |
    | remove, add object | Remove the dog. / Add a dog. | as all others |
    | any other | Change the picture so that it shows: "NEGATIVE CAPTION". | the same with the true caption |
    """
    proposal, edit = attempt.proposal, attempt.proposal.edit
    to = edit.before if attempt.original else edit.after
    match edit.operation, edit.kind:
        case "replace", "object":
            return f"Replace the {edit.before} with {with_article(to)}."
        case "replace", "attribute" if proposal.targets:
            return f"Make the {proposal.scene.regions[proposal.targets[0]].label} {to}."
        case "remove", "object" if not attempt.original:
            return f"Remove the {edit.before}."
        case "add", "object" if not attempt.original:
            return f"Add {with_article(edit.after)}."
    shown = proposal.true_caption if attempt.original else proposal.negative_caption
    return f'Change the picture so that it shows: "{shown}".'
