"""Any loss, held near to a teacher."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms, present


@dataclass(frozen=True, kw_only=True)
class Distilled(Loss):
    """Another loss, plus weight [ mean_i |v_i - v'_i|^2 + mean_j |t_j - t'_j|^2 ], v' and t' by the teacher.

    The means are over all pictures and all texts of the batch.

    Args:
        loss: the other loss.
        weight: as above.

    Source: ours; the distance is that of DeGLA (arXiv 2504.16801), which sums where this takes means.
    """

    loss: Loss
    weight: float

    @property
    def needs(self) -> frozenset[str]:
        """What the other loss needs, and the teacher."""
        return self.loss.needs | {"teacher"}

    def learned(self) -> dict[str, float]:
        """What the other loss learns."""
        return self.loss.learned()

    def carry(self, e: Embeddings, state: State) -> dict[str, Tensor]:
        """What the other loss carries."""
        return self.loss.carry(e, state)

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """The other loss's terms, and "distilled"."""
        image_ID = present(e.teacher_image_ID, "distilled", "teacher")
        text_TD = present(e.teacher_text_TD, "distilled", "teacher")
        apart = _apart(e.image_ID, image_ID) + _apart(e.text_TD, text_TD)
        return {**self.loss(e, state), "distilled": self.weight * apart}


def _apart(student_RD: Tensor, teacher_RD: Tensor) -> Tensor:
    """The mean squared distance."""
    return (student_RD - teacher_RD).square().sum(1).mean()
