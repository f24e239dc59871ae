"""BiVLC: a COCO photo and its caption, SugarCrepe's negative caption and a picture made of it."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, squares
from counterfoil.evaluate.records import Record
from counterfoil.evaluate.verdicts import (
    QUAD_CHANCE,
    Margins,
    Owners,
    Scores,
    pictures_of_texts,
    texts_of_pictures,
    two_by_two,
)

ORIGIN = Origin(
    source="Miranda et al., BiVLC, NeurIPS 2024; https://huggingface.co/datasets/imirandam/BiVLC",
    licence="MIT; the photos are COCO's",
    get="hf download imirandam/BiVLC --repo-type dataset --local-dir {data}/bivlc",
)
_FIELDS = ("image", "caption", "negative_image", "negative_caption", "type", "subtype")
_CELLS = (("image", "caption"), ("negative_image", "negative_caption"))


def _parts(record: Record) -> tuple[str, ...]:
    return (record["type"], f"{record['type']} {record['subtype']}")


@dataclass(frozen=True, kw_only=True)
class BiVlc:
    """2,933 squares; "replace", "swap" and "add" are parts, and so are their kinds ("replace att").

    Records have no id: their numbers in the files are their keys.
    """

    def open(self, data: Data) -> Benchmark:
        """From the hub's Parquet files, or examples.jsonl with a folder of pictures."""
        records = hub_records(data, "bivlc", ORIGIN, _FIELDS)
        text, image, group = QUAD_CHANCE.values()
        return Benchmark(
            name="bivlc",
            items=lambda: squares(data, "bivlc", records, _CELLS, parts=_parts),
            verdict=both_ways,
            chance={"I2T": text, "T2I": image, "group": group} | dict.fromkeys(FINER, 1 / 2),
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


FINER = ("Ipos2T", "Ineg2T", "Tpos2I", "Tneg2I")
"""The four questions of a square: the photo's text, the made picture's text, and back."""


def both_ways(score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """Winoground's verdicts under BiVLC's names, and each of the four questions by itself.

    Source: Miranda et al., section 4.1.
    """
    square = two_by_two(score_NIT, owner_T)
    texts_NI = texts_of_pictures(score_NIT, owner_T)
    images_NT = pictures_of_texts(score_NIT, owner_T)
    each = (texts_NI[:, :1], texts_NI[:, 1:], images_NT[:, :1], images_NT[:, 1:])
    return {
        "I2T": square["text"],
        "T2I": square["image"],
        "group": square["group"],
        **dict(zip(FINER, each, strict=True)),
    }
