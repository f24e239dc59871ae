"""One thing less of its kind, or one more: a proposal in, a patch (or a refusal) out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.cutouts import Cutouts
from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.editors.paste import paste
from counterfoil.mine.editors.remove import OF_SEVERAL, Limits, erase, refusal
from counterfoil.mine.editors.twin import is_twin, twin
from counterfoil.mine.stage import Run
from counterfoil.records import Kind, Operation, Reworded


@dataclass(frozen=True, kw_only=True)
class Recount:
    """Takes the targets away, or, where the proposal has a value, pastes one more of it.

    That is a copy of the one target where the box has its size, else a cut-out of another photo.

    Args:
        limits: what can be taken away.
    """

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "count")})
    version: ClassVar[int] = 4
    limits: Limits = OF_SEVERAL

    def load(self, run: Run) -> Paint:
        """Open the bank of cut-outs and return the function that paints."""
        cutouts = Cutouts(run.folder)

        def paint(proposal: Reworded, rng: random.Random) -> Painted | Refused:
            if proposal.values and proposal.edit.box and is_twin(proposal):
                return twin(proposal.scene, proposal.targets[0], proposal.edit.box, rng)
            if proposal.values:
                return paste(proposal.scene, cutouts, proposal, rng)
            if refused := refusal(proposal.scene, proposal.targets, self.limits):
                return refused
            return erase(proposal.scene, proposal.targets, rng, self.limits)

        return paint
