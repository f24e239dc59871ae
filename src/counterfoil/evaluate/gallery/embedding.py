"""A source's pictures and captions to a gallery on disk, a shard at a time, and each rank its own shards.

FOLDER/marks/NAME.json   written last: a shard with one is whole
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.errors import DataError
from counterfoil.evaluate.gallery.embedded import Shard
from counterfoil.evaluate.gallery.recall import ALONE, Share
from counterfoil.evaluate.look import pixels_of
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.progress import silent
from counterfoil.models.embedder import Embedded, Embedder, ahead
from counterfoil.pictures import PictureError
from counterfoil.records import Pixels, Rejected, Sample
from counterfoil.shards import atomic, read_json, write_json
from counterfoil.sources.source import Source


@dataclass(frozen=True)
class Mark:
    """What is told of a shard.

    Args:
        digest: of the keys and captions that it was made of.
        missing: pictures that could not be read.
        truncated: texts of which the model does not see the end.
    """

    digest: str
    missing: int
    truncated: int


class Made(NamedTuple):
    """A gallery on disk, and what it lacks: samples that the source refused, and pictures; see `Mark`."""

    shards: list[Shard]
    missing: int
    truncated: int


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """Embeds what a source has. Shards that are whole are not made again; what is in memory does not grow.

    Args:
        source: of samples; every rank reads all, and decodes its own.
        embedder: the model.
        folder: of one model and source; the same for all ranks.
        size: samples of a shard, the last of which may be smaller.
        allow_missing: leave out pictures that cannot be read, and count them.
        share: which shards are this process' own.
        progress: is told of every shard that is made; how many there are, only the source's end tells.
    """

    source: Source
    embedder: Embedder
    folder: Path
    size: int
    allow_missing: bool = False
    share: Share = ALONE
    progress: Callable[[str, int, int | None], None] = silent

    def __call__(self) -> Made:
        """Make this process' share, and wait for the others.

        Raises:
            DataError: a picture cannot be read, a sample is refused, or the source has changed.
        """
        refused: list[Rejected] = []
        names = []
        numbered = enumerate(self._samples(refused))
        for number, part in groupby(numbered, lambda one: one[0] // self.size):
            names.append(f"{number:06}")
            if number % self.share.world == self.share.rank:
                self._make(names[-1], (sample for _, sample in part))
                self.progress("pictures", len(names) * self.size, getattr(self.source, "total", None))
        self.share.meet()
        marks = [self._mark(name) for name in names]
        missing = len(refused) + sum(mark.missing for mark in marks)
        return Made([Shard(self.folder, name) for name in names], missing, sum(m.truncated for m in marks))

    def _samples(self, refused: list[Rejected]) -> Iterator[Sample]:
        for sample in self.source.read():
            if isinstance(sample, Sample):
                yield sample
            elif sample.part:
                continue
            elif self.allow_missing:
                refused.append(sample)
            else:
                raise DataError(f"{sample.key}: {sample.reason}. Mend it, or leave it out: --allow-missing")

    def _make(self, name: str, samples: Iterable[Sample]) -> None:
        if self._mark_path(name).exists():
            if self._mark(name).digest != _digest(map(_told, samples)):
                raise DataError(
                    f"{self.folder}: the source has changed since {name} was made: remove the folder"
                )
            return
        told: list[bytes] = []
        texts: list[str] = []
        owners: list[int] = []
        missing = 0

        def pictures() -> Iterator[partial[Pixels]]:
            nonlocal missing
            rows = 0
            with ThreadPoolExecutor(self.embedder.workers) as pool:
                for sample, pixels in ahead(pool, self._decoded, samples, self.embedder.workers):
                    told.append(_told(sample))
                    if pixels is None:
                        missing += 1
                        continue
                    texts.extend(sample.captions)
                    owners.extend([rows] * len(sample.captions))
                    rows += 1
                    yield partial(np.asarray, pixels)

        batches = list(self.embedder.images(pictures()))
        if not batches:
            raise DataError(f"none of the {missing} pictures of shard {name} can be read: get them again")
        image_ID = np.concatenate(batches)
        self._write(name, "pictures", image_ID)
        self._write(name, "texts", self._texts(texts) if texts else image_ID[:0])
        self._write(name, "owners", np.array(owners, np.int64))
        truncated = len(self.embedder.encoder.prepare.too_long(texts)) if texts else 0
        write_json(self._mark_path(name), asdict(Mark(_digest(told), missing, truncated)))

    def _decoded(self, sample: Sample) -> tuple[Sample, Pixels | None]:
        try:
            return sample, pixels_of(Stored(sample.image), sample.key)
        except DataError as error:
            if self.allow_missing and isinstance(error.__cause__, PictureError):
                return sample, None
            raise

    def _texts(self, texts: list[str]) -> Embedded:
        """In their order; texts of one length need no padding beside each other."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        sorted_TD = np.concatenate(list(self.embedder.texts(texts[number] for number in order)))
        return np.asarray(sorted_TD[np.argsort(order)], np.float32)

    def _write(self, name: str, what: str, array: NDArray[Any]) -> None:
        with atomic(self.folder / what / f"{name}.npy") as unfinished, unfinished.open("wb") as file:
            np.save(file, array)

    def _mark(self, name: str) -> Mark:
        return Mark(**read_json(self._mark_path(name)))

    def _mark_path(self, name: str) -> Path:
        return self.folder / "marks" / f"{name}.json"


def _told(sample: Sample) -> bytes:
    return repr((sample.key, sample.captions)).encode("utf-8", "surrogatepass")


def _digest(told: Iterable[bytes]) -> str:
    digest = sha256()
    for one in told:
        digest.update(one)
    return digest.hexdigest()
