"""How many foils hold, judged by some of them; and how many more to judge until that is known well enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from counterfoil.intervals import Part, Z, mean, wilson


class Stratum(NamedTuple):
    """Foils of one cell: how many there are, how many were judged, and how many of these were accepted."""

    size: int
    judged: int
    accepted: int


class Estimate(NamedTuple):
    """The share of foils that hold, with its 95 % interval.

    Args:
        value, low, high: None where none was judged.
        covered: share of the foils that lie in strata of which some were judged; the estimate is of these.
    """

    size: int
    judged: int
    accepted: int
    value: float | None
    low: float | None
    high: float | None
    covered: float


def estimate(strata: Sequence[Stratum]) -> Estimate:
    """Of foils in strata, each of which counts as many as it has, however many of them were judged.

    Within a stratum Wilson's interval; over several, their mean's (`intervals.mean`).
    """
    sizes = sum(stratum.size for stratum in strata), sum(stratum.judged for stratum in strata)
    accepted = sum(stratum.accepted for stratum in strata)
    seen = [stratum for stratum in strata if stratum.judged]
    if not seen:
        return Estimate(*sizes, accepted, None, None, None, 0.0)
    covered = sum(stratum.size for stratum in seen) / sizes[0]
    return Estimate(*sizes, accepted, *_mean(seen), covered)


def _mean(strata: Sequence[Stratum], judged: Sequence[float] | None = None) -> tuple[float, float, float]:
    """The mean; of other numbers that are given, as if so many had been judged with the expected share."""
    numbers = judged or [stratum.judged for stratum in strata]
    shares = [_expected(s) if judged else s.accepted / s.judged for s in strata]
    parts = zip(strata, shares, numbers, strict=True)
    return mean(Part(s.size, share, *wilson(share * number, number)) for s, share, number in parts)


def _expected(stratum: Stratum) -> float:
    """The middle of Wilson's interval: half where nothing is known, and never quite 0 or 1."""
    return (stratum.accepted + Z * Z / 2) / (stratum.judged + Z * Z)


def more_for(strata: Sequence[Stratum], width: float) -> int:
    """How many more judgements make the interval at most `width` (0..1) wide, as many in each stratum.

    If the shares stay what they are. At most all that are left, for then nothing is estimated any more.
    """
    most = max((stratum.size - stratum.judged for stratum in strata), default=0)
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if _is_narrow(strata, middle, width):
            high = middle
        else:
            low = middle + 1
    return sum(min(low, stratum.size - stratum.judged) for stratum in strata)


def _is_narrow(strata: Sequence[Stratum], more: int, width: float) -> bool:
    judged = [min(stratum.judged + more, stratum.size) for stratum in strata]
    if not all(judged):
        return False
    _, low, high = _mean(strata, judged)
    return high - low <= width
