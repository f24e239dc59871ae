"""GNM: each thing of a photo becomes four others, painted by diffusion and told in its captions.

Paper:    Sahin, Li, Khan, Cremers, Tresp, Enhancing Multimodal Compositional Reasoning of Visual Language
          Models with Generative Negative Mining, WACV 2024, arXiv 2311.03964; docs/generative.md says
          where this differs.
Command:  counterfoil mine PHOTOS --recipe gnm --out DIR, with OPENAI_API_KEY or
          --set portray.writer.url=http://localhost:8000/v1 --set portray.writer.model=NAME
Hardware: by the sizes of the models, a GPU of 12 GB with one model in memory at a time; not measured.
Expect:   four variations of each thing that is found; the paper keeps about 164,000 of COCO's training
          photos. Nothing was measured here with real weights, which cannot be had here.
"""

from __future__ import annotations

from dataclasses import replace

from counterfoil.mine.decode import Decode
from counterfoil.mine.describe import Describe
from counterfoil.mine.editors.candidates import Candidates
from counterfoil.mine.filter import Filter, Limit
from counterfoil.mine.ground import Ground
from counterfoil.mine.inpaint import Inpaint
from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose.portray import Portray
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.area import Area
from counterfoil.mine.score.itm import Itm
from counterfoil.mine.score.iva import Iva
from counterfoil.mine.score.match import Match
from counterfoil.mine.score.measure import Score
from counterfoil.mine.score.tried import Tried
from counterfoil.mine.score.vqa_score import VqaScore
from counterfoil.mine.segment import Segment
from counterfoil.models.captioner import Captioner
from counterfoil.models.chat import Chat
from counterfoil.models.grounding_dino import GroundingDino
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.inpainter import Inpainter
from counterfoil.models.sam import Sam, Sam2
from counterfoil.models.server import Server

LIMITS = (Limit(name="itm.mean", above=0.0), Limit(name="iva", above=14.0))
"""What the paper keeps. The raw scores are kept with every foil."""

ITM = Itm(checkpoint=Checkpoint(model="Salesforce/blip-itm-large-coco", batch=32))


def gnm() -> MineRecipe:
    """As published, with a describer of today's libraries in the place of Tag2Text."""
    return MineRecipe(
        name="gnm",
        stages=(
            Decode(),
            Describe(
                describer=Captioner(
                    checkpoint=Checkpoint(
                        model="Salesforce/blip-image-captioning-large", dtype="fp16", batch=16
                    )
                )
            ),
            Ground(
                detector=GroundingDino(
                    checkpoint=Checkpoint(model="IDEA-Research/grounding-dino-tiny", dtype="fp32"),
                    box=0.35,
                    text=0.25,
                ),
                overlap=0.25,
            ),
            Segment(
                segmenter=Sam(checkpoint=Checkpoint(model="facebook/sam-vit-huge", dtype="fp32", batch=4))
            ),
            Perceive(),
            Portray(writer=Server(model="gpt-4o-mini")),
            Reword(),
            Inpaint(
                painter=Inpainter(
                    checkpoint=Checkpoint(
                        model="sd2-community/stable-diffusion-2-inpainting", dtype="fp16", batch=16
                    ),
                    steps=100,
                    guidance=7.5,
                ),
                crop=512,
                candidates=Candidates(scorer=ITM, by="itm.mean"),
            ),
            Score(scorers=(Area(), Tried())),
            Match(scorers=(ITM, Iva(visible=10.0))),
            Filter(limits=LIMITS),
        ),
        shard_size=16,
        batch_size=16,
        one_at_a_time=True,
    )


def gnm_modern() -> MineRecipe:
    """The same roles, filled by larger open models of later years; VQAScore beside GNM's scores.

    Needs a GPU of 40 GB by the models' sizes (not measured), or `offload` of the painter and the chat
    models. FLUX Fill is gated: accept its licence first.
    """
    chat = Checkpoint(model="Qwen/Qwen2.5-VL-7B-Instruct", dtype="bf16", batch=8)
    flux = Checkpoint(model="black-forest-labs/FLUX.1-Fill-dev", dtype="bf16", batch=4)
    decode, _, _, _, perceive, portray, reword, _, score, match, _ = gnm().stages
    assert isinstance(match, Match)
    return replace(
        gnm(),
        name="gnm_modern",
        stages=(
            decode,
            Describe(describer=Chat(checkpoint=chat)),
            Ground(
                detector=GroundingDino(
                    checkpoint=Checkpoint(model="IDEA-Research/grounding-dino-base", dtype="fp32")
                )
            ),
            Segment(segmenter=Sam2(checkpoint=Checkpoint(model="facebook/sam2.1-hiera-large", dtype="fp32"))),
            perceive,
            portray,
            reword,
            Inpaint(
                painter=Inpainter(checkpoint=flux, steps=50, guidance=30.0, pipeline="DiffusionPipeline"),
                candidates=Candidates(scorer=ITM, by="itm.mean"),
            ),
            score,
            replace(match, scorers=(*match.scorers, VqaScore(checkpoint=chat))),
            Filter(limits=LIMITS),
        ),
    )
