"""Model scores of foils in batches, beside the same pairs looked at one by one.

BLIP's matcher and CLIP of the sizes that are told (random weights), on noise; in turns, so that both see the
same load. Processor time; on a GPU the time on the clock.

    python benchmarks/match_speed.py --hidden 192 --layers 6 --foils 16
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
import torch
import transformers as hf

from counterfoil.mine.score.clip_score import ClipScore
from counterfoil.mine.score.itm import Itm
from counterfoil.mine.score.scorer import MeasureAll
from counterfoil.mine.stage import Run
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.tiny.vocabulary import bert_tokenizer, clip_tokenizer
from counterfoil.records import Edit, Foil, ImageFile, Patch, Scene

SIDE = 224


def foils(number: int) -> list[Foil]:
    """Variations of scenes, four of each, a window of noise on noise."""
    rng = np.random.default_rng(0)
    return [_foil(rng, scene, n) for scene in range(-(-number // 4)) for n in range(4)][:number]


def _foil(rng: np.random.Generator, scene: int, number: int) -> Foil:
    patch = rng.integers(0, 255, (200, 200, 3), np.uint8)
    return Foil(
        key=f"{scene}/{number}",
        scene=Scene(
            key=str(scene),
            image=ImageFile(""),
            captions=("",),
            pixels=np.random.default_rng(scene).integers(0, 255, (480, 640, 3), np.uint8),
            parses=(),
            facts=(),
        ),
        edit=Edit(operation="replace", kind="object", before="dog", after="cat"),
        proposer="",
        caption=0,
        negative_changes=(),
        two_way=True,
        true_caption=f"a dog on a red chair {scene}",
        negative_caption=f"a cat on a red chair {number}",
        also_negative=tuple(f"a {word} with a cat {number}" for word in ("man", "cup", "bed", "car")),
        patch=Patch(left=200, top=100, pixels=patch, mask=np.ones((200, 200), bool)),
        editor="",
    )


def write(folder: Path, hidden: int, layers: int) -> None:
    """Both models, of real classes."""
    size = {"hidden_size": hidden, "intermediate_size": 4 * hidden, "num_hidden_layers": layers}
    tower = size | {"num_attention_heads": hidden // 64}
    vision = tower | {"image_size": SIDE, "patch_size": 16}
    words, letters = bert_tokenizer(64), clip_tokenizer()
    text = tower | {"vocab_size": len(words), "encoder_hidden_size": hidden}
    marks = {"pad_token_id": 0, "bos_token_id": 101, "sep_token_id": 102, "eos_token_id": 102}
    blip = hf.BlipConfig(text_config=text | marks, vision_config=vision)
    hf.BlipForImageTextRetrieval(blip).save_pretrained(folder / "blip")
    square = {"height": SIDE, "width": SIDE}
    hf.BlipProcessor(hf.BlipImageProcessorPil(size=square), words).save_pretrained(folder / "blip")
    ends = {name: getattr(letters, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    config = hf.CLIPConfig(text_config=tower | ends | {"vocab_size": len(letters)}, vision_config=vision)
    hf.CLIPModel(config).save_pretrained(folder / "clip")
    pictures = hf.CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size=square)
    hf.CLIPProcessor(pictures, letters).save_pretrained(folder / "clip")


def seconds(measure: Callable[[], object]) -> float:
    """On a GPU of the clock, else of the processor."""
    clock = perf_counter if torch.cuda.is_available() else process_time
    begun = clock()
    measure()
    return clock() - begun


def one_by_one(measure: MeasureAll, of: Sequence[Foil]) -> None:
    """Each foil alone, whose pairs come in batches of one."""
    for foil in of:
        measure([foil])


def main() -> None:
    """Time both scorers both ways, and print medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--foils", type=int, default=16)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    given, run = foils(asked.foils), Run(0, Path())
    with TemporaryDirectory() as folder:
        write(Path(folder), asked.hidden, asked.layers)
        for scorer, name in ((Itm, "blip"), (ClipScore, "clip")):
            batched, alone = (
                scorer(checkpoint=Checkpoint(model=f"{folder}/{name}", batch=batch)).load(run)
                for batch in (asked.batch, 1)
            )
            times = [
                (seconds(partial(batched, given)), seconds(partial(one_by_one, alone, given)))
                for _ in range(asked.turns)
            ]
            together, apart = (median(column) for column in zip(*times, strict=True))
            told = f"{together / asked.foils:.3f} s a foil in batches of {asked.batch}"
            print(f"{name}: {told}, {apart / asked.foils:.3f} s pair by pair, {apart / together:.2f} x")


if __name__ == "__main__":
    main()
