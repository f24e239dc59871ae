"""Our own edits, painted by diffusion: colours, materials and kinds of things, things gone, one less.

Paper:    the edits are those of docs/mine.md; painting in a mask is that of Rombach et al., High-Resolution
          Image Synthesis with Latent Diffusion Models, CVPR 2022 (arXiv 2112.10752).
Command:  counterfoil mine PHOTOS --recipe inpaint --out DIR, PHOTOS with boxes or masks (COCO)
Hardware: by the sizes of the models, a GPU of 8 GB with one model in memory at a time; not measured.
Expect:   no more two-way foils per photo than `max_two_way`; yields with real weights are not measured.
"""

from __future__ import annotations

from counterfoil.mine.decode import Decode
from counterfoil.mine.editors.candidates import Candidates
from counterfoil.mine.filter import Filter, Limit
from counterfoil.mine.inpaint import Inpaint
from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.paintable_words import PaintableWords
from counterfoil.mine.propose.recolour import RecolourOne
from counterfoil.mine.propose.recount import OneLess
from counterfoil.mine.propose.remove import RemoveOne
from counterfoil.mine.propose.words import WORD_RULES
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.area import Area
from counterfoil.mine.score.itm import Itm
from counterfoil.mine.score.match import Match
from counterfoil.mine.score.measure import Score
from counterfoil.mine.score.tried import Tried
from counterfoil.mine.segment import Segment
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.inpainter import Inpainter
from counterfoil.models.sam import Sam2

RULES = (
    PaintableWords(name="paint_noun", rule=WORD_RULES["replace_noun"]),
    PaintableWords(name="paint_adjective", rule=WORD_RULES["replace_adjective"]),
    RecolourOne(),
    RemoveOne(),
    OneLess(),
)
"""Edits of one thing. Those of colours, things gone and one less ask what the classical editors ask."""

SEGMENTER = Sam2(checkpoint=Checkpoint(model="facebook/sam2.1-hiera-large", dtype="fp32"))
PAINTER = Inpainter(
    checkpoint=Checkpoint(model="diffusers/stable-diffusion-xl-1.0-inpainting-0.1", dtype="fp16", batch=4),
    steps=30,
    guidance=7.5,
)
MATCHER = Itm(checkpoint=Checkpoint(model="Salesforce/blip-itm-large-coco", batch=32))
BEST = Candidates(scorer=MATCHER, by="itm.mean")
"""One picture is painted; with `inpaint.candidates.tries` of several the one that suits its captions best."""


def inpaint() -> MineRecipe:
    """Masks where only boxes are known, our rules, one painter; kept where BLIP finds that words match."""
    return MineRecipe(
        name="inpaint",
        stages=(
            Decode(),
            Segment(segmenter=SEGMENTER),
            Perceive(),
            Propose(rules=RULES, max_text=0),
            Reword(),
            Inpaint(painter=PAINTER, crop=512, candidates=BEST),
            Score(scorers=(Area(), Tried())),
            Match(scorers=(MATCHER,)),
            Filter(limits=(Limit(name="area.inside", min=0.05), Limit(name="itm.mean", above=0.0))),
        ),
        shard_size=16,
        batch_size=16,
        one_at_a_time=True,
    )
