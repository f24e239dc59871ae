"""A colour that no thing of a kind has, given to one of them: "no red bench", "a red bench"."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.perceive.colour import NAMES, colour_shares
from counterfoil.mine.perceive.nouns import spoken
from counterfoil.mine.propose.recolour import Coloured, load_coloured
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added, coming
from counterfoil.mine.propose.several import MOST
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.stage import Run
from counterfoil.pictures import to_pixels
from counterfoil.records import Edit, Scene

_SHOWING_MORE = frozenset({"bowl", "cup", "dining table", "laptop", "skateboard", "toilet"})
"""Things whose outline mostly holds something else: food, a straw, feet, a screen, whoever sits on it."""

_PAINTS = ("red", "blue", "green", "yellow", "purple", "orange", "pink")


@dataclass(frozen=True, kw_only=True)
class NewColour:
    """Propose a colour that no thing of a category has: it need not be known which one it has now.

    Args:
        per_region: at most so many colours for one thing.
        regions: at most so many things of a scene, the largest first.
        min_area: smallest box, as a share of the picture.
        max_share: largest share of any such thing's pixels, 0..1, that might be called the new colour.
    """

    version: ClassVar[int] = 1
    per_region: int = 3
    regions: int = 4
    min_area: float = 0.015
    max_share: float = 0.05

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            regions = list(itertools.islice(self._largest(scene, table), self.regions))
            turns = [list(self._of(scene, region, table, rng)) for region in regions]
            for turn in itertools.zip_longest(*turns):
                yield from (draft for draft in turn if draft is not None)

        return propose

    def _largest(self, scene: Scene, table: Coloured) -> Iterator[int]:
        """The largest thing of each category that comes in colours, the largest first."""
        seen: set[str] = set()
        for index in sorted(range(len(scene.regions)), key=lambda i: -scene.regions[i].area):
            region = scene.regions[index]
            if region.label in seen | _SHOWING_MORE or region.label not in table.palettes:
                continue
            if region.area >= self.min_area and not region.crowd:
                seen.add(region.label)
                yield index

    def _of(self, scene: Scene, region: int, table: Coloured, rng: random.Random) -> Iterator[Draft]:
        known, label = told(scene), scene.regions[region].label
        fellows = known.indices(label)
        sure = label not in known.doubtful and not any(scene.regions[i].crowd for i in fellows)
        captions = [c for c in range(len(scene.captions)) if self._fits(known, c, label)]
        if not sure or not captions or len(fellows) > MOST:
            return
        absent = self._absent(scene, fellows, table)
        colours = [colour for colour in absent if colour in table.palettes[label]["to"]]
        rng.shuffle(colours)
        for colour in itertools.islice(table.spread(colours), self.per_region):
            yield self._draft(known, region, colour, known.pick(captions, "new colour", label))

    def _fits(self, known: Told, caption: int, label: str) -> bool:
        """Whether a caption says nothing of such a thing's colour."""
        return not any(noun.colours for noun in known.naming(caption, label))

    def _absent(self, scene: Scene, fellows: tuple[int, ...], table: Coloured) -> list[str]:
        """The colours that none of the things has or might be said to have, and that no caption names."""
        said = frozenset().union(*map(vocabulary, scene.parses))
        shares = [_shares(scene, index) for index in fellows]
        return [
            colour
            for colour in _PAINTS
            if colour not in said
            and all(sum(s[name] for name in (colour, *table.near[colour])) <= self.max_share for s in shares)
        ]

    def _draft(self, known: Told, region: int, colour: str, caption: int) -> Draft:
        scene = known.scene
        label, box = scene.regions[region].label, scene.regions[region].box
        true, negative = coming(spoken(label), colour, known.pick(range(12), "new colour", label))
        return Draft(
            edit=Edit(operation="replace", kind="attribute", before=f"not {colour}", after=colour, box=box),
            caption=caption,
            true_changes=added(scene.captions[caption], true),
            negative_changes=added(scene.captions[caption], negative),
            targets=(region,),
            values=(colour,),
            two_way=True,
        )


def _shares(scene: Scene, region: int) -> dict[str, float]:
    """How much of a thing has each basic colour."""
    left, top, right, bottom = to_pixels(scene.regions[region].box, scene.height, scene.width)
    window = slice(top, bottom), slice(left, right)
    shares = colour_shares(scene.pixels[window], scene.mask(region)[window])
    return dict(zip(NAMES, map(float, shares), strict=False))
