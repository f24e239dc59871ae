"""The pages around the groups: the summary with its plots and examples, and the page that shows groups."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from jinja2 import DictLoader, Environment, StrictUndefined

import counterfoil
from counterfoil.look.files import write
from counterfoil.look.plots import plots
from counterfoil.look.tally import Signature, Tally
from counterfoil.look.thumbnails import Thumbnail

TEMPLATES = files("counterfoil.look") / "templates"


class Example(NamedTuple):
    """A foil that the summary shows: how it is filed, what a page's script gets of it, its original."""

    signature: Signature
    foil: dict[str, Any]
    original: Thumbnail


class Cell(NamedTuple):
    """A line of the summary's table."""

    operation: str
    kind: str
    two_way: int
    text_only: int
    rejected: int
    link: str


def write_pages(
    out: Path, *, title: str, manifest: dict[str, Any], tally: Tally, examples: Sequence[Example], limit: int
) -> None:
    """Write index.html, groups.html and what both are styled and driven by."""
    values = {
        "title": title,
        "version": counterfoil.__version__,
        "fingerprint": str(manifest.get("fingerprint", "")),
        "limit": limit,
        "figures": _figures(tally),
        "plots": plots(tally, manifest.get("stages") or []),
        "cells": _cells(tally),
        "reasons": _reasons(tally),
        "examples": examples,
    }
    for name in ("index.html", "groups.html"):
        write(out / name, _environment().get_template(name).render(values))
    for name in ("style.css", "groups.js", "flicker.js"):
        write(out / name, (TEMPLATES / name).read_text(encoding="utf-8"))


def link(**chosen: str) -> str:
    """The address of the groups with filters set, from the summary."""
    return f"groups.html#{urlencode(chosen)}"


@cache
def _environment() -> Environment:
    pages = {file.name: file.read_text(encoding="utf-8") for file in TEMPLATES.iterdir() if file.is_file()}
    environment = Environment(
        loader=DictLoader(pages),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = "{:,}".format
    return environment


def _figures(tally: Tally) -> list[tuple[str, str]]:
    """The summary's large numbers: what, how many."""
    two_way = tally.total(verdict="kept", way="two-way")
    text_only = tally.total(verdict="kept", way="text-only")
    return [
        ("groups", f"{tally.groups:,}"),
        ("two-way foils", f"{two_way:,}"),
        ("per group", f"{two_way / max(tally.groups, 1):.1f}"),
        ("text-only foils", f"{text_only:,}"),
        ("per caption", f"{text_only / max(tally.captions, 1):.1f}"),
        ("rejected", f"{tally.total(verdict='rejected'):,}"),
    ]


def _cells(tally: Tally) -> list[Cell]:
    two_way = tally.by("operation", "kind", verdict="kept", way="two-way")
    text_only = tally.by("operation", "kind", verdict="kept", way="text-only")
    rejected = tally.by("operation", "kind", verdict="rejected")
    cells = sorted({*two_way, *text_only, *rejected} - {("", "")})
    return [
        Cell(
            operation=operation,
            kind=kind,
            two_way=two_way[operation, kind],
            text_only=text_only[operation, kind],
            rejected=rejected[operation, kind],
            link=link(operation=operation, kind=kind),
        )
        for operation, kind in cells
    ]


def _reasons(tally: Tally) -> list[tuple[str, int, str]]:
    counts = tally.by("reason", verdict="rejected")
    return [(reason, n, link(verdict="rejected", reason=reason)) for (reason,), n in counts.most_common()]
