"""How the picture of a foil was chosen from several: what the editor knows of it becomes scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.score.scorer import Measure
from counterfoil.mine.stage import Run
from counterfoil.records import Foil


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The facts `candidates.*` of a foil, under the same names: see `editors.candidates`."""

    version: ClassVar[int] = 1

    def load(self, run: Run) -> Measure:
        """Nothing to load: return the function that measures."""
        return _told


def _told(foil: Foil) -> dict[str, float]:
    return {name: value for name, value in foil.facts.items() if name.startswith("candidates.")}
