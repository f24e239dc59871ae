"""GNM's own test set: groups of two to four pictures, variations of one photo, with one caption each.

A JSON list of {"num_sample": k, "image_0": ..., "caption_0": ..., ... up to k - 1}.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import factorial
from pathlib import Path

import numpy as np

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.records import checked, json_records
from counterfoil.evaluate.verdicts import Margins, Owners, Scores, pictures_of_texts, texts_of_pictures

ORIGIN = Origin(
    source="Sahin et al., Generative Negative Mining, WACV 2024, arXiv 2311.03964; "
    "https://github.com/ugorsahin/Generative-Negative-Mining",
    licence="Apache-2.0 for the code, none stated for the pictures, which are made from COCO's",
    get="the test annotation as {data}/gnm_test/test.json with its pictures beside it, from its authors: "
    "https://huggingface.co/datasets/ugursahin/generative-negative-mining-dataset",
)


@dataclass(frozen=True, kw_only=True)
class GnmTest:
    """278 groups. "-1" counts each picture or caption, "-all" a group, which is right if all of it is.

    `text`: each picture's caption is the best of its row. `image`: each caption's picture is the best of
    its column. `group`: both. Chance follows from the sizes of the groups.

    Args:
        annotation: the file.
    """

    annotation: str = "test.json"

    def open(self, data: Data) -> Benchmark:
        """All groups."""
        path = data.file("gnm_test", self.annotation, ORIGIN)

        def items() -> Iterator[Item]:
            for key, names, captions in _groups(path):
                yield Item(
                    key=key,
                    pictures=tuple(data.picture("gnm_test", name) for name in names),
                    texts=tuple(captions),
                    owners=tuple(range(len(names))),
                )

        return Benchmark(
            name="gnm_test",
            items=items,
            verdict=each_and_all,
            chance=_chance([len(names) for _, names, _ in _groups(path)]),
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )


def each_and_all(score_NIT: Scores, owner_T: Owners) -> Mapping[str, Margins]:
    """Of a group of k pictures and their k texts: k margins for each and one for all of them."""
    text, image = texts_of_pictures(score_NIT, owner_T), pictures_of_texts(score_NIT, owner_T)
    asked = {"text": text, "image": image, "group": np.minimum(text, image)}
    each = {f"{metric}-1": margins for metric, margins in asked.items()}
    return each | {f"{metric}-all": margins.min(1, keepdims=True) for metric, margins in asked.items()}


def _groups(path: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Of each group its key, the names of its pictures, and its captions."""
    for key, record in json_records(path, "num_sample"):
        where, size = f"{path}, record {key}", record["num_sample"]
        if not isinstance(size, int) or not 2 <= size < len(record):
            raise DataError(f"{where}: num_sample is {size!r}, not a number of two or more that it has")
        pictures, captions = ([f"{what}_{number}" for number in range(size)] for what in ("image", "caption"))
        checked(record, pictures + captions, where)
        yield key, [record[name] for name in pictures], [record[name] for name in captions]


def _chance(sizes: list[int]) -> dict[str, float]:
    """Of random scores: a text is the best of k, a pair the best of the 2k - 1 in its row and column.

    All k pairs of a group are so by (k-1)!/(2k-1)!: with the pairs' scores u1 < ... < uk given, the 2(k-r)
    scores that pair r shares with higher ones are below it by u_r^(2(k-r)); the integral over all orders
    is k! times the product of 1/(r(2k-r)), r = 1..k. For k = 2 it is Winoground's 1/6.
    """
    pairs, groups = max(sum(sizes), 1), max(len(sizes), 1)
    each, every = len(sizes) / pairs, sum(k**-k for k in sizes) / groups
    return {
        "text-1": each,
        "image-1": each,
        "group-1": sum(k / (2 * k - 1) for k in sizes) / pairs,
        "text-all": every,
        "image-all": every,
        "group-all": sum(factorial(k - 1) / factorial(2 * k - 1) for k in sizes) / groups,
    }
