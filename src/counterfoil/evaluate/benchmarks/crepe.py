"""CREPE's productivity sets: a part of a photo, a caption of some complexity, and several hard negatives.

27 tables, of three kinds of negatives and nine complexities, with the columns image_id, x, y, width, height,
caption and hard_negs, a list in Python's notation.
"""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.chances import choice_chance
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import table_records
from counterfoil.evaluate.verdicts import choice

ORIGIN = Origin(
    source="Ma et al., CREPE, CVPR 2023; https://github.com/RAIVNLab/CREPE",
    licence="not stated; the photos are Visual Genome's, CC BY 4.0",
    get="the link to prod_hard_negatives at https://github.com/RAIVNLab/CREPE, into {data}/crepe",
)
KINDS = ("atom", "swap", "negate")
COMPLEXITIES = range(4, 13)
_BOX = ("x", "y", "width", "height")
_FIELDS = ("image_id", "caption", "hard_negs", *_BOX)


@dataclass(frozen=True, kw_only=True)
class Crepe:
    """Accuracy is its R@1 over the caption and its negatives, a tie being wrong.

    Parts are the kinds ("atom") and, in them, the complexities ("atom 4"); the mean over complexities of
    each kind is "macro-9 atom".
    """

    def open(self, data: Data) -> Benchmark:
        """All tables. They are read once for chance, which differs as the number of negatives does."""
        files = {
            (kind, size): data.file("crepe", f"prod_vg_hard_negs_{kind}_complexity_{size}.csv", ORIGIN)
            for kind in KINDS
            for size in COMPLEXITIES
        }

        def items() -> Iterator[Item]:
            for (kind, size), path in files.items():
                for key, record in table_records(path, *_FIELDS):
                    negatives = _negatives(record["hard_negs"], f"{path}, row {int(key) + 1}")
                    box = [record[side] for side in _BOX]
                    yield Item(
                        key=f"{kind}/{size}/{key}",
                        pictures=(data.part("crepe", f"{record['image_id']}.jpg", box),),
                        texts=(record["caption"], *negatives),
                        owners=(0, *[-1] * len(negatives)),
                        parts=(kind, f"{kind} {size}"),
                    )

        means = {
            f"macro-9 {kind}": Mean(metric="accuracy", parts=tuple(f"{kind} {size}" for size in COMPLEXITIES))
            for kind in KINDS
        }
        return Benchmark(
            name="crepe",
            items=items,
            verdict=choice,
            chance=choice_chance(items(), means),
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means=means,
        )


def _negatives(listed: str, where: str) -> list[str]:
    try:
        negatives = literal_eval(listed)
    except (ValueError, SyntaxError) as error:
        raise DataError(f"{where}: hard_negs is no whole list ({error}): get the file again") from error
    if not isinstance(negatives, list) or not negatives or not all(isinstance(n, str) for n in negatives):
        raise DataError(f"{where}: hard_negs is {listed[:80]!r}, no list of texts")
    return negatives
