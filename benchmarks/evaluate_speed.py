"""An evaluation against its floor, against the field's loop, and the cost of judging alone.

The floor encodes each distinct picture and caption once, decoding and preparation included, in the same
batches, with nothing around it. The field's scripts take one item at a time: they open its picture,
tokenise its two captions to full length, and encode all three. Data have SugarCrepe's shape: 7,511 items
on 1,560 photos with 11,844 distinct captions, scaled down. All three take turns, so that a busy machine
is busy for all; time is that of the processor, all threads together.

Then 40,000 squares whose scores are given, from the file of scores to the report; a process each, so that
the most memory is that of one.

    python benchmarks/evaluate_speed.py --photos 40 --rounds 3
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import torch
from PIL import Image
from train_speed import vit_b_32

from counterfoil.evaluate.benchmark import Answer, Benchmark, Item, evaluate
from counterfoil.evaluate.benchmarks.drawn import DrawnQuads
from counterfoil.evaluate.pictures import Stored, Written
from counterfoil.evaluate.report import Judged, write_report
from counterfoil.evaluate.results import Answers
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.evaluate.scorers.given import Given, writing
from counterfoil.evaluate.verdicts import QUAD_CHANCE, choice, two_by_two
from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.pictures import encode
from counterfoil.records import ImageFile

BATCH = 32
ITEMS_A_PHOTO, ITEMS_A_CAPTION = 4.8, 1.73
"""SugarCrepe's: 7,511 items on 1,560 photos, with 4,345 true captions."""

HEIGHT, WIDTH = 480, 640


def photos(folder: Path, number: int) -> list[Path]:
    """Pictures of COCO's size and weight: smooth noise, as JPEG."""
    rng = np.random.default_rng(0)
    paths = [folder / f"{n:012}.jpg" for n in range(number)]
    for path in paths:
        coarse = Image.fromarray(rng.integers(0, 256, (HEIGHT // 8, WIDTH // 8, 3), np.uint8))
        path.write_bytes(encode(np.asarray(coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))))
    return paths


def sentences() -> Iterator[str]:
    """Captions of the drawn world, all different by a number."""
    quads = list(DrawnQuads(split="train", number=20).open().items())
    texts = [text for item in quads for text in item.texts]
    yield from (f"{texts[n % len(texts)]} {n}" for n in range(10**9))


def sugarcrepe_like(paths: Sequence[Path]) -> list[Item]:
    """Items of one photo, a caption that others have too, and a false one."""
    texts = sentences()
    number = round(len(paths) * ITEMS_A_PHOTO)
    true = [next(texts) for _ in range(round(number / ITEMS_A_CAPTION))]
    return [
        Item(
            key=str(n),
            pictures=(Stored(ImageFile(str(paths[n * len(paths) // number]))),),
            texts=(true[n * len(true) // number], next(texts)),
            owners=(0, -1),
        )
        for n in range(number)
    ]


@torch.inference_mode()
def floor(encoder: DualEncoder, items: Sequence[Item]) -> None:
    """Each distinct picture and caption once, in batches."""
    pictures = list(dict.fromkeys(item.pictures[0] for item in items))
    texts = sorted({text for item in items for text in item.texts}, key=len)
    for start in range(0, len(pictures), BATCH):
        read = [picture.pixels() for picture in pictures[start : start + BATCH]]
        encoder.encode_images(encoder.prepare.pixels(read))
    for start in range(0, len(texts), BATCH):
        encoder.encode_texts(encoder.prepare.tokens(texts[start : start + BATCH]))


def ours(encoder: DualEncoder, items: Sequence[Item]) -> None:
    """The whole evaluation, with a scorer that knows nothing yet."""
    benchmark = Benchmark(
        name="speed", items=lambda: items, verdict=choice, chance={"accuracy": 0.5}, source="", licence=""
    )
    evaluate(benchmark, Cosine(encoder=encoder, batch=BATCH))


@torch.inference_mode()
def field_loop(encoder: DualEncoder, items: Sequence[Item]) -> int:
    """One item at a time; returns how many are right."""
    right = 0
    for item in items:
        pixels = encoder.prepare.pixels([item.pictures[0].pixels()])
        image = encoder.encode_images(pixels).image_ID
        text = encoder.model.get_text_features(**encoder.prepare.tokens(item.texts)).pooler_output
        first, second = (image @ torch.nn.functional.normalize(text, dim=-1).T)[0].tolist()
        right += first > second
    return right


WAYS: dict[str, Callable[[DualEncoder, Sequence[Item]], object]] = {
    "floor": floor,
    "ours": ours,
    "one item at a time": field_loop,
}


MODELS: dict[str, Callable[[], DualEncoder]] = {
    "ViT-B/32": vit_b_32,
    "drawn": lambda: load_dual_encoder("drawn"),
}


def compare(name: str, encoder: DualEncoder, items: Sequence[Item], rounds: int) -> None:
    """Print the three ways side by side."""
    for do in WAYS.values():  # the first pass loads what is loaded late
        do(encoder, items[:2])
    spent: dict[str, list[float]] = {way: [] for way in WAYS}
    wall: dict[str, list[float]] = {way: [] for way in WAYS}
    for turn in range(rounds):
        for way in sorted(WAYS, reverse=bool(turn % 2)):
            begun, process = perf_counter(), process_time()
            WAYS[way](encoder, items)
            spent[way].append(process_time() - process)
            wall[way].append(perf_counter() - begun)
    for way in WAYS:
        print(
            f"{name:9} {len(items)} items, {way}: {median(spent[way]):.2f} s of the processor "
            f"({median(wall[way]):.2f} s by the clock)",
            flush=True,
        )
    over, share = (
        median(a / b for a, b in zip(spent["ours"], spent[other], strict=True))
        for other in ("floor", "one item at a time")
    )
    print(
        f"{name:9} over the floor {over:.3f} (at most 1.10); of the field's loop {share:.3f} (at most 0.333)"
    )


def squares(number: int) -> Iterator[Item]:
    """Squares whose pictures nobody looks at."""
    for n in range(number):
        yield Item(
            key=f"square-{n:06}",
            pictures=(Written(f"picture {n}"), Written(f"other {n}")),
            texts=(f"a dog bites man {n}", f"a man bites dog {n}"),
            owners=(0, 1),
            parts=(f"part {n % 10}",),
        )


def guesses(items: Iterable[Item]) -> Iterator[np.ndarray]:
    """Better than chance."""
    rng = np.random.default_rng(0)
    return (rng.random((2, 2), np.float32) + np.eye(2, dtype=np.float32) / 2 for _ in items)


def judged(number: int, folder: Path) -> dict[str, float]:
    """From a file of scores to a report: seconds and the most memory in MiB."""
    benchmark = Benchmark(
        name="squares",
        items=lambda: squares(number),
        verdict=two_by_two,
        chance=QUAD_CHANCE,
        source="",
        licence="",
    )
    with writing(folder / "scores.csv") as write:

        def keep(answer: Answer) -> None:
            write("squares", answer)

        evaluate(benchmark, guesses, keep)
    begun, process = perf_counter(), process_time()
    with Answers(folder / "items.parquet") as answers:
        result = evaluate(benchmark, Given(folder / "scores.csv", "squares"), answers)
    rates = process_time() - process
    told = {**result.as_json(), "chance": QUAD_CHANCE, "controls": {}, "digest": answers.digest}
    told |= {"general": False, "licence": "", "source": ""}
    results = {"benchmarks": {"squares": told}, "model": {"name": "guesses"}, "command": "", "versions": {}}
    write_report([Judged(label="guesses", results=results, against={})], folder / "results.json")
    return {
        "items": result.items,
        "clock": perf_counter() - begun,
        "processor": process_time() - process,
        "rates_processor": rates,
        "memory": _most_memory(),
    }


def _most_memory() -> float:
    """MiB. Not getrusage, which begins with what the parent had."""
    (line,) = (x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def given() -> None:
    """Print what judging alone takes, of few items and of many."""
    for number in (4_000, 40_000):
        command = [sys.executable, __file__, "--judge", str(number)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{number:6} squares, scores given: {told['processor']:.2f} s of the processor "
            f"({told['clock']:.2f} s by the clock; at most 5), of it {told['rates_processor']:.2f} s "
            f"reading, verdicts, intervals and answers; at most {told['memory']:.0f} MiB",
            flush=True,
        )


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=MODELS)
    parser.add_argument("--judge", type=int, default=0, help="only judge so many squares, in this process")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    with tempfile.TemporaryDirectory() as folder:
        if asked.judge:
            print(json.dumps(judged(asked.judge, Path(folder))))
            return
        paths = photos(Path(folder), asked.photos)
        for name in asked.models:
            compare(name, MODELS[name](), sugarcrepe_like(paths), asked.rounds)
    given()


if __name__ == "__main__":
    main()
