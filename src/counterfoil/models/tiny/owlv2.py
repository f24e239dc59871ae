"""OWLv2."""

from __future__ import annotations

from pathlib import Path

from transformers import Owlv2Config, Owlv2ForObjectDetection, Owlv2ImageProcessorPil, Owlv2Processor

from counterfoil.models.tiny.vocabulary import clip_tokenizer
from counterfoil.models.tiny.weights import TOWER, scatter


def write(folder: Path) -> None:
    """A detector of pictures of 64 x 64, with a box for each of 16 patches."""
    tokenizer = clip_tokenizer(64)
    text = TOWER | {"vocab_size": len(tokenizer), "max_position_embeddings": 64}
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    config = Owlv2Config(
        text_config=text | ends | {"pad_token_id": tokenizer.pad_token_id},
        vision_config=TOWER | {"image_size": 64, "patch_size": 16},
        projection_dim=32,
    )
    scatter(Owlv2ForObjectDetection(config)).save_pretrained(folder)
    pictures = Owlv2ImageProcessorPil(size={"height": 64, "width": 64})
    Owlv2Processor(pictures, tokenizer).save_pretrained(folder)
