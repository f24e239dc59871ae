"""What a detector is: pictures and words in, boxes of what the words name out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, Protocol

from counterfoil.models.hosting import halving
from counterfoil.records import Box, Mask, Pixels


class Detected(NamedTuple):
    """A thing that was found.

    Args:
        label: one of the words that were asked for.
        box: of the thing.
        score: how sure, 0..1.
        mask: of the thing, from a model that outlines what it finds.
    """

    label: str
    box: Box
    score: float
    mask: Mask | None = None


Asked = tuple[Pixels, Sequence[str]]
"""A picture, and the words to look for in it: at least one."""

Detect1 = Callable[[Sequence[Asked]], list[list[Detected]]]


class Detector(Protocol):
    """A frozen dataclass of settings; `load` gives the function that detects."""

    def load(self) -> Detect1:
        """Load the weights."""
        ...


def in_alike_lots(
    batch: int, alike: Callable[[Asked], Hashable], work: Detect1, asked: Sequence[Asked]
) -> list[list[Detected]]:
    """Detect in lots of what a model takes without padding.

    Padding would show: a picture must not be seen differently for what lies beside it in a batch.
    """
    lots: dict[Hashable, list[int]] = defaultdict(list)
    for number, one in enumerate(asked):
        lots[alike(one)].append(number)
    found: dict[int, list[Detected]] = {}
    for numbers in lots.values():
        found |= zip(numbers, halving(batch, work, [asked[n] for n in numbers]), strict=True)
    return [found[number] for number in range(len(asked))]


def detections(
    labels: Sequence[str], boxes: Any, scores: Any, masks: Sequence[Mask] | None = None
) -> list[Detected]:
    """What a model found, its boxes (left, top, right, bottom) in 0..1 and within the picture."""
    shapes: Sequence[Mask | None] = masks or [None] * len(labels)
    return [
        Detected(label, (left, top, right, bottom), score, mask)
        for label, (left, top, right, bottom), score, mask in zip(
            labels,
            boxes.float().clamp(0, 1).tolist(),
            scores.float().tolist(),
            shapes,
            strict=True,
        )
        if left < right and top < bottom
    ]
