"""Markdown for the cards that runs write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A table.

    Example:
        >>> print(table(("what", "how many"), [("a|b", "2")]), end="")
        | what | how many |
        | --- | --- |
        | a\|b | 2 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return (
        "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        + "\n"
    )


def reading(read: Mapping[str, Any] | None) -> str:
    """What a blind reader tells, as it stands in audit.json: AUC, interval, and pairs in brackets.

    Example:
        >>> reading({"auc": 0.5, "low": 0.45, "high": 0.55, "pairs": {"accuracy": 0.52}})
        '0.500 (0.450 to 0.550) [0.520]'
    """
    if read is None:
        return ""
    return f"{read['auc']:.3f} ({read['low']:.3f} to {read['high']:.3f}) [{read['pairs']['accuracy']:.3f}]"


def judges(verdicts: Mapping[str, Any]) -> str:
    """What judges told before a repair and after it, as it stands in audit.json."""
    rows = [
        (judge, modality, reading(read), reading(verdicts["after"].get(modality, {}).get(judge)))
        for modality, by in verdicts["before"].items()
        for judge, read in by.items()
    ]
    return table(("judge, which chose no foil", "of", "before", "after"), rows)
