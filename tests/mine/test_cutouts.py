"""The bank of cut-outs: drawn photos whose things are known to the pixel."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from standing import BLUE, GREEN, RED, Thing, sample

from counterfoil.mine.cutouts import FILE, Cutouts, GatherCutouts
from counterfoil.mine.donors import cut_out
from counterfoil.records import Mask, Sample

CUP = Thing("cup", RED, (100, 80, 180, 180))
BOTTLE = Thing("bottle", BLUE, (250, 60, 300, 200))


def gathered(folder: Path, *samples: Sample, per_label: int = 12, seed: int = 0) -> Cutouts:
    GatherCutouts(per_label=per_label).prepare(samples, folder / "bank", seed)
    return Cutouts(folder / "bank")


def test_a_whole_thing_is_cut_out_along_its_edge_and_keeps_its_colour(tmp_path: Path) -> None:
    bank = gathered(tmp_path, sample(tmp_path, "one", CUP))
    (cutout,) = bank.all
    cut = bank.pixels(cutout.id)
    truth = CUP.mask[80:180, 100:180]
    assert (cutout.label, cutout.key) == ("cup", "one")
    assert cut.shape == (cutout.height, cutout.width, 4)
    assert abs(cutout.height - 100) <= 4
    assert abs(cutout.width - 80) <= 4
    assert (cut[..., 3] > 127).sum() == pytest.approx(truth.sum(), rel=0.06)
    shown = cut[cut[..., 3] > 20][:, :3].astype(int)
    assert np.abs(shown - RED).max() < 25


def test_a_loose_outline_is_corrected_to_the_thing(tmp_path: Path) -> None:
    def loose(mask: Mask) -> Mask:
        return mask | np.roll(mask, 3, axis=1) | np.roll(mask, 2, axis=0)

    photo = sample(tmp_path, "one", CUP)
    bank = gathered(tmp_path, replace(photo, regions=(CUP.region(loose(CUP.mask)),)))
    cut = bank.pixels(bank.all[0].id)
    assert (cut[..., 3] > 127).sum() <= 1.01 * CUP.mask.sum()


def test_an_outline_that_does_not_fit_the_picture_is_dropped(tmp_path: Path) -> None:
    photo = sample(tmp_path, "one", CUP)
    elsewhere = Thing("cup", RED, (130, 80, 210, 180)).region()
    assert gathered(tmp_path, replace(photo, regions=(elsewhere,))).all == ()


@pytest.mark.parametrize(
    ("why", "things"),
    [
        ("it touches the frame", (Thing("cup", RED, (0, 80, 80, 180)),)),
        ("another stands before it", (CUP, Thing("bottle", BLUE, (90, 60, 140, 200)))),
        ("it is a crowd", (CUP._replace(crowd=True),)),
        ("it is too small", (Thing("cup", RED, (100, 80, 130, 110)),)),
        ("no cup is so wide", (Thing("cup", RED, (100, 80, 260, 150)),)),
        ("one sees through it", (Thing("wine glass", RED, (100, 80, 150, 180)),)),
        ("it looks like what is behind it", (Thing("cup", (134, 130, 128), (100, 80, 180, 180)),)),
        ("nothing is known of its kind", (Thing("tie", RED, (100, 80, 180, 180)),)),
    ],
)
def test_a_thing_is_no_donor_where(why: str, things: tuple[Thing, ...], tmp_path: Path) -> None:
    assert "cup" not in gathered(tmp_path, sample(tmp_path, "one", *things)).labels, why


def test_a_thing_before_another_is_a_donor_and_the_one_behind_is_none(tmp_path: Path) -> None:
    before = Thing("bottle", BLUE, (90, 60, 140, 200))
    assert gathered(tmp_path, sample(tmp_path, "one", CUP, before)).labels == ["bottle"]


def test_the_bank_is_the_same_bytes_whatever_the_order_of_the_samples(tmp_path: Path) -> None:
    photos = [sample(tmp_path, str(number), CUP, BOTTLE) for number in range(5)]
    GatherCutouts(per_label=3).prepare(photos, tmp_path / "one", 0)
    GatherCutouts(per_label=3).prepare(reversed(photos), tmp_path / "two", 0)
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


def test_no_more_than_so_many_of_a_label_are_kept_and_the_seed_says_which(tmp_path: Path) -> None:
    photos = [sample(tmp_path, str(number), CUP, BOTTLE) for number in range(8)]
    keys = []
    for seed in range(3):
        bank = gathered(tmp_path / str(seed), *photos, per_label=3, seed=seed)
        assert [cutout.label for cutout in bank.all] == ["bottle"] * 3 + ["cup"] * 3
        assert [cutout.id for cutout in bank.all] == list(range(6))
        keys.append({cutout.key for cutout in bank.others("cup", "none")})
    assert len({frozenset(chosen) for chosen in keys}) > 1


def test_a_bank_that_is_there_is_left_alone(tmp_path: Path) -> None:
    bank = gathered(tmp_path, sample(tmp_path, "one", CUP))
    again = gathered(tmp_path, sample(tmp_path, "two", BOTTLE))
    assert again.all == bank.all


def test_samples_without_regions_and_photos_that_are_missing_give_an_empty_bank(tmp_path: Path) -> None:
    plain = replace(sample(tmp_path, "one", CUP), regions=())
    missing = sample(tmp_path, "two", CUP)
    Path(missing.image.path).unlink()
    bank = gathered(tmp_path, plain, missing)
    assert bank.all == ()
    assert bank.labels == []
    assert Cutouts(tmp_path / "nowhere").all == ()


def test_a_cut_out_is_found_again_by_the_shape_of_its_box_and_never_in_its_own_photo(tmp_path: Path) -> None:
    wide = Thing("cup", GREEN, (200, 80, 310, 180))
    bank = gathered(tmp_path, sample(tmp_path, "narrow", CUP), sample(tmp_path, "wide", wide))
    first = next(cutout for cutout in bank.all if cutout.key == "narrow")
    box = (0.0, 0.0, first.aspect * 0.5, 0.5)
    assert bank.fitting("cup", "other", box, 100, 100) == first
    assert bank.fitting("cup", "narrow", box, 100, 100) is None
    assert bank.fitting("cup", "other", (0.0, 0.0, 1.0, 0.1), 100, 100) is None
    assert bank.fitting("dog", "other", box, 100, 100) is None
    assert first in bank.alike("cup", "other", first.aspect * 1.03)
    assert first not in bank.alike("cup", "other", first.aspect * 1.05)


def test_what_a_larger_thing_carries_is_whole_and_what_a_person_holds_may_not_be(tmp_path: Path) -> None:
    around = (90, 30, 330, 220)
    carried = sample(tmp_path, "carried", Thing("bench", BLUE, around), CUP)
    held = sample(tmp_path, "held", Thing("person", BLUE, around), CUP)
    assert "cup" in gathered(tmp_path / "carried", carried).labels
    assert "cup" not in gathered(tmp_path / "held", held).labels


def test_thin_legs_are_cut_out_as_they_were_drawn() -> None:
    mask = np.zeros((120, 140), bool)
    mask[20:70, 20:120] = True
    mask[70:110, 30:34] = mask[70:110, 104:108] = True
    pixels = np.full((120, 140, 3), 120, np.uint8)
    pixels[mask] = RED
    cut = cut_out(pixels, mask)
    assert cut is not None
    assert (cut[80:105, 30:34, 3] > 200).mean() > 0.7
    assert np.abs(cut[80:105, 31:33, :3].astype(int) - RED).max() < 25


def test_no_background_shines_through_a_soft_edge() -> None:
    square = np.zeros((80, 80), np.float32)
    square[20:60, 20:60] = 1
    alpha = np.asarray(cv2.GaussianBlur(square, (0, 0), 1.5), np.float32)
    mixed = alpha[..., None] * np.array(RED, np.float32) + (1 - alpha[..., None]) * np.float32(230)
    cut = cut_out(np.rint(mixed).astype(np.uint8), alpha > 0.5)
    assert cut is not None
    edge = (cut[..., 3] > 100) & (alpha < 0.95)
    before, after = (np.abs(colours[edge] - RED).mean() for colours in (mixed, cut[..., :3].astype(float)))
    assert after < 0.6 * before
