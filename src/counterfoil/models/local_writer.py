"""A causal language model on this machine as a writer. It is walked through the form of its answer.

The braces and names of the JSON are ours, and the model writes the texts between them, each up to its
closing quote: what it says always has the form, if not always sense. Chance is drawn for each prompt by
its own seed (Gumbel's trick), so that it does not depend on what else is in a batch.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import torch
from jinja2 import TemplateError
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, LogitsProcessor, LogitsProcessorList

from counterfoil.models.answers import Answers, Reply
from counterfoil.models.embedder import computing, in_lots
from counterfoil.models.forms import Unanswered
from counterfoil.models.hosting import Checkpoint, halving, load_beside, load_model
from counterfoil.models.writer import Ask, Dialogue, Message, Request


@dataclass(frozen=True, kw_only=True)
class LocalWriter:
    """A causal language model, with its template for chats if it has one.

    Args:
        checkpoint: of an `AutoModelForCausalLM`.
        temperature: of the chance in its texts; 0 for none.
        longest: text of an answer, in tokens.
        again: how often an answer that does not fit is asked for again.
    """

    tiny: ClassVar[str] = "writer"
    heavy: ClassVar[bool] = True
    version: ClassVar[int] = 1
    checkpoint: Checkpoint
    temperature: float = 0.7
    longest: int = 48
    again: int = 1

    def load(self, folder: Path) -> Ask:
        """See `Writer`."""
        model = load_model(self.checkpoint, AutoModelForCausalLM)
        tokenizer = load_beside(self.checkpoint, AutoTokenizer, padding_side="left")
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        named = {"model": self.checkpoint.model, "revision": self.checkpoint.revision}
        told = {**named, "temperature": self.temperature, "longest": self.longest, "version": self.version}
        exchange = _Walk(self, model, tokenizer).exchange
        return Dialogue(exchange=exchange, answers=Answers(folder), told=told, again=self.again)

    def cost(self, prompt_tokens: int, answer_tokens: int) -> float:
        """See `Writer`: nothing."""
        return 0.0


@dataclass
class _Answer:
    """An answer as far as it was walked: what stands before it, and the pieces between its texts."""

    opening: str
    pieces: list[str]
    seed: int
    text: str = ""
    tokens: int = 0
    refusal: Unanswered | None = None

    def __post_init__(self) -> None:
        self.text = self.pieces[0]

    @property
    def before(self) -> str:
        """All that stands before the next text."""
        return f'{self.opening}{self.text}"'


@dataclass(frozen=True)
class _Walk:
    """A model that is walked through answers, a batch of them in step."""

    writer: LocalWriter
    model: Any
    tokenizer: Any

    def exchange(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Reply | Unanswered]]:
        """See `Exchange`."""
        for lot in in_lots(requests, self.writer.checkpoint.batch):
            yield from zip(lot, self._replies(lot), strict=True)

    def _replies(self, requests: Sequence[Request]) -> list[Reply | Unanswered]:
        answers = [self._begun(request) for request in requests]
        for place in range(1, max(len(answer.pieces) for answer in answers)):
            going = [a for a in answers if a.refusal is None and place < len(a.pieces)]
            halving(self.writer.checkpoint.batch, partial(self._go_on, place), going)
        return [a.refusal or Reply(a.text, "stop", self._count(a.opening), a.tokens) for a in answers]

    def _begun(self, request: Request) -> _Answer:
        pieces = json.dumps(request.prompt.outline).split('""')
        answer = _Answer(self._opening(request.messages), pieces, request.prompt.seed)
        most = getattr(self.model.config, "max_position_embeddings", None) or sys.maxsize
        length = self._count(answer.opening) + self.writer.longest * len(pieces)
        if length > most:
            detail = f"prompt and answer may come to {length} tokens, and {most} is the model's context"
            answer.refusal = Unanswered("prompt_too_long", detail)
        return answer

    def _go_on(self, place: int, answers: Sequence[_Answer]) -> list[_Answer]:
        """Write the next text of each answer, and the piece that follows it."""
        inputs = self.tokenizer([a.before for a in answers], padding=True, return_tensors="pt", **_BARE)
        inputs.pop("token_type_ids", None)
        chance = _Chance([a.seed + place for a in answers], self.writer.temperature)
        with computing(self.model) as device:
            ids_AT = self.model.generate(
                **inputs.to(device),
                max_new_tokens=self.writer.longest,
                do_sample=False,
                logits_processor=LogitsProcessorList([chance]),
                stop_strings=['"'],
                tokenizer=self.tokenizer,
                pad_token_id=self.tokenizer.pad_token_id,
            )
        new_AT = ids_AT[:, inputs["input_ids"].shape[1] :]
        for answer, ids_T in zip(answers, new_AT, strict=True):
            words = self.tokenizer.decode(ids_T, skip_special_tokens=True).partition('"')[0]
            answer.text += json.dumps(" ".join(words.split())) + answer.pieces[place]
            answer.tokens += int((ids_T != self.tokenizer.pad_token_id).sum())
        return list(answers)

    def _opening(self, messages: Sequence[Message]) -> str:
        """The messages as the model reads them."""
        if not getattr(self.tokenizer, "chat_template", None):
            return "\n\n".join(message.content for message in messages) + "\n\n"
        try:
            return self._chat(messages)
        except TemplateError:  # some templates know no system
            system, user, *rest = messages
            return self._chat([Message("user", f"{system.content}\n\n{user.content}"), *rest])

    def _chat(self, messages: Sequence[Message]) -> str:
        said = [message._asdict() for message in messages]
        text: str = self.tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        return text

    def _count(self, text: str) -> int:
        return len(self.tokenizer(text, **_BARE)["input_ids"])


_BARE = {"add_special_tokens": False}


class _Chance(LogitsProcessor):
    """Gumbel noise: the largest of the logits with it is a draw from their softmax."""

    def __init__(self, seeds: Sequence[int], temperature: float) -> None:
        self.sources = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.temperature = temperature

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """The scores with each row's noise."""
        if not self.temperature:
            return scores
        drawn_AV = torch.stack([torch.rand(scores.shape[1], generator=source) for source in self.sources])
        noise_AV = -torch.log(-torch.log(drawn_AV.clamp(1e-20, 1 - 1e-7)))
        return scores + self.temperature * noise_AV.to(scores.device)
