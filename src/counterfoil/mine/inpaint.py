"""The Inpaint stage: a diffusion model paints the negative pictures, within the mask of the edit alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress, islice
from operator import not_
from typing import ClassVar, NamedTuple

import numpy as np

from counterfoil.config import unit_name
from counterfoil.mine.editors.candidates import Attempt, Candidates
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.editors.editor import Editor, Refused
from counterfoil.mine.prompt import exchanged, prompts_of
from counterfoil.mine.stage import Apply, Run
from counterfoil.mine.window import blended, grown, joined, window_around
from counterfoil.models.inpainter import ImageEditor, Paint1, Painting
from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Foil, Mask, Patch, Pixels, Rejected, Reworded, Scene


class Place(NamedTuple):
    """Where something is to be painted: the widened mask, and the window that the model sees."""

    mask: Mask
    window: tuple[slice, slice]


@dataclass(frozen=True, kw_only=True)
class Inpaint:
    """Paint every two-way proposal; a text-only one passes through.

    The model sees the smallest window that holds the mask, at least `crop` pixels a side where the
    picture has them. Nothing outside the widened mask changes. Of things that are exchanged each is painted
    in the box of the other. All proposals of a batch are painted together, each by a chance of its own.

    Args:
        painter: the model.
        crop: least side of the window, pixels.
        min_side: a picture whose shorter side has less is refused, pixels.
        dilation: how far the mask is widened, pixels.
        edge: width over which the old pixels turn into the new ones, within the widened mask, pixels.
        candidates: how many are painted of each edit, and which is kept.
        editors: classical ones, that paint what they draw without the model.
    """

    takes: ClassVar[type] = Reworded
    gives: ClassVar[type] = Foil
    version: ClassVar[int] = 1
    heavy: ClassVar[bool] = True

    painter: ImageEditor
    crop: int = 512
    min_side: int = 256
    dilation: int = 8
    edge: int = 4
    candidates: Candidates = field(default_factory=Candidates)
    editors: tuple[Editor, ...] = ()

    def load(self, run: Run) -> Apply:
        """Load the painter, and what chooses between candidates."""
        draw = partial(self._draw, self.painter.load())
        paint, classical = self.candidates.load(run, unit_name(self)), Draw(editors=self.editors).load(run)

        def apply(proposals: Sequence[Reworded]) -> list[Foil | Rejected]:
            known = [self._is_classical(proposal) for proposal in proposals]
            drawn = iter(classical(list(compress(proposals, known))))
            painted = iter(paint(list(compress(proposals, map(not_, known))), draw))
            return [next(drawn if is_known else painted) for is_known in known]

        return apply

    def _is_classical(self, proposal: Reworded) -> bool:
        cell = proposal.edit.operation, proposal.edit.kind
        return any(cell in editor.draws for editor in self.editors)

    def _draw(self, paint: Paint1, attempts: Sequence[Attempt]) -> list[Patch | Refused]:
        where = {proposal.key: self._places(proposal) for proposal, *_ in attempts}
        tasks = [(attempt, where[attempt.proposal.key]) for attempt in attempts]
        paintings = [
            painting
            for attempt, places in tasks
            if not isinstance(places, Refused)
            for painting in _paintings(attempt, places)
        ]
        painted = iter(paint(paintings) if paintings else ())
        return [
            places
            if isinstance(places, Refused)
            else self._patch(attempt, places, list(islice(painted, len(places))))
            for attempt, places in tasks
        ]

    def _places(self, proposal: Reworded) -> tuple[Place, ...] | Refused:
        scene = proposal.scene
        if min(scene.height, scene.width) < self.min_side:
            size = f"{scene.width} x {scene.height}, under {self.min_side} pixels"
            return Refused("smaller_than_crop", size)
        masks = _masks(proposal)
        if not masks:
            return Refused("no_box", f"nobody knows where {proposal.edit.before!r} is")
        if not all(mask.any() for mask in masks):
            return Refused("empty_mask", f"the mask of {proposal.edit.before!r} has no pixel")
        wide = [grown(mask, self.dilation) for mask in masks]
        return tuple(Place(mask, window_around(mask, self.crop)) for mask in wide)

    def _patch(
        self, attempt: Attempt, places: Sequence[Place], painted: Sequence[Pixels | None]
    ) -> Patch | Refused:
        picture = attempt.proposal.scene.pixels
        patches = [
            blended(picture, *place, pixels, self.edge)
            for place, pixels in zip(places, painted, strict=True)
            if pixels is not None
        ]
        if len(patches) < len(places):
            return Refused("black_picture", "the safety checker would not show it, or the model failed")
        return joined(picture, patches)


def _paintings(attempt: Attempt, places: Sequence[Place]) -> list[Painting]:
    prompts = prompts_of(attempt.proposal, original=attempt.original)
    return [
        Painting(
            picture=attempt.proposal.scene.pixels[place.window],
            mask=place.mask[place.window],
            prompt=prompt,
            seed=attempt.seed,
        )
        for place, prompt in zip(places, prompts, strict=True)
    ]


def _masks(proposal: Reworded) -> list[Mask]:
    """Where the picture is to change: all targets as one, or the edit's box; of an exchange each box."""
    scene = proposal.scene
    if exchanged(proposal):
        return [_box_mask(scene, scene.regions[target].box) for target in proposal.targets]
    if proposal.targets:
        return [np.asarray(np.any([scene.mask(target) for target in proposal.targets], axis=0), np.bool_)]
    return [_box_mask(scene, proposal.edit.box)] if proposal.edit.box else []


def _box_mask(scene: Scene, box: Box) -> Mask:
    left, top, right, bottom = to_pixels(box, scene.height, scene.width)
    mask = np.zeros((scene.height, scene.width), np.bool_)
    mask[top:bottom, left:right] = True
    return mask
