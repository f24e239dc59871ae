"""Recipes as a command line names and sets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from counterfoil.errors import RecipeError

if TYPE_CHECKING:
    from counterfoil.mine.run import MineRecipe

T = TypeVar("T")


def mine_recipe(name: str, settings: Sequence[str]) -> MineRecipe:
    """A recipe for mining by name, with settings; `models=tiny` puts in tiny models."""
    from counterfoil.config import with_settings
    from counterfoil.mine.run import MineRecipe
    from counterfoil.recipes import RECIPES

    models = [setting for setting in settings if setting.partition("=")[0] == "models"]
    if any(setting != "models=tiny" for setting in models):
        raise RecipeError(
            f"{models[0]}: models is set to tiny or not at all; each by its own checkpoint.model"
        )
    recipe = configured(name, (), RECIPES, MineRecipe)
    if models:
        from counterfoil.models.tiny.swap import with_tiny

        recipe = with_tiny(recipe)
    return with_settings(recipe, [setting for setting in settings if setting not in models])


def configured(name: str, settings: Sequence[str], known: Mapping[str, str], kind: type[T]) -> T:
    """A recipe of some kind by name, with settings."""
    from counterfoil.config import load_object, with_settings

    try:
        recipe = load_object(name, known, "recipe")()
    except TypeError as error:
        raise RecipeError(f"{name!r} is no recipe: {error}") from error
    if not isinstance(recipe, kind):
        raise RecipeError(
            f"{name!r} is no recipe: it returns a {type(recipe).__name__}, not a {kind.__name__}"
        )
    return with_settings(recipe, list(settings))
