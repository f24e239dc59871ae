"""A colour that no thing of a kind has, given to one of them: "no red bench", "a red bench"."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.editors.paintable import Limits, can_paint, paint_share
from counterfoil.mine.perceive.colour import NAMES, shares_of
from counterfoil.mine.perceive.nouns import spoken
from counterfoil.mine.propose.coloured import Coloured, load_coloured
from counterfoil.mine.propose.recolour import colour_facts, recoloured
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added, coming
from counterfoil.mine.propose.several import MOST
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Scene

_PAINTS = ("red", "blue", "green", "yellow", "purple", "orange", "pink", "brown")


@dataclass(frozen=True, kw_only=True)
class NewColour:
    """Propose a colour that no thing of a category has: it need not be known which one it has now.

    Args:
        per_region: at most so many colours for one thing.
        per_label: at most so many things of a category.
        regions: at most so many things of a scene, the largest first.
        min_area: smallest box, as a share of the picture.
        max_share: largest share of any such thing's pixels, 0..1, that has the new colour.
        max_near: largest share that has a colour which might be called it.
        min_paint: least share of what is often laden (a table) that shows its own paint.
        max_laden: its largest box, as a share of the picture.
    """

    version: ClassVar[int] = 3
    per_region: int = 4
    per_label: int = 2
    regions: int = 4
    min_area: float = 0.006
    max_share: float = 0.05
    max_near: float = 0.3
    min_paint: float = 0.75
    max_laden: float = 0.15

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        table = load_coloured()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            turns = (list(self._of(scene, region, table, rng)) for region in self._largest(scene, table))
            found = itertools.islice((turn for turn in turns if turn), self.regions)
            for turn in itertools.zip_longest(*found):
                yield from (draft for draft in turn if draft is not None)

        return propose

    def _largest(self, scene: Scene, table: Coloured) -> Iterator[int]:
        """Things that come in colours, the largest first; not those of which a rule tells their own."""
        fit = [index for index in range(len(scene.regions)) if self._is_fit(scene, index, table)]
        told_of = {
            fact.regions[0]
            for fact in (colour_facts(scene, table, 0.005, 24) if fit else ())
            if fact.regions[0] in fit
            and any(recoloured(scene, fact, table.becomes(fact.subject, fact.value), table))
        }
        number: Counter[str] = Counter()
        for index in sorted(fit, key=lambda i: -scene.regions[i].area):
            label = scene.regions[index].label
            if index not in told_of:
                number[label] += 1
                if number[label] <= self.per_label:
                    yield index

    def _is_fit(self, scene: Scene, index: int, table: Coloured) -> bool:
        """Whether a thing comes in colours, is large enough, and is surely seen."""
        region = scene.regions[index]
        is_kind = region.label in table.palettes and region.label not in table.known
        return is_kind and region.area >= self.min_area and not region.crowd and not _is_behind(scene, index)

    def _of(self, scene: Scene, region: int, table: Coloured, rng: random.Random) -> Iterator[Draft]:
        known, label = told(scene), scene.regions[region].label
        fellows = known.indices(label)
        sure = label not in known.doubtful and not any(scene.regions[i].crowd for i in fellows)
        captions = [c for c in range(len(scene.captions)) if self._fits(known, c, label)]
        if not sure or not captions or len(fellows) > MOST:
            return
        absent = self._absent(scene, fellows, table)
        colours = [colour for colour in absent if colour in table.palettes[label]["to"]]
        if not colours or (label in table.laden and not self._is_bare(scene, region)):
            return
        rng.shuffle(colours)
        fit = (c for c in table.spread(colours) if can_paint(scene, region, f"not {c}", c, Limits()))
        for colour in itertools.islice(fit, self.per_region):
            yield self._draft(known, region, colour, known.pick(captions, "new colour", label))

    def _is_bare(self, scene: Scene, region: int) -> bool:
        """Whether next to nothing lies on or in a thing."""
        return (
            scene.regions[region].area <= self.max_laden
            and paint_share(scene, region, Limits()) >= self.min_paint
        )

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
            and all(share[colour] <= self.max_share for share in shares)
            and all(sum(share[name] for name in table.near[colour]) <= self.max_near for share in shares)
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


def _is_behind(scene: Scene, region: int) -> bool:
    """Whether another thing of its category overlaps most of a thing: which one is seen would be unsure."""
    thing = scene.regions[region]
    left, top, right, bottom = thing.box
    fellows = (other for i, other in enumerate(scene.regions) if i != region and other.label == thing.label)
    for fellow in fellows:
        wide = min(right, fellow.box[2]) - max(left, fellow.box[0])
        high = min(bottom, fellow.box[3]) - max(top, fellow.box[1])
        if min(wide, high) > 0 and 2 * wide * high > thing.area:
            return True
    return False


def _shares(scene: Scene, region: int) -> dict[str, float]:
    """How much of a thing has each basic colour."""
    return dict(zip(NAMES, map(float, shares_of(scene, region)), strict=False))
