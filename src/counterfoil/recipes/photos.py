"""Photos with captions, and boxes and masks where there are any, to foils in both modalities.

Paper:    the taxonomy of Hsieh et al., SugarCrepe (NeurIPS 2023); the two-way square of Thrush et al.,
          Winoground (CVPR 2022); the edits are classical image processing.
Command:  counterfoil mine SOURCE --out DIR
Hardware: any CPU; docs/results.md has the time per photo.
Expect:   about ten text-only foils per caption, and for photos with COCO-like masks several two-way
          foils each; docs/results.md has the measured yields.
"""

from __future__ import annotations

from counterfoil.mine.cutouts import GatherCutouts
from counterfoil.mine.decode import Decode
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.editors.editors import EDITORS
from counterfoil.mine.filter import Filter, Limit
from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.rules import RULES
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.measure import Score
from counterfoil.mine.score.scorers import SCORERS

LIMITS = (
    Limit(name="area.outside", max=0.0),
    Limit(name="area.inside", min=0.05),
    Limit(name="colour.share", min=0.6),
    Limit(name="colour.old_share", max=0.2),
    Limit(name="rim.left", max=0.0075),
    Limit(name="rim.texture", min=0.7),
    Limit(name="seam.ratio", max=1.3, editors=("clothes", "repaint_stuff")),
    Limit(name="frame.left", max=0.0),
    Limit(name="seam.ratio", max=1.2, editors=("remove", "recount", "add", "replace")),
    Limit(name="sharpness.ratio", min=-0.5, max=0.6, editors=("add", "replace")),
    Limit(name="area.share", max=0.11, editors=("remove", "recount")),
    Limit(name="sharpness.ratio", min=-0.9, max=0.6, editors=("remove", "recount")),
    Limit(name="boxes.relation", min=1.0),
    Limit(name="boxes.count", min=1.0),
)
"""What a kept foil must meet; chosen on the photos that docs/results.md calls the tuning half."""


def photos() -> MineRecipe:
    """The built-in recipe for photos: no model but a parser of English."""
    return MineRecipe(
        name="photos",
        prepare=(GatherCutouts(),),
        stages=(
            Decode(),
            Perceive(),
            Propose(rules=tuple(RULES.values())),
            Reword(),
            Draw(editors=tuple(EDITORS.values())),
            Score(scorers=tuple(SCORERS.values())),
            Filter(limits=LIMITS),
        ),
    )
