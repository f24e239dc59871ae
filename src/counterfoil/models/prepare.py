"""Pictures and texts to tensors, exactly as a model wants them, and without the model.

The work is done by the model's own image processor and tokenizer. What is added here is what each
model was trained with and no file of it says: how long texts are, and whether padding is masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedConfig

from counterfoil.records import Pixels

FLEXIBLE = "siglip2"
"""The type of models that take pictures of any shape as rows of patches (NaFlex)."""

_TRAINED_LENGTH = {"align": 64, "altclip": 77, "chinese_clip": 52}
"""Tokens of a text in training, where the model has more positions than that (papers and model cards)."""

_UNMASKED = ("siglip", "siglip2")
"""Types whose texts are padded to full length and attend to the padding, in training and ever after."""


@dataclass(frozen=True, kw_only=True)
class Prepare:
    """What a model's pictures and texts go through. Can be pickled; needs no weights.

    Args:
        image_processor: the model's, one that works with Pillow alone.
        tokenizer: the model's.
        length: every text is padded and cut to this many tokens.
        masked: the model is told which tokens are padding.
    """

    image_processor: Any
    tokenizer: Any
    length: int
    masked: bool

    def pixels(self, pictures: Pixels | Sequence[Pixels]) -> Tensor:
        """Pictures, uint8 H x W x 3 each, to float32 I x C x H x W: resized, cropped, normalised.

        For a model that takes any shape it is I x 1 x R x V: a row for each patch, see `flexible_inputs`.
        """
        made = self.image_processor(images=pictures, return_tensors="pt", input_data_format="channels_last")
        values: Tensor = made["pixel_values"].float()
        if "spatial_shapes" not in made:
            return values
        shapes = made["spatial_shapes"][:, None].expand(-1, values.shape[1], -1)
        return torch.cat([values, made["pixel_attention_mask"][..., None], shapes], dim=-1)[:, None]

    def tokens(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """Texts to "input_ids" and, where the model is told of padding, "attention_mask", each T x W."""
        made = self.tokenizer(
            list(texts), padding="max_length", truncation=True, max_length=self.length, return_tensors="pt"
        )
        return {name: made[name] for name in ("input_ids", "attention_mask")[: 1 + self.masked]}

    def too_long(self, texts: Sequence[str]) -> list[str]:
        """Those of the texts that have more tokens than the model sees, whose end `tokens` cuts off."""
        whole = self.tokenizer(list(texts), truncation=False, padding=False, verbose=False)["input_ids"]
        return [text for text, ids in zip(texts, whole, strict=True) if len(ids) > self.length]


def prepare_for(config: PreTrainedConfig, image_processor: Any, tokenizer: Any) -> Prepare:
    """What pictures and texts go through for a model of this configuration."""
    positions = getattr(config, "text_config", config).max_position_embeddings
    length = min(positions, _TRAINED_LENGTH.get(config.model_type, positions), tokenizer.model_max_length)
    masked = config.model_type not in _UNMASKED
    return Prepare(image_processor=image_processor, tokenizer=tokenizer, length=length, masked=masked)


def flexible_inputs(rows_I1RV: Tensor) -> dict[str, Tensor]:
    """What `Prepare.pixels` put into one tensor for a model that takes any shape, apart again.

    The last three values of a row are: whether it is a patch, and the picture's height and width in patches.
    """
    values, mask, shapes = rows_I1RV[:, 0].split([rows_I1RV.shape[-1] - 3, 1, 2], dim=-1)
    return {
        "pixel_values": values,
        "pixel_attention_mask": mask[..., 0].long(),
        "spatial_shapes": shapes[:, 0].long(),
    }
