"""One more of a few things, a copy of one of them set beside it: "two dogs" are three.

A scene in, drafts out. The copy goes where what lies under and around it looks like what lies under
and around the one that is copied, and where it hides and touches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.bare import Bare, Share, part, parts
from counterfoil.mine.boxmeans import Boxes
from counterfoil.mine.donors import SUPPORTS, kinds, shapely, stands_alone
from counterfoil.mine.editors.hole import share
from counterfoil.mine.editors.twin import stances
from counterfoil.mine.english import NUMBERS
from counterfoil.mine.perceive.fellows import all_annotated
from counterfoil.mine.perceive.relations import MOST_COUNTED
from counterfoil.mine.place import Place
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.wording import Wording, count_words
from counterfoil.mine.stage import Run
from counterfoil.pictures import region_mask, to_pixels
from counterfoil.records import Box, Edit, Fact, Scene

MAX_GROUND, MAX_BEHIND, MAX_ROUGHER = 14.0, 22.0, 5.0
"""Largest difference in Lab of the ground, and of what is hidden; how much rougher it may be."""

MARGIN = 0.015
"""Least area of the box of each thing that is counted, and how many are."""


_GROUND: tuple[Share, ...] = ((0.88, 0.98), (0.98, 1.06), (1.06, 1.14), (1.14, 1.24))
_BEHIND: tuple[Share, ...] = ((0.67, 0.88), (0.33, 0.67), (0.0, 0.33))
"""Rows as shares of the height: around the foot; behind what stands there."""

_COLUMNS = ((-0.05, 0.35), (0.3, 0.7), (0.65, 1.05))
_SIDES = ((-0.4, -0.05), (1.05, 1.4))
_FEET = (0.96, 1.06), (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Twin:
    """Of one to five counted things one is copied.

    Args:
        most: largest number of drafts.
        min_area: least share of the picture that the box of what is copied has.
        max_area: largest.
        max_contact: largest share of its edge that other things touch.
        tried: how many things of a label are tried, the largest first.
    """

    version: ClassVar[int] = 2
    most: int = 2
    min_area: float = 0.004
    max_area: float = 0.15
    max_contact: float = 0.06
    tried: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(self._drafts(scene), self.most)

    def _drafts(self, scene: Scene) -> Iterator[Draft]:
        bare = None
        for fact in _counts(scene):
            donors = self._donors(scene, fact)
            count = len(fact.regions)
            words = count_words(scene, fact.subject, count, count + 1) if donors else None
            if words is None:
                continue
            bare = bare or Bare(scene)
            places = [(place, donor) for donor in donors for place in places_beside(bare, scene, donor)]
            if places and all_annotated(scene, fact.regions):
                place, donor = max(places, key=lambda found: found[0].score)
                yield _draft(fact, place.box, donor, words)

    def _donors(self, scene: Scene, fact: Fact) -> list[int]:
        """The things of a count that can be copied."""
        able = [index for index in fact.regions if self._can_be_copied(scene, index)]
        return sorted(able, key=lambda index: -scene.regions[index].area)[: self.tried]

    def _can_be_copied(self, scene: Scene, index: int) -> bool:
        region, height, width = scene.regions[index], scene.height, scene.width
        if not self.min_area <= region.area <= self.max_area:
            return False
        if region.label in kinds() and not shapely(region, height, width):
            return False
        if not stands_alone(scene.regions, index, height, width, self.max_contact):
            return False
        return contact(scene, index) <= self.max_contact


def _counts(scene: Scene) -> Iterator[Fact]:
    """How many there are of each label that can have a twin."""
    members: dict[str, list[int]] = {}
    for index, region in enumerate(scene.regions):
        members.setdefault(region.label, []).append(index)
    able = frozenset().union(*stances()[:3])
    for label, indices in members.items():
        if label in able and len(indices) <= MOST_COUNTED:
            yield Fact(kind="count", subject=label, value=str(len(indices)), regions=tuple(indices))


def contact(scene: Scene, index: int) -> float:
    """Share of the rim of a thing that lies on other things, but what carries it."""
    left, top, right, bottom = to_pixels(scene.regions[index].box, scene.height, scene.width)
    window = np.s_[max(top - 4, 0) : bottom + 4, max(left - 4, 0) : right + 4]
    mask = np.ascontiguousarray(scene.mask(index)[window]).view(np.uint8)
    rim = cv2.dilate(mask, np.ones((7, 7), np.uint8)) > mask
    touched = np.zeros_like(rim)
    for number, other in enumerate(scene.regions):
        if number != index and other.label not in SUPPORTS and _meet(other.box, scene.regions[index].box):
            touched |= region_mask(other, scene.height, scene.width)[window]
    return share(touched & rim, rim)


def _meet(one: Box, other: Box) -> bool:
    return all(min(one[k + 2], other[k + 2]) > max(one[k], other[k]) - 0.01 for k in (0, 1))


def places_beside(bare: Bare, scene: Scene, donor: int) -> list[Place]:
    """The places for a copy of a region, each with how well it suits (more is better)."""
    region = scene.regions[donor]
    box = np.array([region.box])
    aloft = region.label in stances().air and _is_aloft(bare, box)
    if not aloft and region.label not in stances().ground | stances().table:
        return []
    stands = "table" if region.label in stances().table else "ground"
    boxes = _shifted(region.box, aloft)
    boxes = boxes[(boxes[:, :2].min(1) >= MARGIN) & (boxes[:, 2:].max(1) <= 1 - MARGIN)]
    boxes = boxes[bare.taken(part(boxes, (-0.04, 1.06), (-0.06, 1.06)), stands) < 0.002]
    boxes = boxes[abs(bare.carried(part(boxes, *_FEET)) - bare.carried(part(box, *_FEET))) < 0.1]
    if not len(boxes):
        return []
    ground, rough = _unlike(bare, boxes, box, _GROUND)
    fits = (ground < MAX_GROUND) & (rough < MAX_ROUGHER)
    boxes, ground = boxes[fits], ground[fits]
    if not len(boxes):
        return []
    behind, rough = _unlike(bare, boxes, box, _BEHIND)
    fits = (behind < (MAX_GROUND if aloft else MAX_BEHIND)) & (rough < MAX_ROUGHER)
    far = np.abs(boxes[:, 0] - region.box[0]) / (region.box[2] - region.box[0])
    score = -ground / MAX_GROUND - behind / MAX_BEHIND - np.maximum(rough, 0) / MAX_ROUGHER - 0.2 * far
    return [
        Place((box[0], box[1], box[2], box[3]), float(value))
        for box, value in zip(boxes[fits].tolist(), score[fits], strict=True)
    ]


def _is_aloft(bare: Bare, box: Boxes) -> bool:
    """Whether what is under a thing looks like what is beside it and over it: sky, or a wall."""
    around = [((1.0, 1.15), (0.0, 1.0)), ((-0.15, 0.0), (0.0, 1.0)), *(((0.0, 1.0), side) for side in _SIDES)]
    colours = np.concatenate([bare.looks(part(box, *place))[:, :3] for place in around])
    return bool(np.linalg.norm(colours - colours.mean(0), axis=1).max() < MAX_GROUND)


def _shifted(box: Box, aloft: bool) -> Boxes:
    """Boxes of the same size to both sides of one; all around it where it flies."""
    width, height = box[2] - box[0], box[3] - box[1]
    steps = np.arange(1.1, 4.0, 0.12)
    lower = np.arange(-1.0, 1.01, 0.25) if aloft else np.array([0.0, 0.04, -0.04, 0.08])
    across, down = (
        grid.ravel() for grid in np.meshgrid(np.concatenate([steps, -steps]) * width, lower * height)
    )
    return np.asarray(np.array(box) + np.stack([across, down, across, down], axis=1))


def _unlike(bare: Bare, boxes: Boxes, old: Boxes, rows: Sequence[Share]) -> tuple[Boxes, Boxes]:
    """How unlike the surroundings of a thing some rows of each box are, in colour and in texture.

    What is hidden may also go on beside the new box: then it is no thing that would vanish.
    """
    cells, known = _looks(bare, boxes, rows, _COLUMNS), _looks(bare, old, rows, _SIDES)
    if rows is _BEHIND:
        here = _looks(bare, boxes, rows, _SIDES)
        known = np.concatenate([np.broadcast_to(known, here.shape), here], axis=1)
    steps = np.linalg.norm(cells[:, :, None, :, :3] - known[:, None, ..., :3], axis=-1)
    change = np.fmin.reduce(steps, axis=2, initial=np.inf)
    usual = np.fmax.reduce(known[..., 3], axis=1, initial=-np.inf)
    rougher = cells[..., 3].max(axis=1) - 1.3 * usual
    return change.max(axis=(0, 1)), rougher.max(axis=0)


def _looks(bare: Bare, boxes: Boxes, rows: Sequence[Share], columns: Sequence[Share]) -> NDArray[np.float64]:
    """What is bare in some rows and columns of each box: rows x columns x boxes x 4."""
    return bare.looks(parts(boxes, rows, columns)).reshape(len(rows), len(columns), len(boxes), 4)


def _draft(fact: Fact, box: Box, donor: int, words: Wording) -> Draft:
    before = len(fact.regions)
    edit = Edit(operation="replace", kind="count", before=NUMBERS[before], after=NUMBERS[before + 1], box=box)
    return words.draft(edit, targets=(donor,), values=(fact.subject,))
