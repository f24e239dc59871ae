"""CounterCurate's positions and counts: left and right mirrored, above and below painted, one thing less.

Paper:    Zhang et al., CounterCurate, Findings of ACL 2024, arXiv 2402.13254. For above and below
          GLIGEN paints two things in each other's boxes; here an inpainting model does. Its edits by GPT-4V
          and DALL-E 3 are not here; `gnm` and `tripletclip` have the like. It has no filter: nor has this.
Command:  counterfoil mine PHOTOS --recipe countercurate --out DIR, PHOTOS with boxes or masks (COCO)
Hardware: as for `inpaint`, whose models it has; not measured.
Expect:   a mirrored foil for each told or seen left and right, an exchange for each two things of like size
          one above the other, one less for each count of two to five that stands free;
          yields with real weights are not measured.
"""

from __future__ import annotations

from dataclasses import replace

from counterfoil.mine.editors.mirror import Mirror
from counterfoil.mine.filter import Filter
from counterfoil.mine.inpaint import Inpaint
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.mirror import MirrorSides
from counterfoil.mine.propose.recount import OneLess
from counterfoil.mine.propose.swap_heights import SwapHeights
from counterfoil.mine.run import MineRecipe
from counterfoil.recipes.inpaint import BEST, PAINTER, inpaint

RULES = (MirrorSides(), SwapHeights(), OneLess())


def countercurate() -> MineRecipe:
    """Sides by the mirror, heights and counts by diffusion; nothing is filtered."""
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
