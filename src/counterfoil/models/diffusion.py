"""What all pipelines of diffusers have in common here: chance, sizes, and pictures that are withheld."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image

STEP = 16
"""Sides of pictures are multiples of so many pixels: of a cell of latents, two by two for FLUX."""


def paint(pipeline: Any, seeds: Sequence[int], **told: Any) -> list[Image.Image | None]:
    """Run a pipeline once.

    Args:
        pipeline: ready to work.
        seeds: of the chance of each picture.
        told: what else the pipeline is called with, for all pictures.

    Returns:
        The pictures; None for one that its safety checker blackened, or that came out black altogether.
    """
    # Of the CPU, and one each: what is painted depends on no device and on no neighbour.
    chance = [torch.Generator().manual_seed(seed) for seed in seeds]
    out = pipeline(**told, generator=chance)
    withheld = getattr(out, "nsfw_content_detected", None) or [False] * len(seeds)
    return [
        picture if not refused and any(map(max, picture.getextrema())) else None
        for picture, refused in zip(out.images, withheld, strict=True)
    ]


def trained_side(pipeline: Any) -> int:
    """The side of the pictures that a pipeline was trained on, in pixels."""
    network = getattr(pipeline, "unet", None)
    size = pipeline.default_sample_size if network is None else network.config.sample_size
    return int(size * pipeline.vae_scale_factor)


def canvas(height: int, width: int, side: int) -> tuple[int, int]:
    """Height and width to paint at: the shape of a picture, with about the area of a square of `side`.

    Example:
        >>> canvas(480, 640, 512), canvas(32, 32, 64)
        ((448, 592), (64, 64))
    """
    scale = side / (height * width) ** 0.5
    tall, wide = (max(round(length * scale / STEP), 1) * STEP for length in (height, width))
    return tall, wide
