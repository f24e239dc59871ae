"""What's Up: where one thing is of another, in staged photos and in photos of COCO and Visual Genome.

Two lists of {"image_path", "caption_options"} and four of [image id, right, wrong]. The first option is the
right one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.chances import choice_chance
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import json_records, row_records
from counterfoil.evaluate.verdicts import Margins, Owners, Scores, texts_of_pictures

ORIGIN = Origin(
    source="Kamath et al., What's up with vision-language models?, EMNLP 2023; "
    "https://github.com/amitakamath/whatsup_vlms",
    licence="MIT; photos of COCO and Visual Genome under their own",
    get="gdown --folder 164q6X9hrvP-QYpi3ioSnfMuyHpG5oRkZ -O {data}/whatsup, and unpack the pictures there",
)
STAGED = {"a": "controlled_images_dataset.json", "b": "controlled_clevr_dataset.json"}
FOUND = {
    "coco_one": "coco_qa_one_obj.json",
    "coco_two": "coco_qa_two_obj.json",
    "vg_one": "vg_qa_one_obj.json",
    "vg_two": "vg_qa_two_obj.json",
}
_DIGITS = 12
"""Of the number in the name of a photo of COCO."""

_PLACES = (" left of ", " right of ", " in front of ", " behind ", " on ", " under ")


@dataclass(frozen=True, kw_only=True)
class WhatsUp:
    """Six parts and their mean "macro-6". The published metrics count a tie as right: they are `lenient`.

    An item of a staged part is a set: the same two things in four places, four photos by four sentences. It
    has one answer of `accuracy` a photo, one of `pair` for each two opposite places (left and right, on and
    under, in front and behind), right if both photos are, and one of `set`, right if all four are.
    """

    def open(self, data: Data) -> Benchmark:
        """All six files."""
        staged = {part: data.file("whatsup", name, ORIGIN) for part, name in STAGED.items()}
        found = {part: data.file("whatsup", name, ORIGIN) for part, name in FOUND.items()}

        def items() -> Iterator[Item]:
            for part, path in staged.items():
                yield from _sets(data, part, path)
            for part, path in found.items():
                yield from _choices(data, part, path)

        means = {"macro-6": Mean(metric="accuracy", parts=(*STAGED, *FOUND))}
        return Benchmark(
            name="whatsup",
            items=items,
            verdict=places,
            chance=choice_chance(items(), means) | {"pair": 1 / 16, "set": 1 / 256},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means=means,
        )


def places(score_NIT: Scores, owner_T: Owners) -> dict[str, Margins]:
    """`accuracy` of each photo, and of a set `pair`, of which neighbours are opposites, and `set`.

    Source: Kamath et al., section 3.
    """
    photo_NI = texts_of_pictures(score_NIT, owner_T)
    if photo_NI.shape[1] == 1:
        return {"accuracy": photo_NI}
    pair_NP = photo_NI.reshape(len(photo_NI), -1, 2).min(-1)
    return {"accuracy": photo_NI, "pair": pair_NP, "set": pair_NP.min(-1, keepdims=True)}


def _sets(data: Data, part: str, path: Path) -> Iterator[Item]:
    """Photos with the same options, each with the one that is right of it."""
    shown: defaultdict[frozenset[str], dict[str, str]] = defaultdict(dict)
    for key, record in json_records(path, "image_path", "caption_options"):
        options, photo = record["caption_options"], record["image_path"]
        if not _is_texts(options) or not isinstance(photo, str):
            raise DataError(
                f"{path}, record {key}: {record!r:.80} has no photo with sentences to choose from"
            )
        right = options[0]
        if right in shown[frozenset(options)]:
            raise DataError(f"{path}, record {key}: {right!r} is right of an earlier photo too")
        shown[frozenset(options)][right] = photo.removeprefix("data/")
    for number, (options, photos) in enumerate(shown.items()):
        if lacking := options - photos.keys():
            raise DataError(f"{path} has no photo for {sorted(lacking)}: it is cut off, get it again")
        texts = tuple(sorted(options, key=_place))
        yield Item(
            key=f"{part}/{number}",
            pictures=tuple(data.picture("whatsup", photos[text]) for text in texts),
            texts=texts,
            owners=tuple(range(len(texts))),
            parts=(part,),
        )


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value)


def _place(text: str) -> int:
    """Of a sentence the number of its place, by which opposites are neighbours."""
    for number, place in enumerate(_PLACES):
        if place in text:
            return number
    raise DataError(f"What's Up: {text!r} has none of the places {', '.join(_PLACES)}")


def _choices(data: Data, part: str, path: Path) -> Iterator[Item]:
    for number, record in row_records(path, "image id", "right", "wrong"):
        image = str(record["image id"])
        if not image.isdecimal() or len(image) > _DIGITS:
            raise DataError(f"{path}, record {number}: {image[:80]!r} is no number of a photo")
        name = f"{image.zfill(_DIGITS)}.jpg" if part.startswith("coco") else f"vg_images/{image}.jpg"
        yield Item(
            key=f"{part}/{number}",
            pictures=(data.picture("whatsup", name),),
            texts=(record["right"], record["wrong"]),
            owners=(0, -1),
            parts=(part,),
        )
