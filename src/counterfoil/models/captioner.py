"""BLIP that writes captions.

Source: Li et al., BLIP, ICML 2022 (arXiv 2201.12086).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from transformers import AutoProcessor, BlipForConditionalGeneration

from counterfoil.models.describer import Describe1, Description
from counterfoil.models.embedder import computing
from counterfoil.models.hosting import Checkpoint, halving, load_beside, load_model
from counterfoil.records import Pixels


@dataclass(frozen=True, kw_only=True)
class Captioner:
    """A caption of each picture, the most likely that a search finds: no chance in it.

    Args:
        checkpoint: of a `BlipForConditionalGeneration`.
        beams: captions that are followed at a time.
        most: tokens of a caption.
    """

    tiny: ClassVar[str] = "blip"
    checkpoint: Checkpoint
    beams: int = 3
    most: int = 40

    def load(self) -> Describe1:
        """See `Describer`."""
        model = load_model(self.checkpoint, BlipForConditionalGeneration)
        processor = load_beside(self.checkpoint, AutoProcessor, backend="pil")

        def describe(pictures: Sequence[Pixels]) -> list[Description]:
            inputs = processor(images=list(pictures), return_tensors="pt", input_data_format="channels_last")
            with computing(model) as device:
                told = model.generate(
                    **inputs.to(device, dtype=model.dtype),
                    num_beams=self.beams,
                    max_new_tokens=self.most,
                    do_sample=False,
                )
            texts = processor.batch_decode(told, skip_special_tokens=True)
            return [Description(" ".join(text.split())) for text in texts]

        return partial(halving, self.checkpoint.batch, describe)
