"""Each change as often as its reverse, so that no word, and no look, stands more often on one side.

A scene allows more changes one way than the other: more things are seen plain than striped, and a thing
goes more easily than one comes. `balance.json` says which share of the drafts of each change is kept,
so that as many foils say "striped, not plain" as say "plain, not striped". A change may be one of several
at once: a heart that goes is a large thing that goes, and a sentence of denial after "The star is red.". Each
has its share, and the draft their product. The shares were measured on scenes of their own by
`benchmarks/world_balance.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import prod
from random import Random
from typing import NamedTuple, cast

from counterfoil.mine.propose.rule import Draft
from counterfoil.records import Proposal, Scene
from counterfoil.world.words import COLOURS, NOUNS, PLURALS, SIZES, Shape


class Turn(NamedTuple):
    """A change and the words around it: of the same `form`, the reverse goes from `after` to `before`."""

    form: str
    before: str
    after: str


def balanced(scene: Scene, rng: Random, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The drafts, of each change as many as of its reverse."""
    for draft in drafts:
        if rng.random() < prod(map(share_of, turns(scene, draft))):
            yield draft


def share_of(change: Turn) -> float:
    """The share of the drafts of a change that is kept."""
    return shares().get(change.form, {}).get(f"{change.before} > {change.after}", 1.0)


@cache
def shares() -> Mapping[str, Mapping[str, float]]:
    """By form and change, the share of drafts that is kept; where nothing is said, all."""
    text = files("counterfoil.mine.propose.drawn").joinpath("balance.json").read_text("utf-8")
    told: dict[str, dict[str, float]] = json.loads(text)
    return told


def turns(scene: Scene, draft: Draft | Proposal) -> tuple[Turn, ...]:
    """What a draft changes, as the readers of its words, and of its pictures, see it."""
    edit, text, change = draft.edit, scene.captions[draft.caption], draft.negative_changes[0]
    before, after = edit.before, edit.after
    match edit.operation, edit.kind:
        case "replace", "attribute":
            form = "added" if draft.true_changes else "told" if text.startswith("The ") else "named"
        case "replace", "object":
            rest = f"{text[: change.start]}{text[change.end :]}"
            again = Turn("shape again", _times(rest, before), _times(rest, after))
            return Turn("shape", before, after), again
        case "replace", "count":
            form = "coloured count" if text[change.end :].split()[0] in COLOURS else "count"
        case "replace", "relation":
            form, before, after = "inverted" if change.start == 0 else "relation", _axis(before), _axis(after)
        case "add", _:
            shape, _, size, _ = draft.values
            return tuple(Turn(form, "gone", "there") for form in _presence(text, draft, shape, size, 1))
        case "remove", _:
            shape, size = scene.regions[draft.targets[0]].label, _size(scene, draft.targets[0])
            return tuple(Turn(form, "there", "gone") for form in _presence(text, draft, shape, size, 0))
        case _:
            form = "swap"
    return (Turn(form, before, after),)


def _axis(relation: str) -> str:
    """Sides count together: left of and right of, above and below."""
    return {"right of": "left of", "below": "above"}.get(relation, relation)


def _presence(text: str, draft: Draft | Proposal, shape: str, size: str, more: int) -> Iterator[str]:
    """Whether a sentence or a list says that a thing is there, and what a reader has read before."""
    if any("There is" in change.text for change in draft.negative_changes):
        yield f"{size}, sentence, {_times(text, shape)}"
        yield f"sentence after {_opening(text)}"
    else:
        again = _times(text if more else text[: draft.negative_changes[0].start], shape)
        yield f"{size}, list of {1 + text.count(',') + text.count(' and ') + more}, {again}"


def _opening(text: str) -> str:
    """How a caption begins, and its articles: "a" is no news where it was read before."""
    first, *rest = text.split()
    return " ".join([first, *sorted({"a", "an", "the"}.intersection(rest))])


def _size(scene: Scene, region: int) -> str:
    """The size of a thing, which pictures tell even where no word does."""
    sizes = (fact.value for fact in scene.facts if fact.regions == (region,) and fact.value in SIZES)
    return next(sizes, "")


def _times(text: str, shape: str) -> str:
    """Whether a text names a shape."""
    return "again" if _nouns(shape).search(text.lower()) else "alone"


@cache
def _nouns(shape: str) -> re.Pattern[str]:
    """The words for a shape, for one or several of it."""
    nouns = (n for noun in NOUNS[cast(Shape, shape)] for n in (noun, PLURALS[noun]))
    return re.compile(rf"\b({'|'.join(nouns)})\b")
