"""A benchmark is a value: items, a verdict, and what chance would get. A scorer in, rates out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import tee
from typing import Any, NamedTuple, Protocol

import numpy as np

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate.rates import Mean, Rate, Tally
from counterfoil.evaluate.verdicts import Margins, Scores, Verdict
from counterfoil.evaluate.words import words
from counterfoil.records import Pixels

STACK = 1024
"""Items that are judged together, where they have one form."""

SAME_WORDS = "same words"
"""The part of the items whose texts have the same words in another order, which no bag of words can tell."""


class Picture(Hashable, Protocol):
    """A picture that is had when it is asked for. Equal ones are encoded once."""

    def pixels(self) -> Pixels:
        """Height x width x 3, RGB.

        Raises:
            PictureError: it cannot be had.
        """
        ...

    def identity(self) -> str:
        """A name for what it shows, the same in every run: embeddings are kept under it. "" for none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a benchmark: pictures and texts, and which belong together.

    Args:
        key: names it in messages and in results; no two items of a benchmark have the same.
        pictures, texts: rows and columns of the score matrix. A row may be a text too: `pictures.Written`.
        owners: of each text the picture that it is true of, -1 for none.
        parts: of the benchmark ("swap attribute"), whose rates are given by themselves too.
        templates: what texts are put into ("a photo of a {}."); with several, a text counts as the mean of
            the embeddings of its sentences.

    Raises:
        DataError: a text or a part that is none: the file of the benchmark has another form, or is damaged.
    """

    key: str
    pictures: tuple[Picture, ...]
    texts: tuple[str, ...]
    owners: tuple[int, ...]
    parts: tuple[str, ...] = ()
    templates: tuple[str, ...] = ("{}",)

    def __post_init__(self) -> None:
        """Refuse what no reader of texts could read."""
        for what, values in (("text", self.texts), ("part", self.parts)):
            if wrong := [value for value in values if not isinstance(value, str)]:
                raise DataError(f"item {self.key} has {str(wrong[0])[:80]} for a {what}, which is no text")


Scorer = Callable[[Iterable[Item]], Iterable[Scores]]
"""Fills the score matrix of each item, in order: pictures x texts, float32."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """What is asked, and how answers are judged.

    Args:
        name: as results name it.
        items: makes or reads them, as often as it is called.
        verdict: see `verdicts`.
        chance: of each metric, what random scores get, 0..1; of a part's ("swap/accuracy") where it differs.
        source: paper or URL.
        licence: of the items.
        means: by name, means of parts that are in use ("macro-7"); by name and metric ("macro-5/group")
            where several metrics have one.
        general: it asks for what models could before they saw any foil (retrieval, classification), which
            plots set against the rest.
    """

    name: str
    items: Callable[[], Iterable[Item]]
    verdict: Verdict
    chance: Mapping[str, float]
    source: str
    licence: str
    means: Mapping[str, Mean] = field(default_factory=dict)
    general: bool = False

    def chance_of(self, metric: str) -> float:
        """What random scores get of a metric as results name it."""
        return self.chance.get(metric, self.chance[metric.rsplit("/", maxsplit=1)[-1]])


class Answer(NamedTuple):
    """An item, what a scorer made of it, and the margins of each metric, Q each."""

    item: Item
    score_IT: Scores
    margins: Mapping[str, Margins]


@dataclass(frozen=True)
class Result:
    """What a scorer got on a benchmark.

    Args:
        items: their number.
        metrics: the rate of each.
        weights: of each metric that is a mean of parts, what the parts count.
    """

    items: int
    metrics: dict[str, Rate]
    weights: dict[str, dict[str, float]]

    def as_json(self) -> dict[str, Any]:
        """As it stands in results.json under the benchmark's name."""
        return asdict(self)


def evaluate(
    benchmark: Benchmark, scorer: Scorer, keep: Callable[[Answer], None] = lambda answer: None
) -> Result:
    """Score every item and judge it.

    A metric is named "group" for all items, "swap attribute/group" for a part of them, and
    "macro-7/group" for a mean of parts.

    Args:
        benchmark: what is asked.
        scorer: who answers.
        keep: is handed each item's answer, in order.

    Raises:
        ScoreError: there are no items, or a score is no number, or a matrix has the wrong shape.
        DataError: two items have the same key.
    """
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    seen: set[str] = set()
    for stack in _stacks(_scored(benchmark, scorer)):
        items, score_NIT = [item for item, _ in stack], _stacked([scores for _, scores in stack])
        found = benchmark.verdict(score_NIT, np.array(items[0].owners))
        _count(items, found, tallies)
        for number, (item, score_IT) in enumerate(stack):
            if item.key in seen:
                raise DataError(f"{benchmark.name} has two items with the key {item.key!r}")
            seen.add(item.key)
            keep(Answer(item, score_IT, {metric: margins[number] for metric, margins in found.items()}))
    if not seen:
        raise ScoreError(f"{benchmark.name} has no items: a rate over none would be a lie")
    rates = {name: tally.rate() for name, tally in tallies.items()}
    means = {mean_name(name, mean.metric): mean for name, mean in benchmark.means.items()}
    weights = {name: parts for name, mean in means.items() if (parts := mean.weights(rates))}
    of_parts = {name: rate for name, mean in means.items() if (rate := mean(rates))}
    return Result(len(seen), rates | of_parts, weights)


def mean_name(name: str, metric: str) -> str:
    """A mean as results name it: with its metric, which its own name may have."""
    return name if name.endswith(f"/{metric}") else f"{name}/{metric}"


def _scored(benchmark: Benchmark, scorer: Scorer) -> Iterator[tuple[Item, Scores]]:
    """Each item with its scores, checked; items are only held where the scorer holds them."""
    items, asked = tee(benchmark.items())
    for item, score_IT in zip(items, scorer(asked), strict=True):
        _check(benchmark.name, item, score_IT)
        yield item, score_IT


def _stacks(scored: Iterable[tuple[Item, Scores]]) -> Iterator[list[tuple[Item, Scores]]]:
    """Neighbours of one form together."""
    stack: list[tuple[Item, Scores]] = []
    for item, score_IT in scored:
        if stack and (len(stack) == STACK or _form(item) != _form(stack[0][0])):
            yield stack
            stack = []
        stack.append((item, score_IT))
    if stack:
        yield stack


def _stacked(scores: list[Scores]) -> Scores:
    """N x I x T; a gallery, which is alone, is not copied: it may be as large as memory."""
    return scores[0][None] if len(scores) == 1 else np.stack(scores)


def _form(item: Item) -> tuple[int, tuple[int, ...]]:
    return len(item.pictures), item.owners


def _count(items: list[Item], found: Mapping[str, Margins], tallies: Mapping[str, Tally]) -> None:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, item in enumerate(items):
        for part in parts_of(item):
            rows[part].append(row)
    for metric, margins in found.items():
        tallies[metric].add(margins)
        for part, some in rows.items():
            tallies[f"{part}/{metric}"].add(margins[some])


def parts_of(item: Item) -> tuple[str, ...]:
    """The parts that an item counts in: its own, and whether its texts have the same words."""
    return (*item.parts, SAME_WORDS) if _same_words(item) else item.parts


def _same_words(item: Item) -> bool:
    first, *others = item.texts
    return bool(others) and all(_bag(text) == _bag(first) for text in others)


def _bag(text: str) -> Counter[str]:
    return Counter(words(text))


def _check(name: str, item: Item, score_IT: Scores) -> None:
    shape = len(item.pictures), len(item.texts)
    if score_IT.shape != shape:
        raise ScoreError(
            f"{name}, item {item.key}: scores are {score_IT.shape}, not pictures x texts {shape}"
        )
    if not np.isfinite(score_IT).all():
        raise ScoreError(f"{name}, item {item.key}: a score is NaN or infinite: look at the model's weights")
