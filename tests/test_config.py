"""Settings reach every field, wrong ones are told, and the fingerprint moves with each."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from counterfoil.config import fingerprint, load_object, to_json, unit_name, with_settings
from counterfoil.errors import RecipeError


@dataclass(frozen=True)
class FirstLimit:
    name: str = "seam.ratio"
    max: float = 2.0


@dataclass(frozen=True)
class TinyFilter:
    version: ClassVar[int] = 3
    limits: tuple[FirstLimit, ...] = (FirstLimit(), FirstLimit("area", 1.0))
    strict: bool = False
    words: tuple[str, ...] = ("a",)
    least: int | None = None


@dataclass(frozen=True)
class TinyRecipe:
    stages: tuple[TinyFilter, ...] = (TinyFilter(),)
    size: int = 4


def test_a_setting_reaches_a_field_through_units_named_in_tuples() -> None:
    recipe = with_settings(
        TinyRecipe(), ["size=7", "tiny_filter.limits.seam.ratio.max=1.5", "tiny_filter.strict=yes"]
    )
    assert recipe.size == 7
    assert recipe.stages[0].limits == (FirstLimit("seam.ratio", 1.5), FirstLimit("area", 1.0))
    assert recipe.stages[0].strict is True


def test_tuples_and_optional_numbers_are_read_from_text() -> None:
    read = with_settings(TinyFilter(), ["words=x, y", "least=3"])
    assert (read.words, read.least) == (("x", "y"), 3)
    assert with_settings(read, ["least=none"]).least is None


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("sice=3", "did you mean 'size'"),
        ("size=many", "size is a int, not 'many'"),
        ("size", "path=value"),
        ("tiny_filter=3", "is a unit, not a value"),
        ("tiny_filter.strict=perhaps", "strict is a bool, not 'perhaps'"),
        ("tiny_filter.limits.area.min=3", "unknown setting 'min'"),
    ],
)
def test_a_wrong_setting_is_told(setting: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        with_settings(TinyRecipe(), [setting])


def test_an_object_is_found_by_name_or_address_and_else_the_known_are_listed() -> None:
    table = {"path": "pathlib:Path"}
    assert load_object("path", table, "thing").__name__ == "Path"
    assert load_object("json:dumps", table, "thing")({}) == "{}"
    with pytest.raises(RecipeError, match="did you mean 'path'"):
        load_object("paht", table, "thing")
    with pytest.raises(RecipeError, match="no thing at 'json:nothing'"):
        load_object("json:nothing", table, "thing")


def test_the_fingerprint_moves_with_every_field_and_the_version() -> None:
    changed = [
        TinyRecipe(),
        TinyRecipe(size=5),
        TinyRecipe(stages=(replace(TinyFilter(), strict=True),)),
        TinyRecipe(stages=(replace(TinyFilter(), limits=(FirstLimit(max=2.5),)),)),
    ]
    assert len({fingerprint(recipe) for recipe in changed}) == len(changed)
    assert to_json(TinyFilter())["version"] == 3


def test_a_unit_is_named_by_its_own_name_or_its_class() -> None:
    assert unit_name(FirstLimit()) == "seam.ratio"
    assert unit_name(TinyFilter()) == "tiny_filter"
