"""What a rule of proposing is: a scene in, drafts of proposals out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple, Protocol

from counterfoil.mine.stage import Run
from counterfoil.records import Change, Edit, Proposal, Scene


class Draft(NamedTuple):
    """A proposal before it is chosen; the fields are those of `Proposal`, explained there."""

    edit: Edit
    caption: int
    negative_changes: tuple[Change, ...]
    true_changes: tuple[Change, ...] = ()
    targets: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    two_way: bool = False
    also: tuple[tuple[int, tuple[Change, ...]], ...] = ()

    def proposal(self, scene: Scene, number: int, proposer: str) -> Proposal:
        """The proposal of this draft: the scene's `number`th."""
        edit, caption, negative_changes, true_changes, targets, values, two_way, also = self
        return Proposal(
            key=f"{scene.key}/{number}",
            scene=scene,
            edit=edit,
            proposer=proposer,
            caption=caption,
            negative_changes=negative_changes,
            true_changes=true_changes,
            two_way=two_way,
            targets=targets,
            values=values,
            also=also,
        )


Propose1 = Callable[[Scene, random.Random], Iterable[Draft]]


class Rule(Protocol):
    """A frozen dataclass that knows one way to change one fact; `load` runs once per worker."""

    version: ClassVar[int]

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        ...
