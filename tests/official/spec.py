"""SPEC: six folders, two files each; subsets differ in how many keys a query has."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture

KEYS = {
    "absolute_size": 3,
    "relative_size": 2,
    "absolute_spatial": 9,
    "relative_spatial": 4,
    "existence": 2,
    "count": 9,
}


def write(folder: Path) -> None:
    """Sixty queries a file; pictures of all subsets have the same names."""
    for place, (subset, number) in enumerate(KEYS.items()):
        home = folder / "spec" / "data" / subset
        pictures = [f"images/{n}.jpg" for n in range(number)]
        for n, name in enumerate(pictures):
            write_picture(home / name, 10 * place + n)
        texts = [f"broccoli, case {n} of {subset}" for n in range(number)]
        (home / "image2text.json").write_text(json.dumps(_queries(pictures, texts)))
        (home / "text2image.json").write_text(json.dumps(_queries(texts, pictures)))


def _queries(queries: list[str], keys: list[str]) -> list[dict[str, object]]:
    number = len(keys)
    return [{"query": queries[n % number], "keys": keys, "label": n % number} for n in range(60)]
