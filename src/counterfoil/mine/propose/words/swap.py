"""Two words exchange places: looks, or what is done."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import ClassVar, NamedTuple

from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.words.each import draft, each_caption
from counterfoil.mine.propose.words.lexicon import read_list, verbs
from counterfoil.mine.propose.words.reading import NAMING, NOUNS, Reading, Told
from counterfoil.mine.propose.words.replace_verb import VERBS, acts
from counterfoil.mine.stage import Run

NEVER_BUILT = frozenset({"animal", "vehicle", "device"})
BUILT = frozenset({"wood", "stone"})
VIVID = frozenset({"red", "green", "blue", "purple", "pink", "yellow"})
NEGATED = frozenset({"no", "not", "without", "n't"})
SHADES = frozenset({"light", "dark", "bright", "pale", "neon", "very"})


@dataclass(frozen=True, kw_only=True)
class SwapAttribute:
    """Exchange two adjectives of one type: "a red shirt and blue pants"."""

    per_caption: int = 3
    version: ClassVar[int] = 2

    def load(self, run: Run) -> Propose1:
        """Get ready: the adjectives are read on first use."""
        return each_caption(_attributes, self.per_caption)


class Look(NamedTuple):
    """What a noun looks like: "black and white" of a cat, in the tokens from `first` to `last`."""

    first: int
    last: int
    noun: int
    type: str
    poles: frozenset[str]


def _attributes(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    known, words = _looks(), reading.words
    if sum(word in known for word in words) < 2 or not NEGATED.isdisjoint(words):
        return
    found = [look for token, word in enumerate(words) if word in known and (look := _look(reading, token))]
    for one, two in combinations(found, 2):
        if not (_exclusive(one, two) or _odd(reading, one, two)) or not _unlike(
            words[one.noun], words[two.noun]
        ):
            continue
        if _told_apart(told, reading, one, two) and _told_apart(told, reading, two, one):
            texts = [" ".join(words[look.first : look.last + 1]) for look in (one, two)]
            changes = (
                reading.change(one.first, one.last, texts[1]),
                reading.change(two.first, two.last, texts[0]),
            )
            yield draft(reading, "swap", "attribute", (texts[0], texts[1]), *changes)


def _exclusive(one: Look, two: Look) -> bool:
    """Whether what looks like the one does not look like the other."""
    return one.type == two.type and one.poles.isdisjoint(two.poles)


def _odd(reading: Reading, one: Look, two: Look) -> bool:
    """Whether a colour and another look go where they never are: "a wooden dog", "a green sheep"."""
    if two.type == "colour":
        one, two = two, one
    if one.type != "colour" or two.type not in ("material", "size"):
        return False
    coloured, other = (reading.at.get(look.noun) for look in (one, two))
    if two.type == "material":
        return coloured is not None and coloured.noun.kind in NEVER_BUILT and bool(two.poles & BUILT)
    return other is not None and other.noun.kind == "animal" and bool(one.poles & VIVID)


@cache
def _looks() -> dict[str, tuple[str, str]]:
    """The type of every adjective that can be exchanged, and its pole: equal ones say about the same."""
    poles: dict[str, dict[str, str]] = read_list("swaps")["looks"]
    return {
        word: (kind, pole)
        for kind, words in poles.items()
        for pole, names in words.items()
        for word in names.split()
    }


def _look(reading: Reading, token: int) -> Look | None:
    """The look that ends in a known adjective, where it alone is said of a noun of its type."""
    words, known = reading.words, _looks()
    kind, pole = known[words[token]]
    noun, first, poles = _noun(reading, token), token, {pole}
    if noun < 0 or not _suits(reading, noun, kind) or words[token + 1] in ("-", "and", ",", "or"):
        return None
    while (
        first > 1 and words[first - 1] == "and" and known.get(words[first - 2], ("",))[0] == kind == "colour"
    ):
        first -= 2
        poles.add(known[words[first]][1])
    if first > 0 and words[first - 1] in SHADES:
        first -= 1
    before = words[first - 1] if first else ""
    if before in ("-", "and", ",", "more", "less", "too", "or") or known.get(before, ("",))[0] == kind:
        return None
    return Look(first, token, noun, kind, frozenset(poles))


def _noun(reading: Reading, token: int) -> int:
    """The noun that follows an adjective, or that an adjective after "is" describes; -1 for none."""
    if reading.roles[token] == "acomp":
        return -1
    after = token + 1
    while after < len(reading.tags) and reading.tags[after] in NAMING and after - token < 4:
        after += 1
    return after - 1 if after > token + 1 and reading.tags[after - 1] in NOUNS else -1


def _suits(reading: Reading, noun: int, kind: str) -> bool:
    if reading.words[noun] in _one_name():
        return False
    thing = reading.at.get(noun)
    living = thing is not None and thing.noun.kind in ("person", "animal")
    if kind in ("age", "sex", "material"):
        return living == (kind != "material")
    if thing is not None and thing.noun.kind == "person":
        return kind not in ("colour", "pattern", "era")
    return kind != "number" or reading.tags[noun] == "NNS"


@cache
def _one_name() -> frozenset[str]:
    """Nouns whose adjectives are part of their name: "white wine"."""
    return frozenset(read_list("swaps")["one_name"])


def _unlike(one: str, two: str) -> bool:
    return one.rstrip("s") != two.rstrip("s")


def _told_apart(told: Told, reading: Reading, look: Look, other: Look) -> bool:
    """Whether no caption says of the other noun that it looks like this."""
    noun, known = reading.words[other.noun], _looks()
    for said in told.readings:
        for at, word in enumerate(said.words):
            if (
                word == noun
                and any(
                    known.get(near, ("", ""))[1] in look.poles
                    for near in (*said.words[max(at - 4, 0) : at], *said.words[at + 1 : at + 4])
                )
                and (said is not reading)
            ):
                return False
    return True


@dataclass(frozen=True, kw_only=True)
class SwapRelation:
    """Exchange what two do: "a man sitting by a woman standing"."""

    per_caption: int = 1
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Propose1:
        """Get ready: the verbs are read on first use."""
        return each_caption(_relations, self.per_caption)


def _relations(told: Told, reading: Reading, rng: random.Random) -> Iterator[Draft]:
    lemmas = verbs().lemmas
    found = [
        (token, lemma)
        for token, tag in enumerate(reading.tags)
        if tag in VERBS and (lemma := lemmas.get(reading.words[token])) and _posture(reading, token, lemma)
    ]
    for (one, lemma), (two, other) in combinations(found, 2):
        words = reading.words[one], reading.words[two]
        if (
            {lemma, other} <= {"lie", "lay", "sleep"}
            or lemma == other
            or reading.tags[one] != reading.tags[two]
        ):
            continue
        if reading.subject(one) != reading.subject(two):
            changes = reading.change(one, one, words[1]), reading.change(two, two, words[0])
            yield draft(reading, "swap", "relation", words, *changes)


def _posture(reading: Reading, token: int, lemma: str) -> bool:
    action = acts(reading, token, lemma)
    return (
        action is not None
        and action.posture
        and reading.words[token + 1 : token + 2] not in (["down"], ["up"])
    )
