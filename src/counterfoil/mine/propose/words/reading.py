"""One pass over a scene's parses: what every rule of words looks up. A scene in, a `Told` out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import add
from typing import NamedTuple

from spacy.attrs import DEP, HEAD, IDX, LENGTH, LOWER, TAG  # type: ignore[import-not-found]
from spacy.strings import StringStore
from spacy.tokens import Doc

from counterfoil.mine.propose.words.lexicon import Form, Noun, Nouns, nouns, word_set
from counterfoil.records import Change, Same, Scene

COLUMNS: list[int | str] = [LOWER, TAG, DEP, HEAD, IDX, LENGTH]
FAR = 1 << 63  # steps to the head are signed, but come as unsigned numbers
PLURALS = frozenset({"NNS", "NNPS"})
NOUNS = frozenset({"NN", "NNP"}) | PLURALS
ADJECTIVES = frozenset({"JJ", "JJR", "JJS"})
DETERMINERS = frozenset({"DT", "PRP$"})
NAMING = NOUNS | ADJECTIVES
INSIDE = frozenset({"amod", "compound", "nummod", "advmod", "nmod"})
VAGUE = word_set("vague")
MANY = frozenset({"many", "several", "few", "various", "multiple", "numerous"})


class Thing(NamedTuple):
    """A noun of a caption that the lexicon knows, with the phrase around it.

    Args:
        noun: what it is.
        plural: whether it stands in the plural.
        one: the caption's own word for it, in the singular ("lad").
        many: that word in the plural.
        first: first token of the noun itself ("fire" of "a red fire truck").
        last: its last token, which has the noun's place in the parse.
        front: first token of the phrase without its determiner ("red").
        article: token of its determiner, or -1.
        start: first token of the phrase, determiner included.
    """

    noun: Noun
    plural: bool
    one: str
    many: str
    first: int
    last: int
    front: int
    article: int
    start: int

    @property
    def word(self) -> str:
        """The caption's own word for it."""
        return self.many if self.plural else self.one


class Reading(NamedTuple):
    """One caption, token by token, and its things.

    `caption` is its number in the scene, `shouts` says that most of its letters are capitals,
    `children` lists a token's dependents, `at` finds the thing whose noun has a token as its last.
    """

    caption: int
    text: str
    shouts: bool
    words: list[str]
    tags: list[str]
    roles: list[str]
    heads: list[int]
    starts: list[int]
    ends: list[int]
    children: dict[int, list[int]]
    things: list[Thing]
    at: dict[int, Thing]

    def change(self, first: int, last: int, text: str) -> Change:
        """Tokens `first` to `last` become `text`, in the caption's own case."""
        return Change(self.starts[first], self.ends[last], self.cased(self.starts[first], text))

    def insertion(self, before: int, text: str) -> Change:
        """`text` comes before a token."""
        start, end = self.starts[before], self.ends[before]
        if before == 0 and self.text[start:end].istitle() and self.tags[0] not in ("NNP", "NNPS"):
            return Change(start, end, self.cased(start, f"{text} {self.words[0]}"))
        return Change(start, start, self.cased(start, text) + " ")

    def cased(self, start: int, text: str) -> str:
        """Text as it would be written at a place: capitals where the caption has them there."""
        if self.text[start : start + 2].isupper() and self.text.isupper():
            return text.upper()
        if start == self.starts[0] and self.text[start].isupper():
            return text[:1].upper() + text[1:]
        return text

    def child(self, token: int, role: str) -> int:
        """The first dependent of a token in a role, or -1."""
        return next((i for i in self.children.get(token, ()) if self.roles[i] == role), -1)

    def subject(self, verb: int) -> Thing | None:
        """The known thing that does what a verb says."""
        if self.roles[verb] in ("acl", "relcl"):
            return self.at.get(self.heads[verb])
        found = self.child(verb, "nsubj")
        return self.at.get(found if found >= 0 else self.child(verb, "nsubjpass"))


class Told(NamedTuple):
    """All captions of a scene, and all words that tell what the picture shows."""

    readings: list[Reading]
    words: frozenset[str]
    nouns: frozenset[str]
    plurals: frozenset[str]
    crowd: bool

    def shows(self, noun: Noun) -> bool:
        """Whether the picture shows such a thing, or may."""
        return noun.name in self.nouns or not self.words.isdisjoint(noun.words)

    def lacks(self, words: Iterable[str]) -> bool:
        """Whether no caption or region has any of these words."""
        return self.words.isdisjoint(words)


def read(scene: Scene) -> Told:
    """Read a scene; the rules that see the same scene one after another share the reading."""
    return _read(Same(scene))


@lru_cache(maxsize=2)
def _read(same: Same) -> Told:
    scene: Scene = same.value
    labels = [region.label for region in scene.regions]
    labels += [word for fact in scene.facts for word in (fact.subject, fact.value, fact.other)]
    readings = [_caption(index, scene.captions[index], doc) for index, doc in enumerate(scene.parses)]
    words = {word for reading in readings for word in reading.words}
    words.update(word for label in labels for word in label.lower().split())
    forms = nouns().forms
    shown = {thing.noun.name for reading in readings for thing in reading.things}
    shown.update(forms[label].noun.name for label in labels if label in forms)
    plurals = {thing.noun.name for reading in readings for thing in reading.things if thing.plural}
    return Told(readings, frozenset(words), frozenset(shown), frozenset(plurals), not VAGUE.isdisjoint(words))


def _caption(caption: int, text: str, doc: Doc) -> Reading:
    strings, tokens = _strings(doc.vocab.strings), doc.to_array(COLUMNS).T.tolist()
    lower, tags, roles, steps, starts, lengths = tokens if len(doc) else [[]] * 6
    heads = [i + (step if step < FAR else step - 2 * FAR) for i, step in enumerate(steps)]
    children: dict[int, list[int]] = {}
    for i, head in enumerate(heads):
        if head != i:
            children.setdefault(head, []).append(i)
    words, tags, roles = [[strings[name] for name in names] for names in (lower, tags, roles)]
    ends = list(map(add, starts, lengths))
    # most captions are small letters after the first: these need no counting
    shouts = not text[1:].islower() and 2 * sum(map(str.isupper, text)) > sum(map(str.isalpha, text))
    reading = Reading(caption, text, shouts, words, tags, roles, heads, starts, ends, children, [], {})
    for thing in _things(reading):
        reading.things.append(thing)
        reading.at[thing.last] = thing
    return reading


class _Names(dict[int, str]):
    """spaCy's strings by their hash, kept: a dictionary answers faster than its store."""

    def __init__(self, store: StringStore) -> None:
        self.store = store

    def __missing__(self, name: int) -> str:
        found: str = self.store[name]
        self[name] = found
        return found


@lru_cache(maxsize=4)
def _strings(store: StringStore) -> _Names:
    return _Names(store)


def _things(reading: Reading) -> Iterator[Thing]:
    known, (words, tags), last = nouns(), (reading.words, reading.tags), -1
    for i, word in enumerate(words):
        if i <= last:
            continue
        last = i
        if word in known.longer:
            form, last = _longest(known, words, i)
        elif tags[i] in NOUNS:
            form = known.forms.get(word)
        else:
            continue
        if form and _is_unit(reading, i, last) and (thing := thing_at(reading, form, i, last)):
            yield thing


def _longest(known: Nouns, words: list[str], i: int) -> tuple[Form | None, int]:
    """The longest known form that begins with a token, and its last token."""
    for size in range(min(known.longer[words[i]], len(words) - i), 1, -1):
        if (form := known.forms.get(" ".join(words[i : i + size]))) is not None:
            return form, i + size - 1
    return known.forms.get(words[i]), i


def _is_unit(reading: Reading, first: int, last: int) -> bool:
    """Whether the noun stands alone: no part of a longer compound, known or not."""
    words, tags = reading.words, reading.tags
    if tags[last] not in NOUNS or reading.roles[last] == "compound":
        return False
    if last + 1 < len(words) and (tags[last + 1] in NAMING or words[last + 1] in ("-", "'s", "/", "'")):
        return False
    return first == 0 or (tags[first - 1] not in NOUNS and words[first - 1] not in ("-", "/"))


def thing_at(reading: Reading, form: Form, first: int, last: int) -> Thing | None:
    """The thing whose noun stands from token `first` to `last`; None where its number does not agree."""
    roles, heads, tags = reading.roles, reading.heads, reading.tags
    front = first
    while front > 0 and roles[front - 1] in INSIDE and front - 1 < heads[front - 1] <= last:
        front -= 1
    determined = front > 0 and tags[front - 1] in DETERMINERS
    article, start = (front - 1, front - 1) if determined else (-1, front)
    plural = form.plural if form.one != form.many else tags[last] in PLURALS or article < 0
    thing = Thing(form.noun, plural, form.one, form.many, first, last, front, article, start)
    return thing if _agrees(reading, thing) else None


def _agrees(reading: Reading, thing: Thing) -> bool:
    """Whether number and determiner go together: not "two giraffe", "a elephants", "lots of giraffe"."""
    determiner = reading.words[thing.article] if thing.article >= 0 else ""
    if thing.plural:
        return determiner not in ("a", "an", "this", "that")
    if not MANY.isdisjoint(reading.words[max(thing.front - 1, 0) : thing.first]):
        return False  # "many zebra"
    number = reading.words[thing.front] if reading.tags[thing.front] == "CD" else ""
    if number and thing.front < thing.first:
        return number in ("one", "1")
    if thing.noun.counted != "count":
        return True
    headline = reading.tags[0] in NOUNS or reading.tags[0] == "JJ"
    return determiner not in ("", "these", "those", "all", "some") or (thing.article < 0 and headline)
