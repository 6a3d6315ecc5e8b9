"""Synthetic scans: an aorta with branches in tissue, drawn with a scanner's blur."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.distance import distance_mm
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.extraction.scan import Scan

EDGE = 1.0
Floats = NDArray[np.float64]


def _drawn(hu: NDArray[np.float32], course: Floats, radius: float, level: float) -> None:
    at = np.linspace(0.0, 1.0, 400)
    known = np.linspace(0.0, 1.0, len(course))
    line = np.stack([np.interp(at, known, course[:, k]) for k in range(3)], 1)
    z, y, x = (np.arange(n, dtype=float) for n in hu.shape)
    for p in line:
        cut = tuple(slice(max(0, int(c - radius - 2)), int(c + radius + 3)) for c in (p[2], p[1], p[0]))
        d = (z[cut[0]] - p[2])[:, None, None] ** 2 + (y[cut[1]] - p[1])[None, :, None] ** 2
        d = d + (x[cut[2]] - p[0])[None, None, :] ** 2
        view = hu[cut]
        view[d <= radius**2] = level


def make_phantom(
    tubes: list[tuple[list[list[float]], float, float]],
    shape: tuple[int, int, int] = (140, 80, 80),
    background: float = -80.0,
    paint: Callable[[NDArray[np.float32]], None] | None = None,
) -> Lumen:
    hu = np.full(shape, background, np.float32)
    for course, radius, level in tubes:
        _drawn(hu, np.array(course, float), radius, level)
    if paint is not None:
        paint(hu)
    hu = ndimage.gaussian_filter(hu, 0.7)
    level = max(level for _, _, level in tubes)
    low = 0.5 * (level + 50.0)
    blood = hu > low
    return Lumen(
        scan=Scan(hu, (0.0, 0.0, 0.0), EDGE),
        blood=blood,
        bone=np.zeros(shape, bool),
        depth_mm=distance_mm(blood, EDGE),
        level_hu=level,
        low_hu=low,
        weak_hu=max(115.0, 0.25 * level),
        track_mm=np.array(tubes[0][0], float),
        hot_hu=level + 250.0,
        chest_from_mm=1e9,
    )


@pytest.fixture(scope="session")
def phantom() -> Callable[..., Lumen]:
    """``phantom(tubes, shape, background)``: a `Lumen` with tubes (course, radius, level), edge 1 mm."""
    return make_phantom
