"""What readers of captions alone go by. A cue is a frozen dataclass with one method."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np

_TOKEN = re.compile(r"\w+(?:[-']\w+)*|[.,;:!?]")


class Read(NamedTuple):
    """A matrix (texts or pictures x features), sparse for captions, and the features' names."""

    matrix: Any
    names: tuple[str, ...]


class TextCue(Protocol):
    """A way to see a caption."""

    def read(self, captions: Sequence[str]) -> Read:
        """The features of each caption; nothing is learnt of which is the negative."""
        ...


def words(text: str) -> list[str]:
    """The words and marks of a caption, in small letters.

    Example:
        >>> words("A man's red-hot pan, there.")
        ['a', "man's", 'red-hot', 'pan', ',', 'there', '.']
    """
    return _TOKEN.findall(text.lower())


def runs(text: str, longest: int = 2) -> list[str]:
    """The words of a caption, and runs of up to `longest`; ^ and $ are its ends.

    Example:
        >>> runs("A dog")
        ['a', 'dog', '^ a', 'a dog', 'dog $']
    """
    tokens = words(text)
    ends = ["^", *tokens, "$"]
    sizes = range(2, longest + 1)
    return tokens + [" ".join(ends[at : at + size]) for size in sizes for at in range(len(ends) - size + 1)]


@dataclass(frozen=True, kw_only=True)
class Words:
    """Which words, and runs of words up to `longest`, a caption has; ^ and $ are its ends."""

    longest: int = 2
    most: int = 20_000

    def read(self, captions: Sequence[str]) -> Read:
        """1 where the caption has it."""
        return _counted(captions, analyzer=partial(runs, longest=self.longest), most=self.most)


@dataclass(frozen=True, kw_only=True)
class Characters:
    """Which runs of characters a caption has: endings, spaces, marks, capitals."""

    shortest: int = 2
    longest: int = 4
    most: int = 20_000

    def read(self, captions: Sequence[str]) -> Read:
        """1 where the caption has it."""
        return _counted(captions, analyzer=self._runs, most=self.most)

    def _runs(self, caption: str) -> list[str]:
        sizes = range(self.shortest, self.longest + 1)
        return [caption[at : at + size] for size in sizes for at in range(len(caption) - size + 1)]


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long a caption is: in characters, words, marks; and the length of its words."""

    def read(self, captions: Sequence[str]) -> Read:
        """Numbers of a few units."""
        from scipy.sparse import csr_matrix

        return Read(
            csr_matrix([self._lengths(caption) for caption in captions]),
            ("characters", "words", "marks", "characters per word"),
        )

    def _lengths(self, caption: str) -> tuple[float, ...]:
        tokens = words(caption)
        marks = sum(not token[0].isalnum() for token in tokens)
        spoken = max(len(tokens) - marks, 1)
        return len(caption) / 10, spoken / 2, float(marks), len(caption) / spoken / 2


TEXT_CUES: dict[str, TextCue] = {"words": Words(), "characters": Characters(), "length": Length()}


def _counted(captions: Sequence[str], *, analyzer: Any, most: int) -> Read:
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(
        analyzer=analyzer, min_df=min(2, len(captions)), max_features=most, binary=True, dtype=np.float64
    )
    return Read(counter.fit_transform(captions).tocsr(), tuple(counter.get_feature_names_out()))
