"""How far reviewers agree beyond what chance would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping

Answers = Mapping[tuple[Hashable, ...], int]
"""What each reviewer said of a foil that all of them judged, and of how many foils they said so."""


def cohen(answers: Answers) -> float | None:
    """Cohen's kappa of two reviewers: (observed - expected) / (1 - expected).

    Source: Cohen, Educational and Psychological Measurement 1960.

    Returns:
        At most 1; 0 for chance. None where chance explains all: no foils, or all say the same.

    Example:
        >>> cohen({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
        0.4
    """
    total = sum(answers.values())
    if not total:
        return None
    first, second = Counter[Hashable](), Counter[Hashable]()
    for (one, other), number in answers.items():
        first[one] += number
        second[other] += number
    alike = sum(number for (one, other), number in answers.items() if one == other)
    return _kappa(alike / total, sum(first[said] * second[said] for said in first) / total**2)


def fleiss(answers: Answers) -> float | None:
    """Fleiss' kappa of several reviewers.

    Source: Fleiss, Psychological Bulletin 1971, equations 3 to 8.

    Returns:
        At most 1; 0 for chance. None where chance explains all.
    """
    if not answers:
        return None
    said = Counter[Hashable]()
    agreeing = pairs = 0
    for row, number in answers.items():
        counts = Counter(row)
        said.update({one: count * number for one, count in counts.items()})
        agreeing += number * sum(count * (count - 1) for count in counts.values())
        pairs += number * len(row) * (len(row) - 1)
    expected = sum((count / said.total()) ** 2 for count in said.values())
    return _kappa(agreeing / pairs, expected)


def _kappa(observed: float, expected: float) -> float | None:
    return None if expected >= 1 else round((observed - expected) / (1 - expected), 12)
