"""The judge: a caption in, its claim out, and whether that is true of a drawing.

Knows a small English grammar over the words of `words`, and nothing of how captions are written
(`say`), so that the two check each other. What it does not understand it does not judge. A noun from
outside of the world ("a dog") is understood: nothing in a drawing is one.

    sentence  = opener? (relation | inverted | predicate | list)     "There is a red circle."
    relation  = phrase is? not? REL phrase (and is? REL phrase)*     "A star is above a square."
    inverted  = REL phrase is phrase                                 "Above a square is a star."
    predicate = phrase is not? ADJ (and ADJ)*                        "The star is red."
    list      = phrase ((and | with | ,) phrase)*                    "Two stars, a drop and no circle."
    phrase    = (a | the | one | no | NUMBER) ADJ* NOUN (that is ADJ)?
"""

from __future__ import annotations

import re
from functools import lru_cache

from counterfoil.world.claims import Claim, Described, Description, Listed, Related, Sense, Statement, true_of
from counterfoil.world.drawing import Drawing, Truth
from counterfoil.world.grammar import AND, BE, COMMA, COMMA_AND, FRAME, IS, JOIN, OPENER, RELATION
from counterfoil.world.noun_phrase import END, Phrase, UnreadError, Words, adjectives, end, fail, read_phrase
from counterfoil.world.words import Relation

__all__ = ["Claim", "Truth", "matches", "read", "true_of"]

_ALLOWED = re.compile(r"[a-z0-9.,'\s-]+")
_TOKEN = re.compile(r"[a-z]+(?:['-][a-z]+)*|[0-9]+|\S")
_MOST_RELATIONS = 3
"""Of one subject in a sentence. More are not said, and would take long to search."""


@lru_cache(1 << 14)
def read(caption: str) -> Claim | None:
    """What a caption claims; None if it is not in the language, as scrambled words are not."""
    text = caption.lower()
    if not _ALLOWED.fullmatch(text):
        return None
    try:
        sentences = [_TOKEN.findall(part) for part in text.strip().removesuffix(".").split(".")]
        return tuple(claim for sentence in sentences for claim in _sentence(Words(sentence)))
    except UnreadError:
        return None


def matches(caption: str, drawing: Drawing) -> Truth:
    """Whether a caption is true of a drawing; None where it cannot be read or said for certain."""
    claim = read(caption)
    return None if claim is None else true_of(claim, drawing)


def _sentence(words: Words) -> list[Statement]:
    denied = _opening(words)
    if not denied and (relation := words.take(RELATION)):
        return _inverted(words, relation)
    subject = read_phrase(words, denied)
    negated = words.take(BE)
    relation = words.take(RELATION)
    if relation:
        return _related(words, subject, relation, negated=bool(negated))
    if negated is not None:
        return [_described(words, subject, negated=negated)]
    return [_listed(words, subject)]


def _opening(words: Words) -> bool:
    """Read "there is" and its like; whether it denies what follows."""
    words.take(FRAME)
    return bool(words.take(OPENER))


def _inverted(words: Words, relation: Relation) -> list[Statement]:
    """Read what follows the relation in "Above a square is a star"."""
    other = _existing(read_phrase(words))
    start = words.at
    words.take(COMMA)
    denied = _opening(words) if words.take(IS) is None else False
    if words.at == start:
        raise UnreadError
    subject = read_phrase(words, denied)
    end(words)
    return [Related((subject.thing, other), (relation,), _sense(subject))]


def _related(words: Words, subject: Phrase, relation: Relation, *, negated: bool) -> list[Statement]:
    """What follows the first relation: what it is to, further relations of the subject, "but no star"."""
    relations = [(relation, _existing(read_phrase(words)), negated)]
    while words.take(AND):
        verb = words.take(BE)
        # In "is not above a star and left of a drop", who can tell how far the "not" reaches?
        if verb is None and negated:
            raise UnreadError
        negated = bool(verb)
        relations.append((words.need(RELATION), _existing(read_phrase(words)), negated))
    return _relating(subject, relations) + _lacking(words)


def _relating(subject: Phrase, relations: list[tuple[Relation, Description, bool]]) -> list[Statement]:
    sense = _sense(subject)
    said = [(relation, other) for relation, other, negated in relations if not negated]
    denied = [(relation, other) for relation, other, negated in relations if negated]
    if len(relations) > _MOST_RELATIONS or (denied and sense == "none"):
        raise UnreadError
    positive: list[Statement] = []
    if said:
        things = (subject.thing, *(other for _, other in said))
        positive.append(Related(things, tuple(relation for relation, _ in said), sense))
    return positive + [Related((subject.thing, other), (relation,), "not") for relation, other in denied]


def _lacking(words: Words) -> list[Statement]:
    """Read "but no star" behind a relation. Of "and a star" nobody knows what it is joined to."""
    absent: list[tuple[Description, int]] = []
    while words.next != END:
        phrase = _joined(words)
        if phrase.number != 0:
            raise UnreadError
        absent.append((phrase.thing, 0))
    return [Listed((), tuple(absent))] if absent else []


def _described(words: Words, subject: Phrase, *, negated: bool) -> Statement:
    """The adjectives after "is"."""
    attributes = adjectives(words, COMMA_AND)
    end(words)
    thing = subject.thing
    if subject.number is None:
        return Described(thing, attributes, "not" if negated else "some", subject.definite)
    if negated:
        raise UnreadError
    return Listed((), ((Description(thing.shape, thing.attributes | attributes), subject.number),))


def _listed(words: Words, subject: Phrase) -> Statement:
    """What is joined to the first phrase of a list, to its end."""
    phrases = [subject]
    while words.next != END:
        # "Without a star and a drop": is there a drop?
        if phrases[-1].denied:
            raise UnreadError
        phrases.append(_joined(words))
    things = tuple(phrase.thing for phrase in phrases if phrase.number is None)
    return Listed(
        things, tuple((phrase.thing, phrase.number) for phrase in phrases if phrase.number is not None)
    )


def _joined(words: Words) -> Phrase:
    """A further phrase, with what joins it: " and a star", ", no star", " without a star"."""
    absent = None if words.next == "without" else words.need(JOIN)
    phrase = read_phrase(words)
    if absent and phrase.number != 0:
        raise UnreadError
    return phrase


def _existing(phrase: Phrase) -> Description:
    """The thing of a phrase, which must be said to be there, once."""
    return phrase.thing if phrase.number is None else fail()


def _sense(subject: Phrase) -> Sense:
    """Of a relation with such a subject; "two circles are above a star" is not in the language."""
    if subject.number is None:
        return "some"
    return "none" if subject.number == 0 else fail()
