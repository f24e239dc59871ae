"""Drawn photos of things that stand on a floor, with their outlines, for the tests of pasting."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from pycocotools import mask as run_lengths

from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import ImageFile, Mask, Pictured, Pixels, Region, RunLengths, Sample, Scene

HEIGHT, WIDTH = 240, 400


class Thing(NamedTuple):
    """An ellipse that stands in for a thing: its label, colour, and box in pixels."""

    label: str
    colour: tuple[int, int, int]
    box: tuple[int, int, int, int]
    crowd: bool = False

    @property
    def mask(self) -> Mask:
        left, top, right, bottom = self.box
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        centre = ((left + right - 1) * 8, (top + bottom - 1) * 8)
        cv2.ellipse(mask, centre, ((right - left - 1) * 8, (bottom - top - 1) * 8), 0, 0, 360, 1, -1, shift=4)
        return mask.astype(bool)

    def region(self, outline: Mask | None = None) -> Region:
        mask = np.asfortranarray(self.mask if outline is None else outline, np.uint8)
        counts = run_lengths.encode(mask)["counts"]
        left, top, right, bottom = self.box
        return Region(
            label=self.label,
            box=(left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT),
            outline=RunLengths(HEIGHT, WIDTH, counts),
            crowd=self.crowd,
        )


RED, BLUE, GREEN = (200, 30, 40), (30, 60, 190), (40, 150, 60)


def photo(*things: Thing, floor: int = 130) -> Pixels:
    """The things, the later before the earlier, on a grey floor with a little noise."""
    picture = np.full((HEIGHT, WIDTH, 3), floor, np.float64)
    for thing in things:
        picture[thing.mask] = thing.colour
    noise = np.random.default_rng(0).normal(0, 2, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def sample(folder: Path, key: str, *things: Thing) -> Sample:
    """A photo on disk with the outlines of its things."""
    path = folder / f"{key}.png"
    cv2.imwrite(str(path), photo(*things)[..., ::-1])
    regions = tuple(thing.region() for thing in things)
    return Sample(key=key, image=ImageFile(str(path)), captions=("A photo.",), regions=regions)


@cache
def _perceive() -> Apply:
    return Perceive().load(Run(0, Path()))


def scene(caption: str, *things: Thing, key: str = "scene", floor: int = 130) -> Scene:
    """A decoded photo, perceived."""
    pictured = Pictured(
        key=key,
        image=ImageFile("scene.png"),
        captions=(caption,),
        regions=tuple(thing.region() for thing in things),
        pixels=photo(*things, floor=floor),
    )
    (made,) = _perceive()([pictured])
    assert isinstance(made, Scene)
    return made
