"""The model card: how the model was made, and what it can now against before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from counterfoil.markdown import table

_HEADER = """---
library_name: transformers
pipeline_tag: zero-shot-image-classification
tags:
- counterfoil
- clip
- compositionality
- hard-negatives
---
"""

Measured = Mapping[str, float]


def write(described: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """The card as Markdown. The same run gives the same bytes: no dates, no durations.

    Args:
        described: the run, as run.json has it.
        told: what came of it: "steps", and the measurements "before", "after" and "wise_ft".
    """
    recipe, data = described["recipe"], described["data"]
    parts = [
        _HEADER,
        f"# {described['model']['name']}, trained by {recipe['name']}\n",
        f"Trained by counterfoil {described['versions']['counterfoil']} for {told['steps']:,} steps with the "
        f"recipe `{recipe['name']}`, seed {described['seed']}, fingerprint `{described['fingerprint']}`.\n",
        f"Data: {_amount(data)}, digest `{data['digest']}`.\n",
        "\n## Before and after\n",
        before_after(told["before"], told["after"]),
        *_sweep(told["wise_ft"]),
        "\n## Recipe\n",
        f"```json\n{json.dumps(recipe, indent=1)}\n```\n",
        "\n## How to use it\n",
        "`transformers.AutoModel.from_pretrained` and `AutoProcessor.from_pretrained` open this folder.\n",
        "\n## What to keep in mind\n",
        "The foils that were measured are of pictures that were not trained on, but of the same source and "
        "made in the same way as those that were.\n",
        "\n## Versions\n",
        table(("library", "version"), sorted(described["versions"].items())),
    ]
    return "\n".join(parts)


def _amount(data: Mapping[str, Any]) -> str:
    """How much was trained on; nobody has counted what a stream of shards holds."""
    if "shards" in data:
        return f"{data['shards']:,} shards"
    return f"{data['foils']:,} foils ({data['two_way']:,} two-way) of {data['samples']:,} pictures"


def before_after(before: Measured, after: Measured) -> str:
    """A table of measurements: shares in %, and their change in points."""
    if not after:
        return "Nothing was measured.\n"
    rows = [
        (name, f"{100 * before[name]:.1f}", f"{100 * value:.1f}", f"{100 * (value - before[name]):+.1f}")
        for name, value in after.items()
    ]
    return table(("%", "before", "after", "change"), rows)


def _sweep(wise_ft: Mapping[str, Measured]) -> list[str]:
    """The measurements of each interpolation."""
    if not wise_ft:
        return []
    names = list(next(iter(wise_ft.values())))
    rows = [(share, *(f"{100 * measured[n]:.1f}" for n in names)) for share, measured in wise_ft.items()]
    head = ("share of what was learned", *names)
    *_, last = wise_ft
    said = f"WiSE-FT; these weights are those of share {last}.\n"
    return ["\n## Between before and after\n", said, table(head, rows), "![](training/pareto.png)\n"]
