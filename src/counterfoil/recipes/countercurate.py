"""CounterCurate's positions and counts: photos mirrored for left and right, one thing less painted away.

Paper:    Zhang et al., CounterCurate, Findings of ACL 2024, arXiv 2402.13254. Its above/below (GLIGEN) and
          its edits by GPT-4V and DALL-E 3 are not here; it has no filter, so neither has this.
Command:  counterfoil mine PHOTOS --recipe countercurate --out DIR, PHOTOS with boxes or masks (COCO)
Hardware: as for `inpaint`, whose models it has; not measured.
Expect:   a mirrored foil for each told or seen left and right, one less for each count of two to five that
          stands free; yields with real weights are not measured.
"""

from __future__ import annotations

from dataclasses import replace

from counterfoil.mine.editors.mirror import Mirror
from counterfoil.mine.filter import Filter
from counterfoil.mine.inpaint import Inpaint
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.mirror import MirrorSides
from counterfoil.mine.propose.recount import OneLess
from counterfoil.mine.run import MineRecipe
from counterfoil.recipes.inpaint import BEST, PAINTER, inpaint

RULES = (MirrorSides(), OneLess())


def countercurate() -> MineRecipe:
    """Positions by the mirror, counts by diffusion; nothing is filtered."""
    recipe = inpaint()
    decode, segment, perceive, _, reword, _, score, match, _ = recipe.stages
    return replace(
        recipe,
        name="countercurate",
        stages=(
            decode,
            segment,
            perceive,
            Propose(rules=RULES, max_text=0),
            reword,
            Inpaint(painter=PAINTER, candidates=BEST, editors=(Mirror(),)),
            score,
            match,
            Filter(),
        ),
    )
