"""NegBench: captions that say what is not there, as a choice of four, and as queries for pictures.

Tables whose paths are those of their authors' disks: pictures are found by their names, nothing is rewritten.
Its tables of videos (MSR-VTT) and of X-rays (CheXpert) are not read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.records import Record, table_records
from counterfoil.evaluate.verdicts import Recall, choice, recall_chance

ORIGIN = Origin(
    source="Alhamoud et al., Vision-Language Models Do Not Understand Negation, CVPR 2025; "
    "https://github.com/m1k2zoo/negbench",
    licence="none stated with the tables; the pictures are COCO's and VOC's",
    get="the tables into {data}/negbench: "
    "https://drive.google.com/drive/folders/1kSEq0mkV1t1T8GuOAM65iz_iAA7e5gxB; pictures: its datasets.md",
)
_OPTIONS = tuple(f"caption_{number}" for number in range(4))


@dataclass(frozen=True, kw_only=True)
class NegChoice:
    """One of four captions: all items, and each template of the right one (positive, negative, hybrid).

    Args:
        name: of the benchmark.
        table: the file.
    """

    name: str
    table: str

    def open(self, data: Data) -> Benchmark:
        """All rows."""
        path = data.file("negbench", self.table, ORIGIN)

        def items() -> Iterator[Item]:
            wanted = ("image_path", *_OPTIONS, "correct_answer", "correct_answer_template")
            for key, record in table_records(path, *wanted):
                right = _right(record, f"{path}, row {int(key) + 1}")
                yield Item(
                    key=key,
                    pictures=(data.picture("negbench", record["image_path"]),),
                    texts=tuple(record[option] for option in _OPTIONS),
                    owners=tuple(0 if number == right else -1 for number in range(4)),
                    parts=(record["correct_answer_template"],),
                )

        return Benchmark(
            name=self.name,
            items=items,
            verdict=choice,
            chance={"accuracy": 1 / 4},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


@dataclass(frozen=True, kw_only=True)
class NegRetrieval:
    """COCO's validation photos by their captions, as they are or with what is not there said too: R@k.

    Args:
        name: of the benchmark.
        table: the file.
    """

    name: str
    table: str

    def open(self, data: Data) -> Benchmark:
        """One gallery."""
        path = data.file("negbench", self.table, ORIGIN)
        rows = _captions(path)
        owners = tuple(place for place, captions in enumerate(rows.values()) for _ in captions)

        def items() -> Iterator[Item]:
            yield Item(
                key=path.stem,
                pictures=tuple(data.picture("negbench", name) for name in rows),
                texts=tuple(caption for captions in rows.values() for caption in captions),
                owners=owners,
            )

        return Benchmark(
            name=self.name,
            items=items,
            verdict=Recall(),
            chance=recall_chance(owners),
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


def _right(record: Record, where: str) -> int:
    answer = record["correct_answer"]
    if answer not in {"0", "1", "2", "3"}:
        raise DataError(f"{where}: correct_answer is {answer!r}, not 0, 1, 2 or 3")
    return int(answer)


def _captions(path: Path) -> dict[str, list[str]]:
    """Of each picture, in the order of the table."""
    found: dict[str, list[str]] = {}
    for key, record in table_records(path, "filepath", "captions"):
        where, name = f"{path}, row {int(key) + 1}", record["filepath"]
        if name in found:
            raise DataError(f"{where}: {name} stands in an earlier row too")
        found[name] = _strings(record["captions"], where)
    if not found:
        raise DataError(f"{path} has no rows: get it again")
    return found


def _strings(text: str, where: str) -> list[str]:
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        found = None
    if not isinstance(found, list) or not found or not all(isinstance(caption, str) for caption in found):
        raise DataError(f"{where}: captions are {text[:80]!r}, not a list of texts as Python writes it")
    return found
