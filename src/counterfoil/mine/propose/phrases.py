"""Changes within a caption: a noun, its number or its colour, and the verb that agrees with it."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from counterfoil.mine.english import agree, article, number_word, plural
from counterfoil.mine.perceive.captions import NOUNS, Noun
from counterfoil.mine.perceive.nouns import spoken
from counterfoil.mine.propose.roles import DETERMINERS
from counterfoil.mine.propose.told import vocabulary
from counterfoil.records import Change

_MATERIAL = frozenset(
    {"wooden", "metal", "metallic", "plastic", "stone", "concrete", "electric", "double", "decker"}
)
_VAGUE = frozenset({"several", "many", "few", "various", "multiple", "numerous", "different", "assorted"})
_IDIOMS = frozenset({"at", "in", "by", "on", "to"})
_OTHERS = frozenset({"both", "each", "other", "another", "together", "one", "all"})
_SHARED = _OTHERS | {"their", "them", "they", "themselves", "two", "three", "four"}
_OWN = _OTHERS | {"its", "it", "his", "her", "he", "she", "him", "itself", "himself", "herself"}


def insertion(doc: Doc, position: int, word: str) -> Change:
    """Put a word before a token; a sentence's first word gives its capital away."""
    token = doc[position]
    if position or not token.text.istitle():
        return Change(token.idx, token.idx, f"{word} ")
    return Change(token.idx, token.idx + len(token), f"{word} {token.lower_}")


def colour_change(doc: Doc, noun: Noun, colour: str) -> Change | None:
    """What makes a noun that has at most one colour have this one."""
    if noun.colours:
        span = noun.colours[0]
        return Change(span.start, span.end, colour) if len(noun.colours) == 1 else None
    if noun.left == noun.first > 0 and doc[noun.first - 1].lower_ in _IDIOMS and not noun.plural:
        return None
    position = noun.first
    while position > noun.left and _clings(doc[position - 1]):
        position -= 1
    return insertion(doc, position, colour)


def renamed(doc: Doc, noun: Noun, label: str) -> Change:
    """What makes a noun name another category; a bare noun gets an article, but not amid a list."""
    name = spoken(label)
    is_bare = not DETERMINERS.intersection(token.lower_ for token in doc[noun.left : noun.first])
    is_listed = doc[noun.last].dep_ == "conj"
    return Change(noun.start, noun.end, f"{article(name)} {name}" if is_bare and not is_listed else name)


def recounted(
    doc: Doc, noun: Noun, before: int, after: int
) -> tuple[tuple[Change, ...], tuple[Change, ...]] | None:
    """True and negative changes that state a number; None where the words around would not fit it."""
    if noun.amount is None and any(token.lower_ in _VAGUE for token in doc[noun.left : noun.first]):
        return None
    apart = _SHARED if before > 1 else _OWN
    own = {token.lower_ for token in doc[noun.left : noun.first]}
    if (before == 1 or after == 1) and not (vocabulary(doc) - own).isdisjoint(apart):
        return None
    true, negative = _number(doc, noun, before), _number(doc, noun, after)
    if true is None or negative is None:
        return None
    stated = noun.amount is not None
    bent = _bent(doc, noun, one=after == 1) if (before == 1) != (after == 1) else ()
    if bent and negative.end > bent[0].start:  # the caption's first word: number and noun in one
        negative, bent = negative._replace(text=f"{number_word(after)} {bent[0].text}"), bent[1:]
    return () if stated else (true,), (negative, *bent)


def _number(doc: Doc, noun: Noun, number: int) -> Change | None:
    """Where a number goes: in place of the one stated, of "a" or "some", or before a bare plural."""
    if noun.amount is not None:
        word = str(number) if doc.text[noun.amount.start : noun.amount.end].isdigit() else number_word(number)
        return Change(noun.amount.start, noun.amount.end, word)
    opening = doc[noun.left]
    if opening.lower_ in ("a", "an", "some") and noun.left < noun.first:
        return Change(opening.idx, opening.idx + len(opening), number_word(number))
    outside = doc[noun.left - 1].lower_ if noun.left else ""
    if not noun.plural or outside == "of":
        return None
    if opening.tag_ in NOUNS or opening.tag_ in ("JJ", "VBG", "VBN"):
        return insertion(doc, noun.left, number_word(number))
    if opening.lower_ == "the" and noun.left + 1 <= noun.first:
        return insertion(doc, noun.left + 1, number_word(number))
    return None


def _bent(doc: Doc, noun: Noun, *, one: bool) -> tuple[Change, ...]:
    """The noun in its other number, and the verbs that agree with it."""
    word = noun.singular if one else plural(noun.singular)
    changes = [Change(noun.start, noun.end, word)]
    for verb in _verbs(doc[noun.last]):
        is_plural = verb.tag_ == "VBP" or verb.lower_ in ("are", "were", "have")
        is_single = verb.tag_ == "VBZ" or verb.lower_ == "was"
        if (one and is_plural) or (not one and is_single):
            turned = agree(verb.lower_, plural_subject=not one)
            changes.append(Change(verb.idx, verb.idx + len(verb), turned))
    return tuple(changes)


def _verbs(head: Token) -> Iterator[Token]:
    """The verbs whose subject a noun is alone."""
    if any(child.dep_ == "conj" for child in head.children):
        return
    governors = [head.head] if head.dep_ in ("nsubj", "nsubjpass") else []
    governors += [child for child in head.children if child.dep_ == "relcl"]
    for governor in governors:
        verbs = [
            governor,
            *(child for child in governor.children if child.dep_ == "conj" and child.pos_ == "VERB"),
        ]
        for verb in verbs:
            yield verb
            yield from (child for child in verb.children if child.dep_ in ("aux", "auxpass"))


def _clings(token: Token) -> bool:
    """Whether no colour can stand between a word and the noun after it."""
    return token.tag_ in NOUNS or token.tag_ in ("HYPH", "POS") or token.lower_ in _MATERIAL
