"""What a loss of a large batch needs: its peak at once, in blocks, and in blocks shared out by two ranks.

    python benchmarks/loss_memory.py [--items 8192] [--losses clip two_way sig_lip] [--width 256]

Random embeddings; every item has a two-way foil, so that `two_way` and `sig_lip` have matrices of twice as
many rows and columns. Each case runs in a process, or two, of its own. Peaks are those of the loss and its
gradient alone, above what the process held before; seconds are a rank's of a processor. Loss and gradient of
the blocks are held against those at once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from counterfoil.testing.embedded import random_embeddings
from counterfoil.train import blocks
from counterfoil.train.batches import ORIGINAL, Embeddings, Layout
from counterfoil.train.losses import LOSSES

CASES = {"at once": 1, "blocks": 1, "blocks, 2 ranks": 2}


def batch(items: int, width: int) -> Embeddings:
    """Items of groups of their own, each with a foil; pictures and texts 2i, and negatives 2i + 1."""
    number = torch.arange(2 * items)
    foil = torch.where(number % 2 == 0, ORIGINAL, 0)
    group, zero = number // 2, torch.zeros_like(number)
    layout = Layout(
        image_N=number[::2],
        text_N=number[::2],
        negative_text_NK=number[1::2, None],
        negative_image_NK=number[1::2, None],
        positive_text_NP=torch.zeros(items, 0, dtype=torch.long),
        origin_I3=torch.stack([group, torch.where(foil == ORIGINAL, ORIGINAL, 0), foil], 1),
        origin_T3=torch.stack([group, zero, foil], 1),
        content_T=number,
    )
    return replace(
        random_embeddings(layout, width=width, dtype=torch.float32), patch_IRD=None, token_TWD=None
    )


def measured(name: str, e: Embeddings, folder: Path, rank: int) -> dict[str, float]:
    """Loss and gradient once; its memory, its seconds, and the gradient in a file."""
    rows = [e.image_ID.requires_grad_(), e.text_TD.requires_grad_()]
    state = {"scale": torch.tensor(20.0, requires_grad=True), "bias": torch.tensor(-10.0, requires_grad=True)}
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    held, begun = memory("VmRSS"), time.process_time()
    loss = torch.stack(list(LOSSES[name](e, state).values())).sum()
    loss.backward()
    peak = memory("VmHWM")
    found: list[Tensor] = [loss.detach(), *(row.grad for row in rows if row.grad is not None)]
    torch.save(found, folder / f"{rank}.pt")
    return {"MiB": peak - held, "seconds": time.process_time() - begun}


def memory(what: str) -> float:
    """What this process holds now (VmRSS), or has held (VmHWM), in MiB."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(told[what].split()[0]) / 1024


def work(case: str, args: argparse.Namespace) -> None:
    """Be a rank of a case and print what it took."""
    folder, rank = args.folder, args.rank
    if case == "at once":
        blocks.BLOCK = 2**62
    e = batch(args.items, args.width)
    if CASES[case] > 1:
        dist.init_process_group(
            "gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=CASES[case]
        )
    print(json.dumps(measured(args.losses[0], e, folder, rank)))


def run(case: str, name: str, args: Any, folder: Path) -> dict[str, float]:
    """The numbers of the worst rank, and the gradient's distance from that at once."""
    folder.mkdir()
    command = [sys.executable, __file__, "--items", str(args.items), "--width", str(args.width)]
    command += ["--losses", name, "--case", case, "--folder", str(folder), "--rank"]
    ranks = [
        subprocess.Popen([*command, str(rank)], stdout=subprocess.PIPE, text=True)
        for rank in range(CASES[case])
    ]
    told = [json.loads(rank.communicate()[0]) for rank in ranks]
    return {key: max(of[key] for of in told) for key in told[0]}


def apart(folder: Path, other: Path) -> float:
    """The largest relative distance of loss or gradient, by norms."""
    pairs = zip(torch.load(folder / "0.pt"), torch.load(other / "0.pt"), strict=True)
    return max(float((one - two).norm() / two.norm()) for one, two in pairs)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--items", type=int, default=8192)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--losses", nargs="+", default=["clip", "two_way", "sig_lip"])
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rank", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.case:
        work(args.case, args)
        return
    print(
        "| loss | case | peak of a rank, MiB | processor seconds of a rank | apart |\n|---|---|---|---|---|"
    )
    for name in args.losses:
        with TemporaryDirectory() as beside:
            for case in CASES:
                told = run(case, name, args, Path(beside) / case)
                far = apart(Path(beside) / case, Path(beside) / "at once")
                print(f"| `{name}` | {case} | {told['MiB']:,.0f} | {told['seconds']:.1f} | {far:.1e} |")


if __name__ == "__main__":
    main()
