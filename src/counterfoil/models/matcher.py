"""Models that look at a picture and a text together and say how well they match."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from torch import nn
from transformers import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING, AutoConfig

from counterfoil.models.blip import load_blip
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.load import UNREADABLE
from counterfoil.models.vqa import load_vqa
from counterfoil.records import Pixels


class Matcher(Protocol):
    """A model of pairs."""

    @property
    def model(self) -> nn.Module:
        """The model itself, to move it to a device."""
        ...

    def match(self, pictures: Sequence[Pixels], pairs: Sequence[tuple[int, str]]) -> list[float]:
        """How well they match, 0..1, of each pair of a picture's number and a text."""
        ...


LOADERS: Mapping[str, Callable[[Checkpoint], Matcher]] = {"blip": load_blip, "vqa": load_vqa}
"""By kind: BLIP's head for matching, and any model that chats about pictures."""


def matcher_kind(name: str) -> str | None:
    """Which kind of matcher a folder or hub id has, by its config.json; None for none."""
    try:
        config = AutoConfig.from_pretrained(name)
    except UNREADABLE:
        return None
    if "BlipForImageTextRetrieval" in (config.architectures or ()):
        return "blip"
    return "vqa" if type(config) in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING else None
