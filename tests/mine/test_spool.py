"""A source is read once, and says the same each time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import pytest

from counterfoil.mine import spool
from counterfoil.mine.spool import Spooled
from counterfoil.records import ImageFile, Region, Rejected, RunLengths, Sample
from counterfoil.sources.admit import refuse

DOG = Region(label="dog", box=(0.25, 0.0, 1.0, 0.5), outline=RunLengths(4, 8, b"0X1"), crowd=True)
SAID: list[Sample | Rejected] = [
    Sample(
        key="a", image=ImageFile("a.jpg"), captions=("A dog.", "Its bone."), licence="CC0", regions=(DOG,)
    ),
    refuse("b", "no_caption", "not a word"),
    Sample(key="c", image=ImageFile("c.jpg"), captions=("A cat.",)),
]


Opened = Callable[[Spooled], Spooled]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """What is opened by this is closed at the end."""
    with ExitStack() as stack:
        yield lambda spooled: stack.enter_context(closing(spooled))


@dataclass
class Told:
    """A source that counts how often it is read."""

    said: list[Sample | Rejected] = field(default_factory=lambda: list(SAID))
    reads: int = 0

    def read(self) -> Iterator[Sample | Rejected]:
        self.reads += 1
        yield from self.said


def test_a_source_is_read_once_and_says_the_same_each_time(opened: Opened) -> None:
    told = Told()
    spooled = opened(Spooled(told))
    assert [list(spooled.read()) for _ in range(3)] == [SAID] * 3
    assert told.reads == 1


def test_a_source_that_nobody_heard_out_is_read_again(opened: Opened) -> None:
    told = Told()
    spooled = opened(Spooled(told))
    assert next(spooled.read()) == SAID[0]
    assert list(spooled.read()) == list(spooled.read()) == SAID
    assert told.reads == 2


def test_an_empty_source_is_empty_twice(opened: Opened) -> None:
    spooled = opened(Spooled(Told([])))
    assert list(spooled.read()) == list(spooled.read()) == []


def test_pictures_are_not_copied(opened: Opened) -> None:
    told = Told([*SAID, Sample(key="d", image=ImageFile("d.jpg", b"jpeg"), captions=("A hen.",))])
    spooled = opened(Spooled(told))
    assert list(spooled.read()) == list(spooled.read()) == told.said
    assert told.reads == 2


def test_without_room_for_the_file_the_source_is_read_again(
    monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "TemporaryFile", full)
    told = Told()
    spooled = opened(Spooled(told))
    assert list(spooled.read()) == list(spooled.read()) == SAID
    assert told.reads == 2
