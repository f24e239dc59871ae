"""The light around a thing, and how colourful what is there: a scene and a region in, an `Ambience` out.

Paint looks fresh from the tin where it is lighter than white would be in that light, or more vivid
than anything else in the photo. White in the same light is known where the thing itself is white;
else it is at least as light as most of what lies around.
"""

from __future__ import annotations

from functools import lru_cache

from counterfoil.mine.editors.paint import Body
from counterfoil.mine.editors.tones import Ambience
from counterfoil.mine.magnitude import magnitude
from counterfoil.mine.perceive.oklab import Floats, to_oklab
from counterfoil.mine.percentile import percentile
from counterfoil.pictures import to_pixels
from counterfoil.records import Same, Scene

WHITE = 0.94
"""Lightness of white paint in full light."""

DULL, VIVID = 0.05, 0.17
"""Chroma that the most colourful twentieth of a photo reaches: a grey street's, and a playground's."""

STEP = 4
"""Of so many pixels in a row one is looked at."""


def ambience_of(scene: Scene, region: int, body: Body) -> Ambience:
    """How paint looks where a thing is.

    Args:
        scene: the scene.
        region: the thing.
        body: its paint.
    """
    lab, vivid = _sparse(Same(scene))
    if body.name == "white":
        return Ambience(min(float(body.middle[0]) / WHITE, 1.0), vivid)
    return Ambience(_light(scene, region, lab), vivid)


def _light(scene: Scene, region: int, lab: Floats) -> float:
    """Lightness of white near a thing: of the lightest tenth in a window of thrice its size."""
    left, top, right, bottom = to_pixels(scene.regions[region].box, scene.height, scene.width)
    wide, high = right - left, bottom - top
    rows = slice(max(top - high, 0) // STEP, (bottom + high) // STEP + 1)
    columns = slice(max(left - wide, 0) // STEP, (right + wide) // STEP + 1)
    return min(percentile(lab[rows, columns, 0].ravel(), 90) / WHITE, 1.0)


@lru_cache(1)
def _sparse(same: Same) -> tuple[Floats, float]:
    """A few pixels of a scene in OKLab, and how vivid they are, 0..1."""
    scene: Scene = same.value
    lab = to_oklab(scene.pixels[::STEP, ::STEP])
    chroma = percentile(magnitude(lab[..., 1], lab[..., 2]).ravel(), 95)
    return lab, min(max((chroma - DULL) / (VIVID - DULL), 0.0), 1.0)
