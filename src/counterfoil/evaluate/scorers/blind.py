"""Controls that see no picture: how plausible is a text by itself?

Where one of them does better than chance, the foils give themselves away, and a model may be good at the
benchmark without looking. On squares it has nothing right: what it prefers, it prefers for both pictures.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from counterfoil.evaluate.benchmark import Benchmark, Item, Picture
from counterfoil.evaluate.pictures import key_of
from counterfoil.evaluate.scorers.windows import sentences, windows
from counterfoil.evaluate.verdicts import Scores
from counterfoil.evaluate.words import words

Gram = tuple[str, ...]
"""Up to three words in a row."""

START, END, ANY = "<", ">", ""
"""Before a text, after it, and any word: no words themselves."""


@dataclass(frozen=True)
class Trigrams:
    """A text's mean log-likelihood per word by what other items of the benchmark say.

    A model of three words in a row, each length smoothed by the next shorter one with one imagined
    observation: p(w|uv) = (n(uvw) + p(w|v)) / (n(uv) + 1), down to equal shares for all words. It has
    read each different text of the benchmark once, true or false, and for each item all but those of its
    family: of items that share a picture or a text with it, and with those, and so on. Else a caption with
    several foils would be found as the one that all of them resemble.

    It can find that true texts are like each other, or foils more odd; it cannot know which texts are
    true, nor anything that other families do not say. Where all items are one family it has read
    nothing: all ties.

    Source: MacKay and Peto, A Hierarchical Dirichlet Language Model, 1995, with a weight of 1.

    Args:
        benchmark: what it has read.
    """

    benchmark: Benchmark

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        """The same row for every picture."""
        families = _Families()
        for item in self.benchmark.items():
            families.add(item)
        read = _read(families.texts())
        vocabulary = sum(len(gram) == 1 for gram in read) - 1  # without "anything"
        texts, score_T = None, np.empty(0, np.float32)
        for item in items:
            if item.texts is not texts:
                own = _read(families.of(item))
                texts, score_T = item.texts, _likelihoods(read, own, vocabulary, item)
            yield np.tile(score_T, (len(item.pictures), 1))


class _Families:
    """Texts of items that share pictures or texts, directly or through others: sets that are joined."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}
        self._texts: dict[Hashable, set[str]] = {}

    def add(self, item: Item) -> None:
        """Join what an item has in common with those before it."""
        first, *others = {self._root(name) for name in (*item.texts, *map(_named, item.pictures))}
        texts = self._texts.setdefault(first, set())
        texts.update(item.texts)
        for other in others:
            self._parent[other] = first
            texts |= self._texts.pop(other, set())

    def of(self, item: Item) -> set[str]:
        """All texts of an item's family."""
        return self._texts[self._root(item.texts[0])]

    def texts(self) -> Iterator[str]:
        """Every different text."""
        return chain.from_iterable(self._texts.values())

    def _root(self, name: Hashable) -> Hashable:
        while (parent := self._parent.setdefault(name, name)) != name:
            self._parent[name] = self._parent[parent]
            name = parent
        return name


def _named(picture: Picture) -> Hashable:
    """A name for a picture that no text has."""
    return "picture", key_of(picture)


@dataclass(frozen=True)
class LanguageModelScorer:
    """A text's mean log-likelihood per token by a causal language model, which has read the world's texts.

    As `Trigrams`, but it knows which sentences people write. Each different text is scored once.

    Args:
        likelihoods: of texts; see `models.language_model`.
    """

    likelihoods: Callable[[Sequence[str]], Sequence[float]]
    known: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        """The same row for every picture."""
        for window in windows(items):
            asked = dict.fromkeys(chain.from_iterable(map(sentences, window)))
            new = sorted((text for text in asked if text not in self.known), key=len)
            self.known.update(zip(new, self.likelihoods(new), strict=True))
            for item in window:
                score_TS = np.array([self.known[sentence] for sentence in sentences(item)], np.float32)
                score_T = score_TS.reshape(len(item.texts), -1).mean(1)
                yield np.tile(score_T, (len(item.pictures), 1))


def _read(texts: Iterable[str]) -> Counter[Gram]:
    """The grams of texts."""
    return Counter(chain.from_iterable(map(_grams, texts)))


def _likelihoods(read: Counter[Gram], own: Counter[Gram], vocabulary: int, item: Item) -> Scores:
    def p(gram: Gram) -> float:
        shorter = p(gram[1:]) if len(gram) > 1 else 1 / vocabulary
        seen, follows = (read[asked] - own[asked] for asked in (gram, (*gram[:-1], ANY)))
        return (seen + shorter) / (follows + 1)

    return np.array([_mean([math.log(p(gram)) for gram in _threes(text)]) for text in item.texts], np.float32)


def _grams(text: str) -> Iterator[Gram]:
    """Every word with none, one and two before it, and each of these beginnings with anything behind it."""
    for three in _threes(text):
        for gram in (three, three[1:], three[2:]):
            yield gram
            yield (*gram[:-1], ANY)


def _threes(text: str) -> Iterator[Gram]:
    """Each word of a text, and its end, with the two words before it."""
    marked = [START, START, *words(text), END]
    return zip(marked, marked[1:], marked[2:], strict=False)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
