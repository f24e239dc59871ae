"""What two processes do in the tests of ranks; in a module of its own, so that they can import it."""

from __future__ import annotations

import copy
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from small_encoder import SmallEncoder, batch_of, share_of
from torch import Tensor

from counterfoil.testing.embedded import live, random_embeddings, random_layout, share, state
from counterfoil.train import blocks
from counterfoil.train.batches import Embeddings
from counterfoil.train.cached import loss_and_gradients
from counterfoil.train.distributed import gather
from counterfoil.train.losses import LOSSES, Loss
from counterfoil.train.losses.ahnpl import Ahnpl
from counterfoil.train.losses.sig_lip import SigLip

SHARES = [[0, 2, 3, 5], [1, 4]]
"""The groups of each of two ranks."""

TEXTS = len(random_layout(1, groups=6).origin_T3)

THIRDS = [[0, 2], [3, 5], [1, 4]]
"""The groups of each of three ranks."""

PATIENCE = timedelta(minutes=4)
"""Two processes import torch, on a machine that may be busy."""

Found = dict[str, Tensor]


def all_groups() -> Embeddings:
    return random_embeddings(random_layout(1, groups=6), seed=1)


def held(e: Embeddings, groups: list[int]) -> Embeddings:
    """A rank's share of embeddings."""
    layout, images, texts = share(e.layout, groups)
    rows: dict[str, Any] = {f.name: getattr(e, f.name) for f in fields(e) if f.name != "layout"}
    return replace(e, layout=layout, **{k: v[images if "_I" in k else texts] for k, v in rows.items()})


def learn_embeddings(name: str, e: Embeddings) -> Found:
    """Terms, what is carried, and the gradients of a rank's own rows."""
    leaves = live(e)
    whole = gather(leaves)
    terms = LOSSES[name](whole, state())
    rows = [leaves.image_ID, leaves.text_TD, leaves.patch_IRD, leaves.token_TWD]
    loss = torch.stack(list(terms.values())).sum()
    gradients = torch.autograd.grad(loss, rows, allow_unused=True, materialize_grads=True)  # type: ignore[arg-type]
    found = dict(zip(("image_ID", "text_TD", "patch_IRD", "token_TWD"), gradients, strict=True))
    return (
        found
        | {f"term {key}": term.detach() for key, term in terms.items()}
        | LOSSES[name].carry(whole, state())
    )


def learn_weights(name: str, chunk: int | None, groups: list[int]) -> Found:
    """Terms and the gradients of weights and scalars; alpha where the loss learns it."""
    return learn(Ahnpl(alpha=0.9) if name == "ahnpl" else LOSSES[name], chunk, groups)


def learn(loss: Loss, chunk: int | None, groups: list[int]) -> Found:
    encoder = SmallEncoder().double()
    batch = share_of(batch_of(random_layout(1, groups=6)), groups)
    learned = {key: torch.nn.Parameter(torch.tensor(value).double()) for key, value in loss.learned().items()}
    learned.pop("bias", None)
    teacher = copy.deepcopy(encoder)
    result = loss_and_gradients(encoder, loss, batch, learned, chunk=chunk, teacher=teacher)
    weights = dict(encoder.named_parameters()) | learned
    found = {key: weight.grad for key, weight in weights.items() if weight.grad is not None}
    return found | {f"term {key}": term for key, term in result.terms.items()}


def share_rows() -> Found:
    """Rows that this rank was asked for, out of five, and what it has in the end."""
    asked: list[Tensor] = []

    def doubled(row: Tensor) -> Tensor:
        asked.append(row)
        return 2 * row

    made = blocks.in_blocks(doubled, [torch.arange(5)], [], width=blocks.BLOCK)
    return {"asked": torch.cat(asked), "made": made}


def work(rank: int, folder: Path) -> None:
    """Be one of two ranks, and write down what it found."""
    join(rank, folder, PATIENCE)
    e = held(all_groups(), SHARES[rank])
    found = {name: learn_embeddings(name, e) for name in LOSSES}
    found |= {f"{name} weights": learn_weights(name, None, SHARES[rank]) for name in LOSSES}
    found |= {"chunked": learn_weights("fsc", 2, SHARES[rank])}
    found |= {"rows": share_rows()}
    blocks.BLOCK = 3 * TEXTS
    found |= {f"{name} shared": learn_embeddings(name, e) for name in LOSSES}
    found |= {f"{name} weights shared": learn_weights(name, None, SHARES[rank]) for name in LOSSES}
    torch.save(found, folder / f"{rank}.pt")
    dist.destroy_process_group()


IN_RING = {"all": SigLip(ring=True), "own": SigLip(ring=True, weight=2.0, against="own")}


def work_in_ring(rank: int, folder: Path) -> None:
    """Be one of three ranks whose texts go round, at once and in blocks, and write down what it found."""
    join(rank, folder, PATIENCE, world=3)
    found: dict[str, Found] = {}
    for size in (blocks.BLOCK, 3):
        blocks.BLOCK = size
        found |= {f"{name} {size}": learn(loss, None, THIRDS[rank]) for name, loss in IN_RING.items()}
    torch.save(found, folder / f"{rank}.pt")
    dist.destroy_process_group()


def die_or_wait(rank: int, folder: Path) -> None:
    """Rank 1 dies before it gathers; rank 0 writes down how that ends for it."""
    join(rank, folder, PATIENCE)
    e = held(all_groups(), SHARES[rank])
    gather(e)
    if rank == 1:
        os._exit(3)
    try:
        gather(e)
    except RuntimeError as error:
        (folder / "error").write_text(str(error))
    os._exit(0)


def both(target: Callable[[int, Path], None], folder: Path, world: int = 2) -> list[int | None]:
    """Let processes work; their exit codes, None of one that still runs after `PATIENCE`."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=target, args=(rank, folder)) for rank in range(world)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=PATIENCE.seconds)
    codes = [process.exitcode for process in processes]
    for process in processes:
        process.kill()
        process.join()
    return codes


def join(rank: int, folder: Path, patience: timedelta, world: int = 2) -> None:
    torch.set_num_threads(1)
    dist.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=world, timeout=patience
    )
