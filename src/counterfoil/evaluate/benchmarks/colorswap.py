"""ColorSwap: two pictures and two captions of the same words, the colours exchanged."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, squares
from counterfoil.evaluate.records import Record
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Burapacheep et al., ColorSwap, ACL Findings 2024; https://huggingface.co/datasets/stanfordnlp/colorswap",
    licence="MIT, with conditions to be accepted on that page",
    get="hf download stanfordnlp/colorswap --repo-type dataset --local-dir {data}/colorswap",
)
_FIELDS = ("id", "image_1", "image_2", "caption_1", "caption_2")
_SOURCES = ("image_source", "caption_source")
_CELLS = (("image_1", "caption_1"), ("image_2", "caption_2"))


def _parts(record: Record) -> tuple[str, ...]:
    return tuple(f"{source} {record[source]}" for source in _SOURCES if record.get(source))


@dataclass(frozen=True, kw_only=True)
class ColorSwap:
    """The 300 squares of its test split; where pictures and captions come from are parts, if it is told."""

    def open(self, data: Data) -> Benchmark:
        """From the hub's Parquet files, or captions.jsonl with a folder of pictures."""
        records = hub_records(data, "colorswap", ORIGIN, _FIELDS, lines="captions.jsonl", within="test")
        return Benchmark(
            name="colorswap",
            items=lambda: squares(data, "colorswap", records, _CELLS, key="id", parts=_parts),
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )
