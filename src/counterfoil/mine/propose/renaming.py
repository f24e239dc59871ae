"""A thing called otherwise in every caption that names it: "a brown dog on a bench" to "a cat on a bench".

Whole words only. Where no caption names the thing, both captions of the foil get it put in at their end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc, Span

from counterfoil.mine.english import with_article
from counterfoil.mine.propose.words.lexicon import nouns
from counterfoil.mine.propose.words.reading import ADJECTIVES
from counterfoil.records import Change, Scene

_KEPT = frozenset({"DT", "PRP$", "PDT"})


class Renamed(NamedTuple):
    """The words of a variation: see `Proposal`."""

    caption: int
    negative: tuple[Change, ...]
    true: tuple[Change, ...] = ()
    also: tuple[tuple[int, tuple[Change, ...]], ...] = ()


def main_caption(scene: Scene) -> int:
    """The number of the caption that a describer wrote; of the first where none did."""
    described = getattr(scene, "description", "")
    return scene.captions.index(described) if described in scene.captions else 0


def renamed(scene: Scene, region: int, item: str, short: str) -> Renamed:
    """What changes in a scene's captions when the thing called `item` becomes `short` ("orange cat").

    The describer's caption comes first where it names the thing, else the first that does.
    """
    main = main_caption(scene)
    changes = {number: _renaming(scene, number, region, item, short) for number in range(len(scene.captions))}
    naming = [(number, (change,)) for number, change in changes.items() if change is not None]
    if not naming:
        text = scene.captions[main]
        return Renamed(main, (_appended(text, short),), (_appended(text, item),))
    first, *others = sorted(naming, key=lambda one: (one[0] != main, one[0]))
    return Renamed(*first, also=tuple(others))


def _renaming(scene: Scene, number: int, region: int, item: str, short: str) -> Change | None:
    """The lowest noun phrase with the item as its noun, without its determiner; None for none, or several."""
    doc = scene.parses[number]
    named = {span[-1].i: span for span in (*_stated(scene, number, region), *_named(doc, item))}
    if len(named) != 1:
        return None
    (noun,) = named.values()
    first = next(token for token in _phrase(noun) if token.tag_ not in _KEPT)
    return Change(first.idx, noun.end_char, short)


def _phrase(noun: Span) -> Span:
    """The noun phrase that ends with a noun; where the parser sees none, the noun and its adjectives."""
    doc, first = noun.doc, noun.start
    chunk = next((chunk for chunk in doc.noun_chunks if chunk.root.i == noun[-1].i), None)
    while first and doc[first - 1].tag_ in ADJECTIVES:
        first -= 1
    return doc[min(first, chunk.start if chunk else first) : noun.end]


def _named(doc: Doc, item: str) -> Iterator[Span]:
    """The item's words, as whole words that belong to no longer noun."""
    words, lower = item.split(), [token.lower_ for token in doc]
    for end in range(len(words), len(lower) + 1):
        if lower[end - len(words) : end] == words and doc[end - 1].dep_ != "compound":
            yield doc[end - len(words) : end]


def _stated(scene: Scene, number: int, region: int) -> Iterator[Span]:
    """The nouns that perception found to mean the region, whatever their words."""
    for fact in scene.facts:
        if fact.kind == "object" and fact.regions == (region,):
            for caption, start, end in fact.mentions:
                span = scene.parses[number].char_span(start, end) if caption == number else None
                if span is not None:
                    yield span


def _appended(caption: str, words: str) -> Change:
    """The thing put in at the caption's end: " and an orange cat"."""
    place = len(caption.rstrip(" .!?"))
    form = nouns().forms.get(words.rpartition(" ")[2])
    uncounted = form is not None and form.noun.counted != "count"
    return Change(place, place, f" and {words if uncounted else with_article(words)}")
