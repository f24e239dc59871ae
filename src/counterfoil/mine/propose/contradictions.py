"""What a language model is asked for of each caption: others that are false by one fact. Text and form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, model_validator

from counterfoil.models.forms import Unanswered

SYSTEM = """\
You get the caption of a photo. You write captions that are false of that photo, by one fact each: fluent,
plausible as captions of another photo, as close to the given words as they can be, and impossible to be true
together with it. No word for the same thing, no broader word, no "no" or "not".
- "replace object": another thing in the place of one. "replace attribute": another colour, size, material,
  state or number of a thing. "replace relation": another action or place of a thing to another.
- "swap object": two things change places in the sentence. "swap attribute": two attributes change owners.
  A swap uses the words of the caption and no others.
- "add object": a thing that the photo does not show. "add attribute": one that a thing does not have.
  An addition keeps all words of the caption."""

ANY = (("replace", "object"),)


class Contradiction(BaseModel):
    """A caption that is false by one fact, and which kind of fact."""

    operation: Literal["replace", "swap", "add"]
    kind: Literal["object", "attribute", "relation"]
    caption: str = Field(min_length=1)

    @property
    def cell(self) -> str:
        """Operation and kind, as a prompt names them."""
        return f"{self.operation} {self.kind}"


class Contradictions(BaseModel):
    """All false captions of a caption."""

    foils: list[Contradiction] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_every_cell(self, info: ValidationInfo) -> Contradictions:
        given = {foil.cell for foil in self.foils}
        if left_out := [cell for cell in (info.context or {}).get("cells", ()) if cell not in given]:
            raise ValueError(f"no caption for {', '.join(left_out)}")
        return self


def task(cells: Sequence[str]) -> str:
    """What is asked for, in words."""
    if not cells:
        return "Write one such caption, of the kind that suits best."
    return f"Write one such caption for each of: {', '.join(cells)}."


def outline(cells: Sequence[str]) -> dict[str, Any]:
    """The answer's form with nothing in it but the cells."""
    named = [cell.partition(" ")[::2] for cell in cells] or ANY
    return {"foils": [{"operation": o, "kind": kind, "caption": ""} for o, kind in named]}


def contradictions(answer: BaseModel | Unanswered) -> Iterator[Contradiction | Unanswered]:
    """The false captions of an answer, each read for itself; why there are none, else."""
    value = answer.value if isinstance(answer, Unanswered) else answer.model_dump()
    entries = value.get("foils") if isinstance(value, dict) else None
    if not isinstance(entries, list) or not entries:
        assert isinstance(answer, Unanswered)
        yield answer
        return
    for entry in entries:
        try:
            yield Contradiction.model_validate(entry)
        except ValidationError as error:
            yield Unanswered("bad_contradiction", f"{error.errors()[0]['msg']}: {entry!r:.100}")
