"""Work on rows that the ranks share out, where all of them hold the same rows and need the whole result.

Each rank computes its share of the rows, and is told the others'. Backwards each has the gradient of the
whole result, as all compute the same with it; it follows that of its own share, and the gradients of
what went in are put together again. So what lies before and after does not know of ranks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function

from counterfoil.train.distributed import alone


def shared_out(rows: Callable[..., Tensor], of_each: Sequence[Tensor], whole: Sequence[Tensor]) -> Tensor:
    """The same as `rows(*of_each, *whole)`, by all ranks together.

    Args:
        rows: makes a row of each row of `of_each`.
        of_each: tensors with the same number of rows, equal on all ranks.
        whole: what all rows are made with, equal on all ranks. What `rows` has from elsewhere gathers no
            gradient.
    """
    if alone():
        return rows(*of_each, *whole)
    number, rank, world = len(of_each[0]), dist.get_rank(), dist.get_world_size()
    share = slice(number * rank // world, number * (rank + 1) // world)
    own = [_with_gradient(_Share, tensor, share) for tensor in of_each]
    made = rows(*own, *(_with_gradient(_Used, tensor) for tensor in whole))
    return _with_gradient(_Joined, made, share, number)


def _with_gradient(function: type[Function], *arguments: Any) -> Tensor:
    made: Tensor = function.apply(*arguments)
    return made


def _sum_of_ranks(tensor: Tensor) -> Tensor:
    summed = tensor.contiguous()
    dist.all_reduce(summed)
    return summed


def _among_all(own: Tensor, share: slice, number: int) -> Tensor:
    """The rows of all ranks, of which each has its share."""
    every = own.new_zeros(number, *own.shape[1:])
    every[share] = own
    return _sum_of_ranks(every)


class _Share(Function):
    """This rank's rows; backwards, those of all."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor, share: slice) -> Tensor:
        ctx.share, ctx.number = share, len(tensor)
        return tensor[share]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return _among_all(gradient, ctx.share, ctx.number), None


class _Used(Function):
    """The same on all ranks; backwards, the sum of what they made of it."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor) -> Tensor:
        return tensor.view_as(tensor)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _sum_of_ranks(gradient.clone())


class _Joined(Function):
    """The rows of all ranks; backwards, this one's."""

    @staticmethod
    def forward(ctx: Any, own: Tensor, share: slice, number: int) -> Tensor:
        ctx.share = share
        return _among_all(own, share, number)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        return gradient[ctx.share], None, None
