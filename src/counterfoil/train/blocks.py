"""Rows that are made a block at a time, by all ranks together, where the whole would be too large.

All ranks hold the same, and need the whole result. Each computes its share of the rows, and is told the
others'. Backwards each has the gradient of the whole result, as all do the same with it; it computes its
share once more, follows the gradient through it, and what the ranks find is added up. So what lies
before and after knows of neither blocks nor ranks, and nothing stays between the blocks: small things
that did would keep the allocator from using a block's memory for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function

from counterfoil.train.distributed import alone

T = TypeVar("T", Tensor, Tensor | None)

BLOCK = 2**20
"""Numbers that exist at a time."""


def in_blocks(
    rows: Callable[..., Tensor], of_each: Sequence[Tensor], whole: Sequence[Tensor], width: int
) -> Tensor:
    """The same as `rows(*of_each, *whole)`, with no more than a block of the rows at a time.

    Args:
        rows: makes a row of each row of `of_each`. What it has from elsewhere gathers no gradient.
        of_each: tensors with the same number of rows, equal on all ranks.
        whole: what all rows are made with, equal on all ranks.
        width: numbers that exist for a row.
    """
    size = max(1, BLOCK // max(1, width))
    if len(of_each[0]) <= size:
        return rows(*of_each, *whole)
    shares = _blocks(len(of_each[0]), size)
    made: Tensor = _InBlocks.apply(rows, shares, len(of_each), *of_each, *whole)  # type: ignore[no-untyped-call]
    return made


def _blocks(number: int, size: int) -> list[slice]:
    """This rank's share of so many rows; a rank without any has one block of none."""
    rank, world = (0, 1) if alone() else (dist.get_rank(), dist.get_world_size())
    start, stop = number * rank // world, number * (rank + 1) // world
    return [slice(first, min(first + size, stop)) for first in range(start, max(stop, start + 1), size)]


def _of_all_ranks(tensor: Tensor) -> Tensor:
    if not alone():
        dist.all_reduce(tensor)
    return tensor


class _InBlocks(Function):
    """Of `tensors` the first `each` go in by rows, the rest whole."""

    @staticmethod
    def forward(
        ctx: Any, rows: Callable[..., Tensor], blocks: Sequence[slice], each: int, *tensors: Tensor
    ) -> Tensor:
        ctx.rows, ctx.blocks, ctx.each = rows, blocks, each
        ctx.save_for_backward(*tensors)
        made: Tensor | None = None
        for block in blocks:
            part = rows(*_parts(tensors, block, each))
            if made is None:
                made = part.new_zeros(len(tensors[0]), *part.shape[1:])
            made[block] = part
        assert made is not None
        return _of_all_ranks(made)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        tensors, needed = ctx.saved_tensors, ctx.needs_input_grad[3:]
        sums = [
            torch.zeros_like(tensor) if needs else None for tensor, needs in zip(tensors, needed, strict=True)
        ]
        for block in ctx.blocks:
            parts = _parts(tensors, block, ctx.each)
            leaves = [part.detach().requires_grad_(needs) for part, needs in zip(parts, needed, strict=True)]
            with torch.enable_grad():
                made = ctx.rows(*leaves)
            torch.autograd.backward(made, gradient[block])
            for total, leaf in zip(_parts(sums, block, ctx.each), leaves, strict=True):
                if total is not None and leaf.grad is not None:
                    total.add_(leaf.grad)
        return None, None, None, *(total if total is None else _of_all_ranks(total) for total in sums)


def _parts(tensors: Sequence[T], block: slice, each: int) -> list[T]:
    """Views of what goes into the rows of a block, or comes of them."""
    return [
        tensor if tensor is None or place >= each else tensor[block] for place, tensor in enumerate(tensors)
    ]
