"""Drawn scenes for editors, rules and scores: discs and boxes on a noisy ground, all of it known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from pycocotools import mask as run_lengths

from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import (
    Box,
    Edit,
    Fact,
    Foil,
    ImageFile,
    Mask,
    Patch,
    Pictured,
    Pixels,
    Region,
    Reworded,
    RunLengths,
    Scene,
)

HEIGHT, WIDTH = 240, 320

Colour = tuple[int, int, int]


def ground(grey: int = 128, noise: float = 4, seed: int = 0) -> Pixels:
    grain = np.random.default_rng(seed).normal(0, noise, (HEIGHT, WIDTH, 3))
    return np.clip(grey + grain, 0, 255).astype(np.uint8)


def disc(x: int, y: int, radius: int) -> Mask:
    rows, columns = np.ogrid[:HEIGHT, :WIDTH]
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 <= radius**2)


def block(left: int, top: int, right: int, bottom: int) -> Mask:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[top:bottom, left:right] = True
    return mask


def region(label: str, mask: Mask, crowd: bool = False) -> Region:
    code = run_lengths.encode(np.asfortranarray(mask, np.uint8))
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box: Box = (
        float(columns[0] / WIDTH),
        float(rows[0] / HEIGHT),
        float((columns[-1] + 1) / WIDTH),
        float((rows[-1] + 1) / HEIGHT),
    )
    return Region(label=label, box=box, outline=RunLengths(HEIGHT, WIDTH, code["counts"]), crowd=crowd)


def scene(
    *things: tuple[str, Mask, Colour],
    pixels: Pixels | None = None,
    captions: tuple[str, ...] = ("A photo.",),
    facts: tuple[Fact, ...] = (),
    crowds: tuple[str, ...] = (),
) -> Scene:
    """The things painted on the ground, later ones over earlier ones."""
    picture = ground() if pixels is None else pixels.copy()
    for _, mask, colour in things:
        picture[mask] = colour
    return Scene(
        key="drawn",
        image=ImageFile("drawn.png"),
        captions=captions,
        regions=tuple(region(label, mask, label in crowds) for label, mask, _ in things),
        pixels=picture,
        parses=(),
        facts=facts,
    )


def reworded(of: Scene, edit: Edit, targets: tuple[int, ...] = (), values: tuple[str, ...] = ()) -> Reworded:
    return Reworded(
        key="drawn/0",
        scene=of,
        edit=edit,
        proposer="test",
        caption=0,
        negative_changes=(),
        two_way=True,
        targets=targets,
        values=values,
        true_caption="A photo.",
        negative_caption="Another photo.",
    )


def foil(
    of: Scene, edit: Edit, patch: Patch | None, targets: tuple[int, ...] = (), values: tuple[str, ...] = ()
) -> Foil:
    words = reworded(of, edit, targets, values)
    fields = {name: getattr(words, name) for name in words.__dataclass_fields__}
    return Foil(**fields | {"two_way": patch is not None}, patch=patch, editor="test" if patch else "")


def perceived(drawn: Scene) -> Scene:
    """The scene with the facts that its annotations and captions tell."""
    pictured = Pictured(
        key=drawn.key, image=drawn.image, captions=drawn.captions, regions=drawn.regions, pixels=drawn.pixels
    )
    (out,) = _perceive()([pictured])
    assert isinstance(out, Scene)
    return out


@cache
def _perceive() -> Apply:
    return Perceive().load(Run(0, Path()))
