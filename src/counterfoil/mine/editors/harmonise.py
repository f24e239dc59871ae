"""A cut-out made to look as if it had been photographed with the rest of a picture.

Colours and alpha in, with the surroundings they go into; the same cut-out out with its light, its
tint, its sharpness and its grain moved towards theirs. Partly only: a white cup stays white.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from counterfoil.mine.percentile import percentile, percentile_of_all
from counterfoil.mine.within import within
from counterfoil.records import Mask, Pixels

Floats = NDArray[np.float32]

_LIGHT, _TINT = 0.35, 0.12
_MOST_LIGHT, _MOST_TINT = 32.0, 4.0
_CAST, _MOST_CAST = 0.45, 16.0


def scaled(cut: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """A cut-out at another size, its colours weighted by alpha so that no dark rim appears."""
    method = cv2.INTER_AREA if height < cut.shape[0] else cv2.INTER_CUBIC
    alpha = cut[..., 3:].astype(np.float32) / 255
    plane = np.dstack([cut[..., :3] * alpha, alpha])
    plane = np.clip(cv2.resize(plane, (width, height), interpolation=method), 0, 255)
    share = np.clip(plane[..., 3:], 0, 1)
    colours = plane[..., :3] / np.maximum(share, 1e-3)
    return np.rint(np.clip(np.dstack([colours, 255 * share]), 0, 255)).astype(np.uint8)


def cast(picture: Pixels) -> Floats:
    """The tint of a picture's light: a and b of CIELAB, 0 where it is white, mean over what is bright.

    Source: Finlayson and Trezzi, "Shades of gray and colour constancy", 2004, with squares.
    """
    lab = cv2.cvtColor(np.ascontiguousarray(picture[::4, ::4]), cv2.COLOR_RGB2LAB)
    light, *axes = np.asarray(cv2.split(lab), np.float32)
    weight = light * light + 1
    return np.array([(axis * weight).sum() / weight.sum() - 128 for axis in axes], np.float32)


def in_light_of(
    colours: Pixels, alpha: Floats, surroundings: Pixels, tint: tuple[float, float] = (0.0, 0.0)
) -> Pixels:
    """Move light, contrast and tint of a cut-out part of the way to those of its surroundings.

    Args:
        colours: of the cut-out, height x width x 3.
        alpha: of the cut-out, 0..1.
        surroundings: any pixels around the place where it goes.
        tint: of the picture's light: see `cast`.

    Source: Reinhard et al., "Color transfer between images", 2001, in CIELAB and weakened.
    """
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB).astype(np.float32)
    around = cv2.cvtColor(surroundings, cv2.COLOR_RGB2LAB).astype(np.float32).reshape(-1, 3)
    inside = within(lab, alpha > 0.5)
    if not len(inside) or not len(around):
        return colours
    step = around.mean(0) - inside.mean(0)
    step = np.clip(step * (_LIGHT, _TINT, _TINT), *_span())
    contrast = np.clip(np.sqrt((around[:, 0].std() + 8) / (inside[:, 0].std() + 8)), 0.8, 1.1)
    light, *axes = cv2.split(lab)
    light = (light - inside[:, 0].mean()) * contrast + inside[:, 0].mean()
    light *= 1 + step[0] / max(inside[:, 0].mean(), 1)
    dimming = _dimming(light[alpha > 0.5], around[:, 0])
    tints = step[1:] + np.clip(_CAST * np.asarray(tint), -_MOST_CAST, _MOST_CAST)
    tinted = [(axis + by - 128) * dimming + 128 for axis, by in zip(axes, tints.tolist(), strict=True)]
    moved = np.clip(np.rint(cv2.merge([light * dimming, *tinted])), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(moved, cv2.COLOR_LAB2RGB), np.uint8)


def _dimming(inside: Floats, around: Floats) -> float:
    """What keeps a thing from being much brighter than the brightest things around it, 0.35..1."""
    brightest = percentile_of_all(inside, 95)
    allowed = 1.05 * percentile_of_all(around, 95) + 12
    return float(np.clip(allowed / max(brightest, 1), 0.35, 1))


def _span() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    most = np.array([_MOST_LIGHT, _MOST_TINT, _MOST_TINT])
    return -most, most


def as_sharp_as(colours: Pixels, alpha: Floats, surroundings: Pixels) -> Pixels:
    """Blur a cut-out that is sharper than anything around it; one that is softer stays as it is."""
    target = _sharpness(surroundings, np.ones(surroundings.shape[:2], bool))
    inside = cv2.erode((alpha > 0.9).view(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    for sigma in (0.0, 0.5, 0.7, 0.9, 1.2):
        blurred = np.asarray(cv2.GaussianBlur(colours, (0, 0), sigma), np.uint8) if sigma else colours
        if not inside.any() or _sharpness(blurred, inside) <= 1.25 * target:
            break
    return blurred


def _sharpness(pixels: Pixels, where: NDArray[np.bool_]) -> float:
    """How strong the strongest fine edges are: 98th percentile of the Laplacian."""
    laplacian = cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.CV_32F)
    return percentile(np.abs(laplacian[where]), 98)


def grain(pixels: Pixels) -> float:
    """Standard deviation of the noise in grey levels, from the calmest fifth of the picture.

    What is less calm may be leaves, and no noise.

    Source: Immerkaer, "Fast noise variance estimation", 1996, with a quantile in place of the mean.
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    noise = np.abs(cv2.filter2D(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.CV_16S, kernel)[1:-1, 1:-1])
    return percentile_of_all(noise.ravel(), 20) / (6 * 0.2533)


def with_grain(colours: Pixels, alpha: Floats, surroundings: Pixels, noise: np.random.Generator) -> Pixels:
    """Add as much noise as a cut-out has less than its surroundings."""
    inside = cv2.erode((alpha > 0.9).view(np.uint8), np.ones((3, 3), np.uint8)).view(bool)
    own = grain(_filled(colours, inside)) if inside.any() else 0
    missing = np.sqrt(max(min(grain(surroundings), 3.0) ** 2 - own**2, 0.0))
    if missing < 0.5:
        return colours
    speckle = cv2.GaussianBlur(noise.normal(0, 1, colours.shape[:2]).astype(np.float32), (0, 0), 0.6)
    speckle *= missing / max(float(speckle.std()), 1e-6)
    return np.asarray(np.clip(np.rint(colours + cv2.merge([speckle] * 3)), 0, 255), np.uint8)


def _filled(colours: Pixels, inside: Mask) -> Pixels:
    """The pixels in a mask, and their mean around them."""
    filled = np.full_like(colours, within(colours, inside).mean(0).astype(np.uint8))
    return np.asarray(cv2.copyTo(colours, inside.view(np.uint8), filled), np.uint8)
