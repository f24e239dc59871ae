"""Which foils are looked at, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlencode

import numpy as np

from counterfoil.errors import DataError
from counterfoil.review.index import Index, Numbers


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a reviewer chose; "" and 0 choose everything.

    Args:
        operation, kind, editor, way: see `Cell`.
        words: beginnings of words in captions, keys and changes.
        sample: at most so many foils of each operation, kind and editor, drawn at random.
        seed: of that chance; the same for reviewers who are to judge the same foils.
        verdict: of the one who looks: "open", "accepted" or "rejected"; or "disputed" among all.

    Raises:
        DataError: a sample or seed below 0.
    """

    operation: str = ""
    kind: str = ""
    editor: str = ""
    way: str = ""
    words: str = ""
    sample: int = 0
    seed: int = 0
    verdict: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if min(self.sample, self.seed) < 0:
            raise DataError(f"sample {self.sample}, seed {self.seed}: neither can be below 0")

    def query(self, **more: object) -> str:
        """As the query of an address, without what chooses everything, and with other values."""
        chosen = asdict(self) | more
        return urlencode({name: value for name, value in chosen.items() if value not in ("", 0, None)})

    def chosen(self) -> dict[str, str]:
        """The choices by name, as text."""
        return {f.name: str(v) for f in fields(self) if (v := getattr(self, f.name)) not in ("", 0)}


def select(index: Index, wanted: Wanted) -> Numbers:
    """The foils that were chosen, whatever their verdict: in the dataset's order, or a sample's.

    A sample takes the first of each cell, then the second of each, and so on: wherever one stops, as many of
    each cell were drawn, at random.
    """
    chosen = [number for number, cell in enumerate(index.cells) if _is_of(wanted, cell)]
    found = index.search(wanted.words)
    found = found[np.isin(index.cell_of[found], chosen)]
    if not wanted.sample:
        return found
    drawn = [(nth, cell, number) for cell, nth, number in _draw(index, wanted, found)]
    return np.array([number for _, _, number in sorted(drawn)], np.int64)


def _is_of(wanted: Wanted, cell: tuple[str, str, str, str]) -> bool:
    asked = wanted.operation, wanted.kind, wanted.editor, wanted.way
    return all(not one or one == other for one, other in zip(asked, cell, strict=True))


def _draw(index: Index, wanted: Wanted, found: Numbers) -> Iterator[tuple[int, int, int]]:
    """Cell, turn and number of each foil that is drawn; a cell's chance does not depend on the others."""
    cell_of = index.cell_of[found]
    for cell in np.unique(cell_of):
        order = np.random.default_rng((wanted.seed, int(cell))).permutation(found[cell_of == cell])
        for nth, number in enumerate(order[: wanted.sample]):
            yield int(cell), nth, int(number)
