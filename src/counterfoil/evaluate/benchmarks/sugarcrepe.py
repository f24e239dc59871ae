"""SugarCrepe: a photo, its caption, and a fluent one that is wrong by one fact.

Seven files of {"0": {"filename", "caption", "negative_caption"}, ...}; the photos are COCO's val2017.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import json_records
from counterfoil.evaluate.verdicts import choice

ORIGIN = Origin(
    source="Hsieh et al., SugarCrepe, NeurIPS 2023; https://github.com/RAIVNLab/sugar-crepe",
    licence="MIT; the photos are COCO's",
    get="git clone https://github.com/RAIVNLab/sugar-crepe {data}/sugarcrepe",
)
PARTS = ("replace_obj", "replace_att", "replace_rel", "swap_obj", "swap_att", "add_obj", "add_att")


@dataclass(frozen=True, kw_only=True)
class SugarCrepe:
    """Its rates over all items are the micro average; the two macro averages in use stand beside it."""

    def open(self, data: Data) -> Benchmark:
        """All seven parts. Keys are the files' own: swap_obj has no 108."""
        files = {part: data.file("sugarcrepe", f"{part}.json", ORIGIN) for part in PARTS}

        def items() -> Iterator[Item]:
            for part, path in files.items():
                for key, record in json_records(path, "filename", "caption", "negative_caption"):
                    yield Item(
                        key=f"{part}/{key}",
                        pictures=(data.picture("sugarcrepe", record["filename"]),),
                        texts=(record["caption"], record["negative_caption"]),
                        owners=(0, -1),
                        parts=(part,),
                    )

        return Benchmark(
            name="sugarcrepe",
            items=items,
            verdict=choice,
            chance={"accuracy": 1 / 2},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={"macro-7": _mean(*PARTS), "macro-3": _mean(*(_mean(*parts) for parts in _operations()))},
        )


def _mean(*parts: str | Mean) -> Mean:
    return Mean(metric="accuracy", parts=parts)


def _operations() -> Iterator[list[str]]:
    for operation in ("replace", "swap", "add"):
        yield [part for part in PARTS if part.startswith(operation)]
