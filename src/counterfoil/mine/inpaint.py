"""The Inpaint stage: a diffusion model paints the negative pictures, within the mask of the edit alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from counterfoil.chance import rng_for
from counterfoil.config import unit_name
from counterfoil.mine.prompt import prompt_of
from counterfoil.mine.stage import Apply, Run
from counterfoil.mine.window import blended, grown, window_around
from counterfoil.models.embedder import in_lots
from counterfoil.models.inpainter import ImageEditor, Painting
from counterfoil.pictures import to_pixels
from counterfoil.records import Foil, Mask, Pixels, Rejected, Reworded, grow

Pick = Callable[[Sequence[Sequence[Foil]]], Sequence[int]]


class Chooser(Protocol):
    """A frozen dataclass that finds the best of several tries at each edit."""

    version: ClassVar[int]

    def load(self, run: Run) -> Pick:
        """Give the function that takes the tries at each edit, at least one, and numbers the best."""
        ...


@dataclass(frozen=True, kw_only=True)
class First:
    """The first try that could be shown."""

    version: ClassVar[int] = 1

    def load(self, run: Run) -> Pick:
        """See `Chooser`."""
        return lambda tried: [0] * len(tried)


class Job(NamedTuple):
    """A proposal with where it is to be painted."""

    proposal: Reworded
    mask: Mask
    window: tuple[slice, slice]


@dataclass(frozen=True, kw_only=True)
class Inpaint:
    """Paint every two-way proposal; a text-only one passes through.

    The model sees the smallest window that holds the mask, at least `crop` pixels a side where the
    picture has them. Nothing outside the widened mask changes. All proposals of a batch are painted
    together, each by a chance of its own.

    Args:
        painter: the model.
        crop: least side of the window, pixels.
        min_side: a picture whose shorter side has less is refused, pixels.
        dilation: how far the mask is widened, pixels.
        edge: width over which the old pixels turn into the new ones, within the widened mask, pixels.
        candidates: how many tries each edit gets.
        choose: which of them is kept.
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
    candidates: int = 1
    choose: Chooser = field(default_factory=First)

    def load(self, run: Run) -> Apply:
        """Load the painter and the chooser."""
        paint, pick = self.painter.load(), self.choose.load(run)

        def apply(proposals: Sequence[Reworded]) -> list[Foil | Rejected]:
            jobs = [self._job(proposal) for proposal in proposals]
            able = [job for job in jobs if isinstance(job, Job)]
            painted = paint([painting for job in able for painting in self._paintings(job, run.seed)])
            made = self._best(able, list(in_lots(painted, self.candidates)), pick)
            return [next(made) if isinstance(job, Job) else job for job in jobs]

        return apply

    def _job(self, proposal: Reworded) -> Job | Foil | Rejected:
        if not proposal.two_way:
            return grow(proposal, Foil, patch=None, editor="")
        scene = proposal.scene
        if min(scene.height, scene.width) < self.min_side:
            size = f"{scene.width} x {scene.height}, under {self.min_side} pixels"
            return _refused(proposal, "smaller_than_crop", size)
        mask = _mask(proposal)
        if mask is None:
            return _refused(proposal, "no_box", f"nobody knows where {proposal.edit.before!r} is")
        if not mask.any():
            return _refused(proposal, "empty_mask", f"the mask of {proposal.edit.before!r} has no pixel")
        wide = grown(mask, self.dilation)
        return Job(proposal, wide, window_around(wide, self.crop))

    def _paintings(self, job: Job, seed: int) -> Iterator[Painting]:
        proposal = job.proposal
        for number in range(self.candidates):
            chance = rng_for(seed, proposal.key, f"inpaint/{number}")
            yield Painting(
                picture=proposal.scene.pixels[job.window],
                mask=job.mask[job.window],
                prompt=prompt_of(proposal),
                seed=chance.getrandbits(63),
            )

    def _best(
        self, jobs: Sequence[Job], painted: Sequence[Sequence[Pixels | None]], pick: Pick
    ) -> Iterator[Foil | Rejected]:
        """The best try at each job that could be shown."""
        tried = [
            [self._foil(job, pixels) for pixels in tries if pixels is not None]
            for job, tries in zip(jobs, painted, strict=True)
        ]
        best = iter(pick([foils for foils in tried if foils]))
        for job, foils in zip(jobs, tried, strict=True):
            yield foils[next(best)] if foils else _refused(
                job.proposal, "black_picture", "the safety checker would not show it, or the model failed"
            )

    def _foil(self, job: Job, pixels: Pixels) -> Foil:
        patch = blended(job.proposal.scene.pixels, job.mask, job.window, pixels, self.edge)
        return grow(job.proposal, Foil, patch=patch, editor=unit_name(self))


def _mask(proposal: Reworded) -> Mask | None:
    """Where the picture is to change: the targets, or, where there are none, the edit's box."""
    scene, box = proposal.scene, proposal.edit.box
    if proposal.targets:
        return np.any([scene.mask(target) for target in proposal.targets], axis=0)
    if box is None:
        return None
    left, top, right, bottom = to_pixels(box, scene.height, scene.width)
    mask = np.zeros((scene.height, scene.width), np.bool_)
    mask[top:bottom, left:right] = True
    return mask


def _refused(proposal: Reworded, reason: str, detail: str) -> Rejected:
    return Rejected(record=proposal, key=proposal.key, stage="inpaint", reason=reason, detail=detail)
