"""What stands on the left side of the picture stands on the right side of its mirror image."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import ClassVar

from counterfoil.mine.english import capital
from counterfoil.mine.perceive.relations import places
from counterfoil.mine.propose.mirror import shows_writing, turned
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.propose.subject import Subject
from counterfoil.mine.propose.subjects import subjects
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.stage import Run
from counterfoil.records import Edit, Scene

_SIDES = (
    "{the_thing} {is} on the {side} side of the {picture}.",
    "{the_thing} {is} on the {side} of the {picture}.",
    "{the_thing} {is} in the {side} half of the {picture}.",
    "On the {side} side of the {picture} {is} {the_thing}.",
)
_ELSEWHERE = "{the_thing} {is} {place} of the {picture}."
_PICTURE = ("picture", "photo", "image")
_MOST_EACH = 2


@dataclass(frozen=True, kw_only=True)
class FrameSides:
    """Propose a mirror image for the side of the picture on which a thing, or all of its kind, stand.

    Its corner and its edge are told as well, where the picture has too few other things to tell of.

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
        known = told(scene)
        of_each = [_of(known, subject) for subject in subjects(known)]
        in_turn = (draft for turn in zip_longest(*of_each) for draft in turn if draft is not None)
        yield from islice(in_turn, self.most)


def _of(known: Told, subject: Subject) -> list[Draft]:
    """Where one thing is, in one way or two; the plainest first."""
    captions = known.without_sides(sorted(subject.captions(known)))
    where = places(subject.boxes(known))[:_MOST_EACH]
    return [_draft(known, subject, captions, place) for place in where if captions]


def _draft(known: Told, subject: Subject, captions: list[int], place: str) -> Draft:
    caption = known.pick(captions, "side", subject.label, place)
    text = known.scene.captions[caption]
    true, negative = (_sentence(known, subject, caption, where) for where in (place, turned(place)))
    return Draft(
        edit=Edit(operation="replace", kind="relation", before=place, after=turned(place)),
        caption=caption,
        true_changes=added(text, true),
        negative_changes=added(text, negative),
        targets=subject.regions,
        two_way=True,
    )


def placed(known: Told, subject: Subject, caption: int, place: str) -> str:
    """The plain sentence that tells where a thing is, "on the left" or elsewhere, after a caption."""
    words = {"the_thing": subject.name(known, caption), "is": subject.be, "picture": _picture(known, caption)}
    return capital(_ELSEWHERE.format(**words, place=place))


def _sentence(known: Told, subject: Subject, caption: int, place: str) -> str:
    way = known.pick(_SIDES, "side", subject.label) if place.startswith("on the ") else _ELSEWHERE
    side = "left" if "left" in place else "right"
    words = {"the_thing": subject.name(known, caption), "is": subject.be, "picture": _picture(known, caption)}
    return capital(way.format(**words, side=side, place=place))


def _picture(known: Told, caption: int) -> str:
    """What to call the picture, where a caption may speak of a picture that somebody holds."""
    said = vocabulary(known.scene.parses[caption])
    return next((word for word in _PICTURE if word not in said), _PICTURE[0])
