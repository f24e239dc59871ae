"""Fill a hole in a picture with what lies around it: a crop and a hole in, the filled crop out.

PatchMatch (Barnes et al., SIGGRAPH 2009) over a pyramid that is voted as in Wexler et al. (PAMI
2007). The coarsest level is small enough to match exactly, so what is filled takes its start from
the colours next to it and not from chance; each finer level then needs few rounds.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from patchmatch_cython import CythonSolver

from counterfoil.mine.percentile import percentile
from counterfoil.mine.within import put_within, within
from counterfoil.records import Mask, Pixels

PATCH = 5
REACH = PATCH // 2
ROUNDS, FINEST_ROUNDS = 6, 3
JUDGED = 2
"""The level, in halvings, whose mismatch is told: coarse enough that grass and sand are smooth there."""

GUIDE = 80.0, 30.0
"""How many grey levels the place of a pixel counts over the height and the width of a crop."""

STEP = 40.0
"""The largest step between surroundings and fill, in grey levels, that is taken for one of light."""

SWEEPS = 6

LAYERS = 3.0
"""How much farther to the sides than up and down the first guess at a hole looks."""

FORBIDDEN = 4096.0
"""A colour so far from all others that no patch with it is ever the nearest."""

Field = NDArray[np.int32]
"""Height x width x 2: for each pixel the x and y of the source that its patch is copied from."""


class Filled(NamedTuple):
    """A filled crop.

    Args:
        pixels: the crop; outside the hole as it was.
        mismatch: how far the surroundings of the hole are from what they were matched with, in grey
            levels (90th percentile): high where nothing in the crop continues them.
    """

    pixels: Pixels
    mismatch: float


class _Level(NamedTuple):
    """One level of the pyramid.

    Args:
        pixels: the crop at this size; the hole's colours mean nothing.
        hole: what is filled.
        avoid: other things, never copied.
        unknown: the hole, and what is avoided next to it: the surroundings that are not matched.
        source: the pixels, with what is avoided out of reach.
    """

    pixels: NDArray[np.float32]
    hole: Mask
    avoid: Mask
    unknown: Mask
    source: NDArray[np.float32]


def fill(pixels: Pixels, hole: Mask, rng: random.Random, avoid: Mask | None = None) -> Pixels:
    """Fill a hole; every pixel outside it stays as it is. See `fill_and_judge`."""
    return fill_and_judge(pixels, hole, rng, avoid).pixels


def fill_and_judge(pixels: Pixels, hole: Mask, rng: random.Random, avoid: Mask | None = None) -> Filled:
    """Fill a hole, and tell how well its surroundings could be continued.

    Args:
        pixels: a crop with about as much around the hole as the hole is large.
        hole: what is filled.
        rng: the same state gives the same bytes.
        avoid: what must not be copied into the hole (other things), at the crop's size.

    Raises:
        ValueError: nothing is left to copy from.
    """
    if not hole.any():
        return Filled(pixels, 0.0)
    levels = _pyramid(pixels, hole, np.zeros_like(hole) if avoid is None else avoid & ~hole)
    filled, field = _solve(levels[-1], _exact_field(levels[-1]), rng, ROUNDS)
    mismatch = _mismatch(levels[-1], field)
    for number, level in reversed(list(enumerate(levels[:-1]))):
        rounds = ROUNDS if number else FINEST_ROUNDS
        filled, field = _solve(level, _doubled(field, level.hole.shape), rng, rounds)
        mismatch = _mismatch(level, field) if number == JUDGED else mismatch
    toned = within(filled, hole) + within(_membrane(*_step(levels[0], field)), hole)
    painted = pixels.copy()
    put_within(painted, hole, np.clip(np.rint(toned), 0, 255).astype(np.uint8))
    return Filled(painted, mismatch)


def _step(level: _Level, field: Field) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How the surroundings of the hole differ from what continues them in it, and where that is known."""
    near = cv2.dilate(level.hole.view(np.uint8), np.ones((PATCH, PATCH), np.uint8)) > 0
    ring = near & ~(level.unknown | level.avoid)
    steps = within(level.pixels, ring) - _copied(level.source, within(field, ring))
    low = np.asarray((np.abs(steps) < STEP).all(1))
    step, small = np.zeros_like(level.pixels), np.zeros(ring.shape, np.float32)
    put_within(step, ring, steps * low[:, None])
    small[ring] = low
    weight, total = cv2.GaussianBlur(small, (0, 0), 3), cv2.GaussianBlur(step, (0, 0), 3)
    known = ring & (weight > 0.02)
    mean = np.zeros_like(level.pixels)
    put_within(mean, known, within(np.asarray(total), known) / weight[known][:, None])
    return mean, known.astype(np.float32)


def _copied(source: NDArray[np.float32], at: Field) -> NDArray[np.float32]:
    """The pixels of the source at some places, n x 2 (x and y)."""
    places = at[:, 1] * source.shape[1] + at[:, 0]
    return np.asarray(source.reshape(-1, 3).take(places, axis=0), np.float32)


def _membrane(values: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values spread like a soap film over all that is not known (Laplace's equation), coarse to fine."""
    height, width = known.shape
    half = ((width + 1) // 2, (height + 1) // 2)
    start = np.zeros_like(values)
    if min(half) > 4:
        weight = cv2.resize(known, half, interpolation=cv2.INTER_AREA)
        total = cv2.resize(values, half, interpolation=cv2.INTER_AREA)
        mean = total / cv2.merge([np.maximum(weight, 1e-3)] * 3)  # 0 where nothing is known, as the total
        coarse = _membrane(np.asarray(mean, np.float32), (weight > 0).astype(np.float32))
        start = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    fixed = (known > 0).view(np.uint8)
    film = cv2.copyTo(values, fixed, start)
    for _ in range(SWEEPS):
        film = cv2.copyTo(values, fixed, cv2.blur(film, (3, 3)))
    return np.asarray(film, np.float32)


def _mismatch(level: _Level, field: Field) -> float:
    """The 90th percentile of how far the pixels around the hole are from their sources."""
    unknown, source = level.unknown, level.source
    kernel = np.ones((PATCH, PATCH), np.uint8)
    others = cv2.dilate((level.avoid | (unknown & ~level.hole)).view(np.uint8), kernel) > 0
    known = (cv2.dilate(level.hole.view(np.uint8), kernel) > 0) & ~unknown & ~others
    if not known.any():
        return 0.0
    matched = _copied(source, within(field, known))
    return percentile(np.abs(matched - within(source, known)).mean(1), 90)


def _level(pixels: NDArray[np.float32], hole: Mask, avoid: Mask) -> _Level:
    if not avoid.any():
        return _Level(pixels, hole, avoid, hole, pixels)
    near = cv2.dilate(hole.view(np.uint8), np.ones((4 * PATCH - 3, 4 * PATCH - 3), np.uint8)).view(bool)
    source = pixels.copy()
    source[avoid] = FORBIDDEN
    return _Level(pixels, hole, avoid, hole | (avoid & near), source)


def _pyramid(pixels: Pixels, hole: Mask, avoid: Mask) -> list[_Level]:
    """The crop, halved until the hole is a few pixels thick; a pixel partly in a mask is in it."""
    padded = np.pad(hole.astype(np.uint8), 1)
    thickness = float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())
    levels = [_level(pixels.astype(np.float32), hole, avoid)]
    while thickness > 3 and min(levels[-1].hole.shape) >= 6 * PATCH:
        levels.append(_halved(levels[-1]))
        thickness /= 2
    return levels


def _halved(level: _Level) -> _Level:
    height, width = ((side + 1) // 2 for side in level.hole.shape)
    known = cv2.resize((~level.hole).astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    kept = level.pixels * cv2.merge([(~level.hole).astype(np.float32)] * 3)
    total = cv2.resize(kept, (width, height), interpolation=cv2.INTER_AREA)
    avoided = cv2.resize(level.avoid.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    pixels = np.asarray(total / cv2.merge([np.maximum(known, 1e-3)] * 3), np.float32)
    return _level(pixels, known < 0.5, (avoided > 0) & (known >= 0.5))


def _solve(level: _Level, field: Field, rng: random.Random, rounds: int) -> tuple[NDArray[np.float32], Field]:
    """A few rounds of PatchMatch on one level; what is avoided is neither copied nor matched."""
    solver = CythonSolver(_placed(level.source), level.unknown, PATCH)
    filled = solver(iterations=rounds, randomize_nnf=False, nnf=field, seed=rng.getrandbits(32))
    return filled[..., :3], solver.nnf


def _placed(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colours, and the place of each pixel as two more, so that what is copied comes from nearby."""
    height, width = pixels.shape[:2]
    down, across = (
        np.rint(np.arange(side) * (guide / side)).astype(np.float32)
        for side, guide in zip((height, width), GUIDE, strict=True)
    )
    places = (np.repeat(down[:, None], width, 1), np.repeat(across[None], height, 0))
    return np.asarray(cv2.merge([pixels, *places]), np.float32)


def _exact_field(level: _Level) -> Field:
    """The nearest source of every patch that touches the hole, of a smooth guess at the hole."""
    unknown = level.unknown
    small = np.clip(level.pixels, 0, 255).astype(np.uint8)
    guess = _layered(small, unknown | level.avoid)
    kernel = np.ones((PATCH, PATCH), np.uint8)
    known = (~(unknown | level.avoid)).astype(np.uint8)
    valid = cv2.erode(known, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    if not valid.any():
        raise ValueError("nothing is left to copy from")
    query = cv2.dilate(unknown.astype(np.uint8), kernel) > 0
    wanted, offered = (_patches(_placed(guess), where) for where in (query, valid))
    distance = (offered**2).sum(1) - 2 * wanted @ offered.T
    # Whole numbers under 2**24: float32 holds them exactly, so no thread count changes the nearest.
    nearest = np.argwhere(valid)[distance.argmin(1)]
    height, width = unknown.shape
    field = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.int32)
    field[query] = nearest[:, ::-1]
    return field


def _layered(pixels: NDArray[np.uint8], missing: Mask) -> NDArray[np.float32]:
    """What is missing as the mean of what is nearest, and of what is as high rather than of what is above.

    Most of what lies behind things in photos (ground, water, walls, sky) lies in layers.
    """
    weight = (~missing).astype(np.float32)
    total = pixels * cv2.merge([weight] * 3)
    guess = pixels.astype(np.float32)
    left, sigma = missing.copy(), 1.0
    while left.any() and sigma < 4 * max(missing.shape):
        down = max(sigma / LAYERS, 0.5)
        near = cv2.GaussianBlur(weight, (0, 0), sigma, sigmaY=down)
        found = left & (near > 0.01)
        mean = within(cv2.GaussianBlur(total, (0, 0), sigma, sigmaY=down), found)
        put_within(guess, found, mean / near[found][:, None])
        left, sigma = left & ~found, 1.6 * sigma
    return np.rint(guess)


def _patches(pixels: NDArray[np.float32], centres: Mask) -> NDArray[np.float32]:
    """The patches around the centres, each as one row."""
    padded = cv2.copyMakeBorder(pixels, REACH, REACH, REACH, REACH, cv2.BORDER_REPLICATE)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (PATCH, PATCH), axis=(0, 1))
    return np.asarray(windows[centres].reshape(int(centres.sum()), -1), np.float32)


def _doubled(field: Field, shape: tuple[int, ...]) -> Field:
    """The field of a level for the next finer one."""
    height, width = shape
    finer = np.repeat(np.repeat(2 * field, 2, 0), 2, 1)[:height, :width]
    finer[:, 1::2, 0] += 1
    finer[1::2, :, 1] += 1
    for axis, size in enumerate((width, height)):
        np.minimum(finer[..., axis], size - 1, out=finer[..., axis])
    return np.ascontiguousarray(finer, dtype=np.int32)
