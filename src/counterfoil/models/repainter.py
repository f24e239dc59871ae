"""Whole pictures by diffusion: from words alone, or from a picture and an instruction how to change it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from PIL import Image

from counterfoil.models.diffusion import canvas, paint, trained_side
from counterfoil.models.hosting import Checkpoint, halving, load_pipeline
from counterfoil.records import Pixels


class Wish(NamedTuple):
    """A picture to begin with, or to match in size alone; words; and the seed of the chance."""

    picture: Pixels
    prompt: str
    seed: int


Repaint = Callable[[Sequence[Wish]], list[Pixels | None]]
"""Each painted at the size of its picture; None where the model would not show what it painted."""


class Repainter(Protocol):
    """A frozen dataclass of settings; `load` gives the function that paints whole pictures."""

    def load(self) -> Repaint:
        """Load the weights."""
        ...


@dataclass(frozen=True, kw_only=True)
class TextToImage:
    """Words to a picture, of the shape of the given one and of nothing else of it.

    Args:
        checkpoint: of a pipeline; its safety checker, where it has one, is obeyed.
        steps: of denoising.
        guidance: how much the prompt counts.
        side: of the square whose area is painted, in pixels; 0 for the one that the model was trained on.
        pipeline: its class in diffusers.
    """

    tiny: ClassVar[str] = "sd"
    checkpoint: Checkpoint
    steps: int = 50
    guidance: float = 7.5
    side: int = 0
    pipeline: str = "AutoPipelineForText2Image"

    def load(self) -> Repaint:
        """See `Repainter`."""
        pipeline = load_pipeline(self.checkpoint, self.pipeline)

        def painted(size: tuple[int, int], wishes: Sequence[Wish]) -> list[Pixels | None]:
            settings = {"num_inference_steps": self.steps, "guidance_scale": self.guidance}
            return _painted(pipeline, wishes, settings | {"height": size[0], "width": size[1]})

        return partial(_by_size, painted, self.checkpoint.batch, self.side or trained_side(pipeline))


@dataclass(frozen=True, kw_only=True)
class InstructionEditor:
    """A picture and an instruction to the picture changed, as InstructPix2Pix does.

    Source: Brooks et al., InstructPix2Pix, CVPR 2023 (arXiv 2211.09800).

    Args:
        checkpoint: of a pipeline; its safety checker, where it has one, is obeyed.
        steps: of denoising.
        guidance: how much the instruction counts.
        faithfulness: how much the picture counts, where the pipeline asks for that.
        side: of the square whose area is painted, in pixels; 0 for the one that the model was trained on.
        pipeline: its class in diffusers; "FluxKontextPipeline" and "QwenImageEditPipeline" for those.
    """

    tiny: ClassVar[str] = "instruct_pix2pix"
    checkpoint: Checkpoint
    steps: int = 50
    guidance: float = 7.5
    faithfulness: float = 1.5
    side: int = 0
    pipeline: str = "StableDiffusionInstructPix2PixPipeline"

    def load(self) -> Repaint:
        """See `Repainter`."""
        pipeline = load_pipeline(self.checkpoint, self.pipeline)
        known = signature(pipeline.__call__).parameters

        def painted(size: tuple[int, int], wishes: Sequence[Wish]) -> list[Pixels | None]:
            height, width = size
            settings = {
                "num_inference_steps": self.steps,
                "guidance_scale": self.guidance,
                "image_guidance_scale": self.faithfulness,
                "height": height,
                "width": width,
            }
            asked = {name: value for name, value in settings.items() if name in known}
            return _painted(
                pipeline, wishes, asked | {"image": [_resized(wish.picture, size) for wish in wishes]}
            )

        return partial(_by_size, painted, self.checkpoint.batch, self.side or trained_side(pipeline))


def _by_size(
    painted: Callable[[tuple[int, int], Sequence[Wish]], list[Pixels | None]],
    batch: int,
    side: int,
    wishes: Sequence[Wish],
) -> list[Pixels | None]:
    """Pictures of one batch have one size."""
    places: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, wish in enumerate(wishes):
        height, width, _ = wish.picture.shape
        places[canvas(height, width, side)].append(place)
    found: dict[int, Pixels | None] = {}
    for size, some in places.items():
        made = halving(batch, partial(painted, size), [wishes[place] for place in some])
        found.update(zip(some, made, strict=True))
    return [found[place] for place in range(len(wishes))]


def _painted(pipeline: Any, wishes: Sequence[Wish], settings: dict[str, Any]) -> list[Pixels | None]:
    prompts = [wish.prompt for wish in wishes]
    pictures = paint(pipeline, [wish.seed for wish in wishes], prompt=prompts, **settings)
    return [
        None if picture is None else np.asarray(_resized(picture, wish.picture.shape[:2]))
        for picture, wish in zip(pictures, wishes, strict=True)
    ]


def _resized(picture: Image.Image | Pixels, size: tuple[int, ...]) -> Image.Image:
    whole = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    return whole.resize((size[1], size[0]), Image.Resampling.LANCZOS)
