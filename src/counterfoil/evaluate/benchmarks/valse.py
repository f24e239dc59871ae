"""VALSE: a photo, its caption, and a foil of one linguistic phenomenon.

Eleven files of {"KEY": {"image_file", "caption", "foil", "mturk": {"caption", "foil", "other"}, ...}}.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import checked, json_records
from counterfoil.evaluate.verdicts import choice

ORIGIN = Origin(
    source="Parcalabescu et al., VALSE, ACL 2022; https://github.com/Heidelberg-NLP/VALSE",
    licence="MIT; the photos are those of Visual7W, COCO 2014 and 2017, SWiG and VisDial, each under its own",
    get="git clone https://github.com/Heidelberg-NLP/VALSE {data}/valse",
)
PHENOMENA = {
    "existence": ("existence",),
    "plurals": ("plurals",),
    "counting": ("counting-hard", "counting-small-quant", "counting-adversarial"),
    "relations": ("relations",),
    "actions": ("action-replacement", "actant-swap"),
    "coreference": ("coreference-standard", "coreference-hard"),
    "foil-it": ("foil-it",),
}
"""Of each phenomenon the pieces."""
PIECES = tuple(piece for pieces in PHENOMENA.values() for piece in pieces)


@dataclass(frozen=True, kw_only=True)
class Valse:
    """The published `acc_r`, of valid items: those whose caption, not whose foil, annotators said is true.

    Both means in use stand beside each other: over the 11 pieces, and over the 7 phenomena.

    Args:
        votes: of three annotators for the caption that make an item valid.
    """

    votes: int = 2

    def open(self, data: Data) -> Benchmark:
        """All eleven pieces."""
        files = {piece: data.file("valse", f"{piece}.json", ORIGIN) for piece in PIECES}

        def items() -> Iterator[Item]:
            for piece, path in files.items():
                for key, record in json_records(path, "image_file", "caption", "foil", "mturk"):
                    votes = checked(record["mturk"], ["caption"], f"{path}, mturk of {key}")
                    if not isinstance(votes["caption"], int):
                        raise DataError(f"{path}, mturk of {key}: {votes['caption']!r} is no number of votes")
                    if votes["caption"] >= self.votes:
                        yield Item(
                            key=f"{piece}/{key}",
                            pictures=(data.picture("valse", record["image_file"]),),
                            texts=(record["caption"], record["foil"]),
                            owners=(0, -1),
                            parts=(piece,),
                        )

        return Benchmark(
            name="valse",
            items=items,
            verdict=choice,
            chance={"accuracy": 1 / 2},
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            means={"macro-11": _mean(*PIECES), "macro-7": _mean(*(_mean(*p) for p in PHENOMENA.values()))},
        )


def _mean(*parts: str | Mean) -> Mean:
    return Mean(metric="accuracy", parts=parts)
