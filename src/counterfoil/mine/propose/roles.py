"""Whether a caption stays sense and true when a noun in it names another thing, or one more of them.

A parse and a noun in, yes or no out. Only roles that nearly every thing can have are accepted: to be
there, to be seen, to be beside something; and between like things a little more.
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

from counterfoil.mine.perceive.captions import Noun
from counterfoil.mine.perceive.nouns import group, spoken
from counterfoil.mine.propose.told import vocabulary

DETERMINERS = frozenset({"a", "an", "the", "this", "that", "his", "her", "their", "its", "one"})
_SIZES = frozenset({"small", "large", "big", "little", "tiny", "huge", "single", "lone", "one"})
_STILL = frozenset({"be", "rest", "appear", "place", "remain"})
_POSED = frozenset({"sit", "stand", "lie", "lay"})
_SEEN = frozenset({"have", "show", "see", "feature", "include", "contain", "depict", "display"})
_HELD = frozenset({"hold", "carry", "eat"})
_BELONGING = frozenset({"of", "with", "for", "from", "to", "into"})
_ALIVE = frozenset({"animal", "person"})
_BESIDE = frozenset({"with", "near", "beside", "by", "behind", "to", "alongside", "around", "against"})
_TOUCHED = frozenset({"by", "to", "around", "against", "behind", "in", "on"})
_VIEWS = frozenset({"front", "picture", "photo", "image", "up", "closeup", "side", "view", "close-up", "top"})
_HOLDS = frozenset({"on", "in", "under", "over", "onto"})
_OWNERS = frozenset({"he", "she", "his", "her", "him", "who", "whose", "they", "their", "its", "itself"})

Kinds = tuple[str, str]
"""The groups of what a noun names and of what it is to name."""

_ANY: Kinds = ("thing", "other")


def can_become(doc: Doc, noun: Noun, before: str, after: str) -> bool:
    """Whether a caption still makes sense, and says nothing else, when a noun names another thing."""
    modifiers = [token.lower_ for token in doc[noun.left : noun.first]]
    if noun.plural or noun.colours or not _SIZES.union(DETERMINERS).issuperset(modifiers):
        return False
    kinds = group(before), group(after)
    if "person" in kinds or (not _ALIVE.issuperset(kinds) and not vocabulary(doc).isdisjoint(_OWNERS)):
        return False
    return _role_fits(doc[noun.last], kinds) and _tail_fits(doc[noun.last], kinds)


def can_grow(doc: Doc, noun: Noun, label: str) -> bool:
    """Whether what a caption says of one or some things is as true of one more that looks otherwise."""
    head = doc[noun.last]
    modifiers = {token.lower_ for token in doc[noun.left : noun.first] if token.tag_ != "CD"}
    if noun.singular not in (label, spoken(label)) or not modifiers <= DETERMINERS | {"some"}:
        return False
    if any(child.i > head.i and child.dep_ in ("prep", "acl", "relcl") for child in head.children):
        return False
    return head.head.lower_ not in _TOUCHED and _role_fits(head, _ANY)


def _role_fits(head: Token, kinds: Kinds) -> bool:
    while head.dep_ == "conj":
        head = head.head
    governor = head.head
    if head.dep_ in ("ROOT", "attr"):
        return True
    if head.dep_ in ("nsubj", "nsubjpass"):
        return _does_alike(governor, kinds)
    if head.dep_ == "dobj":
        is_held = kinds[0] == kinds[1] != "" and governor.lemma_ in _HELD
        return is_held or (governor.lemma_ in _SEEN and kinds[0] != "food")
    return head.dep_ == "pobj" and _place_fits(governor, kinds)


def _does_alike(verb: Token, kinds: Kinds) -> bool:
    """Whether things of both kinds do what a verb says."""
    if verb.lemma_ in _STILL:
        return True
    if verb.lemma_ in _POSED:
        return (kinds[0] in _ALIVE) == (kinds[1] in _ALIVE)
    return kinds == ("animal", "animal") or (kinds == ("vehicle", "vehicle") and verb.lemma_ == "park")


def _place_fits(preposition: Token, kinds: Kinds) -> bool:
    word, outer = preposition.lower_, preposition.head
    if word == "of":
        return outer.lower_ in _VIEWS
    if word in _BESIDE:
        return outer.pos_ in ("NOUN", "PROPN", "ADV", "ADP", "SCONJ") or outer.lemma_ in _STILL | _POSED
    return word in _HOLDS and kinds[0] == kinds[1] and kinds[0] in ("furniture", "kitchen", "food")


def _tail_fits(head: Token, kinds: Kinds) -> bool:
    """Whether what hangs on the noun could be said of the other thing too."""
    tail = [child for child in head.children if child.i > head.i]
    if any(child.dep_ in ("acl", "relcl") and not _does_alike(child, kinds) for child in tail):
        return False
    return not any(child.dep_ == "prep" and child.lower_ in _BELONGING for child in tail)
