"""NegBench: tables with paths of another disk, captions of a gallery as Python writes lists."""

from __future__ import annotations

import csv
from pathlib import Path

from official.pictures import write_picture

ELSEWHERE = "/mnt/data/coco/images/val2017"


def write(folder: Path) -> None:
    """Sixty questions, and a gallery of forty photos with two captions each."""
    for number in range(60):
        write_picture(folder / "val2017" / f"{number:012}.jpg", number)
    for name in ("COCO_val", "VOC2007", "synthetic"):
        _write(folder / f"{name}_mcq_llama3.1_rephrased.csv", [_question(number) for number in range(60)])
    _write(folder / "COCO_val_retrieval.csv", [_photo(number, "") for number in range(40)])
    negated = "COCO_val_negated_retrieval_llama3.1_rephrased_affneg_true.csv"
    _write(folder / negated, [_photo(number, " There is no dog.") for number in range(40)])


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path = path.parent / "negbench" / "images" / path.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def _question(number: int) -> dict[str, object]:
    return {
        "correct_answer": number % 4,
        **{f"caption_{n}": f"A photo with {n} cats, {number}, but no dog." for n in range(4)},
        "correct_answer_template": ("positive", "negative", "hybrid")[number % 3],
        "image_path": f"{ELSEWHERE}/{number:012}.jpg",
    }


def _photo(number: int, also: str) -> dict[str, object]:
    captions = [f"A cat's bowl, {number}.{also}", f'A "bowl", {number}.{also}']
    return {"filepath": f"{ELSEWHERE}/{number:012}.jpg", "image_id": number, "captions": str(captions)}
