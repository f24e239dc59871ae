"""Markdown for the cards that runs write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


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
