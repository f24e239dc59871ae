"""A server on loopback that speaks OpenAI's protocol, well or in any of the ways that servers fail.

It counts how often it gave a whole answer to each prompt: what a client with a hosted model pays for.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fault = str
"""What goes wrong with a request, by a word; "" for nothing. Before the answer: slow, silent, hang_up, half,
429, 500, 401, 404, context, quota, no_schema, no_json, no_seed. In it: prose, fenced, empty, refused,
filtered, another_form, cut_off."""

Messages = Sequence[Mapping[str, str]]


@dataclass
class Llm:
    """What the server says, and what it has seen.

    Args:
        answer: the text of a good answer to messages.
        fault: what goes wrong with a request: asked with its messages, and how often they came before.
        silence: seconds that a silent one waits, and a slow one before it answers.
    """

    answer: Callable[[Messages], str]
    fault: Callable[[Messages, int], Fault] = lambda messages, before: ""
    silence: float = 1.0
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    most_at_once: int = 0
    url: str = ""
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, body: dict[str, Any], key: str) -> tuple[str, Fault]:
        """Note a request; what names its messages, and what goes wrong with it."""
        name = blake2b(json.dumps([body["messages"], body.get("seed")]).encode()).hexdigest()
        with self._lock:
            before = self.asked[name]
            self.asked[name] += 1
            self.bodies.append(body)
            self.keys.add(key)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        fault = self.fault(body["messages"], before)
        with self._lock:
            self.faults[fault] += 1
        return name, fault

    def end(self, name: str, *, paid: bool) -> None:
        """Note that a request is over."""
        with self._lock:
            self._at_once -= 1
            self.answered[name] += paid


@contextmanager
def serving(llm: Llm) -> Iterator[Llm]:
    """The server, for as long as the block lasts."""

    class Handler(_Handler):
        served = llm

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    llm.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield llm
    finally:
        server.shutdown()
        server.server_close()


_STATUS: dict[str, tuple[int, dict[str, Any]]] = {
    "429": (429, {"message": "slow down", "code": "rate_limit_exceeded"}),
    "500": (500, {"message": "the model fell over"}),
    "401": (401, {"message": "Incorrect API key provided: {key}"}),
    "404": (404, {"message": "no such model", "code": "model_not_found"}),
    "quota": (429, {"message": "You exceeded your current quota", "code": "insufficient_quota"}),
    "context": (400, {"message": "This model's maximum context length is 10 tokens. Key {key}"}),
    "no_seed": (400, {"message": "Unsupported parameter: 'seed'", "param": "seed"}),
}


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are killed in the middle of a request: that is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    served: Llm
    protocol_version = "HTTP/1.1"

    def log_message(self, *told: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        name, fault = self.served.begin(body, self.key)
        paid = False
        try:
            paid = self._respond(body, fault)
        except OSError:  # the client has gone
            self.close_connection = True
        finally:
            self.served.end(name, paid=paid)

    def _respond(self, body: dict[str, Any], fault: Fault) -> bool:
        """Answer; whether it was a whole answer."""
        form = body.get("response_format", {}).get("type", "text")
        if (fault == "no_schema" and form == "json_schema") or (fault == "no_json" and form != "text"):
            return self._refuse(400, {"message": f"response_format {form} is not supported"})
        if fault == "no_seed" and "seed" not in body:
            fault = ""
        if fault in _STATUS:
            return self._refuse(*_STATUS[fault])
        if fault in {"slow", "silent"}:
            time.sleep(self.served.silence)
        if fault in {"silent", "hang_up"}:
            self.close_connection = True
            return False
        data = json.dumps(completion(self.served.answer(body["messages"]), fault)).encode()
        if fault == "half":
            data = data[: len(data) // 2]
        self._send(200, data)
        return fault != "half"

    def _refuse(self, status: int, error: dict[str, Any]) -> bool:
        told = {"error": error | {"message": error["message"].replace("{key}", self.key)}}
        self._send(status, json.dumps(told).encode(), {"retry-after-ms": "20"} if status == 429 else {})
        return False

    def _send(self, status: int, data: bytes, headers: Mapping[str, str] = {}) -> None:
        self.send_response(status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def completion(text: str, fault: Fault) -> dict[str, Any]:
    """A chat completion with a text, or with what a model of that fault says instead."""
    said = {
        "prose": "I would love to help you with that!",
        "fenced": f"Sure, here it is:\n```json\n{text}\n```\nAnything else?",
        "empty": "",
        "another_form": json.dumps({"things": [text]}),
        "cut_off": text[: len(text) // 2],
    }.get(fault, text)
    finish = {"cut_off": "length", "filtered": "content_filter"}.get(fault, "stop")
    message: dict[str, str | None] = {"role": "assistant", "content": said}
    if fault == "refused":
        message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "test",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def portraying(messages: Messages) -> str:
    """Four portrayals of each word of a prompt of `Portray`; the same for the same words."""
    asked = next(m["content"] for m in messages if m["role"] == "user")
    words = asked.splitlines()[0].removeprefix("Words: ").split(", ")
    colours = ("orange", "green", "blue", "pink")
    made = {
        word: [
            {"description": f"a {colour} fox of paper, as large as a {word}", "short": f"{colour} fox"}
            for colour in colours
        ]
        for word in words
    }
    return json.dumps({"items": [{"word": w, "similar": made[w][0], "others": made[w][1:]} for w in words]})


def contradicting(messages: Messages) -> str:
    """A false caption for a prompt of `Contradict`: its last word becomes another."""
    caption = messages[1]["content"].removeprefix("Caption: ").rstrip(".")
    foil = {"operation": "replace", "kind": "object", "caption": f"{caption.rpartition(' ')[0]} volcano"}
    return json.dumps({"foils": [foil]})


_BROKEN: Sequence[Fault] = ("prose", "another_form", "empty", "cut_off", "half")


def troubled(broken: float, silent: float, limited: float) -> Callable[[Messages, int], Fault]:
    """Faults by chance, of so large a share of requests each; the same for the same request."""

    def fault(messages: Messages, before: int) -> Fault:
        digest = blake2b(json.dumps([list(messages), before]).encode(), digest_size=8).digest()
        drawn = int.from_bytes(digest) / 2**64
        if drawn < broken:
            return _BROKEN[int(drawn / broken * len(_BROKEN))]
        drawn -= broken
        return "silent" if drawn < silent else "429" if drawn < silent + limited else ""

    return fault
