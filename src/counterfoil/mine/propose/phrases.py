"""Changes within a caption: a noun, its number or its colour, and the verb that agrees with it."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from counterfoil.mine.english import agree, article, number_word, plural
from counterfoil.mine.perceive.captions import NOUNS, Noun
from counterfoil.mine.perceive.nouns import group, spoken
from counterfoil.mine.propose.told import vocabulary
from counterfoil.records import Change

_MATERIAL = frozenset(
    {"wooden", "metal", "metallic", "plastic", "stone", "concrete", "electric", "double", "decker"}
)
_SIZES = frozenset({"small", "large", "big", "little", "tiny", "huge", "single", "lone", "one"})
_DETERMINERS = frozenset({"a", "an", "the", "this", "that", "his", "her", "their", "its", "one"})
_STILL = frozenset({"be", "sit", "stand", "lie", "lay", "rest", "appear", "place", "remain"})
_SEEN = frozenset({"have", "show", "see", "feature", "include", "contain", "depict", "display"})
_HELD = frozenset({"hold", "carry"})
_BESIDE = frozenset({"with", "near", "beside", "by", "behind", "to", "alongside", "around", "against"})
_IDIOMS = frozenset({"at", "in", "by", "on", "to"})
_TOUCHED = frozenset({"by", "to", "around", "against", "behind", "in", "on"})
_VIEWS = frozenset({"front", "picture", "photo", "image", "up", "closeup", "side", "view", "close-up", "top"})
_HOLDS = frozenset({"on", "in", "under", "over", "onto"})
_PERSONAL = frozenset(
    ["he", "she", "his", "her", "him", "hers", "himself", "herself", "who", "whose", "they", "their", "them"]
)
_SHARED = frozenset(
    [
        "their",
        "them",
        "they",
        "both",
        "each",
        "other",
        "another",
        "together",
        "one",
        "all",
        "themselves",
        "two",
        "three",
        "four",
    ]
)
_OWN = frozenset(
    ["its", "it", "his", "her", "he", "she", "him", "itself", "himself", "herself", "another", "other", "one"]
)


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


def can_become(doc: Doc, noun: Noun, before: str, after: str) -> bool:
    """Whether a caption still makes sense, and says nothing else, when a noun names another thing."""
    modifiers = [token.lower_ for token in doc[noun.left : noun.first]]
    if noun.plural or noun.colours or not _SIZES.union(_DETERMINERS).issuperset(modifiers):
        return False
    if "person" in (before, after) and not vocabulary(doc).isdisjoint(_PERSONAL):
        return False
    kind, same = group(before), group(before) == group(after) != ""
    return _role_fits(doc[noun.last], kind, same=same) and _tail_fits(doc[noun.last], kind, same=same)


def can_grow(doc: Doc, noun: Noun, label: str) -> bool:
    """Whether what a caption says of one or some things is as true of one more that looks otherwise."""
    modifiers = {token.lower_ for token in doc[noun.left : noun.first] if token.tag_ != "CD"}
    head = doc[noun.last]
    modifiers = {token.lower_ for token in doc[noun.left : noun.first] if token.tag_ != "CD"}
    if noun.singular not in (label, spoken(label)) or not modifiers <= _DETERMINERS | {"some"}:
        return False
    if any(child.i > head.i and child.dep_ in ("prep", "acl", "relcl") for child in head.children):
        return False
    return head.head.lower_ not in _TOUCHED and _role_fits(head, "", same=False)


def renamed(doc: Doc, noun: Noun, label: str) -> Change:
    """What makes a noun name another category; a bare noun gets an article."""
    name = spoken(label)
    is_bare = not _DETERMINERS.intersection(token.lower_ for token in doc[noun.left : noun.first])
    return Change(noun.start, noun.end, f"{article(name)} {name}" if is_bare else name)


def recounted(
    doc: Doc, noun: Noun, before: int, after: int
) -> tuple[tuple[Change, ...], tuple[Change, ...]] | None:
    """True and negative changes that state a number; None where the words around would not fit it."""
    apart = _SHARED if before > 1 else _OWN
    own = {token.lower_ for token in doc[noun.left : noun.first]}
    if (before == 1 or after == 1) and not (vocabulary(doc) - own).isdisjoint(apart):
        return None
    true, negative = _number(doc, noun, before), _number(doc, noun, after)
    if true is None or negative is None:
        return None
    stated = noun.amount is not None
    bent = _bent(doc, noun, one=after == 1) if (before == 1) != (after == 1) else ()
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


def _role_fits(head: Token, kind: str, *, same: bool) -> bool:
    while head.dep_ == "conj":
        head = head.head
    governor = head.head
    if head.dep_ in ("ROOT", "attr"):
        return True
    if head.dep_ in ("nsubj", "nsubjpass"):
        return governor.lemma_ in _STILL or _moves_alike(governor, kind, same=same)
    if head.dep_ == "dobj":
        return (governor.lemma_ in _SEEN and kind != "food") or (same and governor.lemma_ in _HELD | {"eat"})
    return head.dep_ == "pobj" and _place_fits(governor, kind, same=same)


def _moves_alike(verb: Token, kind: str, *, same: bool) -> bool:
    return same and (kind == "animal" or (kind == "vehicle" and verb.lemma_ == "park"))


def _place_fits(preposition: Token, kind: str, *, same: bool) -> bool:
    word, outer = preposition.lower_, preposition.head
    if word == "of":
        return outer.lower_ in _VIEWS
    if word in _BESIDE:
        return outer.pos_ in ("NOUN", "PROPN", "ADV", "ADP", "SCONJ") or outer.lemma_ in _STILL
    return word in _HOLDS and same and kind in ("furniture", "kitchen", "food")


def _tail_fits(head: Token, kind: str, *, same: bool) -> bool:
    """Whether what hangs on the noun could be said of the other thing too."""
    for child in head.children:
        if child.i < head.i:
            continue
        is_clause = child.dep_ in ("acl", "relcl")
        if is_clause and child.lemma_ not in _STILL and not _moves_alike(child, kind, same=same):
            return False
        if child.dep_ == "prep" and child.lower_ in ("of", "with", "for", "from", "to", "into"):
            return False
    return True
