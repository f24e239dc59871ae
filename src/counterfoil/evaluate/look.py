"""Pictures that a scorer looks at: whether all are there, and who asked for one that cannot be read.

Stop by default, go on without them if told to, and say in either case how many: never in silence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item, Picture
from counterfoil.evaluate.pictures import file_of, has_bytes, key_of
from counterfoil.evaluate.verdicts import Recall, recall_chance
from counterfoil.pictures import PictureError
from counterfoil.records import Pixels

_LEAVE_OUT = "or go on without them: --allow-missing"
_FIRST = 3
"""Missing pictures that are named."""

_AT_A_TIME = 1024


def pixels_of(picture: Picture, item: str) -> Pixels:
    """A picture that an item asks for.

    Raises:
        DataError: it cannot be read; it names the file and the item.
    """
    try:
        return picture.pixels()
    except PictureError as error:
        raise DataError(f"item {item}: {error}. Get the picture again, {_LEAVE_OUT}") from error


def identity_of(picture: Picture, item: str) -> str:
    """Its identity.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        return picture.identity()
    except OSError as error:
        image = file_of(picture)
        where = image.path if image else picture
        raise DataError(
            f"item {item}: {where}: {error.strerror}. Get the picture again, {_LEAVE_OUT}"
        ) from error


@dataclass(frozen=True)
class Found:
    """A benchmark of which every picture can be read.

    Args:
        benchmark: without what cannot be asked.
        items: that it has.
        missing: items that it lacks for want of a picture; of a gallery, pictures that it lacks.
    """

    benchmark: Benchmark
    items: int
    missing: int


def with_pictures(
    benchmarks: Sequence[Benchmark], *, allow_missing: bool = False, workers: int = 8
) -> list[Found]:
    """Look through all items before any model does.

    A gallery goes on without a missing picture and its texts; any other item is left out as a whole.

    Args:
        benchmarks: what is to be asked.
        allow_missing: go on without pictures that are missing or cannot be decoded. Each is decoded
            once more for that; else only the presence of files is looked at.
        workers: threads that look.

    Raises:
        DataError: pictures are missing and must not be: how many of each benchmark, and the first few; or
            a benchmark would be left with no item.
    """
    looks = [_look(benchmark, _unreadable if allow_missing else _absent, workers) for benchmark in benchmarks]
    told = [text for benchmark, look in zip(benchmarks, looks, strict=True) if (text := look.told(benchmark))]
    if told and not allow_missing:
        raise DataError(f"{'; '.join(told)}. Get them (--data names the folder), {_LEAVE_OUT}")
    return [_found(benchmark, look) for benchmark, look in zip(benchmarks, looks, strict=True)]


@dataclass
class _Look:
    """What was seen of a benchmark: pictures, and those that cannot be had, by name."""

    items: int = 0
    seen: set[Hashable] = field(default_factory=set)
    lost: dict[Hashable, str] = field(default_factory=dict)

    def told(self, benchmark: Benchmark) -> str:
        if not self.lost:
            return ""
        named = ", ".join(list(self.lost.values())[:_FIRST]) + (" ..." if len(self.lost) > _FIRST else "")
        return f"{benchmark.name}: {len(self.lost):,} of {len(self.seen):,} pictures are missing: {named}"


def _look(benchmark: Benchmark, is_lost: Callable[[Picture], bool], workers: int) -> _Look:
    look = _Look()
    with ThreadPoolExecutor(workers) as pool:
        for new in _new_pictures(benchmark, look):
            for (key, picture), lost in zip(new.items(), pool.map(is_lost, new.values()), strict=True):
                if lost:
                    image = file_of(picture)
                    look.lost[key] = image.path if image else ""
    return look


def _new_pictures(benchmark: Benchmark, look: _Look) -> Iterator[dict[Hashable, Picture]]:
    """Pictures that come from files, some at a time, each once."""
    new: dict[Hashable, Picture] = {}
    for item in benchmark.items():
        look.items += 1
        for picture in item.pictures:
            if file_of(picture) and (key := key_of(picture)) not in look.seen:
                look.seen.add(key)
                new[key] = picture
        if len(new) >= _AT_A_TIME:
            yield new
            new = {}
    yield new


def _absent(picture: Picture) -> bool:
    image = file_of(picture)
    return image is not None and not has_bytes(picture) and not os.path.isfile(image.path)  # noqa: PTH113


def _unreadable(picture: Picture) -> bool:
    try:
        picture.pixels()
    except PictureError:
        return True
    return False


def _found(benchmark: Benchmark, look: _Look) -> Found:
    lost = look.lost.keys()
    if not lost:
        return Found(benchmark, look.items, 0)
    if len(lost) == len(look.seen):
        raise DataError(
            f"{benchmark.name}: none of its {look.items:,} items has its pictures: get them, or leave it out"
        )
    if isinstance(benchmark.verdict, Recall):
        return _smaller_gallery(benchmark, look)
    kept = _through(benchmark, lambda item: None if any(map(lost.__contains__, _keys(item))) else item)
    items = sum(1 for _ in kept.items())
    return Found(kept, items, look.items - items)


def _smaller_gallery(benchmark: Benchmark, look: _Look) -> Found:
    """Galleries without some pictures; of one alone chance is known, and is more than it was."""
    kept = _through(benchmark, partial(_smaller, lost=look.lost.keys()))
    first, *others = kept.items()
    if not others and isinstance(benchmark.verdict, Recall):
        kept = replace(kept, chance=recall_chance(first.owners, benchmark.verdict.ks))
    return Found(kept, look.items, len(look.lost))


def _keys(item: Item) -> list[Hashable]:
    return [key_of(picture) for picture in item.pictures]


def _through(benchmark: Benchmark, change: Callable[[Item], Item | None]) -> Benchmark:
    return replace(benchmark, items=lambda: (item for whole in benchmark.items() if (item := change(whole))))


def _smaller(item: Item, lost: object) -> Item:
    """A gallery without some pictures, and without their texts."""
    kept = [row for row, key in enumerate(_keys(item)) if key not in lost]  # type: ignore[operator]
    numbers = {row: number for number, row in enumerate(kept)} | {-1: -1}
    texts = [column for column, owner in enumerate(item.owners) if owner in numbers]
    return replace(
        item,
        pictures=tuple(item.pictures[row] for row in kept),
        texts=tuple(item.texts[column] for column in texts),
        owners=tuple(numbers[item.owners[column]] for column in texts),
    )
