"""What a language model would be asked is told before, and is what it is asked then."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from servers.llm import Llm, portraying, serving
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.errors import RecipeError
from counterfoil.mine.decode import Decode
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.engines.local import Local
from counterfoil.mine.estimate import estimate
from counterfoil.mine.filter import Filter
from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose.portray import Portray
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import MineRecipe, mine
from counterfoil.mine.score.measure import Score
from counterfoil.models.server import Server
from counterfoil.recipes.photos import photos
from counterfoil.sources import open_source


def recipe(url: str = "http://127.0.0.1:9/v1") -> MineRecipe:
    writer = Server(model="m", url=url, prompt_price=1e6, answer_price=2e6)
    stages = (Decode(), Perceive(), Portray(writer=writer), Reword(), Draw(), Score(), Filter())
    return MineRecipe(name="portrayed", stages=stages)


def test_as_many_requests_are_told_as_are_made(drawn_coco: Path, tmp_path: Path) -> None:
    told = estimate(open_source(str(drawn_coco)), recipe())
    assert (told.looked_at, told.inputs) == (12, 12)
    with serving(Llm(portraying)) as llm:
        mine(open_source(str(drawn_coco)), recipe(llm.url), tmp_path / "out", Local(workers=0))
    assert told.requests == len(llm.bodies) > 0
    said = sum(len(m["content"]) for body in llm.bodies for m in body["messages"])
    schemas = sum(len(json.dumps(body["response_format"]["json_schema"]["schema"])) for body in llm.bodies)
    assert told.prompt_tokens == pytest.approx((said + schemas) / 4, rel=0.01)
    assert told.cost == told.prompt_tokens + 2 * told.answer_tokens


def test_the_first_samples_stand_for_all(drawn_coco: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = estimate(open_source(str(drawn_coco)), recipe())
    monkeypatch.setattr("counterfoil.mine.estimate.LOOKED_AT", 3)
    told = estimate(open_source(str(drawn_coco)), recipe(), limit=9)
    assert (told.looked_at, told.inputs) == (3, 9)
    assert f"9 pictures, going by the first 3: {3 * told.requests} requests" in str(told)
    assert told.requests < whole.requests


def test_a_recipe_without_a_language_model_has_nothing_to_tell(drawn_coco: Path) -> None:
    with pytest.raises(RecipeError, match="recipe photos asks no language model"):
        estimate(open_source(str(drawn_coco)), photos())


def test_the_command_asks_nothing_and_writes_nothing(drawn_coco: Path, tmp_path: Path) -> None:
    asked = ["mine", str(drawn_coco), "--out", str(tmp_path / "out"), "--recipe", "trohn_text", "--dry-run"]
    prices = ["contradict.writer.prompt_price=0.15", "contradict.writer.answer_price=0.6"]
    done = CliRunner().invoke(app, asked + [part for price in prices for part in ("--set", price)])
    assert done.exit_code == 0, done.output
    assert "12 pictures: " in done.output
    assert "by the prices of the writer" in done.output
    assert not (tmp_path / "out").exists()


def test_prices_change_no_fingerprint() -> None:
    from counterfoil.config import fingerprint

    cheap = replace(recipe(), stages=(Portray(writer=Server(model="m")),))
    dear = replace(recipe(), stages=(Portray(writer=Server(model="m", prompt_price=9.0)),))
    assert fingerprint(cheap) == fingerprint(dear)
