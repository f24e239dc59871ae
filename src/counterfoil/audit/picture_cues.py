"""What readers of pictures alone go by. A cue is a frozen dataclass with one method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import ClassVar, Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn

from counterfoil.pictures import to_pixels
from counterfoil.records import Box, Pixels

Grey = NDArray[np.float32]
Features = dict[str, float]
Seen = TypeVar("Seen")


class PictureCue(Protocol):
    """A way to see a picture; `local` cues look where the foil's box is."""

    @property
    def local(self) -> bool:
        """Whether the box matters."""
        ...

    def read(self, pixels: Pixels, box: Box | None) -> Features:
        """Named numbers; the names never depend on the picture."""
        ...


@dataclass(frozen=True, kw_only=True)
class Noise:
    """What a median filter takes away, and how neighbouring pixels differ.

    The joint histogram of two differences in a row, clipped to +-`clip`, is that of Pevny, Bas and Fridrich,
    "Steganalysis by subtractive pixel adjacency matrix" (2010), of first order.
    """

    local: ClassVar[bool] = False
    clip: int = 2

    def read(self, pixels: Pixels, box: Box | None) -> Features:
        """Strength, peakedness and colour of the residual; last bits; joint histograms."""
        residual = pixels.astype(np.float32) - cv2.medianBlur(pixels, 3)
        red, green, blue = (residual[..., channel] for channel in range(3))
        features = {
            f"residual {name}": float(np.log(0.05 + np.abs(plane).mean()))
            for name, plane in (("red", red), ("green", green), ("blue", blue))
        }
        features |= {
            "peakedness": float(np.log(1 + (green**4).mean() / (1e-3 + (green**2).mean() ** 2))),
            "red with green": _alike(red, green),
            "blue with green": _alike(blue, green),
            "last bits": float((pixels & 1).mean()),
        }
        grey = _grey(pixels).astype(np.int16)
        for name, plane in (("across", grey), ("down", grey.T)):
            features |= {f"last bits {name}": float(((plane[:, 1:] ^ plane[:, :-1]) & 1).mean())}
            features |= self._joint(name, plane)
        return features

    def _joint(self, name: str, plane: NDArray[np.int16]) -> Features:
        steps = np.diff(plane, axis=1).clip(-self.clip, self.clip) + self.clip
        side = 2 * self.clip + 1
        pairs = np.bincount((steps[:, 1:] * side + steps[:, :-1]).ravel(), minlength=side * side)
        values = range(-self.clip, self.clip + 1)
        shares = pairs / max(pairs.sum(), 1)
        return {
            f"steps {name} {a:+d}{b:+d}": float(np.sqrt(share))
            for (a, b), share in zip(product(values, values), shares, strict=True)
        }


@dataclass(frozen=True, kw_only=True)
class Frequency:
    """The strength of each of JPEG's 64 frequencies, and the edges of its blocks."""

    local: ClassVar[bool] = False

    def read(self, pixels: Pixels, box: Box | None) -> Features:
        """Logarithms of mean magnitudes; how much more pixels differ across blocks' edges than within."""
        grey = _grey(pixels).astype(np.float32)
        height, width = (side // 8 * 8 for side in grey.shape)
        blocks = grey[:height, :width].reshape(height // 8, 8, width // 8, 8).transpose(0, 2, 1, 3)
        strength = np.log(0.05 + np.abs(dctn(blocks, axes=(2, 3), norm="ortho")).mean((0, 1)))
        features = {
            f"frequency {down},{across}": float(strength[down, across])
            for down, across in product(range(8), range(8))
            if down or across
        }
        return features | {"blocks across": _blocks(grey), "blocks down": _blocks(grey.T)}


@dataclass(frozen=True, kw_only=True)
class Sharpness:
    """How sharp, contrasty and colourful the picture is."""

    local: ClassVar[bool] = False

    def read(self, pixels: Pixels, box: Box | None) -> Features:
        """Edges, light and colour, each by its spread."""
        grey = _grey(pixels)
        edges = _edges(grey)
        saturation = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)[..., 1]
        features = {f"edges {q}%": float(np.log(1 + np.percentile(edges, q))) for q in (25, 50, 75, 90, 99)}
        return features | {
            "curvature": float(np.log(0.05 + cv2.Laplacian(grey, cv2.CV_32F).std())),
            "light": float(grey.mean()) / 64,
            "contrast": float(grey.std()) / 32,
            "saturation": float(saturation.mean()) / 64,
            "spread of saturation": float(saturation.std()) / 32,
            "black": float((grey == 0).mean()),
            "white": float((grey == 255).mean()),
        }


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What is where: the picture at 8 x 8, the histogram of its colours (4 x 4 x 4), its size."""

    local: ClassVar[bool] = False

    def read(self, pixels: Pixels, box: Box | None) -> Features:
        """Colours from 0 to 4, shares of the colours times 8, sides in units of 256 pixels."""
        small = cv2.resize(pixels.astype(np.float32), (8, 8), interpolation=cv2.INTER_AREA) / 64
        coarse = (pixels >> 6).astype(np.int64) @ (16, 4, 1)
        shades = np.bincount(coarse.ravel(), minlength=64) / coarse.size * 8
        height, width = pixels.shape[:2]
        places = {
            f"{colour} at {down},{across}": float(small[down, across, channel])
            for down, across in product(range(8), range(8))
            for channel, colour in enumerate(("red", "green", "blue"))
        }
        return (
            places
            | {f"shade {number}": float(share) for number, share in enumerate(shades)}
            | {"height": height / 256, "width": width / 256}
        )


@dataclass(frozen=True, kw_only=True)
class Seam:
    """The foil's box against the ring around it, and its rim against lines beside it.

    Both pictures are looked at in the same place; a foil of the whole picture has nothing to look at.
    """

    local: ClassVar[bool] = True
    ring: int = 8

    def read(self, pixels: Pixels, box: Box | None) -> Features:
        """Ratios as logarithms; 0 where inside and outside are alike, and without a box."""
        names = ("noise in box", "edges in box", "light in box", "edges at the rim")
        if box is None:
            return dict.fromkeys(names, 0.0)
        grey = _grey(pixels)
        inside, around, rim = self._places(box, grey)
        residual = np.abs(grey.astype(np.float32) - cv2.medianBlur(grey, 3))
        edges, light = _edges(grey), grey.astype(np.float32)
        return {
            "noise in box": _ratio(residual, inside, around),
            "edges in box": _ratio(edges, inside, around),
            "light in box": _ratio(light, inside, around),
            "edges at the rim": _ratio(edges, rim, around | inside & ~rim),
        }

    def _places(self, box: Box, grey: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], ...]:
        """The box, the ring around it, and the two pixels on either side of its rim."""
        left, top, right, bottom = to_pixels(box, *grey.shape)

        def grown(by: int) -> NDArray[np.bool_]:
            mask = np.zeros(grey.shape, np.bool_)
            mask[max(top - by, 0) : max(bottom + by, 0), max(left - by, 0) : max(right + by, 0)] = True
            return mask

        inside = grown(0)
        return inside, grown(self.ring) & ~inside, grown(2) & ~grown(-2)


PICTURE_CUES: dict[str, PictureCue] = {
    "noise": Noise(),
    "frequency": Frequency(),
    "sharpness": Sharpness(),
    "layout": Layout(),
    "seam": Seam(),
}


def blind(sides: Mapping[str, Seen]) -> dict[str, Seen]:
    """Those of some cues that do not look where the foil's box is."""
    local = {name for name, cue in PICTURE_CUES.items() if cue.local}
    return {name: of_cue for name, of_cue in sides.items() if name not in local}


def _grey(pixels: Pixels) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _edges(grey: NDArray[np.uint8]) -> Grey:
    across, down = cv2.spatialGradient(grey)
    return np.abs(across).astype(np.float32) + np.abs(down)


def _alike(one: Grey, other: Grey) -> float:
    """Correlation, 0 where one of them is flat."""
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean()) / spread if spread else 0.0


def _blocks(grey: Grey) -> float:
    steps = np.abs(np.diff(grey, axis=1)).mean(axis=0)
    at_edges = steps[7::8]
    return float(np.log((at_edges.mean() + 0.1) / (steps.mean() + 0.1))) if at_edges.size else 0.0


def _ratio(values: Grey, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    if not one.any() or not other.any():
        return 0.0
    return float(np.log((values[one].mean() + 0.5) / (values[other].mean() + 0.5)))
