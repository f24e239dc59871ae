"""The colour of the sky, of a court or of the grass: a scene in, drafts of another colour of it out.

Words tell which stuff there can be (a smooth area along the upper edge is a sky out of doors, and a
wall in a room), pixels where it is. A caption that states the colour is changed where it does; one
that only names the stuff gets the colour put in; else a sentence states it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import ClassVar, NamedTuple

import numpy as np

from counterfoil.mine.perceive.captions import Noun, read
from counterfoil.mine.perceive.colour import NAMES, apart
from counterfoil.mine.perceive.stuff import Stuff, stuff, table
from counterfoil.mine.percentile import percentile
from counterfoil.mine.propose.phrases import colour_change
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added, attribute
from counterfoil.mine.propose.told import told, vocabulary
from counterfoil.mine.propose.wording import Wording
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Scene

SURE = 0.008
"""Up to that roughness an area that no caption names is a sky: walls and water show more."""

LIGHTEST = 0.8
"""A sky that is not blue is lighter than so much of what lies below it."""

TRACE = 0.02
"""Up to that share of it stuff of several colours may show one, and it is still said not to have it."""

_PLAIN = frozenset({"the", "a", "an"})


class _Lists(NamedTuple):
    """The words of one stuff.

    Args:
        nouns: what it is called.
        signs: words of captions that make it likely.
        things: labels of regions that make it likely.
        against: words that make it doubtful.
        things_against: labels that make it doubtful.
        bound: words of a caption that another colour would belie, or sound odd beside.
        to: what each of its colours may become; of "", one that has no name, it is said what it is not.
    """

    nouns: tuple[str, ...]
    signs: frozenset[str]
    things: frozenset[str]
    against: frozenset[str]
    things_against: frozenset[str]
    bound: frozenset[str]
    to: dict[str, tuple[str, ...]]


@cache
def _lists() -> dict[str, _Lists]:
    return {
        name: _Lists(
            nouns=tuple(entry["nouns"]),
            to={colour: tuple(others) for colour, others in entry["to"].items()},
            bound=frozenset(entry["bound"]),
            **{
                key.replace(" ", "_"): frozenset(entry[key])
                for key in ("signs", "things", "against", "things against")
            },
        )
        for name, entry in table().items()
    }


@dataclass(frozen=True, kw_only=True)
class RecolourStuff:
    """Propose another colour for stuff that nobody annotated.

    Args:
        per_stuff: at most so many colours for one stuff. Where one is refused, for what stays of the old
            colour or for the edge, so are the others.
    """

    version: ClassVar[int] = 2
    per_stuff: int = 1

    def load(self, run: Run) -> Propose1:
        """Read the table and return the function that proposes."""
        lists = _lists()

        def propose(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            for name, known in lists.items():
                yield from islice(_of(scene, name, known, rng), self.per_stuff)

        return propose


def _of(scene: Scene, name: str, lists: _Lists, rng: random.Random) -> Iterator[Draft]:
    """The drafts of one stuff."""
    found = stuff(scene, name) if _is_likely(scene, lists) else None
    if found is None:
        return
    nouns = _nouns(scene, lists)
    if not (nouns or _is_sure(found)) or not _agrees(found, nouns):
        return
    colours = [colour for colour in lists.to.get(found.colour, ()) if _may_become(found, colour)]
    rng.shuffle(colours)
    for colour in colours:
        words = _words(scene, found, nouns, colour, lists)
        if words is not None:
            yield _draft(found, colour, words)


def _is_likely(scene: Scene, lists: _Lists) -> bool:
    """Whether words or things speak for the stuff, and none against it."""
    said = frozenset[str]().union(*map(vocabulary, scene.parses))
    labels = {region.label for region in scene.regions}
    doubtful = said & lists.against or labels & lists.things_against
    return bool(said & lists.signs or labels & lists.things) and not (doubtful or _is_grey(scene))


def _is_grey(scene: Scene) -> bool:
    """Whether a picture has no colour at all: one in its sky would be painted on."""
    return percentile(apart(scene.pixels[::8, ::8]).ravel(), 98) < 16


def _nouns(scene: Scene, lists: _Lists) -> dict[int, Noun]:
    """The noun for the stuff in each caption that has just one; a noun that is not sure counts too."""
    found = {
        caption: [noun for noun in read(doc, lists.nouns) if set(noun.labels) & set(lists.nouns)]
        for caption, doc in enumerate(scene.parses)
    }
    return {caption: nouns[0] for caption, nouns in found.items() if len(nouns) == 1}


def _is_sure(found: Stuff) -> bool:
    """Whether pixels alone, with the signs for it, tell the stuff; water that nobody names may be a floor."""
    if found.name != "sky":
        return found.name != "water"
    is_clear = found.colour == "blue" and found.roughness < SURE / 3
    is_light = found.colour == "blue" or (float(found.middle[0]) > 0.6 and found.above > LIGHTEST)
    roughest = SURE if found.colour else 0.6 * SURE
    return found.roughness < roughest and is_light and (is_clear or not found.is_all)


def _agrees(found: Stuff, nouns: dict[int, Noun]) -> bool:
    """Whether no caption calls the stuff by another colour than the pixels do."""
    return all(span.value == found.colour for noun in nouns.values() for span in noun.colours)


def _may_become(found: Stuff, colour: str) -> bool:
    """Whether stuff of no one colour has nothing of this one."""
    return bool(found.colour) or float(found.shares[NAMES.index(colour)]) < TRACE


def _words(scene: Scene, found: Stuff, nouns: dict[int, Noun], after: str, lists: _Lists) -> Wording | None:
    """How the colour is told, in a caption that fits both colours."""
    known = told(scene)
    bound = {c: lists.bound - {found.colour} if noun.colours else lists.bound for c, noun in nouns.items()}
    captions = range(len(scene.captions))
    free = [c for c in captions if _is_free(scene, c, after, bound.get(c, lists.bound))]
    for caption in free:
        if caption in nouns and nouns[caption].sure and nouns[caption].colours and found.colour:
            change = colour_change(scene.parses[caption], nouns[caption], after)
            return None if change is None else Wording(caption, (), (change,))
    bare = [c for c in free if c in nouns and _takes_colour(scene, c, nouns[c])] if found.colour else []
    if bare:
        caption = known.pick(bare, "stuff", found.name)
        changes = [colour_change(scene.parses[caption], nouns[caption], c) for c in (found.colour, after)]
        if changes[0] is not None and changes[1] is not None:
            return Wording(caption, (changes[0],), (changes[1],))
    free = [c for c in free if c not in nouns or not nouns[c].colours]
    if not free:
        return None
    caption = known.pick(free, "stuff", found.name)
    before = found.colour or f"not {after}"
    true, negative = attribute(nouns[caption].singular if caption in nouns else found.name, before, after)
    text = scene.captions[caption]
    return Wording(caption, added(text, true), added(text, negative))


def _is_free(scene: Scene, caption: int, after: str, bound: frozenset[str]) -> bool:
    """Whether a caption stays true, and reads well, with another colour of the stuff."""
    words = vocabulary(scene.parses[caption])
    return bool(words) and words.isdisjoint(bound | {after}) and not scene.captions[caption].isupper()


def _takes_colour(scene: Scene, caption: int, noun: Noun) -> bool:
    """Whether a noun stands with an article alone, so that a colour reads well before it."""
    doc = scene.parses[caption]
    return noun.sure and not noun.plural and noun.left + 1 == noun.first and doc[noun.left].lower_ in _PLAIN


def _draft(found: Stuff, colour: str, words: Wording) -> Draft:
    before = found.colour or f"not {colour}"
    return words.draft(
        Edit(operation="replace", kind="attribute", before=before, after=colour, box=_box(found)),
        values=(found.name, colour),
    )


def _box(found: Stuff) -> Box:
    height, width = found.mask.shape
    rows, columns = np.flatnonzero(found.mask.any(1)), np.flatnonzero(found.mask.any(0))
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )
