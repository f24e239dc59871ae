"""Writers: language models that answer in a given form, and of which no answer is lost or paid for twice.

A prompt names the form of its answer, a pydantic model. Every answer that arrives is kept on disk before
anything else happens to it (`answers`); one that does not fit its form is asked for once more, with what
was wrong. What a prompt ends as is its form, filled in, or `Unanswered` with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

from pydantic import BaseModel

from counterfoil.errors import MiningError
from counterfoil.models.answers import Answers, Asked, Reply
from counterfoil.models.forms import Unanswered, read


class Prompt(NamedTuple):
    """One question to a writer.

    Args:
        system: what it is to do, the same for all prompts of a stage.
        user: what it is to do it with.
        form: of the answer.
        outline: the answer as JSON with "" for each text: for models that have to be walked through it.
        seed: of the answer's chance.
        context: what the form's validators may ask for.
    """

    system: str
    user: str
    form: type[BaseModel]
    outline: Any
    seed: int = 0
    context: Mapping[str, Any] = {}


Ask = Callable[[Sequence[Prompt]], list[BaseModel | Unanswered]]
"""Prompts in, an answer for each out, in order."""


class Writer(Protocol):
    """A frozen dataclass that names a language model; `load` runs once per worker.

    `heavy` tells whether its weights lie in this process.
    """

    heavy: ClassVar[bool]

    def load(self, folder: Path) -> Ask:
        """Get ready; answers are kept in a folder, and those that are there are not asked for again."""
        ...

    def cost(self, prompt_tokens: int, answer_tokens: int) -> float:
        """What so many tokens cost, in the currency of its prices; 0 where it costs nothing."""
        ...


class Message(NamedTuple):
    """What one side says: "system", "user" or "assistant"."""

    role: str
    content: str


class Request(NamedTuple):
    """A prompt with all that was said so far."""

    prompt: Prompt
    messages: tuple[Message, ...]


Exchange = Callable[[Iterable[Request]], Iterator[tuple[Request, Reply | Unanswered]]]
"""Sends requests, taking the next one only when there is room for it; gives replies as they come."""


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """Asks, keeps, validates, and asks again: what all writers share.

    Args:
        exchange: how the model is reached.
        answers: where its replies are kept.
        told: model and settings: what decides a reply beside the request.
        again: how often an answer that does not fit is asked for again.
        budget: tokens, of prompts and answers, that all replies in the folder may come to; 0: no limit.
    """

    exchange: Exchange
    answers: Answers
    told: Mapping[str, Any]
    again: int = 1
    budget: int = 0

    def __call__(self, prompts: Sequence[Prompt]) -> list[BaseModel | Unanswered]:
        """See `Ask`.

        Raises:
            MiningError: the budget is spent.
            ModelError: the model cannot be reached at all.
        """
        requests = [Request(p, (Message("system", p.system), Message("user", p.user))) for p in prompts]
        results = self._round(requests)
        for _ in range(self.again):
            amiss = [i for i, result in enumerate(results) if _can_mend(result)]
            mended = [_once_more(requests[i], results[i]) for i in amiss]
            for i, request, result in zip(amiss, mended, self._round(mended), strict=True):
                requests[i], results[i] = request, result
        return results

    def _round(self, requests: Sequence[Request]) -> list[BaseModel | Unanswered]:
        """The answer to each request as it stands, from the folder or from the model."""
        keys = [self._asked(request).key for request in requests]
        found: dict[str, Reply | Unanswered | None] = {key: self.answers.find(key) for key in keys}
        missing = {key: r for key, r in zip(keys, requests, strict=True) if found[key] is None}
        for request, reply in self.exchange(self._affordable(missing.values())):
            asked = self._asked(request)
            found[asked.key] = reply
            if isinstance(reply, Reply):
                answer = _read(request, reply)
                self.answers.keep(asked, reply, answer if isinstance(answer, Unanswered) else None)
        return [self._result(found[key], r) for key, r in zip(keys, requests, strict=True)]

    def _affordable(self, requests: Iterable[Request]) -> Iterator[Request]:
        if self.budget:
            self.answers.recount()
        for request in requests:
            if self.budget and self.answers.tokens >= self.budget:
                return
            yield request

    def _result(self, reply: Reply | Unanswered | None, request: Request) -> BaseModel | Unanswered:
        if reply is None:
            raise MiningError(
                f"the budget of {self.budget:,} tokens is spent: {self.answers.tokens:,} are in "
                f"{self.answers.folder}. What was answered is kept: the same command with a larger budget "
                "goes on from there"
            )
        return _read(request, reply) if isinstance(reply, Reply) else reply

    def _asked(self, request: Request) -> Asked:
        prompt = request.prompt
        messages = [message._asdict() for message in request.messages]
        return Asked({**self.told, "messages": messages, "seed": prompt.seed}, schema_of(prompt))


class Tokens(NamedTuple):
    """About how many there are, at four characters each."""

    prompt: int
    answer: int


def expected_tokens(prompt: Prompt) -> Tokens:
    """Of a prompt with its schema, and of an answer to it: its outline with some 16 tokens for each text."""
    outline = json.dumps(prompt.outline)
    asked = len(prompt.system) + len(prompt.user) + len(json.dumps(schema_of(prompt)))
    return Tokens(asked // 4, len(outline) // 4 + 16 * outline.count('""'))


def schema_of(prompt: Prompt) -> dict[str, Any]:
    """The JSON schema of a prompt's form."""
    return prompt.form.model_json_schema()


def _read(request: Request, reply: Reply) -> BaseModel | Unanswered:
    return read(reply, request.prompt.form, request.prompt.context)


def _can_mend(result: BaseModel | Unanswered) -> bool:
    return isinstance(result, Unanswered) and result.text is not None


def _once_more(request: Request, result: BaseModel | Unanswered) -> Request:
    """The request with its answer and what is wrong with it."""
    assert isinstance(result, Unanswered)
    said = Message("assistant", result.text or "")
    wanted = Message("user", f"That cannot be used: {result.detail}. Answer again, with the JSON alone.")
    return Request(request.prompt, (*request.messages, said, wanted))
