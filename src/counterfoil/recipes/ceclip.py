"""CE-CLIP's negatives: two nouns swapped; a noun, an adjective, a verb or a number as a masked LM fills it.

Paper:    Zhang et al., Contrasting Intra-Modal and Ranking Cross-Modal Hard Negatives to Enhance
          Visio-Linguistic Compositional Understanding, CVPR 2024, arXiv 2306.08832, section 3.1.
Command:  counterfoil mine SOURCE --recipe ceclip --out DIR
Hardware: any CPU; a GPU of 2 GB is faster. distilroberta-base has 82 M weights.
Expect:   up to four foils a caption. Unlike the release, which takes any word that the model ranks fourth,
          a word comes only if it excludes the old one, and whole words are replaced.
"""

from __future__ import annotations

from counterfoil.mine.propose.fill_mask import FillMask
from counterfoil.mine.propose.words import WORD_RULES
from counterfoil.mine.run import MineRecipe
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.masked_lm import MaskedLM
from counterfoil.recipes.captions import caption_recipe, proposing


def ceclip() -> MineRecipe:
    """Swapped nouns, and words by distilroberta."""
    model = MaskedLM(checkpoint=Checkpoint(model="distilbert/distilroberta-base", batch=64), most=200)
    return caption_recipe("ceclip", proposing(WORD_RULES["swap_nouns"], FillMask(filler=model)))
