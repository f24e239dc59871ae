"""What there is in the drawn world, and what it is called. Names in, words out.

The first word of each list is the name; the others are its synonyms in captions.
"""

from __future__ import annotations

from typing import Literal, get_args

Shape = Literal[
    "circle",
    "square",
    "triangle",
    "star",
    "heart",
    "cross",
    "diamond",
    "crescent",
    "arrow",
    "oval",
    "hexagon",
    "drop",
]
Colour = Literal[
    "black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown"
]
Size = Literal["small", "medium", "large"]
Filling = Literal["plain", "striped", "dotted", "outlined"]
Relation = Literal["left of", "right of", "above", "below", "inside", "around", "in front of", "behind"]

SHAPES: tuple[Shape, ...] = get_args(Shape)
COLOURS: tuple[Colour, ...] = get_args(Colour)
"""The eleven basic colour terms of Berlin and Kay (1969)."""
SIZES: tuple[Size, ...] = get_args(Size)
FILLINGS: tuple[Filling, ...] = get_args(Filling)
RELATIONS: tuple[Relation, ...] = get_args(Relation)

NOUNS: dict[Shape, tuple[str, ...]] = {
    "circle": ("circle", "disc"),
    "square": ("square",),
    "triangle": ("triangle",),
    "star": ("star",),
    "heart": ("heart",),
    "cross": ("cross", "plus sign"),
    "diamond": ("diamond", "rhombus"),
    "crescent": ("crescent", "moon"),
    "arrow": ("arrow",),
    "oval": ("oval", "ellipse"),
    "hexagon": ("hexagon",),
    "drop": ("drop", "teardrop"),
}
PLURALS: dict[str, str] = {
    "cross": "crosses",
    "rhombus": "rhombuses",
} | {noun: f"{noun}s" for nouns in NOUNS.values() for noun in nouns if noun not in ("cross", "rhombus")}
ADJECTIVES: dict[str, tuple[str, ...]] = {
    **{colour: (colour,) for colour in COLOURS},
    "grey": ("grey", "gray"),
    "small": ("small", "little", "tiny"),
    "medium": ("medium-sized", "mid-sized"),
    "large": ("large", "big", "huge"),
    "plain": ("plain", "solid"),
    "striped": ("striped", "stripy"),
    "dotted": ("dotted", "spotted"),
    "outlined": ("outlined", "hollow"),
}
"""The words for every attribute: colours, sizes, fillings."""
RELATION_WORDS: dict[Relation, tuple[str, ...]] = {
    "left of": ("to the left of", "left of"),
    "right of": ("to the right of", "right of"),
    "above": ("above", "higher than"),
    "below": ("below", "lower than"),
    "inside": ("inside", "within"),
    "around": ("around", "surrounding"),
    "in front of": ("in front of", "overlapping"),
    "behind": ("behind", "partly hidden by"),
}
CONVERSE: dict[Relation, Relation] = {
    "left of": "right of",
    "right of": "left of",
    "above": "below",
    "below": "above",
    "inside": "around",
    "around": "inside",
    "in front of": "behind",
    "behind": "in front of",
}
"""If A is `r` B, then B is CONVERSE[r] A."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
THING = "shape"
"""The word for any of them, whatever its shape."""


def kind_of(attribute: str) -> str:
    """Which attribute a value is one of: "colour", "size" or "filling"."""
    if attribute in COLOURS:
        return "colour"
    return "size" if attribute in SIZES else "filling"
