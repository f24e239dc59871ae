"""What a page's script gets of a group: a stored group in, plain JSON values out."""

from __future__ import annotations

import math
from typing import Any

from counterfoil.look.difference import Segments, difference
from counterfoil.look.groups import FoilRow, Group, picture_bytes
from counterfoil.look.thumbnails import Thumbnails


def describe(group: Group, codes: list[int], thumbnails: Thumbnails) -> dict[str, Any]:
    """A group as the pages show it.

    Args:
        group: the group.
        codes: number of each foil's signature, kept foils first.
        thumbnails: makes the small pictures.
    """
    foils = zip((*group.kept, *group.rejected), codes, strict=True)
    return {
        "key": group.key,
        "captions": group.captions,
        "licence": group.licence,
        "picture": thumbnails.add(group.image),
        "foils": [_foil(foil, code, thumbnails) for foil, code in foils],
    }


def search_text(group: Group) -> list[str]:
    """What a search looks through: the group's own words, then each foil's, in lower case."""
    foils = (*group.kept, *group.rejected)
    own = " ".join((group.key, *group.captions))
    return [own.lower(), *(_words(foil).lower() for foil in foils)]


def _words(foil: FoilRow) -> str:
    names = ("before", "after", "caption", "negative_caption", "detail")
    return " ".join(foil.get(name) or "" for name in names)


def _foil(foil: FoilRow, code: int, thumbnails: Thumbnails) -> dict[str, Any]:
    true, negative = _captions(foil)
    made_by = foil["provenance"] or {}
    described = {
        "code": code,
        "key": foil["key"],
        "before": foil["before"],
        "after": foil["after"],
        "true": true,
        "negative": negative,
        "picture": thumbnails.add(picture_bytes(foil["negative_image"])),
        "box": foil["box"],
        "scores": [[score["name"], _number(score["value"])] for score in foil["scores"] or []],
        "models": made_by.get("models"),
        "detail": foil.get("detail"),
    }
    return {name: value for name, value in described.items() if value not in (None, "", [])}


def _captions(foil: FoilRow) -> tuple[Segments, Segments]:
    """Both captions in pieces; one that was never written is no change."""
    if foil["negative_caption"] is None:
        return [foil["caption"] or ""], [""]
    return difference(foil["caption"] or "", foil["negative_caption"])


def _number(value: float) -> float | str:
    return float(f"{value:.4g}") if math.isfinite(value) else str(value)
