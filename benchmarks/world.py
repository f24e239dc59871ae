"""The drawn world: how fast it is, whether its foils are true, and what readers without eyes make of it.

Speed is a ratio taken side by side: the whole pipeline, in this process, against the drawing of every
picture in it and the encoding of each. Truth is judged by `counterfoil.world.read`, which shares no
code with what made the captions.

    python benchmarks/world.py --foils 10000
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterfoil.chance import rng_for
from counterfoil.mine.editors.redraw import redrawn
from counterfoil.mine.pipeline import load_stages
from counterfoil.mine.run import Job, mine_shard
from counterfoil.mine.stage import Run
from counterfoil.mine.tasks import tasks
from counterfoil.pictures import encode_png
from counterfoil.recipes.drawn import drawn
from counterfoil.records import Rejected, Scored
from counterfoil.sources.drawn import Drawn
from counterfoil.world.bag import bag_score
from counterfoil.world.deal import deal, keys
from counterfoil.world.drawing import Drawing, relations
from counterfoil.world.paint import paint
from counterfoil.world.quads import CELLS, Quad, quads
from counterfoil.world.read import matches

SIDE = 64


def foils_of(split: str, seed: int, most: int) -> list[Scored]:
    """The kept foils of as many scenes as it takes."""
    run = Run(seed, Path())
    stages = load_stages(drawn().stages, run)
    found: list[Scored] = []
    for first in range(0, 10 * most, 200):
        records: list[Any] = list(Drawn(path=split, seed=seed, number=first + 200).read())[first:]
        for _, apply in stages:
            records = [record for record in apply(records) if not isinstance(record, Rejected)]
        found += records
        if len(found) >= most:
            return found[:most]
    return found


def truth(foils: Sequence[Scored], seed: int) -> None:
    """How many foils are true, have all other facts as they were, and all other pixels."""
    right, kept, same = Counter[str](), 0, 0
    cells = Counter(f"{foil.edit.operation} {foil.edit.kind}" for foil in foils)
    for foil in foils:
        before = deal(foil.scene.key).drawing
        after = redrawn(foil, rng_for(seed, foil.key, "redraw"))
        assert after is not None
        assert foil.patch is not None
        asked = [
            matches(text, d) for d in (before, after) for text in (foil.true_caption, foil.negative_caption)
        ]
        right[f"{foil.edit.operation} {foil.edit.kind}"] += asked == [True, False, False, True]
        kept += others_unchanged(before, after, foil)
        picture = foil.patch.onto(foil.scene.pixels)
        outside = np.ones(picture.shape[:2], bool)
        outside[foil.patch.window()] = ~foil.patch.mask
        same += (picture[outside] == foil.scene.pixels[outside]).all() and (
            picture == paint(after, SIDE)
        ).all()
    print(f"\nTruth of {len(foils):,} foils, by the reader: {sum(right.values()):,} true")
    print(f"all other facts unchanged: {kept:,}; all other pixels identical: {same:,}")
    for cell, number in sorted(cells.items()):
        print(f"  {cell:20} {right[cell]:6,} of {number:6,}")


def others_unchanged(before: Drawing, after: Drawing, foil: Scored) -> bool:
    """Brute force: few items differ, and among the others no clear relation is lost or reversed."""
    stays = [item for item in before.items if item in after.items]
    names = {item: number for number, item in enumerate(stays)}

    def facts(drawing: Drawing) -> set[tuple[int, str, int]]:
        return {
            (names[drawing.items[a]], relation, names[drawing.items[b]])
            for a, relation, b in relations(drawing)
            if drawing.items[a] in names and drawing.items[b] in names
        }

    differ = len(before.items) + len(after.items) - 2 * len(stays)
    most = {"replace": 4, "swap": 6, "add": 1, "remove": 1}[foil.edit.operation]
    return differ <= most and facts(before) == facts(after)


def speed(rounds: int) -> None:
    """Scenes a second, and the pipeline against its floor."""
    pairs = [side_by_side(number) for number in range(rounds)]
    # what is painted is kept for a while: other scenes each time
    rates = [1 / seconds_of_one(number) for number in range(rounds)]
    print(f"scenes drawn per second and core, {SIDE} px, 3 items: {median(rates):,.0f}")
    for name, value in (
        ("foils through the pipeline, per second and core", median(n / whole for n, whole, _ in pairs)),
        ("pipeline time over drawing and encoding", median(whole / floor for _, whole, floor in pairs)),
    ):
        print(f"{name}: {value:,.2f}")


def seconds_of_one(number: int) -> float:
    """CPU time to draw one scene of three items, on average over some hundreds."""
    scenes = [d for key in keys("train", 50 + number, 1500) if len((d := deal(key).drawing).items) == 3]
    return seconds(lambda: [paint(drawing, SIDE) for drawing in scenes]) / len(scenes)


def side_by_side(number: int) -> tuple[int, float, float]:
    """Foils, CPU seconds of the pipeline with shards on disk, and of drawing and encoding the pictures."""
    out = Path(tempfile.mkdtemp())
    recipe, source = drawn(), Drawn(path="train", seed=100 + number, number=256)
    job = Job(recipe, out, 0)
    stages = job.load()
    if find_spec("pandas"):
        import_module("pandas")  # pyarrow imports it with the first table

    for folder in ("data", "rejected", "raw", "done"):
        (out / folder).mkdir(exist_ok=True)
    started = process_time()
    for task in tasks(source, recipe.shard_size, None):
        mine_shard(job, task, stages)
    whole = process_time() - started
    shutil.rmtree(out)
    pictures = pictures_of(source)
    floor = seconds(lambda: [encode_png(paint(drawing, SIDE)) for drawing in pictures])
    return len(pictures) - 256, whole, floor


def pictures_of(source: Drawn) -> list[Drawing]:
    """Every drawing that a run paints and encodes: scenes, and foils that are kept."""
    records: list[Any] = list(source.read())
    scenes = [deal(sample.key).drawing for sample in records]
    for _, apply in load_stages(drawn().stages, Run(0, Path())):
        records = [record for record in apply(records) if not isinstance(record, Rejected)]
    edited = [redrawn(foil, rng_for(0, foil.key, "redraw")) for foil in records]
    return scenes + [drawing for drawing in edited if drawing is not None]


def seconds(work: Callable[[], object]) -> float:
    """CPU time of a piece of work."""
    started = process_time()
    work()
    return process_time() - started


def readers(number: int, seed: int) -> None:
    """What a bag of words, a reader of words alone, and one of pictures alone make of the quads."""
    print(f"\nQuads, {number} of each cell and split: share of right decisions, ties counted half")
    print(f"{'':28}{'bag of words':>14}{'text only':>12}{'picture only':>14}")
    for split in ("test", "held_out"):
        for cell in CELLS:
            made = list(quads(split, seed, number, (cell,)))
            bag = float(np.mean([bag_accuracy(quad) for quad in made]))
            text = blind(made, lambda quad, side: letters(quad.captions[side]))
            seen = blind(made, lambda quad, side: thumbnail(quad.drawings[side]))
            print(f"{split:10}{' '.join(cell):18}{bag:14.3f}{text:12.3f}{seen:14.3f}")


def bag_accuracy(quad: Quad) -> float:
    """Of the four decisions of a square, the share that a bag of words gets right."""
    s = [[bag_score(caption, drawing) for drawing in quad.drawings] for caption in quad.captions]
    pairs = [(s[0][0], s[1][0]), (s[1][1], s[0][1]), (s[0][0], s[0][1]), (s[1][1], s[1][0])]
    return float(np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs]))


def blind(made: Sequence[Quad], look: Callable[[Quad, int], NDArray[np.float64]]) -> float:
    """How often a linear reader of one modality tells which side comes first, learnt on half of the quads."""
    features = np.array([look(quad, 0) - look(quad, 1) for quad in made])
    half = len(made) // 2
    turned = np.concatenate([features[:half], -features[:half]])
    sides = np.repeat([1.0, -1.0], half)
    ridge = turned.T @ turned + 10.0 * np.eye(turned.shape[1])
    weights = np.linalg.solve(ridge, turned.T @ sides)
    scores = features[half:] @ weights
    return float(np.mean(np.where(scores == 0, 0.5, scores > 0)))


def letters(text: str) -> NDArray[np.float64]:
    """Counts of words, hashed, with the length."""
    counts = np.zeros(128)
    for word in text.lower().split():
        counts[Random(word).randrange(127)] += 1
    counts[127] = len(text) / 20
    return counts


def thumbnail(drawing: Drawing) -> NDArray[np.float64]:
    """The picture at 8 x 8, and its noise."""
    pixels = paint(drawing, SIDE).astype(np.float64)
    small = pixels.reshape(8, 8, 8, 8, 3).mean((1, 3)).ravel() / 64
    return np.concatenate(
        [small, [np.abs(np.diff(pixels, axis=0)).mean(), np.abs(np.diff(pixels, axis=1)).mean()]]
    )


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--foils", type=int, default=10_000, help="how many foils are judged")
    parser.add_argument("--quads", type=int, default=400, help="of each cell and split")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    speed(args.rounds)
    for split in ("test", "held_out"):
        truth(foils_of(split, args.seed, args.foils // 2), args.seed)
    readers(args.quads, args.seed)


if __name__ == "__main__":
    main()
