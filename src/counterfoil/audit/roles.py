"""Roles: each word as often in negatives alone as in true captions alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from counterfoil.audit.foils import Shown
from counterfoil.audit.text_cues import words

Signs = dict[str, int]
"""By word, 1 where only a foil's negative caption has it, -1 where only its true caption does."""


def one_sided(foils: Sequence[Shown]) -> set[str]:
    """Keys of foils to withdraw, so that without any other single one the words' roles would be less even.

    How uneven they are is the sum over words of their surplus on one side, squared. Greedy: again and again
    the foil goes that helps most. Not always does every surplus become 0, as a foil has several words.

    Example:
        >>> def foil(key: str, true: str, negative: str) -> Shown:
        ...     made = {"group": key, "operation": "", "kind": "", "editor": "", "two_way": False}
        ...     return Shown(key=key, true=true, negative=negative, **made)
        >>> sorted(one_sided([foil("1", "red", "blue"), foil("2", "red", "blue"), foil("3", "blue", "red")]))
        ['1']
    """
    signs = {foil.key: _signs(foil) for foil in foils}
    surplus: Counter[str] = Counter()
    for of_foil in signs.values():
        surplus.update(of_foil)
    withdrawn: set[str] = set()
    while found := _pass({key: of for key, of in signs.items() if key not in withdrawn}, surplus):
        withdrawn |= found
    return withdrawn


def unevenness(foils: Sequence[Shown]) -> float:
    """Of the words that only one caption of a foil has, the share that would have to change sides: 0 to 1.

    Example:
        >>> def foil(true: str, negative: str) -> Shown:
        ...     made = {"group": "", "operation": "", "kind": "", "editor": "", "two_way": False}
        ...     return Shown(key=true, true=true, negative=negative, **made)
        >>> unevenness([foil("red", "blue"), foil("red", "blue"), foil("blue", "red")])
        0.3333333333333333
    """
    surplus: Counter[str] = Counter()
    signs = [_signs(foil) for foil in foils]
    for of_foil in signs:
        surplus.update(of_foil)
    return sum(map(abs, surplus.values())) / max(sum(map(len, signs)), 1)


def _signs(foil: Shown) -> Signs:
    true, negative = set(words(foil.true)), set(words(foil.negative))
    return dict.fromkeys(sorted(negative - true), 1) | dict.fromkeys(sorted(true - negative), -1)


def _pass(signs: dict[str, Signs], surplus: Counter[str]) -> set[str]:
    """Withdraw the best again and again; who has become worse meanwhile waits its turn."""
    queue = [(-gain, key) for key, of_foil in signs.items() if (gain := _gain(of_foil, surplus)) > 0]
    heapify(queue)
    withdrawn: set[str] = set()
    while queue:
        expected, key = heappop(queue)
        gain = _gain(signs[key], surplus)
        if gain == -expected:
            surplus.subtract(signs[key])
            withdrawn.add(key)
        elif gain > 0:
            heappush(queue, (-gain, key))
    return withdrawn


def _gain(signs: Signs, surplus: Counter[str]) -> int:
    """How much more even the roles are without a foil."""
    return sum(surplus[word] ** 2 - (surplus[word] - sign) ** 2 for word, sign in signs.items())
