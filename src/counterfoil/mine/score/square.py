"""The 2x2 square of a foil: each of its captions on each of its pictures, and the leads of the truth.

| score | what |
|---|---|
| `NAME.true_on_original` | the true caption on the original |
| `NAME.negative_on_original` | the negative caption on the original |
| `NAME.true_on_negative` | the true caption on the negative picture |
| `NAME.negative_on_negative` | the negative caption on the negative picture |
| `NAME.text` | the smaller lead of a picture's own caption over the other; above 0 is right in Winoground |
| `NAME.image` | the smaller lead of a caption's own picture over the other; above 0 is right in Winoground |

A text-only foil has the first two, and a `NAME.text` of the original alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.mine.score.scorer import Scores
from counterfoil.mine.score.views import View
from counterfoil.records import Foil


def corners(foil: Foil) -> list[tuple[View, str]]:
    """Each picture that the foil has, with its true and with its negative caption."""
    pictures = (False, True) if foil.patch is not None else (False,)
    captions = foil.true_caption, foil.negative_caption
    return [(View(foil, painted), caption) for painted in pictures for caption in captions]


def squared(name: str, corner: Sequence[float]) -> Scores:
    """The scores of a foil, of what its two or four corners have."""
    true, negative = corner[:2]
    scores = {"true_on_original": true, "negative_on_original": negative, "text": true - negative}
    if len(corner) == 4:
        true_too, own = corner[2:]
        scores |= {"true_on_negative": true_too, "negative_on_negative": own}
        scores |= {
            "text": min(true - negative, own - true_too),
            "image": min(true - true_too, own - negative),
        }
    return {f"{name}.{what}": value for what, value in scores.items()}
