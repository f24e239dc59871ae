"""What a caption names: a parse in, nouns out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Token

from counterfoil.mine.perceive.captions import NOUNS

FILLERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("back", "front", "quarter", "half", "side", "top", "bottom", "middle", "group", "couple", "pair"),
    *("picture", "photo", "image", "view", "background", "foreground", "something", "other"),
)
"""Words that name no thing: numbers, parts and frames.

Those that GNM deletes from its tags are Tag2Text's seven: "quarter", "back", and "one" to "five".
"""


def tags(docs: Iterable[Doc], deleted: Iterable[str] = FILLERS) -> tuple[str, ...]:
    """The nouns of captions with their compounds, singular, in small letters, each once, in order."""
    gone = frozenset(deleted)
    named = (noun for doc in docs for noun in _nouns(doc))
    return tuple(dict.fromkeys(noun for noun in named if noun not in gone and len(noun) > 1))


def _nouns(doc: Doc) -> Iterator[str]:
    for phrase in doc.noun_chunks:
        if phrase.root.tag_ in NOUNS:
            yield " ".join([*_compounds(phrase.root), phrase.root.lemma_]).lower()


def _compounds(head: Token) -> list[str]:
    """The nouns right before one that belong to it: "fire" of "fire hydrant"."""
    before: list[str] = []
    for token in reversed(list(head.lefts)):
        if token.dep_ != "compound" or token.i != head.i - len(before) - 1:
            break
        before.insert(0, token.text)
    return before
