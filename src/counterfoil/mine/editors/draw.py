"""The Draw stage: the first editor that draws an edit's kind paints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from counterfoil.config import unit_name
from counterfoil.mine.editors.editor import Editor, Paint, Refused
from counterfoil.mine.stage import Apply, Run, rng_for
from counterfoil.records import Foil, Kind, Operation, Rejected, Reworded, grow


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Paint the negative picture of every two-way proposal; a text-only one passes through."""

    takes: ClassVar[type] = Reworded
    gives: ClassVar[type] = Foil
    version: ClassVar[int] = 1
    editors: tuple[Editor, ...] = field(default=())

    def load(self, run: Run) -> Apply:
        """Load every editor."""
        painters: dict[tuple[Operation, Kind], tuple[str, Paint]] = {}
        for editor in self.editors:
            paint = editor.load(run)
            for cell in editor.draws:
                painters.setdefault(cell, (unit_name(editor), paint))

        def draw(proposals: Sequence[Reworded]) -> list[Foil | Rejected]:
            return [_draw(proposal, painters, run.seed) for proposal in proposals]

        return draw


def _draw(
    proposal: Reworded, painters: dict[tuple[Operation, Kind], tuple[str, Paint]], seed: int
) -> Foil | Rejected:
    if not proposal.two_way:
        return grow(proposal, Foil, patch=None, editor="")
    edit = proposal.edit
    if (edit.operation, edit.kind) not in painters:
        detail = f"no editor of this recipe draws {edit.operation} {edit.kind}"
        return Rejected(record=proposal, key=proposal.key, stage="draw", reason="no_editor", detail=detail)
    editor, paint = painters[edit.operation, edit.kind]
    painted = paint(proposal, rng_for(seed, proposal.key, editor))
    if isinstance(painted, Refused):
        return Rejected(
            record=proposal, key=proposal.key, stage=editor, reason=painted.reason, detail=painted.detail
        )
    return grow(proposal, Foil, patch=painted.patch, editor=editor, facts=painted.facts)
