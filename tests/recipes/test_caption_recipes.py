"""The recipes whose captions come from rules, masked and causal language models run whole, on tiny models."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil import shards
from counterfoil.config import load_object, with_settings
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.models.tiny.swap import with_tiny
from counterfoil.recipes import RECIPES
from counterfoil.sources import open_source

QUICK = {
    "negclip": [],
    "ceclip": [],
    "trohn_text": ["contradict.writer.longest=8", "contradict.captions=1"],
    "tripletclip": ["contradict.writer.longest=8", "imagine.painter.steps=1", "imagine.painter.side=32"],
}


@pytest.mark.parametrize("name", QUICK)
def test_every_proposal_ends_as_a_foil_or_a_refusal(name: str, drawn_coco: Path, tmp_path: Path) -> None:
    recipe = with_settings(with_tiny(load_object(RECIPES[name], {}, "recipe")()), QUICK[name])
    manifest = mine(open_source(str(drawn_coco)), recipe, tmp_path / "out", Local(workers=0), limit=3)
    foils = [foil for row in shards.read_rows(tmp_path / "out" / "data") for foil in row["foils"]]
    refused = [foil for row in shards.read_rows(tmp_path / "out" / "rejected") for foil in row["foils"]]
    counts = manifest["counts"]
    assert counts["samples"] == 3
    assert counts["foils"] == len(foils)
    assert counts["proposals"] == len(foils) + sum(foil["operation"] is not None for foil in refused)
    assert {foil["key"].rpartition("/")[0] or foil["key"] for foil in foils} | {f["key"] for f in refused}
    pictured = [foil["negative_image"] is not None for foil in foils]
    assert all(pictured) if name == "tripletclip" else not any(pictured)
