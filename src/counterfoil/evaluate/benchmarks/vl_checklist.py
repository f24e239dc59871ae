"""VL-CheckList: what is said of an object, an attribute or a relation, and the same with one word changed.

JSON files of [picture, {"POS": [text], "NEG": [text]}]. Which file is which stands in the repository's
corpus/**/*.yaml; here it is a table, so that nobody needs a YAML reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import checked, row_records
from counterfoil.evaluate.verdicts import choice

ORIGIN = Origin(
    source="Zhao et al., VL-CheckList, EMNLP Demonstrations 2022; https://github.com/om-ai-lab/VL-CheckList",
    licence="as Visual Genome's, VAW's, SWiG's and HAKE's",
    get="git clone https://github.com/om-ai-lab/VL-CheckList {data}/vl_checklist; pictures: its DATASETS.md",
)
_ROLES = ("agent", "destination", "item", "tool")
_CORPORA = (
    "hake_{0}/hake_obj_{1}",
    *(f"swig_{{0}}/swig_{role}/swig_{role}_{{1}}" for role in _ROLES),
    "vg_{0}/vg_obj_{1}",
    "vg_{0}/vg_subj_{1}",
)
FILES: dict[str, tuple[str, ...]] = {
    **{
        f"Attribute {kind}": (f"Attribute/vg/{kind}", f"Attribute/vaw/{kind}")
        for kind in ("action", "color", "material", "size", "state")
    },
    **{
        f"Object {kind} {degree}": tuple(f"Object/{kind}/{c.format(kind.lower(), degree)}" for c in _CORPORA)
        for kind, degrees in (
            ("Location", ("center", "mid", "margin")),
            ("Size", ("large", "medium", "small")),
        )
        for degree in degrees
    },
    "Relation action": ("Relation/vg/action", "Relation/swig_action", "Relation/hake_action"),
    "Relation spatial": ("Relation/vg/spatial",),
}
"""The files of each part, without their ending."""

KINDS = ("Object", "Attribute", "Relation")


@dataclass(frozen=True, kw_only=True)
class VlChecklist:
    """Papers differ in which files, how many items and what mean they take: their figures do not compare.

    "macro-3" is the mean over object, attribute and relation, each over all its items; "macro-types" the
    mean over the three, each the mean of its parts ("Attribute color", "Object Size small"). Some pairs
    say the same twice ("small bed", "small bed"): nobody can be right, and they count as ties.

    Args:
        at_most: items of each file, from its beginning; 0 for all.
    """

    at_most: int = 0

    def open(self, data: Data) -> Benchmark:
        """All files of the second version of the corpus."""
        files = {
            part: [data.file("vl_checklist", f"{name}.json", ORIGIN) for name in names]
            for part, names in FILES.items()
        }

        def items() -> Iterator[Item]:
            for part, paths in files.items():
                for name, path in zip(FILES[part], paths, strict=True):
                    yield from islice(_items(data, part, name, path), self.at_most or None)

        return Benchmark(
            name="vl_checklist",
            items=items,
            verdict=choice,
            chance={"accuracy": 1 / 2},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={"macro-3": _mean(*KINDS), "macro-types": _mean(*(_mean(*_of(kind)) for kind in KINDS))},
        )


def _items(data: Data, part: str, name: str, path: Path) -> Iterator[Item]:
    for number, record in row_records(path, "picture", "texts"):
        where = f"{path}, record {number}"
        texts = checked(record["texts"], ("POS", "NEG"), where)
        if not all(isinstance(texts[side], list) for side in ("POS", "NEG")):
            raise DataError(f"{where}: {texts!r:.80} has no lists of texts")
        yield Item(
            key=f"{name}/{number}",
            pictures=(data.picture("vl_checklist", record["picture"]),),
            texts=(*texts["POS"], *texts["NEG"]),
            owners=(0,) * len(texts["POS"]) + (-1,) * len(texts["NEG"]),
            parts=(part, part.split(maxsplit=1)[0]),
        )


def _of(kind: str) -> list[str]:
    return [part for part in FILES if part.startswith(kind)]


def _mean(*parts: str | Mean) -> Mean:
    return Mean(metric="accuracy", parts=parts)
