"""What holds of every stage and of every editor of `mine`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from counterfoil.chance import rng_for
from counterfoil.config import unit_name
from counterfoil.mine.editors.editor import Editor, Painted
from counterfoil.mine.stage import Run, Stage, check_conserved
from counterfoil.records import Pixels, Record, Rejected, Reworded
from counterfoil.testing.units import check_unit

DRAWN = Run(0, Path())
"""A run in which nothing was prepared beforehand."""


def check_stage(stage: Stage, records: Sequence[Any], run: Run = DRAWN) -> None:
    """Every input leaves, as a record or with a reason; neither batches nor workers change the output.

    Args:
        stage: to be checked; also by `check_unit`.
        records: of what it takes: `records.examples`, or your own.
        run: its seed, and the folder of what the recipe prepares.

    Raises:
        AssertionError: a law is broken.
        MiningError: a record was lost or came from nowhere.
    """
    name = unit_name(stage)
    check_unit(stage)
    assert records, f"{name} was given nothing"
    assert all(isinstance(record, stage.takes) for record in records), f"{name} takes {stage.takes.__name__}"
    apply = stage.load(run)
    out = apply(records)
    check_conserved(name, records, out)
    for record in out:
        if isinstance(record, Rejected):
            assert len(record.reason.split()) == 1, f"{name} refused {record.key}, but the reason is no word"
        else:
            assert isinstance(record, stage.gives), f"{name} gave a {type(record).__name__}"
    alone = [left for record in records for left in apply([record])]
    assert told(out) == told(alone), f"{name} makes something else of a batch than of its records one by one"
    assert told(out) == told(stage.load(run)(records)), f"another worker of {name} makes something else"


def told(records: Sequence[Record | Rejected]) -> list[str]:
    """Records as texts that show every difference, those of arrays too."""
    return [_told(record) for record in records]


def _told(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.shape} {value.dtype} {hash(value.tobytes())}"
    if is_dataclass(value):
        return f"{type(value).__name__}({[(f.name, _told(getattr(value, f.name))) for f in fields(value)]})"
    if isinstance(value, tuple):
        return str([_told(part) for part in value])
    return str(value)


def check_editor(editor: Editor, proposals: Sequence[Reworded], run: Run = DRAWN) -> Counter[str]:
    """A painted patch changes something, nothing outside its mask, and depends on the chance alone.

    Args:
        editor: to be checked; also by `check_unit`.
        proposals: those of cells that it does not draw are left out.
        run: its seed, and the folder of what the recipe prepares.

    Returns:
        How many were "painted", and how many refused for each reason.

    Raises:
        AssertionError: a law is broken.
    """
    name = unit_name(editor)
    check_unit(editor)
    paint, became = editor.load(run), Counter[str]()
    for proposal in proposals:
        if (proposal.edit.operation, proposal.edit.kind) not in editor.draws:
            continue
        made = paint(proposal, rng_for(run.seed, proposal.key, name))
        if isinstance(made, Painted):
            again = paint(proposal, rng_for(run.seed, proposal.key, name))
            assert isinstance(again, Painted), f"{proposal.key}: {name} painted it once and not again"
            assert _told(made.patch) == _told(again.patch), f"{proposal.key}: {name} painted it otherwise"
            _check_patch(made, proposal.scene.pixels, f"{proposal.key}: {name}")
        became["painted" if isinstance(made, Painted) else made.reason] += 1
    return became


def _check_patch(made: Painted, original: Pixels, where: str) -> None:
    patch, before = made.patch, original[made.patch.window()]
    assert before.shape == patch.pixels.shape, f"{where} painted beyond the picture"
    assert patch.mask.shape == patch.pixels.shape[:2], f"{where} has a mask of another size"
    assert (before[~patch.mask] == patch.pixels[~patch.mask]).all(), (
        f"{where} changed what lies outside its mask"
    )
    assert (before != patch.pixels).any(), f"{where} changed nothing"
