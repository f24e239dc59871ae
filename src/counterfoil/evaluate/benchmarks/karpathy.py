"""Karpathy's test splits of COCO and Flickr30k: photos with about five captions each, for several benchmarks.

In his own form, {"images": [{"filepath", "filename", "split", "sentences": [{"raw"}]}]}, or in the flat form
of their tests that ALBEF and BLIP publish, [{"image", "caption": [...]}].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from counterfoil.errors import DataError, RecipeError, unknown
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.records import Record, checked, json_records, read_json

_SOURCE = "Karpathy and Fei-Fei, CVPR 2015; https://cs.stanford.edu/people/karpathy/deepimagesent/"
_FLAT = "curl -L --create-dirs -o {data}/%s https://storage.googleapis.com/sfr-vision-language-research/datasets/%s"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Where a corpus' test split is found.

    Args:
        flat: the name of the flat file.
        whole: that of Karpathy's.
        origin: of both.
    """

    flat: str
    whole: str
    origin: Origin


def _corpus(name: str, flat: str, licence: str) -> Corpus:
    get = _FLAT % (f"{name}/{flat}", flat)
    return Corpus(flat=flat, whole=f"dataset_{name}.json", origin=Origin(_SOURCE, licence, get))


CORPORA = {
    "coco": _corpus(
        "coco",
        "coco_karpathy_test.json",
        "captions CC BY 4.0; photos as on Flickr: https://cocodataset.org/#termsofuse",
    ),
    "flickr30k": _corpus(
        "flickr30k",
        "flickr30k_test.json",
        "research only; photos by the form at https://shannon.cs.illinois.edu/DenotationGraph/",
    ),
}


def corpus_named(name: str) -> Corpus:
    """One of `CORPORA`.

    Raises:
        RecipeError: there is none of that name.
    """
    if name not in CORPORA:
        raise RecipeError(unknown("corpus", name, CORPORA))
    return CORPORA[name]


class Captioned(NamedTuple):
    """A photo's name and its captions, as published."""

    picture: str
    captions: tuple[str, ...]


def find_captions(data: Data, benchmark: str, corpus: Corpus) -> Path:
    """The file of either form.

    Raises:
        DataError: neither is there.
    """
    found = data.find(benchmark, corpus.flat) or data.find(benchmark, corpus.whole)
    return found or data.file(benchmark, corpus.flat, corpus.origin)


def read_captions(path: Path) -> Iterator[Captioned]:
    """The test split, in order.

    Raises:
        DataError: neither form, a photo without captions, or one that comes twice.
    """
    seen: set[str] = set()
    for where, photo in _flat(path) if path.name.endswith("_test.json") else _whole(path):
        if photo.picture in seen:
            raise DataError(f"{where}: the photo {photo.picture} comes twice")
        if not photo.captions or not all(isinstance(caption, str) for caption in photo.captions):
            raise DataError(f"{where}: the photo {photo.picture} has no captions")
        seen.add(photo.picture)
        yield photo


def _flat(path: Path) -> Iterator[tuple[str, Captioned]]:
    for key, record in json_records(path, "image", "caption"):
        captions = record["caption"]
        listed = captions if isinstance(captions, list) else [captions]
        yield f"{path}, record {key}", Captioned(record["image"], tuple(listed))


def _whole(path: Path) -> Iterator[tuple[str, Captioned]]:
    for number, image in enumerate(checked(read_json(path), ["images"], str(path))["images"]):
        where = f"{path}, image {number}"
        record = checked(image, ["filename", "split", "sentences"], where)
        if record["split"] == "test":
            yield where, Captioned(_name(record), tuple(_raw(record, where)))


def _name(record: Record) -> str:
    return "/".join(filter(None, [record.get("filepath"), record["filename"]]))


def _raw(record: Record, where: str) -> Iterator[str]:
    for sentence in record["sentences"]:
        yield checked(sentence, ["raw"], where)["raw"]
