"""Rules for drawn scenes about what is there and how many: add, remove, count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from counterfoil.mine.propose.drawn.known import Known, Looks, draft, named
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.sentences import added
from counterfoil.mine.stage import Run
from counterfoil.records import Change
from counterfoil.world.say import article
from counterfoil.world.words import COLOURS, NUMBERS, SHAPES

FEWEST, MOST = 2, 5
"""Numbers that are counted; one more than the most items of a drawing would not fit."""


@dataclass(frozen=True, kw_only=True)
class OneComes:
    """A thing is added whose shape the scene lacks.

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    most: int = 1

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_comes(Known(scene, rng)), self.most)


def _comes(known: Known) -> Iterator[Draft]:
    present = {looks["shape"] for looks in known.looks}
    absent = [shape for shape in SHAPES if shape not in present]
    for shape in known.rng.sample(absent, len(absent)) if len(known.looks) < MOST else ():
        colour = known.rng.choice([c for c in COLOURS if known.may_show(shape, c)])
        looks = {"shape": shape} | ({"colour": colour} if known.rng.random() < 0.7 else {})
        captions = range(len(known.phrases))
        yield _present(known, looks, captions, comes=True, values=(shape, colour))


@dataclass(frozen=True, kw_only=True)
class OneGoes:
    """A thing is taken away, of which the caption says nothing, or which it joins by "and".

    Args:
        most: largest number of drafts of one scene.
    """

    version: ClassVar[int] = 1
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_goes(Known(scene, rng)), self.most)


def _goes(known: Known) -> Iterator[Draft]:
    for region in known.rng.sample(range(len(known.looks)), len(known.looks)):
        looks = known.looks[region]
        colour = {"colour": looks["colour"]} if "colour" in looks and known.rng.random() < 0.7 else {}
        said = {"shape": looks["shape"]} | colour
        if len(known.looks) > 1 and known.means_only(said, region):
            silent = [c for c, phrases in enumerate(known.phrases) if not any(region in of for of in phrases)]
            denied = _denied(known, region)
            if denied is not None:
                yield denied
            elif silent:
                yield _present(known, said, silent, comes=False, targets=(region,), box=known.box(region))


def _denied(known: Known, region: int) -> Draft | None:
    """From "a circle and a star" to "a circle and no star": the last of a list, where a caption has it."""
    for caption, phrases in enumerate(known.phrases):
        phrase = phrases.get((region,))
        if phrase is None or len(phrases) < 2 or known.relations(caption) or not phrase.says:
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


def _present(known: Known, looks: Looks, captions: Sequence[int], *, comes: bool, **more: object) -> Draft:
    """A sentence after a caption that says nothing of the thing: "There is a red star.", or none."""
    caption = known.rng.choice(captions)
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

    version: ClassVar[int] = 1
    most: int = 2

    def load(self, run: Run) -> Propose1:
        """Get ready and return the function that proposes."""
        return lambda scene, rng: islice(_other_count(Known(scene, rng)), self.most)


def _other_count(known: Known) -> Iterator[Draft]:
    for fact in known.scene.facts:
        if fact.kind != "count":
            continue
        for mention in fact.mentions:
            says = known.phrases[mention.caption][fact.regions].says
            number = int(fact.value)
            if len(known.fitting(says)) != number:
                continue
            for other in known.rng.sample((number - 1, number + 1), 2):
                if not FEWEST <= other <= MOST or (other > number and len(known.looks) >= MOST):
                    continue
                fine = [c for c in COLOURS if known.may_show(fact.subject, c)]
                colour = says.get("colour") or known.rng.choice(fine)
                yield draft(
                    ("replace", "count"),
                    (NUMBERS[number], NUMBERS[other]),
                    mention.caption,
                    Change(mention.start, mention.end, NUMBERS[other]),
                    targets=fact.regions,
                    values=(fact.subject, colour),
                )
