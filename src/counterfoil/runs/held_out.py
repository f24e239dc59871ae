"""What a run of training is measured by: groups that it is kept from, and tasks beside them.

Foils of the held-out groups tell what was learned; retrieval among their pictures, and classification
in the drawn world where the data are drawn, what was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from counterfoil.evaluate.benchmark import Benchmark, Item, evaluate
from counterfoil.evaluate.benchmarks.drawn import DrawnClasses
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.evaluate.verdicts import Recall, Verdict, choice, two_by_two
from counterfoil.models import DualEncoder
from counterfoil.records import Pixels
from counterfoil.train.dataset import FoilDataset, Pictures
from counterfoil.world.tasks import TARGETS

Named = tuple[str, Benchmark | None]
"""A benchmark and the name of what it measures; None where the data have nothing for it."""


@dataclass(frozen=True)
class _Numbered:
    """A picture of a dataset."""

    number: int
    of: Pictures = field(hash=False, compare=False)

    def pixels(self) -> Pixels:
        """The picture."""
        return self.of[self.number]

    def identity(self) -> str:
        """None: it is asked for once."""
        return ""


def probe(
    held: FoilDataset, *, drawn: bool = False, most: int = 1000
) -> Callable[[DualEncoder], dict[str, float]]:
    """What measures a model on data that it is kept from.

    Args:
        held: the data.
        drawn: ask for classes of the drawn world too.
        most: foils of each kind, and pictures to retrieve from.

    Returns:
        A function of the model to shares, 0..1. Their names: "foils/group" and kin for two-way foils,
        "foils/accuracy" for the others, "retrieval/text@1" and kin, "shape/accuracy" and kin. What the
        data have nothing for is left out.
    """
    two_way, every = held.two_way, np.arange(len(held.foils))
    benchmarks = [
        _benchmark("foils", [_square(held, row) for row in every[two_way][:most]], two_by_two),
        _benchmark("foils", [_choice(held, row) for row in every[~two_way][:most]], choice),
        _retrieval(held, most),
        *(
            (target, DrawnClasses(target=target, split="test", per_class=20).open())
            for target in TARGETS
            if drawn
        ),
    ]

    def measure(encoder: DualEncoder) -> dict[str, float]:
        scorer = Cosine(encoder=encoder)
        return {
            f"{name}/{metric}": rate.value
            for name, benchmark in benchmarks
            if benchmark
            for metric, rate in evaluate(benchmark, scorer).metrics.items()
        }

    return measure


def _square(held: FoilDataset, row: int) -> Item:
    """A two-way foil: both pictures, both captions."""
    foil = held.foil(row)
    pictures = tuple(_Numbered(number, held.pictures) for number in (foil.sample.picture, foil.picture))
    return Item(key=foil.key, pictures=pictures, texts=(foil.caption, foil.negative_caption), owners=(0, 1))


def _choice(held: FoilDataset, row: int) -> Item:
    """A text-only foil: the picture, its caption and the false one."""
    foil = held.foil(row)
    picture = _Numbered(foil.sample.picture, held.pictures)
    return Item(
        key=foil.key, pictures=(picture,), texts=(foil.caption, foil.negative_caption), owners=(0, -1)
    )


def _retrieval(held: FoilDataset, most: int) -> Named:
    """The photos, one of each group, and all of their captions."""
    first = np.unique(held.group_S[held.sample_P], return_index=True)[1][:most]
    samples = [held.sample(int(row)) for row in held.sample_P[first]]
    item = Item(
        key="held out",
        pictures=tuple(_Numbered(sample.picture, held.pictures) for sample in samples),
        texts=tuple(caption for sample in samples for caption in sample.captions),
        owners=tuple(owner for owner, sample in enumerate(samples) for _ in sample.captions),
    )
    ks = tuple(k for k in (1, 5, 10) if k < len(samples))
    return _benchmark("retrieval", [item] if ks else [], Recall(ks=ks))


def _benchmark(name: str, items: Sequence[Item], verdict: Verdict) -> Named:
    if not items:
        return name, None
    return name, Benchmark(
        name=name, items=lambda: items, verdict=verdict, chance={}, source="held out", licence="the data's"
    )
