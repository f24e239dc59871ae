"""A small dual encoder of our own: convolutions, two blocks of attention, and one of two ways to pool.

"detectors" averages tokens after a GELU: a mean over detectors, each of which fires or does not. "ends"
takes a class token of the picture and the last token of the text, as CLIP does.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoProcessor,
    CLIPProcessor,
    PreTrainedConfig,
    PreTrainedModel,
)
from transformers.modeling_outputs import BaseModelOutputWithPooling
from transformers.models.clip.modeling_clip import CLIPOutput

STRIDE = 8
"""Pixels to a token, each way: three convolutions that halve."""

POOLINGS = ("detectors", "ends")


class ConvolutionalConfig(PreTrainedConfig):
    """Sizes, and how tokens are pooled (`POOLINGS`).

    `image_size` is a multiple of 8; `num_hidden_layers` are blocks in each tower.
    """

    model_type = "counterfoil_drawn"

    image_size: int = 48
    vocab_size: int = 256
    max_position_embeddings: int = 40
    hidden_size: int = 128
    num_hidden_layers: int = 2
    num_attention_heads: int = 4
    projection_dim: int = 128
    logit_scale_init_value: float = 2.6592
    pooling: str = "detectors"


class ConvolutionalModel(PreTrainedModel):
    """Pictures and texts to one space. Works like transformers' CLIPModel, by the same methods."""

    config_class = ConvolutionalConfig
    base_model_prefix = "counterfoil_drawn"
    main_input_name = "pixel_values"

    def __init__(self, config: ConvolutionalConfig) -> None:
        super().__init__(config)
        width, cells = config.hidden_size, (config.image_size // STRIDE) ** 2
        self.stem = _stem(width)
        self.cell_positions = nn.Parameter(torch.empty(cells, width))
        self.class_token = nn.Parameter(torch.empty(width)) if config.pooling == "ends" else None
        self.vision_blocks = _blocks(config)
        self.vision_detectors = _detectors(config)
        self.visual_projection = nn.Linear(width, config.projection_dim, bias=False)
        self.token_embedding = nn.Embedding(config.vocab_size, width)
        self.token_positions = nn.Parameter(torch.empty(config.max_position_embeddings, width))
        self.text_blocks = _blocks(config)
        self.text_detectors = _detectors(config)
        self.text_projection = nn.Linear(width, config.projection_dim, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(config.logit_scale_init_value))
        self.post_init()  # type: ignore[no-untyped-call]

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        """Torch's own initial weights suffice, but for what is looked up, for convolutions and for attention.

        Convolutions lose most of a signal by torch's own (their gain is 3^-1/2); with He's, shapes are
        learned sooner (docs/log.md). Attention starts as in transformers' CLIP.
        """
        looked_up = [self.cell_positions, self.token_positions, self.token_embedding.weight, self.class_token]
        for table in looked_up if module is self else []:
            if table is not None:
                nn.init.normal_(table, std=0.02)
        if isinstance(module, nn.Conv2d) and module.bias is not None:
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)
        if isinstance(module, nn.MultiheadAttention):
            depth = 2 * self.config.num_hidden_layers
            nn.init.normal_(module.in_proj_weight, std=(module.embed_dim * depth) ** -0.5)
            nn.init.normal_(module.out_proj.weight, std=module.embed_dim**-0.5)

    def get_image_features(self, pixel_values: Tensor, **_: Any) -> BaseModelOutputWithPooling:
        """Pictures, I x 3 x H x W, to `pooler_output` I x D and `last_hidden_state` I x R x width."""
        cells = self.stem(pixel_values).flatten(2).transpose(1, 2) + self.cell_positions
        if self.class_token is not None:
            cells = torch.cat([self.class_token.expand(len(cells), 1, -1), cells], 1)
        for block in self.vision_blocks:
            cells = block(cells)
        found = self.vision_detectors(cells)
        if self.class_token is not None:
            return _output(found[:, 1:], self.visual_projection(found[:, 0]))
        return _output(found, self.visual_projection(found.mean(1)))

    def get_text_features(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, **_: Any
    ) -> BaseModelOutputWithPooling:
        """Texts, T x W, to `pooler_output` T x D and `last_hidden_state` T x W x width."""
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        tokens = self.token_embedding(input_ids) + self.token_positions[: input_ids.shape[1]]
        for block in self.text_blocks:
            tokens = block(tokens, src_key_padding_mask=~mask.bool())
        found = self.text_detectors(tokens)
        length = mask.sum(1, keepdim=True)
        weights = mask / length if self.class_token is None else mask * (mask.cumsum(1) == length)
        return _output(found, self.text_projection((found * weights[..., None]).sum(1)))

    def forward(
        self, input_ids: Tensor, pixel_values: Tensor, attention_mask: Tensor | None = None, **_: Any
    ) -> CLIPOutput:
        """Embeddings of length 1, and their scaled cosines."""
        image, text = (
            nn.functional.normalize(cast(Tensor, output.pooler_output), dim=-1)
            for output in (
                self.get_image_features(pixel_values),
                self.get_text_features(input_ids, attention_mask),
            )
        )
        logits = self.logit_scale.exp() * text @ image.T
        return CLIPOutput(
            logits_per_text=logits, logits_per_image=logits.T, text_embeds=text, image_embeds=image
        )


def _stem(width: int) -> nn.Sequential:
    """Four convolutions, three of which halve height and width."""
    channels = (3, width // 2, width, width, width)
    layers = [
        (nn.Conv2d(before, after, kernel_size=3, stride=stride, padding=1), nn.GELU())
        for (before, after), stride in zip(pairwise(channels), (2, 2, 1, 2), strict=True)
    ]
    return nn.Sequential(*(layer for pair in layers for layer in pair))


def _blocks(config: ConvolutionalConfig) -> nn.ModuleList:
    width = config.hidden_size
    return nn.ModuleList(
        nn.TransformerEncoderLayer(
            width,
            config.num_attention_heads,
            dim_feedforward=4 * width,
            dropout=0.0,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        for _ in range(config.num_hidden_layers)
    )


def _detectors(config: ConvolutionalConfig) -> nn.Sequential:
    """What tokens go through before they are pooled."""
    width = config.hidden_size
    fire = (nn.Linear(width, width), nn.GELU()) if config.pooling == "detectors" else ()
    return nn.Sequential(nn.LayerNorm(width), *fire)


def _output(hidden: Tensor, pooled: Tensor) -> BaseModelOutputWithPooling:
    return BaseModelOutputWithPooling(last_hidden_state=hidden, pooler_output=pooled)


def register() -> None:
    """Tell transformers' Auto classes."""
    AutoConfig.register(ConvolutionalConfig.model_type, ConvolutionalConfig, exist_ok=True)
    AutoModel.register(ConvolutionalConfig, ConvolutionalModel, exist_ok=True)
    AutoProcessor.register(ConvolutionalConfig, CLIPProcessor, exist_ok=True)
