"""SugarCrepe++: two captions that mean the same and one that does not, told apart by photo or by text.

Five configurations of records {"id", "filename", "caption", "caption2", "negative_caption"}, on the hub as
Parquet or JSON, with the hub's spelling "swap_atribute"; the photos are COCO's val2017.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import Records
from counterfoil.evaluate.pictures import Written
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import Record, json_records, parquet_records
from counterfoil.evaluate.verdicts import Margins, Owners, Scores, choice

ORIGIN = Origin(
    source="Dumpala et al., SugarCrepe++, NeurIPS 2024; https://huggingface.co/datasets/Aman-J/SugarCrepe_pp",
    licence="CC-BY-4.0; the photos are COCO's",
    get="hf download Aman-J/SugarCrepe_pp --repo-type dataset --local-dir {data}/sugarcrepe_pp",
)
CONFIGURATIONS = {
    "swap_obj": "swap_object",
    "swap_att": "swap_atribute",
    "replace_obj": "replace_object",
    "replace_att": "replace_attribute",
    "replace_rel": "replace_relation",
}
"""Of each part, as SugarCrepe calls it, what the hub calls it."""
_FIELDS = ("id", "filename", "caption", "caption2", "negative_caption")


@dataclass(frozen=True, kw_only=True)
class SugarCrepePP:
    """`itt`: a photo is nearer to both captions than to the negative. `tot`: so are these to each other.

    Args:
        texts: ask `tot` too, for which a model has to compare texts.
    """

    texts: bool = True

    def open(self, data: Data) -> Benchmark:
        """All five parts."""
        parts = {part: _records(data, part) for part in CONFIGURATIONS}

        def items() -> Iterator[Item]:
            for part, records in parts.items():
                for _, record in records():
                    yield _image_to_text(data, part, record)
                    if self.texts:
                        yield _text_to_text(part, record)

        return Benchmark(
            name="sugarcrepe_pp",
            items=items,
            verdict=odd_one_out,
            chance={"itt": 1 / 3, "tot": 1 / 3},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={
                f"macro-5/{metric}": Mean(metric=metric, parts=tuple(CONFIGURATIONS))
                for metric in ("itt", "tot")
            },
        )


def odd_one_out(score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """`itt` of a photo's row; `tot` of two texts' rows.

    Source: Dumpala et al., section 3. With captions P1 and P2 and the negative N,
    ITT is S(I,P1) > S(I,N) and S(I,P2) > S(I,N), and TOT is S(P1,P2) > S(P1,N) and S(P1,P2) > S(P2,N).
    """
    if score_NIT.shape[1] == 1:
        return {"itt": choice(score_NIT, owner_T)["accuracy"]}
    same, other = score_NIT[:, 0, 0], score_NIT[:, :, 1].max(1)
    return {"tot": (same - other)[:, None].astype("float64")}


def _records(data: Data, part: str) -> Records:
    configuration = CONFIGURATIONS[part]
    if shards := data.parquet("sugarcrepe_pp", configuration):
        return lambda: parquet_records(shards, *_FIELDS)
    path = data.find("sugarcrepe_pp", f"{configuration}.json")
    path = path or data.file("sugarcrepe_pp", f"{part}.json", ORIGIN)
    return lambda: json_records(path, *_FIELDS)


def _image_to_text(data: Data, part: str, record: Record) -> Item:
    return Item(
        key=f"{part}/{record['id']}/itt",
        pictures=(data.picture("sugarcrepe_pp", record["filename"]),),
        texts=(record["caption"], record["caption2"], record["negative_caption"]),
        owners=(0, 0, -1),
        parts=(part,),
    )


def _text_to_text(part: str, record: Record) -> Item:
    """Rows P1 and P2, columns P2 and N."""
    return Item(
        key=f"{part}/{record['id']}/tot",
        pictures=(Written(record["caption"]), Written(record["caption2"])),
        texts=(record["caption2"], record["negative_caption"]),
        owners=(0, -1),
        parts=(part,),
    )
