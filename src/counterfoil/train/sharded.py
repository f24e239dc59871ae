"""Weights spread over the ranks, for towers that do not fit on one: FSDP2, block by block.

Of each block of a tower a rank holds a share, and so of its gradient and of the optimiser's moments. A
block is put together when it computes, and given up again. What lies outside of the blocks (projections,
norms, the scale) all ranks hold. The optimiser knows of none of this: it moves what this rank holds.

Source: Zhao et al., PyTorch FSDP: Experiences on Scaling Fully Sharded Data Parallel (VLDB 2023,
arXiv 2304.11277); `torch.distributed.fsdp.fully_shard`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.tensor import DTensor, distribute_tensor

from counterfoil.errors import RecipeError

if TYPE_CHECKING:
    from counterfoil.models.dual_encoder import DualEncoder


def spread(encoder: DualEncoder, device: torch.device) -> DualEncoder:
    """Spread an encoder over all ranks, in place; all hold the same one before.

    Raises:
        RecipeError: its class does not say what its blocks are.
    """
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    model, names = encoder.model, set(encoder.model._no_split_modules or ())
    blocks = [module for module in model.modules() if type(module).__name__ in names]
    if not blocks:
        raise RecipeError(
            f"shard=true: {type(model).__name__} does not say what its blocks are; leave it out"
        )
    mesh = init_device_mesh(device.type, (dist.get_world_size(),))
    for block in blocks:
        part = fully_shard(block, mesh=mesh, reshard_after_forward=True)
        part.set_gradient_divide_factor(1.0)  # gradients are sums over ranks, not means
        part.set_force_sum_reduction_for_comms(True)
    return encoder.to(device)


def is_spread(weights: Iterable[Tensor]) -> bool:
    """Whether other ranks hold a part of any of these."""
    return any(isinstance(weight, DTensor) for weight in weights)


def held(weight: Tensor) -> Tensor:
    """What this rank holds of a weight: the same memory."""
    return weight.to_local() if isinstance(weight, DTensor) else weight


def held_parameters(weights: Sequence[nn.Parameter]) -> list[nn.Parameter]:
    """What this rank holds of weights, as parameters for an optimiser; those that are whole, themselves."""
    return [
        nn.Parameter(held(weight.detach()), requires_grad=weight.requires_grad)
        if isinstance(weight, DTensor)
        else weight
        for weight in weights
    ]


def hand_over(weights: Sequence[nn.Parameter], parameters: Sequence[nn.Parameter]) -> None:
    """Give the gradients of weights to their `held_parameters`."""
    for weight, parameter in zip(weights, parameters, strict=True):
        if weight is not parameter and weight.grad is not None:
            parameter.grad, weight.grad = held(weight.grad), None


def norm(weights: Sequence[nn.Parameter], parameters: Sequence[nn.Parameter]) -> Tensor:
    """The norm of the whole gradient, which lies with `held_parameters`; all ranks have to ask."""
    whole = [p.grad for w, p in zip(weights, parameters, strict=True) if w is p and p.grad is not None]
    parts = [p.grad for w, p in zip(weights, parameters, strict=True) if w is not p and p.grad is not None]
    of_whole = _norm(whole)
    if not parts:
        return of_whole
    squared = _norm(parts).square()
    dist.all_reduce(squared)
    return (of_whole.square() + squared).sqrt()


def _norm(gradients: list[Tensor]) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    return norm


def gathered(values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Values of which each rank holds a part, whole: on the first rank; all have to ask."""
    return {name: _gathered(value) for name, value in values.items()}


def _gathered(value: Tensor) -> Tensor:
    if not isinstance(value, DTensor):
        return value
    whole = value.full_tensor()
    return whole.cpu() if dist.get_rank() == 0 else whole.new_empty(0)


def divide(whole: Tensor, weight: Tensor) -> Tensor:
    """What is whole, spread as a weight is of which it is a value."""
    if not isinstance(weight, DTensor) or whole.shape != weight.shape:
        return whole
    # without a source, each rank takes its own part of what it has
    return distribute_tensor(
        whole.to(weight.device), weight.device_mesh, weight.placements, src_data_rank=None
    )


def load(module: nn.Module, values: Mapping[str, Tensor]) -> None:
    """Load whole values into a module, which may be spread."""
    own = module.state_dict()
    module.load_state_dict({name: divide(value, own[name]) for name, value in values.items()})


class Moments:
    """The state of an optimiser of `held_parameters`, as that of the whole weights.

    Args:
        optimiser: the optimiser.
        weights: the weights, and
        parameters: what this rank holds of each.
    """

    def __init__(
        self,
        optimiser: torch.optim.Optimizer,
        weights: Sequence[nn.Parameter],
        parameters: Sequence[nn.Parameter],
    ) -> None:
        self._optimiser = optimiser
        of = {id(parameter): weight for weight, parameter in zip(weights, parameters, strict=True)}
        self._weights = [of[id(p)] for group in optimiser.param_groups for p in group["params"]]

    def state_dict(self) -> dict[str, Any]:
        """The same as on a rank that holds everything: on the first one; all have to ask."""
        told = self._optimiser.state_dict()
        state = {
            number: {name: _gathered(_like(value, self._weights[number])) for name, value in values.items()}
            for number, values in told["state"].items()
        }
        return {**told, "state": state}

    def load_state_dict(self, told: dict[str, Any]) -> None:
        """Take up such a state."""
        state = {
            number: {name: held(divide(value, self._weights[number])) for name, value in values.items()}
            for number, values in told["state"].items()
        }
        self._optimiser.load_state_dict({**told, "state": state})


def _like(part: Tensor, weight: Tensor) -> Tensor:
    """A rank's part of a value of a weight, as a part of the whole."""
    if not isinstance(weight, DTensor) or not part.ndim:
        return part
    mesh, places = weight.device_mesh, weight.placements
    return DTensor.from_local(part, mesh, places, shape=weight.shape, stride=weight.stride())
