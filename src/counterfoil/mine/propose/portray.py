"""The Portray stage: a language model says what each thing of a scene could be instead. Scene to Proposal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel

from counterfoil.chance import rng_for
from counterfoil.mine.propose.portrayals import (
    SYSTEM,
    Portrayal,
    Portrayals,
    by_word,
    outline,
    portrayals,
)
from counterfoil.mine.propose.renaming import main_caption, renamed
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.words.lexicon import Noun, nouns
from counterfoil.mine.propose.words.reading import read
from counterfoil.mine.stage import Apply, Run
from counterfoil.models.forms import Unanswered
from counterfoil.models.writer import Prompt, Writer
from counterfoil.records import Edit, Proposal, Rejected, Scene


class Target(NamedTuple):
    """An item: its word, and the region that it is painted over."""

    word: str
    region: int


@dataclass(frozen=True, kw_only=True)
class Portray:
    """Four other things in the place of each item, to be painted and told.

    An item is a label of the scene's regions; of several with that label the largest is painted. What the
    answer lacks, or has in another form, is refused item by item and portrayal by portrayal.

    Args:
        writer: the language model.
        max_items: of a picture, the largest first.
        only: refuse items of which the picture has several.
    """

    takes: ClassVar[type] = Scene
    gives: ClassVar[type] = Proposal
    version: ClassVar[int] = 1
    writer: Writer
    max_items: int = 12
    only: bool = False

    @property
    def heavy(self) -> bool:
        """Whether the writer's weights lie in this process."""
        return self.writer.heavy

    def load(self, run: Run) -> Apply:
        """Load the writer; its answers are kept beside the run."""
        ask = self.writer.load(run.answers)
        nouns()

        def portray(scenes: Sequence[Scene]) -> list[Proposal | Rejected]:
            asked = {scene.key: prompt for scene in scenes for prompt in self.prompts(scene, run.seed)}
            answers = dict(zip(asked, ask(list(asked.values())), strict=True))
            return [out for scene in scenes for out in self._of(scene, answers.get(scene.key))]

        return portray

    def prompts(self, scene: Scene, seed: int) -> list[Prompt]:
        """What the writer is asked of a scene: one question; none where there is no item."""
        words = [target.word for target in self._targets(scene)]
        if not words:
            return []
        user = f"Words: {', '.join(words)}\nSentence: {scene.captions[main_caption(scene)]}"
        chance = rng_for(seed, scene.key, "portray").getrandbits(31)
        return [Prompt(SYSTEM, user, Portrayals, outline(words), chance, {"words": words})]

    def _labelled(self, scene: Scene) -> dict[str, list[int]]:
        """The regions of each label, the largest first, in the order of the labels' largest."""
        found: dict[str, list[int]] = {}
        for number, region in sorted(enumerate(scene.regions), key=lambda one: -one[1].area):
            if not region.crowd:
                found.setdefault(region.label.lower(), []).append(number)
        return found

    def _targets(self, scene: Scene) -> list[Target]:
        fitting = [
            Target(word, regions[0])
            for word, regions in self._labelled(scene).items()
            if not (self.only and len(regions) > 1)
        ]
        return fitting[: self.max_items]

    def _of(self, scene: Scene, answer: BaseModel | Unanswered | None) -> Iterator[Proposal | Rejected]:
        if answer is None:
            yield Rejected(record=scene, key=scene.key, stage="portray", reason="nothing_to_edit")
            return
        number = itertools.count()
        for made in self._drafts(scene, answer):
            yield made if isinstance(made, Rejected) else made.proposal(scene, next(number), "portray")

    def _drafts(self, scene: Scene, answer: BaseModel | Unanswered) -> Iterator[Draft | Rejected]:
        targets, entries = self._targets(scene), by_word(answer)
        words = [target.word for target in targets]
        for word in self._labelled(scene):
            if word not in words:
                yield _refused(scene, "not_an_item", f"{word}: one of several, or beyond max_items")
        for target in targets:
            entry = entries.get(target.word)
            if entry is None:
                yield _refused(scene, *_missing(answer, target.word))
            else:
                yield from _portrayed(scene, target, entry)


def _missing(answer: BaseModel | Unanswered, word: str) -> tuple[str, str]:
    """Why there is nothing on a word: the model failed as a whole, or left it out."""
    if isinstance(answer, Unanswered) and answer.value is None:
        return answer.reason, f"{word}: {answer.detail}"
    return "left_out", f"the answer has no {word}"


def _portrayed(scene: Scene, target: Target, entry: dict[str, Any]) -> Iterator[Draft | Rejected]:
    """The portrayals of an item, each a draft or refused."""
    seen: set[str] = set()
    for portrayal in portrayals(entry):
        if isinstance(portrayal, Unanswered):
            yield _refused(scene, portrayal.reason, f"{target.word}, {portrayal.detail}")
            continue
        told = f"{target.word}: {portrayal.short}"
        if reason := _amiss(scene, target, portrayal.short, seen):
            yield _refused(scene, reason, told)
        else:
            seen.add(portrayal.short.lower())
            yield _draft(scene, target, portrayal)


def _amiss(scene: Scene, target: Target, short: str, seen: set[str]) -> str | None:
    """Why a thing cannot stand for an item: it is the same, is there already, or no animal for an animal."""
    last = short.lower().split()[-1]
    if short.lower() in seen:
        return "twice_the_same"
    before, after = _noun(target.word), _noun(last)
    if target.word.split()[-1] == last or (before is not None and before is after):
        return "same_thing"
    if after is not None and read(scene).shows(after):
        return "shown_already"
    if before and after and before.kind == "animal" and after.kind != "animal":
        return "no_animal"
    return None


def _noun(word: str) -> Noun | None:
    form = nouns().forms.get(word)
    return form and form.noun


def _draft(scene: Scene, target: Target, portrayal: Portrayal) -> Draft:
    words = renamed(scene, target.region, target.word, portrayal.short)
    box = scene.regions[target.region].box
    return Draft(
        edit=Edit(operation="replace", kind="object", before=target.word, after=portrayal.short, box=box),
        caption=words.caption,
        negative_changes=words.negative,
        true_changes=words.true,
        targets=(target.region,),
        values=(portrayal.description,),
        two_way=True,
        also=words.also,
    )


def _refused(scene: Scene, reason: str, detail: str) -> Rejected:
    return Rejected(record=scene, key=scene.key, stage="portray", reason=reason, detail=detail, part=True)
