"""The Propose stage: ask every rule, and choose few and different edits from what they offer."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from counterfoil.chance import rng_for
from counterfoil.config import unit_name
from counterfoil.mine.propose.rule import Draft, Propose1, Rule
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Proposal, Rejected, Scene

Offer = tuple[str, Draft]
"""The rule that a draft comes from, and the draft."""


@dataclass(frozen=True, kw_only=True)
class Propose:
    """Turn a scene into proposals: of each cell a few, and no two alike.

    Args:
        rules: who proposes.
        max_two_way: two-way proposals per picture.
        max_per_cell: two-way proposals per picture, operation and kind.
        max_text: text-only proposals per caption.
    """

    takes: ClassVar[type] = Scene
    gives: ClassVar[type] = Proposal
    version: ClassVar[int] = 1
    rules: tuple[Rule, ...] = field(default=())
    max_two_way: int = 32
    max_per_cell: int = 10
    max_text: int = 16

    @property
    def heavy(self) -> bool:
        """Whether one of the rules holds weights."""
        return any(getattr(rule, "heavy", False) for rule in self.rules)

    def load(self, run: Run) -> Apply:
        """Load every rule."""
        rules = [(unit_name(rule), rule.load(run)) for rule in self.rules]

        def propose(scenes: Sequence[Scene]) -> list[Proposal | Rejected]:
            return [
                out
                for scene in scenes
                for out in self._of(scene, rules, rng_for(run.seed, scene.key, "propose"))
            ]

        return propose

    def _of(
        self, scene: Scene, rules: Sequence[tuple[str, Propose1]], rng: Random
    ) -> list[Proposal | Rejected]:
        seen: list[Offer] = []
        said: dict[int, list[Offer]] = defaultdict(list)
        for name, rule in rules:
            for draft in rule(scene, rng):
                (seen if draft.two_way else said[draft.caption]).append((name, draft))
        chosen = _different(seen, self.max_two_way, self.max_per_cell)
        for caption in sorted(said):
            chosen += _different(said[caption], self.max_text, self.max_text)
        if not chosen:
            return [Rejected(record=scene, key=scene.key, stage="propose", reason="nothing_to_edit")]
        return [draft.proposal(scene, number, name) for number, (name, draft) in enumerate(chosen)]


def _different(offers: Iterable[Offer], most: int, most_per_cell: int) -> list[Offer]:
    """Cell by cell in turn, the first offers of each first, no two of the same content."""
    cells: dict[tuple[str, str], dict[Hashable, Offer]] = defaultdict(dict)
    for offer in offers:
        draft = offer[1]
        edit = draft.edit
        content = (draft.targets, draft.values, edit.after) if draft.two_way else draft.negative_changes
        cells[edit.operation, edit.kind].setdefault(content, offer)
    limited = [list(cell.values())[:most_per_cell] for cell in cells.values()]
    return [offer for turn in itertools.zip_longest(*limited) for offer in turn if offer is not None][:most]
