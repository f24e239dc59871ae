"""Whole pictures for attempts at foils: whatever a model paints covers all of the original."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from counterfoil.mine.editors.candidates import Attempt
from counterfoil.mine.editors.editor import Refused
from counterfoil.models.repainter import Repaint, Wish
from counterfoil.records import Patch, Pixels


def whole_pictures(
    repaint: Repaint, words: Callable[[Attempt], str], attempts: Sequence[Attempt]
) -> list[Patch | Refused]:
    """What a model paints by the words for each attempt; a refusal where it shows nothing."""
    wishes = [Wish(attempt.proposal.scene.pixels, words(attempt), attempt.seed) for attempt in attempts]
    painted = repaint(wishes) if wishes else []
    return [_patch(wish, pixels) for wish, pixels in zip(wishes, painted, strict=True)]


def _patch(wish: Wish, pixels: Pixels | None) -> Patch | Refused:
    if pixels is None:
        detail = f"the safety checker would not show {wish.prompt!r}, or the model failed"
        return Refused("black_picture", detail)
    return Patch.whole(pixels)
