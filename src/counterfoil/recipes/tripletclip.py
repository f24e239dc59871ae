"""TripletCLIP's negatives: a language model's false caption, and a picture painted from it.

Paper:    Patel et al., TripletCLIP: Improving Compositional Reasoning of CLIP via Synthetic
          Vision-Language Negatives, NeurIPS 2024, arXiv 2411.02545, section 3.
Command:  vllm serve mistralai/Mistral-7B-Instruct-v0.2 &
          counterfoil mine SOURCE --recipe tripletclip --out DIR
          (another server: --set contradict.writer.url=..., --set contradict.writer.model=...)
Hardware: a server with the language model, 16 GB; SDXL Turbo, 8 GB in bf16.
Expect:   one two-way foil a picture, as long as the model changes what it says it changes. The picture is
          new as a whole, so that more than the fact changes in it: audit it before training.
"""

from __future__ import annotations

from counterfoil.mine.editors.candidates import Candidates
from counterfoil.mine.editors.imagine import Imagine
from counterfoil.mine.propose.contradict import Contradict
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score.clip_score import ClipScore
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.repainter import TextToImage
from counterfoil.models.server import Server
from counterfoil.recipes.captions import caption_recipe

LOCAL = "http://localhost:8000/v1"
"""Where vLLM serves, if it is told nothing else."""

BEST = Candidates(
    scorer=ClipScore(checkpoint=Checkpoint(model="openai/clip-vit-large-patch14", batch=64)),
    by="clip_score.negative_on_negative",
)
"""One picture is painted; with `imagine.candidates.tries` of several the one that suits its caption best."""


def tripletclip() -> MineRecipe:
    """Mistral 7B for the captions, SDXL Turbo for the pictures: one step, no guidance."""
    writer = Server(model="mistralai/Mistral-7B-Instruct-v0.2", url=LOCAL)
    painter = TextToImage(checkpoint=Checkpoint(model="stabilityai/sdxl-turbo"), steps=1, guidance=0.0)
    return caption_recipe("tripletclip", Contradict(writer=writer), Imagine(painter=painter, candidates=BEST))
