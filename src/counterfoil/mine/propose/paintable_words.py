"""A foil in words whose words mean one thing of the picture: that thing can be painted to match."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from spacy.tokens import Doc

from counterfoil.mine.perceive.captions import Noun
from counterfoil.mine.propose.rule import Draft, Propose1, Rule
from counterfoil.mine.propose.told import told
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Scene


@dataclass(frozen=True, kw_only=True)
class PaintableWords:
    """The drafts of a rule for words, two-way where what they change is said of one region alone.

    A noun that is replaced, or an adjective before one, must belong to a phrase that can only mean that
    region. Other drafts of the rule are left out.

    Args:
        name: of this rule.
        rule: whose drafts replace an object or an attribute.
    """

    version: ClassVar[int] = 1
    name: str
    rule: Rule

    def load(self, run: Run) -> Propose1:
        """Load the rule for words."""
        propose = self.rule.load(run)

        def drafts(scene: Scene, rng: random.Random) -> Iterator[Draft]:
            for draft in propose(scene, rng):
                region = _meant(scene, draft)
                if region is not None:
                    edit = replace(draft.edit, box=scene.regions[region].box)
                    yield draft._replace(
                        edit=edit, targets=(region,), values=(draft.edit.after,), two_way=True
                    )

        return drafts


def _meant(scene: Scene, draft: Draft) -> int | None:
    """The region that all changed words are about; None where it is not sure to be one."""
    known = told(scene)
    for region in range(len(scene.regions)):
        nouns = [link.noun for link in known.links_to(region) if link.caption == draft.caption]
        if known.is_only(region) and all(
            any(_is_within(change, scene.parses[draft.caption], noun) for noun in nouns)
            for change in draft.negative_changes
        ):
            return region
    return None


def _is_within(change: Change, doc: Doc, noun: Noun) -> bool:
    """Whether a change lies in the phrase of a noun."""
    return doc[noun.left].idx <= change.start and change.end <= noun.end
