"""SPEC: size, position, existence and count, as one query and what may answer it, both ways.

SUBSET/image2text.json and SUBSET/text2image.json, lists of {"query", "keys", "label"}; pictures are named
within their subset's folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.chances import choice_chance
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import Record, json_records
from counterfoil.evaluate.verdicts import pick

ORIGIN = Origin(
    source="Peng et al., Synthesize, Diagnose, and Optimize, CVPR 2024; https://huggingface.co/datasets/wjpoom/SPEC",
    licence="Apache-2.0",
    get="hf download wjpoom/SPEC data.zip --repo-type dataset --local-dir {data}/spec "
    "&& unzip {data}/spec/data.zip -d {data}/spec",
)
SUBSETS = ("absolute_size", "relative_size", "absolute_spatial", "relative_spatial", "existence", "count")
WAYS = ("image2text", "text2image")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Top-1 of each subset each way ("count/text2image"), and their means over subsets, and over both ways.

    Queries of one subset have as many keys, of others more or fewer, so that chance differs.
    """

    def open(self, data: Data) -> Benchmark:
        """All six subsets, both ways."""
        names = [(subset, way) for subset in SUBSETS for way in WAYS]
        files = {(s, way): data.file("spec", f"{s}/{way}.json", ORIGIN) for s, way in names}

        def items() -> Iterator[Item]:
            for (subset, way), path in files.items():
                for key, record in _records(path):
                    yield _item(data, subset, way, key, record)

        means = {**{f"macro-6 {way}": _macro(way) for way in WAYS}, "macro-12": _macro(*WAYS)}
        return Benchmark(
            name="spec",
            items=items,
            verdict=pick,
            chance=choice_chance(items(), means),
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means=means,
        )


def _item(data: Data, subset: str, way: str, key: str, record: Record) -> Item:
    names, label = record["keys"], record["label"]
    pictures, texts = ([record["query"]], names) if way == "image2text" else (names, [record["query"]])
    return Item(
        key=f"{subset}/{way}/{key}",
        pictures=tuple(data.picture("spec", f"{subset}/{name}") for name in pictures),
        texts=tuple(texts),
        owners=tuple(0 if n == label else -1 for n in range(len(names))) if way == "image2text" else (label,),
        parts=(f"{subset} {way}",),
    )


def _records(path: Path) -> Iterator[tuple[str, Record]]:
    for key, record in json_records(path, "query", "keys", "label"):
        if not isinstance(record["keys"], list) or record["label"] not in range(len(record["keys"])):
            raise DataError(f"{path}, record {key}: label {record['label']!r} is none of its keys' numbers")
        yield key, record


def _macro(*ways: str) -> Mean:
    return Mean(metric="accuracy", parts=tuple(f"{subset} {way}" for subset in SUBSETS for way in ways))
