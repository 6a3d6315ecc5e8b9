"""A body-like voxel phantom and six views: what projectors are timed on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.geometry import BeamGeometry

SHAPE = (500, 300, 300)
SPACING_MM = 1.2
SIDE_MM = 307.2
#: Name, LAO (+) or RAO (-) degrees, cranial (+) or caudal (-) degrees.
VIEWS = (
    ("AP", 0, 0),
    ("LAO 30", 30, 0),
    ("LAO 45", 45, 0),
    ("lateral", 90, 0),
    ("RAO 30 cranial 20", -30, 20),
    ("caudal 25", 0, -25),
)
MU_WATER_60KEV_MM = 0.02059


def view(lao_deg: float, cranial_deg: float, size: int) -> BeamGeometry:
    """A square detector of 307.2 mm, 1000 mm from the source, which is 750 mm from the isocentre."""
    a, b = np.deg2rad([lao_deg, cranial_deg])
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1.0]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    turn, pixel = about_z @ about_x, SIDE_MM / size
    ends = turn @ np.array([0, 750.0, 0]), turn @ np.array([0, -250.0, 0])
    return BeamGeometry.centred(
        *ends, turn @ np.array([pixel, 0, 0]), turn @ np.array([0, 0, -pixel]), size, size
    )


def attenuation_per_mm() -> NDArray[np.float32]:
    """The phantom at 60 keV, 1/mm, (z, y, x), centred on the isocentre; the same voxels every time."""
    mu = _hounsfield().astype(np.float32)
    mu *= np.float32(MU_WATER_60KEV_MM / 1000.0)
    mu += np.float32(MU_WATER_60KEV_MM)
    return np.maximum(mu, 0, out=mu)


def _hounsfield() -> NDArray[np.int16]:
    """HU of trunk, fat, lungs, heart, liver, ribs, spine, pelvis and femurs with texture and noise."""
    rng = np.random.default_rng(7)
    nz, ny, nx = SHAPE
    zs, ys, xs = (np.arange(n, dtype=np.float32) * SPACING_MM - (n - 1) / 2 * SPACING_MM for n in SHAPE)
    y, x = ys[:, None], xs[None, :]
    coarse = rng.normal(0, 1, (nz // 8 + 2, ny // 8 + 2, nx // 8 + 2)).astype(np.float32)
    fine = np.ix_(np.arange(ny) // 8, np.arange(nx) // 8)
    volume = np.full(SHAPE, -1000, np.int16)
    for k, z in enumerate(zs):
        wide = 1.0 + 0.06 * np.cos(z / 120.0)
        trunk = (x / (165 * wide)) ** 2 + (y / (112 * wide)) ** 2 <= 1
        texture = coarse[k // 8][fine]
        hu = np.where(trunk, 40 + 12 * texture, -1000.0)
        fat = trunk & ((x / (150 * wide)) ** 2 + (y / (97 * wide)) ** 2 > 1)
        hu[fat] = -95 + 10 * texture[fat]
        _organs(hu, texture, trunk, z, y, x)
        _bones(hu, texture, trunk, z, y, x)
        volume[k] = np.clip(np.where(trunk, hu + rng.normal(0, 14, (ny, nx)), -1000.0), -1000, 3000)
    return volume


def _ball(z: float, y: NDArray, x: NDArray, centre: tuple, radii: tuple) -> NDArray[np.bool_]:
    (cz, cy, cx), (rz, ry, rx) = centre, radii
    return ((z - cz) / rz) ** 2 + ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 <= 1.0


def _organs(hu: NDArray, texture: NDArray, trunk: NDArray, z: float, y: NDArray, x: NDArray) -> None:
    for side in (-1, 1):
        lung = _ball(z, y, x, (150, -8, 78 * side), (125, 76, 58)) & trunk
        hu[lung] = -820 + 60 * texture[lung]
    heart = _ball(z, y, x, (105, -30, 22), (58, 46, 52))
    hu[heart] = 45 + 8 * texture[heart]
    liver = _ball(z, y, x, (-10, -12, -75), (62, 72, 70)) & trunk
    hu[liver] = 60 + 8 * texture[liver]


def _bones(hu: NDArray, texture: NDArray, trunk: NDArray, z: float, y: NDArray, x: NDArray) -> None:
    ring = (x / 146) ** 2 + (y / 93) ** 2
    if 20 < z < 280:
        rib = (np.mod(z + 0.25 * y, 26.0) < 9.5) & (ring <= 1) & (ring > 0.90) & trunk
        hu[rib] = 520 + 60 * texture[rib]
    from_spine = np.hypot(x, y - 62)
    vertebra = np.mod(z, 30.0) < 24.0
    hu[from_spine < 21] = (280.0 if vertebra else 70.0) + 30 * texture[from_spine < 21]
    if vertebra:
        hu[(from_spine < 21) & (from_spine > 18.5)] = 750
    hu[np.hypot(x, y - 89) < 7] = 30
    hu[(np.abs(x) < 4) & (y > 94) & (y < 108) & trunk] = 600
    for side in (-1, 1):
        if z < -120:
            shell = ((z + 190) / 78) ** 2 + ((y - 18) / 66) ** 2 + ((x - 78 * side) / 62) ** 2
            wing = (shell <= 1) & (shell > 0.80) & (y > -25) & trunk
            hu[wing] = 550 + 60 * texture[wing]
        if z < -215:
            from_femur = np.hypot(x - 95 * side, y - 5)
            hu[from_femur < 15] = 180
            hu[(from_femur < 15) & (from_femur > 9)] = 1250
