"""The words that the rules know: word lists in, look-up tables out.

`lists/nouns.json` has everyday nouns in groups whose members exclude one another: a thing that is
one of them is none of the others. A noun is written `canonical/alias/alias`, where an alias is a
synonym or a narrower word; a first letter tells how it is counted: `~` mass ("rice"), `+` plural
only ("scissors"), `*` mass or counted ("pizza"). `with` names those that may stand in its place,
`after` those that may where a certain word comes before ("on"), `beside` those that may come with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import inflect

REGULAR = {"zebra": "zebras", "llama": "llamas", "alpaca": "alpacas"}
COUNTS = {"~": "mass", "+": "plural", "*": "both"}


class Noun(NamedTuple):
    """One kind of thing.

    Args:
        name: the singular, or the only form.
        plural: its plural; "" for a mass noun.
        counted: "count", "mass", "plural" (only) or "both" (mass or counted).
        group: of nouns that exclude one another.
        kind: "animal", "food" ... coarser than the group.
        words: every single word that would name such a thing.
        traits: group, kind and the group's flags: what a relation or a verb may ask for.
    """

    name: str
    plural: str
    counted: str
    group: str
    kind: str
    words: frozenset[str]
    traits: frozenset[str]


class Form(NamedTuple):
    """What a written form ("fire engines") means, and both forms of the word that it is of."""

    noun: Noun
    plural: bool
    one: str
    many: str


@dataclass(frozen=True)
class Nouns:
    """All nouns: by written form, what may replace and join those of each group, and the longer forms."""

    forms: dict[str, Form]
    others: dict[str, tuple[Noun, ...]]
    beside: dict[str, tuple[Noun, ...]]
    longer: dict[str, int]
    people: frozenset[str]


@dataclass(frozen=True)
class Verbs:
    """Forms of the verbs that the rules know: by written form, and by verb and tag."""

    lemmas: dict[str, str]
    forms: dict[tuple[str, str], str]


@cache
def read_list(name: str) -> Any:
    """One of the word lists, as written."""
    return json.loads((files(__package__) / "lists" / f"{name}.json").read_text("utf-8"))


@cache
def seen() -> dict[str, frozenset[str]]:
    """By form, all forms of what can be seen to be done, and of what looks alike: lying, laying, asleep."""
    families = [frozenset(family.split()) for family in read_list("sets")["seen"]]
    return {word: family for family in families for word in family}


def word_set(name: str) -> frozenset[str]:
    """One of the closed sets of words in `lists/sets.json`."""
    return frozenset(str(read_list("sets")[name]).split())


@cache
def nouns() -> Nouns:
    """Read the nouns, with their plurals."""
    forms: dict[str, Form] = {}
    pending: list[tuple[str, list[str]]] = []
    for group in read_list("nouns"):
        for entry in group["nouns"]:
            _enter(entry, group, forms)
        pending += [(group["name"], group["with"])]
        pending += [(f"{group['name']} {word}", names) for word, names in group.get("after", {}).items()]
    others = {group: _known(forms, names) for group, names in pending}
    beside = {group["name"]: _known(forms, group.get("beside", ())) for group in read_list("nouns")}
    longer: dict[str, int] = {}
    for form in forms:
        first, length = form.split(" ")[0], form.count(" ") + 1
        longer[first] = max(longer.get(first, 1), length)
    people = frozenset(
        word for form in forms.values() if form.noun.group == "people" for word in form.noun.words
    )
    return Nouns(forms, others, beside, {k: v for k, v in longer.items() if v > 1}, people)


def _known(forms: dict[str, Form], names: Iterable[str]) -> tuple[Noun, ...]:
    return tuple(forms[key].noun for name in names if (key := name.lstrip("~+*")) in forms)


def _enter(entry: str, group: dict[str, Any], forms: dict[str, Form]) -> None:
    count = COUNTS.get(entry[0], "count")
    names = entry.lstrip("~+*").split("/")
    if names[0] in forms:  # listed before: here it only names what may not stand beside it
        return
    plurals = [name if count in ("mass", "plural") else plural(name) for name in names]
    singles = frozenset(word for word in (*names, *plurals) if " " not in word)
    traits = {group["name"], group["name"].split(" ")[0], group["kind"]}
    traits |= {flag for flag in ("surface", "room", "ride", "hold", "wear") if group.get(flag)}
    noun = Noun(
        names[0],
        "" if count == "mass" else plurals[0],
        count,
        group["name"],
        group["kind"],
        singles,
        frozenset(traits),
    )
    for name, many in zip(names, plurals, strict=True):
        forms.setdefault(name, Form(noun, count == "plural", name, many))
        forms.setdefault(many, Form(noun, count != "mass", name, many))


@cache
def _engine() -> inflect.engine:
    return inflect.engine()


@cache
def plural(noun: str) -> str:
    """The plural of a noun."""
    return REGULAR.get(noun) or str(_engine().plural(noun))


@cache
def verbs() -> Verbs:
    """Read the verbs, with their forms by Penn tag (VBZ, VBG, VBD, VBN, VB, VBP)."""
    lemmas: dict[str, str] = {}
    forms: dict[tuple[str, str], str] = {}
    listed = read_list("forms")
    used = {v for entry in read_list("verbs") for v in (entry["verb"], *entry["become"])}
    for verb in sorted(used | set(listed)):
        stem = verb.removesuffix("e")
        third, gerund, past, base = listed.get(verb) or (f"{verb}s", f"{stem}ing", f"{stem}ed", verb)
        for tag, form in (("VBZ", third), ("VBG", gerund), ("VBD", past), ("VB", base), ("VBP", base)):
            forms[verb, tag] = form
            lemmas.setdefault(form, verb)
    return Verbs(lemmas, forms)
