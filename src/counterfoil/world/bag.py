"""A reader that knows words and no order: the control that a test of binding must defeat.

It knows of each word whether it is true of some thing in the drawing, not of which.
"""

from __future__ import annotations

import re
from collections import Counter

from counterfoil.world.drawing import Drawing, relations
from counterfoil.world.words import ADJECTIVES, CONVERSE, NOUNS, NUMBERS, PLURALS, RELATION_WORDS, THING

_MEANINGS: dict[str, str] = {
    word: meaning for meaning, words in (*NOUNS.items(), *ADJECTIVES.items()) for word in words
}
_MEANINGS |= {plural: _MEANINGS[noun] for noun, plural in PLURALS.items() if noun in _MEANINGS}
_MEANINGS |= {word: relation for relation, words in RELATION_WORDS.items() for word in words}
_MEANINGS |= {NUMBERS[n]: str(n) for n in range(2, 6)}
_WORD = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(_MEANINGS, key=len, reverse=True)))


def bag_score(caption: str, drawing: Drawing) -> float:
    """The share of the caption's telling words that are true of something in the drawing, 0..1."""
    there = true_words(drawing)
    told = [_MEANINGS[word] for word in _WORD.findall(caption.lower())]
    return sum(meaning in there for meaning in told) / max(len(told), 1)


def true_words(drawing: Drawing) -> frozenset[str]:
    """Every value, relation and number that is true of something in a drawing."""
    looks = {value for i in drawing.items for value in (i.shape, i.colour, i.size, i.filling)}
    stated = {relation for _, relation, _ in relations(drawing)}
    numbers = {str(number) for number in Counter(item.shape for item in drawing.items).values()}
    return frozenset(looks | stated | {CONVERSE[relation] for relation in stated} | numbers | {THING})
