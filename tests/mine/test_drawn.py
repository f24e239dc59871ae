"""The drawn recipe through all its stages: each foil true by the scene, and errors at the stated rates."""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import mined, samples, through

from counterfoil.chance import rng_for
from counterfoil.errors import CounterfoilError
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.editors.redraw import FAULTS, Redraw, redrawn
from counterfoil.mine.perceive.drawn import PerceiveDrawn
from counterfoil.mine.stage import Run, Stage, check_conserved, check_order
from counterfoil.pictures import encode_png
from counterfoil.recipes.drawn import LIMITS, drawn
from counterfoil.records import Foil, ImageFile, Pictured, Pixels, Rejected, Reworded, Sample, Scene, Scored
from counterfoil.sources import open_source
from counterfoil.sources.drawn import Drawn, regions
from counterfoil.world.deal import deal, keys
from counterfoil.world.drawing import Drawing, Truth
from counterfoil.world.paint import paint
from counterfoil.world.read import matches
from counterfoil.world.words import ADJECTIVES, COLOURS

STAGES = drawn().stages
PERCEIVE = next(i for i, stage in enumerate(STAGES) if isinstance(stage, PerceiveDrawn))
DRAW = next(i for i, stage in enumerate(STAGES) if isinstance(stage, Draw))
NUMBER = 90
SEEDS = Run(0, Path())


def wanted(foil: Reworded) -> Drawing:
    """The foil's drawing with its edit done, as the editor draws it."""
    after = redrawn(foil, rng_for(0, foil.key, "redraw"))
    assert after is not None
    return after


def four_truths(foil: Foil) -> tuple[Truth, ...]:
    """Of the true and the negative caption about the scene, then about the redrawn one."""
    texts = foil.true_caption, foil.negative_caption
    return tuple(
        matches(text, shown) for shown in (deal(foil.scene.key).drawing, wanted(foil)) for text in texts
    )


def with_stage(index: int, stage: Stage) -> tuple[Stage, ...]:
    return (*STAGES[:index], stage, *STAGES[index + 1 :])


@cache
def reworded(number: int = NUMBER) -> tuple[Reworded, ...]:
    return tuple(through(STAGES[:DRAW], samples("train", number))[0])


@cache
def drawn_by(editor: Redraw, number: int = NUMBER) -> tuple[tuple[Foil, ...], tuple[Rejected, ...]]:
    kept, refused = through([Draw(editors=(editor,))], reworded(number))
    return tuple(kept), tuple(refused)


def change(foil: Foil) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """By how many grey levels each pixel of the picture changed, and where the editor was to paint."""
    assert foil.patch is not None
    pixels = foil.scene.pixels
    mask = np.zeros(pixels.shape[:2], bool)
    mask[foil.patch.window()] = foil.patch.mask
    return np.abs(foil.patch.onto(pixels).astype(int) - pixels).max(-1), mask


def painted(foil: Foil) -> Pixels:
    assert foil.patch is not None
    return foil.patch.onto(foil.scene.pixels)


def test_the_stages_fit() -> None:
    check_order(STAGES)


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_every_kept_foil_is_true_by_the_scene(split: str) -> None:
    """The true caption of the scene alone, the negative one of the redrawn scene alone."""
    foils = mined(split, NUMBER)
    assert len(foils) > 4 * NUMBER
    for foil in foils:
        assert four_truths(foil) == (True, False, False, True), (foil.key, foil.negative_caption)


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_the_negative_picture_is_the_redrawn_scene_to_the_pixel(split: str) -> None:
    for foil in mined(split, NUMBER):
        pixels = foil.scene.pixels
        after = foil.patch.onto(pixels)
        assert (after == paint(wanted(foil), 64)).all(), foil.key
        changed, mask = change(foil)
        assert not changed[~mask].any(), foil.key
        assert changed[mask].max() > 40, foil.key


def test_the_original_picture_is_the_scene() -> None:
    for foil in mined("train", NUMBER):
        assert (foil.scene.pixels == paint(deal(foil.scene.key).drawing, 64)).all()


def test_all_cells_occur() -> None:
    cells = Counter(f"{foil.edit.operation} {foil.edit.kind}" for foil in mined("train", NUMBER))
    assert set(cells) | {"swap relation"} == {
        "replace attribute",
        "replace object",
        "replace relation",
        "replace count",
        "swap attribute",
        "swap object",
        "swap relation",
        "add object",
        "remove object",
    }
    assert min(cells[cell] for cell in set(cells) - {"swap relation"}) >= 5


def told_twice(number: int) -> list[Sample]:
    """Scenes of three things, one of which a caption relates to the two others."""
    found = []
    for dealt in map(deal, keys("train", 0, number)):
        relations = [sum(tell.kind == "relation" for tell in caption.tells) for caption in dealt.captions]
        if len(dealt.drawing.items) == 3 and 2 in relations:
            picture = ImageFile("scene.png", encode_png(paint(dealt.drawing, 64)))
            texts = tuple(caption.text for caption in dealt.captions)
            marked = tuple(regions(dealt.drawing, 64))
            found.append(Sample(key=dealt.key, image=picture, captions=texts, regions=marked))
    return found


def test_two_relations_of_one_thing_are_swapped() -> None:
    foils, _ = through(STAGES, told_twice(800))
    swaps = [foil for foil in foils if (foil.edit.operation, foil.edit.kind) == ("swap", "relation")]
    assert len(swaps) >= 3
    for foil in swaps:
        assert four_truths(foil) == (True, False, False, True)
        assert sorted(foil.true_caption.split()) == sorted(foil.negative_caption.split())


@pytest.mark.parametrize("kind", ["attribute", "object"])
def test_a_swap_has_the_words_of_its_caption_in_another_order(kind: str) -> None:
    """So a reader of a bag of words cannot tell the two captions apart."""
    swaps = [
        foil for foil in mined("train", NUMBER) if (foil.edit.operation, foil.edit.kind) == ("swap", kind)
    ]
    assert len(swaps) >= 5
    for foil in swaps:
        before, after = (
            sorted(text.lower().rstrip(".").replace("an ", "a ").split())
            for text in (foil.true_caption, foil.negative_caption)
        )
        assert before == after


def facts(shown: Drawing) -> Counter[tuple[str, ...]]:
    return Counter((item.shape, item.colour, item.size, item.filling) for item in shown.items)


def test_one_thing_or_two_are_changed_and_the_others_are_the_very_same() -> None:
    for foil in mined("train", NUMBER):
        before, after = deal(foil.scene.key).drawing, wanted(foil)
        cell = foil.edit.operation, foil.edit.kind
        gone, come = facts(before) - facts(after), facts(after) - facts(before)
        most = {"relation": 0, "count": 1, "attribute": 1, "object": 1}[foil.edit.kind]
        if foil.edit.operation == "swap":
            most = 2 if foil.edit.kind == "attribute" else 0
        assert gone.total() <= most, cell
        assert come.total() <= most, cell
        stay = set(before.items) & set(after.items)
        moved = 3 if foil.edit.kind == "relation" or cell == ("swap", "object") else 2
        assert len(stay) >= len(before.items) - moved, cell


@pytest.mark.parametrize("seed", [0, 7])
def test_mining_again_gives_the_same(seed: int) -> None:
    def digest() -> str:
        kept, refused = through(STAGES, samples("test", 30), seed)
        told = [(f.key, f.true_caption, f.negative_caption, f.patch.pixels.tobytes(), f.scores) for f in kept]
        return hashlib.sha256(repr((told, [(r.key, r.reason) for r in refused])).encode()).hexdigest()

    assert digest() == digest()


def test_a_batch_of_n_is_n_batches_of_one() -> None:
    given = samples("test", 25)
    together, _ = through(STAGES, given)
    alone = [foil for sample in given for foil in through(STAGES, [sample])[0]]
    assert [(f.key, f.negative_caption, f.scores) for f in together] == [
        (f.key, f.negative_caption, f.scores) for f in alone
    ]
    assert all((f.patch.pixels == g.patch.pixels).all() for f, g in zip(together, alone, strict=True))


def conserved(stages: Sequence[Stage], records: Sequence[Any]) -> list[Any]:
    """What comes out at the end, each stage's records counted."""
    for stage in stages:
        out = stage.load(SEEDS)(records)
        check_conserved(type(stage).__name__, records, out)
        assert all(record.reason for record in out if isinstance(record, Rejected))
        records = [record for record in out if not isinstance(record, Rejected)]
    return list(records)


DEGRADED = PerceiveDrawn(missed=0.2, wrong_colour=0.2, loose=0.2)


def test_a_fallible_observer_makes_some_foils_false_and_loses_none() -> None:
    foils = conserved(with_stage(PERCEIVE, DEGRADED), samples("train", NUMBER))
    truths = []
    for foil in foils:
        texts = foil.true_caption, foil.negative_caption
        truths.append(tuple(matches(text, deal(foil.scene.key).drawing) for text in texts))
    false = sum(truth != (True, False) for truth in truths)
    assert len(foils) > NUMBER
    assert 0.02 < false / len(foils) < 0.5


def test_an_observer_who_sees_nothing_still_loses_nothing() -> None:
    stages = with_stage(PERCEIVE, PerceiveDrawn(missed=1.0))
    given = samples("train", 40)
    scenes = conserved(stages[: PERCEIVE + 1], given)
    assert len(scenes) == 40
    assert all(not scene.regions and not scene.facts for scene in scenes)
    conserved(stages, given)


def test_boxes_that_are_as_loose_as_can_be_break_no_stage() -> None:
    stages = with_stage(PERCEIVE, PerceiveDrawn(loose=1.0, missed=0.3, wrong_colour=0.5))
    for foil in conserved(stages, samples("train", 60)):
        assert foil.edit.box is None or (min(foil.edit.box) >= 0 and max(foil.edit.box) <= 1)


@cache
def decoded(number: int) -> tuple[Pictured, ...]:
    return tuple(conserved(STAGES[:PERCEIVE], samples("train", number)))


def perceived(observer: PerceiveDrawn, number: int = 300) -> list[Scene]:
    return conserved((observer,), decoded(number))


def within(count: int, of: int, rate: float) -> bool:
    """Whether a count is within three standard deviations of what a rate says."""
    return abs(count - of * rate) <= 3 * math.sqrt(of * rate * (1 - rate))


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.5])
def test_items_are_missed_at_the_stated_rate(rate: float) -> None:
    scenes = perceived(PerceiveDrawn(missed=rate))
    there = sum(len(deal(scene.key).drawing.items) for scene in scenes)
    seen = sum(len(scene.regions) for scene in scenes)
    assert there > 700
    assert within(there - seen, there, rate)


@pytest.mark.parametrize("rate", [0.0, 0.2, 1.0])
def test_colours_are_wrong_at_the_stated_rate(rate: float) -> None:
    wrong = total = 0
    for scene in perceived(PerceiveDrawn(wrong_colour=rate)):
        items = deal(scene.key).drawing.items
        for index, item in enumerate(items):
            said = {f.value for f in scene.facts if f.kind == "attribute" and f.regions == (index,)} & {
                *COLOURS
            }
            assert len(said) == 1
            wrong += said != {item.colour}
            total += 1
    assert total > 700
    assert within(wrong, total, rate)


def test_boxes_are_loose_by_the_stated_share_at_most() -> None:
    moved = []
    exact = perceived(PerceiveDrawn())
    for loose, tight in zip(perceived(PerceiveDrawn(loose=0.2)), exact, strict=True):
        for one, other in zip(loose.regions, tight.regions, strict=True):
            left, top, right, bottom = other.box
            extents = (right - left, bottom - top) * 2
            moved += [abs(a - b) / e for a, b, e in zip(one.box, other.box, extents, strict=True)]
    assert max(moved) <= 0.2 + 1e-9
    # evenly spread between -0.2 and 0.2: 0.1 on average, but for sides at the picture's edge
    assert np.mean(moved) == pytest.approx(0.1, abs=0.01)


def test_a_perfect_observer_tells_every_fact_once_and_none_that_is_not_so() -> None:
    for scene in perceived(PerceiveDrawn(), 100):
        items = deal(scene.key).drawing.items
        assert len(set(scene.facts)) == len(scene.facts)
        for index, item in enumerate(items):
            values = {f.value for f in scene.facts if f.kind == "attribute" and f.regions == (index,)}
            assert values == {item.colour, item.size, item.filling}
        counts = {f.subject: int(f.value) for f in scene.facts if f.kind == "count"}
        assert counts == Counter(item.shape for item in items)
        for fact in scene.facts:
            for mention in fact.mentions:
                assert scene.captions[mention.caption][mention.start : mention.end]


def test_a_failed_redraw_changes_less_than_half_of_a_perfect_one() -> None:
    perfect = {foil.key: foil for foil in drawn_by(Redraw())[0]}
    failed = {foil.key: foil for foil in drawn_by(Redraw(failed=1.0))[0]}
    assert perfect.keys() == failed.keys()
    shares = []
    for key, foil in failed.items():
        whole, mask = change(perfect[key])
        hardly, same_mask = change(foil)
        assert (mask == same_mask).all()
        assert not hardly[~mask].any()
        shares.append(hardly[mask].mean() / whole[mask].mean())
        assert shares[-1] < 0.5, key
    # evenly spread between nothing and 0.4
    assert np.mean(shares) == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("fault", ["wrong_object", "disturbed"])
def test_another_item_is_changed_outside_of_the_mask(fault: str) -> None:
    """But for the few that lie within it, as a star in a ring whose colour was to change."""
    perfect = {foil.key: foil for foil in drawn_by(Redraw())[0]}
    foils, refused = drawn_by(Redraw(**{fault: 1.0}))
    assert len(foils) > 300
    assert {rejected.reason for rejected in refused} <= {"nothing_else_to_change", "no_clear_drawing"}
    outside, inside = [], []
    for foil in foils:
        changed, mask = change(foil)
        outside.append((changed[~mask] > 8).sum() >= 5)
        assert changed.any()
        meant = foil.scene.pixels if fault == "wrong_object" else painted(perfect[foil.key])
        inside.append((painted(foil) == meant)[mask].all())
    assert np.mean(outside) > 0.9
    assert np.mean(inside) > 0.85


def test_faults_come_at_the_stated_rates() -> None:
    """`nothing_else_to_change` is what becomes of a fault where there is no other item."""
    foils, refused = drawn_by(Redraw(failed=0.2, wrong_object=0.1, disturbed=0.15))
    came = Counter(FAULTS[int(foil.facts["fault"])] for foil in foils)
    spared = Counter(r.reason for r in refused)["nothing_else_to_change"]
    total = len(foils) + spared
    assert total > 500
    assert within(came["failed"], total, 0.2)
    assert within(came["wrong_object"] + came["disturbed"] + spared, total, 0.25)
    assert within(came["none"], total, 0.55)
    assert came["disturbed"] > came["wrong_object"] > 0


def test_a_perfect_redraw_has_no_fault() -> None:
    assert {foil.facts["fault"] for foil in drawn_by(Redraw())[0]} == {0.0}


def test_grain_is_as_strong_as_stated_and_all_over() -> None:
    perfect = {foil.key: foil for foil in drawn_by(Redraw(), 20)[0]}
    for foil in drawn_by(Redraw(grain=3.0), 20)[0]:
        assert foil.patch is not None
        clean = perfect[foil.key].patch
        assert clean is not None
        noise = foil.patch.onto(foil.scene.pixels).astype(float) - clean.onto(foil.scene.pixels)
        assert noise.std() == pytest.approx(3.0, abs=0.25)
        assert noise.mean() == pytest.approx(0.0, abs=0.2)


def test_the_filter_loses_no_perfect_foil_and_most_failed_ones() -> None:
    after = STAGES[DRAW + 1 :]
    perfect, failed = (
        len(through(after, drawn_by(editor)[0])[0]) / len(drawn_by(editor)[0])
        for editor in (Redraw(), Redraw(wrong_object=1.0))
    )
    assert perfect > 0.9
    assert failed < 0.15


def test_a_photo_is_rejected_as_not_drawn(drawn_coco: Path) -> None:
    photos = [sample for sample in open_source(str(drawn_coco)).read() if isinstance(sample, Sample)]
    pictured = STAGES[0].load(SEEDS)(photos)
    out = PerceiveDrawn().load(SEEDS)([p for p in pictured if not isinstance(p, Rejected)])
    assert len(out) == 12
    assert all(isinstance(record, Rejected) and record.reason == "not_drawn" for record in out)
    assert all(repr(record.key) in record.detail for record in out)


def test_a_scene_of_another_world_among_photos_is_still_told(drawn_coco: Path) -> None:
    photo = next(sample for sample in open_source(str(drawn_coco)).read() if isinstance(sample, Sample))
    mixed = [photo, *samples("train", 2), replace(photo, key="train-0-7")]
    pictured = STAGES[0].load(SEEDS)(mixed)
    kinds = [type(record) for record in PerceiveDrawn().load(SEEDS)(pictured)]
    assert kinds == [Rejected, Scene, Scene, Rejected]


def test_what_is_kept_was_measured_and_meets_the_limits() -> None:
    for foil in mined("train", NUMBER):
        assert isinstance(foil, Scored)
        assert foil.two_way
        assert foil.scores
        for limit in LIMITS:
            score = foil.scores.get(limit.name)
            assert score is None or limit.min is None or score >= limit.min
            assert score is None or limit.max is None or score <= limit.max


def test_an_edit_that_changes_nothing_is_refused_or_drawn_and_stops_no_run() -> None:
    """To an observer of wrong colours, red may seem blue: to turn it red changes nothing."""
    stages = with_stage(PERCEIVE, PerceiveDrawn(wrong_colour=1.0))
    conserved(stages, samples("train", NUMBER))


@pytest.mark.parametrize(
    "rates",
    [
        {"failed": 2.0},
        {"failed": -0.1},
        {"failed": 0.6, "wrong_object": 0.6},
        {"disturbed": 1.1},
        {"grain": -1.0},
    ],
)
def test_an_editor_with_rates_that_cannot_be_is_refused(rates: dict[str, float]) -> None:
    with pytest.raises(CounterfoilError, match=next(iter(rates))):
        Redraw(**rates)


@pytest.mark.parametrize("rates", [{"missed": 1.5}, {"wrong_colour": -0.1}, {"loose": -1.0}])
def test_an_observer_with_rates_that_cannot_be_is_refused(rates: dict[str, float]) -> None:
    with pytest.raises(CounterfoilError, match=next(iter(rates))):
        PerceiveDrawn(**rates)


@pytest.mark.parametrize(("size", "number"), [(32, 25), (200, 8)])
def test_other_resolutions_are_drawn_to_the_pixel_as_well(size: int, number: int) -> None:
    foils, _ = through(STAGES, list(Drawn(path="train", number=number, size=size).read()))
    assert len(foils) > 3 * number
    for foil in foils:
        assert (painted(foil) == paint(wanted(foil), size)).all(), foil.key


def test_the_observers_colours_are_right_where_it_says_so() -> None:
    """A caption's word for a colour is a mention of what was seen only where that is the same."""
    for scene in perceived(PerceiveDrawn(wrong_colour=0.5), 100):
        for fact in scene.facts:
            for mention in fact.mentions:
                words = scene.captions[mention.caption][mention.start : mention.end].lower()
                if fact.kind == "attribute" and fact.value in COLOURS:
                    assert words in ADJECTIVES[fact.value]
