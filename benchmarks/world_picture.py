"""The sheet of docs/world.md: scenes of the drawn world with a caption, and mined foils of every kind.

python benchmarks/world_picture.py docs/world.jpg
"""

from __future__ import annotations

import sys
import textwrap
from collections import defaultdict
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from counterfoil.mine.groups import groups
from counterfoil.recipes.drawn import drawn
from counterfoil.records import Pixels, Scored
from counterfoil.sources.drawn import Drawn
from counterfoil.world.deal import deal, keys
from counterfoil.world.paint import paint
from counterfoil.world.quads import CELLS

SIDE, GAP, TEXT = 150, 6, 17
COLUMNS, ROWS = 8, 2
SAID = 4 * TEXT
"""Height of a scene's caption."""
FONT = ImageFont.load_default(13)

Found = dict[tuple[str, str], list[tuple[Pixels, Scored]]]


def sheet() -> Image.Image:
    """Sixteen scenes with a caption of each, and below them two foils of each cell."""
    top = ROWS * (SIDE + SAID + GAP)
    canvas = Image.new("RGB", (COLUMNS * (SIDE + GAP), top + len(CELLS) * (SIDE + GAP)), "white")
    for number, key in enumerate(keys("train", 0, COLUMNS * ROWS)):
        place = number % COLUMNS * (SIDE + GAP), number // COLUMNS * (SIDE + SAID + GAP)
        draw_scene(canvas, place, key)
    found = foils_by_cell(2)
    for row, cell in enumerate(CELLS):
        for column, (pixels, foil) in enumerate(found[cell]):
            draw_foil(canvas, (column * canvas.width // 2, top + row * (SIDE + GAP)), pixels, foil)
    return canvas


def draw_scene(canvas: Image.Image, place: tuple[int, int], key: str) -> None:
    """A scene, and below it the longest of its captions that fits."""
    dealt = deal(key)
    canvas.paste(Image.fromarray(paint(dealt.drawing, SIDE)), place)
    said = [textwrap.wrap(caption.text, 23) for caption in dealt.captions]
    longest = max((lines for lines in said if len(lines) * TEXT <= SAID), key=len)
    write(canvas, (place[0] + 2, place[1] + SIDE + 2), longest)


def draw_foil(canvas: Image.Image, place: tuple[int, int], pixels: Pixels, foil: Scored) -> None:
    """A scene, its foil, and the caption of each."""
    left, top = place
    assert foil.patch is not None
    for side, picture in enumerate((pixels, foil.patch.onto(pixels))):
        canvas.paste(Image.fromarray(picture), (left + side * (SIDE + GAP), top))
    lines = [f"{foil.edit.operation} {foil.edit.kind}"]
    for number, caption in enumerate((foil.true_caption, foil.negative_caption), 1):
        lines += textwrap.wrap(f"{number}: {caption}", 42)
    write(canvas, (left + 2 * (SIDE + GAP), top + 2), lines)


def write(canvas: Image.Image, place: tuple[int, int], lines: list[str]) -> None:
    """Lines of text, one below the other."""
    for number, line in enumerate(lines):
        ImageDraw.Draw(canvas).text((place[0], place[1] + number * TEXT), line, "black", FONT)


def foils_by_cell(number: int) -> Found:
    """The first foils of each cell, no two of one scene."""
    found: Found = defaultdict(list)
    for picture, foils in groups(Drawn(path="train", size=SIDE, number=64), drawn()):
        wanting = (foil for foil in foils if len(found[foil.edit.operation, foil.edit.kind]) < number)
        if foil := min(
            wanting, key=lambda foil: len(found[foil.edit.operation, foil.edit.kind]), default=None
        ):
            found[foil.edit.operation, foil.edit.kind].append((picture.pixels, foil))
    return found


if __name__ == "__main__":
    sheet().save(Path(sys.argv[1]), quality=88)
