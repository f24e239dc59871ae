"""Whether one side of a mined foil gives itself away: readers that see no picture, or no caption.

A reader is shown both captions of a foil (or both pictures) and says which is the true one, by a ridge
regression on what the two differ in, learnt on other scenes (five folds). One that has nothing to go by
is right half of the time; the interval is that of the mean over scenes, two standard errors.

    python benchmarks/world_cues.py --foils 10000
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.picture_cues import Layout
from counterfoil.audit.text_cues import runs
from counterfoil.mine.pipeline import load_stages
from counterfoil.mine.stage import Run
from counterfoil.recipes.drawn import drawn
from counterfoil.records import Pixels, Rejected, Scored
from counterfoil.sources.drawn import Drawn

FOLDS = 5
Features = NDArray[np.float32]


def mined(split: str, seed: int) -> Iterator[Scored]:
    """The kept foils of a split, scene by scene."""
    stages = load_stages(drawn().stages, Run(seed, Path()))
    samples = iter(Drawn(path=split, seed=seed, number=1_000_000).read())
    for sample in samples:
        records: list[Any] = [sample]
        for _, apply in stages:
            records = [record for record in apply(records) if not isinstance(record, Rejected)]
        yield from records


def first(split: str, seed: int, number: int) -> list[Scored]:
    """The first so many foils of a split."""
    return [foil for foil, _ in zip(mined(split, seed), range(number), strict=False)]


def of_text(text: str, size: int = 2048) -> Features:
    """Counts of the words and pairs of words of a caption, hashed, and its length."""
    counts = np.zeros(size + 1, np.float32)
    for word in runs(text):
        counts[_place(word, size)] += 1
    counts[size] = len(text) / 20
    return counts


_PLACES: dict[str, int] = {}


def _place(word: str, size: int) -> int:
    return _PLACES.setdefault(word, Random(word).randrange(size))


def of_picture(pixels: Pixels) -> Features:
    """Where which colours are, and how rough the picture is."""
    exact = pixels.astype(np.float32)
    rough = [np.abs(np.diff(exact, axis=axis)).mean() / 8 for axis in (0, 1)]
    return np.array([*Layout().read(pixels, None).values(), *rough], np.float32)


def accuracy(foils: Sequence[Scored], sides: Callable[[Scored], tuple[Features, Features]]) -> list[float]:
    """Of each foil 1 where the reader, that never saw its scene, tells the true side, else 0; ties half."""
    pairs = [sides(foil) for foil in foils]
    differ = np.stack([true - negative for true, negative in pairs])
    folds = np.array([Random(foil.scene.key).randrange(FOLDS) for foil in foils])
    right = np.zeros(len(foils), np.float32)
    for fold in range(FOLDS):
        learnt, asked = differ[folds != fold], differ[folds == fold]
        ridge = learnt.T @ learnt + 10 * np.eye(differ.shape[1], dtype=np.float32)
        said = asked @ np.linalg.solve(ridge, learnt.sum(0))
        right[folds == fold] = np.where(said == 0, 0.5, said > 0)
    return [float(value) for value in right]


def interval(foils: Sequence[Scored], right: Sequence[float]) -> tuple[float, float]:
    """The mean, and two standard errors of it; the foils of one scene count as one draw."""
    scenes: dict[str, list[float]] = defaultdict(list)
    mean = float(np.mean(right))
    for foil, value in zip(foils, right, strict=True):
        scenes[foil.scene.key].append(value - mean)
    return mean, 2 * float(np.sqrt(sum(sum(values) ** 2 for values in scenes.values()))) / len(right)


def lopsided(foils: Sequence[Scored]) -> list[tuple[float, str, int, int]]:
    """Words and pairs by how far they prefer a side, in standard errors, with both counts."""
    on = Counter[str](), Counter[str]()
    for foil in foils:
        true, negative = Counter(runs(foil.true_caption)), Counter(runs(foil.negative_caption))
        on[0].update(true - negative)
        on[1].update(negative - true)
    found = [
        (abs(on[0][w] - on[1][w]) / np.sqrt(on[0][w] + on[1][w]), w, on[0][w], on[1][w])
        for w in on[0] | on[1]
    ]
    return sorted(found, reverse=True)


def texts(foil: Scored) -> tuple[Features, Features]:
    """What a reader of words alone sees of a foil."""
    return of_text(foil.true_caption), of_text(foil.negative_caption)


def pictures(foil: Scored) -> tuple[Features, Features]:
    """What a reader of pictures alone sees of a foil."""
    assert foil.patch is not None
    return of_picture(foil.scene.pixels), of_picture(foil.patch.onto(foil.scene.pixels))


def main() -> None:
    """Print the shares of the cells, what the readers make of them, and the words that lean most."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--foils", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--splits", nargs="+", default=["train"])
    parser.add_argument("--worst", type=int, default=12, help="how many words are listed")
    args = parser.parse_args()
    for split in args.splits:
        foils = first(split, args.seed, args.foils)
        scenes = len({foil.scene.key for foil in foils})
        print(f"\n{split}, seed {args.seed}: {len(foils):,} foils of {scenes:,} scenes")
        read = {"text only": accuracy(foils, texts), "picture only": accuracy(foils, pictures)}
        for name, right in read.items():
            mean, error = interval(foils, right)
            print(f"{name:16}{mean:7.3f} +- {error:.3f}")
        cells: dict[str, list[int]] = defaultdict(list)
        for number, foil in enumerate(foils):
            cells[f"{foil.edit.operation} {foil.edit.kind}"].append(number)
        print(f"{'':20}{'share':>8}{'text':>8}{'picture':>9}")
        for cell, members in sorted(cells.items()):
            scores = "".join(f"{np.mean([right[i] for i in members]):9.3f}" for right in read.values())
            print(f"{cell:20}{len(members) / len(foils):8.3f}{scores}")
        for errors, word, true, negative in lopsided(foils)[: args.worst]:
            print(f"  {word!r:28} true {true:5}, negative {negative:5}: {errors:.1f} standard errors")


if __name__ == "__main__":
    main()
