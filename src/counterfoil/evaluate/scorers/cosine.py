"""A dual encoder's cosine similarities, each picture and each text encoded once in a run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from counterfoil.evaluate.benchmark import Item, Picture
from counterfoil.evaluate.cosines import cosines
from counterfoil.evaluate.embeddings import Kept, Row
from counterfoil.evaluate.look import identity_of, pixels_of
from counterfoil.evaluate.pictures import Written, key_of
from counterfoil.evaluate.scorers.progress import Progress, silent
from counterfoil.evaluate.scorers.tower import Tower
from counterfoil.evaluate.scorers.windows import sentences, windows
from counterfoil.evaluate.verdicts import Scores
from counterfoil.models.dual_encoder import DualEncoder
from counterfoil.models.embedder import WORKERS, Embedded, Embedder, Precision
from counterfoil.models.fingerprint import encoder_fingerprint
from counterfoil.models.ranks import ALONE, Ranks

V = TypeVar("V")

Asked = tuple[Picture, str]
"""A picture and the key of an item that asks for it."""


@dataclass(frozen=True, kw_only=True)
class Cosine:
    """Cosines of pictures and texts, in float32; it remembers every embedding as long as it lives.

    A text in several templates is the mean of the embeddings of its sentences, at length 1 again
    (Radford et al., CLIP, ICML 2021, section 3.1.4). A row that is a text is encoded by the text tower.

    Args:
        encoder: the model, whose weights stay as they are.
        batch, precision, workers: see `Embedder`.
        cache: a folder for embeddings that outlive the run.
        ranks: the processes that share the work; each yields all scores.
        progress: is told of every batch.
    """

    encoder: DualEncoder
    batch: int = 256
    precision: Precision = "fp32"
    workers: int = WORKERS
    cache: Path | None = None
    ranks: Ranks = ALONE
    progress: Progress = silent
    truncated: set[str] = field(default_factory=set, init=False, repr=False, compare=False)
    """Texts of the benchmark last scored that have more tokens than the model sees."""

    def __call__(self, items: Iterable[Item]) -> Iterator[Scores]:
        """The matrix of each item.

        Raises:
            DataError: a picture cannot be read; it names the picture and the item.
        """
        self.truncated.clear()
        for window in windows(items):
            rows = [[key_of(picture) for picture in item.pictures] for item in window]
            self._learn_texts(window)
            self._learn_images(window, rows)
            yield from self._scores(window, rows)

    @cached_property
    def fingerprint(self) -> str:
        """The hash of what the model computes."""
        return encoder_fingerprint(self.encoder, self.precision)

    def _scores(self, window: list[Item], rows: list[list[Hashable]]) -> Iterator[Scores]:
        before, text_TD = None, np.empty(0)
        for item, keys in zip(window, rows, strict=True):
            if before is None or not _same_texts(item, before):  # classes are shared by many items
                text_TD = self._text_rows(item).astype(np.float64)
            before = item
            image_ID = np.stack([self._image_row(key) for key in keys])
            yield cosines(image_ID, text_TD)

    def _image_row(self, key: Hashable) -> Row:
        return self.texts.known[key.text] if isinstance(key, Written) else self.images.known[key]

    def _text_rows(self, item: Item) -> Embedded:
        row_TSD = np.stack([self.texts.known[sentence] for sentence in sentences(item)])
        if len(item.templates) == 1:
            return row_TSD
        mean_TD = row_TSD.reshape(len(item.texts), len(item.templates), -1).mean(1)
        return np.asarray(mean_TD / np.linalg.norm(mean_TD, axis=1, keepdims=True), np.float32)

    def _learn_texts(self, window: list[Item]) -> None:
        asked: dict[str, str] = {}
        for before, item in zip([None, *window], window, strict=False):
            if before is None or not _same_texts(item, before):
                asked |= {sentence: sentence for sentence in sentences(item)}
            asked |= {row.text: row.text for row in item.pictures if isinstance(row, Written)}
        self._find_truncated(asked)
        # texts of one length need no padding beside each other
        self.texts.learn(dict(sorted(asked.items(), key=lambda pair: len(pair[0]))))

    def _find_truncated(self, asked: Mapping[str, str]) -> None:
        new = [text for text in asked if text not in self.texts.known]
        self._too_long.update(self.encoder.prepare.too_long(new) if new else [])
        self.truncated.update(self._too_long.intersection(asked))

    def _learn_images(self, window: list[Item], rows: list[list[Hashable]]) -> None:
        asked: dict[Hashable, Asked] = {}
        for item, keys in zip(window, rows, strict=True):
            for key, picture in zip(keys, item.pictures, strict=True):
                if not isinstance(picture, Written):
                    asked.setdefault(key, (picture, item.key))
        self.images.learn(asked)

    @cached_property
    def _too_long(self) -> set[str]:
        return set()

    @cached_property
    def images(self) -> Tower[Hashable, Asked]:
        """The picture tower, and all that it has encoded."""

        def encode(asked: Sequence[Asked]) -> Iterator[Embedded]:
            return self.embedder.images(partial(pixels_of, *one) for one in asked)

        return self._tower("pictures", encode, lambda one: identity_of(*one))

    @cached_property
    def texts(self) -> Tower[str, str]:
        """The text tower, and all that it has encoded."""
        return self._tower("texts", self.embedder.texts, str)

    def _tower(
        self, what: str, encode: Callable[[Sequence[V]], Iterator[Embedded]], name: Callable[[V], str]
    ) -> Tower[Any, V]:
        kept = Kept(self.cache / self.fingerprint / what) if self.cache else None
        return Tower(
            what=what,
            encode=encode,
            batch=self.batch,
            name=name,
            kept=kept,
            ranks=self.ranks,
            progress=self.progress,
        )

    @property
    def embedder(self) -> Embedder:
        """What encodes pictures and texts."""
        return Embedder(
            encoder=self.encoder, batch=self.batch, precision=self.precision, workers=self.workers
        )


def _same_texts(item: Item, other: Item) -> bool:
    """Whether two items have the very same texts: not compared, as there may be thousands."""
    return item.texts is other.texts and item.templates == other.templates
