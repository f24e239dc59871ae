"""Replies of language models on disk, by the hash of what was asked: FOLDER/ab/abcdef....json.

Each file appears whole or not at all, so that a run that was killed finds every reply that it had paid
for. A reply that does not fit its form is kept too, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from counterfoil.errors import DataError
from counterfoil.shards import read_json, write_json

if TYPE_CHECKING:
    from counterfoil.models.forms import Unanswered

Finish = Literal["stop", "length", "refused"]


@dataclass(frozen=True)
class Reply:
    """What a model said to one request.

    Args:
        text: its words.
        finish: it came to an end, to the longest answer allowed, or would not answer.
        prompt_tokens: of the request.
        answer_tokens: of the words.
    """

    text: str
    finish: Finish
    prompt_tokens: int
    answer_tokens: int


class Asked(NamedTuple):
    """Everything that decides a reply: model, settings, messages and seed; and the schema of its form."""

    request: Mapping[str, Any]
    schema: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The hash of both."""
        return sha256(json.dumps(self, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Answers:
    """A folder of replies. Several processes may use it at once."""

    folder: Path
    _tokens: dict[str, int] = field(default_factory=dict, repr=False)

    def find(self, key: str) -> Reply | None:
        """The reply to what has this key; None where nobody asked it yet.

        Raises:
            DataError: its file is damaged.
        """
        path = self._path(key)
        if not path.exists():
            return None
        try:
            return Reply(**read_json(path)["reply"])
        except (KeyError, TypeError) as error:
            raise DataError(
                f"{path} is no reply of ours ({error!r}): remove it, to have it asked for again"
            ) from error

    def keep(self, asked: Asked, reply: Reply, amiss: Unanswered | None) -> None:
        """Write a reply down, and why it cannot be used, if so."""
        rejected = amiss and {"reason": amiss.reason, "detail": amiss.detail}
        told = {"asked": dict(asked.request), "reply": asdict(reply), "rejected": rejected}
        path = self._path(asked.key)
        write_json(path, told)
        self._tokens[path.name] = reply.prompt_tokens + reply.answer_tokens

    @property
    def tokens(self) -> int:
        """How many tokens all replies came to that were kept here or were there at the last `recount`."""
        return sum(self._tokens.values())

    def recount(self) -> None:
        """Count what others have kept in the folder."""
        for path in self.folder.glob("*/*.json"):
            if path.name not in self._tokens:
                reply = read_json(path)["reply"]
                self._tokens[path.name] = reply["prompt_tokens"] + reply["answer_tokens"]

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"
