"""The best that a bag of words can do: the truth, but for the order of its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.evaluate.benchmark import Item
from counterfoil.evaluate.verdicts import Scores
from counterfoil.evaluate.words import words

_AT_A_TIME = 2048
"""Texts of a gallery that are compared together."""


def bag_of_words(items: Iterable[Item]) -> Iterator[Scores]:
    """How many words a text shares with a picture's own text, the best of these, 0..1 (Dice's coefficient).

    It knows which words are true of a picture, each as often as it comes, and nothing of their order. So
    it has right whatever a foil gets wrong by a word that is exchanged, added or left out, and ties, which
    is wrong, where two texts have the same words: what is left is what needs order. A picture without a
    text of its own has 0: foils of pictures alone are beyond it.
    """
    bags, texts = _bags(()), None
    for item in items:
        if item.texts is not texts:  # classes are shared by many items
            bags, texts = _bags(item.texts), item.texts
        score_IT = np.zeros((len(item.pictures), len(item.texts)), np.float32)
        for start in range(0, len(item.texts), _AT_A_TIME):
            _compare(bags, item.owners, slice(start, start + _AT_A_TIME), score_IT)
        yield score_IT


class _Bags(NamedTuple):
    """Of each text the numbers of its words, where the second "a" is a word of its own; and how many."""

    words_T: Sequence[NDArray[np.int64]]
    size_T: NDArray[np.int64]
    known: int


def _bags(texts: Sequence[str]) -> _Bags:
    number: dict[tuple[str, int], int] = {}
    words_T = [
        np.array([number.setdefault(word, len(number)) for word in _counted(text)], np.int64)
        for text in texts
    ]
    return _Bags(words_T, np.array([len(bag) for bag in words_T]), len(number))


def _counted(text: str) -> list[tuple[str, int]]:
    """Each word with how many like it came before."""
    before: Counter[str] = Counter()
    counted = []
    for word in words(text):
        counted.append((word, before[word]))
        before[word] += 1
    return counted


def _compare(bags: _Bags, owners: Sequence[int], columns: slice, score_IT: Scores) -> None:
    """Put in the scores of some texts."""
    size_T = bags.size_T[columns]
    has_VT = np.zeros((bags.known, len(size_T)), np.uint8)
    for column, bag in enumerate(bags.words_T[columns]):
        has_VT[bag, column] = 1
    for owner, bag in zip(owners, bags.words_T, strict=True):
        if owner >= 0:
            shared_T = has_VT[bag].sum(0, dtype=np.int64)
            dice_T = (2 * shared_T / np.maximum(len(bag) + size_T, 1)).astype(np.float32)
            np.maximum(score_IT[owner, columns], dice_T, out=score_IT[owner, columns])
