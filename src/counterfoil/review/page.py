"""What the templates get of a foil, and the templates."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from counterfoil.judgements import REASONS
from counterfoil.look.difference import Segments, difference
from counterfoil.review.index import Cell, Entry, Index


class Side(NamedTuple):
    """One half of a foil: the address of its picture, less the size, or ""; and its caption in pieces."""

    name: str
    picture: str
    pieces: Segments


class Shown(NamedTuple):
    """A foil as a page shows it; `region` is left, top, width and height in 0..100."""

    key: str
    cell: Cell
    change: str
    original: Side
    negative: Side
    region: tuple[float, ...] | None
    scores: list[tuple[str, str]]
    made_by: list[str]


def shown(index: Index, entry: Entry) -> Shown:
    """A foil as a page shows it."""
    true, negative = difference(entry.caption, entry.negative)
    at = f"/picture/{index.stamp}"
    edited = f"{at}/negative/{entry.number}" if entry.cell.way == "two-way" else ""
    return Shown(
        key=entry.key,
        cell=entry.cell,
        change=f"{entry.before or 'nothing'} \u2192 {entry.after or 'nothing'}",
        original=Side("original", f"{at}/original/{entry.sample}", true),
        negative=Side("negative", edited, negative),
        region=_region(entry) if edited else None,
        scores=[(name, _number(value)) for name, value in entry.told["scores"]],
        made_by=_made_by(entry),
    )


def _region(entry: Entry) -> tuple[float, ...] | None:
    if not entry.box:
        return None
    left, top, right, bottom = (100 * side for side in entry.box)
    return left, top, right - left, bottom - top


def _number(value: float | None) -> str:
    return "none" if value is None or not math.isfinite(value) else f"{value:.4g}"


def _made_by(entry: Entry) -> list[str]:
    told = entry.told
    by = [("painted by", entry.cell.editor), ("proposed by", told["proposer"]), ("licence", entry.licence)]
    return [*(f"{what} {name}" for what, name in by if name), *told["models"]]


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "\u2013" if share is None else f"{100 * share:.1f}"


@cache
def environment() -> Environment:
    """The templates; all text that enters them is escaped."""
    made = Environment(
        loader=PackageLoader("counterfoil.review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"thousands": "{:,}".format, "percent": percent}
    made.globals |= {"REASONS": REASONS}
    return made


def render(name: str, **values: Any) -> str:
    """A page."""
    return environment().get_template(name).render(values)
