"""A thing denied where a caption has it: a parse and a noun in, the changes that deny it out.

Only where the denial can reach nothing else: "A man with a dog" to "A man without a dog", "A desk
has a laptop" to "A desk has no laptop", "with a cup and a fork" to "with a cup but no fork".
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

from counterfoil.mine.perceive.captions import Noun
from counterfoil.mine.propose.told import vocabulary
from counterfoil.records import Change

_VAGUE = frozenset({"few", "different", "various", "several", "many"})
_BACKWARD = frozenset({"it", "its", "they", "them", "their", "he", "him", "his", "she", "her"})
_UNSAFE = _VAGUE | _BACKWARD | {"who", "which", "that"}
_AFTER = frozenset(
    {"on", "in", "at", "near", "by", "beside", "behind", "next", "under", "sitting", "standing", "lying"}
)


def denied(doc: Doc, noun: Noun) -> tuple[Change, ...] | None:
    """What denies the thing that a noun means; None where that would deny or imply something else."""
    if not noun.left or not _is_free(doc, noun):
        return None
    before, opening = doc[noun.left - 1], doc[noun.left]
    has_article = opening.lower_ in ("a", "an", "some") and noun.left < noun.first
    if before.lower_ == "with" and before.head.pos_ in ("NOUN", "PROPN"):
        return _without(before, opening, has_article=has_article, plural=noun.plural)
    if not has_article and not noun.plural:
        return None
    no = _no(opening, has_article=has_article)
    if before.lower_ in ("has", "have") or _is_existential(doc, before):
        return (no,)
    if before.lower_ == "and" and _follows_with(doc[noun.last]):
        return (Change(before.idx, no.end, f"but {no.text}"),)
    return None


def _without(preposition: Token, opening: Token, *, has_article: bool, plural: bool) -> tuple[Change, ...]:
    change = Change(preposition.idx, preposition.idx + len(preposition), "without")
    if opening.lower_ == "some":
        return change, Change(opening.idx, opening.idx + len(opening), "any")
    if has_article or plural:
        return (change,)
    return change, Change(opening.idx, opening.idx, "a ")


def _no(opening: Token, *, has_article: bool) -> Change:
    end = opening.idx + len(opening) if has_article else opening.idx
    return Change(opening.idx, end, "no" if has_article else "no ")


def _is_free(doc: Doc, noun: Noun) -> bool:
    """Whether nothing refers back to the noun, and the caption ends after it or says where things are."""
    opening = doc[noun.left]
    if opening.tag_ in ("DT", "PRP$") and opening.lower_ not in ("a", "an", "some"):
        return False
    if noun.amount is not None or not vocabulary(doc).isdisjoint(_UNSAFE):
        return False
    following = [token for token in doc[noun.last + 1 :] if not token.is_space]
    if not following or following[0].lower_ in (".", "!"):
        return True
    return following[0].lower_ in _AFTER and not any(
        token.lower_ in ("and", "or", ",") for token in following
    )


def _is_existential(doc: Doc, verb: Token) -> bool:
    return verb.lower_ in ("is", "are") and verb.i > 0 and doc[verb.i - 1].lower_ == "there"


def _follows_with(head: Token) -> bool:
    """Whether a noun is the last of two in "with a cup and a fork"."""
    first = head.head
    return (
        head.dep_ == "conj"
        and first.dep_ == "pobj"
        and first.head.lower_ == "with"
        and first.head.head.pos_ in ("NOUN", "PROPN")
    )
