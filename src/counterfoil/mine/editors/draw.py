"""The Draw stage: of the editors that draw an edit's cell, the first that takes it paints it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from counterfoil.chance import rng_for
from counterfoil.config import unit_name
from counterfoil.frozen import grow
from counterfoil.mine.editors.editor import NOT_MINE, Editor, Paint, Painted, Refused
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Foil, Kind, Operation, Rejected, Reworded

Cell = tuple[Operation, Kind]


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Paint the negative picture of every two-way proposal; a text-only one passes through."""

    takes: ClassVar[type] = Reworded
    gives: ClassVar[type] = Foil
    version: ClassVar[int] = 1
    editors: tuple[Editor, ...] = field(default=())

    def load(self, run: Run) -> Apply:
        """Load every editor."""
        painters: dict[Cell, list[tuple[str, Paint]]] = defaultdict(list)
        for editor in self.editors:
            paint = editor.load(run)
            for cell in editor.draws:
                painters[cell].append((unit_name(editor), paint))

        def draw(proposals: Sequence[Reworded]) -> list[Foil | Rejected]:
            return [_draw(proposal, painters, run.seed) for proposal in proposals]

        return draw


def _draw(
    proposal: Reworded, painters: Mapping[Cell, Sequence[tuple[str, Paint]]], seed: int
) -> Foil | Rejected:
    if not proposal.two_way:
        return grow(proposal, Foil, patch=None, editor="")
    edit = proposal.edit
    for editor, paint in painters.get((edit.operation, edit.kind), ()):
        painted = paint(proposal, rng_for(seed, proposal.key, editor))
        if isinstance(painted, Painted):
            return grow(proposal, Foil, patch=painted.patch, editor=editor, facts=painted.facts)
        if painted != NOT_MINE:
            return _refused(proposal, editor, painted)
    return _refused(
        proposal, "draw", Refused("no_editor", f"nobody draws {edit.operation} {edit.kind} like this")
    )


def _refused(proposal: Reworded, stage: str, refusal: Refused) -> Rejected:
    return Rejected(
        record=proposal, key=proposal.key, stage=stage, reason=refusal.reason, detail=refusal.detail
    )
