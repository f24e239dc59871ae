"""What stands left of something stands right of it in the picture's mirror image."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, combinations, islice
from typing import ClassVar, NamedTuple

from counterfoil.mine.editors.turn_back import turnable
from counterfoil.mine.english import capital
from counterfoil.mine.perceive.relations import beside
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.propose.subject import Subject
from counterfoil.mine.propose.subjects import subjects
from counterfoil.mine.propose.told import Told, told
from counterfoil.mine.propose.wording import Wording, relation_words
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Edit, Fact, Same, Scene

OPPOSITE = {"left of": "right of", "right of": "left of"}

_WAYS = (
    "{one} {be} to the {how} {other}.",
    "{one} {be} on the {how} {other}.",
    "{one} can be seen to the {how} {other}.",
    "To the {how} {other} {be} {one}.",
)


class _Lists(NamedTuple):
    labels: dict[str, float]
    words: re.Pattern[str]
    sides: re.Pattern[str]


@cache
def _lists() -> _Lists:
    """What has only one way round, words for writing, and words for sides.

    Of a label the area from which on one sees which way round it is, as a share of the picture.
    """
    raw = json.loads((files("counterfoil.mine.propose") / "one_way_round.json").read_text())
    return _Lists(raw["labels"], _any_of(raw["words"]), _any_of(raw["sides"], re.IGNORECASE))


def _any_of(words: list[str], flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(words)})\b(?! of)", flags)


@dataclass(frozen=True, kw_only=True)
class MirrorSides:
    """Propose a mirror image for facts of left and right, those that a caption states first.

    Not where a label or a caption tells of writing, and only where the caption, apart from the fact
    itself, says nothing of sides: the mirror image would make that false too.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 2
    most: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        if shows_writing(scene):
            return
        stated = filter(None, (_stated(scene, fact) for fact in scene.facts))
        yield from islice(different(chain(stated, _told_of(told(scene)))), self.most)


def shows_writing(scene: Scene) -> bool:
    """Whether a label or a caption tells of something that has only one way round, and stays turned."""
    return _shows_writing(Same(scene))


@lru_cache(1)
def _shows_writing(same: Same) -> bool:
    scene: Scene = same.value
    lists, fine = _lists(), turnable(scene)
    others = [region for index, region in enumerate(scene.regions) if index not in fine]
    if any(region.area >= lists.labels.get(region.label, math.inf) for region in others):
        return True
    labels = sorted({scene.regions[index].label for index in fine})
    told_of = re.compile(rf"\b({'|'.join(labels)})s?\b" if labels else r"(?!)", re.IGNORECASE)
    # in lower case, for among many words it takes five times as long to ignore the case
    return any(lists.words.search(told_of.sub(" ", caption).lower()) for caption in scene.captions)


def turned(words: str) -> str:
    """Words for a place with the other side in them."""
    return words.replace("left", "right") if "left" in words else words.replace("right", "left")


def pairs(known: Told) -> Iterator[tuple[Subject, Subject, str]]:
    """Things of different kinds that stand beside each other, and how; the largest first."""
    for second, first in combinations(subjects(known), 2):
        if first.label != second.label and not (first.quality and second.quality):
            how = beside(first.boxes(known), second.boxes(known))
            if how:
                yield first, second, how


def different(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Those of other things than the ones before."""
    seen: set[frozenset[int]] = set()
    for draft in drafts:
        targets = frozenset(draft.targets)
        if targets not in seen:
            yield draft
        seen.add(targets)


def _stated(scene: Scene, fact: Fact) -> Draft | None:
    """The words of a caption that states a relation, turned."""
    if not fact.mentions or fact.value not in OPPOSITE or len(fact.regions) != 2:
        return None
    words = relation_words(scene, *fact.regions, fact.value, OPPOSITE[fact.value])
    if words is None or tells_more_of_sides(scene, words):
        return None
    return _draft(words, fact.value, fact.regions)


def _told_of(known: Told) -> Iterator[Draft]:
    """What no caption states, in a sentence after one."""
    for first, second, how in pairs(known):
        captions = known.without_sides(sorted(first.captions(known) & second.captions(known)))
        if captions:
            caption = known.pick(captions, "relation", first.label, second.label)
            yield _draft(_sentences(known, first, second, how, caption), how, first.regions + second.regions)


def _sentences(known: Told, first: Subject, second: Subject, how: str, caption: int) -> Wording:
    way = known.pick(_WAYS, "relation", first.label, second.label)
    words = {"one": first.name(known, caption), "be": first.be, "other": second.name(known, caption)}
    true, negative = (capital(way.format(**words, how=told_how)) for told_how in (how, OPPOSITE[how]))
    text = known.scene.captions[caption]
    return Wording(caption, added(text, true), added(text, negative))


def _draft(words: Wording, how: str, targets: tuple[int, ...]) -> Draft:
    return words.draft(
        Edit(operation="replace", kind="relation", before=how, after=OPPOSITE[how]), targets=targets
    )


def tells_more_of_sides(scene: Scene, words: Wording) -> bool:
    """Whether the caption names a side outside of what the negative caption changes."""
    changed: list[Change] = [change for change in words.negative_changes if change.end > change.start]
    found = _lists().sides.finditer(scene.captions[words.caption])
    return any(not any(c.start <= m.start() and m.end() <= c.end for c in changed) for m in found)
