"""Retrieval in a gallery of photos and their captions, both ways: what fine-tuning with foils may forget."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.benchmarks.karpathy import corpus_named, find_captions, read_captions
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.verdicts import Recall, recall_chance


@dataclass(frozen=True, kw_only=True)
class CaptionRetrieval:
    """R@1, R@5 and R@10 of photos by caption and of captions by photo: one item, the whole gallery.

    COCO has 5,000 photos and all their 25,010 captions, Flickr30k 1,000 and 5,000. A photo is right if
    any of its captions is.

    Args:
        corpus: "coco" or "flickr30k".
    """

    corpus: str

    def open(self, data: Data) -> Benchmark:
        """Karpathy's test split, in either of its forms."""
        name, corpus = f"{self.corpus.removesuffix('30k')}_retrieval", corpus_named(self.corpus)
        photos = list(read_captions(find_captions(data, name, corpus)))
        if not photos:
            raise DataError(f"{name}: no photo of the split test")
        texts = tuple(caption for photo in photos for caption in photo.captions)
        owners = tuple(number for number, photo in enumerate(photos) for _ in photo.captions)

        def items() -> list[Item]:
            pictures = tuple(data.picture(name, photo.picture) for photo in photos)
            return [Item(key=self.corpus, pictures=pictures, texts=texts, owners=owners)]

        return Benchmark(
            name=name,
            items=items,
            verdict=Recall(),
            chance=recall_chance(owners),
            source=corpus.origin.source,
            licence=corpus.origin.licence,
            general=True,
        )
