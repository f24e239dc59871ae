"""A picture cropped so that a thing is larger in it, or close to one of its edges.

How much of the picture's width or height a thing takes up, and how far it is from an edge, follows
from its box alone. Told is only what is clear at a glance, before as after: a tenth away from half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from counterfoil.mine.english import capital
from counterfoil.mine.perceive.relations import CLOSE, CLOSE_BY, FAR, edges, hull
from counterfoil.mine.propose.crop_aside import plain_subjects, true_captions
from counterfoil.mine.propose.framing import crops, gentlest, whole_in
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.propose.sides import placed
from counterfoil.mine.propose.subject import Subject
from counterfoil.mine.propose.told import Told, told
from counterfoil.mine.propose.wording import Wording
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Mask

PARTS = {"half": 1 / 2, "a third": 1 / 3, "two thirds": 2 / 3, "a quarter": 1 / 4, "three quarters": 3 / 4}
"""Parts of the picture's width or height that people can tell."""

CLEARLY = 0.1
"""How far from such a part something must be, as a share of it."""

PER_THING = 2
"""How many edges one thing comes close to, each in a crop of its own."""

_CLOSE = {FAR.format(edge): CLOSE.format(edge) for edge in ("left", "top", "right", "bottom")}


@dataclass(frozen=True, kw_only=True)
class CropCloser:
    """Propose a crop in which a thing takes up more of the picture's width, or height, than it did.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_closer(told(scene)), self.most)


def _closer(known: Told) -> Iterator[Draft]:
    for subject in plain_subjects(known):
        if not subject.plural:
            yield from islice(_larger(known, subject), 1)


def _larger(known: Told, subject: Subject) -> Iterator[Draft]:
    """Crops in which one thing is larger, the plainest part of the longer side first."""
    left, top, right, bottom = hull(subject.boxes(known))
    sides, whole = {"width": right - left, "height": bottom - top}, whole_in(known, subject.regions)
    for part, share in PARTS.items():
        for axis, before in sorted(sides.items(), key=lambda side: -side[1]):
            if before <= (1 - CLEARLY) * share:
                fine = whole & (before / crops()[:, 2] >= (1 + CLEARLY) * share)
                yield from _grown(known, subject, f"{part} of the {axis}", fine)


def _grown(known: Told, subject: Subject, of: str, fine: Mask) -> Iterator[Draft]:
    for caption, true in true_captions(known, subject, fine):
        crop = gentlest(known, true)
        if crop:
            less, more = f"less than {of}", f"more than {of}"
            edit = Edit(operation="replace", kind="attribute", before=less, after=more)
            text, name = known.scene.captions[caption], capital(subject.name(known, caption))
            changes = (added(text, f"{name} takes up {share} of the picture.") for share in (less, more))
            yield Wording(caption, *changes).draft(edit, subject.regions, (crop.value,))


@dataclass(frozen=True, kw_only=True)
class CropToEdge:
    """Propose a crop in which a thing is close to an edge of the picture from which it was far.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    most: int = 4

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_to_edges(told(scene)), self.most)


def _to_edges(known: Told) -> Iterator[Draft]:
    for subject in plain_subjects(known):
        far = [way for way in edges(subject.boxes(known)) if way in _CLOSE]
        first = known.pick(range(4), "edge", subject.label)
        edges_in_turn = far[first:] + far[:first]
        ways = (draft for way in edges_in_turn for draft in islice(_to_edge(known, subject, way), 1))
        yield from islice(ways, PER_THING)


def _to_edge(known: Told, subject: Subject, far: str) -> Iterator[Draft]:
    """Crops in which a thing is close to an edge, after each caption that names it well."""
    left, top, right, bottom = hull(subject.boxes(known))
    start, upper, side = crops().T
    gaps = left - start, top - upper, start + side - right, upper + side - bottom
    gap = gaps[list(_CLOSE).index(far)] / side
    fine = whole_in(known, subject.regions) & (gap >= 0) & (gap <= CLOSE_BY)
    edit = Edit(operation="replace", kind="relation", before=far, after=_CLOSE[far])
    for caption, true in true_captions(known, subject, fine):
        crop = gentlest(known, true)
        if crop:
            text = known.scene.captions[caption]
            changes = (added(text, placed(known, subject, caption, at)) for at in (edit.before, edit.after))
            yield Wording(caption, *changes).draft(edit, subject.regions, (crop.value,))
