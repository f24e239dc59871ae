"""TROHN's negatives: false captions of SugarCrepe's kinds by a language model; TROHN-Img paints them.

Paper:    Miranda et al., BiVLC: Extending Vision-Language Compositionality Evaluation with Text-to-Image
          Retrieval, NeurIPS 2024 Datasets and Benchmarks, arXiv 2406.09952, section 5.
Command:  vllm serve openchat/openchat-3.5-0106 & counterfoil mine SOURCE --recipe trohn --out DIR
          (words alone: --recipe trohn_text; another server: --set contradict.writer.url=...)
Hardware: a server with the language model, 16 GB; for pictures SDXL, 10 GB in bf16.
Expect:   up to seven foils of every caption with trohn_text; one a picture with trohn, for pictures are dear.
          The paper filters by plausibility and grammar against blind readers: here that is
          `counterfoil audit --balance`.
"""

from __future__ import annotations

from counterfoil.mine.editors.imagine import Imagine
from counterfoil.mine.propose.contradict import Contradict
from counterfoil.mine.run import MineRecipe
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.repainter import TextToImage
from counterfoil.models.server import Server
from counterfoil.recipes.captions import caption_recipe
from counterfoil.recipes.tripletclip import BEST, LOCAL

CELLS = tuple(
    f"{operation} {kind}"
    for operation, kinds in (
        ("replace", ("object", "attribute", "relation")),
        ("swap", ("object", "attribute")),
        ("add", ("object", "attribute")),
    )
    for kind in kinds
)
"""SugarCrepe's."""

WRITER = Server(model="openchat/openchat-3.5-0106", url=LOCAL)


def trohn_text() -> MineRecipe:
    """TROHN-Text: every caption in every cell."""
    return caption_recipe("trohn_text", Contradict(writer=WRITER, cells=CELLS, captions=0))


def trohn() -> MineRecipe:
    """TROHN-Img: one caption a picture, of a cell that suits it, painted by SDXL tuned on preferences."""
    painter = TextToImage(checkpoint=Checkpoint(model="mhdang/dpo-sdxl-text2image-v1"), guidance=5.0)
    return caption_recipe("trohn", Contradict(writer=WRITER), Imagine(painter=painter, candidates=BEST))
