"""The loss of a batch of all ranks and its gradient, whole or at the memory of a chunk.

A contrastive loss needs all embeddings of a batch at once, but the encoder's activations need not
live together (`towers`). The result does not depend on the chunk size, memory does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from counterfoil.errors import RecipeError
from counterfoil.train.batches import Batch, Embeddings
from counterfoil.train.distributed import add_gradients, apart, gather
from counterfoil.train.losses.loss import Loss, Terms
from counterfoil.train.towers import Encoder, Rows, embed, towers_of, without_graph

MOST = 100.0
"""The largest factor of cosines, as in CLIP."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a step has found out; the gradients are where gradients are.

    Args:
        terms: the terms of the loss of the whole batch, without gradient.
        carried: what the next step is to find in its state.
    """

    terms: Terms
    carried: dict[str, Tensor]

    @property
    def loss(self) -> Tensor:
        """The sum of the terms."""
        return torch.stack(list(self.terms.values())).sum()


def loss_and_gradients(
    encoder: Encoder,
    loss: Loss,
    batch: Batch,
    state: Mapping[str, Tensor],
    *,
    chunk: int | None = None,
    teacher: Encoder | None = None,
    precision: torch.dtype = torch.float32,
    amplify: Tensor | float = 1.0,
) -> Result:
    """The loss of a batch of all ranks; its gradient is added to the weights and the learned scalars.

    Gradients must be none (or the same on all ranks) before, as those found here are summed over ranks.

    Args:
        encoder: the model that learns.
        loss: the loss.
        batch: what this rank holds.
        state: scalars that the loss learns, and what it carried from the last step. Scale and bias are
            the encoder's.
        chunk: pictures, or texts, whose activations live at a time; None for all of them.
        teacher: embeds the batch without gradient, for losses that need "teacher".
        precision: of the encoders' arithmetic (autocast); embeddings and losses are float32.
        amplify: what all gradients are multiplied by, so that small ones do not vanish in float16.

    Raises:
        RecipeError: the loss needs a teacher, and there is none; or a chunk below 1.
    """
    if chunk is not None and chunk < 1:
        raise RecipeError(f"chunk is {chunk}: give at least 1, or none to embed the batch at once")
    towers = towers_of(encoder, batch, precision, tokens="tokens" in loss.needs)
    (images, replay_images), (texts, replay_texts) = (embed(tower, chunk) for tower in towers)
    taught = _taught(teacher, batch, chunk, precision) if "teacher" in loss.needs else {}
    layout = batch.layout.to(encoder.log_scale.device)
    e = Embeddings(layout=layout, **images, **texts, **taught)
    result = _contrasted(loss, e, {**state, **_scalars(encoder)}, amplify)
    # Longer rows first: what they leave behind in the allocator then has room for the shorter ones.
    replay_texts()
    replay_images()
    _add_up(encoder, state)
    return result


def _contrasted(loss: Loss, e: Embeddings, state: Mapping[str, Tensor], amplify: Tensor | float) -> Result:
    """The loss over all ranks, with the gradient of this one's embeddings; its graph ends here."""
    gathered = apart(e) if loss.ring else gather(e)
    terms = loss(gathered, state)
    with torch.no_grad():
        carried = loss.carry(gathered, state)
    torch.autograd.backward(torch.stack(list(terms.values())).sum() * amplify)
    return Result(terms={name: term.detach() for name, term in terms.items()}, carried=carried)


def _scalars(encoder: Encoder) -> dict[str, Tensor]:
    scale = {"scale": encoder.log_scale.exp().clamp(max=MOST).squeeze()}
    return scale if encoder.bias is None else scale | {"bias": encoder.bias.squeeze()}


def _add_up(encoder: Encoder, state: Mapping[str, Tensor]) -> None:
    """Make the gradients those of all ranks."""
    own = [encoder.log_scale] if encoder.bias is None else [encoder.log_scale, encoder.bias]
    scalars = [*own, *state.values()]
    names = {id(scalar) for scalar in scalars}
    add_gradients([weight for weight in encoder.parameters() if id(weight) not in names], scalars)


def _taught(teacher: Encoder | None, batch: Batch, chunk: int | None, precision: torch.dtype) -> Rows:
    """The embeddings by the teacher."""
    if teacher is None:
        raise RecipeError("the loss needs a teacher, and the run has none: name a loss without, or give one")
    taught: Rows = {}
    for tower in towers_of(teacher, batch, precision, tokens=False):
        taught |= without_graph(tower, tower.slices(chunk or tower.number))[0]
    return {f"teacher_{name}": row.detach() for name, row in taught.items()}
