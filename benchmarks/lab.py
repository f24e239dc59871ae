"""The laboratory: what negatives in one modality teach, and what those in both do (`recipes.lab`).

Each run is a folder and, when it is done, a JSON file beside it: see `counterfoil.runs.laboratory`. Table
and plot are made of the files that are there.

    python benchmarks/lab.py --out lab                                       all of it
    python benchmarks/lab.py --out lab --encoders ends --seeds 0 --arms both --losses
    python benchmarks/lab.py --out lab --report docs/lab                    table and plot go there
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from rich.progress import Progress

from counterfoil.recipes import lab
from counterfoil.runs.lab_report import report
from counterfoil.runs.laboratory import MAIN, Laboratory, Run, runs
from counterfoil.train.losses import LOSSES


def main() -> None:
    """Do what is asked for, and report all that is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("lab"))
    parser.add_argument("--encoders", nargs="+", default=list(lab.ENCODERS), choices=lab.ENCODERS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--arms", nargs="+", default=list(lab.ARMS), choices=lab.ARMS)
    parser.add_argument("--losses", nargs="*", default=[name for name in LOSSES if name != MAIN])
    parser.add_argument("--base-steps", type=int, default=lab.BASE_STEPS)
    parser.add_argument("--steps", type=int, default=lab.STEPS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--report", type=Path, help="folder of lab.json, lab_table.md and lab.png; --out if left out"
    )
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    laboratory = Laboratory(out=args.out, base_steps=args.base_steps, steps=args.steps)
    with Progress() as bar:
        for run in runs(args.encoders, args.seeds, args.arms, args.losses):
            shown(laboratory, run, bar)
    print(report(laboratory.results(), args.report or args.out))


def shown(laboratory: Laboratory, run: Run, bar: Progress) -> None:
    """Do a run, on a line of its own."""
    line = bar.add_task(run.name, total=None)
    laboratory.do(
        run, lambda what, step, steps: bar.update(line, description=what, completed=step, total=steps)
    )


if __name__ == "__main__":
    main()
