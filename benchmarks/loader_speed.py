"""The loader's time against its floor, side by side in one run.

    python benchmarks/loader_speed.py [DATASET ...] [--batches N] [--turns N]

The floor is what no loader can do without: the same pictures, whose bytes are in memory, decoded and
resized in a bare loop. The loader without workers does this too, finds the bytes in the store, and
makes the tables; texts are not tokenised in either. Both are processor time of this process, so that
other work on the machine counts little. A third figure is what it would take to read the same pictures
out of their Parquet row groups instead of the store; a fourth the loader with two workers, by the wall
clock, with nothing else to do. Without a dataset, the drawn world is mined.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
import pyarrow.parquet as pq
import torch
from PIL import Image
from torch import Tensor

from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.pictures import decode
from counterfoil.recipes.drawn import drawn
from counterfoil.records import ImageFile, Pixels
from counterfoil.shards import leaf_names
from counterfoil.sources.drawn import Drawn
from counterfoil.train.batching import Batching
from counterfoil.train.collate import Batches
from counterfoil.train.dataset import FoilDataset
from counterfoil.train.loader import Loader
from counterfoil.train.open import open_foils
from counterfoil.train.store import stored


class Resize:
    """CLIP's way with pictures: shorter side to `side` by bicubic, the middle, normalised."""

    def __init__(self, side: int) -> None:
        self.side = side

    def pixels(self, pictures: Sequence[Pixels]) -> Tensor:
        """I x 3 x side x side."""
        return torch.stack([self._one(Image.fromarray(picture)) for picture in pictures])

    def tokens(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """Nothing of note."""
        return {"input_ids": torch.zeros(len(texts), 1, dtype=torch.long)}

    def _one(self, picture: Image.Image) -> Tensor:
        share = self.side / min(picture.size)
        width, height = (round(side * share) for side in picture.size)
        if picture.size != (width, height):
            picture = picture.resize((width, height), Image.Resampling.BICUBIC)
        left, top = (width - self.side) // 2, (height - self.side) // 2
        middle = picture.crop((left, top, left + self.side, top + self.side))
        return torch.from_numpy(np.array(middle)).permute(2, 0, 1).float().div_(127.5).sub_(1)


class Noted:
    """Pictures that note which of them were asked for."""

    def __init__(self, foils: FoilDataset) -> None:
        self.pictures, self.asked = foils.pictures, list[int]()

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, number: int) -> Pixels:
        self.asked.append(number)
        return self.pictures[number]


def main() -> None:
    """Print the figures of each dataset."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("datasets", nargs="*", type=Path, help="folders that `mine` made")
    parser.add_argument("--batches", type=int, default=8, help="how many are timed")
    parser.add_argument("--turns", type=int, default=5, help="how often")
    parser.add_argument("--groups", type=int, default=16, help="of a batch")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        if not asked.datasets:
            asked.datasets = [Path(folder)]
            mine(Drawn(path="train", number=256), drawn(), Path(folder), Local(workers=0))
        for dataset in asked.datasets:
            compare(dataset, asked.batches, asked.turns, asked.groups)


def compare(dataset: Path, batches: int, turns: int, groups: int) -> None:
    """Time one dataset's two-way foils with as many ordinary pairs."""
    foils = open_foils(dataset)
    foils = foils.where(foils.two_way)
    side = 224 if max(foils.pictures[0].shape) > 128 else 64
    batching = Batching(key="picture", groups=groups, pairs=1, foils=1)
    whole, floor, numbers = [], [], list[int]()
    for turn in range(turns):
        noted = Noted(foils)
        maker = Batches(foils=replace(foils, pictures=noted), batching=batching, prepare=Resize(side))
        loader = Loader(maker, batching.sampler_of(foils, seed=turn), workers=0)
        started = process_time()
        sum(len(batch.keys) for batch in islice(loader, batches))
        whole.append(process_time() - started)
        numbers = noted.asked
        floor.append(bare(dataset, numbers, side))
    pictures = len(numbers)
    print(f"{dataset}: {len(foils.foils)} two-way foils, {pictures} pictures to {side} px, {turns} turns")
    print(f"loader, no workers         {median(whole) / pictures * 1e3:8.3f} ms of CPU per picture")
    print(f"floor: decode and resize   {median(floor) / pictures * 1e3:8.3f} ms")
    print(f"ratio                      {median(a / b for a, b in zip(whole, floor, strict=True)):8.3f}")
    print(f"out of Parquet, on top     {from_parquet(dataset, len(foils.samples), numbers):8.3f} ms")
    print(
        f"two workers                {by_the_clock(foils, batching, side, batches):8.1f} pictures per second"
    )


def bare(dataset: Path, numbers: Sequence[int], side: int) -> float:
    """CPU seconds to decode and resize these pictures, their bytes at hand."""
    originals, negatives, _ = stored(shards_of(dataset), dataset / "cache")
    encoded = [
        originals.encoded(n) if n < len(originals) else negatives.encoded(n - len(originals)) for n in numbers
    ]
    at_hand = [ImageFile(image.path, image.data) for image in encoded]
    resize = Resize(side)
    started = process_time()
    for image in at_hand:
        resize.pixels([decode(image)])
    return process_time() - started


def from_parquet(dataset: Path, originals: int, numbers: Sequence[int]) -> float:
    """CPU milliseconds to read the row group of a picture's column, on average over some pictures."""
    files = [pq.ParquetFile(path) for path in shards_of(dataset)]
    groups = [(file, number) for file in files for number in range(file.num_row_groups)]
    leaves = {leaf.split(".")[0]: leaf for leaf in leaf_names(files[0]) if leaf.endswith("image.bytes")}
    rng, some = np.random.default_rng(0), numbers[:64]
    started = process_time()
    for number in some:
        file, group = groups[rng.integers(len(groups))]
        file.read_row_group(group, columns=[leaves["image" if number < originals else "foils"]])
    return (process_time() - started) / len(some) * 1e3


def by_the_clock(foils: FoilDataset, batching: Batching, side: int, batches: int) -> float:
    """Pictures per second from two workers, once they run."""
    maker = Batches(foils=foils, batching=batching, prepare=Resize(side))
    made = iter(Loader(maker, batching.sampler_of(foils), workers=2))
    next(made)
    started = perf_counter()
    pictures = sum(len(batch.pixels_ICHW) for batch in islice(made, 4 * batches))
    return pictures / (perf_counter() - started)


def shards_of(dataset: Path) -> list[Path]:
    """The dataset's Parquet files."""
    return sorted((dataset / "data").glob("*.parquet"))


if __name__ == "__main__":
    main()
