"""A source that is gone through twice, and read once."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO

from counterfoil.records import Rejected, Sample
from counterfoil.sources.source import Source


class Spooled:
    """A source whose samples are kept in a file without a name, once it was read to its end.

    To check annotations takes seven times as long as to read that file, and what was parsed of them is not
    in memory while shards are mined. Read again instead is a source that holds pictures themselves and not
    their names, and any whose file finds no room. One reader at a time; to be closed.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._file: IO[bytes] | None = None
        self._number: int | None = None

    def read(self) -> Iterator[Sample | Rejected]:
        """The samples and refusals, in the source's order."""
        if self._file is None or self._number is None:
            return self._first()
        self._file.seek(0)
        return (pickle.load(self._file) for _ in range(self._number))

    def close(self) -> None:
        """Keep nothing any more."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()

    def _first(self) -> Iterator[Sample | Rejected]:
        self.close()
        with suppress(OSError):
            self._file = TemporaryFile()  # noqa: SIM115 - `close` closes it
        number = 0
        for number, read in enumerate(self._source.read(), 1):  # noqa: B007 - the last is wanted
            if self._file is not None and not _put(read, self._file):
                self.close()
            yield read
        self._number = number


def _put(read: Sample | Rejected, file: IO[bytes]) -> bool:
    """Write one more into a file, and tell whether it is there."""
    if isinstance(read, Sample) and (read.image.data is not None or read.variations):
        return False
    with suppress(OSError):
        pickle.dump(read, file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        return True
    return False
