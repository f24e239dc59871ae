"""Questions that an edit answers otherwise than the original does, in the manner of TIFA.

Source: Hu et al., TIFA (ICCV 2023, arXiv 2303.11897): a picture is as faithful as questions about it are
answered right. Here the edit itself makes the questions, and both answers are known:

| edit | asked | on the negative | on the original |
|---|---|---|---|
| object: dog to cat | Is there a cat in the picture? / Is there a dog in the picture? | yes / no | no / yes |
| attribute: a car from red to blue | What colour is the car? | blue | red |
| attribute: a car from old to new | Is the car new? / Is the car old? | yes / no | no / yes |
| count: three dogs to two | How many dogs are in the picture? | two | three |
| any other | Does the picture show "CAPTION"? of the negative / of the true caption | yes / no | no / yes |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from counterfoil.mine.english import NUMBERS, plural, singular, with_article
from counterfoil.mine.perceive.colour import NAMES
from counterfoil.records import Box, Foil

_SAME_WORDS = {str(number): word for number, word in enumerate(NUMBERS)} | {"gray": "grey", "none": "zero"}


class Question(NamedTuple):
    """A question with its answers on both pictures.

    Args:
        text: to ask.
        negative, original: the right answers.
        box: the part of the picture that is enough to answer; None for questions of the whole.
        everywhere: the whole picture has the same answer.
    """

    text: str
    negative: str
    original: str
    box: Box | None = None
    everywhere: bool = True


def questions(foil: Foil) -> list[Question]:
    """What to ask about the pictures of a foil; never nothing."""
    edit, labels = foil.edit, [foil.scene.regions[target].label for target in foil.targets]
    if edit.kind == "object" and edit.operation != "swap":
        return list(_objects(foil))
    if edit.kind == "attribute" and labels and edit.operation in ("replace", "swap"):
        return list(_attributes(foil, labels))
    if edit.kind == "count" and labels and {edit.before, edit.after} <= set(NUMBERS):
        return [Question(f"How many {plural(labels[0])} are in the picture?", edit.after, edit.before)]
    return list(_captions(foil))


def _objects(foil: Foil) -> Iterator[Question]:
    edit = foil.edit
    others = [region.label for region in foil.scene.regions].count(edit.before) > len(foil.targets)
    if not edit.after.startswith("no "):
        yield _asked(_is_there(edit.after), box=edit.box)
    if not edit.before.startswith("no "):
        yield _denied(_is_there(edit.before), box=edit.box, everywhere=not others)


def _attributes(foil: Foil, labels: list[str]) -> Iterator[Question]:
    edit = foil.edit
    old = (edit.before,) if edit.operation == "replace" else foil.values[::-1]
    new = (edit.after,) if edit.operation == "replace" else foil.values
    for target, label, before, after in zip(foil.targets, labels, old, new, strict=False):
        box = foil.scene.regions[target].box
        if {before, after} <= set(NAMES):
            yield Question(f"What colour is the {label}?", after, before, box)
        else:
            yield _asked(f"Is the {label} {after}?", box=box)
            yield _denied(f"Is the {label} {before}?", box=box)


def _captions(foil: Foil) -> Iterator[Question]:
    yield _asked(f'Does the picture show "{foil.negative_caption}"?')
    yield _denied(f'Does the picture show "{foil.true_caption}"?')


def _asked(text: str, box: Box | None = None) -> Question:
    return Question(text, "yes", "no", box)


def _denied(text: str, box: Box | None = None, everywhere: bool = True) -> Question:
    return Question(text, "no", "yes", box, everywhere)


def _is_there(thing: str) -> str:
    noun = thing.rpartition(" ")[2]
    verb = "Is" if singular(noun) == noun else "Are"
    return f"{verb} there {with_article(thing)} in the picture?"


def is_right(said: str, answer: str) -> bool:
    """Whether an answer begins with the right "yes" or "no", or else has all words of the right one.

    Example:
        >>> is_right("No, there is none.", "no"), is_right("2 dogs", "two"), is_right("It is gray.", "grey")
        (True, True, True)
    """
    words = [_SAME_WORDS.get(word, word) for word in re.findall(r"[^\W_]+", said.lower())]
    if answer in ("yes", "no"):
        return words[:1] == [answer]
    return set(answer.lower().split()) <= set(words)
