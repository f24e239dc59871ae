"""What the verdicts say so far: precision, reasons, agreement, progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from counterfoil.judgements import REASONS
from counterfoil.review.desk import Agreement, Desk, Share
from counterfoil.review.precision import Estimate, Stratum, estimate, more_for
from counterfoil.review.selection import Wanted


class Line(NamedTuple):
    """A line of the table of precision."""

    name: str
    found: Estimate
    more: int


class Part(NamedTuple):
    """Lines that belong together, under a heading."""

    title: str
    lines: list[Line]


class Results(NamedTuple):
    """All that the page of results shows."""

    whole: Line
    parts: list[Part]
    reasons: list[tuple[str, int]]
    agreement: list[Agreement]
    reached: list[tuple[str, Share]]
    gone: int


def results(desk: Desk, wanted: Wanted, width: float) -> Results:
    """Of the foils that were chosen.

    Args:
        desk: of the dataset.
        wanted: what was chosen; reasons and agreement are of all verdicts.
        width: of the interval that is wished for, 0..1.
    """
    strata = desk.strata(wanted)
    kinds, editors = (sorted({name[part] for name in strata}) for part in (0, 1))

    def line(name: str, chosen: Sequence[Stratum]) -> Line:
        return Line(name, estimate(chosen), more_for(chosen, width))

    return Results(
        whole=line("all foils", [*strata.values()]),
        parts=[
            Part("By kind", [line(kind, [s for n, s in strata.items() if n[0] == kind]) for kind in kinds]),
            Part("By editor", [line(one, [s for n, s in strata.items() if n[1] == one]) for one in editors]),
            Part("By kind and editor", [line(" \u00b7 ".join(name), [s]) for name, s in strata.items()]),
        ],
        reasons=[(REASONS[name], n) for name, n in desk.reasons.most_common() if n],
        agreement=desk.agreement(),
        reached=[(name, desk.progress(wanted, name)) for name in desk.reviewers()],
        gone=desk.gone,
    )
