"""SAM and SAM 2: the thing in a box to its mask, one mask a box.

A picture goes through the large tower once, and its boxes together through the small decoder.
Source: Kirillov et al., Segment Anything, ICCV 2023 (arXiv 2304.02643); Ravi et al., SAM 2, ICLR 2025
(arXiv 2408.00714).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate
from transformers import AutoImageProcessor, Sam2Model, SamModel
from transformers.image_processing_base import ImageProcessingMixin

from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, halving, load_beside, load_model, where
from counterfoil.models.segmenter import Boxed, Segment1
from counterfoil.records import Mask, Pixels


class Prepared(NamedTuple):
    """Pictures as the model wants them, I x 3 x S x S, and how far each one's pixels reach in them."""

    pixels_ICSS: Tensor
    reaches: list[tuple[int, int]]


Square = Callable[[Sequence[Pixels]], Prepared]
"""Gets pictures ready."""


@dataclass(frozen=True, kw_only=True)
class Sam:
    """The first Segment Anything. `checkpoint` is of a `SamModel`."""

    tiny: ClassVar[str] = "sam"
    checkpoint: Checkpoint

    def load(self) -> Segment1:
        """See `Segmenter`."""
        model = load_model(self.checkpoint, SamModel)
        processor = load_beside(self.checkpoint, AutoImageProcessor, backend="pil")

        def prepare(pictures: Sequence[Pixels]) -> Prepared:
            inputs = processor(images=list(pictures), return_tensors="pt", input_data_format="channels_last")
            return Prepared(
                inputs["pixel_values"], [tuple(s) for s in inputs["reshaped_input_sizes"].tolist()]
            )

        return partial(halving, self.checkpoint.batch, partial(_segment, model, prepare))


@dataclass(frozen=True, kw_only=True)
class Sam2:
    """The second Segment Anything, on still pictures. `checkpoint` is of a `Sam2Model`."""

    tiny: ClassVar[str] = "sam2"
    checkpoint: Checkpoint

    def load(self) -> Segment1:
        """See `Segmenter`."""
        model = load_model(self.checkpoint, Sam2Model)
        return partial(halving, self.checkpoint.batch, partial(_segment, model, square_of(self.checkpoint)))


def square_of(checkpoint: Checkpoint) -> Square:
    """What stretches pictures to a model's square; its own processor wants torchvision for that."""
    settings, _ = ImageProcessingMixin.get_image_processor_dict(
        where(checkpoint), revision=checkpoint.revision or "main"
    )
    return partial(_square, settings)


def _square(settings: dict[str, Any], pictures: Sequence[Pixels]) -> Prepared:
    size = (settings["size"]["height"], settings["size"]["width"])
    mean, std = (torch.tensor(settings[name])[:, None, None] for name in ("image_mean", "image_std"))
    stretched = [
        interpolate(
            torch.from_numpy(picture).permute(2, 0, 1)[None].float(), size, mode="bilinear", antialias=True
        )[0]
        for picture in pictures
    ]
    return Prepared((torch.stack(stretched) / 255 - mean) / std, [size] * len(pictures))


def _segment(model: Any, prepare: Square, boxed: Sequence[Boxed]) -> list[list[Mask]]:
    """The masks of each picture's boxes, at the picture's size."""
    prepared = prepare([picture for picture, _ in boxed])
    side = prepared.pixels_ICSS.shape[-1]
    found: list[list[Mask]] = []
    with computing(model) as device:
        seen = model.get_image_embeddings(prepared.pixels_ICSS.to(device, model.dtype))
        for number, ((picture, boxes), reach) in enumerate(zip(boxed, prepared.reaches, strict=True)):
            corners = torch.tensor(boxes) * torch.tensor(reach[::-1] * 2)
            masks = model(
                image_embeddings=[level[number : number + 1] for level in seen]
                if isinstance(seen, list)
                else seen[number : number + 1],
                input_boxes=corners[None].to(device, model.dtype),
                multimask_output=False,
            ).pred_masks[0]
            found.append(at_size(masks, side, reach, picture.shape[:2]))
    return found


def at_size(masks: Tensor, side: int, reach: tuple[int, int], size: tuple[int, ...]) -> list[Mask]:
    """Masks as the model gives them, B x 1 x s x s, at a picture's height and width."""
    whole = interpolate(masks.float(), (side, side), mode="bilinear", align_corners=False)
    within = whole[..., : reach[0], : reach[1]]
    fitted = interpolate(within, tuple(size), mode="bilinear", align_corners=False)[:, 0] > 0
    return [np.ascontiguousarray(mask) for mask in fitted.cpu().numpy()]
