"""Which crops are proposed: what goes, what has to stay, and what stands elsewhere."""

import random
from pathlib import Path

import numpy as np
from scenes import Colour, block, disc, perceived, scene

from counterfoil.mine.crop import Crop, crop_of
from counterfoil.mine.propose.crop_aside import CropAside, CropThrough
from counterfoil.mine.propose.crop_closer import CropCloser, CropToEdge
from counterfoil.mine.propose.crop_out import CropFewer, CropOut
from counterfoil.mine.propose.framing import TIGHTEST, crops, faithful
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.told import told
from counterfoil.mine.stage import Run
from counterfoil.records import Mask, Scene

COLOURS = {"dog": (220, 20, 20), "cat": (20, 20, 220), "car": (20, 220, 20)}
Rule = CropOut | CropFewer | CropAside | CropThrough | CropCloser | CropToEdge


def drawn(caption: str, *things: tuple[str, Mask]) -> Scene:
    coloured: list[tuple[str, Mask, Colour]] = [(label, mask, COLOURS[label]) for label, mask in things]
    return perceived(scene(*coloured, captions=(caption,)))


def drafts(rule: Rule, of: Scene) -> list[Draft]:
    return list(rule.load(Run(0, Path()))(of, random.Random(0)))


def crop(draft: Draft) -> Crop:
    found = crop_of(draft.values)
    assert found is not None
    return found


def test_a_dog_near_the_edge_is_cropped_away() -> None:
    of = drawn("A green meadow.", ("dog", disc(30, 120, 20)))
    (draft,) = drafts(CropOut(), of)
    assert (draft.edit.operation, draft.edit.before, draft.edit.box) == ("remove", "dog", None)
    assert crop(draft).shown(of.regions[0].box) == 0
    # The disc ends at 51 of 320 pixels and with its margin at 55: no crop needs to be tighter than 0.82.
    assert crop(draft).side >= 0.8


def test_a_dog_in_the_middle_stays() -> None:
    assert drafts(CropOut(), drawn("A green meadow.", ("dog", disc(160, 120, 20)))) == []


def test_what_the_caption_speaks_of_stays_in_view() -> None:
    dog, cat = ("dog", disc(30, 120, 20)), ("cat", block(70, 80, 130, 160))
    of = drawn("A cat in a meadow.", dog, cat)
    (draft,) = [draft for draft in drafts(CropOut(), of) if draft.edit.before == "dog"]
    assert crop(draft).shown(of.regions[1].box) >= 0.9
    behind = drawn("A cat in a meadow.", dog, ("cat", block(5, 10, 45, 70)))
    assert [draft for draft in drafts(CropOut(), behind) if draft.edit.before == "dog"] == []


def test_what_is_worked_out_once_for_a_caption_depends_on_what_goes_and_is_never_written_to() -> None:
    of = drawn("A dog and a cat.", ("dog", disc(30, 120, 20)), ("cat", block(180, 80, 240, 160)))
    known = told(of)
    all_stay, dog_goes = faithful(known, 0), faithful(known, 0, (0,))
    shows_dog = np.array([Crop(*one).shown(of.regions[0].box) >= 0.9 for one in crops().tolist()])
    assert (all_stay == (dog_goes & shows_dog)).all()
    assert 0 < np.count_nonzero(all_stay) < np.count_nonzero(dog_goes)
    assert faithful(known, 0) is all_stay
    assert not all_stay.flags.writeable


def test_no_crop_where_the_caption_tells_how_the_picture_is_framed() -> None:
    assert (
        drafts(CropOut(), drawn("A meadow with trees in the background.", ("dog", disc(30, 120, 20)))) == []
    )


def test_of_three_dogs_the_one_at_the_edge_goes() -> None:
    places = (("dog", disc(x, 120, 20)) for x in (30, 160, 250))
    of = drawn("Three dogs on grass.", *places)
    (draft,) = drafts(CropFewer(), of)
    assert (draft.edit.before, draft.edit.after, draft.targets) == ("three", "two", (0,))
    assert [round(crop(draft).shown(region.box)) for region in of.regions] == [0, 1, 1]


def test_a_dog_in_the_middle_comes_to_stand_aside() -> None:
    of = drawn("A dog on grass.", ("dog", block(140, 100, 180, 150)))
    (draft, *_) = drafts(CropAside(), of)
    left, _, right, _ = crop(draft).moved(of.regions[0].box)
    assert draft.edit.before == "in the middle"
    assert (draft.edit.after, right < 0.5) in (("on the left", True), ("on the right", False))
    assert 0 <= left < right <= 1


def test_a_car_is_cut_off_at_an_edge_but_no_dog_loses_its_head() -> None:
    car = drawn("A car on grass.", ("car", block(180, 80, 300, 160)))
    (draft,) = drafts(CropThrough(), car)
    assert 0.4 <= crop(draft).shown(car.regions[0].box) <= 0.75
    dog = drawn("A dog by a tree.", ("dog", block(100, 100, 220, 220)))
    (draft,) = drafts(CropThrough(), dog)
    left, top, right, bottom = crop(draft).moved(dog.regions[0].box)
    assert min(left, top, 1 - right) >= 0
    assert bottom > 1


def test_no_dog_loses_the_grass_that_it_stands_on() -> None:
    assert drafts(CropThrough(), drawn("A dog on grass.", ("dog", block(100, 100, 220, 220)))) == []


def test_a_car_becomes_wider_than_half_of_the_picture_and_stays_whole() -> None:
    # 0.44 of 320 pixels: under 0.45, and in a crop of at most 0.8 it is above 0.55.
    of = drawn("A car on grass.", ("car", block(90, 80, 230, 150)))
    (draft,) = drafts(CropCloser(), of)
    assert (draft.edit.before, draft.edit.after) == (
        "less than half of the width",
        "more than half of the width",
    )
    left, top, right, bottom = crop(draft).moved(of.regions[0].box)
    assert right - left >= 0.55
    assert min(left, top, 1 - right, 1 - bottom) >= 0
    assert draft.negative_changes[-1].text == " The car takes up more than half of the width of the picture."


def test_what_is_nearly_half_as_wide_as_the_picture_is_not_said_to_be_less() -> None:
    of = drawn("A car on grass.", ("car", block(85, 90, 235, 130)))  # 0.47 wide
    assert not any("half of the width" in draft.edit.before for draft in drafts(CropCloser(), of))


def test_a_car_far_from_an_edge_comes_close_to_it_and_stays_whole() -> None:
    of = drawn("A car on grass.", ("car", block(120, 90, 200, 150)))
    draft, other = drafts(CropToEdge(), of)
    edge = draft.edit.before.split()[3]
    assert other.edit.before != draft.edit.before
    assert (draft.edit.before, draft.edit.after) == (f"far from the {edge} edge", f"close to the {edge} edge")
    left, top, right, bottom = crop(draft).moved(of.regions[0].box)
    gap = {"left": left, "top": top, "right": 1 - right, "bottom": 1 - bottom}[edge]
    assert 0 <= gap <= 0.05
    assert min(left, top, 1 - right, 1 - bottom) >= 0


def test_a_man_who_passes_behind_may_leave_the_picture_but_not_one_who_is_spoken_of() -> None:
    dog, far = ("dog", disc(160, 120, 50)), ("dog", disc(300, 20, 8))
    one = drawn("A dog on grass.", dog, far, ("car", block(20, 90, 60, 130)))
    two = drawn("Two dogs on grass.", dog, far, ("car", block(20, 90, 60, 130)))
    tight = crops()[:, 2] <= 0.7
    assert (faithful(told(one), 0) & tight).any()
    assert not (faithful(told(two), 0) & tight).any()


def test_all_crops_lie_in_the_picture_and_are_no_tighter_than_said() -> None:
    left, top, side = crops().T
    assert min(left.min(), top.min()) >= 0
    assert max((left + side).max(), (top + side).max()) <= 1 + 1e-9
    assert side.min() >= TIGHTEST - 1e-9
