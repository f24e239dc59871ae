"""VALSE: valid items, both means, photos of several sources; and the real files' counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from official import valse

from counterfoil.errors import DataError
from counterfoil.evaluate.benchmark import Benchmark, evaluate
from counterfoil.evaluate.benchmarks.valse import PIECES, Valse
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.pictures import Stored
from counterfoil.evaluate.rates import Tally
from counterfoil.evaluate.scorers.bounds import oracle

VALID = {
    "existence": (350, 505), "plurals": (490, 851), "counting-hard": (560, 868),
    "counting-small-quant": (557, 900), "counting-adversarial": (402, 691), "relations": (353, 535),
    "action-replacement": (504, 648), "actant-swap": (681, 949), "coreference-standard": (389, 708),
    "coreference-hard": (54, 104), "foil-it": (850, 943),
}  # fmt: skip
"""What OpenAI's CLIP ViT-B/32 is published to have right, of how many."""


@pytest.fixture
def benchmark(tmp_path: Path) -> Benchmark:
    valse.write(tmp_path)
    return Valse().open(Data(tmp_path))


def test_a_caption_that_one_annotator_of_three_held_true_is_no_item(benchmark: Benchmark) -> None:
    keys = [item.key for item in benchmark.items() if item.parts == ("existence",)]
    assert keys == [f"existence/existence_{number}" for number in range(1, 9)]


def test_an_item_is_a_caption_and_its_foil(benchmark: Benchmark) -> None:
    first = next(iter(benchmark.items()))
    assert first.texts == ("There are 1 cups.", "There are no cups 1.")
    assert first.owners == (0, -1)


def test_photos_of_every_source_are_found_by_their_own_names(benchmark: Benchmark) -> None:
    names = {item.parts[0]: picture for item in benchmark.items() for picture in item.pictures}
    for piece, name in valse.PIECES.items():
        picture = names[piece]
        assert isinstance(picture, Stored)
        assert Path(picture.image.path).parent.name == piece, name


def test_the_published_counts_have_the_published_means(benchmark: Benchmark) -> None:
    rates = {f"{piece}/accuracy": Tally(n, right).rate() for piece, (right, n) in VALID.items()}
    eleven, seven = (benchmark.means[name](rates) for name in ("macro-11", "macro-7"))
    assert eleven is not None
    assert seven is not None
    assert (round(100 * eleven.value, 1), round(100 * seven.value, 1)) == (65.8, 67.5)


def test_the_real_files_have_the_published_counts(shared_data: Path) -> None:
    found = evaluate(Valse().open(Data(shared_data / "benchmarks")), oracle)
    assert {piece: found.metrics[f"{piece}/accuracy"].n for piece in PIECES} == {
        piece: n for piece, (_, n) in VALID.items()
    }
    assert (found.items, found.metrics["accuracy"].value) == (7702, 1.0)


def test_annotators_left_out_the_real_foils_that_are_their_own_captions(shared_data: Path) -> None:
    data = Data(shared_data / "benchmarks")
    for votes, same in ((0, 24), (2, 0)):
        items = Valse(votes=votes).open(data).items()
        assert sum(item.texts[0] == item.texts[1] for item in items) == same


def test_a_piece_that_is_missing_or_cut_off_is_named(tmp_path: Path) -> None:
    valse.write(tmp_path)
    path = tmp_path / "VALSE" / "data" / "plurals.json"
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"plurals\.json is no whole JSON"):
        list(Valse().open(Data(tmp_path)).items())
    path.write_text(json.dumps({"a": {"image_file": "1.jpg", "caption": "x", "foil": "y"}}))
    with pytest.raises(DataError, match="record a has no mturk: expected image_file, caption, foil, mturk"):
        list(Valse().open(Data(tmp_path)).items())
    path.unlink()
    with pytest.raises(DataError, match=r"valse needs plurals\.json"):
        Valse().open(Data(tmp_path))
