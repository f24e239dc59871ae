"""A real causal language model, tiny, walked through the form of its answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from counterfoil.models.forms import Unanswered
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.local_writer import LocalWriter
from counterfoil.models.writer import Prompt

WRITER = LocalWriter(checkpoint=Checkpoint(model="tiny:writer", device="cpu", batch=3), longest=12)


class Pair(BaseModel):
    """Two texts, one of which stands already."""

    name: str
    first: str
    second: list[str]


def prompts(number: int) -> list[Prompt]:
    outline = {"name": "dog", "first": "", "second": ["", ""]}
    return [Prompt("Be brief.", f"word {n}" * (n + 1), Pair, outline, seed=7 * n) for n in range(number)]


def test_whatever_it_says_has_the_form(tmp_path: Path) -> None:
    answers = WRITER.load(tmp_path)(prompts(5))
    assert all(isinstance(answer, Pair) and answer.name == "dog" for answer in answers)
    assert len({answer.model_dump_json() for answer in answers}) == 5  # type: ignore[union-attr]
    said = [text for a in answers for text in (a.first, *a.second)]  # type: ignore[union-attr]
    assert max(len(text.split()) for text in said) > 1


def test_an_answer_does_not_depend_on_what_else_is_asked(tmp_path: Path) -> None:
    together = WRITER.load(tmp_path / "a")(prompts(4))
    alone = [answer for p in prompts(4) for answer in WRITER.load(tmp_path / "b")([p])]
    assert alone == together


def test_answers_are_kept(tmp_path: Path) -> None:
    first = WRITER.load(tmp_path)(prompts(2))
    kept = {path.name: json.loads(path.read_text()) for path in tmp_path.rglob("*.json")}
    assert len(kept) == 2
    for path in tmp_path.rglob("*.json"):
        path.write_text(path.read_text().replace('\\"first\\": \\"', '\\"first\\": \\"kept '))
    again = WRITER.load(tmp_path)(prompts(2))
    assert [a.first for a in again] == [f"kept {a.first}" for a in first]  # type: ignore[union-attr]


def test_the_seed_and_the_temperature_decide_what_it_says(tmp_path: Path) -> None:
    (prompt,) = prompts(1)
    ask = WRITER.load(tmp_path)
    assert ask([prompt]) != ask([prompt._replace(seed=1)])
    greedy = replace(WRITER, temperature=0.0).load(tmp_path / "greedy")
    assert greedy([prompt]) == greedy([prompt._replace(seed=1)])


def test_a_prompt_beyond_the_context_is_refused_alone(tmp_path: Path) -> None:
    short, long = prompts(1)[0], Prompt("Be brief.", "x " * 9000, Pair, {"first": ""})
    answers: list[Any] = WRITER.load(tmp_path)([long, short])
    assert isinstance(answers[0], Unanswered)
    assert answers[0].reason == "prompt_too_long"
    assert "8192 is the model's context" in answers[0].detail
    assert isinstance(answers[1], Pair)


@pytest.mark.parametrize(
    ("template", "opens"),
    [
        (None, "Be brief.\n\nword 0\n\n"),
        (
            "{{ raise_exception('no system') if messages[0].role == 'system' else messages[0].content }}:",
            "Be brief.\n\nword 0:",
        ),
    ],
)
def test_a_model_without_a_template_or_without_a_system_is_told_all_the_same(
    template: str | None, opens: str, tmp_path: Path
) -> None:
    from transformers import AutoTokenizer

    from counterfoil.models.local_writer import _Walk
    from counterfoil.models.tiny.folder import tiny_folder
    from counterfoil.models.writer import Message

    tokenizer = AutoTokenizer.from_pretrained(tiny_folder("writer"))
    tokenizer.chat_template = template
    messages = [Message("system", "Be brief."), Message("user", "word 0")]
    assert _Walk(WRITER, None, tokenizer)._opening(messages) == opens
