"""One batch over many processes: every rank sees the embeddings of all, and computes the same loss.

Each rank embeds its own pictures and texts. Gathered, they make one batch, of which every rank has the
whole loss; what comes back to a rank is the gradient of its own rows. Matrices that are large are shared
out while the loss is computed (`blocks`), and no loss knows. The gradients of the encoder's weights are
therefore summed over ranks, and those of scalars that every rank uses in full (scale, bias, what a loss
learns) are averaged. One rank gives the same as many.

The process group is that of `torch.distributed`: gloo or NCCL. Without one there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.tensor import DTensor
from torch.nn.functional import pad

from counterfoil.train.batches import Apart, Embeddings, Layout

Shapes = dict[str, tuple[int, ...]]


def gather(e: Embeddings) -> Embeddings:
    """The embeddings of all ranks, in the order of ranks; the rows of this one keep their gradient.

    Ranks may hold different numbers of items, pictures, texts, negatives and words.

    Raises:
        RuntimeError: another rank has died, or does not answer in the time of the process group.
    """
    if alone():
        return e
    rows = {f.name: getattr(e, f.name) for f in fields(e) if f.name != "layout"}
    held = {name: row for name, row in rows.items() if row is not None}
    told: list[Any] = [None] * dist.get_world_size()
    dist.all_gather_object(told, (e.layout.to("cpu"), {name: tuple(row.shape) for name, row in held.items()}))
    layout = merged([layout for layout, _ in told]).to(e.image_ID.device)
    shapes: list[Shapes] = [shapes for _, shapes in told]
    return replace(
        e, layout=layout, **{name: _gathered(row, [of[name] for of in shapes]) for name, row in held.items()}
    )


def apart(e: Embeddings) -> Embeddings:
    """The embeddings of this rank, with the layout of all; the same where there is no other rank."""
    if alone():
        return e
    told: list[Any] = [None] * dist.get_world_size()
    dist.all_gather_object(told, e.layout.to("cpu"))
    rows = {f.name: getattr(e, f.name) for f in fields(e) if f.name != "layout"}
    return Apart(
        **rows,
        layout=merged(told).to(e.image_ID.device),
        images=tuple(len(layout.origin_I3) for layout in told),
        texts=tuple(len(layout.origin_T3) for layout in told),
    )


def merged(layouts: Sequence[Layout]) -> Layout:
    """One layout of those of many ranks. Groups, items, foils and words have the same number on all."""
    images = _starts([len(layout.origin_I3) for layout in layouts])
    texts = _starts([len(layout.origin_T3) for layout in layouts])

    def tables(name: str, starts: Sequence[int]) -> Tensor:
        shifted = [_shifted(getattr(of, name), by) for of, by in zip(layouts, starts, strict=True)]
        width = max(table.shape[-1] for table in shifted)
        return torch.cat(
            [
                pad(table, (0, width - table.shape[1]), value=-1) if table.ndim == 2 else table
                for table in shifted
            ]
        )

    return Layout(
        image_N=tables("image_N", images),
        text_N=tables("text_N", texts),
        negative_text_NK=tables("negative_text_NK", texts),
        negative_image_NK=tables("negative_image_NK", images),
        positive_text_NP=tables("positive_text_NP", texts),
        origin_I3=torch.cat([layout.origin_I3 for layout in layouts]),
        origin_T3=torch.cat([layout.origin_T3 for layout in layouts]),
        content_T=torch.cat([layout.content_T for layout in layouts]),
    )


def add_gradients(weights: Iterable[Tensor], scalars: Iterable[Tensor]) -> None:
    """Sum the gradients of weights over the ranks, and average those of scalars that all use in full.

    What has a gradient on no rank is left without; that of a weight that is spread over ranks is summed.
    """
    if alone():
        return
    weights, scalars = list(weights), list(scalars)
    _sum([t for t in weights + scalars if t.requires_grad and not isinstance(t, DTensor)])
    for scalar in scalars:
        if scalar.grad is not None:
            scalar.grad /= dist.get_world_size()


def most_of_ranks(number: int) -> int:
    """The largest of the numbers that ranks have."""
    told: list[Any] = [number] * (1 if alone() else dist.get_world_size())
    if len(told) > 1:
        dist.all_gather_object(told, number)
    return int(max(told))


def alone() -> bool:
    """Whether there is no other rank."""
    return not dist.is_initialized() or dist.get_world_size() == 1


def _gathered(row: Tensor, shapes: Sequence[tuple[int, ...]]) -> Tensor:
    """A tensor of all ranks, of the largest width of each dimension but the first."""
    largest = [max(sizes) for sizes in zip(*shapes, strict=True)]
    own = _padded(row, largest)
    parts = [torch.empty_like(own) for _ in shapes]
    dist.all_gather(parts, own.detach())
    parts[dist.get_rank()] = own
    return torch.cat([part[: shape[0]] for part, shape in zip(parts, shapes, strict=True)])


def _padded(row: Tensor, shape: Sequence[int]) -> Tensor:
    """Zeros behind each dimension; a mask says false there."""
    behind = [(0, to - size) for size, to in zip(row.shape, shape, strict=True)]
    return pad(row, [side for sides in reversed(behind) for side in sides]).contiguous()


def _starts(sizes: Sequence[int]) -> list[int]:
    return [sum(sizes[:rank]) for rank in range(len(sizes))]


def _shifted(table: Tensor, by: int) -> Tensor:
    return torch.where(table >= 0, table + by, table)


def _sum(tensors: Sequence[Tensor]) -> None:
    """Sum the gradients over ranks, all those of one type of number at once."""
    if not tensors:
        return
    used = torch.tensor([tensor.grad is not None for tensor in tensors], device=tensors[0].device).int()
    dist.all_reduce(used, op=dist.ReduceOp.MAX)
    learning = [tensor for tensor, some in zip(tensors, used.tolist(), strict=True) if some]
    for dtype in sorted({tensor.dtype for tensor in learning}, key=str):
        _sum_alike([tensor for tensor in learning if tensor.dtype == dtype])


def _sum_alike(tensors: Sequence[Tensor]) -> None:
    gradients = [torch.zeros_like(tensor) if tensor.grad is None else tensor.grad for tensor in tensors]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    for tensor, summed in zip(
        tensors, torch.split(flat, [tensor.numel() for tensor in tensors]), strict=True
    ):
        tensor.grad = summed.view_as(tensor)
