"""Every reader of files that others write: a sound folder for each, and what reads all of it."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from drawn import write_coco
from evaluate.gallery.test_recall import coarse, counted, streamed, write_gallery
from evaluate.scorers.test_given import HEAD, item, square
from official import WRITERS
from safetensors.torch import save
from sources.test_agree import FORMS

from counterfoil import shards
from counterfoil.errors import CounterfoilError
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.results import read_results
from counterfoil.evaluate.scorers.given import Given
from counterfoil.judgements import FILE as VERDICTS
from counterfoil.judgements import Judgement, Ledger, read_verdicts
from counterfoil.mine.decode import Decode
from counterfoil.mine.engines.local import Local
from counterfoil.mine.propose import contradictions, portrayals
from counterfoil.mine.run import mine
from counterfoil.mine.stage import Run
from counterfoil.models.answers import Answers, Asked, Reply
from counterfoil.models.forms import read as read_form
from counterfoil.models.weights import read_weights
from counterfoil.recipes.photos import photos
from counterfoil.records import Rejected, Sample
from counterfoil.sources import open_source
from counterfoil.train import checkpoint, log

__all__ = ["READERS", "Reader"]

SHOWN = frozenset({".jpg", ".jpeg", ".png"})
SLOW = {"coco_order": 0.01, "flickr_order": 0.01, "spec": 0.1}
"""Benchmarks that parse captions, or read very many files."""


@dataclass(frozen=True)
class Reader:
    """Something that reads files.

    Args:
        write: fills a folder with sound ones.
        read: reads all of the folder; may end in a `CounterfoilError`, and in nothing else.
        damaged: whether a file, by its name in the folder, is one that it reads.
        share: of the cases, where another reader has 1: less of those that take longer.
    """

    write: Callable[[Path], object]
    read: Callable[[Path], object]
    damaged: Callable[[str], bool] = lambda name: Path(name).suffix not in SHOWN
    share: float = 1.0


def _source(name: str, write: Callable[[Path], Path]) -> Reader:
    """A source, with its pictures decoded: none of them from outside of its folder."""
    with TemporaryDirectory() as folder:
        inside = write(Path(folder, "in")).relative_to(folder)

    def read(folder: Path) -> None:
        found = list(open_source(f"{name}:{folder / inside}").read())
        assert all(isinstance(one, Sample | Rejected) for one in found)
        samples = [one for one in found if isinstance(one, Sample)]
        assert len(Decode().load(Run(0, folder))(samples)) == len(samples)
        named = [Path(one.image.path).resolve() for one in samples if one.image.data is None]
        assert all(path.is_relative_to((folder / "in").resolve()) for path in named)

    def linked(folder: Path) -> None:
        write(folder / "in")
        (folder / "secret.png").write_bytes(b"not yours")
        (folder / "in" / "link.png").symlink_to(folder / "secret.png")

    return Reader(linked, read, lambda file: file.startswith("in/") and file != "in/link.png")


def _benchmark(name: str) -> Reader:
    def read(folder: Path) -> None:
        for one in BENCHMARKS[name].open(Data(folder)).items():
            assert one.key

    return Reader(WRITERS[name], read, share=SLOW.get(name, 1.0))


def _mined(folder: Path) -> None:
    with TemporaryDirectory() as photographed:
        mine(open_source(str(write_coco(Path(photographed), 3))), photos(), folder / "out", Local(workers=0))


def _read_dataset(folder: Path) -> None:
    out = folder / "out"
    for read in (
        lambda: list(shards.read_rows(out / "data")),
        lambda: list(shards.read_rows(out / "rejected")),
        lambda: shards.read_manifest(out),
        lambda: shards.read_json(out / "run.json"),
        lambda: shards.committed(out, "done/00000.json"),
    ):
        _ours(read)


def _ours(act: Callable[[], object]) -> object:
    try:
        return act()
    except CounterfoilError:
        return None


def _judged(folder: Path) -> None:
    ledger = Ledger(folder)
    ledger.append(Judgement(id="1", foil="a/1", reviewer="Ann", verdict="accepted"))
    ledger.append(Judgement(id="2", foil="a/2", reviewer="Ann", verdict="rejected", reason="bad_picture"))
    ledger.append(Judgement(id="3", foil="a/2", reviewer="Ann", verdict="undone", undoes="2"))


ASKED = Asked({"model": "m", "messages": []}, {})
REPLY = Reply(json.dumps(portrayals.outline(["dog", "cat"])), "stop", 3, 4)


def _answered(folder: Path) -> None:
    Answers(folder).keep(ASKED, REPLY, None)


def _said(outline: Mapping[str, Any]) -> Callable[[Path], object]:
    return lambda folder: (folder / "reply.txt").write_text(f"Sure! {json.dumps(outline)}")


def _text(folder: Path) -> Reply:
    return Reply((folder / "reply.txt").read_text(errors="replace"), "stop", 1, 1)


def _portrayed(folder: Path) -> None:
    words = ["dog", "cat"]
    answer = read_form(_text(folder), portrayals.Portrayals, {"words": words})
    for entry in portrayals.by_word(answer).values():
        assert len(list(portrayals.portrayals(entry))) >= 1


def _contradicted(folder: Path) -> None:
    answer = read_form(_text(folder), contradictions.Contradictions, {"cells": ["swap object"]})
    assert list(contradictions.contradictions(answer))


def _table(folder: Path) -> None:
    rows = [HEAD, *square("squares", "a", 1, 2, 3, 4), *square("squares", "b", 5, 6, 7, 8)]
    (folder / "scores.csv").write_text("\n".join(rows) + "\n")


def _arrays(folder: Path) -> None:
    told: dict[str, Any] = {
        "squares/key": np.array(["a", "b"]),
        "squares/scores": np.arange(8.0).reshape(2, 2, 2),
    }
    np.savez(folder / "scores.npz", **told)


def _scored(name: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        for matrix in Given(folder / name, "squares")([item("a"), item("b")]):
            assert np.isfinite(matrix).all()

    return read


def _checkpoints(folder: Path) -> None:
    for step in (1, 2):
        checkpoint.save(folder, step, {"step": step, "a": torch.zeros(4)}, keep=2)


WEIGHTS = {"logit_scale": torch.ones(()), "visual.proj": torch.zeros(2, 3)}


def _saved(name: str) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        data = io.BytesIO()
        torch.save(WEIGHTS, data)
        (folder / name).write_bytes(save(WEIGHTS) if name.endswith(".safetensors") else data.getvalue())

    return write


def _scripted(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.script(torch.nn.Linear(2, 2)).save(str(folder / "w.pt"))


def _loads(name: str) -> Callable[[Path], object]:
    return lambda folder: read_weights(folder / name)


RESULTS = {"benchmarks": {"winoground": {"metrics": {"group": {"value": 0.1}}}}}


def _logged(folder: Path) -> None:
    (folder / "log.jsonl").write_text('{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.25}\n')


def _every() -> Iterator[tuple[str, Reader]]:
    for name, write in FORMS:
        yield f"source {name} {write.__name__}", _source(name, write)
    for name in WRITERS:
        yield f"benchmark {name}", _benchmark(name)
    yield "dataset", Reader(_mined, _read_dataset)
    yield "verdicts", Reader(_judged, read_verdicts, lambda name: name == VERDICTS)
    yield "kept answer", Reader(_answered, lambda folder: Answers(folder).find(ASKED.key))
    yield "portrayals", Reader(_said(portrayals.outline(["dog", "cat"])), _portrayed)
    yield "contradictions", Reader(_said(contradictions.outline(["swap object"])), _contradicted)
    yield "scores.csv", Reader(_table, _scored("scores.csv"))
    yield "scores.npz", Reader(_arrays, _scored("scores.npz"))
    yield "embeddings", Reader(lambda folder: write_gallery(folder / "in", coarse(4, 8), [2]), _recalled)
    yield "checkpoint", Reader(_checkpoints, checkpoint.latest)
    for name in ("w.safetensors", "w.pt"):
        yield f"weights {name}", Reader(_saved(name), _loads(name))
    yield "weights torchscript", Reader(_scripted, _loads("w.pt"))
    yield (
        "results.json",
        Reader(
            lambda folder: (folder / "results.json").write_text(json.dumps(RESULTS)),
            lambda folder: read_results(folder / "results.json"),
        ),
    )
    yield "log.jsonl", Reader(_logged, lambda folder: list(log.read(folder / "log.jsonl")))


def _recalled(folder: Path) -> None:
    with TemporaryDirectory() as out:
        result = counted(streamed(folder / "in", Path(out)))
    assert all(0 <= rate.value <= 1 for rate in result.metrics.values())


READERS: dict[str, Reader] = dict(_every())
