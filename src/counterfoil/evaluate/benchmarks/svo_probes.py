"""SVO-Probes: a sentence, the picture that it is true of, and one in which subject, verb or object differs.

svo_probes.csv names pictures by numbers and URLs, many of which are dead: what is left is what can be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import Record, table_records
from counterfoil.evaluate.verdicts import pick

ORIGIN = Origin(
    source="Hendricks and Nematzadeh, Probing Image-Language Transformers for Verb Understanding, Findings "
    "of ACL 2021; https://github.com/google-deepmind/svo_probes",
    licence="CC BY 4.0; the pictures are their owners'",
    get="git clone https://github.com/google-deepmind/svo_probes {data}/svo_probes, and each picture of its "
    "svo_probes.csv (pos_url, neg_url) as {data}/svo_probes/ID.jpg",
)
PARTS = ("subj", "verb", "obj")
_IDS = ("pos_image_id", "neg_image_id")


@dataclass(frozen=True, kw_only=True)
class SvoProbes:
    """The published metric is the macro average over subject, verb and object ("macro-3").

    Args:
        ending: of the pictures' names, after their numbers.
    """

    ending: str = ".jpg"

    def open(self, data: Data) -> Benchmark:
        """All rows, in the order of the table."""
        path = data.file("svo_probes", "svo_probes.csv", ORIGIN)
        wanted = ("sentence", *_IDS, *(f"{part}_neg" for part in PARTS))

        def items() -> Iterator[Item]:
            for key, record in table_records(path, *wanted):
                yield Item(
                    key=key,
                    pictures=tuple(data.picture("svo_probes", record[name] + self.ending) for name in _IDS),
                    texts=(record["sentence"],),
                    owners=(0,),
                    parts=_parts(record, f"{path}, row {int(key) + 1}"),
                )

        return Benchmark(
            name="svo_probes",
            items=items,
            verdict=pick,
            chance={"accuracy": 1 / 2},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={"macro-3": Mean(metric="accuracy", parts=PARTS)},
        )


def _parts(record: Record, where: str) -> tuple[str, ...]:
    found = tuple(part for part in PARTS if record[f"{part}_neg"].strip().lower() == "true")
    if not found:
        raise DataError(f"{where}: none of subj_neg, verb_neg, obj_neg is True, so that nothing differs")
    return found
