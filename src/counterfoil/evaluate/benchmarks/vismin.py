"""VisMin-bench: two pictures and two captions that differ by one object, attribute, number or relation."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, squares
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import Record
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Awal et al., VisMin, NeurIPS 2024; https://huggingface.co/datasets/mair-lab/vismin-bench",
    licence="CC BY 4.0",
    get="hf download mair-lab/vismin-bench --repo-type dataset --local-dir {data}/vismin",
)
_FIELDS = ("id", "image_0", "image_1", "text_0", "text_1", "category")
_CELLS = (("image_0", "text_0"), ("image_1", "text_1"))


def _parts(record: Record) -> tuple[str, ...]:
    return (record["category"],)


@dataclass(frozen=True, kw_only=True)
class VisMin:
    """2,084 squares; each category is a part, whose mean is the macro average ("macro")."""

    def open(self, data: Data) -> Benchmark:
        """From the hub's Arrow files."""
        records = hub_records(data, "vismin", ORIGIN, _FIELDS)
        return Benchmark(
            name="vismin",
            items=lambda: squares(data, "vismin", records, _CELLS, key="id", parts=_parts),
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={f"macro/{metric}": Mean(metric=metric) for metric in QUAD_CHANCE},
        )
