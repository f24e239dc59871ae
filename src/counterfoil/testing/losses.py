"""What holds of every loss, on batches of random embeddings with ragged negatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from counterfoil.testing.embedded import cast, live, random_batch, reordered, state, without_negatives
from counterfoil.testing.units import check_unit
from counterfoil.train.batches import Embeddings
from counterfoil.train.losses import Loss

Formula = Callable[[Embeddings, Mapping[str, Tensor]], float]
"""The loss once more, as loops over numbers: what the loss is held against."""

TABLES = {
    "negative_text": ("text_TD", "negative_text_NK"),
    "negative_image": ("image_ID", "negative_image_NK"),
    "positive_text": ("text_TD", "positive_text_NP"),
}
"""By what a loss asks for: which rows must be taught, and the table that names them."""


def value(loss: Loss, e: Embeddings, of: Mapping[str, Tensor] | None = None) -> Tensor:
    """The sum of a loss's terms."""
    return torch.stack(list(loss(e, dict(of or state())).values())).sum()


def gradients(loss: Loss, e: Embeddings, of: Mapping[str, Tensor] | None = None) -> dict[str, Tensor]:
    """What the pictures and the texts of a live batch are taught."""
    found = torch.autograd.grad(value(loss, e, of), [e.image_ID, e.text_TD])
    return dict(zip(("image_ID", "text_TD"), found, strict=True))


def check_loss(loss: Loss, formula: Formula | None = None, batches: int = 5) -> None:
    """Order does not matter, nothing is infinite, and gradient reaches all that a loss asks for.

    Args:
        loss: to be checked; also by `check_unit`.
        formula: a brute-force reference that it must equal to 1e-10 relative.
        batches: random ones that it is held against the formula on.

    Raises:
        AssertionError: a law is broken.
    """
    name = type(loss).__name__
    check_unit(loss)
    for seed in range(batches if formula else 0):
        e = random_batch(seed, groups=4 + seed)
        _same(value(loss, e), formula(e, state()) if formula else 0.0, 1e-10, f"{name} is not its formula")
    e = random_batch(3)
    _same(value(loss, reordered(e)), float(value(loss, e)), 1e-12, f"{name} depends on the order of a batch")
    _check_finite(loss, name)
    _check_reached(loss, name)
    carried: dict[str, Any] = loss.carry(live(e), state())
    assert not any(kept.requires_grad for kept in carried.values()), f"what {name} carries has a gradient"


def _same(found: Tensor, expected: float, within: float, what: str) -> None:
    assert abs(float(found) - expected) <= within * max(abs(expected), 1e-300), f"{what}: {found} {expected}"


def _check_finite(loss: Loss, name: str) -> None:
    """At the largest scale, in both precisions, and of a batch without negatives."""
    for dtype in (torch.float32, torch.float64):
        large = {key: number.to(dtype) for key, number in state(scale=100.0).items()}
        e = cast(random_batch(2), dtype)
        for batch in (live(e), live(without_negatives(e))):
            assert torch.isfinite(value(loss, batch, large)), f"{name} is not finite at scale 100"
            for gradient in gradients(loss, batch, large).values():
                assert torch.isfinite(gradient).all(), f"a gradient of {name} is not finite at scale 100"


def _check_reached(loss: Loss, name: str) -> None:
    e = live(random_batch(4))
    found = gradients(loss, e)
    for rows, table in (("image_ID", e.layout.image_N), ("text_TD", e.layout.text_N)):
        assert found[rows][table].any(1).all(), f"{name} teaches some pairs nothing in {rows}"
    e = live(random_batch(4, painted=1))
    found = gradients(loss, e)
    for need, (rows, column) in TABLES.items():
        table = getattr(e.layout, column)
        if need in loss.needs:
            assert found[rows][table[table >= 0]].any(1).all(), (
                f"{name} asks for {need}, but teaches it nothing"
            )
