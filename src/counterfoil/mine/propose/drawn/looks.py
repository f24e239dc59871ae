"""Rules for drawn scenes about what a thing is and is like: replace and swap, object and attribute."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, cast

from counterfoil.mine.propose.drawn.balance import balanced
from counterfoil.mine.propose.drawn.known import Known, Looks, Phrase, adjective, draft
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.stage import Run
from counterfoil.records import Change
from counterfoil.world.say import article
from counterfoil.world.words import NOUNS, Shape

ATTRIBUTES = ("colour", "filling", "size")

AGAIN = 0.5
"""How often a new shape is one that the caption names already, where that can be."""


@dataclass(frozen=True, kw_only=True)
class OtherLooks:
    """A thing gets another colour, size or filling, which the caption states.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 4
    most: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(balanced(scene, rng, _other_looks(Known(scene, rng))), self.most)


def _other_looks(known: Known) -> Iterator[Draft]:
    for caption, region, phrase in known.singles():
        for name in _said_of(phrase):
            before = phrase.says[name]
            after = _another(known, region, phrase.says, name)
            if after is not None and known.stays_clear(caption, region, name, after):
                span = phrase.spans[name]
                yield draft(
                    ("replace", "attribute"),
                    (before, after),
                    caption,
                    Change(span.start, span.end, adjective(known, after)),
                    targets=(region,),
                    values=(after,),
                    box=known.box(region),
                )


def _said_of(phrase: Phrase) -> list[str]:
    """The attributes that a phrase states, in a fixed order: sets of words have none."""
    return [name for name in ("colour", "size", "filling") if name in phrase.says]


def _another(known: Known, region: int, says: Looks, name: str) -> str | None:
    """Another value, with which the phrase fits nothing yet; the phrase as it is fits the one thing."""
    if not known.means_only(says, region):
        return None
    taken = known.values_of(name, says) | {known.looks[region].get(name)}
    values = [value for value in known.could_be(region, name) if value not in taken]
    return known.rng.choice(values) if values else None


@dataclass(frozen=True, kw_only=True)
class UnstatedLooks:
    """A thing gets another colour, size or filling, which a sentence adds to the caption.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 4
    most: int = 1

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(balanced(scene, rng, _unstated_looks(Known(scene, rng))), self.most)


def _unstated_looks(known: Known) -> Iterator[Draft]:
    regions = range(len(known.looks))
    pairs = itertools.product(known.rng.sample(regions, len(regions)), known.rng.sample(ATTRIBUTES, 3))
    for region, name in pairs:
        looks = known.looks[region]
        only = {"shape": looks["shape"]}
        quiet = [c for c in range(len(known.phrases)) if not _says(known, c, name, (region,))]
        after = _another(known, region, only | {name: looks[name]}, name) if name in looks else None
        if after is None or not quiet or not known.means_only(only, region):
            continue
        caption = known.rng.choice(quiet)
        noun = known.rng.choice(NOUNS[looks["shape"]])  # type: ignore[index]
        true, negative = (f"The {noun} is {adjective(known, value)}." for value in (looks[name], after))
        text = known.scene.captions[caption]
        yield draft(
            ("replace", "attribute"),
            (looks[name], after),
            caption,
            *added(text, negative),
            true_changes=added(text, true),
            targets=(region,),
            values=(after,),
            box=known.box(region),
        )


def _says(known: Known, caption: int, name: str, regions: tuple[int, ...]) -> bool:
    """Whether a caption says an attribute of one of some things."""
    phrases = (known.phrases[caption].get((region,)) for region in regions)
    return any(phrase is not None and name in phrase.says for phrase in phrases)


@dataclass(frozen=True, kw_only=True)
class OtherShape:
    """A thing becomes one of another shape.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 4
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(balanced(scene, rng, _other_shape(Known(scene, rng))), self.most)


def _other_shape(known: Known) -> Iterator[Draft]:
    for caption, region, phrase in known.singles():
        if phrase.noun is None or "shape" not in phrase.says or not known.means_only(phrase.says, region):
            continue
        taken = known.values_of("shape", phrase.means)
        fine = [
            shape
            for shape in known.could_be(region, "shape")
            if shape not in taken
            and known.stays_clear(caption, region, "shape", shape)
            and known.says_nothing_held_out(caption, {region: shape})
        ]
        if fine:
            # captions name a shape twice more often than chance would
            named = {other.says.get("shape") for other in known.phrases[caption].values()}
            told = [shape for shape in fine if shape in named]
            after = known.rng.choice(told if told and known.rng.random() < AGAIN else fine)
            yield draft(
                ("replace", "object"),
                (phrase.says["shape"], after),
                caption,
                Change(phrase.noun.start, phrase.noun.end, known.rng.choice(NOUNS[cast(Shape, after)])),
                targets=(region,),
                values=(after,),
                box=known.box(region),
            )


@dataclass(frozen=True, kw_only=True)
class LooksExchanged:
    """Two things exchange their colours, sizes or fillings, which one caption or a sentence more states.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 2
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_exchanged(Known(scene, rng)), self.most)


def _exchanged(known: Known) -> Iterator[Draft]:
    yield from _stated_exchanged(known)
    yield from _unstated_exchanged(known)


def _unstated_exchanged(known: Known) -> Iterator[Draft]:
    """Of things whose shapes no others have: "There is a red star and a blue circle."."""
    alone = [r for r, looks in enumerate(known.looks) if known.means_only({"shape": looks["shape"]}, r)]
    pairs = itertools.permutations(known.rng.sample(alone, len(alone)), 2)
    for (a, b), name in itertools.product(pairs, known.rng.sample(ATTRIBUTES, 3)):
        if not all(name in known.looks[region] for region in (a, b)):
            continue
        one, two = ({n: known.looks[r][n] for n in ("shape", name)} for r in (a, b))
        quiet = [c for c in range(len(known.phrases)) if not _says(known, c, name, (a, b))]
        if not quiet or not _can_exchange(known, (a, one), (b, two), name):
            continue
        values = one[name], two[name]
        nouns = [known.rng.choice(NOUNS[says["shape"]]) for says in (one, two)]  # type: ignore[index]
        words = [adjective(known, value) for value in values]
        true, negative = (
            f"There is {article(a_word)} {a_word} {nouns[0]} and {article(b_word)} {b_word} {nouns[1]}."
            for a_word, b_word in (words, words[::-1])
        )
        caption = known.rng.choice(quiet)
        text = known.scene.captions[caption]
        yield draft(
            ("swap", "attribute"),
            _both(one, two, values),
            caption,
            *added(text, negative),
            true_changes=added(text, true),
            targets=(a, b),
            values=values[::-1],
            box=known.box(a, b),
        )


def _stated_exchanged(known: Known) -> Iterator[Draft]:
    for (caption, a, one), (other_caption, b, two) in itertools.combinations(list(known.singles()), 2):
        if caption != other_caption:
            continue
        for name in (name for name in _said_of(one) if name in two.says):
            if _can_exchange(known, (a, one.says), (b, two.says), name):
                values = two.says[name], one.says[name]
                changes = [
                    Change(p.spans[name].start, p.spans[name].end, known.text(q.spans[name]).lower())
                    for p, q in ((one, two), (two, one))
                ]
                yield draft(
                    ("swap", "attribute"),
                    _both(one.says, two.says, values[::-1]),
                    caption,
                    *changes,
                    targets=(a, b),
                    values=values,
                    box=known.box(a, b),
                )


def _both(one: Looks, two: Looks, values: tuple[str, ...]) -> tuple[str, str]:
    """Both things with their looks, before and after: "red circle, blue star" and "blue circle, red star"."""
    nouns = one.get("shape", "shape"), two.get("shape", "shape")
    before = f"{values[0]} {nouns[0]}, {values[1]} {nouns[1]}"
    return before, f"{values[1]} {nouns[0]}, {values[0]} {nouns[1]}"


def _can_exchange(known: Known, one: tuple[int, Looks], two: tuple[int, Looks], name: str) -> bool:
    """Whether looks mean one thing each before, and nothing of the scene with the other's value."""
    for (region, says), (_, other) in ((one, two), (two, one)):
        value = other[name]
        if value == says[name] or value not in known.could_be(region, name):
            return False
        if known.fitting({**says, name: value}) or not known.means_only(says, region):
            return False
    return True
