"""Whether the captions of a variation match its picture: GNM's `itm_score`.

Source: Sahin et al., GNM, WACV 2024 (arXiv 2311.03964), and its release, with the head of Li et al., BLIP,
ICML 2022 (arXiv 2201.12086).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.mine.score.scorer import MeasureAll, Scores
from counterfoil.mine.score.views import View, ask_all
from counterfoil.mine.stage import Run
from counterfoil.models.blip import load_blip
from counterfoil.models.hosting import Checkpoint
from counterfoil.records import Foil


@dataclass(frozen=True, kw_only=True)
class Itm:
    """BLIP's logit of "match" for each negative caption on the negative picture.

    | score | what |
    |---|---|
    | itm.0, itm.1 ... | of each caption of the variation, in their order: a logit, above 0 towards a match |
    | itm.mean | their mean |

    Args:
        checkpoint: of a `BlipForImageTextRetrieval`.
    """

    version: ClassVar[int] = 1
    tiny: ClassVar[str] = "blip_itm"
    checkpoint: Checkpoint

    def load(self, run: Run) -> MeasureAll:
        """Load the model."""
        blip = load_blip(self.checkpoint)

        def measure(foils: Sequence[Foil]) -> list[Scores]:
            asked = [[(View(foil, painted=True), text) for text in _captions(foil)] for foil in foils]
            return [_told(logits) for logits in ask_all(asked, self.checkpoint.batch, blip.logits)]

        return measure


def _captions(foil: Foil) -> tuple[str, ...]:
    return (foil.negative_caption, *foil.also_negative) if foil.patch is not None else ()


def _told(logits: Sequence[float]) -> Scores:
    scores = {f"itm.{number}": logit for number, logit in enumerate(logits)}
    return scores | {"itm.mean": sum(logits) / len(logits)} if logits else {}
