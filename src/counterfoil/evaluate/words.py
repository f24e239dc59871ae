"""Texts to words, for all that goes by words alone."""

from __future__ import annotations

import re


def words(text: str) -> list[str]:
    """The words of a text in lower case, without its marks.

    Example:
        >>> words("A dog's bowl, red.")
        ['a', "dog's", 'bowl', 'red']
    """
    return re.findall(r"[\w']+", text.lower())
