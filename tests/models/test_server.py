"""A writer behind a real server on loopback: nothing is lost, nothing is paid for twice, no key leaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from servers.llm import Fault, Llm, Messages, serving

from counterfoil.config import fingerprint, to_json
from counterfoil.errors import MiningError, ModelError, RecipeError
from counterfoil.models.forms import Unanswered
from counterfoil.models.server import Server
from counterfoil.models.writer import Prompt

KEY = "sk-very-secret-0123456789"


class Word(BaseModel):
    """The form of the tests' answers."""

    word: str


def prompts(number: int) -> list[Prompt]:
    return [Prompt("Say it again.", f"word{n}", Word, {"word": ""}, seed=n) for n in range(number)]


def echo(messages: Messages) -> str:
    return json.dumps({"word": next(m["content"] for m in messages if m["role"] == "user")})


def first_only(fault: Fault) -> Callable[[Messages, int], Fault]:
    """A fault of the first time that a prompt comes, re-asked ones excluded."""
    return lambda messages, before: fault if before == 0 and len(messages) == 2 else ""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def writer(llm: Llm, **settings: Any) -> Server:
    given: dict[str, Any] = {"model": "test", "url": llm.url, "timeout": 0.4, "retries": 2} | settings
    return Server(**given)


def words(answers: list[Any]) -> list[str]:
    return [a.word if isinstance(a, Word) else a.reason for a in answers]


def test_answers_come_in_the_order_of_their_prompts_so_many_at_a_time(tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: "slow", silence=0.02)) as llm:
        answers = writer(llm, concurrency=3).load(tmp_path)(prompts(12))
    assert words(answers) == [f"word{n}" for n in range(12)]
    assert llm.most_at_once == 3


def test_a_rerun_asks_nothing(tmp_path: Path) -> None:
    with serving(Llm(echo)) as llm:
        first = writer(llm).load(tmp_path)(prompts(5))
        assert writer(llm).load(tmp_path)(prompts(5)) == first
    assert sum(llm.asked.values()) == 5
    assert sum(1 for _ in tmp_path.rglob("*.json")) == 5


@pytest.mark.parametrize("change", [{"model": "other"}, {"temperature": 0.1}, {"longest": 7}])
def test_another_setting_asks_again(change: dict[str, Any], tmp_path: Path) -> None:
    with serving(Llm(echo)) as llm:
        writer(llm).load(tmp_path)(prompts(1))
        writer(llm, **change).load(tmp_path)(prompts(1))
    assert len(llm.bodies) == 2


@pytest.mark.parametrize("fault", ["429", "500", "silent", "hang_up", "half"])
def test_what_passes_is_tried_again_and_paid_for_once(fault: Fault, tmp_path: Path) -> None:
    with serving(Llm(echo, first_only(fault), silence=0.6)) as llm:
        answers = writer(llm).load(tmp_path)(prompts(3))
    assert words(answers) == ["word0", "word1", "word2"]
    assert set(llm.answered.values()) == {1}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("429", "rate_limited"),
        ("500", "server_error"),
        ("silent", "timed_out"),
        ("hang_up", "connection_lost"),
        ("half", "half_answer"),
    ],
)
def test_what_does_not_pass_has_its_reason(fault: Fault, reason: str, tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: fault, silence=0.3)) as llm:
        (answer,) = writer(llm, retries=1, timeout=0.15).load(tmp_path)(prompts(1))
    assert isinstance(answer, Unanswered)
    assert answer.reason == reason
    assert "2" in answer.detail  # tries
    assert len(llm.bodies) == 2


@pytest.mark.parametrize("fault", ["prose", "empty", "another_form", "cut_off"])
def test_an_answer_that_does_not_fit_is_kept_and_asked_for_once_more(fault: Fault, tmp_path: Path) -> None:
    with serving(Llm(echo, first_only(fault))) as llm:
        assert words(writer(llm).load(tmp_path)(prompts(1))) == ["word0"]
    kept = [json.loads(path.read_text()) for path in tmp_path.rglob("*.json")]
    (bad,) = [one for one in kept if one["rejected"]]
    assert bad["rejected"]["reason"] == {"prose": "not_json", "empty": "empty_answer"}.get(fault, fault)
    _, _, said, wanted = llm.bodies[1]["messages"]
    assert said == {"role": "assistant", "content": bad["reply"]["text"]}
    assert bad["rejected"]["detail"] in wanted["content"]


def test_an_answer_that_never_fits_ends_as_its_reason_and_is_not_paid_for_again(tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: "another_form")) as llm:
        ask = writer(llm, again=2).load(tmp_path)
        assert words(ask(prompts(1))) == ["another_form"] == words(ask(prompts(1)))
    assert len(llm.bodies) == 3


def test_words_around_the_json_are_cut_off(tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: "fenced")) as llm:
        assert words(writer(llm).load(tmp_path)(prompts(2))) == ["word0", "word1"]
    assert len(llm.bodies) == 2


@pytest.mark.parametrize("fault", ["refused", "filtered"])
def test_a_refusal_is_no_answer_and_is_not_argued_with(fault: Fault, tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: fault)) as llm:
        assert words(writer(llm).load(tmp_path)(prompts(1))) == ["refused"]
    assert len(llm.bodies) == 1


@pytest.mark.parametrize(("fault", "forms"), [("no_schema", 2), ("no_json", 3)])
def test_a_server_without_schemas_is_asked_otherwise_and_that_is_remembered(
    fault: Fault, forms: int, tmp_path: Path
) -> None:
    with serving(Llm(echo, lambda m, b: fault)) as llm:
        ask = writer(llm, concurrency=1).load(tmp_path)
        assert words(ask(prompts(4))) == [f"word{n}" for n in range(4)]
    assert len(llm.bodies) == forms - 1 + 4
    assert '"required": ["word"]' in llm.bodies[-1]["messages"][0]["content"]
    assert llm.bodies[-1].get("response_format") == ({"type": "json_object"} if forms == 2 else None)


def test_a_parameter_that_a_server_refuses_is_left_out(tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: "no_seed")) as llm:
        assert words(writer(llm, concurrency=1).load(tmp_path)(prompts(3))) == ["word0", "word1", "word2"]
    assert ["seed" in body for body in llm.bodies] == [True, False, False, False]
    assert all(body["response_format"]["type"] == "json_schema" for body in llm.bodies)


def test_a_prompt_beyond_the_context_is_refused_alone(tmp_path: Path) -> None:
    def fault(messages: Messages, before: int) -> Fault:
        return "context" if messages[1]["content"] == "word1" else ""

    with serving(Llm(echo, fault)) as llm:
        answers = writer(llm).load(tmp_path)(prompts(3))
    assert words(answers) == ["word0", "prompt_too_long", "word2"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [("401", "does not take the key: set OPENAI_API_KEY"), ("404", "no model 'test'"), ("quota", "quota")],
)
def test_what_no_request_can_pass_ends_the_run(fault: Fault, told: str, tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: fault)) as llm, pytest.raises(ModelError, match=told) as error:
        writer(llm, retries=0).load(tmp_path)(prompts(3))
    assert KEY not in str(error.value)


def test_no_server_at_all_ends_the_run(tmp_path: Path) -> None:
    with serving(Llm(echo)) as llm:
        pass
    with pytest.raises(ModelError, match="no server answers at http://127"):
        writer(llm, retries=0).load(tmp_path)(prompts(1))


def test_what_was_in_flight_when_the_run_ends_is_kept(tmp_path: Path) -> None:
    def fault(messages: Messages, before: int) -> Fault:
        return "401" if messages[1]["content"] == "word0" else "slow"

    with serving(Llm(echo, fault, silence=0.1)) as llm, pytest.raises(ModelError):
        writer(llm, concurrency=4).load(tmp_path)(prompts(9))
    assert sum(1 for _ in tmp_path.rglob("*.json")) == 3 == sum(llm.answered.values())


def test_a_spent_budget_stops_cleanly_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    with serving(Llm(echo)) as llm:
        with pytest.raises(MiningError, match="budget of 600 tokens is spent: 600 are in"):
            writer(llm, budget=600, concurrency=1).load(tmp_path)(prompts(9))
        assert len(llm.bodies) == 5  # at 120 tokens each
        assert words(writer(llm, budget=6000).load(tmp_path)(prompts(9))) == [f"word{n}" for n in range(9)]
    assert len(llm.bodies) == 9


def test_a_key_goes_to_the_server_and_nowhere_else(tmp_path: Path) -> None:
    with serving(Llm(echo, lambda m, b: "context" if m[1]["content"] == "word1" else "")) as llm:
        answers = writer(llm).load(tmp_path)(prompts(2))
    assert llm.keys == {KEY}
    assert "***" in answers[1].detail  # type: ignore[union-attr]
    assert KEY not in repr(answers) + repr(writer(llm)) + json.dumps(to_json(writer(llm)))
    assert not any(KEY in path.read_text() for path in tmp_path.rglob("*.json"))


def test_a_url_with_a_key_in_it_is_refused() -> None:
    with pytest.raises(RecipeError, match="the url of a writer holds no key"):
        Server(model="m", url="http://me:secret@localhost/v1")


def test_a_hosted_model_without_a_key_says_which_variable_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ModelError, match="set OPENAI_API_KEY"):
        Server(model="m").load(tmp_path)


def test_how_fast_and_where_a_model_is_asked_is_no_part_of_the_fingerprint() -> None:
    one = Server(model="m")
    other = replace(one, url="http://other/v1", budget=7, concurrency=2, timeout=3.0, retries=0, key="OTHER")
    assert fingerprint(one) == fingerprint(other) != fingerprint(replace(one, temperature=0.1))
