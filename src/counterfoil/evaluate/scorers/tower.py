"""One tower of a dual encoder with a memory: what was encoded once is known from then on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, TypeVar

from counterfoil.evaluate.embeddings import Kept, Row
from counterfoil.evaluate.scorers.progress import Progress
from counterfoil.models.embedder import WORKERS, Embedded, in_lots
from counterfoil.models.ranks import Ranks

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

KEEP = 1024
"""Rows of a file of the cache: at most so many are lost when a run is killed."""


@dataclass(frozen=True, kw_only=True)
class Tower(Generic[Key, Value]):
    """The picture tower, or the text tower.

    Args:
        what: it encodes, in the plural.
        encode: values to embeddings, a batch at a time.
        batch: how many it takes at a time.
        name: of a value, the same in every run; "" for what is not kept.
        kept: where embeddings outlive the run.
        ranks: the processes that share the work.
        progress: is told of every batch.
        known: what is encoded already.
    """

    what: str
    encode: Callable[[Sequence[Value]], Iterator[Embedded]]
    batch: int
    name: Callable[[Value], str]
    kept: Kept | None
    ranks: Ranks
    progress: Progress
    known: dict[Key, Row] = field(default_factory=dict)

    def learn(self, asked: Mapping[Key, Value]) -> None:
        """Know all that is asked for: from before, from the folder, or encoded now, a share on each rank."""
        new = {key: value for key, value in asked.items() if key not in self.known}
        names = self._find(new)
        missing = self._missing_somewhere(list(new))
        lots = list(in_lots(missing, self.batch))  # batches are those of one rank, and so are all bits
        shares = [
            list(chain.from_iterable(lots[rank :: self.ranks.world])) for rank in range(self.ranks.world)
        ]
        share = shares[self.ranks.rank]
        rows = self._encoded([new[key] for key in share], [names.get(key, "") for key in share])
        for keys, part in zip(shares, self.ranks.all(rows), strict=True):
            self.known.update(zip(keys, part, strict=True))

    def _find(self, new: Mapping[Key, Value]) -> dict[Key, str]:
        """Take what is kept; the names of all, where anything is."""
        if self.kept is None:
            return {}
        with ThreadPoolExecutor(WORKERS) as pool:  # names of pictures are hashes of their files
            names = dict(zip(new, pool.map(self.name, new.values()), strict=True))
        self.known.update(self.kept.find(names))
        return names

    def _missing_somewhere(self, keys: Sequence[Key]) -> list[Key]:
        """Ranks may find different files in the folder: what one lacks, all encode."""
        missing = [number for number, key in enumerate(keys) if key not in self.known]
        return [keys[number] for number in sorted(set().union(*self.ranks.all(missing)))]

    def _encoded(self, values: Sequence[Value], names: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        kept = 0
        for batch in self.encode(values):
            rows += list(batch)
            self.progress(self.what, len(rows) * self.ranks.world, len(values) * self.ranks.world)
            if len(rows) - kept >= KEEP or len(rows) == len(values):
                if self.kept:
                    self.kept.add(names[kept : len(rows)], rows[kept:])
                kept = len(rows)
        return rows
