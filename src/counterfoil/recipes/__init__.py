"""Whole runs as functions: each returns one frozen dataclass; derive by calling it and `replace`."""

RECIPES = {
    "photos": "counterfoil.recipes.photos:photos",
    "drawn": "counterfoil.recipes.drawn:drawn",
}
