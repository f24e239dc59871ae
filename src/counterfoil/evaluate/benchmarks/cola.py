"""COLA, its multi-object part: two photos and two captions whose attributes are swapped.

A JSON list of [URL of photo 1, caption 1, URL of photo 2, caption 2]; the photos are Visual Genome's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.records import row_records
from counterfoil.evaluate.verdicts import QUAD_CHANCE, Margins, Owners, Scores, two_by_two

ORIGIN = Origin(
    source="Ray et al., COLA, NeurIPS 2023; https://github.com/arijitray1993/COLA",
    licence="MIT; the photos are Visual Genome's (CC BY 4.0)",
    get="git clone https://github.com/arijitray1993/COLA {data}/cola, and the photos that its "
    "COLA_multiobjects_matching_benchmark.json names",
)
_FILE = "COLA_multiobjects_matching_benchmark.json"
_FIELDS = ("photo 1", "caption 1", "photo 2", "caption 2")


@dataclass(frozen=True, kw_only=True)
class Cola:
    """Its published metric asks only for the picture of each caption, both of them: "image".

    Its single-object part is measured by mean average precision, which is no share of right answers and
    so has neither ties nor a Wilson interval: it is not read here.
    """

    def open(self, data: Data) -> Benchmark:
        """All squares."""
        path = data.file("cola", _FILE, ORIGIN)

        def items() -> Iterator[Item]:
            for key, record in row_records(path, *_FIELDS):
                yield Item(
                    key=key,
                    pictures=(
                        data.picture("cola", record["photo 1"]),
                        data.picture("cola", record["photo 2"]),
                    ),
                    texts=(record["caption 1"], record["caption 2"]),
                    owners=(0, 1),
                )

        return Benchmark(
            name="cola",
            items=items,
            verdict=_image,
            chance={"image": QUAD_CHANCE["image"]},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


def _image(score_NIT: Scores, owner_T: Owners) -> Mapping[str, Margins]:
    return {"image": two_by_two(score_NIT, owner_T)["image"]}
