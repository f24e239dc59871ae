"""BLIP's head for matching: one transformer reads the text and looks at the picture.

Source: Li et al., BLIP, ICML 2022 (arXiv 2201.12086), section 3.2: image-text matching.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoImageProcessor, AutoTokenizer, BlipForImageTextRetrieval

from counterfoil.errors import ModelError
from counterfoil.models.embedder import Precision, computing
from counterfoil.models.load import UNREADABLE
from counterfoil.records import Pixels


@dataclass(frozen=True, kw_only=True)
class Blip:
    """P(match) of a picture and a text. A picture is encoded once for all of its texts in a batch.

    Args:
        model: a `BlipForImageTextRetrieval`.
        image_processor, tokenizer: its own.
        precision: it computes in.
    """

    model: Any
    image_processor: Any
    tokenizer: Any
    precision: Precision = "fp32"

    def match(self, pictures: Sequence[Pixels], pairs: Sequence[tuple[int, str]]) -> list[float]:
        """The probability that each pair belongs together, 0..1."""
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
        with computing(self.model, self.precision) as device:
            patch_IRD = self.model.vision_model(images["pixel_values"].to(device)).last_hidden_state
            patch_NRD = patch_IRD[[number for number, _ in pairs]]
            token_NWD = self.model.text_encoder(
                input_ids=texts["input_ids"].to(device),
                attention_mask=texts["attention_mask"].to(device),
                encoder_hidden_states=patch_NRD,
                encoder_attention_mask=torch.ones(patch_NRD.shape[:2], dtype=torch.long, device=device),
            ).last_hidden_state
            found: list[float] = self.model.itm_head(token_NWD[:, 0]).float().softmax(-1)[:, 1].tolist()
        return found


def load_blip(name: str, precision: Precision = "fp32") -> Blip:
    """Load a folder or a hub id.

    Raises:
        ModelError: it cannot be loaded, or lacks weights.
    """
    try:
        loaded: Any = BlipForImageTextRetrieval.from_pretrained(
            name, dtype=torch.float32, output_loading_info=True
        )
        image_processor = AutoImageProcessor.from_pretrained(name, backend="pil")
        tokenizer = AutoTokenizer.from_pretrained(name)
    except UNREADABLE as error:
        raise ModelError(f"{name} cannot be loaded as BLIP's matching model: {error}") from error
    model, found = loaded
    if missing := sorted(found["missing_keys"]):
        raise ModelError(f"{name} lacks weights of BLIP's matching model: {', '.join(missing[:3])} ...")
    return Blip(model=model.eval(), image_processor=image_processor, tokenizer=tokenizer, precision=precision)
