"""A source cut into tasks: what each shard of a run is made from, and the digest that tells it changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from counterfoil.records import ImageFile, Rejected, Sample
from counterfoil.sources.source import Source

_NO_IMAGE = ImageFile("")


class Task(NamedTuple):
    """One shard's input: its number, its samples, and what the source refused among them."""

    number: int
    samples: tuple[Sample, ...]
    rejected: tuple[Rejected, ...]

    @property
    def name(self) -> str:
        """The stem of the shard's files."""
        return f"{self.number:05}"

    @property
    def inputs(self) -> int:
        """How many inputs of the source these are; a refused part of a sample is none."""
        return len(self.samples) + sum(map(is_input, self.rejected))

    def digest(self) -> str:
        """A hash of everything that the source said; of a picture in a file, its size."""
        told = blake2b(digest_size=16)
        for sample in self.samples:
            told.update(repr((sample.key, sample.captions, sample.licence)).encode())
            told.update(repr([(r, r.outline and r.outline.counts) for r in sample.regions]).encode())
            told.update(repr([replace(v, image=_NO_IMAGE) for v in sample.variations]).encode())
            for image in (sample.image, *(variation.image for variation in sample.variations)):
                told.update(Path(image.path).name.encode("utf-8", "backslashreplace"))
                told.update(str(_size(Path(image.path))).encode() if image.data is None else image.data)
        told.update(repr([(r.key, r.reason, r.detail) for r in self.rejected]).encode())
        return told.hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def tasks(source: Source, shard_size: int, limit: int | None) -> Iterator[Task]:
    """The source cut into shards, in its order."""
    rest = inputs(source, limit)
    for number in itertools.count():
        chunk = list(itertools.islice(rest, shard_size))
        if not chunk:
            return
        samples = tuple(read for read in chunk if isinstance(read, Sample))
        yield Task(number, samples, tuple(read for read in chunk if isinstance(read, Rejected)))


def inputs(source: Source, limit: int | None) -> Iterator[Sample | Rejected]:
    """The source's first `limit` inputs, and what it says of their parts."""
    seen = 0
    for read in source.read():
        seen += is_input(read)
        if limit is not None and seen > limit:
            return
        yield read


def is_input(read: Sample | Rejected) -> bool:
    """Whether it counts as an input: a refused part of a sample does not."""
    return not (isinstance(read, Rejected) and read.part)
