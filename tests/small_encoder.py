"""A dual encoder small enough for tests, with patches, words, dropout, scale and bias; and its batches."""

# ruff: noqa: N803, N806, N815 - tensors end in their shape
from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from counterfoil.testing.embedded import share
from counterfoil.train.batches import Batch, Layout


class Pictures(NamedTuple):
    image_ID: Tensor
    patch_IRD: Tensor | None


class Texts(NamedTuple):
    text_TD: Tensor
    token_TWD: Tensor | None
    token_TW: Tensor | None


class SmallEncoder(nn.Module):
    """Pictures of 8 x 8 by a convolution, texts by a bag of words, both projected to 6 dimensions."""

    def __init__(self, seed: int = 0, dropout: float = 0.0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.patches = nn.Conv2d(3, 12, kernel_size=4, stride=4)
        self.words = nn.Embedding(20, 12)
        self.image = nn.Sequential(nn.GELU(), nn.Dropout(dropout), nn.Linear(12, 6))
        self.text = nn.Sequential(nn.GELU(), nn.Dropout(dropout), nn.Linear(12, 6))
        self.log_scale = nn.Parameter(torch.tensor(1.5))
        self.bias = nn.Parameter(torch.tensor([-2.0]))

    def encode_images(self, pixels_ICHW: Tensor, *, patches: bool = False) -> Pictures:
        patch_IRD = self.image(self.patches(pixels_ICHW).flatten(2).transpose(1, 2))
        return Pictures(
            normalize(patch_IRD.mean(1), dim=-1), normalize(patch_IRD, dim=-1) if patches else None
        )

    def encode_texts(self, tokens: dict[str, Tensor], *, words: bool = False) -> Texts:
        token_TW = tokens["input_ids"] > 0
        token_TWD = self.text(self.words(tokens["input_ids"]))
        text_TD = normalize((token_TWD * token_TW[..., None]).sum(1), dim=-1)
        return Texts(text_TD, normalize(token_TWD, dim=-1), token_TW) if words else Texts(text_TD, None, None)


def batch_of(layout: Layout, seed: int = 0, dtype: torch.dtype = torch.float64) -> Batch:
    """Random pictures and words in some layout."""
    chance = torch.Generator().manual_seed(seed)
    words = torch.randint(1, 20, (len(layout.origin_T3), 5), generator=chance)
    lengths = torch.randint(1, 6, (len(words), 1), generator=chance)
    return Batch(
        keys=tuple(str(number) for number in range(len(layout.image_N))),
        pixels_ICHW=torch.randn(len(layout.origin_I3), 3, 8, 8, generator=chance, dtype=torch.float64).to(
            dtype
        ),
        tokens={"input_ids": words * (torch.arange(5) < lengths)},
        layout=layout,
    )


def share_of(batch: Batch, groups: list[int]) -> Batch:
    """What a rank with these groups is given, cut to its longest text."""
    layout, images, texts = share(batch.layout, groups)
    words = batch.tokens["input_ids"][texts]
    return replace(
        batch,
        keys=tuple(batch.keys[: len(layout.image_N)]),
        pixels_ICHW=batch.pixels_ICHW[images],
        tokens={"input_ids": words[:, : int((words > 0).sum(1).max())]},
        layout=layout,
    )
