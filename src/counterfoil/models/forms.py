"""A reply's text to the form that was asked for, whatever the model wrote around it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from counterfoil.models.answers import Reply

MOST = 400
"""Characters of an answer that a refusal quotes."""


class Unanswered(NamedTuple):
    """Why a prompt has no answer of its form.

    Args:
        reason: one word or a few, counted.
        detail: a sentence with the values.
        text: what the model said, where it may say something better when asked again.
        value: the JSON in it, of another form; None where there is none.
    """

    reason: str
    detail: str
    text: str | None = None
    value: Any = None


def read(reply: Reply, form: type[BaseModel], context: Mapping[str, Any]) -> BaseModel | Unanswered:
    """The form, filled in."""
    text = reply.text
    if reply.finish == "refused":
        return Unanswered("refused", f"the model refused: {text[:MOST]!r}")
    if not text.strip():
        return Unanswered("empty_answer", "the answer is empty", text)
    value = outermost(text)
    if value is None:
        if reply.finish == "length":
            return Unanswered("cut_off", "the answer was cut off before its end: be shorter", text)
        return Unanswered("not_json", f"there is no JSON in {text[:MOST]!r}", text)
    try:
        return form.model_validate(value, context=dict(context))
    except ValidationError as error:
        return Unanswered("another_form", _wrong(error), text, value)


def outermost(text: str) -> Any:
    """The first JSON object of a text; None where there is none that is whole.

    Example:
        >>> outermost('Sure! ```json {"word": "dog"} ```')
        {'word': 'dog'}
    """
    text = text.rpartition("</think>")[2]  # models that think aloud draft their answer there
    start = text.find("{")
    while start >= 0:
        try:
            return json.JSONDecoder().raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
    return None


def _wrong(error: ValidationError) -> str:
    """The first few faults, with where they are."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    told = (f"{'.'.join(map(str, f['loc']))} {f['msg']}".strip() for f in faults[:3])
    return "; ".join(told)[:MOST]
