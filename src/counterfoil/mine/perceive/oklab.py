"""Pixels to OKLab and back: sRGB bytes in, lightness and two opponent axes out, as float32.

OKLab keeps the hue of a paint when its lightness or chroma changes, where CIELAB turns blue into
purple; scaling its three coordinates alike is scaling the light.

Source: Ottosson, "A perceptual color space for image processing", 2020,
https://bottosson.github.io/posts/oklab/ ; the sRGB curve is IEC 61966-2-1.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.records import Pixels

Floats = NDArray[np.float32]

_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES > 0.04045, ((_CODES + 0.055) / 1.055) ** 2.4, _CODES / 12.92).astype(np.float32)
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB, _FROM_CONES = np.linalg.inv(_TO_LAB), np.linalg.inv(_TO_CONES)


def to_oklab(pixels: Pixels) -> Floats:
    """The picture in OKLab: height x width x 3; lightness 0..1, the other two about -0.4..0.4."""
    linear = cv2.LUT(pixels, _LINEAR)
    cones = cv2.pow(cv2.transform(linear, _TO_CONES), 1 / 3)
    return np.asarray(cv2.transform(cones, _TO_LAB), np.float32)


def from_oklab(lab: Floats) -> Pixels:
    """The picture in sRGB; colours that a screen cannot show are clipped."""
    cones = cv2.transform(lab, _FROM_LAB)
    linear = np.asarray(cv2.transform(cv2.pow(cones, 3, cones), _FROM_CONES)).reshape(len(lab), -1)
    cv2.threshold(linear, 0, 0, cv2.THRESH_TOZERO, linear)
    curved = cv2.convertScaleAbs(cv2.pow(linear, 1 / 2.4), alpha=255 * 1.055, beta=-255 * 0.055)
    straight, dark = cv2.convertScaleAbs(linear, alpha=255 * 12.92), linear <= 0.0031308
    return np.asarray(cv2.copyTo(straight, dark.view(np.uint8), curved), np.uint8).reshape(lab.shape)


def to_lch(lab: Floats) -> tuple[Floats, Floats, Floats]:
    """Lightness 0..1, chroma (0..about 0.4) and hue in degrees 0..360 of OKLab values."""
    lightness, a, b = lab[..., 0], lab[..., 1], lab[..., 2]
    hue = np.rad2deg(np.arctan2(b, a))
    return lightness, np.sqrt(a * a + b * b), np.where(hue < 0, hue + np.float32(360), hue)
