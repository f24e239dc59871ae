"""The drawn world to foils in both modalities, each of them true by the scene itself.

Paper:    none; the cells are those of SugarCrepe (Hsieh et al., NeurIPS 2023) and Winoground (Thrush
          et al., CVPR 2022), with counts and with pictures for each.
Command:  counterfoil mine drawn:train --out DIR
Hardware: any CPU; docs/results.md has the foils per second.
Expect:   about nine two-way foils per scene.
"""

from __future__ import annotations

from counterfoil.mine.decode import Decode
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.editors.redraw import Redraw
from counterfoil.mine.filter import Filter, Limit
from counterfoil.mine.perceive.drawn import PerceiveDrawn
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.drawn import DRAWN_RULES
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.change import Change
from counterfoil.mine.score.colour import ColourVerified
from counterfoil.mine.score.measure import Score

LIMITS = (
    Limit(name="change.inside", min=55.0),
    Limit(name="change.spill", max=0.3),
    Limit(name="colour.share", min=0.5),
    Limit(name="colour.old_share", max=0.3),
)
"""What a kept foil must meet; chosen on the validation split from the curve in docs/world.md."""


def drawn() -> MineRecipe:
    """The built-in recipe for the drawn world."""
    return MineRecipe(
        name="drawn",
        stages=(
            Decode(),
            PerceiveDrawn(),
            Propose(rules=tuple(DRAWN_RULES.values()), max_two_way=16, max_per_cell=3),
            Reword(),
            Draw(editors=(Redraw(),)),
            Score(scorers=(Change(), ColourVerified())),
            Filter(limits=LIMITS),
        ),
        lossless=True,
        shard_size=256,
        batch_size=64,
    )
