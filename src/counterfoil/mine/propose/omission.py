"""A caption that goes on well without a thing: a scene and a label in, two ways to end that caption out.

Where every caption has the thing, none is left after which "There is no dog." could stand. But one
often loses nothing with it: "Two men stand in the woods near a dog." to "Two men stand in the woods."
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

from counterfoil.mine.english import capital
from counterfoil.mine.perceive.captions import Noun
from counterfoil.mine.perceive.nouns import hypernyms
from counterfoil.mine.propose import sentences
from counterfoil.mine.propose.told import told, vocabulary
from counterfoil.mine.propose.wording import Wording
from counterfoil.records import Change, Scene

_BACKWARD = frozenset(
    {"it", "its", "they", "them", "their", "he", "him", "his", "she", "her", "who", "which", "that"}
)
_WHOLE = frozenset({"only", "both", "each", "other", "same", "together", "between"})
_BESIDE = (
    *(("next", "to"), ("close", "to"), ("along", "with"), ("in", "front", "of")),
    *((word,) for word in ("near", "with", "beside", "by", "behind", "alongside")),
)
_AT = (*_BESIDE, *((word,) for word in ("on", "in", "at", "under", "beneath", "above", "against")))
_GROUPS = frozenset({"group", "herd", "couple", "pair", "flock", "bunch", "row", "set", "number"})
_STAYING = frozenset(
    {"be", "sit", "stand", "lie", "lay", "rest", "park", "perch", "hang", "mount", "place", "lean", "graze"}
)


def omission_words(scene: Scene, label: str) -> Wording | None:
    """Words where every caption has the things: one goes on without them, and a sentence tells of them."""
    known = told(scene)
    number = len(known.indices(label))
    for link in known.links:
        doc = scene.parses[link.caption]
        cut = left_out(doc, link.noun) if len(known.naming(link.caption, label)) == 1 else None
        if (
            cut is None
            or link.label != label
            or label in known.doubtful
            or scene.captions[link.caption].isupper()
        ):
            continue
        left = (token for token in doc if not cut.start <= token.idx < cut.end)
        if frozenset(hypernyms(label)).isdisjoint(
            word for token in left for word in (token.lower_, token.lemma_.lower())
        ):
            pair = sentences.presence(label, number, known.pick(range(12), "presence", label))
            true, negative = (_after(scene.captions[link.caption], cut, sentence) for sentence in pair)
            return Wording(link.caption, true, negative)
    return None


def _after(caption: str, cut: Change, sentence: str) -> tuple[Change, ...]:
    """A part of a caption cut out, and a sentence put after it."""
    added = [c for c in sentences.added(caption, sentence) if c.start >= cut.end or c.end <= cut.start]
    return tuple(sorted([cut, *added]))


def left_out(doc: Doc, noun: Noun) -> Change | None:
    """What takes a thing out of a caption that goes on well without it; None where it would not.

    "Two men stand in the woods near a dog." to "Two men stand in the woods.", "a table with a cup and
    a fork" to "a table with a cup", "A stop sign stands behind a bush." to "A bush."
    """
    if not vocabulary(doc).isdisjoint(_BACKWARD | _WHOLE) or noun.amount is not None:
        return None
    return _without_end(doc, noun) or _without_start(doc, noun)


def _without_end(doc: Doc, noun: Noun) -> Change | None:
    """Takes out the last phrase of a caption, with the preposition or the "and" before it."""
    head = doc[noun.last]
    start = _opening(doc, noun, head) if noun.left else None
    end = max(token.i for token in head.subtree) + 1
    if start is None or any(token.pos_ in ("VERB", "AUX", "PRON") for token in doc[noun.last + 1 : end]):
        return None
    if doc[end:].text.strip(" .!") or any(token.dep_ == "conj" for token in head.children):
        return None
    return Change(doc[start].idx - 1, doc[end - 1].idx + len(doc[end - 1]), "")


def _without_start(doc: Doc, noun: Noun) -> Change | None:
    """Takes out the first noun of a caption and what it does, up to the place where it is."""
    if any(not token.is_space for token in doc[: noun.left]) and not _is_group(doc, noun):
        return None
    place = noun.last + 1
    while place < len(doc) and doc[place].lemma_ in _STAYING:
        place += 1
    words = [token.lower_ for token in doc[place : place + 3]]
    phrase = next(
        (phrase for phrase in _AT if phrase != ("with",) and words[: len(phrase)] == list(phrase)), None
    )
    following = place + len(phrase or ())
    if phrase is None or (phrase == ("in",) and "person" in noun.labels):
        return None
    rest = doc[following:]
    if len(rest) < 3 or rest[0].lower_ not in ("a", "an", "some"):
        return None
    if any(token.pos_ in ("VERB", "AUX", "PRON", "SCONJ") for token in rest):
        return None
    return Change(doc[0].idx, rest[0].idx + len(rest[0]), capital(rest[0].text))


def _is_group(doc: Doc, noun: Noun) -> bool:
    """Whether a caption opens with "a group of" the things."""
    words = [token.lower_ for token in doc[: noun.left] if not token.is_space]
    return len(words) == 3 and words[0] == "a" and words[1] in _GROUPS and words[2] == "of"


def _opening(doc: Doc, noun: Noun, head: Token) -> int | None:
    """The first token of the phrase that goes with a noun: its preposition, or "and"."""
    first = noun.left - 1
    before = doc[first]
    if before.lower_ == "and" and _ends_pair(head):
        return first
    is_place = before.tag_ in ("IN", "TO") and head.dep_ == "pobj" and head.head.i == first
    if not is_place or before.head.lemma_ == "be" or before.head.i > first:
        return None
    words = [doc[i].lower_ for i in range(max(first - 2, 0), first + 1)]
    for phrase in _BESIDE:
        if words[-len(phrase) :] == list(phrase):
            opening = first - len(phrase) + 1
            return opening if opening > 1 and doc[opening - 1].pos_ in ("NOUN", "PROPN", "ADV") else None
    return None


def _ends_pair(head: Token) -> bool:
    """Whether a noun is the second of just two that something is done to, or that are with something."""
    first = head.head
    return (
        head.dep_ == "conj"
        and first.dep_ in ("pobj", "dobj")
        and first.n_rights > 0
        and sum(token.dep_ == "conj" for token in first.children) == 1
    )
