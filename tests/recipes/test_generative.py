"""Generative recipes: GNM's parameters one by one, and whole runs on real photos with tiny models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from counterfoil import shards
from counterfoil.cli.configured import mine_recipe
from counterfoil.config import _parts, to_json, unit_name, with_settings
from counterfoil.demo import demo_source
from counterfoil.errors import RecipeError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import TIMES, Job, Marker, MineRecipe, mine
from counterfoil.mine.stage import check_order
from counterfoil.mine.tasks import Task
from counterfoil.models.hosting import Checkpoint
from counterfoil.recipes import RECIPES
from counterfoil.recipes.countercurate import countercurate
from counterfoil.recipes.gnm import gnm, gnm_modern
from counterfoil.recipes.inpaint import inpaint
from counterfoil.sources import open_source
from counterfoil.testing.units import check_unit

QUICK = {
    "gnm": (
        *("describe.describer.most=6", "describe.describer.beams=1", "ground.detector.box=0.2"),
        *("portray.max_items=1", "portray.writer.longest=6", "inpaint.painter.steps=1"),
    ),
    "inpaint": ("inpaint.painter.steps=1", "propose.max_two_way=3"),
    "countercurate": ("inpaint.painter.steps=1",),
}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ground.detector.box", 0.35),
        ("ground.detector.text", 0.25),
        ("ground.overlap", 0.25),
        ("segment.segmenter.checkpoint.model", "facebook/sam-vit-huge"),
        ("inpaint.crop", 512),
        ("inpaint.painter.steps", 100),
        ("inpaint.painter.guidance", 7.5),
        ("inpaint.painter.checkpoint.dtype", "fp16"),
        ("inpaint.painter.checkpoint.model", "stable-diffusion-2-inpainting"),
        ("match.itm.checkpoint.model", "Salesforce/blip-itm-large-coco"),
        ("match.iva.visible", 10.0),
        ("filter.itm.mean.above", 0.0),
        ("filter.iva.above", 14.0),
    ],
)
def test_gnm_has_the_parameters_of_the_paper(setting: str, value: object) -> None:
    found: Any = gnm()
    for name in _path(found, setting):
        found = name
    if isinstance(value, str):
        assert value in found
    else:
        assert found == value


@pytest.mark.parametrize("tag", ["quarter", "back", "one", "two", "three", "four", "five"])
def test_gnm_deletes_the_seven_tags_of_tag2text(tag: str) -> None:
    describe: Any = gnm().stages[1]
    assert tag in describe.deleted


def _path(recipe: MineRecipe, setting: str) -> Iterator[Any]:
    """The parts along a path, as `--set` finds them."""
    part: Any = recipe
    while setting:
        name = next(n for n in _parts(part) if setting == n or setting.startswith(f"{n}."))
        part, setting = _parts(part)[name], setting[len(name) + 1 :]
        yield part


@pytest.mark.parametrize("recipe", [gnm, gnm_modern, inpaint, countercurate])
def test_the_stages_of_a_recipe_fit_and_the_large_ones_take_turns(recipe: Any) -> None:
    check_order(recipe().stages)
    assert recipe().one_at_a_time
    assert sum(getattr(stage, "heavy", False) for stage in recipe().stages) >= 3


@pytest.mark.parametrize("name", RECIPES)
def test_every_stage_that_holds_weights_lets_go_of_them_between_its_turns(name: str) -> None:
    for stage in mine_recipe(name, ["models=tiny"]).stages:
        assert bool(list(_checkpoints(to_json(stage)))) == getattr(stage, "heavy", False), stage


@pytest.mark.parametrize("name", RECIPES)
def test_every_model_of_a_recipe_has_a_tiny_one(name: str) -> None:
    real, tiny = (list(_checkpoints(to_json(mine_recipe(name, how)))) for how in ([], ["models=tiny"]))
    models = [checkpoint["model"] for checkpoint in tiny]
    assert len(models) >= len(real) >= (name in QUICK)
    assert all(model.startswith("tiny:") for model in models)


def _checkpoints(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("unit", "").endswith(":Checkpoint"):
            yield value
        for part in value.values():
            yield from _checkpoints(part)
    elif isinstance(value, list):
        for part in value:
            yield from _checkpoints(part)


def test_settings_after_models_tiny_hold_and_other_values_are_refused() -> None:
    recipe = mine_recipe("gnm", ["inpaint.painter.checkpoint.batch=3", "models=tiny"])
    stage: Any = next(s for s in recipe.stages if type(s).__name__ == "Inpaint")
    assert stage.painter.checkpoint == Checkpoint(model="tiny:sd_inpaint", batch=3)
    with pytest.raises(RecipeError, match="models is set to tiny or not at all"):
        mine_recipe("gnm", ["models=huge"])


def _units(recipe: MineRecipe) -> Iterator[Any]:
    """Every part of a recipe that holds settings."""
    parts: list[Any] = [*recipe.stages]
    for part in parts:
        yield part
        parts += [own for own in _parts(part).values() if is_dataclass(own)]


UNITS = {
    repr(unit): unit for recipe in (gnm, gnm_modern, inpaint, countercurate) for unit in _units(recipe())
}


@pytest.mark.parametrize("unit", UNITS.values(), ids=unit_name)
def test_every_unit_of_a_recipe_keeps_the_laws(unit: Any) -> None:
    check_unit(unit)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_source(tmp_path_factory.mktemp("photos") / "photos")


def quick(name: str) -> MineRecipe:
    return replace(mine_recipe(name, ["models=tiny", *QUICK[name]]), shard_size=1)


@pytest.fixture(scope="module")
def mined(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gnm") / "out"
    mine(open_source(str(photos)), quick("gnm"), out, Local(workers=0), limit=2)
    return out


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a dataset but those that tell the time."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != TIMES)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_gnm_on_real_photos_ends_every_record_as_a_foil_or_with_a_reason(mined: Path) -> None:
    counts = json.loads((mined / "manifest.json").read_text())["counts"]
    rows = list(shards.read_rows(mined / "data"))
    refused = [foil for row in shards.read_rows(mined / "rejected") for foil in row["foils"]]
    assert (counts["inputs"], counts["samples"]) == (2, 2)
    assert counts["proposals"] == counts["foils"] + counts["rejected"] > 0
    assert sum(len(row["foils"]) for row in rows) == counts["foils"]
    assert all(foil["reason"] for foil in refused)
    painted = [foil for foil in refused if foil["stage"] == "filter"] + [
        f for row in rows for f in row["foils"]
    ]
    assert painted
    for foil in painted:
        scores = {score["name"]: score["value"] for score in foil["scores"]}
        assert foil["negative_image"]["bytes"]
        assert {"itm.mean", "iva", "area.outside"} <= set(scores)
        assert scores["area.outside"] == 0


def test_the_card_names_every_model(mined: Path) -> None:
    card = (mined / "README.md").read_text()
    for role in ("blip", "grounding_dino", "sam", "writer", "sd_inpaint", "blip_itm"):
        assert f"| tiny:{role} | newest |" in card
    assert "no model looked at the pictures" not in card


def test_a_description_is_the_last_caption_of_its_row(mined: Path) -> None:
    texts = [path.read_text() for path in (mined / "raw").glob("*.jsonl")]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    for row in shards.read_rows(mined / "data"):
        (scene,) = (line for line in lines if line["key"] == row["key"])
        assert row["captions"][-1] == scene["description"]
        assert scene["tags"]


@dataclass(frozen=True)
class Stopped:
    """An engine that is stopped after its first shard."""

    def __call__(self, job: Job, tasks: Iterable[Task]) -> Iterator[Marker]:
        yield next(iter(Local(workers=0)(job, tasks)))
        raise KeyboardInterrupt


def test_gnm_goes_on_where_it_was_stopped_to_the_same_bytes(
    photos: Path, mined: Path, tmp_path: Path
) -> None:
    source, out = open_source(str(photos)), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        mine(source, quick("gnm"), out, Stopped(), limit=2)
    assert not (out / "manifest.json").exists()
    mine(source, quick("gnm"), out, Local(workers=0), limit=2)
    assert tree(out) == tree(mined)


def test_models_that_take_turns_give_the_bytes_of_models_that_stay(photos: Path, tmp_path: Path) -> None:
    source, recipe = open_source(str(photos)), replace(quick("inpaint"), shard_size=2, batch_size=1)
    for turns in (True, False):
        mine(source, replace(recipe, one_at_a_time=turns), tmp_path / str(turns), Local(workers=0), limit=2)
    rows = [list(shards.read_rows(tmp_path / str(turns) / "data")) for turns in (True, False)]
    assert rows[0] == rows[1]
    assert any(row["foils"] for row in rows[0])
    assert json.loads((tmp_path / "True" / TIMES / "00000.json").read_text())["inpaint"]["seconds"] > 0


def test_a_setting_that_no_model_has_is_refused_before_anything_is_loaded() -> None:
    with pytest.raises(RecipeError, match="unknown setting 'stepz'"):
        with_settings(gnm(), ["inpaint.painter.stepz=3"])
