"""What stands left of something stands right of it in the picture's mirror image."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.wording import Wording, relation_words
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Edit, Fact, Scene

LEGIBLE = 0.01
"""Area of a clock or book, as a share of the picture, from which on one sees which way round it is."""

OPPOSITE = {"left of": "right of", "right of": "left of"}


class _Lists(NamedTuple):
    labels: frozenset[str]
    words: re.Pattern[str]
    sides: re.Pattern[str]


@cache
def _lists() -> _Lists:
    """What has only one way round: labels of things, words for writing, and words for sides."""
    raw = json.loads((files("counterfoil.mine.propose") / "one_way_round.json").read_text())
    return _Lists(frozenset(raw["labels"]), _any_of(raw["words"]), _any_of(raw["sides"]))


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(words)})\b(?! of)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class MirrorSides:
    """Propose a mirror image for facts of left and right.

    Not where a label or a caption tells of writing, and only where the caption, apart from the fact
    itself, says nothing of sides: the mirror image would make that false too.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return self._drafts

    def _drafts(self, scene: Scene, rng: random.Random) -> Iterator[Draft]:
        if shows_writing(scene):
            return
        drafts = (_draft(scene, fact) for fact in scene.facts)
        yield from islice(filter(None, drafts), self.most)


def shows_writing(scene: Scene) -> bool:
    """Whether a label or a caption tells of something that has only one way round."""
    lists = _lists()
    labels = any(r.label in lists.labels and r.area >= LEGIBLE for r in scene.regions)
    return labels or any(lists.words.search(caption) for caption in scene.captions)


def _draft(scene: Scene, fact: Fact) -> Draft | None:
    if fact.kind != "relation" or fact.value not in OPPOSITE or len(fact.regions) != 2:
        return None
    first, second = fact.regions
    words = relation_words(scene, first, second, fact.value, OPPOSITE[fact.value])
    if words is None or tells_more_of_sides(scene, words):
        return None
    return Draft(
        edit=Edit(operation="replace", kind="relation", before=fact.value, after=OPPOSITE[fact.value]),
        caption=words.caption,
        true_changes=words.true_changes,
        negative_changes=words.negative_changes,
        targets=(first, second),
        two_way=True,
    )


def tells_more_of_sides(scene: Scene, words: Wording) -> bool:
    """Whether the caption names a side outside of what the negative caption changes."""
    changed: list[Change] = [change for change in words.negative_changes if change.end > change.start]
    found = _lists().sides.finditer(scene.captions[words.caption])
    return any(not any(c.start <= m.start() and m.end() <= c.end for c in changed) for m in found)
