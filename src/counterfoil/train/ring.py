"""Sums over all pictures and all texts of a batch that no rank ever holds: texts go round the ranks.

Each rank keeps its pictures. The texts of a rank go from each to the next, until all pictures have met them.
Backwards they go round once more, and their gradient goes with them and comes home whole.

Source: Zhai et al., Sigmoid Loss for Language Image Pre-Training (ICCV 2023, arXiv 2303.15343), section 3.3
and figure 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function

from counterfoil.train import blocks
from counterfoil.train.batches import Apart

Rows = Callable[..., Tensor]
"""Makes a row of each of some pictures and their numbers, with some texts and what else all are made with."""


def in_ring(rows_with: Callable[[slice], Rows], e: Apart, whole: Sequence[Tensor]) -> Tensor:
    """The sum over the rows of all pictures and over all texts, the same on all ranks.

    Args:
        rows_with: given which texts of all they are, makes rows of pictures and these texts. What it has
            from elsewhere gathers no gradient.
        e: what this rank has.
        whole: what all rows are made with, equal on all ranks.
    """
    total: Tensor = _InRing.apply(rows_with, e, e.image_ID, e.text_TD, *whole)  # type: ignore[no-untyped-call]
    return total


def _blocks(e: Apart, texts: int) -> Iterator[tuple[slice, Tensor]]:
    """This rank's pictures, a block at a time, and their numbers among all."""
    start, number = sum(e.images[: dist.get_rank()]), e.images[dist.get_rank()]
    size = max(1, blocks.BLOCK // max(1, texts))
    for first in range(0, number, size):
        block = slice(first, min(first + size, number))
        yield block, torch.arange(start + block.start, start + block.stop, device=e.image_ID.device)


def _sources() -> Iterator[int]:
    """Whose texts this rank has, and who comes next."""
    rank, world = dist.get_rank(), dist.get_world_size()
    yield from ((rank - hop) % world for hop in range(world))


def _places(e: Apart, rank: int) -> slice:
    """Which of all texts are those of a rank."""
    start = sum(e.texts[:rank])
    return slice(start, start + e.texts[rank])


def _passed(tensor: Tensor, rows: int) -> Tensor:
    """What the rank before this one had, of so many rows; the next one gets the tensor."""
    rank, world = dist.get_rank(), dist.get_world_size()
    came = tensor.new_empty(rows, *tensor.shape[1:])
    exchange = [
        dist.P2POp(dist.isend, tensor.contiguous(), (rank + 1) % world),
        dist.P2POp(dist.irecv, came, (rank - 1) % world),
    ]
    for work in dist.batch_isend_irecv(exchange):
        work.wait()
    return came


class _InRing(Function):
    @staticmethod
    def forward(
        ctx: Any, rows_with: Callable[[slice], Rows], e: Apart, image: Tensor, text: Tensor, *whole: Tensor
    ) -> Tensor:
        ctx.rows_with, ctx.e = rows_with, e
        ctx.save_for_backward(image, text, *whole)
        sums = []
        for source in _sources():
            rows = rows_with(_places(e, source))
            sums += [
                rows(image[block], number, text, *whole).sum(0) for block, number in _blocks(e, len(text))
            ]
            text = _passed(text, e.texts[source - 1])
        total = torch.stack(sums).sum(0)
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        e, (image, text, *whole) = ctx.e, ctx.saved_tensors
        used = [tensor.detach().requires_grad_() for tensor in whole]
        of_images, of_texts = torch.zeros_like(image), torch.zeros_like(text)
        for source in _sources():
            rows, met = ctx.rows_with(_places(e, source)), text.detach().requires_grad_()
            for block, number in _blocks(e, len(text)):
                seen = image[block].detach().requires_grad_()
                with torch.enable_grad():
                    made = rows(seen, number, met, *used).sum(0)
                torch.autograd.backward(made, gradient)
                of_images[block] += seen.grad
            of_texts = of_texts if met.grad is None else of_texts + met.grad
            text, of_texts = (_passed(tensor, e.texts[source - 1]) for tensor in (text, of_texts))
        slopes = [torch.zeros_like(tensor) if tensor.grad is None else tensor.grad for tensor in used]
        for slope in slopes:
            dist.all_reduce(slope)
        return None, None, of_images, of_texts, *slopes
