"""A picture cropped so that a thing stands elsewhere in it, or is cut off by its edge.

Where something stands, and whether it is all there, is told of what the captions can only mean, in a
sentence after one that is true of the crop too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

import numpy as np

from counterfoil.mine.perceive.colour import NAMES
from counterfoil.mine.perceive.nouns import group
from counterfoil.mine.perceive.relations import CENTRED, MARGIN, NARROW, hull, stand
from counterfoil.mine.propose.framing import ALIVE, FRAME, crops, faithful, gentlest, shown, whole_in
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.propose.sides import placed
from counterfoil.mine.propose.subject import Subject
from counterfoil.mine.propose.subjects import subjects
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.propose.wording import Wording
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Mask

INSIDE, CUT_OFF = "completely inside the frame", "cut off at the edge"
"""How a thing is before and after a crop goes through it."""

ASIDE = 0.3
"""How much farther from one side of the picture than from the other a thing is that stands aside."""

HALF = (0.4, 0.75)
"""How much of its box is shown of a thing that is cut off: one sees what it is, and that it goes on."""

_GROUND = frozenset(
    {"court", "field", "grass", "lawn", "meadow", "pasture", "plain", "beach", "sand", "shore", "snow"}
    | {"slope", "hill", "hillside", "street", "road", "sidewalk", "path", "tarmac", "runway", "floor"}
    | {"ground", "dirt", "water", "sea", "ocean", "lake", "river", "wave", "clay", "ramp", "board"}
    | {"skateboard", "surfboard"}
)
"""What is under somebody's feet: a crop that cuts them off leaves little of it."""


@dataclass(frozen=True, kw_only=True)
class CropAside:
    """Propose a crop in which a thing stands on the left that stood in the middle or on the right, and so on.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 2
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(self._drafts(told(scene)), self.most)

    def _drafts(self, known: Told) -> Iterator[Draft]:
        for subject in plain_subjects(known):
            yield from islice(_elsewhere(known, subject), 1)


def _elsewhere(known: Told, subject: Subject) -> Iterator[Draft]:
    """Crops in which a thing stands elsewhere, after each caption that names it well."""
    before = "" if _is_between(known, subject) else stand(subject.boxes(known))
    if not before:
        return
    ways = {way: fine for way, fine in _standing(known, subject).items() if way != before}
    for caption, fine in true_captions(known, subject, np.logical_or.reduce([*ways.values()])):
        for after, way in ways.items():
            crop = gentlest(known, fine & way)
            if crop:
                edit = Edit(operation="replace", kind="relation", before=before, after=after)
                yield _words(known, subject, caption, edit).draft(edit, subject.regions, (crop.value,))


def plain_subjects(known: Told) -> Iterator[Subject]:
    """What is told of without words for its size: in another frame another may be the largest."""
    return (subject for subject in subjects(known) if subject.quality in ("", *NAMES))


def _is_between(known: Told, subject: Subject) -> bool:
    """Whether people might not agree if a thing stands in the middle of the picture or on one side."""
    left, _, right, _ = hull(subject.boxes(known))
    return CENTRED < abs(left + right - 1) < ASIDE


def _standing(known: Told, subject: Subject) -> dict[str, Mask]:
    """The crops that show a thing whole, by where it stands in them; clearly so."""
    boxes = np.array(subject.boxes(known))
    start, side = crops()[:, 0], crops()[:, 2]
    left, right = (boxes[:, 0].min() - start) / side, (boxes[:, 2].max() - start) / side
    whole = whole_in(known, subject.regions)
    return {
        "on the left": whole & (right <= 0.5 - MARGIN) & (left + right <= 1 - ASIDE),
        "in the middle": whole & (abs(left + right - 1) <= CENTRED / 2) & (right - left <= NARROW),
        "on the right": whole & (left >= 0.5 + MARGIN) & (left + right >= 1 + ASIDE),
    }


@dataclass(frozen=True, kw_only=True)
class CropThrough:
    """Propose a crop that cuts through a thing that is all in the picture.

    What is alive is only cut off below, as portraits are.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 2
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(self._drafts(told(scene)), self.most)

    def _drafts(self, known: Told) -> Iterator[Draft]:
        for subject in plain_subjects(known):
            if not subject.plural and _is_whole(known, subject):
                yield from islice(_through(known, subject), 1)


def _is_whole(known: Told, subject: Subject) -> bool:
    """Whether a thing ends well within the picture on all sides."""
    left, top, right, bottom = known.scene.regions[subject.regions[0]].box
    return min(left, top, 1 - right, 1 - bottom) >= 2 * FRAME


def _through(known: Told, subject: Subject) -> Iterator[Draft]:
    seen = shown(known)[subject.regions[0]]
    cut = (seen >= HALF[0]) & (seen <= HALF[1])
    is_alive = group(subject.label) in ALIVE
    if is_alive:
        cut &= _below(known.scene.regions[subject.regions[0]].box)
    for caption, fine in true_captions(known, subject, cut):
        if is_alive and not vocabulary(known.scene.parses[caption]).isdisjoint(_GROUND):
            continue
        crop = gentlest(known, fine, subject.regions)
        if crop:
            edit = Edit(operation="replace", kind="attribute", before=INSIDE, after=CUT_OFF)
            yield _words(known, subject, caption, edit).draft(edit, subject.regions, (crop.value,))


def _below(box: Box) -> Mask:
    """The crops that cut through a box from its left to its right."""
    start, top, side = crops().T
    left, upper, right, lower = box
    across = (start <= left - FRAME) & (start + side >= right + FRAME)
    return np.asarray(across & (top <= upper - FRAME) & (top + side < lower))


def true_captions(known: Told, subject: Subject, among: Mask) -> Iterator[tuple[int, Mask]]:
    """The captions after which a thing can be told of, each with those of some crops of which it is true."""
    for caption in known.without_sides(sorted(subject.captions(known))) if among.any() else ():
        fine = among & faithful(known, caption, subject.regions)
        if fine.any():
            yield caption, fine


def _words(known: Told, subject: Subject, caption: int, edit: Edit) -> Wording:
    text = known.scene.captions[caption]
    true, negative = (added(text, placed(known, subject, caption, at)) for at in (edit.before, edit.after))
    return Wording(caption, true, negative)
