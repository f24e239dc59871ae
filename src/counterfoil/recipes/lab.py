"""The laboratory: what negatives in one modality teach, and what those in both do, all else equal.

Paper:    none; the question is that of GNM (Sahin et al., WACV 2024): why negatives in both modalities?
Command:  make lab
Hardware: two CPU cores; docs/results.md has minutes and results.
Expect:   a base that is a bag of words on swaps; of swapped things it learns nothing from ordinary pairs,
          half from negatives of one modality, nine in ten from those of both.

A base learns from ordinary pairs of the world of two things (`world.duo`). It is then continued in four
ways for equally many steps, each of which shows it `PICTURES` pictures and `PICTURES` captions:

| arm | foils | negatives of them | strangers | ordinary pairs |
|---|---|---|---|---|
| none | - | - | - | 96 |
| text | 32 | 32 captions | 32 pictures | 32 |
| image | 32 | 32 pictures | 32 captions | 32 |
| both | 32 | 32 captions, 32 pictures | - | 32 |

A foil comes with its original picture and caption. A stranger is a picture, or a caption, of another
scene of which the batch has nothing else: an ordinary negative in the place of a hard one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from counterfoil.models.drawn import DrawnEncoder
from counterfoil.train.batching import Batching
from counterfoil.train.compose import (
    BOTH,
    Drawn,
    Entry,
    Item,
    Modality,
    Negative,
    Squares,
    original,
    true_text,
)
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.drawn import duo_foils
from counterfoil.train.forgetting import Forgetting
from counterfoil.train.losses import LOSSES, Loss
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.schedule import Schedule
from counterfoil.world.quads import Cell

_FOILS = 32
PICTURES = 3 * _FOILS
"""Pictures, and captions, in every batch of every arm."""

SIDE = 32
"""Of the pictures, in pixels."""

BASE_STEPS, STEPS = 800, 3600
"""Of a base, and of each arm that continues it."""

SWAPS: tuple[Cell, ...] = (("swap", "attribute"), ("swap", "object"))
"""What foils are in training; the replacements are measured and never trained on."""


@dataclass(frozen=True, kw_only=True)
class OneSided:
    """Foils with negatives in one modality, and with each of them a stranger in the other.

    As many ordinary pairs as there are foils, the last ones, lend their pictures or their captions.

    Args:
        modality: of the negatives.
    """

    modality: Modality

    def widths(self, foils: int) -> tuple[int, int]:
        """See `Composition`."""
        return 2 * foils, 0

    def shown(self) -> frozenset[Modality]:
        """See `Composition`: a stranger, too, is a negative."""
        return BOTH

    def items(self, drawn: Drawn) -> list[Item]:
        """See `Composition`."""
        number = sum(entry.foil is not None for entry in drawn.entries)
        kept, lenders = drawn.entries[: len(drawn.entries) - number], drawn.entries[-number:]
        squares = Squares(texts=self.modality == "text", images=self.modality == "image")
        lent = iter(lenders)
        return [
            item._replace(negatives=(*item.negatives, *(self._stranger(next(lent)) for _ in item.negatives)))
            for item in squares.items(drawn._replace(entries=kept))
        ]

    def _stranger(self, entry: Entry) -> Negative:
        if self.modality == "text":
            return Negative(None, original(entry.sample))
        return Negative(true_text(entry.sample, entry.caption), None)


ARMS: Mapping[str, Batching] = {
    "none": Batching(foils=0, pairs=3, groups=_FOILS),
    "text": Batching(key="foil", foils=1, pairs=2, groups=_FOILS, compose=OneSided(modality="text")),
    "image": Batching(key="foil", foils=1, pairs=2, groups=_FOILS, compose=OneSided(modality="image")),
    "both": Batching(key="foil", foils=1, pairs=1, groups=_FOILS),
}
"""What batches consist of, by the negatives that they have."""

ENCODERS: Mapping[str, DrawnEncoder] = {
    kind: DrawnEncoder(kind=kind, image_size=SIDE, width=64, layers=2, embed_dim=64, context=18)
    for kind in ("ends", "convolutional")
}
"""By how they pool: CLIP's tokens of class and end (the main one), means of detectors."""


def data(split: str = "train", scenes: int = 8000, quads_per_cell: int = 4000) -> FoilDataset:
    """What all arms learn from: scenes as ordinary pairs, and squares of swaps."""
    return duo_foils(split, size=SIDE, scenes=scenes, quads_per_cell=quads_per_cell, cells=SWAPS)


def base(steps: int) -> TrainRecipe:
    """From scratch, on ordinary pairs."""
    return _recipe("base", ARMS["none"], LOSSES["two_way"], steps)


def arm(name: str, steps: int, loss: str = "two_way") -> TrainRecipe:
    """The base continued with the negatives of an arm, and with a loss of `LOSSES`.

    A loss that needs a further caption gets one of each ordinary pair beside what others see; one that
    needs a teacher has the base.
    """
    recipe, needs = _recipe(f"{name}, {loss}", ARMS[name], LOSSES[loss], steps), LOSSES[loss].needs
    if "positive_text" in needs:
        recipe = replace(recipe, batching=replace(recipe.batching, compose=Squares(num_positives=1)))
    return replace(recipe, forgetting=Forgetting(teacher="start" if "teacher" in needs else ""))


def _recipe(name: str, batching: Batching, loss: Loss, steps: int) -> TrainRecipe:
    return TrainRecipe(
        name=f"lab, {name}",
        loss=loss,
        batching=batching,
        optimiser=Optimiser(rate=2e-3, weight_decay=0.01),
        schedule=Schedule(shape="cosine", warm_up=steps // 10),
        steps=steps,
        held_out=0.0,
        log_every=50,
        save_every=min(500, steps // 2),
        keep=1,
        trackers=(),
    )
