"""Rules for drawn scenes about what is there and how many: add, remove, count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, cast

from counterfoil.mine.propose.drawn.balance import balanced
from counterfoil.mine.propose.drawn.known import COLOURED, Known, Looks, draft, named
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.stage import Run
from counterfoil.records import Change
from counterfoil.world.layout import has_place, new_item
from counterfoil.world.say import CHANCE, QUIET, article
from counterfoil.world.words import NUMBERS, SHAPES, Shape

LOOKS = ("shape", "colour", "size", "filling")
REPEATED = 0.3
"""How often what comes has the shape of something there; scenes repeat one as often."""
FEWEST, MOST = 2, 5
"""Numbers that are counted; one more than the most items of a drawing would not fit."""


@dataclass(frozen=True, kw_only=True)
class OneComes:
    """A thing is added of which a list, or a sentence more, says that it is not there.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 4
    most: int = 3

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(balanced(scene, rng, _comes(Known(scene, rng))), self.most)


def _comes(known: Known) -> Iterator[Draft]:
    captions = known.rng.sample(range(len(known.phrases)), len(known.phrases))
    for caption in captions if len(known.looks) < MOST else ():
        lists = _is_list(known, caption)
        for listed in (True, False) if lists else (False,):
            thing = _new_thing(known)
            if thing is None:
                continue
            said = _said(known, thing, thorough=listed)
            if not known.fitting(said) and not known.speaks_of(caption, thing):
                values = tuple(thing[name] for name in LOOKS)
                if listed:
                    yield _no_longer_denied(known, said, caption, values)
                else:
                    yield _present(known, said, caption, comes=True, values=values)


def _new_thing(known: Known) -> dict[str, str] | None:
    """Looks of a thing for which there is a place, of a shape that is there as often as scenes repeat one."""
    there = [looks["shape"] for looks in known.looks]
    shape = cast(Shape, known.rng.choice(there if there and known.rng.random() < REPEATED else SHAPES))
    colour = known.rng.choice(known.colours_of(shape))
    item = new_item(known.rng, shape, colour)
    if not has_place(item, [region.box for region in known.scene.regions]):
        return None
    return {name: getattr(item, name) for name in LOOKS}


def _said(known: Known, thing: Looks, *, thorough: bool) -> dict[str, str]:
    """What is said of a thing that may come or go: its shape, and what else captions say as often."""
    chances = CHANCE if thorough else {"colour": COLOURED}
    quiet = thing.get("filling") == "plain" and known.rng.random() < QUIET
    names = [name for name, chance in chances.items() if name in thing and known.rng.random() < chance]
    return {name: thing[name] for name in ["shape", *names] if not (quiet and name == "filling")}


def _is_list(known: Known, caption: int) -> bool:
    """Whether a caption only lists some things, one or two: "A red circle and a star."."""
    text, phrases = known.scene.captions[caption], list(known.phrases[caption].values())
    if len(phrases) > 2 or known.relations(caption) or any(len(phrase.regions) > 1 for phrase in phrases):
        return False
    # "The star is red." ends with what it says too
    return bool(phrases) and phrases[-1].end == len(text) - 1 and not text.startswith("The ")


def _no_longer_denied(known: Known, looks: Looks, caption: int, values: tuple[str, ...]) -> Draft:
    """From "a circle, a star and no heart" to "a circle, a star and a heart", of a list that has neither."""
    name, text = named(known, looks), known.scene.captions[caption]
    joint, end = text.rfind(" and "), len(text) - 1
    commas = (Change(joint, joint + 5, ", "),) if joint >= 0 else ()
    return draft(
        ("add", "object"),
        (f"no {name}", name),
        caption,
        *commas,
        Change(end, end, f" and {article(name)} {name}"),
        true_changes=(*commas, Change(end, end, f" and no {name}")),
        values=values,
    )


@dataclass(frozen=True, kw_only=True)
class OneGoes:
    """A thing is taken away, of which the caption says nothing, or which it joins by "and".

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 4
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(balanced(scene, rng, _goes(Known(scene, rng))), self.most)


def _goes(known: Known) -> Iterator[Draft]:
    for region in known.rng.sample(range(len(known.looks)), len(known.looks)):
        said = _said(known, known.looks[region], thorough=False)
        if len(known.looks) > 1 and known.means_only(said, region):
            silent = [c for c, phrases in enumerate(known.phrases) if not any(region in of for of in phrases)]
            denied = _denied(known, region)
            if denied is not None:
                yield denied
            elif silent:
                caption = known.rng.choice(silent)
                yield _present(known, said, caption, comes=False, targets=(region,), box=known.box(region))


def _denied(known: Known, region: int) -> Draft | None:
    """From "a circle and a star" to "a circle and no star": the last of a list, where a caption has it."""
    for caption, phrases in enumerate(known.phrases):
        phrase = phrases.get((region,))
        if phrase is None or len(phrases) < 2 or known.relations(caption) or "shape" not in phrase.says:
            continue
        start, text = known.article(caption, phrase.start), known.scene.captions[caption]
        if start is None or not text[:start].endswith(" and ") or not known.means_only(phrase.says, region):
            continue
        name = text[phrase.start : phrase.end]
        return draft(
            ("remove", "object"),
            (name, f"no {name}"),
            caption,
            Change(start, phrase.start, "no "),
            targets=(region,),
            box=known.box(region),
        )
    return None


def _present(known: Known, looks: Looks, caption: int, *, comes: bool, **more: object) -> Draft:
    """A sentence after a caption that says nothing of the thing: "There is a red star.", or none."""
    name, text = named(known, looks), known.scene.captions[caption]
    there, not_there = f"There is {article(name)} {name}.", f"There is no {name}."
    true, negative = (not_there, there) if comes else (there, not_there)
    words = (f"no {name}", name) if comes else (name, f"no {name}")
    return draft(
        ("add" if comes else "remove", "object"),
        words,
        caption,
        *added(text, negative),
        true_changes=added(text, true),
        **more,
    )


@dataclass(frozen=True, kw_only=True)
class OtherCount:
    """One more comes, or one goes, of things that a caption counts.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 4
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(balanced(scene, rng, _other_count(Known(scene, rng))), self.most)


def _other_count(known: Known) -> Iterator[Draft]:
    for fact in known.scene.facts:
        if fact.kind != "count":
            continue
        for mention in fact.mentions:
            says = known.phrases[mention.caption][fact.regions].says
            number = int(fact.value)
            if known.fitting(says).bit_count() != number:
                continue
            for other in known.rng.sample((number - 1, number + 1), 2):
                if not FEWEST <= other <= MOST or (other > number and len(known.looks) >= MOST):
                    continue
                colour = says.get("colour") or known.rng.choice(known.colours_of(cast(Shape, fact.subject)))
                yield draft(
                    ("replace", "count"),
                    (NUMBERS[number], NUMBERS[other]),
                    mention.caption,
                    Change(mention.start, mention.end, NUMBERS[other]),
                    targets=fact.regions,
                    values=(fact.subject, colour),
                )
