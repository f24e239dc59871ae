"""Random batches of embeddings, with ragged negatives, and what the laws of losses do to them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from counterfoil.train.batches import ORIGINAL, Embeddings, Layout

Origin = tuple[int, int, int]
"""Group, item and foil, as `batches.Layout` counts them."""


@dataclass
class Drawn:
    """A layout as it grows, item by item."""

    images: list[Origin] = field(default_factory=list)
    texts: list[Origin] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    items: list[tuple[int, int, list[int], list[int], list[int]]] = field(default_factory=list)

    def image(self, *origin: int) -> int:
        """Add a picture and give its row."""
        self.images.append(origin)  # type: ignore[arg-type]
        return len(self.images) - 1

    def text(self, *origin: int, words: int | None = None) -> int:
        """Add a text and give its row; texts with the same `words` say the same."""
        self.texts.append(origin)  # type: ignore[arg-type]
        self.words.append(1000 + len(self.words) if words is None else words)
        return len(self.texts) - 1

    def layout(self) -> Layout:
        """What has been added, as tensors."""
        return Layout(
            image_N=torch.tensor([item[0] for item in self.items]),
            text_N=torch.tensor([item[1] for item in self.items]),
            negative_text_NK=ragged([item[2] for item in self.items]),
            negative_image_NK=ragged([item[3] for item in self.items]),
            positive_text_NP=ragged([item[4] for item in self.items]),
            origin_I3=torch.tensor(self.images),
            origin_T3=torch.tensor(self.texts),
            content_T=torch.tensor(self.words),
        )


def ragged(rows: list[list[int]]) -> Tensor:
    """Rows of different lengths as one table, with -1 where there is nothing."""
    width = max(map(len, rows), default=0)
    return torch.tensor([row + [-1] * (width - len(row)) for row in rows]).reshape(len(rows), width).long()


def random_layout(
    seed: int = 0, groups: int = 4, negatives: int = 3, positives: int = 2, painted: float = 0.7
) -> Layout:
    """Groups of one or two items; the last has no negatives, and the same caption as the first."""
    chance, drawn = random.Random(seed), Drawn()
    for group in range(groups):
        photo = drawn.image(group, ORIGINAL, ORIGINAL)
        for item in range(1 + group % 2):
            shared = 7 if item == 0 and group in (0, groups - 1) else None
            caption = drawn.text(group, item, ORIGINAL, words=shared)
            further = [
                drawn.text(group, 10 * item + 10 + n, ORIGINAL) for n in range(chance.randint(0, positives))
            ]
            number = 0 if group == groups - 1 else chance.randint(min(1, negatives), negatives)
            said = [n == 0 or painted == 1 or chance.random() < 0.8 for n in range(number)]
            false = [drawn.text(group, item, n) if said[n] else -1 for n in range(number)]
            shown = [not said[n] or chance.random() < painted for n in range(number)]
            pictures = [drawn.image(group, item, n) if shown[n] else -1 for n in range(number)]
            drawn.items.append((photo, caption, false, pictures, further))
    return drawn.layout()


def random_embeddings(
    layout: Layout, seed: int = 0, width: int = 6, dtype: torch.dtype = torch.float64
) -> Embeddings:
    """Random unit vectors, with patches, words (the last ones padding) and a teacher."""
    chance = torch.Generator().manual_seed(seed)

    def unit(*shape: int) -> Tensor:
        return normalize(torch.randn(*shape, width, generator=chance, dtype=torch.float64), dim=-1).to(dtype)

    images, texts = len(layout.origin_I3), len(layout.origin_T3)
    return Embeddings(
        image_ID=unit(images),
        text_TD=unit(texts),
        layout=layout,
        patch_IRD=unit(images, 4),
        token_TWD=unit(texts, 3),
        token_TW=torch.arange(3) < torch.randint(1, 4, (texts, 1), generator=chance),
        teacher_image_ID=unit(images),
        teacher_text_TD=unit(texts),
    )


def random_batch(seed: int = 0, **sizes: Any) -> Embeddings:
    """Random embeddings in a random layout of these sizes."""
    return random_embeddings(random_layout(seed, **sizes), seed)


def state(scale: float = 5.0, **more: float) -> dict[str, Tensor]:
    """A state with all that any loss learns."""
    numbers = {"scale": scale, "bias": -2.0, "alpha": 0.4, **more}
    return {name: torch.tensor(number, dtype=torch.float64) for name, number in numbers.items()}


def live(e: Embeddings) -> Embeddings:
    """The same with leaves that gather gradient; the teacher's gather none."""
    tower = ("image_ID", "text_TD", "patch_IRD", "token_TWD")
    return replace(e, **{name: getattr(e, name).detach().clone().requires_grad_() for name in tower})


def cast(e: Embeddings, dtype: torch.dtype) -> Embeddings:
    """The same in another precision."""
    rows: dict[str, Any] = {f.name: getattr(e, f.name) for f in fields(e)}
    return replace(e, **{k: v.to(dtype) for k, v in rows.items() if k.endswith("D")})


def without_negatives(e: Embeddings) -> Embeddings:
    """The same batch of items, nothing beside them; the teacher says what the student does."""
    layout = e.layout
    bare = {name: torch.full_like(getattr(layout, name), -1) for name in BESIDE}
    return replace(e, layout=replace(layout, **bare), teacher_image_ID=e.image_ID, teacher_text_TD=e.text_TD)


BESIDE = ("negative_text_NK", "negative_image_NK", "positive_text_NP")
"""The tables of what a layout has beside its items."""


def reordered(e: Embeddings, seed: int = 0) -> Embeddings:
    """The same batch: items, negatives, pictures and texts in another order, tables one column wider."""
    chance = torch.Generator().manual_seed(seed)
    layout = e.layout
    image_order = torch.randperm(len(layout.origin_I3), generator=chance)
    text_order = torch.randperm(len(layout.origin_T3), generator=chance)
    item_order = torch.randperm(len(layout.image_N), generator=chance)
    slot_order = torch.randperm(layout.negative_text_NK.shape[1] + 1, generator=chance)

    def renamed(table: Tensor, order: Tensor) -> Tensor:
        wide = torch.nn.functional.pad(table, (0, 1), value=-1) if table.ndim == 2 else table
        new = torch.cat([order.argsort(), torch.tensor([-1])])[wide]
        return new[item_order]

    moved = Layout(
        image_N=renamed(layout.image_N, image_order),
        text_N=renamed(layout.text_N, text_order),
        negative_text_NK=renamed(layout.negative_text_NK, text_order)[:, slot_order],
        negative_image_NK=renamed(layout.negative_image_NK, image_order)[:, slot_order],
        positive_text_NP=renamed(layout.positive_text_NP, text_order),
        origin_I3=layout.origin_I3[image_order],
        origin_T3=layout.origin_T3[text_order],
        content_T=layout.content_T[text_order],
    )
    rows = {f.name: getattr(e, f.name) for f in fields(e) if f.name != "layout"}
    order = {name: image_order if "_I" in name else text_order for name in rows}
    return replace(e, layout=moved, **{name: rows[name][order[name]] for name in rows})


def share(layout: Layout, groups: list[int]) -> tuple[Layout, Tensor, Tensor]:
    """What a rank with these groups holds: its layout, and which pictures and texts of all they are."""
    images, texts = (
        torch.isin(origin[:, 0], torch.tensor(groups)).nonzero()[:, 0]
        for origin in (layout.origin_I3, layout.origin_T3)
    )
    items = torch.isin(layout.image_N, images)
    slots = ((layout.negative_text_NK >= 0) | (layout.negative_image_NK >= 0))[items].any(0)

    def renamed(table: Tensor, kept: Tensor) -> Tensor:
        new = torch.full((max(len(layout.origin_I3), len(layout.origin_T3)) + 1,), -1)
        new[kept] = torch.arange(len(kept))
        return new[table[items]]

    held = Layout(
        image_N=renamed(layout.image_N, images),
        text_N=renamed(layout.text_N, texts),
        negative_text_NK=renamed(layout.negative_text_NK, texts)[:, slots],
        negative_image_NK=renamed(layout.negative_image_NK, images)[:, slots],
        positive_text_NP=renamed(layout.positive_text_NP, texts),
        origin_I3=layout.origin_I3[images],
        origin_T3=layout.origin_T3[texts],
        content_T=layout.content_T[texts],
    )
    return held, images, texts
