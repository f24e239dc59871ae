"""Missing pictures stop a run before any model looks, or are left out and counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from official.pictures import png, write_picture

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, Item, Picture, evaluate
from counterfoil.evaluate.look import pixels_of, with_pictures
from counterfoil.evaluate.pictures import Cropped, Stored, Written
from counterfoil.evaluate.scorers.bounds import oracle
from counterfoil.evaluate.verdicts import Recall, Verdict, choice, two_by_two
from counterfoil.records import ImageFile


def stored(folder: Path, number: int) -> Stored:
    path = folder / f"{number}.png"
    write_picture(path, number)
    return Stored(ImageFile(str(path)))


def bench(name: str, items: list[Item], verdict: Verdict = choice) -> Benchmark:
    return Benchmark(name=name, items=lambda: items, verdict=verdict, chance={}, source="", licence="")


def asked(key: str, *pictures: Picture, owners: tuple[int, ...] = (0, -1)) -> Item:
    return Item(key=key, pictures=pictures, texts=tuple(f"{key} {n}" for n in owners), owners=owners)


def choices(folder: Path, number: int = 5) -> Benchmark:
    return bench("choices", [asked(str(n), stored(folder, n)) for n in range(number)])


def test_nothing_is_missing_where_all_are_there(tmp_path: Path) -> None:
    (found,) = with_pictures([choices(tmp_path)])
    assert (found.items, found.missing) == (5, 0)


def test_missing_pictures_of_every_benchmark_are_told_at_once(tmp_path: Path) -> None:
    first, other = choices(tmp_path / "a"), replace(choices(tmp_path / "b"), name="others")
    for name in ("a/1.png", "b/0.png", "b/2.png", "b/3.png", "b/4.png"):
        (tmp_path / name).unlink()
    with pytest.raises(DataError) as error:
        with_pictures([first, other])
    told = str(error.value)
    assert f"choices: 1 of 5 pictures are missing: {tmp_path}/a/1.png;" in told
    assert f"others: 4 of 5 pictures are missing: {tmp_path}/b/0.png" in told
    assert "4.png" not in told
    assert "--allow-missing" in told


def test_a_picture_that_two_items_share_is_missing_once_and_both_items_go(tmp_path: Path) -> None:
    shared, other = stored(tmp_path, 0), stored(tmp_path, 1)
    items = [asked("a", shared), asked("b", shared), asked("c", other)]
    (tmp_path / "0.png").unlink()
    with pytest.raises(DataError, match="1 of 2 pictures"):
        with_pictures([bench("choices", items)])
    (found,) = with_pictures([bench("choices", items)], allow_missing=True)
    assert (found.items, found.missing) == (1, 2)
    assert [item.key for item in found.benchmark.items()] == ["c"]


def test_a_square_goes_as_a_whole(tmp_path: Path) -> None:
    items = [
        asked(k, stored(tmp_path, n), stored(tmp_path, n + 1), owners=(0, 1)) for k, n in (("a", 0), ("b", 2))
    ]
    (tmp_path / "3.png").unlink()
    (found,) = with_pictures([bench("squares", items, two_by_two)], allow_missing=True)
    assert [item.key for item in found.benchmark.items()] == ["a"]
    assert found.missing == 1


def test_a_gallery_goes_on_without_a_picture_and_its_texts(tmp_path: Path) -> None:
    pictures = tuple(stored(tmp_path, n) for n in range(4))
    gallery = asked("all", *pictures, owners=(0, 0, 1, 2, -1, 3, 1))
    (tmp_path / "1.png").unlink()
    (found,) = with_pictures([bench("gallery", [gallery], Recall(ks=(1,)))], allow_missing=True)
    (item,) = found.benchmark.items()
    assert item.pictures == (pictures[0], pictures[2], pictures[3])
    assert item.owners == (0, 0, 1, -1, 2)
    assert item.texts == ("all 0", "all 0", "all 2", "all -1", "all 3")
    assert (found.items, found.missing) == (1, 1)
    assert evaluate(found.benchmark, oracle).metrics["image@1"].n == 4
    assert found.benchmark.chance["image@1"] == pytest.approx(1 / 3)


def test_a_picture_that_cannot_be_decoded_counts_as_missing(tmp_path: Path) -> None:
    whole, cut = png(1), png(2)[:60]
    items = [
        asked("whole", Stored(ImageFile("whole", whole))),
        asked("cut", Stored(ImageFile("cut", cut))),
        asked("crop", Cropped(Stored(ImageFile("cut", cut)), 0, 0, 4, 4)),
        asked("text", Written("a cat")),
    ]
    (found,) = with_pictures([bench("choices", items)], allow_missing=True)
    assert [item.key for item in found.benchmark.items()] == ["whole", "text"]
    assert found.missing == 2


def test_a_picture_that_cannot_be_decoded_is_an_error_that_names_the_item() -> None:
    with pytest.raises(DataError, match=r"item 7: name\.png.*--allow-missing"):
        pixels_of(Stored(ImageFile("name.png", b"no picture")), "7")


def test_a_benchmark_of_which_nothing_is_left_is_an_error(tmp_path: Path) -> None:
    gone = bench("gone", [asked("a", Stored(ImageFile(str(tmp_path / "a.jpg"))))])
    with pytest.raises(DataError, match="gone: none of its 1 items has its pictures"):
        with_pictures([gone], allow_missing=True)
