"""Two processes share the work and have the scores of one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch.distributed as dist
from official.pictures import write_picture
from ranks import PATIENCE, both, join

from counterfoil.evaluate.benchmark import Item
from counterfoil.evaluate.benchmarks.drawn import DrawnQuads
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.evaluate.scorers.matched import Matched
from counterfoil.models import DualEncoder
from counterfoil.models.drawn import DrawnEncoder
from counterfoil.models.ranks import ALONE, Ranks
from counterfoil.records import ImageFile

NUMBER = 7


def encoder() -> DualEncoder:
    return DrawnEncoder(kind="ends", image_size=32, width=16, heads=2, layers=1, embed_dim=8).build()


def items(folder: Path) -> list[Item]:
    """Squares that are drawn, and photos."""
    drawn = list(DrawnQuads(split="test", number=1).open().items())
    photos = [
        Item(
            key=f"photo {n}",
            pictures=(Stored(ImageFile(str(folder / f"{n}.png"))),),
            texts=(f"a red star {n}", "a blue star"),
            owners=(0, -1),
        )
        for n in range(NUMBER)
    ]
    return [*drawn, *photos]


@dataclass
class Brightness:
    """A matcher that needs no weights: how bright a picture is, by the length of the text."""

    model: Any = None
    asked: int = 0

    def match(self, pictures: Any, pairs: Any) -> list[float]:
        self.asked += len(pairs)
        return [float(pictures[number].mean()) / len(text) for number, text in pairs]


def found(folder: Path, ranks: Ranks, kept: str) -> dict[str, Any]:
    told: list[tuple[str, int, int]] = []
    scorer = Cosine(
        encoder=encoder(),
        batch=4,
        ranks=ranks,
        cache=folder / kept,
        progress=lambda *step: told.append(step),
    )
    matcher = Brightness()
    scores = {
        "cosine": list(scorer(items(folder))),
        "matched": list(Matched(matcher=matcher, batch=4, ranks=ranks)(items(folder))),
    }
    flat = {name: np.concatenate([s.ravel() for s in every]) for name, every in scores.items()}
    return flat | {"asked": matcher.asked, "batches": sum(step[0] == "pictures" for step in told)}


def work(rank: int, folder: Path) -> None:
    join(rank, folder, PATIENCE)
    first = found(folder, Ranks(rank, 2), "shared")
    again = found(folder, Ranks(rank, 2), "shared")
    np.savez(folder / f"{rank}.npz", **first, encoded_again=again["batches"], again=again["cosine"])
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranks")
    for n in range(NUMBER):
        write_picture(folder / f"{n}.png", 30 * n)
    assert both(work, folder) == [0, 0]
    return folder


@pytest.mark.parametrize("rank", [0, 1])
def test_two_ranks_have_the_scores_of_one_and_half_its_work(folder: Path, rank: int) -> None:
    alone = found(folder, ALONE, "own")
    with np.load(folder / f"{rank}.npz") as there:
        for name in ("cosine", "matched"):
            assert np.array_equal(there[name], alone[name])
        assert abs(2 * int(there["asked"]) - alone["asked"]) <= 4  # a batch
        assert np.array_equal(there["again"], there["cosine"])


def test_one_process_finds_what_two_have_kept(folder: Path) -> None:
    pictures = len({p for item in items(folder) for p in item.pictures if not isinstance(p, Stored)})
    again = found(folder, ALONE, "shared")
    assert again["batches"] == -(-pictures // 4)
