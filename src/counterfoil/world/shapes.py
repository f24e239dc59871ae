"""The borders of the shapes, as polygons. A shape's name in, its points out."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from counterfoil.world.words import Shape

Points = NDArray[np.float64]


@cache
def outline(shape: Shape) -> Points:
    """The border of a shape: n x 2 points around (0, 0), its longer extent from -1 to 1; read only."""
    points: Points = _RAW[shape]()
    low, high = points.min(0), points.max(0)
    points = (points - (low + high) / 2) / ((high - low).max() / 2)
    points.setflags(write=False)
    return points


def _turns(number: int, start: float = 0.0) -> NDArray[np.float64]:
    return np.asarray(np.deg2rad(start) + np.arange(number) * (2 * np.pi / number))


def _on_circle(number: int, start: float, radii: tuple[float, ...] = (1.0,)) -> Points:
    angles = _turns(number, start)
    radius = np.resize(np.array(radii), number)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1)


def _oval() -> Points:
    return _on_circle(48, 0) * (1.0, 0.55)


def _heart() -> Points:
    """The curve of E. Beutel, https://mathworld.wolfram.com/HeartCurve.html, equation 7."""
    t = _turns(48)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([x, -y], 1)


def _cross() -> Points:
    arm = 0.36
    quarter = np.array([(arm, -1.0), (arm, -arm), (1.0, -arm)])
    turned = [quarter @ np.array([[c, s], [-s, c]]) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    return np.concatenate(turned)


def _crescent() -> Points:
    """A disc less a smaller one, shifted to the right."""
    outer = np.deg2rad(np.linspace(50, 310, 40))
    tips = np.array([np.cos(outer[0]), np.sin(outer[0])])
    centre, radius = 0.52, float(np.hypot(tips[0] - 0.52, tips[1]))
    edge = float(np.arctan2(tips[1], tips[0] - centre))
    inner = np.linspace(2 * np.pi - edge, edge, 30)
    bow = np.stack([centre + radius * np.cos(inner), radius * np.sin(inner)], 1)
    return np.concatenate([np.stack([np.cos(outer), np.sin(outer)], 1), bow])


def _arrow() -> Points:
    return np.array(
        [(-1, -0.24), (0.1, -0.24), (0.1, -0.68), (1, 0), (0.1, 0.68), (0.1, 0.24), (-1, 0.24)], np.float64
    )


def _drop() -> Points:
    """A disc with a tip: the tangents from a point above it."""
    arc = np.deg2rad(np.linspace(-30, 210, 40))
    return np.concatenate([np.stack([np.cos(arc), np.sin(arc)], 1), [(0.0, -2.0)]])


_RAW = {
    "circle": lambda: _on_circle(48, 0),
    "square": lambda: _on_circle(4, 45),
    "triangle": lambda: _on_circle(3, -90),
    "star": lambda: _on_circle(10, -90, (1.0, 0.42)),
    "heart": _heart,
    "cross": _cross,
    "diamond": lambda: _on_circle(4, 0) * (0.72, 1.0),
    "crescent": _crescent,
    "arrow": _arrow,
    "oval": _oval,
    "hexagon": lambda: _on_circle(6, 0),
    "drop": _drop,
}
