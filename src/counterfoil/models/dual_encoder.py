"""Pictures and texts to embeddings in one space, over any dual encoder of transformers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.nn.functional import normalize

from counterfoil.errors import ModelError
from counterfoil.models.parts import PARTS, Parts
from counterfoil.models.prepare import FLEXIBLE, Prepare, flexible_inputs
from counterfoil.shards import whole_folder


@dataclass(frozen=True, kw_only=True)
class ImageFeatures:
    """Embeddings of pictures, and of their patches if asked for. float32, of length 1."""

    image_ID: Tensor
    patch_IRD: Tensor | None = None


@dataclass(frozen=True, kw_only=True)
class TextFeatures:
    """Embeddings of texts, and of their tokens if asked for. float32, of length 1.

    `token_TW` is true where there is a token and no padding; the marks of start and end count as tokens.
    """

    text_TD: Tensor
    token_TWD: Tensor | None = None
    token_TW: Tensor | None = None


class DualEncoder(nn.Module):
    """A dual encoder: CLIP, SigLIP, SigLIP 2, ALIGN and kin.

    Args:
        model: any model of transformers with `get_image_features` and `get_text_features`.
        prepare: what its pictures and texts go through.
        name: what to call it in messages and cards.

    Attributes:
        model: the model itself, for optimisers, freezing and LoRA.
    """

    def __init__(self, model: Any, prepare: Prepare, name: str) -> None:
        super().__init__()
        self.model = model
        self.prepare = prepare
        self.name = name
        self._own_log_scale = None
        if hasattr(model, "temperature"):  # ALIGN divides by what others multiply with the exponential of
            self._own_log_scale = nn.Parameter(-model.temperature.detach().log())
            model.temperature.requires_grad_(False)

    @property
    def log_scale(self) -> nn.Parameter:
        """The natural logarithm of what cosines are multiplied with: a parameter, of one element."""
        own: nn.Parameter | None = self._own_log_scale
        return self.model.logit_scale if own is None else own

    @property
    def bias(self) -> nn.Parameter | None:
        """What is added to the scaled cosines (SigLIP): a parameter of one element, or None."""
        return getattr(self.model, "logit_bias", None)

    def encode_images(self, pixels_ICHW: Tensor, *, patches: bool = False) -> ImageFeatures:
        """Pictures as `prepare.pixels` makes them to embeddings, and to those of their patches.

        Raises:
            ModelError: patches are asked for, and nobody knows how to project those of this model.
        """
        project = self._parts.patches if patches else None
        if patches and project is None:
            raise ModelError(f"{self.name}: pictures differ in their number of patches; use another loss")
        flexible = self.model.config.model_type == FLEXIBLE
        inputs = flexible_inputs(pixels_ICHW) if flexible else {"pixel_values": pixels_ICHW}
        out = self.model.get_image_features(**inputs)
        patch_IRD = project and _unit(project(self.model, out.last_hidden_state))
        return ImageFeatures(image_ID=_unit(out.pooler_output), patch_IRD=patch_IRD)

    def encode_texts(self, tokens: Mapping[str, Tensor], *, words: bool = False) -> TextFeatures:
        """Texts as `prepare.tokens` makes them to embeddings, and to those of their tokens.

        Raises:
            ModelError: words are asked for, and nobody knows how to project those of this model.
        """
        out = self.model.get_text_features(**(tokens if words else _cut(tokens)))
        text_TD = _unit(out.pooler_output)
        if not words:
            return TextFeatures(text_TD=text_TD)
        token_TWD = _unit(self._parts.words(self.model, out.last_hidden_state))
        padding = tokens["input_ids"] == self.prepare.tokenizer.pad_token_id
        token_TW = tokens["attention_mask"].bool() if "attention_mask" in tokens else ~padding
        return TextFeatures(text_TD=text_TD, token_TWD=token_TWD, token_TW=token_TW)

    def save(self, folder: Path | str, card: str) -> None:
        """Write what `from_pretrained` of transformers opens: weights, tokenizer, image processor, card.

        The folder appears when it is whole.

        Args:
            folder: where; may be there only if it is empty.
            card: the text of its README.md.

        Raises:
            DataError: the folder is in use, or cannot be written.
        """
        with whole_folder(Path(folder)) as unfinished:
            try:
                self._write(unfinished, card)
            except SafetensorError as error:  # what safetensors makes of a full disk
                raise OSError(str(error)) from error

    def _write(self, folder: Path, card: str) -> None:
        if self._own_log_scale is not None:
            with torch.no_grad():
                self.model.temperature.copy_((-self._own_log_scale).exp())
        self.model.save_pretrained(folder)
        _forget_lengths(self.prepare.tokenizer)
        self.prepare.tokenizer.save_pretrained(folder)
        self.prepare.image_processor.save_pretrained(folder)
        (folder / "README.md").write_text(card, encoding="utf-8")

    @property
    def _parts(self) -> Parts:
        kind = self.model.config.model_type
        if kind not in PARTS:
            raise ModelError(f"{self.name}: no way known to patches and words of {kind!r}; use another loss")
        return PARTS[kind]


def _cut(tokens: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Without the columns that are padding in every text: what is masked costs time and changes nothing."""
    if "attention_mask" not in tokens:
        return tokens
    length = int(tokens["attention_mask"].any(0).nonzero().max()) + 1
    return {name: tensor[:, :length] for name, tensor in tokens.items()}


def _forget_lengths(tokenizer: Any) -> None:
    """A tokenizer keeps how it was last asked to pad and cut, and would save that as its own habit."""
    if hasattr(tokenizer, "backend_tokenizer"):
        tokenizer.backend_tokenizer.no_padding()
        tokenizer.backend_tokenizer.no_truncation()


def _unit(features: Tensor) -> Tensor:
    """float32, of length 1 along the last dimension."""
    return normalize(features.float(), dim=-1)
