"""A thing called otherwise in every caption that names it: "a brown dog on a bench" to "a cat on a bench".

Whole words only. Where no caption names the thing, both captions of the foil get it put in at their end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc

from counterfoil.mine import english
from counterfoil.mine.propose.words.lexicon import nouns
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
    heads = {*_stated(scene, number, region), *_named(doc, item)}
    if len(heads) != 1:
        return None
    head = doc[heads.pop()]
    phrase = next((chunk for chunk in doc.noun_chunks if chunk.root.i == head.i), doc[head.i : head.i + 1])
    first = next((token for token in phrase if token.tag_ not in _KEPT), head)
    return Change(first.idx, head.idx + len(head), short)


def _named(doc: Doc, item: str) -> Iterator[int]:
    """Last tokens of the item's words, as whole words that no further noun follows."""
    words, lower = item.split(), [token.lower_ for token in doc]
    for last in range(len(words) - 1, len(lower)):
        if lower[last - len(words) + 1 : last + 1] == words and doc[last].dep_ != "compound":
            yield last


def _stated(scene: Scene, number: int, region: int) -> Iterator[int]:
    """Last tokens of the nouns that perception found to mean the region, whatever their words."""
    for fact in scene.facts:
        if fact.kind == "object" and fact.regions == (region,):
            for caption, start, end in fact.mentions:
                span = scene.parses[number].char_span(start, end) if caption == number else None
                if span is not None:
                    yield span[-1].i


def _appended(caption: str, words: str) -> Change:
    """The thing put in at the caption's end: " and an orange cat"."""
    place = len(caption.rstrip(" .!?"))
    return Change(place, place, f" and {_with_article(words)}")


def _with_article(words: str) -> str:
    last = words.rsplit(maxsplit=1)[-1]
    form = nouns().forms.get(last)
    single = form.noun.counted == "count" and not form.plural if form else english.singular(last) == last
    return f"{english.article(words)} {words}" if single else words
