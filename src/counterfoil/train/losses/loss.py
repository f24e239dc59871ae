"""What a loss is: a value that turns a whole batch's embeddings into named, weighted terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from torch import Tensor

from counterfoil.errors import DataError, RecipeError
from counterfoil.train.batches import Embeddings

State = Mapping[str, Tensor]
"""What a loss is told beside the embeddings, as scalars: "scale", the factor of all cosines; "bias" where
the model has one; what the loss learns (`learned`) and what it carries from the last step (`carry`)."""

Terms = dict[str, Tensor]
"""Named scalars, already weighted: their sum is the loss."""

NEEDS: dict[str, str] = {
    "negative_text": "negative captions",
    "negative_image": "negative pictures (two-way foils)",
    "positive_text": "further true captions of a picture",
    "tokens": "patches and words, not only whole pictures and captions",
    "teacher": "embeddings by a teacher",
}
"""What a loss may need beside pictures and captions, in words."""


class Loss(Protocol):
    """A loss: a frozen dataclass whose fields are its weights; what it leaves out is as here."""

    @property
    def needs(self) -> frozenset[str]:
        """What it cannot do without: keys of `NEEDS`."""
        return frozenset()

    @property
    def ring(self) -> bool:
        """Whether it takes this rank's embeddings `Apart`, where there are several."""
        return False

    def learned(self) -> dict[str, float]:
        """Scalars that are learned with the weights, by name, with what they start from."""
        return {}

    def carry(self, e: Embeddings, state: State) -> dict[str, Tensor]:
        """What the next step is to find in its state, without gradient."""
        return {}

    def __call__(self, e: Embeddings, state: State) -> Terms:
        """The terms of the loss of a whole batch."""
        ...


def check_needs(name: str, loss: Loss, offered: Collection[str]) -> None:
    """Refuse data that lack what a loss cannot do without, before the first step.

    Args:
        name: of the loss, for the message.
        loss: the loss.
        offered: what the data and the recipe have, of the keys of `NEEDS`.

    Raises:
        RecipeError: naming the loss and what is lacking.
    """
    lacking = [words for need, words in NEEDS.items() if need in loss.needs and need not in offered]
    if lacking:
        raise RecipeError(
            f"loss {name!r} needs {' and '.join(lacking)}, and the batches have none: train on data that "
            "have them, leave none out (batching.compose), or choose another loss"
        )


def present(value: Tensor | None, name: str, need: str) -> Tensor:
    """An optional part of a batch that a loss needs.

    Raises:
        DataError: it is not there.
    """
    if value is None:
        raise DataError(f"loss {name!r} needs {NEEDS[need]}, and this batch has none: embed it with {need!r}")
    return value
