"""Drawn foils, and copies of them in which somebody cheats."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from cheats import Plant, plant

from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.drawn import drawn
from counterfoil.sources import open_source


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So few groups that one seed in twenty is told by chance; docs/results.md has 400 of each of seven."""
    out = tmp_path_factory.mktemp("audit") / "clean"
    mine(open_source("drawn:train"), drawn(), out, Local(workers=0), limit=32, seed=1)
    return out


@pytest.fixture
def planted(clean: Path, tmp_path: Path) -> Plant:
    return partial(plant, clean, tmp_path / "planted")
