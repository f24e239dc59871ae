"""Inpainting by diffusion: windows of pictures with masks and prompts in, the windows painted out.

Any checkpoint that diffusers opens as a pipeline that inpaints: Stable Diffusion, SDXL, FLUX ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from PIL import Image

from counterfoil.models.diffusion import paint, trained_side
from counterfoil.models.hosting import Checkpoint, halving, load_pipeline
from counterfoil.records import Mask, Pixels


class Painting(NamedTuple):
    """What to paint: a picture, true in the mask where it is to change, words for it, and the chance."""

    picture: Pixels
    mask: Mask
    prompt: str
    seed: int


Paint1 = Callable[[Sequence[Painting]], list[Pixels | None]]
"""Each painted at its own size; None where the model would not show what it painted."""


class ImageEditor(Protocol):
    """A frozen dataclass of settings; `load` gives the function that paints."""

    def load(self) -> Paint1:
        """Load the weights."""
        ...


@dataclass(frozen=True, kw_only=True)
class Inpainter:
    """Inpaint at the model's own size.

    Args:
        checkpoint: of a pipeline; its safety checker, where it has one, is obeyed.
        steps: of denoising.
        guidance: how much the prompt counts.
        size: side in pixels that is painted at; 0 for the one that the model was trained at.
        pipeline: its class in diffusers; "FluxFillPipeline" for FLUX Fill, unknown to the Auto class.
    """

    tiny: ClassVar[str] = "sd_inpaint"
    checkpoint: Checkpoint
    steps: int = 50
    guidance: float = 7.5
    size: int = 0
    pipeline: str = "AutoPipelineForInpainting"

    def load(self) -> Paint1:
        """See `ImageEditor`."""
        pipeline = load_pipeline(self.checkpoint, self.pipeline)
        return partial(halving, self.checkpoint.batch, partial(self._paint, pipeline))

    def _paint(self, pipeline: Any, paintings: Sequence[Painting]) -> list[Pixels | None]:
        side = self.size or trained_side(pipeline)
        pictures = paint(
            pipeline,
            [painting.seed for painting in paintings],
            prompt=[painting.prompt for painting in paintings],
            image=[_fitted(painting.picture, side, Image.Resampling.LANCZOS) for painting in paintings],
            mask_image=[
                _fitted(painting.mask.astype(np.uint8) * 255, side, Image.Resampling.NEAREST)
                for painting in paintings
            ],
            height=side,
            width=side,
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
        )
        return [
            None if picture is None else _back(picture, painting.picture)
            for picture, painting in zip(pictures, paintings, strict=True)
        ]


def _fitted(pixels: Any, side: int, how: Image.Resampling) -> Image.Image:
    return Image.fromarray(pixels).resize((side, side), how)


def _back(painted: Image.Image, picture: Pixels) -> Pixels:
    return np.asarray(painted.resize((picture.shape[1], picture.shape[0]), Image.Resampling.LANCZOS))
