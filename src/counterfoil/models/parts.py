"""Patches of a picture and words of a text in the space of the embeddings, for losses on parts.

A part goes through what the whole goes through after its pooling. Where pooling is attention
(SigLIP), a patch is pooled alone: attention over one thing is that thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

Project = Callable[[Any, Tensor], Tensor]
"""A model and the last hidden state of one of its towers to parts: I x R x D, or T x W x D."""


@dataclass(frozen=True)
class Parts:
    """How a type of model's patches and words are projected. None: they cannot be."""

    patches: Project | None
    words: Project


def _after_class_token(model: Any, hidden: Tensor) -> Tensor:
    """CLIP: the projection of the class token, for all other tokens."""
    projected: Tensor = model.visual_projection(model.vision_model.post_layernorm(hidden[:, 1:]))
    return projected


def _pooled_alone(model: Any, hidden: Tensor) -> Tensor:
    """SigLIP: each patch as if the picture had no other."""
    pooled: Tensor = model.vision_model.head(hidden.flatten(0, 1)[:, None])
    return pooled.view(*hidden.shape[:2], -1)


def _cells(model: Any, hidden: Tensor) -> Tensor:
    """ALIGN: the cells of the convolution's output, I x D x H x W, which are averaged and no more."""
    return hidden.flatten(2).transpose(1, 2)


def _image_projection(model: Any, hidden: Tensor) -> Tensor:
    projected: Tensor = model.visual_projection(hidden)
    return projected


def _text_projection(model: Any, hidden: Tensor) -> Tensor:
    projected: Tensor = model.text_projection(hidden)
    return projected


def _text_head(model: Any, hidden: Tensor) -> Tensor:
    projected: Tensor = model.text_model.head(hidden)
    return projected


PARTS: Mapping[str, Parts] = {
    "clip": Parts(_after_class_token, _text_projection),
    "metaclip_2": Parts(_after_class_token, _text_projection),
    "chinese_clip": Parts(_after_class_token, _text_projection),
    "altclip": Parts(_after_class_token, _text_projection),
    "siglip": Parts(_pooled_alone, _text_head),
    "siglip2": Parts(None, _text_head),  # pictures differ in their number of patches
    "align": Parts(_cells, _text_projection),
    "counterfoil_drawn": Parts(_image_projection, _text_projection),
}
"""By the type that a model's configuration names."""
