"""What a caption says of the annotated things: a parse in, nouns with their regions out.

Strict on purpose. A noun that may mean several regions means none; neither does one that only
describes another ("car seat"), is a toy or a picture, is denied, or is one of "other people".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from spacy.tokens import Doc, Token

from counterfoil.mine.english import number_of
from counterfoil.mine.perceive.nouns import Form, colour_words, forms, longest, words
from counterfoil.records import Region

NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
SIDES = {"left": "left of", "right": "right of"}
_PART = frozenset({"other", "another", "more", "many", "most", "each", "every", "either", "any", "half"})
_DENIED = frozenset({"no", "without", "not", "n't", "never"})
_UNSEEN = frozenset({"for", "like", "as", "about", "without"})
_SHAPED = frozenset({"shaped", "themed", "colored", "like", "print", "-"})
_DETERMINER = frozenset({"DT", "PRP$"})
_ADJECTIVES = frozenset({"JJ", "JJR", "JJS", "VBN", "VBG"})
_BEFORE_NOUNS = NOUNS | _DETERMINER | _ADJECTIVES | {"PDT", "CD", "VBD", "RB", "HYPH", "POS"}
_AFTER_MODIFIER = NOUNS | {"POS", "HYPH"}
_SINGULAR = frozenset({"a", "an", "one", "this", "that", "another", "each", "single"})


class Span(NamedTuple):
    """Characters `start` to `end` of a caption, and what they say ("red", "3")."""

    start: int
    end: int
    value: str


class Noun(NamedTuple):
    """A noun, with its compound, that names a category.

    Args:
        labels: the categories that it can name ("bike": bicycle, motorcycle).
        start: its first character in the caption.
        end: one past its last character.
        first: its first token.
        last: its last token, the head noun.
        left: the first token of its phrase.
        singular: its singular, lower-case.
        plural: it stands in the plural.
        amount: the number that is stated with it, and where.
        colours: the colours that are stated of it; "" for one without a basic term.
        sure: it means the thing itself, there in the picture.
    """

    labels: tuple[str, ...]
    start: int
    end: int
    first: int
    last: int
    left: int
    singular: str
    plural: bool
    amount: Span | None
    colours: tuple[Span, ...]
    sure: bool


class Link(NamedTuple):
    """A noun of a caption, the category that it names there, and the regions that it means."""

    caption: int
    noun: Noun
    label: str
    regions: tuple[int, ...]


@lru_cache(1024)
def read(doc: Doc, extra: tuple[str, ...] = ()) -> tuple[Noun, ...]:
    """The nouns of a caption that name categories, from left to right.

    Args:
        doc: the parsed caption.
        extra: labels beyond COCO's.
    """
    return tuple(_noun(doc, first, last, form) for first, last, form in _named(doc, extra) if form.labels)


def link(docs: Sequence[Doc], regions: Sequence[Region], extra: tuple[str, ...] = ()) -> list[Link]:
    """Which regions each noun of a sample's captions means; nouns that mean none are left out."""
    where = _by_label(regions)
    found = [
        (caption, noun, present[0])
        for caption, doc in enumerate(docs)
        for noun in read(doc, extra)
        if noun.sure and len(present := [label for label in noun.labels if label in where]) == 1
    ]
    doubted = {label for _, noun, label in found if _contradicts(noun, where[label], regions)}
    told = [(caption, noun, label) for caption, noun, label in found if label not in doubted]
    singles = [(caption, label) for caption, noun, label in told if not noun.plural]
    return [
        Link(caption, noun, label, tuple(where[label]))
        for caption, noun, label in told
        if noun.plural or (len(where[label]) == 1 and singles.count((caption, label)) == 1)
    ]


def doubtful(docs: Sequence[Doc], regions: Sequence[Region], extra: tuple[str, ...] = ()) -> frozenset[str]:
    """Labels of which the captions and the regions disagree how many there are, or that are a crowd."""
    told = [noun for doc in docs for noun in read(doc, extra) if noun.sure]
    return frozenset(
        label
        for label, indices in _by_label(regions).items()
        if any(regions[i].crowd for i in indices)
        or any(label in noun.labels and _contradicts(noun, indices, regions) for noun in told)
    )


def sides(doc: Doc) -> Iterator[Span]:
    """The words "left" and "right" of relation phrases: "to the left of", "on the right side of"."""
    for token in doc:
        if token.lower_ in SIDES:
            following = [later.lower_ for later in doc[token.i + 1 : token.i + 4]]
            if following[following[:1] in (["side"], ["hand"]) :][:1] == ["of"]:
                yield Span(token.idx, token.idx + len(token), SIDES[token.lower_])


def _by_label(regions: Sequence[Region]) -> dict[str, list[int]]:
    where: dict[str, list[int]] = {}
    for index, region in enumerate(regions):
        where.setdefault(region.label, []).append(index)
    return where


def _contradicts(noun: Noun, indices: Sequence[int], regions: Sequence[Region]) -> bool:
    """Whether a noun that could mean these regions speaks of another number of things."""
    if any(regions[i].crowd for i in indices):
        return True
    if noun.amount is not None and noun.plural:
        return noun.amount.value != str(len(indices))
    return noun.plural and len(indices) == 1


def _named(doc: Doc, extra: tuple[str, ...]) -> Iterator[tuple[int, int, Form]]:
    """The longest phrases of a caption that the table knows: first and last token, and meaning."""
    known, lengths = forms(extra), longest(extra)
    lower = [token.lower_ for token in doc]
    position = 0
    while position < len(lower):
        for length in range(lengths.get(lower[position], 0), 0, -1):
            form = known.get(" ".join(lower[position : position + length]))
            if form is not None:
                yield position, min(position + length, len(lower)) - 1, form
                position += length
                break
        else:
            position += 1


def _noun(doc: Doc, first: int, last: int, form: Form) -> Noun:
    head = doc[last]
    left = _left(doc, first, last)
    before = [token.lower_ for token in doc[left:first]]
    amount = _amount(doc, left, first)
    plural = _is_plural(head, form, before, amount)
    return Noun(
        labels=form.labels,
        start=doc[first].idx,
        end=head.idx + len(head),
        first=first,
        last=last,
        left=left,
        singular=form.singular,
        plural=plural,
        amount=amount,
        colours=_colours(doc, left, first, last),
        sure=_is_sure(doc, first, last, left, before),
    )


def _left(doc: Doc, first: int, last: int) -> int:
    """The first token of the phrase: no further than the words that can stand before a noun."""
    edge = min(doc[i].left_edge.i for i in range(first, last + 1))
    left = first
    while left > edge and doc[left].tag_ not in _DETERMINER and _stands_before(doc, left - 1):
        left -= 1
    return left


def _stands_before(doc: Doc, position: int) -> bool:
    """Whether a word belongs to the phrase of the noun after it; "and" only between adjectives."""
    if doc[position].tag_ in ("CC", ","):
        return position > 0 and doc[position - 1].tag_ in _ADJECTIVES
    return doc[position].tag_ in _BEFORE_NOUNS


def _amount(doc: Doc, left: int, first: int) -> Span | None:
    """The number stated with a noun: "two dogs", "a couple of dogs"."""
    for token in doc[left:first]:
        number = number_of(token.lower_)
        if number is not None:
            return Span(token.idx, token.idx + len(token), str(number))
    if left >= 3 and doc[left - 1].lower_ == "of" and doc[left - 2].lower_ in ("couple", "pair"):
        return Span(doc[left - 3].idx, doc[left - 1].idx + 2, "2")
    return None


def _is_plural(head: Token, form: Form, before: Sequence[str], amount: Span | None) -> bool:
    if form.number != "either":
        return form.number == "plural"
    if amount is not None:
        return amount.value != "1"
    return not _SINGULAR.intersection(before) and head.tag_ in ("NNS", "NNPS")


def _is_sure(doc: Doc, first: int, last: int, left: int, before: Sequence[str]) -> bool:
    """Whether a noun means a thing, all of it, that is there in the picture."""
    head = doc[last]
    following = doc[last + 1] if last + 1 < len(doc) else None
    if first == last and (head.tag_ not in NOUNS or _means_otherwise(head, following, before)):
        return False
    if following is not None and (following.tag_ in _AFTER_MODIFIER or following.lower_ in _SHAPED):
        return False
    if any(word in _PART or word in _DENIED for word in before) or words("unreal").intersection(before):
        return False
    outside = doc[left - 1].lower_ if left else ""
    if outside in _UNSEEN or outside in _DENIED or outside in ("-", "/"):
        return False
    return not (outside == "of" and left >= 2 and _is_picture(doc[left - 2]))


def _means_otherwise(head: Token, following: Token | None, before: Sequence[str]) -> bool:
    """Whether "orange" is the colour, or "baseball" the game."""
    if head.lower_ in colour_words():
        return following is not None and following.tag_ in ("JJ", "CC")
    return head.lower_ in words("games") and not before


def _is_picture(noun: Token) -> bool:
    """Whether what follows "of" is only depicted: not in "a picture of a dog", which is any caption."""
    is_opening = noun.i < 6 and noun.lower_ in ("picture", "photo", "image", "pictures", "photos", "images")
    is_part = noun.lower_ in (
        "one",
        "some",
        "many",
        "most",
        "half",
        "each",
        "all",
        "rest",
        "part",
        "top",
        "side",
    )
    return is_part or (noun.lower_ in words("pictures") and not is_opening)


def _colours(doc: Doc, left: int, first: int, last: int) -> tuple[Span, ...]:
    """The colours stated of a noun: before it, or after "is", "are" and the like."""
    known = colour_words()
    told = [token for token in doc[left:first] if token.lower_ in known]
    head = doc[last]
    verbs = [head.head] if head.dep_ in ("nsubj", "nsubjpass") else []
    verbs += [child for child in head.children if child.dep_ == "relcl"]
    for verb in verbs:
        told += [
            t
            for t in verb.subtree
            if t.lower_ in known and t.i > last and t.dep_ in ("acomp", "oprd", "conj")
        ]
    return tuple(Span(t.idx, t.idx + len(t), known[t.lower_]) for t in told)
