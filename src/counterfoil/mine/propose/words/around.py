"""What stands around a noun and would no longer fit if the noun changed: a thing in, yes or no out."""

from __future__ import annotations

from counterfoil.mine.propose.words.lexicon import word_set
from counterfoil.mine.propose.words.reading import NOUNS, PLURALS, Reading, Thing

OWN = word_set("own")
NEUTER = frozenset({"it", "its", "itself"})
SECOND = frozenset({"another", "other", "others", "both", "each", "either"})
BODY = word_set("body")
GENERAL = word_set("general")
SHARING = frozenset({"in", "with", "wearing", "dressed", "wears"})
DESCRIBING = frozenset({"ADJ", "JJ", "JJR", "JJS", "VBN", "VBG"})


def fits_any(reading: Reading, thing: Thing) -> bool:
    """Whether all adjectives of a thing go with every noun: no "open umbrella", no "parked car"."""
    return all(
        reading.words[i] in GENERAL
        for i in range(thing.front, thing.first)
        if reading.tags[i] in DESCRIBING or reading.roles[i] in ("amod", "compound")
    )


def tells_of_one(reading: Reading, thing: Thing) -> bool:
    """Whether later words hold of a single thing only: a pronoun, "the other", one head, one coat."""
    words, later = reading.words, range(thing.last + 1, len(reading.words))
    if not OWN.isdisjoint(words) or not SECOND.isdisjoint(words):
        return True
    if thing.noun.kind == "person" and any(
        not other.plural and other.last > thing.last and "ride" in other.noun.traits
        for other in reading.things
    ):
        return True
    if any(words[i] in BODY for i in later) or _shares(reading, thing.last + 1):
        return True
    if thing.noun.kind == "person" and any(
        words[i] == "with" and words[i + 1] in ("a", "an") for i in later[:-1]
    ):
        return True
    return any(reading.roles[i] == "dobj" and _single(reading, i) for i in later)


def _shares(reading: Reading, token: int) -> bool:
    """Whether "in a coat" or "with a hat" follows at once."""
    if token + 1 >= len(reading.words) or reading.words[token] not in SHARING:
        return False
    nouns = [i for i in range(token + 1, min(token + 7, len(reading.words))) if reading.tags[i] in NOUNS]
    worn = reading.words[token] != "in" or any(
        thing.noun.kind == "clothing" or thing.noun.group == "vehicle" for thing in reading.things
    )
    return worn and bool(nouns) and reading.tags[nouns[0]] not in PLURALS


def _single(reading: Reading, token: int) -> bool:
    """Whether a noun is one of a kind: "a plate", but not "the ball" or "plates"."""
    return any(reading.words[i] in ("a", "an", "one") for i in reading.children.get(token, ()))


def joined(reading: Reading, token: int) -> bool:
    """Whether a word is one of several that "and" joins."""
    return any(reading.roles[i] in ("cc", "conj") for i in reading.children.get(token, ()))
