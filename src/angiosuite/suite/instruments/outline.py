"""The outline of an instrument at rest: what its end looks like on the instrument table."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.device import DeviceItem
from angiosuite.content.shaft import Bend

__all__ = ["curve_mm", "outline_mm", "with_curve"]

Floats = NDArray[np.float64]

SHORTEST_MM, STRAIGHT_MM = 120.0, 60.0
"""An outline shows so much of the end, and so much of the straight shaft before its curve."""
FACET_DEG = 8.0
STEP_MM = 2.0


def outline_mm(device: DeviceItem, bends: Sequence[Bend] | None = None) -> list[list[float]]:
    """The end of an instrument at rest, in its plane: points [x, y], mm, from the shaft to the tip.

    It begins at the origin and runs towards +y; turns of more than 0 degrees bend towards +x. What is
    straight is one piece; an arc has a point every 8 degrees or less. Empty for what has no shaft. A curve of
    the content lies in one plane.

    Parameters
    ----------
    device : DeviceItem
    bends : sequence of Bend, optional
        Another curve than that of the content, from the tip: what fingers gave a tip.
    """
    length_cm = getattr(device.part, "length_cm", None)
    if length_cm is None or not (hasattr(device.part, "shaft") or device.part.kind == "needle"):
        return []
    given = getattr(device.part, "rest_shape", ()) if bends is None else tuple(bends)
    curved = sum(bend.length_mm for bend in given)
    shaft = min(max(SHORTEST_MM - curved, STRAIGHT_MM), 10.0 * length_cm - curved)
    curve = _arcs([(shaft, 0.0), *_pieces(given)], FACET_DEG, 1e9)
    return [[round(float(x), 2) + 0.0, round(float(y), 2) + 0.0] for x, y in curve]


def curve_mm(bends: Sequence[Bend]) -> Floats:
    """A curve at rest with a point every 2 mm or less, shape (n, 3), mm, from the origin along +z.

    Parameters
    ----------
    bends : sequence of Bend
        From the tip, as the content has them; the curve runs to the tip.
    """
    flat = _arcs(_pieces(bends), FACET_DEG, STEP_MM)
    return np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], axis=1)


def with_curve(points_mm: Floats, shape_mm: Floats, roll_deg: float = 0.0) -> Floats:
    """A course with a curve at its end, shape (n + m - 1, 3), mm.

    Parameters
    ----------
    points_mm : ndarray, shape (n, 3)
        Where the shaft runs, towards the tip.
    shape_mm : ndarray, shape (m, 3)
        `curve_mm`: begins at the origin along +z.
    roll_deg : float
        Turn of the curve about the shaft; 0 bends it as far as it goes towards the patient's left.
    """
    along = points_mm[-1] - points_mm[-2]
    along = along / np.linalg.norm(along)
    side = np.array([1.0, 0, 0]) if abs(along[0]) < 0.9 else np.array([0.0, 1, 0])
    side = side - (side @ along) * along
    side /= np.linalg.norm(side)
    other, a = np.cross(along, side), radians(roll_deg)
    frame = np.stack([cos(a) * side + sin(a) * other, cos(a) * other - sin(a) * side, along])
    return np.concatenate([points_mm, points_mm[-1] + shape_mm[1:] @ frame])


def _pieces(bends: Sequence[Bend]) -> list[tuple[float, float]]:
    """Length, mm, and turn, degrees, of each piece from the shaft to the tip."""
    return [(bend.length_mm, bend.turn_deg or 0.0) for bend in reversed(bends)]


def _arcs(pieces: Sequence[tuple[float, float]], facet_deg: float, step_mm: float) -> Floats:
    """Points of arcs from the origin towards +y, shape (n, 2), mm; all of them lie on the true curve."""
    points, heading = [np.zeros(2)], 0.0
    for length, turn_deg in pieces:
        count = max(1, ceil(abs(turn_deg) / facet_deg), ceil(length / step_mm))
        turn = radians(turn_deg) / count
        # the chord of an arc is shorter than it
        chord = length / count * (sin(0.5 * turn) / (0.5 * turn) if turn else 1.0)
        for _ in range(count):
            middle = heading + 0.5 * turn
            points.append(points[-1] + chord * np.array([sin(middle), cos(middle)]))
            heading += turn
    return np.array(points)
