"""Recall from embeddings on disk is that of the whole matrix in memory, however it was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate import cosines
from counterfoil.evaluate.benchmark import Answer, Benchmark, Item, Result, evaluate
from counterfoil.evaluate.gallery import counting, recall
from counterfoil.evaluate.gallery.embedded import open_gallery
from counterfoil.evaluate.gallery.recall import Share, StreamedRecall
from counterfoil.evaluate.pictures import Written
from counterfoil.evaluate.verdicts import Recall, recall_chance

Whole = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]


def write_gallery(folder: Path, whole: Whole, ends: Sequence[int], dtype: type = np.float32) -> None:
    """Shards that end before some pictures; texts stand with theirs, those of none in the last."""
    image_ID, text_TD, owner_T = whole
    for number, (start, end) in enumerate(zip([0, *ends], [*ends, len(image_ID)], strict=True)):
        mine = (owner_T >= start) & (owner_T < end) | ((owner_T == -1) & (end == len(image_ID)))
        owners = np.where(owner_T[mine] < 0, -1, owner_T[mine] - start)
        arrays = {"pictures": image_ID[start:end], "texts": text_TD[mine]}
        for what, array in [*((w, a.astype(dtype)) for w, a in arrays.items()), ("owners", owners)]:
            (folder / what).mkdir(parents=True, exist_ok=True)
            np.save(folder / what / f"{number:05}.npy", array)


def coarse(pictures: int, texts: int, seed: int = 0) -> Whole:
    """Few values, so that there are many ties and every sum is exact; some texts are of no picture."""
    rng = np.random.default_rng(seed)
    image_ID, text_TD = (rng.integers(-1, 2, (n, 4)).astype(np.float32) for n in (pictures, texts))
    return image_ID, text_TD, np.sort(rng.integers(-1, pictures, texts))


def in_memory(whole: Whole) -> Result:
    """By the verdict that sees all scores at once."""
    image_ID, text_TD, owner_T = whole
    item = Item(
        key="all",
        pictures=tuple(Written(str(n)) for n in range(len(image_ID))),
        texts=tuple(map(str, range(len(text_TD)))),
        owners=tuple(owner_T.tolist()),
    )
    asked = Benchmark(
        name="gallery", items=lambda: [item], verdict=Recall(), chance={}, source="", licence=""
    )
    return evaluate(asked, lambda items: [image_ID @ text_TD.T])


def streamed(folder: Path, work: Path, **more: object) -> StreamedRecall:
    return replace(StreamedRecall(open_gallery(folder), work), **more)  # type: ignore[arg-type]


def counted(one: StreamedRecall) -> Result:
    one.count()
    return one.rates()


@pytest.mark.parametrize("ends", [[], [1], [7, 20, 21], list(range(2, 40, 4))], ids=["1", "2", "4", "11"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_ties_and_all_are_counted_as_in_memory(tmp_path: Path, ends: list[int], dtype: type) -> None:
    whole = coarse(40, 170)
    write_gallery(tmp_path / "gallery", whole, ends, dtype)
    found, expected = counted(streamed(tmp_path / "gallery", tmp_path / "work")), in_memory(whole)
    assert found == expected
    assert expected.metrics["image@1"].ties > 10
    assert streamed(tmp_path / "gallery", tmp_path / "work").chance() == pytest.approx(
        recall_chance(whole[2].tolist())
    )


def test_blocks_smaller_than_a_shard_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosines, "STRIP", 3)
    monkeypatch.setattr(counting, "WIDTH", 7)
    monkeypatch.setattr(recall, "GROUP", 2)
    whole = coarse(40, 170, seed=1)
    write_gallery(tmp_path / "gallery", whole, [9, 20, 33])
    assert counted(streamed(tmp_path / "gallery", tmp_path / "work")) == in_memory(whole)


def test_fewer_others_than_k_are_right_whatever_they_score(tmp_path: Path) -> None:
    whole = coarse(3, 6)
    whole = whole[0], whole[1], np.array([0, 0, 1, 1, 2, 2])
    write_gallery(tmp_path / "gallery", whole, [1])
    found = counted(streamed(tmp_path / "gallery", tmp_path / "work"))
    assert found == in_memory(whole)
    assert found.metrics["image@5"].value == 1.0


def test_equal_captions_tie_wherever_they_stand(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    image_ID = rng.standard_normal((60, 33), np.float32)
    text_TD = np.tile(rng.standard_normal((1, 33), np.float32), (60, 1))
    write_gallery(tmp_path / "gallery", (image_ID, text_TD, np.arange(60)), [1, 13, 44])
    found = counted(streamed(tmp_path / "gallery", tmp_path / "work"))
    assert (found.metrics["text@1"].ties, found.metrics["text@1"].value) == (60, 0.0)


def test_answers_say_for_each_query_whether_it_is_right(tmp_path: Path) -> None:
    image_ID = np.eye(3, dtype=np.float32)
    text_TD = np.array([[1, 0, 0], [0, 1, 1], [1, 0, 0]], np.float32)
    write_gallery(tmp_path / "gallery", (image_ID, text_TD, np.array([0, 1, 2])), [2])
    kept: list[Answer] = []
    one = streamed(tmp_path / "gallery", tmp_path / "work", ks=(1,))
    one.count()
    one.rates(kept.append)
    assert [answer.margins["text@1"].tolist() for answer in kept] == [[0, 1], [-1]]
    assert [answer.margins["image@1"].tolist() for answer in kept] == [[1, 0], [-1]]


def test_two_ranks_and_a_run_that_was_stopped_count_each_tile_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall, "GROUP", 1)
    whole = coarse(40, 170)
    write_gallery(tmp_path / "gallery", whole, [9, 20, 33])
    done: list[tuple[str, int, int]] = []

    def stop(what: str, number: int, total: int) -> None:
        if (what, number) == ("tiles", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        streamed(tmp_path / "gallery", tmp_path / "work", progress=stop).count()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "work").iterdir()}
    for rank in (1, 0):  # one after the other: the first does not wait here
        share = Share(rank, 2)
        streamed(
            tmp_path / "gallery", tmp_path / "work", share=share, progress=lambda *told: done.append(told)
        ).count()
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert sum(what == "tiles" for what, _, _ in done) == 16 - 3
    assert streamed(tmp_path / "gallery", tmp_path / "work").rates() == in_memory(whole)


def test_other_embeddings_are_counted_anew(tmp_path: Path) -> None:
    for seed in (0, 1):
        whole = coarse(20, 80, seed)
        write_gallery(tmp_path / "gallery", whole, [9])
        assert counted(streamed(tmp_path / "gallery", tmp_path / "work")) == in_memory(whole)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
@pytest.mark.parametrize("what", ["pictures", "texts"])
def test_what_is_no_number_is_an_error(tmp_path: Path, what: str, value: float) -> None:
    write_gallery(tmp_path, coarse(20, 80), [9])
    rows = np.load(tmp_path / what / "00001.npy")
    rows[3, 2] = value
    np.save(tmp_path / what / "00001.npy", rows)
    with pytest.raises(ScoreError, match=rf"{what}/00001.npy, row 3: .* NaN"):
        streamed(tmp_path, tmp_path / "work").count()


@pytest.mark.parametrize(
    ("what", "array", "said"),
    [
        ("owners", np.zeros(3, np.int64), "not a whole number for"),
        ("owners", np.full(80, 20), "rows of its own shard's 20 pictures"),
        ("owners", np.full(80, -2), "rows of its own shard's 20 pictures"),
        ("texts", np.zeros((80, 5), np.float32), "one width"),
        ("texts", np.zeros((80, 4), np.int32), "not N x D float16 or 32"),
        ("texts", None, "no whole npy file"),
    ],
)  # fmt: skip
def test_a_gallery_that_is_wrong_is_named(
    tmp_path: Path, what: str, array: NDArray[np.float32] | None, said: str
) -> None:
    write_gallery(tmp_path, coarse(20, 80), [])
    path = tmp_path / what / "00000.npy"
    path.unlink() if array is None else np.save(path, array)
    with pytest.raises(DataError, match=said):
        counted(streamed(tmp_path, tmp_path / "work"))


def test_nothing_asked_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no gallery"):
        open_gallery(tmp_path)
    image_ID, text_TD, owner_T = coarse(5, 9)
    write_gallery(tmp_path, (image_ID, text_TD, np.full_like(owner_T, -1)), [])
    with pytest.raises(ScoreError, match="no picture with a text"):
        counted(streamed(tmp_path, tmp_path / "work"))
