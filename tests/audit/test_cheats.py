"""Planted cheats are found, named and ranked first; foils that were drawn anew are not told."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from cheats import Plant
from numpy.typing import NDArray
from vision_language import write_taught_language_model

from counterfoil import shards
from counterfoil.audit.audit import audit
from counterfoil.pictures import decode, encode_png
from counterfoil.records import ImageFile
from counterfoil.shards import Row
from counterfoil.world.words import COLOURS


def test_drawn_foils_are_not_told_by_one_side(clean: Path) -> None:
    told, _ = audit(clean)
    for modality in ("text", "picture"):
        assert told[modality]["low"] <= 0.5 <= told[modality]["high"], told[modality]
    assert told["counts"]["two_way"] > 200
    assert {"redraw"} == set(told["by_editor"])
    assert not [finding for finding in told["findings"] if finding["what"] in {"word", "leak", "editor"}]


def test_an_editor_that_leaves_a_faint_pattern_comes_first(planted: Plant) -> None:
    turn = itertools.count()

    def faint(row: Row, foil: Row) -> None:
        if next(turn) % 2:
            pixels = decode(ImageFile("negative", foil["negative_image"]["bytes"])).astype(np.int16)
            down, across = np.indices(pixels.shape[:2])
            pixels[(down + across) % 2 == 0] += np.where(pixels[(down + across) % 2 == 0] > 250, -2, 2)
            foil["negative_image"]["bytes"] = encode_png(pixels.astype(np.uint8))
            foil["provenance"]["editor"] = "cheat"

    told, _ = audit(planted(faint))
    assert (told["findings"][0]["what"], told["findings"][0]["name"]) == ("editor", "cheat")
    assert told["by_editor"]["cheat"]["picture"]["auc"] > 0.95
    assert told["by_editor"]["redraw"]["picture"]["auc"] < 0.7
    assert told["cues"]["picture"][0]["name"] in {"noise", "frequency"}
    assert told["text"]["low"] <= 0.5 <= told["text"]["high"]
    assert all(example["editor"] == "cheat" for example in told["examples"]["picture"])


def test_a_rule_that_makes_longer_captions_comes_first(clean: Path, planted: Plant) -> None:
    said = [caption for row in shards.read_rows(clean / "data") for caption in row["captions"]]
    chance = Random(0)

    def longer(row: Row, foil: Row) -> None:
        foil["caption"] += f" {chance.choice(said)}"
        foil["negative_caption"] = " ".join([foil["negative_caption"], *chance.choices(said, k=3)])

    told, _ = audit(planted(longer))
    assert told["cues"]["text"][0]["name"] == "length"
    assert (told["findings"][0]["what"], told["findings"][0]["name"]) == ("text cue", "length")
    assert told["cues"]["text"][0]["low"] > 0.8
    assert told["picture"]["low"] <= 0.5


def test_a_word_that_only_negatives_have_comes_first(planted: Plant) -> None:
    turn = itertools.count()

    def gleam(row: Row, foil: Row) -> None:
        if next(turn) % 3 == 0:
            foil["negative_caption"] = f"gleaming {foil['negative_caption']}"

    told, _ = audit(planted(gleam))
    assert (told["words"][0]["word"], told["words"][0]["only_in_negatives"]) == ("gleaming", True)
    assert told["words"][0]["true"] == 0
    assert (told["findings"][0]["what"], told["findings"][0]["name"]) == ("word", "gleaming")


def test_a_group_that_is_in_two_splits_is_a_leak(clean: Path, tmp_path: Path) -> None:
    shared = list(shards.read_rows(clean / "data"))[:8]
    shards.write_rows(tmp_path / "other" / "data" / "00000.parquet", shared, shards.SCHEMA)
    shards.write_json(tmp_path / "other" / "manifest.json", {"fingerprint": ""})
    told, _ = audit(clean, against=tmp_path / "other")
    assert told["findings"][0]["what"] == "leak"
    assert told["leaks"]["pictures"]["exact"] == 8
    assert told["leaks"]["against"] == "other"
    assert told["leaks"]["groups"] >= 8


@pytest.mark.parametrize("name", ["bench.json", "bench.jsonl", "bench.csv", "bench.txt"])
def test_a_caption_that_a_benchmark_has_is_a_leak(clean: Path, tmp_path: Path, name: str) -> None:
    row = next(iter(shards.read_rows(clean / "data")))
    caption = max(row["captions"], key=len)
    texts = {
        "json": json.dumps({"a": [caption]}),
        "jsonl": json.dumps({"text": caption}),
        "csv": f'1,"{caption}"',
    }
    (tmp_path / name).write_text(texts.get(name.partition(".")[2], caption))
    told, _ = audit(clean, against=tmp_path / name)
    assert row["key"] in {like["one"] for like in told["leaks"]["examples"]}
    assert told["leaks"]["captions"]["exact"] >= 1
    assert told["leaks"]["pictures"] == {"exact": 0, "near": 0}


def test_negatives_that_no_word_tells_but_that_are_unlikely_come_first(
    planted: Plant, tmp_path: Path
) -> None:
    """Which colour goes with which is wrong; each is as frequent in either role, at either place."""
    colours = [colour for colour in COLOURS if colour != "orange"]  # which would need "an"
    chance, turn = Random(0), itertools.count()

    def said(number: int, further: int) -> str:
        return f"A {colours[number % 10]} square is above a {colours[(number + further) % 10]} circle."

    def mismatched(row: Row, foil: Row) -> None:
        number = next(turn)
        foil["caption"], foil["negative_caption"] = said(number, 1), said(number, chance.randrange(2, 10))

    write_taught_language_model(tmp_path / "model", [said(number, 1) for number in range(10)])
    told, _ = audit(planted(mismatched), language_model=str(tmp_path / "model"))
    assert (told["findings"][0]["what"], told["findings"][0]["name"]) == ("text cue", "likelihood")
    assert told["cues"]["text"][0]["name"] == "likelihood"
    assert told["cues"]["text"][0]["low"] > 0.95
    assert {cue["name"]: cue["auc"] for cue in told["cues"]["text"][1:] if cue["auc"] > 0.6} == {}


def test_marks_that_differ_in_their_direction_alone_are_found_by_the_network_and_come_first(
    planted: Plant,
) -> None:
    """A stroke at a place of chance, "/" in originals and its mirror image in negatives: the same pixels."""
    stroke = abs(np.indices((12, 12)).sum(0) - 11) <= 1
    chance = np.random.default_rng(0)
    done: set[str] = set()

    def marked(picture: dict[str, Any], mark: NDArray[np.bool_]) -> None:
        pixels = decode(ImageFile("", picture["bytes"])).astype(np.int16)
        down, across = chance.integers(0, 52, 2)
        pixels[down : down + 12, across : across + 12] += 100 * mark[..., None]
        picture["bytes"] = encode_png(pixels.clip(0, 255).astype(np.uint8))

    def struck(row: Row, foil: Row) -> None:
        if row["key"] not in done:
            done.add(row["key"])
            marked(row["image"], stroke)
        marked(foil["negative_image"], stroke[::-1])

    told, _ = audit(planted(struck), network=True)
    assert told["cues"]["picture"][0]["name"] == "network"
    assert told["findings"][0]["told"].startswith(("network: ", "redraw, by network: "))
    assert told["cues"]["picture"][0]["low"] > 0.6
    assert all(cue["auc"] < 0.65 for cue in told["cues"]["picture"][1:])
