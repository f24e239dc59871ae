"""Any mined dataset's foils: can a model tell a picture from its counterfoil, a caption from its negative?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import NO_DATA, Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.verdicts import QUAD_CHANCE, choice, two_by_two
from counterfoil.judgements import reviewed
from counterfoil.records import ImageFile
from counterfoil.shards import Row, read_rows
from counterfoil.storage import fetched, place


@dataclass(frozen=True, kw_only=True)
class Foils:
    """A dataset's kept foils; operation and kind are their part.

    Args:
        dataset: the folder of a finished `mine`; empty for the folder of data itself.
        two_way: its two-way foils as squares, or its other foils as a choice between two captions.
        reviewed: only foils that people left, see `judgements.REVIEWED`; "" for all.
    """

    dataset: str = ""
    two_way: bool = True
    reviewed: str = ""

    def open(self, data: Data = NO_DATA) -> Benchmark:
        """The benchmark.

        Raises:
            DataError: there is no finished dataset in the folder, or nobody has judged it.
            RecipeError: no such choice of reviewed foils.
        """
        folder = fetched(place(self.dataset or data.root or ""))
        if not (folder / "manifest.json").is_file():
            raise DataError(
                f"{folder} holds no finished dataset (no manifest.json): let `mine` run to its end"
            )
        items = _squares if self.two_way else _choices
        wanted = reviewed(folder, self.reviewed) if self.reviewed else lambda key: True
        return Benchmark(
            name="foils" if self.two_way else "foils-text",
            items=lambda: (
                item for row in read_rows(folder / "data") for item in items(row) if wanted(item.key)
            ),
            verdict=two_by_two if self.two_way else choice,
            chance=QUAD_CHANCE if self.two_way else {"accuracy": 1 / 2},
            source=str(folder),
            licence="as each picture's: column `licence`",
        )


def _squares(row: Row) -> Iterator[Item]:
    original = _stored(row["key"], row["image"])
    for foil in row["foils"]:
        if foil["negative_image"] is not None:
            yield _item(foil, (original, _stored(foil["key"], foil["negative_image"])), (0, 1))


def _choices(row: Row) -> Iterator[Item]:
    original = _stored(row["key"], row["image"])
    for foil in row["foils"]:
        if foil["negative_image"] is None:
            yield _item(foil, (original,), (0, -1))


def _item(foil: Row, pictures: tuple[Stored, ...], owners: tuple[int, int]) -> Item:
    return Item(
        key=foil["key"],
        pictures=pictures,
        texts=(foil["caption"], foil["negative_caption"]),
        owners=owners,
        parts=(f"{foil['operation']} {foil['kind']}",),
    )


def _stored(key: str, image: Row) -> Stored:
    return Stored(ImageFile(key, image["bytes"]))
