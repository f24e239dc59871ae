"""MMVP-VLM: pairs of pictures that CLIP takes for the same, and a statement of each.

Questions.csv, of which two rows are a pair, and "MLLM_VLM Images/TYPE/ID.jpg".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.records import Record, table_records
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Tong et al., Eyes Wide Shut?, CVPR 2024; https://huggingface.co/datasets/MMVP/MMVP_VLM",
    licence="MIT",
    get="hf download MMVP/MMVP_VLM --repo-type dataset --local-dir {data}/mmvp_vlm",
)
_FIELDS = ("Question ID", "Type", "Statement")


@dataclass(frozen=True, kw_only=True)
class MmvpVlm:
    """135 squares, each visual pattern a part. The published metric is "image": both statements find theirs.

    Args:
        template: what a statement is put into, as the authors do.
    """

    template: str = "a photo of {}"

    def open(self, data: Data) -> Benchmark:
        """All pairs, in the order of the table."""
        path = data.file("mmvp_vlm", "Questions.csv", ORIGIN)

        def items() -> Iterator[Item]:
            for pair in _pairs(path):
                kind = pair[0]["Type"]
                yield Item(
                    key="-".join(row["Question ID"] for row in pair),
                    pictures=tuple(data.picture("mmvp_vlm", f"{kind}/{r['Question ID']}.jpg") for r in pair),
                    texts=tuple(row["Statement"] for row in pair),
                    owners=(0, 1),
                    parts=(kind,),
                    templates=(self.template,),
                )

        return Benchmark(
            name="mmvp_vlm",
            items=items,
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


def _pairs(path: Path) -> Iterator[tuple[Record, Record]]:
    rows = (row for _, row in table_records(path, *_FIELDS))
    for first in rows:
        second = next(rows, None)
        if second is None or second["Type"] != first["Type"]:
            raise DataError(f"{path}: question {first['Question ID']} has no other of its type after it")
        yield first, second
