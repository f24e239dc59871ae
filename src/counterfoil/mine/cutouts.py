"""The bank of cut-outs: whole things from a source's own photos, to be pasted into its others.

`GatherCutouts.prepare` runs once, before the first stage: samples in, one parquet file out, in the
run's folder. `Cutouts` opens that file: what is known of each cut-out at once, its pixels when asked.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import ClassVar, NamedTuple

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.errors import DataError
from counterfoil.mine.donors import Cut, cut_out, kinds, shapely, stands_alone, upright, within_frame
from counterfoil.pictures import decode, region_mask, to_pixels
from counterfoil.records import Box, ImageFile, Mask, Pixels, Region, Sample

FILE = "cutouts.parquet"
_MARGIN = 12
_SHOWN = 8


class Cutout(NamedTuple):
    """What is known of a cut-out without its pixels.

    Args:
        id: its place in the bank.
        label: its category.
        key: the sample that it comes from.
        box: where it stood there; the lower edge tells from how high it was seen.
        width, height: of the thing in pixels, without the margin around it.
        sharpness: mean absolute Laplacian inside, in grey levels.
        light: mean lightness inside, 0..255.
    """

    id: int
    label: str
    key: str
    box: Box
    width: int
    height: int
    sharpness: float
    light: float

    @property
    def aspect(self) -> float:
        """Width over height, in pixels."""
        return self.width / self.height


class _Donor(NamedTuple):
    """A thing that may be cut out: everything needed to do so."""

    order: bytes
    key: str
    image: ImageFile
    region: Region


@dataclass(frozen=True, kw_only=True)
class GatherCutouts:
    """Choose whole things by their annotations, and cut them out.

    Which ones depends on the seed and on the samples' keys, never on their order, and no more than
    `spare` x `per_label` things of a label are held at any time, however large the source is.

    Args:
        per_label: how many cut-outs to keep of each label.
        spare: how many times as many to look at, since some turn out badly annotated.
        min_px: least length of a thing's longer side in its photo; the shorter has half of it.
        max_px: what is larger is stored at this size.
        min_agreement: see `cut_out`.
    """

    version: ClassVar[int] = 2
    per_label: int = 12
    spare: int = 2
    min_px: int = 48
    max_px: int = 400
    min_agreement: float = 0.84

    def prepare(self, samples: Iterable[Sample], folder: Path, seed: int) -> None:
        """Write the bank into `folder`, unless it is there already.

        Raises:
            DataError: the folder cannot be written.
        """
        if not (folder / FILE).exists():
            _write(self._rows(self._choose(samples, seed)), folder)

    def _choose(self, samples: Iterable[Sample], seed: int) -> list[_Donor]:
        """Per label the donors with the smallest digests, in the order of their digests."""
        chosen: dict[str, list[tuple[int, _Donor]]] = {}
        room = self.per_label * self.spare
        for sample in samples:
            for index, donor in _candidates(sample, seed):
                heap = chosen.setdefault(donor.region.label, [])
                rank = -int.from_bytes(donor.order)
                late = len(heap) == room and rank <= heap[0][0]
                if not late and self._fit(sample.regions, index):
                    (heapq.heappushpop if len(heap) == room else heapq.heappush)(heap, (rank, donor))
        return [donor for heap in chosen.values() for _, donor in heap]

    def _fit(self, regions: tuple[Region, ...], index: int) -> bool:
        outline = regions[index].outline
        if outline is None or (kinds()[regions[index].label].stands == "sky" and _meets(regions, index)):
            return False
        height, width = outline.height, outline.width
        left, top, right, bottom = to_pixels(regions[index].box, height, width)
        large = max(right - left, bottom - top) >= self.min_px <= 2.2 * min(right - left, bottom - top)
        return (
            large and shapely(regions[index], height, width) and stands_alone(regions, index, height, width)
        )

    def _rows(self, donors: list[_Donor]) -> list[dict[str, object]]:
        """Cut the donors out, each photo decoded once, and keep the first of each label."""
        made: list[tuple[_Donor, dict[str, object]]] = []
        for _, group in itertools.groupby(sorted(donors, key=attrgetter("key", "order")), attrgetter("key")):
            made += self._cut_photo(list(group))
        made.sort(key=lambda pair: (pair[0].region.label, pair[0].order))
        by_label = itertools.groupby(made, lambda pair: pair[0].region.label)
        kept = [row for _, pairs in by_label for _, row in itertools.islice(pairs, self.per_label)]
        return [row | {"id": number} for number, row in enumerate(kept)]

    def _cut_photo(self, donors: list[_Donor]) -> Iterator[tuple[_Donor, dict[str, object]]]:
        try:
            pixels = decode(donors[0].image)
        except DataError:
            return  # the first stage will reject this photo, and say why
        for donor in donors:
            if row := self._cut(donor, pixels):
                yield donor, row

    def _cut(self, donor: _Donor, pixels: Pixels) -> dict[str, object] | None:
        crop, mask = _crop(pixels, region_mask(donor.region, *pixels.shape[:2]), self.max_px)
        cut = cut_out(crop, mask, self.min_agreement)
        if cut is None or not (cut[..., 3] > 127).any():
            return None
        lowest, annotated = (np.flatnonzero(rows.any(1))[-1] for rows in (cut[..., 3] > 127, mask))
        cut = _trimmed(cut)
        if lowest < annotated - 0.12 * cut.shape[0] or not upright(donor.region.label, cut[..., 3] > 127):
            return None
        return _described(cut) | {
            "label": donor.region.label,
            "key": donor.key,
            "box": list(donor.region.box),
            "rgba": cv2.imencode(".png", cv2.cvtColor(cut, cv2.COLOR_RGBA2BGRA))[1].tobytes(),
        }


class Cutouts:
    """An open bank. What is known of each cut-out is in memory; pixels are read when asked for.

    Args:
        folder: where `GatherCutouts` wrote it; a folder without a bank is an empty bank.
        kept: how many cut-outs' pixels are kept at hand.
    """

    def __init__(self, folder: Path, kept: int = 32) -> None:
        self.all: tuple[Cutout, ...] = ()
        if (folder / FILE).exists():
            self._file = pq.ParquetFile(folder / FILE)
            rows = self._file.read(columns=list(Cutout._fields)).to_pylist()
            self.all = tuple(Cutout(**row | {"box": tuple(row["box"])}) for row in rows)
        self._of: dict[str, list[Cutout]] = {}
        for cutout in self.all:
            self._of.setdefault(cutout.label, []).append(cutout)
        self.pixels = lru_cache(maxsize=kept)(self._read)
        """Height x width x 4 of a cut-out by its id: RGB and alpha, nothing around it."""

    @property
    def labels(self) -> list[str]:
        """The labels that the bank has, sorted."""
        return sorted(self._of)

    def others(self, label: str, key: str) -> list[Cutout]:
        """The cut-outs of a label that do not come from the sample `key`."""
        return [cutout for cutout in self._of.get(label, []) if cutout.key != key]

    def fitting(self, label: str, key: str, box: Box, width: int, height: int) -> Cutout | None:
        """The cut-out whose shape fits a box of a picture best; None where none fits within 4 %.

        A rule makes a box for one cut-out; this finds that cut-out again.
        """
        left, top, right, bottom = box
        aspect = (right - left) * width / max((bottom - top) * height, 1e-6)
        return min(self.alike(label, key, aspect), key=lambda cutout: _off(cutout, aspect), default=None)

    def alike(self, label: str, key: str, aspect: float) -> list[Cutout]:
        """As `others`, those whose width over height is `aspect` within 4 %."""
        return [cutout for cutout in self.others(label, key) if _off(cutout, aspect) < 0.04]

    def _read(self, number: int) -> Cut:
        row = self._file.read_row_group(number, columns=["rgba"]).column("rgba")[0].as_py()
        cut = np.asarray(cv2.imdecode(np.frombuffer(row, np.uint8), cv2.IMREAD_UNCHANGED))
        return np.asarray(cv2.cvtColor(cut, cv2.COLOR_BGRA2RGBA), np.uint8)


def _off(cutout: Cutout, aspect: float) -> float:
    """How far a cut-out's width over height is from another, as a natural logarithm."""
    return abs(math.log(cutout.aspect / aspect))


def _candidates(sample: Sample, seed: int) -> Iterator[tuple[int, _Donor]]:
    """The regions that can be cut out as far as label and box tell."""
    for index, region in enumerate(sample.regions):
        kind = kinds().get(region.label)
        if kind and kind.donor and not region.crowd and within_frame(region.box):
            digest = blake2b(f"{seed}\0{sample.key}\0{index}".encode(), digest_size=8).digest()
            yield index, _Donor(digest, sample.key, sample.image, region)


def _meets(regions: tuple[Region, ...], index: int) -> bool:
    """Whether the box of a thing meets any other: what flies is cut flat by whatever hides its edge."""
    left, top, right, bottom = regions[index].box
    return any(
        left < box[2] and box[0] < right and top < box[3] and box[1] < bottom
        for other, region in enumerate(regions)
        if other != index
        for box in (region.box,)
    )


def _crop(pixels: Pixels, mask: Mask, max_px: int) -> tuple[Pixels, Mask]:
    """The thing with a margin around it, scaled down so that it is at most `max_px` large."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    window = np.s_[
        max(top - _MARGIN, 0) : top + height + _MARGIN, max(left - _MARGIN, 0) : left + width + _MARGIN
    ]
    crop, inside = pixels[window], mask[window]
    scale = min(1.0, max_px / max(width, height, 1))
    if scale == 1.0:
        return np.ascontiguousarray(crop), np.ascontiguousarray(inside)
    size = round(crop.shape[1] * scale), round(crop.shape[0] * scale)
    small = cv2.resize(inside.view(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 127
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8), small


def _trimmed(cut: Cut) -> Cut:
    """A cut-out without what is nearly transparent around it."""
    left, top, width, height = cv2.boundingRect((cut[..., 3] > _SHOWN).view(np.uint8))
    return cut[top : top + height, left : left + width]


def _described(cut: Cut) -> dict[str, object]:
    grey = cv2.cvtColor(cut[..., :3], cv2.COLOR_RGB2GRAY)
    inside = cv2.erode(cut[..., 3], np.ones((5, 5), np.uint8)) > 250
    if not inside.any():
        inside = cut[..., 3] > 0
    return {
        "height": cut.shape[0],
        "width": cut.shape[1],
        "sharpness": float(np.abs(cv2.Laplacian(grey, cv2.CV_32F))[inside].mean()),
        "light": float(grey[inside].mean()),
    }


_SCHEMA = pa.schema(
    [
        ("id", pa.int32()),
        ("label", pa.string()),
        ("key", pa.string()),
        ("box", pa.list_(pa.float64())),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("sharpness", pa.float64()),
        ("light", pa.float64()),
        ("rgba", pa.binary()),
    ]
)


def _write(rows: list[dict[str, object]], folder: Path) -> None:
    """One row group per cut-out, so that reading one reads no other; in place only when complete."""
    partial = folder / f"{FILE}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(rows, schema=_SCHEMA)
        pq.write_table(table, partial, row_group_size=1, compression="none")
        partial.replace(folder / FILE)
    except OSError as error:
        raise DataError(f"{folder}: the cut-outs cannot be written: {error}") from error
