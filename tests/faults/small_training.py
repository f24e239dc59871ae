"""A small training that saves after every step, alone or as one rank: python small_training.py [how] OUT.

It learns from the drawn world; with --window 2 from shards, which it makes beside OUT where they are not yet.
With --shard the ranks share the weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from runs import run, small_encoder, small_recipe
from train.small import dataset

from counterfoil.shards import whole_folder
from counterfoil.train.loop import train
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.stream import open_stream


def stream(out: Path, recipe: TrainRecipe) -> None:
    """Train from shards."""
    folder = out.with_name("shards")
    if not folder.exists():
        with whole_folder(folder) as unfinished:
            dataset(unfinished)
    train(recipe, open_stream([str(folder)], recipe.window), small_encoder(), out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--window", type=int, default=0)
    parser.add_argument("--shard", action="store_true")
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    recipe = small_recipe(steps=24, save_every=1, window=asked.window, shard=asked.shard)
    (stream if asked.window else run)(asked.out, recipe)
