"""The Contradict stage: a language model rewrites captions so that one fact is false. Scene to Proposal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from pydantic import BaseModel

from counterfoil.chance import rng_for
from counterfoil.mine.propose.contradictions import (
    SYSTEM,
    Contradiction,
    Contradictions,
    contradictions,
    outline,
    task,
)
from counterfoil.mine.propose.rewriting import amiss, rewritten
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.stage import Apply, Run
from counterfoil.models.forms import Unanswered
from counterfoil.models.writer import Prompt, Writer
from counterfoil.records import Proposal, Rejected, Scene


class Asked(NamedTuple):
    """A caption of a scene by its number, and what the writer is asked of it."""

    caption: int
    prompt: Prompt


@dataclass(frozen=True, kw_only=True)
class Contradict:
    """False captions by a language model, of given cells or of the model's choice.

    Args:
        writer: the language model.
        cells: "operation kind" of each caption that is asked for ("replace object"); () for one of any.
        captions: of a picture that are rewritten, the first ones; 0 for all.
    """

    takes: ClassVar[type] = Scene
    gives: ClassVar[type] = Proposal
    version: ClassVar[int] = 1
    writer: Writer
    cells: tuple[str, ...] = ()
    captions: int = 1

    @property
    def heavy(self) -> bool:
        """Whether the writer's weights lie in this process."""
        return self.writer.heavy

    def load(self, run: Run) -> Apply:
        """Load the writer; its answers are kept beside the run."""
        ask = self.writer.load(run.answers)

        def contradict(scenes: Sequence[Scene]) -> list[Proposal | Rejected]:
            asked = [self._asked(scene, run.seed) for scene in scenes]
            answers = iter(ask([one.prompt for of_scene in asked for one in of_scene]))
            return [
                out
                for scene, of_scene in zip(scenes, asked, strict=True)
                for out in _proposed(scene, of_scene, [next(answers) for _ in of_scene])
            ]

        return contradict

    def prompts(self, scene: Scene, seed: int) -> list[Prompt]:
        """What the writer is asked of a scene: one question a caption."""
        return [asked.prompt for asked in self._asked(scene, seed)]

    def _asked(self, scene: Scene, seed: int) -> list[Asked]:
        system, form, context = f"{SYSTEM}\n{task(self.cells)}", outline(self.cells), {"cells": self.cells}
        texts = scene.captions[: self.captions or None]
        return [
            Asked(
                n, Prompt(system, f"Caption: {text}", Contradictions, form, _chance(scene, n, seed), context)
            )
            for n, text in enumerate(texts)
        ]


def _chance(scene: Scene, caption: int, seed: int) -> int:
    return rng_for(seed, scene.key, f"contradict {caption}").getrandbits(31)


def _proposed(
    scene: Scene, asked: Sequence[Asked], answers: Sequence[BaseModel | Unanswered]
) -> Iterator[Proposal | Rejected]:
    number = itertools.count()
    for one, answer in zip(asked, answers, strict=True):
        for made in _drafts(scene, one.caption, answer):
            yield made if isinstance(made, Rejected) else made.proposal(scene, next(number), "contradict")


def _drafts(scene: Scene, caption: int, answer: BaseModel | Unanswered) -> Iterator[Draft | Rejected]:
    for said in contradictions(answer):
        if isinstance(said, Contradiction):
            fault = amiss(scene.captions[caption], said)
            yield _refused(scene, caption, fault, said.caption) if fault else rewritten(scene, caption, said)
        else:
            yield _refused(scene, caption, said.reason, said.detail)


def _refused(scene: Scene, caption: int, reason: str, detail: str) -> Rejected:
    told = f"caption {caption}: {detail}"
    return Rejected(record=scene, key=scene.key, stage="contradict", reason=reason, detail=told, part=True)
