"""ColorSwap: two pictures and two captions of the same words, the colours exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, stored
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Burapacheep et al., ColorSwap, ACL Findings 2024; https://huggingface.co/datasets/stanfordnlp/colorswap",
    licence="MIT, with conditions to be accepted on that page",
    get="hf download stanfordnlp/colorswap --repo-type dataset --local-dir {data}/colorswap",
)
_FIELDS = ("id", "image_1", "image_2", "caption_1", "caption_2")
_SOURCES = ("image_source", "caption_source")


@dataclass(frozen=True, kw_only=True)
class ColorSwap:
    """The 300 squares of its test split; where pictures and captions come from are parts, if it is told."""

    def open(self, data: Data) -> Benchmark:
        """From the hub's Parquet files, or captions.jsonl with a folder of pictures."""
        records = hub_records(data, "colorswap", ORIGIN, _FIELDS, lines="captions.jsonl", within="test")

        def items() -> Iterator[Item]:
            for _, record in records():
                yield Item(
                    key=str(record["id"]),
                    pictures=tuple(
                        stored(data, "colorswap", record[name]) for name in ("image_1", "image_2")
                    ),
                    texts=(record["caption_1"], record["caption_2"]),
                    owners=(0, 1),
                    parts=tuple(f"{source} {record[source]}" for source in _SOURCES if record.get(source)),
                )

        return Benchmark(
            name="colorswap",
            items=items,
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )
