"""What keeps a model from unlearning what it could: frozen towers, adapters, averages, interpolation.

All of it works on any encoder, and what comes out has the weights and names that went in.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from counterfoil.errors import RecipeError, unknown
from counterfoil.train.losses.distilled import Distilled
from counterfoil.train.losses.loss import Loss
from counterfoil.train.sharded import held

if TYPE_CHECKING:
    from counterfoil.models.dual_encoder import DualEncoder

TOWERS: Mapping[str, tuple[str, ...]] = {"image": ("vision", "visual"), "text": ("text",)}
"""How the names of a tower's weights begin in every dual encoder of transformers."""

TEACHERS = ("", "start", "average")


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """How forgetting is held back. The defaults hold nothing back.

    Args:
        freeze: towers that learn nothing: "image", "text".
        lora_rank: of the adapters that learn instead of the weights; 0 for none. They are merged into
            the weights at the end (Hu et al., LoRA, ICLR 2022).
        lora_alpha: their output counts lora_alpha / lora_rank.
        lora_targets: ends of the names of the layers that get one.
        average: decay per step of a running average of the weights, which is what comes out; 0 for none.
        teacher: whom a loss that distils asks: the model as it was at the "start", or its running
            "average" (which then is not what comes out).
        distil: weight of the squared distance from the teacher's embeddings, added to any loss.
        wise_ft: shares of what was learned, each 0..1: weights between the start (0) and the end (1)
            are measured for each, and those of the last one come out (Wortsman et al., Robust
            fine-tuning of zero-shot models, CVPR 2022, equation 1).
    """

    freeze: tuple[str, ...] = ()
    lora_rank: int = 0
    lora_alpha: int = 16
    lora_targets: tuple[str, ...] = ("q_proj", "v_proj")
    average: float = 0.0
    teacher: str = ""
    distil: float = 0.0
    wise_ft: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for tower in self.freeze:
            if tower not in TOWERS:
                raise RecipeError(unknown("forgetting.freeze", tower, TOWERS))
        if self.teacher not in TEACHERS:
            raise RecipeError(unknown("forgetting.teacher", self.teacher, TEACHERS))
        if not 0 <= self.average < 1:
            raise RecipeError(f"forgetting.average is {self.average:g}, not a decay within 0..1")
        if self.teacher == "average" and not self.average:
            raise RecipeError("forgetting.teacher=average needs forgetting.average, a decay such as 0.9996")
        if self.distil < 0 or (self.distil and not self.teacher):
            raise RecipeError(
                f"forgetting.distil={self.distil:g} needs forgetting.teacher, and a weight from 0 on"
            )
        if not all(0 <= share <= 1 for share in self.wise_ft):
            raise RecipeError(f"forgetting.wise_ft is {self.wise_ft}, not shares within 0..1")

    @property
    def average_comes_out(self) -> bool:
        """Whether the result is the running average."""
        return self.average > 0 and self.teacher != "average"

    def held(self, loss: Loss) -> Loss:
        """The loss that is made small: the recipe's, with a distance from the teacher if so asked."""
        return Distilled(loss=loss, weight=self.distil) if self.distil else loss


def freeze(model: nn.Module, towers: tuple[str, ...]) -> None:
    """Let the towers learn nothing.

    Raises:
        RecipeError: the model has no such tower, by the names of its weights.
    """
    for tower in towers:
        frozen = [p for name, p in model.named_parameters() if name.startswith(TOWERS[tower])]
        if not frozen:
            raise RecipeError(f"{type(model).__name__} has no {tower} tower that could be frozen")
        for parameter in frozen:
            parameter.requires_grad_(False)


def adapt(model: nn.Module, held: Forgetting) -> Any:
    """Put adapters into a model, in place: they learn, its own weights do not.

    Returns:
        peft's view of it, for `merge`.

    Raises:
        RecipeError: no layer has a name that ends so.
    """
    from peft import LoraConfig, LoraModel

    config = LoraConfig(r=held.lora_rank, lora_alpha=held.lora_alpha, target_modules=list(held.lora_targets))
    try:
        return LoraModel(model, config, "default")
    except ValueError as error:
        layers = sorted(
            {name.rpartition(".")[2] for name, m in model.named_modules() if isinstance(m, nn.Linear)}
        )
        raise RecipeError(
            f"forgetting.lora_targets={','.join(held.lora_targets)}: no layer of {type(model).__name__} is "
            f"called so. Its linear layers: {', '.join(layers)}"
        ) from error


def merge(adapted: Any) -> None:
    """Add what adapters learned to the weights under them, and take the adapters out again."""
    adapted.merge_and_unload()


def copied(encoder: DualEncoder) -> DualEncoder:
    """Another encoder with the same weights that learns nothing: a teacher, or the first average."""
    other = copy.deepcopy(encoder).eval()
    return other.requires_grad_(False)


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, decay: float) -> None:
    """Move a running average towards a model: average <- decay * average + (1 - decay) * model."""
    learning = dict(model.named_parameters())
    pairs = [
        (held(mine), held(learning[name]))
        for name, mine in average.named_parameters()
        if learning[name].requires_grad
    ]
    torch._foreach_lerp_([mine for mine, _ in pairs], [its for _, its in pairs], 1 - decay)


def between(start: Mapping[str, Tensor], end: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights on the straight line from `start` (share 0) to `end` (share 1), exact at both ends."""
    if share in {0, 1}:
        return dict(end if share else start)
    return {
        name: start[name].lerp(after, share) if after.is_floating_point() else after
        for name, after in end.items()
    }
