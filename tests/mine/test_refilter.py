"""Other limits afterwards give what mining with these limits gives."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil import shards
from counterfoil.config import with_settings
from counterfoil.errors import DataError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.refilter import refilter, withdraw
from counterfoil.mine.run import mine
from counterfoil.recipes.photos import photos
from counterfoil.sources import open_source

STRICT = with_settings(photos(), ["filter.area.inside.min=0.97"])


@pytest.fixture(scope="module")
def mined(drawn_coco: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mined")
    for name, recipe in (("loose", photos()), ("strict", STRICT)):
        mine(open_source(str(drawn_coco)), recipe, folder / name, Local(workers=0))
    return folder


def refused(folder: Path) -> dict[str, tuple[str, str]]:
    rows = shards.read_rows(folder / "rejected")
    return {foil["key"]: (foil["stage"], foil["reason"]) for row in rows for foil in row["foils"]}


def test_stricter_limits_afterwards_are_stricter_limits_at_once(mined: Path) -> None:
    refilter(mined / "loose", STRICT, mined / "afterwards")
    assert list(shards.read_rows(mined / "afterwards" / "data")) == list(
        shards.read_rows(mined / "strict" / "data")
    )
    assert refused(mined / "afterwards") == refused(mined / "strict") != refused(mined / "loose")
    one, other = (
        json.loads((mined / name / "manifest.json").read_text()) for name in ("afterwards", "strict")
    )
    for part in ("counts", "stages", "cells", "editors", "fingerprint", "licences"):
        assert one[part] == other[part], part


def test_looser_limits_afterwards_bring_refused_foils_back(mined: Path) -> None:
    refilter(mined / "strict", photos(), mined / "back")
    assert list(shards.read_rows(mined / "back" / "data")) == list(shards.read_rows(mined / "loose" / "data"))


def test_only_the_filter_may_differ(mined: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="only settings of its filter"):
        refilter(mined / "loose", replace(photos(), quality=80), tmp_path / "out")


def test_a_dataset_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no finished dataset"):
        refilter(tmp_path, photos(), tmp_path / "out")


def test_withdrawn_foils_are_refusals_and_are_not_judged_again(mined: Path, tmp_path: Path) -> None:
    loose = mined / "loose"
    kept = [foil["key"] for row in shards.read_rows(loose / "data") for foil in row["foils"]]
    read = {"auc": 0.5, "low": 0.4, "high": 0.6, "pairs": {"accuracy": 0.5}}
    told, judged = {"foils": 1, "two_way": 1, "text": read}, {"text": {"trees": read}}
    audit = {"before": told, "after": told, "judges": {"before": judged, "after": judged}, "of": ""}
    manifest = withdraw(loose, {kept[0]: ("told_by_text_alone", "surely")}, audit, tmp_path / "out")
    assert manifest["counts"]["foils"] == len(kept) - 1
    assert refused(tmp_path / "out") == refused(loose) | {kept[0]: ("audit", "told_by_text_alone")}
    assert "0.500 (0.400 to 0.600)" in (tmp_path / "out" / "README.md").read_text()
    with pytest.raises(DataError, match="balanced already"):
        withdraw(tmp_path / "out", {}, audit, tmp_path / "again")
    with pytest.raises(DataError, match="balanced already"):
        refilter(tmp_path / "out", STRICT, tmp_path / "again")
