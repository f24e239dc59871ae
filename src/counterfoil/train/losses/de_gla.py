"""DeGLA: own negatives apart, by picture and by text, held near to a teacher that follows slowly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from counterfoil.train.batches import Embeddings
from counterfoil.train.losses.loss import Loss, State, Terms, present
from counterfoil.train.losses.masked import scored
from counterfoil.train.losses.neg_clip import with_negative_texts
from counterfoil.train.losses.own import own, own_contrast


@dataclass(frozen=True, kw_only=True)
class DeGla(Loss):
    """NegCLIP, contrasts with own negatives grounded in picture and text, and self-distillation.

    L = L_NegCLIP + image_weight L_IGC + text_weight L_TGC + teacher_weight L_dis
    L_IGC = mean_i CE([S(I_i, T_i), S(I_i, T_i^1..K)], 0)
    L_TGC = mean_i CE(text_scale [t_i.t'_i, t_i.t_i^1..K], 0), t' by the teacher
    L_dis = sum_i |v_i - v'_i|^2 + |t_i - t'_i|^2 over items

    The teacher is the exponential moving average of the model (0.9996 a step).

    Source: Hu et al., Decoupled Global-Local Alignment for Improving Compositional Understanding
    (ACM MM 2025, arXiv 2504.16801). The released code masks wrong columns in one of IGC and TGC.
    """

    image_weight: float = 0.1
    text_weight: float = 0.1
    teacher_weight: float = 0.005
    text_scale: float = 10.0
    needs: ClassVar[frozenset[str]] = frozenset({"negative_text", "teacher"})

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """Terms "image_to_text", "text_to_image", "by_image", "by_text" and "teacher"."""
        scores = scored(e, state)
        mine = own(scores)
        taught_image_ND = present(e.teacher_image_ID, "de_gla", "teacher")[e.layout.image_N]
        taught_text_ND = present(e.teacher_text_TD, "de_gla", "teacher")[e.layout.text_N]
        true_N = self.text_scale * (mine.text_ND * taught_text_ND).sum(1)
        false_NK = self.text_scale * (mine.text_ND[:, None] * mine.negative_NKD).sum(-1)
        apart = _apart(mine.image_ND, taught_image_ND) + _apart(mine.text_ND, taught_text_ND)
        return with_negative_texts(scores) | {
            "by_image": self.image_weight * own_contrast(mine.true_N, mine.false_NK, mine.valid_NK),
            "by_text": self.text_weight * own_contrast(true_N, false_NK, mine.valid_NK),
            "teacher": self.teacher_weight * apart,
        }


def _apart(student_ND: Tensor, teacher_ND: Tensor) -> Tensor:
    """The summed squared differences."""
    return (student_ND - teacher_ND).square().sum()
