"""What recipes for words alone share: the stages around the one that proposes.

Paper:    none.
Command:  none: see negclip, ceclip and trohn_text.
Hardware: any CPU, and what the proposing stage needs.
Expect:   every proposal that can be told, as a foil without a picture of its own.
"""

from __future__ import annotations

from counterfoil.mine.decode import Decode
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.filter import Filter
from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.rule import Rule
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.measure import Score
from counterfoil.mine.score.tried import Tried
from counterfoil.mine.stage import Stage


def proposing(*rules: Rule) -> Propose:
    """The stage that asks these rules."""
    return Propose(rules=rules)


def caption_recipe(name: str, propose: Stage, paint: Stage | None = None) -> MineRecipe:
    """Decode, perceive, propose, reword; pictures only where `paint` makes some."""
    painted, score = paint or Draw(), Score(scorers=(Tried(),))
    stages = (Decode(), Perceive(), propose, Reword(max_growth=12), painted, score, Filter())
    return MineRecipe(name=name, stages=stages, shard_size=64, batch_size=16)
