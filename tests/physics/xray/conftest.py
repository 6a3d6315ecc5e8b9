"""A small body-like volume and a C-arm for the tests of line integrals."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.physics import threads
from angiosuite.physics.xray.geometry import BeamGeometry

SPACING_MM = 3.0
VIEWS = ((0, 0), (30, 0), (45, 0), (90, 0), (-30, 20), (0, -25), (90, 45), (-120, -40))


def c_arm(
    lao_deg: float = 0.0,
    cranial_deg: float = 0.0,
    rows: int = 96,
    columns: int | None = None,
    side_mm: float = 300.0,
    turn_deg: float = 0.0,
    table_mm: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> BeamGeometry:
    """Source 750 mm from the isocentre at the origin, detector 1000 mm from the source, on a C-arm."""
    a, b, t = np.deg2rad([lao_deg, cranial_deg, turn_deg])
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1.0]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    turn = about_z @ about_x
    u, v = turn @ [1.0, 0, 0], turn @ [0, 0, -1.0]
    u, v = np.cos(t) * u + np.sin(t) * v, -np.sin(t) * u + np.cos(t) * v
    columns = columns or rows
    step = side_mm / columns
    shift = np.asarray(table_mm)
    source, centre = turn @ [0, 750.0, 0] - shift, turn @ [0, -250.0, 0] - shift
    return BeamGeometry.centred(source, centre, u * step, v * step, rows, columns)


def small_trunk() -> NDArray[np.int16]:
    """mg/cm3, (z, y, x) = (72, 60, 80) voxels of 3 mm: skin, lungs, a spine with discs, ribs."""
    z, y, x = np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in (72, 60, 80)), indexing="ij")
    z, y, x = z * SPACING_MM, y * SPACING_MM, x * SPACING_MM

    def inside(level: NDArray, width: float) -> NDArray:
        return np.clip((1 - level) / width + 0.5, 0, 1)  # voxels at a surface are partly filled, as in a scan

    rho = 1040.0 * inside((x / 112) ** 2 + (y / 82) ** 2, 0.1)
    for side in (-1, 1):
        lung = inside(((x - 52 * side) / 40) ** 2 + ((y + 10) / 52) ** 2 + ((z - 60) / 70) ** 2, 0.2)
        rho += lung * (260 - rho)
    ring = np.sqrt((x / 104) ** 2 + (y / 74) ** 2)
    rib = inside(np.abs(ring - 0.95) / 0.06, 0.8) * inside(np.abs(np.mod(z + 0.3 * y, 30) - 15) / 6, 0.6)
    rho += rib * (1450 - rho)
    spine = inside(np.hypot(x, y - 48) / 20, 0.2)
    rho += spine * (np.where(np.mod(z, 33) < 27, 1300, 1080) - rho)
    stone = inside(np.sqrt((x + 55) ** 2 + (y + 20) ** 2 + (z + 40) ** 2) / 14, 0.2)  # on one side only
    rho += stone * (1700 - rho)
    return rho.astype(np.int16)


def origin_of(volume: NDArray, spacing_mm: float = SPACING_MM) -> NDArray[np.float64]:
    """Origin that centres a (z, y, x) volume on the isocentre, mm."""
    return -(np.array(volume.shape[::-1]) - 1) / 2 * spacing_mm


@pytest.fixture
def arm() -> Callable[..., BeamGeometry]:
    """:func:`c_arm`."""
    return c_arm


@pytest.fixture(scope="session")
def trunk() -> NDArray[np.int16]:
    """:func:`small_trunk`."""
    return small_trunk()


@pytest.fixture(scope="session")
def trunk_origin(trunk: NDArray[np.int16]) -> NDArray[np.float64]:
    """Centre of the trunk's first voxel, mm."""
    return origin_of(trunk)


@pytest.fixture
def views() -> tuple[tuple[int, int], ...]:
    """(LAO, cranial) degrees of views over the whole range of a C-arm."""
    return VIEWS


@pytest.fixture
def spare_threads() -> Iterator[Callable[[int], None]]:
    """Sets the number of threads for one test."""
    before = threads.threads()
    yield threads.set_threads
    threads.set_threads(before)
