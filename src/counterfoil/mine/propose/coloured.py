"""What comes in which colours: `coloured.json`, read once.

"from" is what may be painted over, "to" what it may become. What is not in it keeps its colour: skin,
most food, plants.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from counterfoil.mine.perceive.colour import NAMES


class Coloured(NamedTuple):
    """The table of what comes in which colours.

    Args:
        palettes: by category: the colours that it may have ("from") and may become ("to").
        near: by colour: the colours that the same thing might also be called.
        apart: by colour: those of the near ones that fresh paint is nevertheless not mistaken for.
        known: the categories that change colour only where it is known which one they have.
        laden: those whose outline often holds something else: food, plates.
    """

    palettes: dict[str, dict[str, tuple[str, ...]]]
    near: dict[str, tuple[str, ...]]
    apart: dict[str, tuple[str, ...]]
    known: frozenset[str]
    laden: frozenset[str]

    def becomes(self, label: str, colour: str) -> tuple[str, ...]:
        """The colours that a thing of one colour may be painted; () where it should stay as it is."""
        palette = self.palettes.get(label)
        if palette is None or colour not in palette["from"]:
            return ()
        barred = {colour, *self.near[colour]}.difference(self.apart[colour])
        return tuple(to for to in palette["to"] if to not in barred)

    def spread(self, colours: Sequence[str]) -> list[str]:
        """The same colours, those first that are not near an earlier one."""
        first: list[str] = []
        for colour in colours:
            if not any(colour in self.near[earlier] for earlier in first):
                first.append(colour)
        return first + [colour for colour in colours if colour not in first]


@cache
def load_coloured() -> Coloured:
    """Read the table."""
    table = json.loads(resources.files(__package__).joinpath("coloured.json").read_text("utf-8"))
    every = {"any": NAMES}
    palettes = {
        label: {side: tuple(every.get(str(names), names)) for side, names in palette.items()}
        for label, palette in table["palettes"].items()
    }
    near, apart = ({name: tuple(table[key].get(name, ())) for name in NAMES} for key in ("near", "apart"))
    return Coloured(palettes, near, apart, frozenset(table["known"]), frozenset(table["laden"]))
