"""A matcher as a scorer: it looks at each pair of a picture and a text."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from counterfoil.evaluate.benchmark import Item, Picture
from counterfoil.evaluate.look import pixels_of
from counterfoil.evaluate.pictures import key_of
from counterfoil.evaluate.scorers.progress import Progress, silent
from counterfoil.evaluate.scorers.windows import sentences, windows
from counterfoil.evaluate.verdicts import Scores
from counterfoil.models.embedder import WORKERS, ahead, in_lots
from counterfoil.models.matcher import Matcher
from counterfoil.models.ranks import ALONE, Ranks
from counterfoil.records import Pixels

Pair = tuple[Hashable, str]
"""What stands for a picture, and a sentence."""

Asked = dict[Hashable, tuple[Picture, str]]
"""Pictures, each with an item that asks for it."""


@dataclass(frozen=True, kw_only=True)
class Matched:
    """How well each picture and text match, by a model that sees both; with templates the mean over them.

    Every pair costs a pass: a gallery of 5,000 pictures and 25,000 texts is out of reach.

    Args:
        matcher: the model.
        batch: pairs at a time.
        workers: threads that decode the pictures of the next batches.
        ranks: the processes that share the work; each yields all scores.
        progress: is told of every batch.
    """

    matcher: Matcher
    batch: int = 32
    workers: int = WORKERS
    ranks: Ranks = ALONE
    progress: Progress = silent

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        """The matrix of each item.

        Raises:
            ScoreError: a row is a text.
            DataError: a picture cannot be read; it names the picture and the item.
        """
        for window in windows(items):
            asked: Asked = {key_of(row): (row, item.key) for item in window for row in item.pictures}
            pairs = list(dict.fromkeys(pair for item in window for pair in _pairs(item)))
            known = dict(zip(pairs, self._matched(pairs, asked), strict=True))
            for item in window:
                score_ITS = np.array([known[pair] for pair in _pairs(item)], np.float32)
                yield score_ITS.reshape(len(item.pictures), len(item.texts), -1).mean(2)

    def _matched(self, pairs: Sequence[Pair], asked: Asked) -> list[float]:
        """Neighbours have their pictures in common, so that a rank takes a run of whole batches."""
        lots = list(in_lots(pairs, self.batch))
        start, end = (len(lots) * rank // self.ranks.world for rank in (self.ranks.rank, self.ranks.rank + 1))
        found: list[float] = []

        def decoded(some: list[Pair]) -> tuple[list[Pixels], list[tuple[int, str]]]:
            number = {key: place for place, key in enumerate(dict.fromkeys(key for key, _ in some))}
            pictures = [pixels_of(*asked[key]) for key in number]
            return pictures, [(number[key], text) for key, text in some]

        with ThreadPoolExecutor(self.workers) as pool:
            for pictures, some in ahead(pool, decoded, lots[start:end], self.workers):
                found += self.matcher.match(pictures, some)
                self.progress("pairs", len(found) * self.ranks.world, len(pairs))
        return [score for part in self.ranks.all(found) for score in part]


def _pairs(item: Item) -> list[Pair]:
    keys = [key_of(row) for row in item.pictures]
    return [(key, sentence) for key in keys for sentence in sentences(item)]
