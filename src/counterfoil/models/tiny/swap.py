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
    if isinstance(config, tuple):
        return tuple(map(with_tiny, config))  # type: ignore[return-value]
    if not is_dataclass(config) or isinstance(config, type):
        return config
    if (role := getattr(type(config), "tiny", None)) is None:
        parts = {f.name: with_tiny(getattr(config, f.name)) for f in fields(config) if f.init}
        return replace(config, **parts)
    checkpoint = Checkpoint(model=f"tiny:{role}")
    return _held(config, checkpoint) if hasattr(config, "checkpoint") else _writer(checkpoint)


def _held(config: Any, checkpoint: Checkpoint) -> Any:
    return replace(config, checkpoint=replace(checkpoint, batch=config.checkpoint.batch))


def _writer(checkpoint: Checkpoint) -> Any:
    return LocalWriter(checkpoint=checkpoint)
