"""EqBen: two pictures that differ by little, frames of videos or renderings, and a caption of each.

A JSON list of {"image0", "caption0", "image1", "caption1"}; a picture's first folder is its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item, Picture
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import json_records
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two
from counterfoil.pictures import PictureError
from counterfoil.records import Pixels

ORIGIN = Origin(
    source="Wang et al., Equivariant Similarity for Vision-Language Foundation Models, ICCV 2023; "
    "https://github.com/Wangt-CN/EqBen",
    licence="none stated with the files; the frames are their videos'",
    get="wget -P {data}/eqben https://storage.googleapis.com/eqben-data/eqben_ann/private_info_global.json "
    "https://storage.googleapis.com/eqben-data/eqben_image_full.tar.gz (100 GB, to be unpacked there)",
)
SOURCES = ("eqbenag", "eqbenyoucook2", "eqbengebc", "eqbensd")
KUBRIC = ("eqbenkubric_loc", "eqbenkubric_cnt", "eqbenkubric_attr")
_FIELDS = ("image0", "caption0", "image1", "caption1")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of a video as EqBen keeps those of YouCook2: a NumPy array, its channels blue, green, red."""

    of: Stored

    def pixels(self) -> Pixels:
        """The frame, RGB.

        Raises:
            PictureError: it is not there, or no array of three channels.
        """
        path = self.of.image.path
        try:
            pixels = np.load(path)
        except FileNotFoundError as error:
            raise PictureError("missing_picture", f"{path} is not there") from error
        except (OSError, ValueError, EOFError) as error:
            raise PictureError("truncated_picture", f"{path} is no whole array: {error}") from error
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
            raise PictureError("not_a_picture", f"{path} holds {pixels.dtype} of shape {pixels.shape}")
        return np.ascontiguousarray(pixels[:, :, ::-1])

    def identity(self) -> str:
        """The hash of its bytes."""
        return self.of.identity()


@dataclass(frozen=True, kw_only=True)
class EqBen:
    """Squares, each source a part; "macro-5" counts the three Kubric sets as one source.

    Args:
        annotation: the file; that of the subset is eqben_subset_10percent_final.json.
        at_most: items of each source, from its beginning; 0 for all. An outside study took 20,000.
    """

    annotation: str = "private_info_global.json"
    at_most: int = 0

    def open(self, data: Data) -> Benchmark:
        """All squares, in the file's order."""
        path = data.file("eqben", self.annotation, ORIGIN)

        def items() -> Iterator[Item]:
            taken = dict.fromkeys((*SOURCES, *KUBRIC), 0)
            for key, record in json_records(path, *_FIELDS):
                source = str(record["image0"]).split("/", maxsplit=1)[0]
                if source not in taken:
                    raise DataError(
                        f"{path}, record {key}: {record['image0']} is in none of {', '.join(taken)}"
                    )
                taken[source] += 1
                if taken[source] <= (self.at_most or taken[source]):
                    yield Item(
                        key=key,
                        pictures=(_picture(data, record["image0"]), _picture(data, record["image1"])),
                        texts=(record["caption0"], record["caption1"]),
                        owners=(0, 1),
                        parts=(source,),
                    )

        return Benchmark(
            name="eqben",
            items=items,
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={f"macro-5/{metric}": _macro(metric) for metric in QUAD_CHANCE},
        )


def _picture(data: Data, name: str) -> Picture:
    stored = data.picture("eqben", name)
    return Frame(stored) if name.endswith(".npy") else stored


def _macro(metric: str) -> Mean:
    return Mean(metric=metric, parts=(*SOURCES, Mean(metric=metric, parts=KUBRIC)))
