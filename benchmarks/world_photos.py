"""The photo recipe's own units on the drawn world, whose truth is known: rules for words, editors, scores.

Shapes are called by COCO's names (a circle is a frisbee), so that everything that reads captions and
annotations of photos takes the drawn scenes for photos. Negative captions are called back, and
`counterfoil.world.read` says whether they are false of the scene, as they should be; of an edited picture
it is asked about the scene that the edit should have made, and the pixels are looked at.

    python benchmarks/world_photos.py --scenes 400 --pictures 150
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from counterfoil.mine.filter import Filter
from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.propose.words import WORD_RULES
from counterfoil.mine.reword import Reword
from counterfoil.mine.score.boxes import moved
from counterfoil.mine.stage import Run
from counterfoil.recipes.photos import photos
from counterfoil.records import Pictured, Pixels, Rejected, Reworded, Sample, Scored
from counterfoil.sources.drawn import Drawn
from counterfoil.world import edit
from counterfoil.world.deal import deal
from counterfoil.world.drawing import Drawing, Truth
from counterfoil.world.paint import RGB, paint, visible
from counterfoil.world.read import matches
from counterfoil.world.words import COLOURS, NOUNS, PLURALS, SHAPES, THING, Shape

CALLED: dict[Shape, str] = dict(
    zip(
        SHAPES,
        (
            "frisbee",
            "suitcase",
            "umbrella",
            "kite",
            "handbag",
            "bench",
            "backpack",
            "banana",
            "skateboard",
            "surfboard",
            "pizza",
            "vase",
        ),
        strict=True,
    )
)
"""What each shape is called in COCO."""
PLURAL = {name: f"{name}es" if name.endswith("ch") else f"{name}s" for name in CALLED.values()}
TO_COCO: dict[str, str] = {noun: CALLED[shape] for shape, nouns in NOUNS.items() for noun in nouns}
TO_COCO |= {PLURALS[noun]: PLURAL[name] for noun, name in list(TO_COCO.items())}
TO_WORLD: dict[str, str] = {name: shape for shape, name in CALLED.items()}
TO_WORLD |= {PLURAL[name]: PLURALS[shape] for name, shape in list(TO_WORLD.items())}


def called(text: str, names: dict[str, str]) -> str:
    """A caption with other names for things, and the articles that these take."""
    longest = sorted(names, key=len, reverse=True)
    named = re.sub(rf"\b({'|'.join(longest)})\b", lambda found: names[found[0]], text)
    capital = re.sub(
        rf"^({'|'.join(longest)})\b", lambda found: names[found[0].lower()].capitalize(), named, flags=re.I
    )
    return re.sub(r"\b([Aa])n? (?=(\w))", lambda f: f"{f[1]}{'n' * (f[2] in 'aeiou')} ", capital)


def samples(split: str, seed: int, number: int, size: int) -> Iterator[Sample]:
    """Drawn scenes as if they were photos with COCO's annotations."""
    for sample in Drawn(path=split, seed=seed, number=number, size=size).read():
        # of "a red shape" no reader of photos knows that it is a frisbee
        captions = tuple(called(text, TO_COCO) for text in sample.captions if THING not in text)
        regions = tuple(replace(region, label=TO_COCO[region.label]) for region in sample.regions)
        if captions:
            yield replace(sample, captions=captions, regions=regions)


_SEEN = re.compile(r"\b([^.]+?) (?:can be seen|(?:is|are) visible)\.$")


def truth(text: str, drawing: Drawing) -> Truth:
    """Whether a caption in COCO's names is true of a drawing; of "one" the reader takes no number."""
    if re.search(r"\bone\b", text, re.IGNORECASE):
        return None
    plain = called(text, TO_WORLD).replace(" in the picture.", ".")
    return matches(_SEEN.sub(lambda found: f"There is {found[1].lower()}.", plain), drawing)


def through(stages: Sequence[Any], records: Sequence[Any], run: Run) -> list[Any]:
    """What comes out of some stages."""
    for stage in stages:
        records = [record for record in stage.load(run)(records) if not isinstance(record, Rejected)]
    return list(records)


def words(pictured: Sequence[Pictured], run: Run) -> dict[str, list[tuple[Reworded, Truth]]]:
    """Of each rule for words its foils, and whether the negative caption is true of the scene."""
    scenes = through([Perceive()], pictured, run)
    found: dict[str, list[tuple[Reworded, Truth]]] = {}
    for name, rule in WORD_RULES.items():
        foils = through([Propose(rules=(rule,)), Reword()], scenes, run)
        found[name] = [(foil, truth(foil.negative_caption, deal(foil.scene.key).drawing)) for foil in foils]
    return found


def edited(pictured: Sequence[Pictured], run: Run) -> list[Scored]:
    """The two-way foils that the photo recipe makes of drawn scenes, before its filter."""
    foils = through(photos().stages[1:-1], pictured, run)
    return [foil for foil in foils if foil.patch is not None]


def expected(foil: Scored) -> Drawing | None:
    """The drawing that an edit should have made; None where the world has no such drawing."""
    before = deal(foil.scene.key).drawing
    match foil.editor:
        case "recolour" | "swap_colours" if foil.values and set(foil.values) <= set(COLOURS):
            return edit.with_attributes(before, dict(zip(foil.targets, foil.values, strict=True)))
        case "remove" | "recount" if not foil.values:
            items = tuple(item for i, item in enumerate(before.items) if i not in foil.targets)
            return replace(before, items=items) if items else None
        case "mirror":
            return _mirrored(before)
        case "swap_places":
            return _mirrored(before) if foil.edit.box is None else _exchanged(before, *foil.targets)
    return None


def _mirrored(drawing: Drawing) -> Drawing:
    return replace(drawing, items=tuple(item.at(1 - item.x, item.y) for item in drawing.items))


def _exchanged(drawing: Drawing, one: int, other: int) -> Drawing:
    items = list(drawing.items)
    for index, to in ((one, other), (other, one)):
        item = drawing.items[index]
        box = moved(item.box, drawing.items[to].box)
        items[index] = item.at(item.x + box[0] - item.box[0], item.y + box[1] - item.box[1])
    return replace(drawing, items=tuple(items))


def four(foil: Scored) -> list[Truth] | None:
    """Of the true and the negative caption about the scene, then about what it should have become."""
    after = expected(foil)
    if after is None:
        return None
    shown = deal(foil.scene.key).drawing, after
    return [truth(text, drawing) for drawing in shown for text in (foil.true_caption, foil.negative_caption)]


def is_false(answers: Sequence[Truth]) -> bool:
    """Whether one of the four answers is certainly wrong."""
    wanted = (True, False, False, True)
    return any(answer is not None and answer != right for answer, right in zip(answers, wanted, strict=True))


def looks_right(foil: Scored) -> bool | None:
    """Whether pixels show the edit, by means that the recipe does not use; None where there are none.

    A new colour is the nearest of the world's palette; what went is background to within 16 grey levels
    on average; a mirror image is one to the last pixel; black and white has no colour.
    """
    assert foil.patch is not None
    pixels, after = foil.patch.onto(foil.scene.pixels), expected(foil)
    before = deal(foil.scene.key).drawing
    match foil.editor:
        case "recolour" | "swap_colours" if after is not None:
            told = zip(foil.targets, foil.values, strict=True)
            return all(colour_at(pixels, before, target) == value for target, value in told)
        case "remove" | "recount" if after is not None:
            return bool(difference(foil, paint(after, foil.scene.height)) < 16)
        case "mirror":
            return bool((pixels == foil.scene.pixels[:, ::-1]).all())
        case "monochrome":
            return bool((np.ptp(pixels.astype(int), axis=2) <= 2).all())
    return None


def difference(foil: Scored, wanted: Pixels) -> float:
    """Mean absolute difference of what was painted from what it should show, in grey levels."""
    assert foil.patch is not None
    window, mask = foil.patch.window(), foil.patch.mask
    return float(np.abs(foil.patch.pixels.astype(int) - wanted[window])[mask].mean())


def colour_at(pixels: Pixels, drawing: Drawing, index: int) -> str:
    """The basic colour nearest to the median of an item, by the world's own palette."""
    middle = np.median(pixels[visible(drawing, pixels.shape[0])[index]], axis=0)
    return min(COLOURS, key=lambda colour: float(np.abs(middle - RGB[colour]).sum()))


def pictured(split: str, seed: int, number: int, size: int) -> list[Pictured]:
    """Decoded."""
    return through(photos().stages[:1], list(samples(split, seed, number, size)), Run(0, Path()))


def print_words(found: dict[str, list[tuple[Reworded, Truth]]]) -> None:
    """Of each rule how many negatives can be judged, and which share of these is false, as it should be."""
    print(f"{'rule':24}{'foils':>8}{'decided':>9}{'false of the scene':>20}")
    for name, foils in found.items():
        answers = [answer for _, answer in foils]
        decided = [answer for answer in answers if answer is not None]
        share = f"{decided.count(False) / len(decided):.3f}" if decided else "-"
        print(f"{name:24}{len(answers):8}{len(decided):9}{share:>20}")


def print_editors(foils: Sequence[Scored]) -> None:
    """Of each editor, among the kept: captions that are certainly wrong, pictures that show the edit."""
    judge = next(stage for stage in photos().stages if isinstance(stage, Filter))
    by_editor: dict[str, list[Scored]] = defaultdict(list)
    for foil in foils:
        by_editor[foil.editor].append(foil)
    print(f"\n{'editor':14}{'drawn':>7}{'kept':>7}{'captions judged':>17}{'wrong':>7}", end="")
    print(f"{'pixels right, kept':>20}{'refused':>14}")
    for editor, drawn in sorted(by_editor.items()):
        kept = [foil for foil in drawn if judge.judge(foil.editor, foil.scores) is None]
        answers = [answer for answer in map(four, kept) if answer is not None and None not in answer]
        wrong = sum(map(is_false, answers))
        refused = [foil for foil in drawn if judge.judge(foil.editor, foil.scores) is not None]
        print(
            f"{editor:14}{len(drawn):7}{len(kept):7}{len(answers):17}{wrong:7}{_share(kept):>20}{_share(refused):>14}"
        )


def _share(foils: Sequence[Scored]) -> str:
    looked = [right for right in map(looks_right, foils) if right is not None]
    return f"{np.mean(looked):.3f} of {len(looked)}" if looked else "-"


def main() -> None:
    """Print both tables, and what was found to be wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", default="validation")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenes", type=int, default=400, help="for the rules for words")
    parser.add_argument("--pictures", type=int, default=150, help="for the editors")
    parser.add_argument("--size", type=int, default=240)
    parser.add_argument("--wrong", type=int, default=3, help="how many wrong foils of each are shown")
    args = parser.parse_args()
    run = Run(args.seed, Path(tempfile.mkdtemp()))
    said = words(pictured(args.split, args.seed, args.scenes, 64), run)
    print_words(said)
    for name, foils in said.items():
        for foil, _ in [one for one in foils if one[1] is True][: args.wrong]:
            print(f"  {name}: {foil.true_caption!r} and {foil.negative_caption!r} are both true")
    drawn = edited(pictured(args.split, args.seed, args.pictures, args.size), run)
    print_editors(drawn)
    for foil in [one for one in drawn if (answers := four(one)) and is_false(answers)][: 4 * args.wrong]:
        print(
            f"  {foil.editor} of {foil.scene.key}: {foil.true_caption!r}, {foil.negative_caption!r}:",
            four(foil),
        )


if __name__ == "__main__":
    main()
