"""Painted variations of drawn scenes: discs on a noisy ground that turn into discs of other colours."""

from __future__ import annotations

from dataclasses import replace

from scenes import disc, foil, ground, scene

from counterfoil.frozen import grow
from counterfoil.records import Edit, Foil, Patch, Scene, Scored

COLOURS = {"red": (220, 30, 30), "blue": (30, 40, 220), "green": (30, 160, 50), "yellow": (240, 210, 40)}


def ball(key: str, seed: int = 0) -> Scene:
    """A grey ball in the middle, of a radius of 40."""
    drawn = scene(("ball", disc(160, 120, 40), (120, 120, 125)), pixels=ground(seed=seed))
    return replace(drawn, key=key, captions=("A grey ball.",))


def variation(of: Scene, colour: str, number: int, top: int = 80) -> Scored:
    """The ball in another colour, on a patch that begins at a row of its own."""
    mask = disc(160, 120, 40)[top:165, 100:230]
    pixels = of.pixels[top:165, 100:230].copy()
    pixels[mask] = COLOURS[colour]
    patch = Patch(left=100, top=top, pixels=pixels, mask=mask)
    box = of.regions[0].box
    edit = Edit(operation="replace", kind="attribute", before="grey", after=colour, box=box)
    made = replace(
        foil(of, edit, patch, (0,), (colour,)),
        key=f"{of.key}/{number}",
        true_caption="A grey ball.",
        negative_caption=f"A {colour} ball.",
    )
    return grow(made, Scored, scores={"area.share": 0.1})


def in_words(of: Scene, number: int) -> Scored:
    """A foil of words alone."""
    edit = Edit(operation="replace", kind="attribute", before="grey", after="two red", box=None)
    made: Foil = replace(foil(of, edit, None, (0,)), key=f"{of.key}/{number}", true_caption="A grey ball.")
    return grow(made, Scored, scores={})


def variations() -> list[Scored]:
    """Of two scenes: three colours of one ball, two of the other, and a foil in words of each."""
    first, second = ball("first"), ball("second", 1)
    return [
        *(variation(first, colour, n, 80 - 7 * n) for n, colour in enumerate(("red", "blue", "green"))),
        in_words(first, 3),
        *(variation(second, colour, n) for n, colour in enumerate(("yellow", "red"))),
        in_words(second, 2),
    ]
