"""The end of a run: interpolation, measurements, and the folder that comes out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from counterfoil import shards
from counterfoil.models import DualEncoder
from counterfoil.train import card, curves, log
from counterfoil.train.forgetting import between

Probe = Callable[[DualEncoder], dict[str, float]]
"""Measures a model: named shares, 0..1. Names that begin with "foils" are of what is to be learned."""

Measured = dict[str, float]

DONE = "training/done.json"


def finish(out: Path, described: Mapping[str, Any], told: dict[str, Any], encoder: DualEncoder) -> dict[str, Any]:
    """Write model, card and pictures, and last of all that they are whole."""
    folder = out / "training"
    curves.curves(log.read(folder / log.LINES), folder / "curves.png")
    if told["wise_ft"]:
        curves.pareto(told["wise_ft"], folder / "pareto.png")
    shards.write_json(folder / "before_after.json", {name: told[name] for name in ("before", "after", "wise_ft")})
    files = _write_model(out, encoder, card.write(described, told))
    return shards.commit(out, DONE, {"told": told}, files)


def _write_model(out: Path, encoder: DualEncoder, text: str) -> list[str]:
    """The model's files, which are whole before the first one is put in its place."""
    unfinished = out / "training" / "model"
    shutil.rmtree(unfinished, ignore_errors=True)
    encoder.save(unfinished, text)
    names = sorted(path.name for path in unfinished.iterdir())
    for name in names:
        (unfinished / name).replace(out / name)
    unfinished.rmdir()
    return names


def sweep(
    encoder: DualEncoder, start: Mapping[str, Tensor], shares: tuple[float, ...], probe: Probe
) -> dict[str, Measured]:
    """Measure the encoder between its start and its end; it is left with the last of the shares."""
    end = {name: value.clone() for name, value in encoder.state_dict().items()}
    measured = {}
    for share in shares:
        encoder.load_state_dict(between(start, end, share))
        measured[f"{share:g}"] = probe(encoder)
    return measured
