"""Many pictures and texts to embeddings: in batches, which threads prepare while the model works."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from counterfoil.models.dual_encoder import DualEncoder
from counterfoil.records import Pixels

A = TypeVar("A")
B = TypeVar("B")

Precision = Literal["fp32", "bf16", "fp16"]
DTYPES: Mapping[str, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
"""What towers compute in where that is safe (torch.autocast); embeddings are float32 always."""

WORKERS = min(8, os.cpu_count() or 1)
"""Threads that prepare: Pillow, OpenCV and tokenizers let others run while they work."""

Embedded = NDArray[np.float32]
"""Some embeddings of length 1: N x D."""


@dataclass(frozen=True, kw_only=True)
class Embedder:
    """A dual encoder over many pictures and texts, on the device where its weights are.

    Args:
        encoder: the model. One that is in training embeds as one that is not, and is left in training.
        batch: pictures, or texts, at a time.
        precision: of the towers.
        workers: threads that prepare.
    """

    encoder: DualEncoder
    batch: int = 256
    precision: Precision = "fp32"
    workers: int = WORKERS

    def images(self, read: Iterable[Callable[[], Pixels]]) -> Iterator[Embedded]:
        """Embeddings of pictures, a batch at a time; of what is read only two batches are held."""

        def prepared(reader: Callable[[], Pixels]) -> Tensor:
            return self.encoder.prepare.pixels([reader()])

        with ThreadPoolExecutor(self.workers) as pool:
            for some in in_lots(ahead(pool, prepared, read, 2 * self.batch), self.batch):
                pixels_ICHW = torch.cat(some)
                with computing(self.encoder, self.precision) as device:
                    image_ID = self.encoder.encode_images(pixels_ICHW.to(device)).image_ID
                yield image_ID.cpu().numpy()

    def texts(self, texts: Iterable[str]) -> Iterator[Embedded]:
        """Embeddings of texts, a batch at a time. Neighbours of like length need less padding."""
        with ThreadPoolExecutor(1) as pool:
            for tokens in ahead(pool, self.encoder.prepare.tokens, in_lots(texts, self.batch), 2):
                with computing(self.encoder, self.precision) as device:
                    text_TD = self.encoder.encode_texts({k: v.to(device) for k, v in tokens.items()}).text_TD
                yield text_TD.cpu().numpy()


@contextmanager
def computing(model: nn.Module, precision: Precision = "fp32") -> Iterator[torch.device]:
    """Compute without gradients, dropout or more precision than asked for; tells the model's device."""
    device, training = next(model.parameters()).device, model.training
    model.eval()
    try:
        cast = torch.autocast(device.type, DTYPES[precision], enabled=precision != "fp32")
        with torch.inference_mode(), cast:
            yield device
    finally:
        model.train(training)


def in_lots(values: Iterable[A], size: int) -> Iterator[list[A]]:
    """The values in lists of `size`; the last may be shorter."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def ahead(pool: ThreadPoolExecutor, do: Callable[[A], B], values: Iterable[A], most: int) -> Iterator[B]:
    """What `do` makes of each value, in order, done by the pool at most so many values ahead."""
    waiting: deque[Future[B]] = deque()
    try:
        for value in values:
            waiting.append(pool.submit(do, value))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
