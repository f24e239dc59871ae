"""BLIP's head for matching: one transformer reads the text and looks at the picture.

Source: Li et al., BLIP, ICML 2022 (arXiv 2201.12086), section 3.2: image-text matching.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import AutoImageProcessor, AutoTokenizer, BlipForImageTextRetrieval

from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, load_beside, load_model
from counterfoil.records import Pixels


@dataclass(frozen=True, kw_only=True)
class Blip:
    """P(match) of a picture and a text. A picture is encoded once for all of its texts in a batch.

    Args:
        model: a `BlipForImageTextRetrieval`.
        image_processor, tokenizer: its own.
    """

    model: Any
    image_processor: Any
    tokenizer: Any

    def match(self, pictures: Sequence[Pixels], pairs: Sequence[tuple[int, str]]) -> list[float]:
        """The probability that each pair belongs together, 0..1."""
        found: list[float] = self._heads(pictures, pairs).softmax(-1)[:, 1].tolist()
        return found

    def logits(self, pictures: Sequence[Pixels], pairs: Sequence[tuple[int, str]]) -> list[float]:
        """The logit of "match" of each pair: GNM's `itm_score`."""
        found: list[float] = self._heads(pictures, pairs)[:, 1].tolist()
        return found

    def _heads(self, pictures: Sequence[Pixels], pairs: Sequence[tuple[int, str]]) -> Tensor:
        """The logits of "no match" and "match" of each pair: N x 2, float32."""
        images = self.image_processor(
            images=list(pictures), return_tensors="pt", input_data_format="channels_last"
        )
        texts = self.tokenizer(
            [text for _, text in pairs],
            padding=True,
            truncation=True,
            max_length=self.model.config.text_config.max_position_embeddings,
            return_tensors="pt",
        )
        with computing(self.model) as device:
            patch_IRD = self.model.vision_model(
                images["pixel_values"].to(device, self.model.dtype)
            ).last_hidden_state
            patch_NRD = patch_IRD[[number for number, _ in pairs]]
            token_NWD = self.model.text_encoder(
                input_ids=texts["input_ids"].to(device),
                attention_mask=texts["attention_mask"].to(device),
                encoder_hidden_states=patch_NRD,
                encoder_attention_mask=torch.ones(patch_NRD.shape[:2], dtype=torch.long, device=device),
            ).last_hidden_state
            heads: Tensor = self.model.itm_head(token_NWD[:, 0]).float()
        return heads


def load_blip(checkpoint: Checkpoint) -> Blip:
    """Load BLIP's matching model.

    Raises:
        ModelError: it cannot be loaded, or lacks weights.
    """
    return Blip(
        model=load_model(checkpoint, BlipForImageTextRetrieval),
        image_processor=load_beside(checkpoint, AutoImageProcessor, backend="pil"),
        tokenizer=load_beside(checkpoint, AutoTokenizer),
    )
