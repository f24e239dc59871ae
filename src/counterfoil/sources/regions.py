"""COCO's annotation of a thing in, a region out: checked before any C code draws it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np
from pycocotools import mask as run_lengths

from counterfoil.pictures import expand
from counterfoil.records import Box, Region, RunLengths

MAX_PIXELS = 1 << 26
"""Pixels that an annotation may claim for its picture: a mask costs a byte for each."""


def read_region(annotation: Mapping[str, Any], labels: Mapping[Any, str], height: Any, width: Any) -> Region:
    """Read one entry of "annotations".

    Args:
        annotation: with category_id, bbox (x, y, width, height in pixels; from the mask where there
            is none), segmentation (polygons, run lengths, or none) and iscrowd.
        labels: category names by id.
        height: of the picture that was annotated, in pixels.
        width: likewise.

    Raises:
        ValueError: what is wrong with it: unknown category; box or mask of the wrong type, not
            finite, empty, or wholly outside.
    """
    height, width = _sides(height, width)
    category = annotation.get("category_id")
    label = labels.get(category) if isinstance(category, int | str) else None
    if not label:
        raise ValueError(f"no category has the id {category!r:.80}")
    outline = _outline(annotation.get("segmentation"), height, width)
    return Region(
        label=label,
        box=_box(annotation.get("bbox"), outline, height, width),
        outline=outline,
        crowd=bool(annotation.get("iscrowd")),
    )


def _sides(height: Any, width: Any) -> tuple[int, int]:
    sides = isinstance(height, int) and isinstance(width, int) and height > 0 and width > 0
    if not sides or height * width > MAX_PIXELS:
        raise ValueError(f"its picture is said to be {width!r:.20} x {height!r:.20} pixels")
    return height, width


def _box(bbox: object, outline: RunLengths | None, height: int, width: int) -> Box:
    if bbox is None and outline is not None:
        bbox = run_lengths.toBbox(_pairs(outline)).tolist()
    numbers = _numbers(bbox)
    if len(numbers) != 4:
        raise ValueError(f"bbox has {len(numbers)} numbers, not 4")
    left, top, across, down = numbers
    box = (
        max(left / width, 0.0),
        max(top / height, 0.0),
        min((left + across) / width, 1.0),
        min((top + down) / height, 1.0),
    )
    if box[0] >= box[2] or box[1] >= box[3]:
        raise ValueError(f"bbox {bbox!r:.80} has nothing inside {width} x {height} pixels")
    return box


def _outline(segmentation: object, height: int, width: int) -> RunLengths | None:
    if segmentation is None or segmentation == []:
        return None
    if isinstance(segmentation, list):
        drawn = _polygons(segmentation, height, width)
    else:
        drawn = _runs(segmentation, height, width)
    if not run_lengths.area(drawn):
        raise ValueError("mask has no pixel inside the picture")
    return RunLengths(height, width, drawn["counts"])


def _polygons(polygons: list[Any], height: int, width: int) -> dict[str, Any]:
    for polygon in polygons:
        points = _numbers(polygon)
        if len(points) < 6 or len(points) % 2:
            raise ValueError(
                f"polygon has {len(points)} numbers: x and y of three corners or more are wanted"
            )
        # what draws polygons walks every pixel of an edge, also far outside
        beyond = max(max(map(abs, points[::2])) / width, max(map(abs, points[1::2])) / height)
        if beyond > 2:
            raise ValueError(f"polygon reaches {beyond:.1f} times the picture's size")
    drawn: dict[str, Any] = run_lengths.merge(run_lengths.frPyObjects(polygons, height, width))
    return drawn


def _runs(runs: object, height: int, width: int) -> dict[str, Any]:
    runs = runs if isinstance(runs, dict) else {}
    if runs.get("size") != [height, width]:
        raise ValueError(f"mask is {runs.get('size')!r:.80}, its picture {[height, width]} (height, width)")
    counts = runs.get("counts")
    numbers = expand(counts.encode()) if isinstance(counts, str) else np.array(_numbers(counts))
    area = height * width
    if ((numbers < 0) | (numbers > area) | (numbers % 1 > 0)).any() or numbers.sum() != area:
        raise ValueError(f"run lengths add up to {numbers.sum():.0f}, not to {area} pixels")
    plain = {"size": [height, width], "counts": numbers.astype(int).tolist()}
    drawn: dict[str, Any] = run_lengths.frPyObjects(plain, height, width)
    return drawn


def _pairs(outline: RunLengths) -> dict[str, Any]:
    return {"size": [outline.height, outline.width], "counts": outline.counts}


def _numbers(values: object) -> list[float]:
    """What should be a list of numbers, checked without NumPy: mostly there are a few dozen."""
    if not isinstance(values, list) or not values:
        raise ValueError(f"numbers are wanted, this is {values!r:.80}")
    if not set(map(type, values)) <= {int, float}:
        raise ValueError(f"numbers are wanted, this is {values!r:.80}")
    try:
        numbers = list(map(float, values))
    except OverflowError as error:
        raise ValueError(f"a number too large: {error}") from error
    if not all(map(isfinite, numbers)):
        raise ValueError(f"numbers are wanted, this is {values!r:.80}")
    return numbers
