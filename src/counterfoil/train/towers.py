"""The two towers of an encoder, each embedding a batch whole or chunk by chunk.

With a chunk size, rows are embedded chunk by chunk without a graph. When their gradient is known, each
chunk is embedded once more, with a graph and the same dropout, and hands its part on to the weights:
activations live for a chunk at a time.

Source: Gao et al., Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup
(RepL4NLP 2021, arXiv 2101.06983), section 3.2 (GradCache).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from counterfoil.errors import RecipeError
from counterfoil.models.hosting import trim
from counterfoil.train.batches import Batch
from counterfoil.train.distributed import most_of_ranks
from counterfoil.train.sharded import is_spread

Rows = dict[str, Tensor]
"""What a tower makes of some rows, by the names that `Embeddings` has for it."""

Chance = tuple[Tensor, Tensor | None]
"""The state of chance: of the CPU, and of the device where that has its own."""


class Encoder(Protocol):
    """What a model must be to be trained here; `models.dual_encoder.DualEncoder` is."""

    @property
    def log_scale(self) -> torch.nn.Parameter:
        """The natural logarithm of the factor of cosines; one element."""
        ...

    @property
    def bias(self) -> torch.nn.Parameter | None:
        """What is added to scaled cosines; one element, or None."""
        ...

    def encode_images(self, pixels_ICHW: Tensor, *, patches: bool = False) -> Any:
        """Unit vectors of pictures: image_ID, and patch_IRD or None."""
        ...

    def encode_texts(self, tokens: dict[str, Tensor], *, words: bool = False) -> Any:
        """Unit vectors of texts: text_TD, and token_TWD with token_TW or None."""
        ...

    def parameters(self) -> Iterator[torch.nn.Parameter]:
        """All weights."""
        ...


@dataclass(frozen=True)
class Tower:
    """One half of an encoder over a batch.

    Args:
        embed: embeds some rows.
        number: how many there are.
        device: where.
        spread: whether ranks hold parts of its weights, and so have to embed at the same time.
    """

    embed: Callable[[slice], Rows]
    number: int
    device: torch.device
    spread: bool = False

    def slices(self, chunk: int) -> list[slice]:
        """The rows in chunks; as many on all ranks if they have to meet in each.

        Raises:
            RecipeError: this rank has fewer rows than others have chunks.
        """
        if not self.spread:
            return [slice(start, start + chunk) for start in range(0, self.number, chunk)]
        chunks = most_of_ranks(-(-self.number // chunk))
        if chunks > self.number:
            raise RecipeError(f"chunk is {chunk}: too small for a rank with {self.number} rows, raise it")
        return [slice(self.number * n // chunks, self.number * (n + 1) // chunks) for n in range(chunks)]


def towers_of(encoder: Encoder, batch: Batch, precision: torch.dtype, *, tokens: bool) -> tuple[Tower, Tower]:
    """The picture tower and the text tower over a batch, with patches and words if `tokens`."""
    device = encoder.log_scale.device

    # Entered anew for each chunk: autocast keeps weights that it cast, even those cast without a graph.
    def cast() -> torch.autocast:
        return torch.autocast(device.type, precision, enabled=precision != torch.float32)

    def images(rows: slice) -> Rows:
        with cast():
            found = encoder.encode_images(batch.pixels_ICHW[rows].to(device), patches=tokens)
        return _found(image_ID=found.image_ID, patch_IRD=found.patch_IRD)

    def texts(rows: slice) -> Rows:
        taken = {name: tensor[rows].to(device) for name, tensor in batch.tokens.items()}
        with cast():
            found = encoder.encode_texts(taken, words=tokens)
        return _found(text_TD=found.text_TD, token_TWD=found.token_TWD, token_TW=found.token_TW)

    layout, spread = batch.layout, is_spread(encoder.parameters())
    return (
        Tower(images, len(layout.origin_I3), device, spread),
        Tower(texts, len(layout.origin_T3), device, spread),
    )


def _found(**rows: Tensor | None) -> Rows:
    return {name: tensor for name, tensor in rows.items() if tensor is not None}


def embed(tower: Tower, chunk: int | None) -> tuple[Rows, Callable[[], object]]:
    """Rows that gather gradient, and what hands that on to the tower's weights."""
    if chunk is None:
        made = tower.embed(slice(None))
        rows = _leaves(made)
        return rows, lambda: _hand_on(made, rows, slice(None))
    slices = tower.slices(chunk)
    rows, chances = without_graph(tower, slices)
    return rows, lambda: _replay(tower, rows, slices, chances)


def without_graph(tower: Tower, slices: Sequence[slice]) -> tuple[Rows, list[Chance]]:
    """All rows, and the state of chance before each slice of them.

    They are written where all have room from the start: parts of them that were kept would stand among the
    activations, and keep the allocator from using that memory for the next slice.
    """
    whole: Rows = {}
    chances = []
    for rows in slices:
        chances.append(_chance(tower.device))
        with torch.no_grad():
            made = tower.embed(rows)
        for name, part in made.items():
            if name not in whole:
                whole[name] = part.new_empty(tower.number, *part.shape[1:])
            whole[name][rows] = part
    return _leaves(whole), chances


def _replay(tower: Tower, rows: Rows, slices: Sequence[slice], chances: Sequence[Chance]) -> None:
    """Embed each slice again as it was, now with a graph, and hand its gradient on.

    Before the first slice, and before the second, freed memory goes back: what embedding without a graph
    left has other sizes, and the gradients that the first slice began lie among its activations.
    """
    for number, (part, chance) in enumerate(zip(slices, chances, strict=True)):
        if number < 2:
            trim()
        with _again(chance, tower.device):
            made = tower.embed(part)
        learning = _hand_on(made, rows, part)
        del made  # what is left of its graph would stand among the activations of the next part
        if not learning:
            return


def _leaves(made: Rows) -> Rows:
    return {name: made[name].detach().requires_grad_(made[name].is_floating_point()) for name in made}


def _hand_on(made: Rows, leaves: Rows, rows: slice) -> bool:
    """Whether there are weights that learn from these rows."""
    learning = [name for name, leaf in leaves.items() if leaf.grad is not None and made[name].requires_grad]
    if learning:
        gradients = [leaf.grad[rows] for leaf in map(leaves.__getitem__, learning) if leaf.grad is not None]
        torch.autograd.backward([made[name] for name in learning], gradients)
    return bool(learning)


def _chance(device: torch.device) -> Chance:
    return torch.get_rng_state(), torch.cuda.get_rng_state(device) if device.type == "cuda" else None


@contextmanager
def _again(chance: Chance, device: torch.device) -> Iterator[None]:
    """The same chance once more, for dropout."""
    cpu, own = chance
    with torch.random.fork_rng([] if own is None else [device]):
        torch.set_rng_state(cpu)
        if own is not None:
            torch.cuda.set_rng_state(own, device)
        yield
