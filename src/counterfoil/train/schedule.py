"""How the learning rate goes over a run: a warm-up, then a shape; a step's number in, a factor out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from counterfoil.errors import RecipeError, unknown

_RISE, _LOW, _LOWEST = 0.3, 1 / 25, 1 / 25e4
"""Of one cycle: the share of steps that rise, and the factors that it begins and ends with."""


def constant(_done: float) -> float:
    """The full rate throughout."""
    return 1.0


def linear(done: float) -> float:
    """Down to zero in a straight line."""
    return 1 - done


def cosine(done: float) -> float:
    """Down to zero along half a cosine (Loshchilov and Hutter, SGDR, ICLR 2017, equation 5)."""
    return _between(1.0, 0.0, done)


def one_cycle(done: float) -> float:
    """Up and down along cosines (Smith and Topin 2019), with the constants of torch's `OneCycleLR`."""
    if done < _RISE:
        return _between(_LOW, 1.0, done / _RISE)
    return _between(1.0, _LOWEST, (done - _RISE) / (1 - _RISE))


def _between(start: float, end: float, done: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2


SHAPES: Mapping[str, Callable[[float], float]] = {
    "constant": constant,
    "linear": linear,
    "cosine": cosine,
    "one_cycle": one_cycle,
}
"""Factors of the learning rate by how much of the run is done, 0..1."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A warm-up from zero in a straight line, then a shape of `SHAPES`.

    Args:
        shape: of what follows the warm-up.
        warm_up: steps of it.
    """

    shape: str = "cosine"
    warm_up: int = 0

    def __post_init__(self) -> None:
        """Refuse a schedule that cannot be."""
        if self.shape not in SHAPES:
            raise RecipeError(unknown("schedule.shape", self.shape, SHAPES))
        if self.warm_up < 0:
            raise RecipeError(f"schedule.warm_up is {self.warm_up}, not a number of steps from 0 on")

    def factor(self, step: int, steps: int) -> float:
        """What the learning rate is multiplied by, 0..1.

        Args:
            step: how many were taken before this one.
            steps: of the whole run.
        """
        if step < self.warm_up:
            return (step + 1) / self.warm_up
        return SHAPES[self.shape]((step - self.warm_up) / max(1, steps - self.warm_up))
