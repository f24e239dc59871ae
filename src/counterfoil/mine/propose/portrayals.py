"""What a language model is asked for each thing of a photo: four portrayals of something else. Text and form.

Source: the prompt's idea is that of Sahin et al., Generative Negative Mining, WACV 2024, section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator, model_validator

from counterfoil.models.forms import Unanswered

SYSTEM = """\
You invent replacements for things in a photo: a painter paints them, and a caption names them.
You get words, each a thing in the photo, and a sentence about the photo. For each word give four portrayals
of something else that could stand in its place: "similar", a thing of much the same sort that nobody would
call by the word, and "others", three clearly different things, different from each other too.
Each portrayal has
- "description": 10 to 25 words on its looks: colours by name, material, shape, pattern. Only what a photo
  shows: no sound, smell, name, mood, purpose or past.
- "short": two or three words for it, an adjective first and the thing last: "orange cat".
An animal is replaced by other animals only, a person by other people, food by other food. Keep singular and
plural as they are. Never give the word itself, nor anything that the sentence has already."""


_ARTICLES = frozenset({"a", "an", "the"})


class Portrayal(BaseModel):
    """Something that an item could be instead."""

    description: str = Field(min_length=3)
    short: str

    @field_validator("short")
    @classmethod
    def _of_two_or_three_words(cls, short: str) -> str:
        words = [word for word in short.strip(" .").split() if word.lower() not in _ARTICLES]
        if len(words) < 2:
            raise ValueError(f"{short!r} is not two or three words")
        return " ".join(words[-3:])  # of "very big orange cat" the end still names it


class Item(BaseModel):
    """A word with its four portrayals."""

    word: str
    similar: Portrayal
    others: list[Portrayal] = Field(min_length=3, max_length=3)


class Portrayals(BaseModel):
    """All words of a picture."""

    items: list[Item]

    @model_validator(mode="after")
    def _has_every_word(self, info: ValidationInfo) -> Portrayals:
        given = {item.word.strip().lower() for item in self.items}
        if left_out := [word for word in (info.context or {}).get("words", ()) if word not in given]:
            raise ValueError(f"no portrayals of {', '.join(left_out)}")
        return self


def outline(words: list[str]) -> dict[str, Any]:
    """The answer's form with nothing in it but the words."""
    blank = {"description": "", "short": ""}
    return {"items": [{"word": word, "similar": blank, "others": [blank] * 3} for word in words]}


def by_word(answer: BaseModel | Unanswered) -> dict[str, Any]:
    """What an answer has for each word, be the whole of its form or not."""
    value = answer.value if isinstance(answer, Unanswered) else answer.model_dump()
    entries = value.get("items") if isinstance(value, dict) else None
    named = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    return {str(entry.get("word")).strip().lower(): entry for entry in named}


def portrayals(entry: dict[str, Any]) -> Iterator[Portrayal | Unanswered]:
    """The portrayals of one word, each read for itself."""
    others = entry.get("others")
    for place, value in enumerate([entry.get("similar"), *(others if isinstance(others, list) else [])]):
        try:
            yield Portrayal.model_validate(value)
        except ValidationError as error:
            yield Unanswered("bad_portrayal", f"portrayal {place}: {error.errors()[0]['msg']}")
