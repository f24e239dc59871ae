"""A recipe with the tiny model of its role in the place of every model: `--set models=tiny`."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from counterfoil.models.hosting import Checkpoint
from counterfoil.models.local_writer import LocalWriter

T = TypeVar("T")


def with_tiny(config: T) -> T:
    """The same configuration, whose models are built on the spot and answer nonsense at once.

    A unit says by `tiny` which role of `TINY` stands in for it. What has no checkpoint of its own is a
    writer behind a server: a tiny one of this machine takes its place.
    """
    swapped: T = _swapped(config)
    return swapped


def _swapped(config: Any) -> Any:
    if isinstance(config, tuple):
        return tuple(map(_swapped, config))
    if not is_dataclass(config) or isinstance(config, type):
        return config
    if (role := getattr(type(config), "tiny", None)) is None:
        parts = {f.name: _swapped(getattr(config, f.name)) for f in fields(config) if f.init}
        return replace(config, **parts)
    tiny = Checkpoint(model=f"tiny:{role}")
    if not hasattr(config, "checkpoint"):
        return LocalWriter(checkpoint=tiny)
    return replace(config, checkpoint=replace(tiny, batch=config.checkpoint.batch))
