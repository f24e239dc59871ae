"""Two things change places: "a dog left of a chair" becomes "a chair left of a dog"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import ClassVar

from counterfoil.mine.editors.remove import LIMITS, Limits, refusal
from counterfoil.mine.editors.swap_places import alike
from counterfoil.mine.english import capital
from counterfoil.mine.perceive.relations import hull, places
from counterfoil.mine.propose.mirror import OPPOSITE, different, pairs, shows_writing, turned
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.propose.subject import Subject
from counterfoil.mine.propose.told import Told, told
from counterfoil.mine.propose.wording import Wording, swapped_object_words
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Fact, Scene

_WAYS = (
    "To the {how} {other} {be} {one}.",
    "{one} {be} to the {how} {other}.",
)
_APART = "{one} {be} on the {side} and {other} {other_be} on the {other_side}."


@dataclass(frozen=True, kw_only=True)
class SwapPlaces:
    """Propose that two things side by side change places.

    Two that are alike in size and in how low they stand are exchanged, all else staying (the edit has
    their box); others change places in the picture's mirror image (the edit has no box), where
    nothing tells that it is one.

    Args:
        limits: what can be taken out; the editor's own, so that it refuses little.
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 3
    limits: Limits = LIMITS
    most: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        exchanged = filter(None, (self._exchanged(scene, fact) for fact in scene.facts))
        mirrored = iter(()) if shows_writing(scene) else _mirrored(told(scene))
        yield from islice(different(chain(exchanged, mirrored)), self.most)

    def _exchanged(self, scene: Scene, fact: Fact) -> Draft | None:
        if fact.kind != "relation" or fact.value not in OPPOSITE or len(fact.regions) != 2:
            return None
        first, second = fact.regions
        if not self._exchangeable(scene, first, second):
            return None
        words = swapped_object_words(scene, first, second, fact.value)
        if words is None:
            return None
        labels = scene.regions[first].label, scene.regions[second].label
        box = hull([scene.regions[first].box, scene.regions[second].box])
        return _draft(words, labels, fact.value, fact.regions, box)

    def _exchangeable(self, scene: Scene, first: int, second: int) -> bool:
        return (
            alike(scene.regions[first], scene.regions[second])
            and refusal(scene, (first, second), self.limits) is None
        )


def _mirrored(known: Told) -> Iterator[Draft]:
    """Two things, or two groups, that change places with all else: in the mirror image."""
    for first, second, how in pairs(known):
        captions = known.without_sides(sorted(first.captions(known) & second.captions(known)))
        if captions:
            caption = known.pick(captions, "swap", first.label, second.label)
            words = _sentences(known, first, second, how, caption)
            yield _draft(words, (first.label, second.label), how, first.regions + second.regions, None)


def _sentences(known: Told, first: Subject, second: Subject, how: str, caption: int) -> Wording:
    """How two things stand to each other, and the same of the two exchanged."""
    both_placed = all(places(thing.boxes(known)) for thing in (first, second))
    way = known.pick((*_WAYS, _APART) if both_placed else _WAYS, "swap", first.label, second.label)
    side = how.removesuffix(" of")
    words = {"how": how, "side": side, "other_side": turned(side)}
    true, negative = (
        capital(way.format(**words, **_names(known, caption, *order)))
        for order in ((first, second), (second, first))
    )
    text = known.scene.captions[caption]
    return Wording(caption, added(text, true), added(text, negative))


def _names(known: Told, caption: int, one: Subject, other: Subject) -> dict[str, str]:
    return {
        "one": one.name(known, caption),
        "be": one.be,
        "other": other.name(known, caption),
        "other_be": other.be,
    }


def _draft(
    words: Wording, labels: tuple[str, str], how: str, targets: tuple[int, ...], box: Box | None
) -> Draft:
    before, after = (f"{one} {how} {other}" for one, other in (labels, labels[::-1]))
    return words.draft(
        Edit(operation="swap", kind="object", before=before, after=after, box=box), targets=targets
    )
