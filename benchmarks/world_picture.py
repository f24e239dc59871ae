"""The sheet of docs/world.md: scenes of the drawn world, and a quad of every kind.

python benchmarks/world_picture.py docs/world.jpg
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from counterfoil.world.deal import deal, keys
from counterfoil.world.drawing import Drawing
from counterfoil.world.paint import paint
from counterfoil.world.quads import CELLS, quads

SIDE, GAP, TEXT = 150, 6, 18
COLUMNS = 8


def picture(drawing: Drawing) -> Image.Image:
    """A drawing as Pillow has it."""
    return Image.fromarray(paint(drawing, SIDE))


def sheet() -> Image.Image:
    """Sixteen scenes, and below them two drawings and two captions for each cell."""
    font = ImageFont.load_default(13)
    width = COLUMNS * (SIDE + GAP)
    rows = (len(CELLS) + 1) // 2
    height = 2 * (SIDE + GAP) + rows * (SIDE + GAP) + 8
    canvas = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(canvas)
    for number, key in enumerate(keys("train", 0, 2 * COLUMNS)):
        place = number % COLUMNS * (SIDE + GAP), number // COLUMNS * (SIDE + GAP)
        canvas.paste(picture(deal(key).drawing), place)
    for number, cell in enumerate(CELLS):
        quad = next(quads("test", 1 + number, 1, (cell,)))
        left, top = number % 2 * (width // 2), 2 * (SIDE + GAP) + 8 + number // 2 * (SIDE + GAP)
        for side, drawing in enumerate(quad.drawings):
            canvas.paste(picture(drawing), (left + side * (SIDE + GAP), top))
        lines = [
            " ".join(cell),
            "",
            *wrapped(f"1: {quad.captions[0]}"),
            "",
            *wrapped(f"2: {quad.captions[1]}"),
        ]
        for line, text in enumerate(lines):
            draw.text((left + 2 * (SIDE + GAP) + 4, top + 4 + line * TEXT), text, "black", font)
    return canvas


def wrapped(text: str, most: int = 42) -> list[str]:
    """A text in lines."""
    return textwrap.wrap(text, most)


if __name__ == "__main__":
    sheet().save(Path(sys.argv[1]), quality=88)
