"""Draw the README's picture: foils of the demo's free photos, original left and negative right.

counterfoil demo --out demo && python benchmarks/readme_picture.py demo/foils docs/foils.jpg
"""

from __future__ import annotations

import io
import sys
import textwrap
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from PIL import Image

from counterfoil import shards

SHOWN = (("coffee", "recolour", "blue"), ("camera", "remove", ""), ("coffee", "mirror", ""))
"""Sample, editor, and what the fact becomes: photos that are in the public domain or CC0."""


def find(dataset: Path, key: str, editor: str, after: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row and its first foil of that kind."""
    for row in shards.read_rows(dataset / "data"):
        for foil in row["foils"]:
            fits = foil["provenance"]["editor"] == editor and after in foil["after"]
            if row["key"] == key and fits and foil["negative_image"]:
                return row, foil
    raise SystemExit(f"{dataset} has no foil of {key} by {editor}")


def picture(data: bytes) -> Image.Image:
    """A picture cut to one shape, so that rows align."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    height = min(image.height, round(image.width * 0.66))
    top = (image.height - height) // 2
    return image.crop((0, top, image.width, top + height))


def main() -> None:
    """Draw and save."""
    dataset, out = Path(sys.argv[1]), Path(sys.argv[2])
    figure, axes = plt.subplots(len(SHOWN), 2, figsize=(9, 3.6 * len(SHOWN)))
    for line, (key, editor, after) in zip(axes, SHOWN, strict=True):
        row, foil = find(dataset, key, editor, after)
        sides = (row["image"], foil["caption"]), (foil["negative_image"], foil["negative_caption"])
        for axis, (image, caption) in zip(line, sides, strict=True):
            axis.imshow(picture(image["bytes"]))
            axis.set_title("\n".join(textwrap.wrap(caption, 48)), fontsize=11, loc="left")
            axis.set_axis_off()
    figure.tight_layout()
    figure.savefig(out, dpi=80, pil_kwargs={"quality": 88})


if __name__ == "__main__":
    main()
