"""A finished dataset of drawn pictures, small or large, written as `mine` writes it."""

from pathlib import Path
from typing import Any

import numpy as np

from counterfoil.pictures import encode
from counterfoil.shards import REJECTED_SCHEMA, SCHEMA, Row, write_json, write_rows

COLOURS = {"red": (200, 40, 30), "blue": (40, 70, 200), "green": (40, 160, 60), "yellow": (240, 210, 40)}
HOSTILE = (
    "</script><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\"> "
    "\u2028 'a' & \"b\" {{ 7 * 7 }} \u05e9\u05dc\u05d5\u05dd \U0001f600\ttab\nline"
)
BOX = [0.25, 0.2, 0.75, 0.8]


def drawn(colour: str, number: int) -> bytes:
    """A square of a colour on a grey ground that differs from picture to picture."""
    pixels = np.full((60, 80, 3), 90 + number % 120, np.uint8)
    pixels[12:48, 20:60] = COLOURS[colour]
    return encode(pixels)


def foil(sample: str, number: int, colour: str, picture: bytes | None, **other: Any) -> Row:
    """A recolour of the red square; text-only where there is no picture."""
    editor = "recolour" if picture else ""
    return {
        "key": f"{sample}/{number}",
        "operation": "replace",
        "kind": "attribute",
        "before": "red",
        "after": colour,
        "caption": "a red square on grey",
        "negative_caption": f"a {colour} square on grey",
        "negative_image": {"bytes": picture, "path": f"{sample}-{number}.jpg"} if picture else None,
        "box": BOX if picture else None,
        "scores": [{"name": "outside", "value": 0.01 * number}] if picture else [],
        "provenance": {"proposer": "colours", "editor": editor, "models": [], "seed": 7},
    } | other


def sample(number: int) -> Row:
    """A red square with a blue and a green counterfoil, and one in words alone."""
    key = f"square/{number:05}"
    foils = [foil(key, n, c, drawn(c, number)) for n, c in enumerate(("blue", "green"))]
    if number == 0:
        foils[0]["box"] = None  # the whole picture
    order = {"operation": "swap", "kind": "order", "before": "red square", "after": "square red"}
    foils.append(foil(key, 2, "yellow", None, negative_caption="a square red on grey", **order))
    return {
        "key": key,
        "image": {"bytes": drawn("red", number), "path": f"{number}.jpg"},
        "captions": ["a red square on grey", "something red"],
        "licence": "CC0",
        "foils": foils,
    }


def refused(number: int) -> Row:
    """What the filter refused of a sample, and what an editor did."""
    key = f"square/{number:05}"
    by_filter = {"stage": "filter", "reason": "colour_not_verified", "detail": "named orange"}
    by_editor = {"stage": "edit", "reason": "mask_too_large", "detail": "0.71 of the picture"}
    foils = [
        foil(key, 3, "yellow", drawn("yellow", number), **by_filter),
        foil(key, 4, "blue", None, box=BOX, **by_editor),
    ]
    return {"key": key, "image": None, "captions": [], "licence": "", "foils": foils}


def unread() -> Row:
    """A sample that never got a foil."""
    only = dict.fromkeys(SCHEMA.field("foils").type.value_type.names)
    only |= {"key": "broken.jpg", "stage": "source", "reason": "not_a_picture", "detail": HOSTILE}
    return {"key": "broken.jpg", "image": None, "captions": [], "licence": "", "foils": [only]}


def hostile() -> Row:
    """A sample whose every text tries to break out of the page."""
    row = sample(0) | {"key": HOSTILE, "captions": [HOSTILE, "a red square on grey"], "licence": HOSTILE}
    for nth, each in enumerate(row["foils"]):
        each |= {
            "key": f"{HOSTILE}/{nth}",
            "caption": HOSTILE,
            "negative_caption": f"not {HOSTILE}",
            "before": HOSTILE,
            "after": "safe",
        }
    return row


def write_dataset(folder: Path, num_samples: int = 25, per_shard: int = 40) -> Path:
    """Write a finished dataset of `num_samples` squares and one hostile sample."""
    numbers = [
        range(start, min(start + per_shard, num_samples)) for start in range(0, num_samples, per_shard)
    ]
    for shard, block in enumerate(numbers):
        more = [hostile()] if shard == 0 else []
        write_rows(folder / f"data/{shard:05}.parquet", [*map(sample, block), *more], SCHEMA)
        rejected = [unread()] if shard == 0 else []
        rejected += [refused(number) for number in reversed(block)]
        write_rows(folder / f"rejected/{shard:05}.parquet", rejected, REJECTED_SCHEMA)
    stages = [
        {"name": "perceive", "in": num_samples + 2, "out": num_samples + 1, "rejected": {"not_a_picture": 1}},
        {"name": "filter", "in": 5 * num_samples, "out": 3 * num_samples, "rejected": {}},
    ]
    counts = {"samples": num_samples + 1, "foils": 3 * num_samples + 3, "rejected": 2 * num_samples + 1}
    write_json(folder / "manifest.json", {"fingerprint": "0123abcd", "counts": counts, "stages": stages})
    return folder
