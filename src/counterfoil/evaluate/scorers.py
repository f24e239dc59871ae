"""Who fills the score matrices: a dual encoder, and the controls that keep everyone honest."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from counterfoil.evaluate.benchmark import Item, Picture, Scorer
from counterfoil.evaluate.verdicts import Scores

if TYPE_CHECKING:
    from torch import Tensor

    from counterfoil.models.dual_encoder import DualEncoder

Named = TypeVar("Named", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Cosine:
    """A dual encoder's cosine similarities, in float32. Each picture and each text is encoded once.

    Args:
        encoder: the model.
        batch: pictures, or texts, encoded at a time.
    """

    encoder: DualEncoder
    batch: int = 256

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        """The matrix of each item."""
        items = list(items)
        pictures = _numbered(picture for item in items for picture in item.pictures)
        # texts of one length need no padding beside each other
        texts = _numbered(sorted((text for item in items for text in item.texts), key=len))
        image_ID, text_TD = self._encoded(self._images, pictures), self._encoded(self._texts, texts)
        for item in items:
            rows = [pictures[picture] for picture in item.pictures]
            columns = [texts[text] for text in item.texts]
            yield image_ID[rows] @ text_TD[columns].T

    def _encoded(self, encode: Callable[[list[Named]], Tensor], named: Mapping[Named, int]) -> Scores:
        import torch

        parts, every, training = [], list(named), self.encoder.training
        self.encoder.eval()
        with torch.inference_mode():
            for first in range(0, len(every), self.batch):
                parts.append(encode(every[first : first + self.batch]).float().cpu().numpy())
        self.encoder.train(training)
        return np.concatenate(parts)

    def _images(self, pictures: list[Picture]) -> Tensor:
        pixels_ICHW = self.encoder.prepare.pixels([picture.pixels() for picture in pictures])
        return self.encoder.encode_images(pixels_ICHW.to(self.encoder.log_scale.device)).image_ID

    def _texts(self, texts: list[str]) -> Tensor:
        device = self.encoder.log_scale.device
        tokens = {name: ids.to(device) for name, ids in self.encoder.prepare.tokens(texts).items()}
        return self.encoder.encode_texts(tokens).text_TD


def oracle(items: Iterable[Item]) -> Iterator[Scores]:
    """Knows the truth: 1 for a picture and a text of its own, 0 for all others."""
    for item in items:
        yield (np.array(item.owners) == np.arange(len(item.pictures))[:, None]).astype(np.float32)


def constant(items: Iterable[Item]) -> Iterator[Scores]:
    """Sees no difference: what it gets right is a gift of the verdict."""
    return (np.zeros((len(item.pictures), len(item.texts)), np.float32) for item in items)


def chance(items: Iterable[Item]) -> Iterator[Scores]:
    """Scores by chance, the same for an item wherever it stands."""
    for item in items:
        rng = np.random.default_rng(Random(item.key).getrandbits(64))
        yield rng.random((len(item.pictures), len(item.texts)), np.float32)


CONTROLS: dict[str, Scorer] = {"oracle": oracle, "constant": constant, "random": chance}


def _numbered(values: Iterable[Named]) -> dict[Named, int]:
    """Each different value with its place among them."""
    return {value: number for number, value in enumerate(dict.fromkeys(values))}
