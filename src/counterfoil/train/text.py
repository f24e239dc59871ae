"""Texts as a model is given them, and which of them say the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b


@dataclass(frozen=True, kw_only=True)
class Cleaning:
    """What is done to every text before it is tokenised; nothing by default.

    Args:
        lower: make it lower case.
        without: characters that become spaces.
        max_words: cut after so many words; 0 for never.
    """

    lower: bool = False
    without: str = ""
    max_words: int = 0

    def __call__(self, text: str) -> str:
        """The text, cleaned; left alone, spaces and all, where nothing is to be done."""
        if self == Cleaning():
            return text
        spaced = text.translate(dict.fromkeys(map(ord, self.without), " "))
        words = (spaced.lower() if self.lower else spaced).split()
        return " ".join(words[: self.max_words or None])


GNM_CLEANING = Cleaning(lower=True, without='.!"()*#:;~', max_words=50)
"""As GNM trains (arXiv 2311.03964, the released code)."""

_WORD = re.compile(r"\w+")


@lru_cache(1 << 15)  # a batch asks a few times for the same caption, and every epoch again
def words_of(text: str) -> str:
    """The words alone: without case, punctuation and the space between; the text where it has no word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(folded)) or folded.strip()


def content(text: str) -> int:
    """A number for the words of a text, 0..2^63 - 1: equal words, equal numbers."""
    return int.from_bytes(blake2b(words_of(text).encode(), digest_size=8).digest()) >> 1
