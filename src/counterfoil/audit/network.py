"""A small convolutional network as one more blind reader of pictures: it finds marks that nobody thought of.

It sees a picture and, as forensics does, what is left of it once its content is suppressed: the residual of a
median filter (Fridrich and Kodovsky, "Rich Models for Steganalysis of Digital Images", TIFS 2012; Bayar and
Stamm, "Constrained Convolutional Neural Networks", TIFS 2018, learn such filters). Needs torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.intervals import Numbers
from counterfoil.audit.reader import Answers, Groups, Said, Sides, crossed
from counterfoil.records import Pixels

if TYPE_CHECKING:
    from torch import Tensor, nn

SIDE = 64
"""Pixels of the square that the network sees."""

Views = NDArray[np.uint8]


def view(pixels: Pixels) -> Views:
    """The picture, and how strong its residual is (times 8), at 64 x 64: 6 x 64 x 64."""
    residual = cv2.absdiff(pixels, cv2.medianBlur(pixels, 3)).astype(np.float32).clip(0, 32) * 8
    shown = [
        cv2.resize(plane, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        for plane in (pixels.astype(np.float32), residual)
    ]
    return np.concatenate(shown, axis=2).clip(0, 255).round().astype(np.uint8).transpose(2, 0, 1)


@dataclass(frozen=True, kw_only=True)
class Network:
    """A reader that learns convolutions, from the same folds as the others.

    Args:
        folds: parts that the groups are dealt into.
        steps: of Adam, for each fold.
        batch: foils of a step, both sides of each.
        rate: of learning, falling to 0.
        decay: of weights.
        seed: of first weights and of batches.
    """

    folds: int = 5
    steps: int = 200
    batch: int = 16
    rate: float = 3e-3
    decay: float = 1e-2
    seed: int = 0

    def read(self, sides: Sides, groups: Groups) -> Said:
        """What it says of every foil; `sides` hold n views."""
        import torch

        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # sums of many threads differ in their last bits
        try:
            with torch.random.fork_rng(devices=[]):
                return crossed(groups, self.folds, lambda learnt, asked: self._answers(sides, learnt, asked))
        finally:
            torch.set_num_threads(threads)

    def _answers(self, sides: Sides, learnt: Groups, asked: Groups) -> Answers:
        network = self._taught(sides.true[learnt], sides.negative[learnt])
        true, negative = (_scores(network, side[asked]) for side in (sides.true, sides.negative))
        return true, negative, negative - true

    def _taught(self, trues: Views, negatives: Views) -> nn.Module:
        """By the logarithms of odds: of each side alone, and of the one over the other."""
        import torch
        from torch.nn.functional import softplus

        torch.manual_seed(self.seed)
        network = _network()
        adam = torch.optim.AdamW(network.parameters(), self.rate, weight_decay=self.decay)
        falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, self.steps)
        for _ in range(self.steps):
            chosen = torch.randint(len(trues), (self.batch,)).numpy()
            true, negative = network(_seen(np.concatenate([trues[chosen], negatives[chosen]]))).chunk(2)
            loss = (softplus(true) + softplus(-negative) + softplus(true - negative)).mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
            falling.step()
        return network.eval()


def _network() -> nn.Module:
    from torch import nn

    widths, kernels = (6, 12, 16, 24), (5, 3, 3)
    layers: list[nn.Module] = []
    for taken, given, kernel in zip(widths, widths[1:], kernels, strict=False):
        layers += [
            nn.Conv2d(taken, given, kernel, stride=2, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(given),
            nn.ReLU(),
        ]
    return nn.Sequential(
        *layers, nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(widths[-1], 1), nn.Flatten(0)
    )


def _seen(views: Views) -> Tensor:
    import torch

    return torch.from_numpy(views.astype(np.float32)) / 64 - 2


def _scores(network: nn.Module, views: Views) -> Numbers:
    import torch

    with torch.inference_mode():
        parts = [network(_seen(views[at : at + 256])) for at in range(0, len(views), 256)]
    return torch.cat(parts).double().numpy()
