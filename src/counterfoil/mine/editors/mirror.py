"""The picture's mirror image: left becomes right. A proposal in, the whole picture (or a refusal) out.

Writing gives a mirror image away, so a picture that seems to show some is refused. Stop signs and
clocks whose outline is as good as symmetric are turned back where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np

from counterfoil.mine.editors.editor import Paint, Painted, Refused
from counterfoil.mine.editors.letters import count_letters
from counterfoil.mine.editors.turn_back import covered, turn_back, turnable
from counterfoil.mine.stage import Run
from counterfoil.records import Kind, Operation, Patch, Same, Scene


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """Flip the whole picture for a fact of left and right.

    Args:
        max_letters: most marks in rows that look like letters; more is writing.
    """

    draws: ClassVar[frozenset[tuple[Operation, Kind]]] = frozenset({("replace", "relation")})
    version: ClassVar[int] = 2
    max_letters: int = 3

    def load(self, run: Run) -> Paint:
        """Get ready and return the function that paints."""
        return lambda proposal, rng: mirror(proposal.scene, self.max_letters)


def mirror(scene: Scene, max_letters: int) -> Painted | Refused:
    """The whole picture flipped, unless it shows writing; several facts of a picture share one image."""
    return _mirror(Same(scene), max_letters)


@lru_cache(1)
def _mirror(same: Same, max_letters: int) -> Painted | Refused:
    scene: Scene = same.value
    turned = turnable(scene)
    letters = count_letters(covered(scene, turned))
    if letters > max_letters:
        return Refused("writing", f"{letters} marks that look like letters in a row")
    flipped = np.asarray(cv2.flip(scene.pixels, 1), np.uint8)
    for region in turned:
        turn_back(flipped, scene, region)
    facts = {"letters": float(letters), "turned_back": float(len(turned))}
    return Painted(Patch.whole(flipped), facts)
