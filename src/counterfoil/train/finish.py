"""The end of a run: interpolation, measurements, and the folder that comes out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from counterfoil import shards
from counterfoil.models import DualEncoder
from counterfoil.storage import in_store, staged
from counterfoil.train import card, curves, log
from counterfoil.train.forgetting import between
from counterfoil.train.training import Training

Probe = Callable[[DualEncoder], dict[str, float]]
"""Measures a model: named shares, 0..1. Names that begin with "foils" are of what is to be learned."""

Measured = dict[str, float]

DONE = "training/done.json"


def finish(
    out: Path,
    described: Mapping[str, Any],
    run: Training,
    encoder: DualEncoder,
    probe: Probe,
    *,
    start: Mapping[str, Tensor],
    before: Measured,
) -> dict[str, Any]:
    """Measure what the run has come to; write model, card and pictures, and last that they are whole.

    Args:
        out: the folder of the run.
        described: the run, as run.json has it.
        run: all of its steps are taken.
        encoder: what came of it.
        probe: measures the model.
        start: the model's weights before the steps.
        before: what it could with those.

    Returns:
        What is committed; "told" is what `train` returns.

    Raises:
        DataError: the folder cannot be written.
    """
    folder = out / "training"
    sweep = _sweep(encoder, start, run.recipe.forgetting.wise_ft, probe)
    after = [*sweep.values()][-1] if sweep else probe(encoder)
    told = {"steps": run.steps, "before": before, "after": after, "wise_ft": sweep}
    curves.curves(log.read(folder / log.LINES), folder / log.CURVES)
    if sweep and after:
        curves.pareto(sweep, folder / "pareto.png")
    shards.write_json(
        folder / "before_after.json", {name: told[name] for name in ("before", "after", "wise_ft")}
    )
    files = _write_model(out, encoder, card.write(described, told))
    return shards.commit(out, DONE, {"told": told}, files)


def _write_model(out: Path, encoder: DualEncoder, text: str) -> list[str]:
    """The model's files, which are whole before the first one is put in its place."""
    if in_store(out):
        with staged(out) as unfinished:
            encoder.save(unfinished, text)
            return sorted(path.name for path in unfinished.iterdir())
    unfinished = out / "training" / "model"
    shutil.rmtree(unfinished, ignore_errors=True)
    encoder.save(unfinished, text)
    names = sorted(path.name for path in unfinished.iterdir())
    for name in names:
        (unfinished / name).replace(out / name)
    unfinished.rmdir()
    return names


def _sweep(
    encoder: DualEncoder, start: Mapping[str, Tensor], shares: tuple[float, ...], probe: Probe
) -> dict[str, Measured]:
    """Measure the encoder between its start and its end; it is left with the last of the shares."""
    end = {name: value.cpu().clone() for name, value in encoder.state_dict().items()}
    measured = {}
    for share in shares:
        encoder.load_state_dict(between(start, end, share))
        measured[f"{share:g}"] = probe(encoder)
    return measured
