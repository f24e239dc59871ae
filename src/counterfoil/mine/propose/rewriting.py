"""A caption and how somebody rewrote it, to the edit between them: which words went, and which came."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from counterfoil.mine.propose.contradictions import Contradiction
from counterfoil.mine.propose.rule import Draft
from counterfoil.records import Change, Edit, Scene

_WORD = re.compile(r"[\w'-]+|[^\w\s]")
_LIGHT = frozenset({"a", "an", "the", ".", ",", "and", "is", "are"})


class Difference(NamedTuple):
    """Characters `start` to `end` of a caption became `text`."""

    start: int
    end: int
    text: str


def difference(caption: str, other: str) -> Difference:
    """The shortest run of whole words in which two captions differ.

    Example:
        >>> difference("A red car on a road", "A blue car on a road")
        Difference(start=2, end=5, text='blue')
    """
    ours, theirs = list(_WORD.finditer(caption)), list(_WORD.finditer(other))
    words, others = ([found.group() for found in some] for some in (ours, theirs))
    most = min(len(words), len(others))
    before = next((i for i in range(most) if words[i] != others[i]), most)
    after = next((i for i in range(most - before) if words[-1 - i] != others[-1 - i]), most - before)
    old, new = ours[before : len(ours) - after], theirs[before : len(theirs) - after]
    text = other[new[0].start() : new[-1].end()] if new else ""
    if old:
        return Difference(old[0].start(), old[-1].end(), text)
    if before < len(ours):  # put in before a word
        return Difference(ours[before].start(), ours[before].start(), f"{text} ")
    return Difference(len(caption), len(caption), f" {text}")


def amiss(caption: str, said: Contradiction) -> str | None:
    """Why a rewritten caption is not what it says: the same words again, no swap, no addition."""
    ours, theirs = _weighty(caption), _weighty(said.caption)
    if [*_WORD.findall(caption.lower())] == [*_WORD.findall(said.caption.lower())]:
        return "unchanged"
    if said.operation == "swap" and ours != theirs:
        return "no_swap"
    if said.operation == "add" and not (ours < theirs):
        return "no_addition"
    if said.operation == "replace" and (ours == theirs or ours.keys().isdisjoint(theirs)):
        return "no_replacement"
    return None


def rewritten(scene: Scene, caption: int, said: Contradiction) -> Draft:
    """The draft of a caption that was rewritten as a whole."""
    text = scene.captions[caption]
    start, end, words = difference(text, said.caption)
    edit = Edit(operation=said.operation, kind=said.kind, before=text[start:end], after=words.strip())
    return Draft(edit=edit, caption=caption, negative_changes=(Change(start, end, words),))


def _weighty(text: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(text.lower()) if word not in _LIGHT)
