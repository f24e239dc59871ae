"""VisMin-bench: two pictures and two captions that differ by one object, attribute, number or relation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, stored
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Awal et al., VisMin, NeurIPS 2024; https://huggingface.co/datasets/mair-lab/vismin-bench",
    licence="CC BY 4.0",
    get="hf download mair-lab/vismin-bench --repo-type dataset --local-dir {data}/vismin",
)
_FIELDS = ("id", "image_0", "image_1", "text_0", "text_1", "category")


@dataclass(frozen=True, kw_only=True)
class VisMin:
    """2,084 squares; each category is a part, whose mean is the macro average ("macro")."""

    def open(self, data: Data) -> Benchmark:
        """From the hub's Arrow files."""
        records = hub_records(data, "vismin", ORIGIN, _FIELDS)

        def items() -> Iterator[Item]:
            for _, record in records():
                yield Item(
                    key=str(record["id"]),
                    pictures=tuple(stored(data, "vismin", record[name]) for name in ("image_0", "image_1")),
                    texts=(record["text_0"], record["text_1"]),
                    owners=(0, 1),
                    parts=(record["category"],),
                )

        return Benchmark(
            name="vismin",
            items=items,
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={f"macro/{metric}": Mean(metric=metric) for metric in QUAD_CHANCE},
        )
