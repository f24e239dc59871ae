"""`counterfoil audit`: what it writes, what it refuses, and what a balanced dataset is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cheats import Change, Plant, plant
from typer.testing import CliRunner

from counterfoil import shards
from counterfoil.cli import app
from counterfoil.shards import Row


def ask(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["audit", *map(str, arguments)])
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


def test_the_same_foils_give_the_same_bytes(clean: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        assert ask(clean, "--out", tmp_path / name / "audit.json")[0] == 0
    names = ["audit.html", "audit.json", "audit.md", "audit.png", "audit.scores.png"]
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name


def test_the_contract_of_audit_json(clean: Path, tmp_path: Path) -> None:
    ask(clean, "--out", tmp_path / "audit.json")
    told = json.loads((tmp_path / "audit.json").read_text())
    for part in (
        told,
        *told["by_kind"].values(),
        *told["by_editor"].values(),
        *told["by_operation"].values(),
    ):
        for modality in ("text", "picture"):
            if part[modality]:
                assert part[modality]["low"] <= part[modality]["auc"] <= part[modality]["high"]
            else:
                assert part["reasons"][modality]
    assert sum(part["n"] for part in told["by_kind"].values()) == told["counts"]["foils"]


def test_without_negative_pictures_there_is_no_number_for_pictures(planted: Plant, tmp_path: Path) -> None:
    def unpictured(row: Row, foil: Row) -> None:
        foil["negative_image"] = None

    status, _ = ask(planted(unpictured), "--out", tmp_path / "audit.json")
    told = json.loads((tmp_path / "audit.json").read_text())
    assert status == 0
    assert told["picture"] is None
    assert told["reasons"]["picture"] == "there are no two-way foils"
    assert told["text"]["n"] == told["counts"]["text_only"]


def test_html_in_captions_is_text(planted: Plant, tmp_path: Path) -> None:
    def hostile(row: Row, foil: Row) -> None:
        foil["negative_caption"] += "<script>alert(1)</script>"

    assert ask(planted(hostile), "--out", tmp_path / "audit.json")[0] == 0
    for name in ("audit.html", "audit.md"):
        said = (tmp_path / name).read_text()
        assert "<script>" not in said
        assert "&lt;script&gt;" in said


def test_a_dataset_that_is_none_or_not_whole_is_refused(clean: Path, tmp_path: Path) -> None:
    shutil.copytree(clean, tmp_path / "unfinished")
    (tmp_path / "unfinished" / "manifest.json").unlink()
    for folder in (tmp_path / "nothing", tmp_path / "unfinished"):
        status, said = ask(folder)
        assert (status, "holds no finished dataset" in said) == (1, True)


def test_pictures_that_are_missing_are_named(planted: Plant) -> None:
    def blind(row: Row, foil: Row) -> None:
        row["image"] = None

    status, said = ask(planted(blind))
    assert (status, "has no picture inside the dataset" in said) == (1, True)


def test_too_few_groups_are_refused_with_the_number_needed(clean: Path) -> None:
    status, said = ask(clean, "--limit", "4")
    assert (status, "foils of 4 pictures: an audit needs 10" in said) == (1, True)


def test_nothing_to_compare_with_is_named(clean: Path, tmp_path: Path) -> None:
    status, said = ask(clean, "--against", tmp_path / "gone")
    assert (status, "nothing to compare with" in said) == (1, True)


def gleam() -> Change:
    """Every third foil's negative begins with a word that no true caption has."""
    numbers = iter(range(1_000_000))

    def change(row: Row, foil: Row) -> None:
        if next(numbers) % 3 == 0:
            foil["negative_caption"] = f"gleaming {foil['negative_caption']}"

    return change


@pytest.fixture(scope="module")
def evened(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A dataset that gives itself away, the subset that does not, and what the terminal said."""
    folder = tmp_path_factory.mktemp("evened")
    gleaming = plant(clean, folder / "gleaming", gleam())
    status, said = ask(gleaming, "--balance", folder / "even", "--pairs")
    assert status == 0, said
    return gleaming, folder / "even", said


def test_a_balanced_subset_is_not_told_and_its_counts_add_up(
    evened: tuple[Path, Path, str], tmp_path: Path
) -> None:
    gleaming, even, said = evened
    assert "Balanced (auc and pairs):" in said
    told = json.loads((gleaming / "audit.json").read_text())
    assert told["text"]["low"] > 0.5

    before, after = shards.read_manifest(gleaming), shards.read_manifest(even)
    kept, withdrawn = told["balance"]["kept"], told["balance"]["withdrawn"]
    assert kept + withdrawn == before["counts"]["foils"]
    assert after["counts"]["foils"] == kept
    assert after["counts"]["rejected"] == before["counts"]["rejected"] + withdrawn
    assert after["stages"][-1]["name"] == "audit"
    assert after["stages"][-1]["rejected"]["told_by_text_alone"] > 0
    assert after["fingerprint"] != before["fingerprint"]

    assert ask(even, "--out", tmp_path / "again.json")[0] == 0
    again = json.loads((tmp_path / "again.json").read_text())
    # weights by themselves may still tell a little: what is evened out is weights and naive Bayes together
    assert again["text"]["low"] <= 0.53
    assert again["text"]["pairs"]["accuracy"] < told["text"]["pairs"]["accuracy"] - 0.05
    last = told["balance"]["rounds"][-1]
    for modality in ("text", "picture"):
        assert last[modality]["low"] <= 0.5 <= last[modality]["high"]
        assert last[modality]["pairs"]["low"] <= 0.5 <= last[modality]["pairs"]["high"]
    assert kept >= before["counts"]["foils"] / 2


def test_judges_who_chose_nothing_say_what_a_repair_brought(evened: tuple[Path, Path, str]) -> None:
    gleaming, even, said = evened
    balance = json.loads((gleaming / "audit.json").read_text())["balance"]
    before, after = (balance["judges"][when]["text"]["naive Bayes"] for when in ("before", "after"))
    assert after["low"] <= 0.53 < before["low"]
    assert after["pairs"]["accuracy"] < before["pairs"]["accuracy"]
    assert after["n"] == balance["kept"]
    assert balance["roles"]["after"] < balance["roles"]["before"]
    row = f"| naive Bayes | text | {before['auc']:.3f}"
    assert row in said
    assert row in (even / "README.md").read_text()


def test_withdrawn_foils_lie_in_rejected_and_nothing_is_painted(evened: tuple[Path, Path, str]) -> None:
    gleaming, even, _ = evened
    whole = {foil["key"]: foil for row in shards.read_rows(gleaming / "data") for foil in row["foils"]}
    left = {foil["key"]: foil for row in shards.read_rows(even / "data") for foil in row["foils"]}
    gone = {
        foil["key"]: foil
        for row in shards.read_rows(even / "rejected")
        for foil in row["foils"]
        if foil["stage"] == "audit"
    }
    assert set(left) | set(gone) == set(whole)
    assert not set(left) & set(gone)
    assert all(whole[key] == foil for key, foil in left.items())
    assert all(foil["negative_image"] == whole[key]["negative_image"] for key, foil in gone.items())
    assert "## Audit" in (even / "README.md").read_text()


def test_roles_can_be_evened_on_the_way(planted: Plant, tmp_path: Path) -> None:
    gleaming = planted(gleam())
    status, said = ask(gleaming, "--balance", tmp_path / "even", "--roles")
    assert status == 0, said
    even = shards.read_manifest(tmp_path / "even")
    refused = even["stages"][-1]["rejected"]
    before = shards.read_manifest(gleaming)["counts"]["foils"]
    assert refused["word_in_one_role"] >= before // 3  # those that gleam
    assert even["counts"]["foils"] + sum(refused.values()) == before
    balance = json.loads((gleaming / "audit.json").read_text())["balance"]
    assert balance["goal"] == "auc"  # pairs have to be asked for
    told = balance["rounds"]
    assert told[0]["foils"] == before > told[1]["foils"]
