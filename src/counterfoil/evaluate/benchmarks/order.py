"""COCO-Order and Flickr-Order of ARO: a caption against four shuffles of its words.

The shuffles are those that the paper describes; the authors' own cannot be had again, as they came from one
stream of chance and from the tagger's version of the day. Ours depend on the caption and a seed alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from counterfoil.chance import rng_for
from counterfoil.evaluate.benchmark import Benchmark, Item
from counterfoil.evaluate.benchmarks.karpathy import Captioned, corpus_named, find_captions, read_captions
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.verdicts import choice
from counterfoil.parsing import tagger

SOURCE = (
    "Yuksekgonul et al., When and why vision-language models behave like bags-of-words, ICLR 2023; "
    "https://github.com/mertyg/vision-language-models-are-bows"
)
_LEFT_OUT = re.compile(r"[.!\"()*#:;~]")
_CONTENT = ("NN", "JJ")  # Penn tags of nouns and adjectives begin so


@dataclass(frozen=True, kw_only=True)
class CaptionOrder:
    """A caption and its four shuffles.

    One in six captions comes out of a shuffle as it was, mostly where it has two nouns: a tie, whatever the
    model. The published metric counts ties as right, so `lenient` is the published one; a constant has 100 %
    of it.

    Args:
        corpus: "coco", every caption of 5,000 photos, or "flickr30k", every caption of 1,000.
        words: of a caption that are kept.
        seed: of the shuffles.
    """

    corpus: str
    words: int = 30
    seed: int = 0

    def open(self, data: Data) -> Benchmark:
        """Karpathy's test split, in either of its forms."""
        name, corpus = f"{self.corpus.removesuffix('30k')}_order", corpus_named(self.corpus)
        path = find_captions(data, name, corpus)

        def items() -> Iterator[Item]:
            asked = _captions(read_captions(path), self.words)
            for text, (key, picture) in tagger().pipe(asked, as_tuples=True):
                yield Item(
                    key=key,
                    pictures=(data.picture(name, picture),),
                    texts=(text.text, *_shuffles(text, rng_for(self.seed, key, "order"))),
                    owners=(0, -1, -1, -1, -1),
                )

        return Benchmark(
            name=name,
            items=items,
            verdict=choice,
            chance={"accuracy": 1 / 5},
            source=SOURCE,
            licence=corpus.origin.licence,
        )


def plain(caption: str, words: int) -> str:
    """As BLIP prepares captions: small letters, without .!"()*#:;~, cut to some words.

    Example:
        >>> plain('A man (left) rides a  "bike".', 5)
        'a man left rides a'
    """
    return " ".join(_LEFT_OUT.sub(" ", caption.lower()).split()[:words])


def shuffles(text: str, rng: Random) -> list[str]:
    """The four of a text that `plain` made.

    1. nouns and adjectives change places among themselves;
    2. all other words do;
    3. the words of each three that follow each other do;
    4. these threes do, each whole.
    """
    return _shuffles(tagger()(text), rng)


def _shuffles(tagged: Any, rng: Random) -> list[str]:
    words, content = _content(tagged)
    threes = [words[first : first + 3] for first in range(0, len(words), 3)]
    shuffled = [
        _moved(words, content, rng),
        _moved(words, [not own for own in content], rng),
        [word for three in threes for word in rng.sample(three, len(three))],
        [word for three in rng.sample(threes, len(threes)) for word in three],
    ]
    return [" ".join(some) for some in shuffled]


def _moved(words: Sequence[str], free: Sequence[bool], rng: Random) -> list[str]:
    """The words, the free ones shuffled among their places."""
    some = [word for word, own in zip(words, free, strict=True) if own]
    drawn = iter(rng.sample(some, len(some)))
    return [next(drawn) if own else word for word, own in zip(words, free, strict=True)]


def _content(tagged: Any) -> tuple[list[str], list[bool]]:
    """Words as blanks part them, and which are nouns or adjectives: those of which the last token is one.

    So "two-wheeled" and "man's" stay whole, where tokens joined by blanks would give shuffles away.
    """
    words, content = tagged.text.split(), []
    for token in tagged:
        if token.i == len(tagged) - 1 or token.whitespace_:
            content.append(token.tag_.startswith(_CONTENT))
    return words, content


def _captions(photos: Iterable[Captioned], words: int) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each caption, with its key and its photo's name."""
    for photo in photos:
        for number, caption in enumerate(photo.captions):
            yield plain(caption, words), (f"{photo.picture}/{number}", photo.picture)
