"""Mined datasets that are larger than memory: a few shards at a time, never an index of all.

An epoch goes over all shards in an order of its own, `window` of them at a time. The foils of a window are
shuffled and drawn from as those of a small dataset are, so groups, which no shard splits, stay whole, and
ranks share each batch. Place and order follow from seed and epoch: how many ranks there are changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from counterfoil.chance import rng_for
from counterfoil.errors import DataError, RecipeError
from counterfoil.shards import read_manifest
from counterfoil.storage import in_store, place
from counterfoil.train.batches import Batch
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.loader import Loader
from counterfoil.train.open import read_shards


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Shards to train from.

    Args:
        shards: Parquet files, here or in an object store.
        window: how many of them are open at a time.
        digest: moves when one of the datasets is another one.
    """

    shards: tuple[Path, ...]
    window: int
    digest: str

    def split(self, share: float, seed: int) -> tuple[Stream, Stream]:
        """Two halves: the larger one, and one with `share` (0..1) of the shards, at least one if any.

        Raises:
            DataError: nothing would be left.
        """
        apart = max(1, round(share * len(self.shards))) if share else 0
        order = self._order(f"held out {seed}")
        if apart == len(order):
            raise DataError(f"{len(order)} shards cannot be divided: mine with a smaller shard_size")
        return replace(self, shards=order[apart:]), replace(self, shards=order[:apart])

    def windows(self, seed: int, epoch: int) -> list[tuple[Path, ...]]:
        """The shards of an epoch in its own order, cut into windows that differ by one shard at most."""
        order = self._order(f"{seed} {epoch}")
        number = -(-len(order) // self.window)
        cuts = [len(order) * cut // number for cut in range(number + 1)]
        return [order[start:end] for start, end in pairwise(cuts)]

    def described(self) -> dict[str, Any]:
        """What tells these data from others, for run.json."""
        told = blake2b(repr([path.name for path in self.shards]).encode(), digest_size=8)
        return {"shards": len(self.shards), "digest": self.digest, "names": told.hexdigest()}

    @contextlib.contextmanager
    def first(self) -> Iterator[FoilDataset]:
        """The first shards: what is true of the others too, or a measure of them."""
        with opened(self.shards[: self.window]) as foils:
            yield foils

    def _order(self, purpose: str) -> tuple[Path, ...]:
        shards = list(self.shards)
        rng_for(0, "shards", purpose).shuffle(shards)
        return tuple(shards)


def open_stream(folders: Sequence[str], window: int) -> Stream:
    """The shards of mined datasets, in folders or object stores.

    Raises:
        DataError: one of them is not whole, or cannot be read.
    """
    places = [place(folder) for folder in folders]
    for folder in places:
        read_manifest(folder)
    shards = tuple(path for folder in places for path in sorted(folder.glob("data/*.parquet")))
    told = blake2b(digest_size=8)
    for folder in places:
        told.update((folder / "manifest.json").read_bytes())
    return Stream(shards=shards, window=window, digest=told.hexdigest())


@contextlib.contextmanager
def opened(shards: Sequence[Path]) -> Iterator[FoilDataset]:
    """Shards as one dataset, for as long as it lasts; their pictures lie on this machine meanwhile.

    Raises:
        DataError: one of them cannot be read.
    """
    with TemporaryDirectory(prefix="counterfoil-") as beside:
        here = [_here(path, Path(beside) / f"{number}") for number, path in enumerate(shards)]
        yield read_shards(here, Path(beside) / "cache")


def _here(path: Path, folder: Path) -> Path:
    if not in_store(path):
        return path
    try:
        path.get(folder / path.name)
    except OSError as error:
        raise DataError(f"cannot copy {path}: {error}") from error
    return folder / path.name


class StreamLoader:
    """An endless row of batches over a stream, as `Loader` is over a dataset.

    Args:
        stream: the data.
        loader_of: makes the loader of each window; it is to stop after an epoch.
        seed: of the order of shards.
    """

    def __init__(self, stream: Stream, loader_of: Callable[[FoilDataset], Loader], seed: int) -> None:
        self.stream, self.loader_of, self.seed = stream, loader_of, seed
        self.epoch = self.window = self.batch = 0

    def __len__(self) -> int:
        """Refused: nobody has counted.

        Raises:
            RecipeError: always.
        """
        raise RecipeError("a stream of shards is not counted before: say how long to train by steps=")

    def __iter__(self) -> Iterator[Batch]:
        """The batches from where it stands.

        Raises:
            DataError: a shard or a picture cannot be read, or a window holds less than a batch.
        """
        while True:
            windows = self.stream.windows(self.seed, self.epoch)
            for shards in windows[self.window :]:
                yield from self._batches(shards)
                self.window, self.batch = self.window + 1, 0
            self.epoch, self.window = self.epoch + 1, 0

    def _batches(self, shards: Sequence[Path]) -> Iterator[Batch]:
        with opened(shards) as foils:
            loader = self.loader_of(foils)
            loader.sampler.epoch, loader.sampler.batch = self.epoch, self.batch
            for batch in loader:
                self.batch += 1
                yield batch

    def state_dict(self) -> dict[str, Any]:
        """Where it stands, behind the last batch that was handed out; the same on all ranks."""
        return {"epoch": self.epoch, "window": self.window, "batch": self.batch}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there, with the next `iter`. The number of ranks may be another one."""
        self.epoch, self.window, self.batch = state["epoch"], state["window"], state["batch"]
