"""What is true of a photo as a whole: it is in color, sharp, well lit, upright. In its negative it is not.

Each is told only of a photo that clearly has the quality, and after a caption that says nothing which
the change would make false or unsure.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.perceive.colour import NAMES, apart
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import Pair, added
from counterfoil.mine.propose.told import told, vocabulary
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Pixels, Scene

SIDE = 320
"""The longer side in pixels at which a photo is looked at."""

_NO_PHOTO = frozenset(
    {"cartoon", "animated", "animation", "drawing", "drawn", "painting", "illustration", "surreal"}
    | {"surrealistic", "digital", "render", "rendering", "rendered", "graphic", "computer-generated", "cgi"}
    | {"monochrome", "sepia", "blurry", "blurred"}
)
"""Words of captions of what is no photo, or no plain one."""

_COLOURED = frozenset(NAMES) | frozenset(
    {"gray", "color", "colored", "colors", "colorful", "colour", "coloured", "colours", "colourful"}
    | {"bright", "vivid", "rainbow", "golden", "silver", "tan", "beige", "blonde", "blond", "lush", "neon"}
)
_LIT = frozenset(
    {"bright", "brightly", "sunny", "sun", "sunlight", "light", "lights", "lit", "lighting", "dark", "night"}
    | {"day", "daytime", "daylight", "sunset", "sunrise", "dusk", "dawn", "shadow", "shade", "white", "glow"}
)
_LEGIBLE = frozenset(
    {"sign", "signs", "word", "words", "letter", "letters", "number", "numbers", "read", "say", "writing"}
    | {"written", "name", "logo", "label", "text", "focus", "clear", "clearly", "sharp", "detail", "detailed"}
    | {"close", "closeup", "close-up", "motion", "speed", "reflection", "time", "clock"}
)
_UPRIGHT = frozenset(
    {"upside", "down", "up", "top", "bottom", "above", "below", "over", "under", "left", "right", "rotated"}
    | {"fall", "falling", "hang", "hanging", "flip", "trick", "jump", "jumping", "reflection", "mirror"}
)


class Quality(NamedTuple):
    """A quality of photos and its contrary.

    Args:
        before: the quality.
        ways: to say it, and its contrary.
        unsaid: words that are no longer true, or no longer sure, where it is lost.
        holds: whether the pixels of a photo, reduced, clearly have it.
    """

    before: str
    ways: tuple[Pair, ...]
    unsaid: frozenset[str]
    holds: Callable[[Pixels], bool]


def is_colourful(pixels: Pixels) -> bool:
    """Whether the channels of a tenth of the pixels lie 40 grey levels apart."""
    spread = apart(pixels)
    return bool(np.count_nonzero(spread > 40) >= 0.1 * spread.size)


def is_sharp(pixels: Pixels) -> bool:
    """Whether there is much detail of a few pixels' size, on average over the photo."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return cv2.mean(cv2.absdiff(grey, cv2.GaussianBlur(grey, (0, 0), 1.2)))[0] >= 7


def is_well_lit(pixels: Pixels) -> bool:
    """Whether the middle of its grey levels is above that of the scale."""
    return _middle(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)) >= 120


def is_evenly_lit(pixels: Pixels) -> bool:
    """Whether the middle of its grey levels is near that of the scale, and hardly anything is all white."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return 90 <= _middle(grey) <= 160 and int(np.count_nonzero(grey >= 250)) / grey.size <= 0.02


def _middle(grey: NDArray[Any]) -> float:
    """The median of grey levels, from how often there is each."""
    up_to = np.cumsum(cv2.calcHist([grey], [0], None, [256], [0, 256]), dtype=np.int64)
    lower, upper = (
        int(np.searchsorted(up_to, rank, "right")) for rank in ((grey.size - 1) // 2, grey.size // 2)
    )
    return (lower + upper) / 2


def is_upright(pixels: Pixels) -> bool:
    """Whether one sees where up is: its upper quarter is much lighter than its lower, as under a sky."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    quarter = max(len(grey) // 4, 1)
    return cv2.mean(grey[:quarter])[0] - cv2.mean(grey[-quarter:])[0] >= 40


MONOCHROME, SEPIA, BLURRY, DARK = "black and white", "sepia", "blurry", "dark"
OVEREXPOSED, UPSIDE_DOWN = "overexposed", "upside down"

QUALITIES = {
    MONOCHROME: Quality(
        "in color",
        (
            ("The photo is in color.", "The photo is in black and white."),
            ("It is a color photo.", "It is a black and white photo."),
        ),
        _COLOURED,
        is_colourful,
    ),
    SEPIA: Quality(
        "in color",
        (
            ("It is a color photo.", "It is a sepia photo."),
            ("The photo is in full color.", "The photo is in sepia tones."),
        ),
        _COLOURED,
        is_colourful,
    ),
    BLURRY: Quality(
        "sharp",
        (
            ("The photo is sharp.", "The photo is blurry."),
            ("The picture is in focus.", "The picture is out of focus."),
        ),
        _LEGIBLE,
        is_sharp,
    ),
    DARK: Quality(
        "well lit",
        (
            ("The photo is well lit.", "The photo is very dark."),
            ("The picture is well exposed.", "The picture is badly underexposed."),
        ),
        _LIT,
        is_well_lit,
    ),
    OVEREXPOSED: Quality(
        "well lit",
        (
            ("The photo is well exposed.", "The photo is badly overexposed."),
            ("The picture is correctly exposed.", "The picture is overexposed."),
        ),
        _LIT | _COLOURED,
        is_evenly_lit,
    ),
    UPSIDE_DOWN: Quality(
        "right side up",
        (
            ("The photo is right side up.", "The photo is upside down."),
            ("The picture is the right way up.", "The picture is upside down."),
        ),
        _UPRIGHT,
        is_upright,
    ),
}
"""By their contraries, which are what the photo becomes."""


@dataclass(frozen=True, kw_only=True)
class WholePhoto:
    """Propose to take from a photo a quality that it has as a whole.

    Args:
        most: largest number of drafts of one scene; which they are differs from scene to scene.
    """

    version: ClassVar[int] = 2
    most: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_drafts(scene, rng), self.most)


def _drafts(scene: Scene, rng: random.Random) -> Iterator[Draft]:
    if any(not vocabulary(doc).isdisjoint(_NO_PHOTO) for doc in scene.parses):
        return
    small = _reduced(scene.pixels)
    told_of: set[str] = set()
    for after in rng.sample(list(QUALITIES), len(QUALITIES)):
        quality = QUALITIES[after]
        plain = [
            c for c, doc in enumerate(scene.parses) if doc and vocabulary(doc).isdisjoint(quality.unsaid)
        ]
        if plain and quality.before not in told_of and quality.holds(small):
            told_of.add(quality.before)
            yield _draft(scene, after, plain)


def _draft(scene: Scene, after: str, captions: list[int]) -> Draft:
    known, quality = told(scene), QUALITIES[after]
    caption = known.pick(captions, "whole", after)
    true, negative = known.pick(quality.ways, "whole", after)
    return Draft(
        edit=Edit(operation="replace", kind="attribute", before=quality.before, after=after),
        caption=caption,
        true_changes=added(scene.captions[caption], true),
        negative_changes=added(scene.captions[caption], negative),
        values=(after,),
        two_way=True,
    )


def _reduced(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
