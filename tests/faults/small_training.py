"""A small training that saves after every step, alone or as one rank: python small_training.py OUT."""

import sys
from pathlib import Path

from runs import run, small_recipe

if __name__ == "__main__":
    run(Path(sys.argv[1]), small_recipe(steps=24, save_every=1))
