"""What a source is: something on disk that gives samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from counterfoil.records import Rejected, Sample


class Source(Protocol):
    """A frozen dataclass that names files; `read` gives their samples, in the same order each time.

    Pictures are named or handed on as bytes, never decoded here. A bad record is a `Rejected`
    (stage "source"); a file that cannot be read at all is a `DataError`.

    It may also tell, as attributes: `streams`, that reading it twice is not cheap; `total`, how many
    inputs it has, for the progress; `recipe`, which one suits it, if not "photos"; `about`, a sentence
    on what it is, for the dataset's card.
    """

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples, one after the other; only as much in memory as the format forces."""
        ...
