"""What can be measured of a mined dataset without people: yields, colours, and what changed outside.

    python benchmarks/mine_quality.py DATASET SOURCE

DATASET is a folder that `counterfoil mine` wrote, SOURCE what it was mined from (for the masks). The
colour of a repainted thing is named by a second, independent way: the survey's colours that
tests/xkcd.py reads, which nothing in the package uses.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from counterfoil import shards
from counterfoil.pictures import decode, region_mask, to_pixels
from counterfoil.records import ImageFile, Mask, Pixels, Sample
from counterfoil.sources import open_source

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from xkcd import survey_name

VISIBLE = 8
"""Grey levels from which on a pixel counts as changed."""


def pairs(dataset: Path) -> Iterator[tuple[str, dict[str, Any], Pixels, Pixels]]:
    """Key, foil, original and negative of every kept two-way foil, decoded as a reader would."""
    for row in shards.read_rows(dataset / "data"):
        original = decode(ImageFile("original", row["image"]["bytes"]))
        for foil in row["foils"]:
            if foil["negative_image"]:
                yield (
                    row["key"],
                    foil,
                    original,
                    decode(ImageFile("negative", foil["negative_image"]["bytes"])),
                )


def outside(foil: dict[str, Any], original: Pixels, negative: Pixels, margin: int = 24) -> float | None:
    """Mean absolute change in grey levels outside the foil's box and a margin; None for whole pictures."""
    if foil["box"] is None:
        return None
    height, width = original.shape[:2]
    left, top, right, bottom = to_pixels(tuple(foil["box"]), height, width)
    apart = np.ones((height, width), np.uint8)
    apart[max(top - margin, 0) : bottom + margin, max(left - margin, 0) : right + margin] = 0
    return float(np.mean(cv2.mean(cv2.absdiff(original, negative), apart)[:3])) if apart.any() else None


def repainted(foil: dict[str, Any], sample: Sample, original: Pixels, negative: Pixels) -> Mask | None:
    """The visibly changed pixels of the region that a recolour is about."""
    height, width = original.shape[:2]
    boxes = [region for region in sample.regions if np.allclose(region.box, foil["box"], atol=1e-6)]
    inside = region_mask(boxes[0], height, width) if boxes else np.ones((height, width), bool)
    changed = cv2.absdiff(original, negative).max(axis=2) > VISIBLE
    return inside & changed if (inside & changed).any() else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("source", help="as for `counterfoil mine`")
    options = parser.parse_args()
    samples = {s.key: s for s in open_source(options.source).read() if isinstance(s, Sample)}
    annotated = [key for key, sample in samples.items() if sample.regions]
    editors: Counter[str] = Counter()
    cells: Counter[str] = Counter()
    agreed, disagreed, changes = 0, [], []
    for key, foil, original, negative in pairs(options.dataset):
        editors[foil["provenance"]["editor"]] += 1
        cells[f"{foil['operation']} {foil['kind']}"] += key in annotated
        if (change := outside(foil, original, negative)) is not None:
            changes.append(change)
        if foil["provenance"]["editor"] != "recolour":
            continue
        mask = repainted(foil, samples[key], original, negative)
        name = survey_name(negative, mask) if mask is not None else "nothing"
        agreed += name == foil["after"]
        if name != foil["after"]:
            disagreed.append(f"{foil['key']}: {foil['after']} is called {name}")
    total = sum(cells.values())
    mean = total / len(annotated)
    print(f"{total} two-way foils kept of {len(annotated)} annotated photos: {mean:.2f} each")
    print(f"{len(cells)} cells: " + ", ".join(f"{name} {number}" for name, number in cells.most_common()))
    print(", ".join(f"{name} {number}" for name, number in editors.most_common()))
    print(f"second naming agrees with {agreed} of {agreed + len(disagreed)} repainted things")
    print("\n".join(disagreed))
    print(f"change outside box and margin, grey levels: mean {np.mean(changes):.4f}, most {max(changes):.4f}")


if __name__ == "__main__":
    main()
