"""What is true of every unit in a table, tested the moment its line is added."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import counterfoil
from counterfoil.config import fingerprint, unit_name
from counterfoil.mine.editors.editors import EDITORS
from counterfoil.mine.propose.rules import RULES
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.scorers import SCORERS
from counterfoil.mine.stage import Run, Stage
from counterfoil.recipes.photos import photos
from counterfoil.records import Foil, Record, Rejected, Sample
from counterfoil.sources import open_source

SOURCE = Path(counterfoil.__file__).parent
STAGES = photos().stages


@pytest.fixture(scope="module")
def run(drawn_coco: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("raw")
    for preparation in photos().prepare:
        samples = [s for s in open_source(str(drawn_coco)).read() if isinstance(s, Sample)]
        preparation.prepare(samples, folder, 0)
    return Run(0, folder)


@pytest.fixture(scope="module")
def inputs(run: Run, drawn_coco: Path) -> dict[str, Sequence[Any]]:
    """What each stage of the recipe is given when the drawn photos are mined."""
    records: list[Any] = [s for s in open_source(str(drawn_coco)).read() if isinstance(s, Sample)]
    given: dict[str, Sequence[Any]] = {}
    for stage in STAGES:
        given[unit_name(stage)] = records
        records = [r for r in stage.load(run)(records) if not isinstance(r, Rejected)]
    return given


def told(records: Sequence[Record | Rejected]) -> list[str]:
    """Records as text that shows every difference."""
    return [_told(record) for record in records]


def _told(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return str(hash(value.tobytes()))
    if is_dataclass(value):
        return f"{type(value).__name__}({[(f.name, _told(getattr(value, f.name))) for f in fields(value)]})"
    if isinstance(value, tuple):
        return str([_told(part) for part in value])
    return str(value)


@pytest.mark.parametrize("stage", STAGES, ids=unit_name)
def test_every_input_leaves_a_stage_as_a_record_or_a_refusal(
    stage: Stage, run: Run, inputs: dict[str, Sequence[Any]]
) -> None:
    given = inputs[unit_name(stage)]
    out = stage.load(run)(given)
    left = {r.key if r.key in {g.key for g in given} else r.key.rpartition("/")[0] for r in out}
    assert given
    assert left == {record.key for record in given}
    assert all(isinstance(record, Rejected | stage.gives) for record in out)
    assert all(record.reason for record in out if isinstance(record, Rejected))


@pytest.mark.parametrize("stage", STAGES, ids=unit_name)
def test_a_batch_of_n_equals_n_batches_of_one(
    stage: Stage, run: Run, inputs: dict[str, Sequence[Any]]
) -> None:
    given = inputs[unit_name(stage)][:40]
    apply = stage.load(run)
    assert told(apply(given)) == told([out for record in given for out in apply([record])])


@pytest.mark.parametrize("stage", STAGES, ids=unit_name)
def test_the_same_seed_gives_the_same_output_from_a_fresh_worker(
    stage: Stage, run: Run, inputs: dict[str, Sequence[Any]]
) -> None:
    given = inputs[unit_name(stage)][:40]
    assert told(stage.load(run)(given)) == told(stage.load(run)(given))


UNITS = [*photos().prepare, *STAGES, *RULES.values(), *EDITORS.values(), *SCORERS.values()]


def settings(unit: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(unit):
        value = getattr(unit, field.name)
        if isinstance(value, bool):
            yield field.name, not value
        elif isinstance(value, int | float):
            yield field.name, value + 1
        elif isinstance(value, str):
            yield field.name, value + "x"
        elif isinstance(value, tuple):
            yield field.name, ()


@pytest.mark.parametrize("unit", UNITS, ids=unit_name)
def test_the_fingerprint_moves_with_every_field(unit: Any) -> None:
    prints = [fingerprint(unit)]
    for name, value in settings(unit):
        if value == getattr(unit, name):
            continue
        changed = object.__new__(type(unit))
        for field in fields(unit):
            object.__setattr__(changed, field.name, getattr(unit, field.name))
        object.__setattr__(changed, name, value)
        prints.append(fingerprint(changed))
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("unit", UNITS, ids=unit_name)
def test_a_unit_is_a_frozen_dataclass_with_one_public_method(unit: Any) -> None:
    assert is_dataclass(unit)
    with pytest.raises(FrozenInstanceError):
        setattr(unit, next((f.name for f in fields(unit)), "name"), None)
    assert type(unit).__doc__


def test_no_patch_changes_a_pixel_outside_its_mask(run: Run, inputs: dict[str, Sequence[Any]]) -> None:
    foils = [foil for foil in inputs["score"] if isinstance(foil, Foil) and foil.patch is not None]
    for foil in foils:
        patch = foil.patch
        assert patch is not None
        original = foil.scene.pixels[patch.window()]
        assert original.shape == patch.pixels.shape, foil.key
        assert (original[~patch.mask] == patch.pixels[~patch.mask]).all(), foil.key
        assert (original != patch.pixels).any(), foil.key
    assert len({foil.editor for foil in foils}) >= 3


def test_captions_of_a_foil_differ_and_the_true_one_answers_its_caption(
    inputs: dict[str, Sequence[Any]],
) -> None:
    for foil in inputs["score"]:
        assert foil.true_caption != foil.negative_caption
        if not foil.two_way:
            assert foil.true_caption == foil.scene.captions[foil.caption]


def test_imports_point_down_only() -> None:
    layers = [
        {"errors", "chance"},
        {"records"},
        {"pictures", "config"},
        {"shards"},
        {"claim", "page", "world"},
        {"sources", "models"},
        {"mine", "look", "train", "evaluate", "audit"},
        {"export"},
        {"recipes"},
        {"demo", "runs"},
        {"cli"},
        {"__main__"},
    ]
    height = {name: level for level, names in enumerate(layers) for name in names}
    for path in SOURCE.rglob("*.py"):
        own = path.relative_to(SOURCE).with_suffix("").parts[0]
        for module in imported(path):
            other = module.split(".")[1] if "." in module else "__init__"
            if own != "__init__" and other in height and other != own:
                assert height[other] <= height[own], f"{path.name} imports {module}, which lies above it"
                assert height[other] < height[own] or {own, other} <= {"pictures", "config"}, (
                    f"{path}: {module}"
                )


def imported(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("counterfoil"):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("counterfoil"))


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {path.stem for path in SOURCE.rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "helper", "common", "base", "misc"}


def test_no_function_runs_off_the_page() -> None:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno <= 60, f"{path.name}: {node.name}"


def test_recipes_say_where_they_come_from_and_what_to_expect() -> None:
    for path in (SOURCE / "recipes").glob("[a-z]*.py"):
        header = ast.get_docstring(ast.parse(path.read_text())) or ""
        assert all(
            re.search(rf"^{word}:", header, re.MULTILINE)
            for word in ("Paper", "Command", "Hardware", "Expect")
        )


def test_a_recipe_is_a_function_of_no_arguments() -> None:
    assert isinstance(photos(), MineRecipe)
    assert fingerprint(photos()) == fingerprint(photos())
