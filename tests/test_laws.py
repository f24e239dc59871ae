"""What is true of every unit in a table, tested the moment its line is added."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import counterfoil
from counterfoil.config import fingerprint, unit_name
from counterfoil.mine.editors.editors import EDITORS
from counterfoil.mine.propose.rules import RULES
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.scorers import SCORERS
from counterfoil.mine.stage import Run, Stage, check_conserved
from counterfoil.recipes.drawn import drawn
from counterfoil.recipes.photos import photos
from counterfoil.records import Rejected, Sample
from counterfoil.sources import open_source
from counterfoil.testing.records import examples
from counterfoil.testing.stages import check_editor, check_stage
from counterfoil.testing.units import check_unit

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


@pytest.mark.parametrize("stage", STAGES, ids=unit_name)
def test_a_stage_keeps_the_laws(stage: Stage, run: Run, inputs: dict[str, Sequence[Any]]) -> None:
    check_stage(stage, inputs[unit_name(stage)][:40], run)


@pytest.mark.parametrize("stage", STAGES, ids=unit_name)
def test_every_input_leaves_a_stage_once(stage: Stage, run: Run, inputs: dict[str, Sequence[Any]]) -> None:
    given = inputs[unit_name(stage)]
    check_conserved(unit_name(stage), given, stage.load(run)(given))


@pytest.mark.parametrize("stage", drawn().stages, ids=unit_name)
def test_a_stage_of_the_drawn_world_keeps_the_laws(stage: Stage) -> None:
    check_stage(stage, examples(stage.takes))


@pytest.mark.parametrize("name", EDITORS)
def test_an_editor_keeps_the_laws(name: str, run: Run, inputs: dict[str, Sequence[Any]]) -> None:
    check_editor(EDITORS[name], [proposal for proposal in inputs["draw"] if proposal.two_way], run)


UNITS = [*photos().prepare, *STAGES, *RULES.values(), *EDITORS.values(), *SCORERS.values()]


@pytest.mark.parametrize("unit", UNITS, ids=unit_name)
def test_a_unit_keeps_the_laws(unit: Any) -> None:
    check_unit(unit)


def test_at_least_three_editors_paint_the_drawn_photos(inputs: dict[str, Sequence[Any]]) -> None:
    assert len({foil.editor for foil in inputs["score"] if foil.patch is not None}) >= 3


def test_captions_of_a_foil_differ_and_the_true_one_answers_its_caption(
    inputs: dict[str, Sequence[Any]],
) -> None:
    for foil in inputs["score"]:
        assert foil.true_caption != foil.negative_caption
        if not foil.two_way:
            assert foil.true_caption == foil.scene.captions[foil.caption]


def test_imports_point_down_only() -> None:
    layers = [
        {"errors", "chance", "intervals", "parsing"},
        {"records", "storage", "judgements"},
        {"pictures", "config"},
        {"shards"},
        {"claim", "page", "world"},
        {"sources", "models"},
        {"mine", "look", "train", "evaluate", "audit"},
        {"export", "review"},
        {"recipes"},
        {"demo", "runs", "testing"},
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
