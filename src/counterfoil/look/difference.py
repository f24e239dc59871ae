"""Which words of two captions differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import takewhile

WORD = re.compile(r"\s+|\w+(?:['\u2019]\w+)*|.", re.DOTALL)
MAX_COMPARED = 250_000
"""Above so many pairs of words, what lies between the common ends is one change: time stays linear."""

Segments = list[str]
"""A caption in pieces: those with even index are common to both captions, the odd ones differ."""


def difference(true: str, negative: str) -> tuple[Segments, Segments]:
    """Cut both captions into as many pieces, common and changed ones in turn, the common ones first.

    Example:
        >>> difference("a red car", "a blue car")
        (['a ', 'red', ' car'], ['a ', 'blue', ' car'])
    """
    a, b = WORD.findall(true), WORD.findall(negative)
    head = _num_common(a, b)
    tail = _num_common(a[head:][::-1], b[head:][::-1])
    ours, theirs = a[head : len(a) - tail], b[head : len(b) - tail]
    first, second = _middle(ours, theirs)
    start, end = "".join(a[:head]), "".join(a[len(a) - tail :])
    for pieces in (first, second):
        pieces[0] = start + pieces[0]
        pieces[-1] += end
    return first, second


def _num_common(a: list[str], b: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _middle(a: list[str], b: list[str]) -> tuple[Segments, Segments]:
    if not a and not b:
        return [""], [""]
    if len(a) * len(b) > MAX_COMPARED:
        return ["", "".join(a), ""], ["", "".join(b), ""]
    first, second = [""], [""]
    i = j = 0
    for start_a, start_b, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        common = "".join(a[start_a : start_a + size])
        if size and common.isspace():  # a space between two changed words is no news: one change
            continue
        if start_a > i or start_b > j:
            first += ["".join(a[i:start_a]), common]
            second += ["".join(b[j:start_b]), common]
        else:
            first[-1] += common
            second[-1] += common
        i, j = start_a + size, start_b + size
    return first, second
