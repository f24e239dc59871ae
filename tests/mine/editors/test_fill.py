"""Filling holes: in flat, striped and real surroundings."""

import random
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from counterfoil.mine.editors.fill import fill, fill_and_judge
from counterfoil.records import Mask, Pixels


def hole(height: int, width: int, top: int, left: int, size: int) -> Mask:
    mask = np.zeros((height, width), bool)
    mask[top : top + size, left : left + size] = True
    return mask


def noisy(colour: int, seed: int = 0) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, 4, (120, 160, 3))
    return np.clip(colour + noise, 0, 255).astype(np.uint8)


def test_nothing_outside_the_hole_changes() -> None:
    pixels, mask = noisy(120), hole(120, 160, 40, 60, 40)
    filled = fill(pixels, mask, random.Random(1))
    assert np.array_equal(filled[~mask], pixels[~mask])


def test_no_hole_gives_the_same_picture() -> None:
    pixels = noisy(120)
    assert fill(pixels, np.zeros((120, 160), bool), random.Random(1)) is pixels


def test_a_black_square_on_grey_is_gone() -> None:
    pixels, mask = noisy(120), hole(120, 160, 40, 60, 40)
    pixels[mask] = 0
    filled = fill(pixels, mask, random.Random(1))
    assert abs(float(filled[mask].mean()) - 120) < 3
    assert filled[mask].min() > 90


def test_stripes_go_on_through_the_hole() -> None:
    stripes = np.where((np.arange(160) // 8) % 2, 200, 60).astype(np.uint8)
    picture = np.broadcast_to(stripes[None, :, None], (120, 160, 3)).copy()
    mask, truth = hole(120, 160, 45, 60, 30), picture.copy()
    picture[mask] = 255
    filled = fill(picture, mask, random.Random(1))
    assert np.abs(filled[mask].astype(int) - truth[mask]).mean() < 12


def test_what_is_to_be_avoided_is_not_copied() -> None:
    pixels, mask = noisy(120), hole(120, 160, 40, 60, 40)
    other = hole(120, 160, 40, 100, 40)
    pixels[other] = (250, 20, 20)
    with_other = fill(pixels, mask, random.Random(1))
    without = fill(pixels, mask, random.Random(1), avoid=other)

    def red(picture: Pixels) -> int:
        return int(np.count_nonzero(picture[mask][:, 1] < 60))

    assert red(without) == 0
    assert red(with_other) > 0


def test_the_light_around_a_hole_goes_on_inside_it() -> None:
    light = np.linspace(60, 200, 160)[None, :, None] + np.random.default_rng(0).normal(0, 2, (120, 160, 3))
    truth = np.clip(light, 0, 255).astype(np.uint8)
    mask, picture = hole(120, 160, 40, 60, 40), truth.copy()
    picture[mask] = 255
    filled = fill(picture, mask, random.Random(1))
    assert np.abs(filled[mask].astype(int) - truth[mask]).mean() < 6


def test_layers_go_on_behind_what_stood_before_them() -> None:
    truth = np.repeat(np.array([230, 150, 60], np.uint8), 40)[:, None, None].repeat(160, 1).repeat(3, 2)
    mask, picture = np.zeros((120, 160), bool), truth.copy()
    mask[10:110, 65:95] = True
    picture[mask] = (255, 0, 0)
    filled = fill(picture, mask, random.Random(1))
    assert np.abs(filled[mask].astype(int) - truth[mask]).mean() < 6


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import random, zlib, numpy as np\n"
        "from counterfoil.mine.editors.fill import fill\n"
        "p = np.random.default_rng(0).integers(0, 255, (90, 120, 3)).astype(np.uint8)\n"
        "m = np.zeros((90, 120), bool); m[30:60, 40:80] = True\n"
        "print(zlib.crc32(fill(p, m, random.Random(7)).tobytes()))"
    )
    runs = [subprocess.run([sys.executable, "-c", script], capture_output=True, check=True) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout != b""


def test_a_hole_that_leaves_nothing_to_copy_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing is left"):
        fill(noisy(120), np.ones((120, 160), bool), random.Random(1))


def test_a_hole_at_the_frame_is_filled() -> None:
    pixels, mask = noisy(120), hole(120, 160, 90, 130, 30)
    pixels[mask] = 255
    assert fill(pixels, mask, random.Random(1))[mask].max() < 150


def test_surroundings_that_cannot_be_continued_have_a_greater_mismatch() -> None:
    mask = hole(120, 160, 40, 60, 40)
    clutter = np.random.default_rng(1).integers(0, 255, (15, 20, 3)).astype(np.uint8)
    cluttered = np.kron(clutter, np.ones((8, 8, 1), np.uint8))
    plain = fill_and_judge(noisy(120), mask, random.Random(1)).mismatch
    assert fill_and_judge(cluttered, mask, random.Random(1)).mismatch > 3 * plain


def test_a_missing_piece_of_a_real_lawn_is_nearer_to_it_than_with_telea(shared_data: Path) -> None:
    """Mean squared error of the blurred gradient magnitude: texture, which Telea smears."""
    path = next((shared_data / "coco_mini" / "images").glob("*78499.jpg"))
    pixels = np.asarray(Image.open(path).convert("RGB"))[320:428, 100:300].copy()
    mask = hole(108, 200, 40, 80, 40)
    telea = np.asarray(cv2.inpaint(pixels, mask.view(np.uint8), 3, cv2.INPAINT_TELEA), np.uint8)
    ours = fill(pixels, mask, random.Random(1))

    def texture(picture: Pixels) -> float:
        return float(cv2.Laplacian(picture, cv2.CV_32F)[mask].std())

    truth = texture(pixels)
    assert abs(texture(ours) - truth) < 0.5 * abs(texture(telea) - truth)
