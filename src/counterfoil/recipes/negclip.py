"""NegCLIP's negatives: words of a caption swapped, in words alone.

Paper:    Yuksekgonul et al., When and Why Vision-Language Models Behave Like Bags-of-Words, ICLR 2023,
          arXiv 2210.01936, section 4 and appendix C.
Command:  counterfoil mine SOURCE --recipe negclip --out DIR
Hardware: any CPU; no model but the parser.
Expect:   a foil for about one caption in two: two nouns, adjectives or verbs have to be there to swap, and
          a swap that may be true or means nothing is not made. The paper's own pick of negative pictures,
          neighbours by CLIP, is the training recipe's (counterfoil train --recipe neg_clip).
"""

from __future__ import annotations

from counterfoil.mine.propose.rule import Rule
from counterfoil.mine.propose.words import WORD_RULES
from counterfoil.mine.run import MineRecipe
from counterfoil.recipes.captions import caption_recipe, proposing

SWAPS: tuple[Rule, ...] = tuple(
    WORD_RULES[name] for name in ("swap_nouns", "swap_adjectives", "swap_verbs", "shuffle_order")
)


def negclip() -> MineRecipe:
    """Swaps of nouns, adjectives and verbs, and of the order of words."""
    return caption_recipe("negclip", proposing(*SWAPS))
