"""Any server that speaks OpenAI's protocol: vLLM, llama.cpp, Ollama, hosted ones.

The `openai` client retries what may pass: 429 (after as long as the server says), 5xx, timeouts, lost
connections, with back-off and jitter. A server that knows no JSON schema is asked for plain JSON, then
for text with the schema in the prompt; a parameter that it refuses is left out. What it turned out to
know is remembered for as long as the writer is loaded.

Keys come from the environment alone and go nowhere but to the server.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from counterfoil.config import aside
from counterfoil.errors import ModelError, RecipeError
from counterfoil.models.answers import Answers, Finish, Reply
from counterfoil.models.forms import Unanswered
from counterfoil.models.writer import Ask, Dialogue, Message, Request, schema_of

try:
    import openai
    from openai.types.chat import ChatCompletion
except ModuleNotFoundError as missing:
    raise ModelError(
        f"language models behind a server need {missing.name}, not installed: "
        "pip install 'counterfoil[models]'"
    ) from missing

HOSTED = "https://api.openai.com/v1"

_FORMATS = ("json_schema", "json_object", "text")
_OPTIONAL = ("max_tokens", "temperature", "seed")
_NO_KEY = "none"
"""What servers of one's own are told, who ask for no key; the client refuses to send nothing."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A language model behind a server.

    Args:
        model: as the server names it.
        url: where its API begins ("http://localhost:8000/v1"); "" for OPENAI_BASE_URL, else OpenAI's.
        key: environment variable that holds the key; servers of one's own need none.
        temperature: of the chance in its answers.
        longest: answer, in tokens.
        again: how often an answer that does not fit is asked for again.
        concurrency: requests at a time, of each worker.
        timeout: seconds that a request may take.
        retries: of a request that fails for a reason that may pass.
        budget: tokens that all answers of a run may come to; 0 for no limit. Those in flight pass it.
        prompt_price, answer_price: of a million tokens, for `--dry-run`.
    """

    model: str
    url: str = aside("")
    key: str = aside("OPENAI_API_KEY")
    temperature: float = 0.7
    longest: int = 2048
    again: int = 1
    concurrency: int = aside(8)
    timeout: float = aside(120.0)
    retries: int = aside(6)
    budget: int = aside(0)
    prompt_price: float = aside(0.0)
    answer_price: float = aside(0.0)

    tiny: ClassVar[str] = "writer"
    heavy: ClassVar[bool] = False
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        """Refuse numbers that no run can have, and keys in the URL."""
        if self.concurrency < 1 or self.timeout <= 0 or min(self.retries, self.again, self.budget) < 0:
            raise RecipeError("a writer needs concurrency >= 1, timeout > 0, and no negative numbers")
        if "@" in self.url or "?" in self.url:
            raise RecipeError(f"the url of a writer holds no key: put it into the environment as {self.key}")

    def load(self, folder: Path) -> Ask:
        """See `Writer`.

        Raises:
            ModelError: a hosted server, and no key.
        """
        url = self.url or os.environ.get("OPENAI_BASE_URL") or HOSTED
        key = os.environ.get(self.key)
        if not key and url == HOSTED:
            raise ModelError(f"{url} wants a key: set {self.key} to yours, or url to a server of your own")
        client = openai.OpenAI(
            api_key=key or _NO_KEY, base_url=url, timeout=self.timeout, max_retries=self.retries
        )
        told = {"model": self.model, "temperature": self.temperature, "longest": self.longest}
        return Dialogue(
            exchange=_Line(self, client, url).exchange,
            answers=Answers(folder),
            told=told,
            again=self.again,
            budget=self.budget,
        )

    def cost(self, prompt_tokens: int, answer_tokens: int) -> float:
        """See `Writer`."""
        return (prompt_tokens * self.prompt_price + answer_tokens * self.answer_price) / 1e6


@dataclass
class _Line:
    """A connection, and what its server has turned out not to know."""

    server: Server
    client: openai.OpenAI
    url: str
    form: str = _FORMATS[0]
    without: set[str] = field(default_factory=set)

    def exchange(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Reply | Unanswered]]:
        """See `Exchange`: after what ends the run, what is in flight is still waited for and given."""
        waiting = iter(requests)
        fatal: ModelError | None = None
        with ThreadPoolExecutor(self.server.concurrency) as pool:
            running = {pool.submit(self._sent, r) for r in islice(waiting, self.server.concurrency)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    request, reply = future.result()
                    if isinstance(reply, ModelError):
                        fatal = reply
                    else:
                        yield request, reply
                if fatal is None:
                    running |= {pool.submit(self._sent, r) for r in islice(waiting, len(done))}
        if fatal is not None:
            raise fatal

    def _sent(self, request: Request) -> tuple[Request, Reply | Unanswered | ModelError]:
        """A request with what became of it; errors are handed on, for others are in flight."""
        try:
            for _ in range(self.server.retries + 1):
                reply = self._reply(request)
                if reply is not None:
                    return request, reply
        except ModelError as error:
            return request, error
        return request, Unanswered("half_answer", f"{self.server.retries + 1} answers were no whole JSON")

    def _reply(self, request: Request) -> Reply | Unanswered | None:
        """The reply to a request; None where only half of it came."""
        form, without = self.form, set(self.without)
        while True:
            try:
                completion = self.client.chat.completions.create(**self._parameters(request, form, without))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if _is_too_long(error):
                    return Unanswered("prompt_too_long", self._said(error))
                refused = _refused(error, without)
                if refused is None and form == _FORMATS[-1]:
                    return Unanswered("request_refused", self._said(error))
                if refused is None:
                    form = _FORMATS[_FORMATS.index(form) + 1]
                else:
                    without.add(refused)
            except openai.APIError as error:
                return self._failed(error)
            except ValueError:  # the client's own: JSON that ends in the middle
                return None
            else:
                self.form, self.without = form, without
                return _reply_of(completion)

    def _parameters(self, request: Request, form: str, without: set[str]) -> dict[str, Any]:
        schema = schema_of(request.prompt)
        formats: dict[str, Any] = {
            "json_schema": {"name": schema["title"], "schema": schema, "strict": True},
        }
        messages = request.messages if form == "json_schema" else told_form(request.messages, schema)
        numbers = {
            "max_tokens": self.server.longest,
            "temperature": self.server.temperature,
            "seed": request.prompt.seed,
        }
        parameters: dict[str, Any] = {name: value for name, value in numbers.items() if name not in without}
        if "max_tokens" in without:  # the name that newer hosted models take
            parameters["max_completion_tokens"] = self.server.longest
        if form != "text":
            parameters["response_format"] = {"type": form} | {n: v for n, v in formats.items() if n == form}
        said = [{"role": message.role, "content": message.content} for message in messages]
        return {"model": self.server.model, "messages": said, **parameters}

    def _failed(self, error: openai.APIError) -> Unanswered:
        """What became of a request that all retries did not help.

        Raises:
            ModelError: no other request could be answered either.
        """
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            raise ModelError(f"{self.url} does not take the key: set {self.server.key} to a valid one")
        if isinstance(error, openai.NotFoundError):
            raise ModelError(
                f"{self.url} has no model {self.server.model!r}, or is no API: check model and url"
            )
        if error.code == "insufficient_quota":
            raise ModelError(f"{self.url} says that your quota is used up. What was answered is kept")
        if isinstance(error, openai.APITimeoutError):
            return Unanswered("timed_out", f"no answer within {self.server.timeout:g} s, {self._tries}")
        if isinstance(error, openai.APIConnectionError):
            if _is_unreachable(error):
                raise ModelError(
                    f"no server answers at {self.url}: start it, or set url. What was answered is kept"
                )
            return Unanswered("connection_lost", f"{error.__cause__ or error}, {self._tries}")
        reason = "rate_limited" if isinstance(error, openai.RateLimitError) else "server_error"
        return Unanswered(reason, f"{self._said(error)}, {self._tries}")

    @property
    def _tries(self) -> str:
        return f"in {self.server.retries + 1} tries"

    def _said(self, error: openai.APIError) -> str:
        """A server's own words, without the key, which some repeat."""
        return " ".join(error.message.replace(self.client.api_key, "***").split())[:300]


def told_form(messages: Iterable[Message], schema: dict[str, Any]) -> list[Message]:
    """The messages with the schema in the first, for models that are told of it no other way."""
    system, *rest = messages
    words = f"{system.content}\n\nAnswer with JSON alone, of this JSON schema:\n{json.dumps(schema)}"
    return [Message(system.role, words), *rest]


def _reply_of(completion: Any) -> Reply | None:
    """What stands in a completion; None for what is none."""
    if not isinstance(completion, ChatCompletion) or not completion.choices:
        return None
    choice = completion.choices[0]
    message: Any = choice.message  # the client does not validate what servers send
    if message is None:
        return None
    text, refusal = message.content or "", message.refusal
    finish: Finish = "length" if choice.finish_reason == "length" else "stop"
    if refusal or choice.finish_reason == "content_filter":
        finish = "refused"
    used = completion.usage
    return Reply(
        text=text or refusal or "",
        finish=finish,
        prompt_tokens=used.prompt_tokens if used else 0,
        answer_tokens=used.completion_tokens if used else len(text) // 4,
    )


def _refused(error: openai.APIStatusError, without: set[str]) -> str | None:
    """The parameter that a server will not take, if it is one that we can do without."""
    named = (error.param, *error.message.replace("'", " ").replace('"', " ").split())
    return next((name for name in _OPTIONAL if name in named and name not in without), None)


def _is_too_long(error: openai.APIStatusError) -> bool:
    message = error.message.lower()
    return error.code == "context_length_exceeded" or ("context" in message and "length" in message)


def _is_unreachable(error: openai.APIConnectionError) -> bool:
    return type(error.__cause__).__name__ == "ConnectError"
