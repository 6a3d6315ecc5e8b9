"""CTs made of plain shapes: heads with a drawn face over one skull, and trunks in each contrast phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Volume = NDArray[np.int16]


@dataclass(frozen=True)
class Scan:
    """HU with its place: origin (x, y, z) and spacing (z, y, x), mm."""

    hu: Volume
    origin_mm: tuple[float, float, float]
    spacing_zyx_mm: tuple[float, float, float]

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Coordinates z, y, x in mm, ready to broadcast."""
        z, y, x = (
            self.origin_mm[2 - axis] + self.spacing_zyx_mm[axis] * np.arange(self.hu.shape[axis])
            for axis in range(3)
        )
        return z[:, None, None], y[None, :, None], x[None, None, :]


def _ball(z, y, x, centre, radii):  # type: ignore[no-untyped-def]
    return sum(((c - m) / r) ** 2 for c, m, r in zip((x, y, z), centre, radii, strict=True)) < 1.0


def head(seed: int, *, lowest_mm: float = -170.0, highest_mm: float = 100.0) -> Scan:
    """A head whose face (nose, lips, eyes, ears, cheeks) is drawn by a seed; skull and neck never change.

    The crown lies at z = 88 mm, the chin at about -105 mm, the face toward -y.
    """
    spacing = (2.5, 2.0, 2.0)
    shape = (int((highest_mm - lowest_mm) / spacing[0]) + 1, 138, 116)
    scan = Scan(np.full(shape, -1000, np.int16), (-115.0, -150.0, lowest_mm), spacing)
    z, y, x = scan.axes()
    hu = np.full(shape, -1000.0)
    _skin(hu, z, y, x, np.random.default_rng(seed))
    _skull(hu, z, y, x)
    noise = np.random.default_rng(1).normal(0.0, 8.0, shape)
    return Scan(np.rint(hu + noise).astype(np.int16), scan.origin_mm, spacing)


def _skin(hu, z, y, x, rng) -> None:  # type: ignore[no-untyped-def]
    soft = _ball(z, y, x, (0, 0, 0), (76, 96, 88)) | _ball(z, y, x, (0, -22, -62), (64, 74, 58))
    soft |= (x / 58) ** 2 + ((y - 18) / 62) ** 2 + 0 * z < 1
    soft &= (z > -112) | ((x / 58) ** 2 + ((y - 18) / 62) ** 2 < 1)
    nose = rng.uniform(14, 34), rng.uniform(9, 16), rng.uniform(16, 30)
    soft |= _ball(z, y, x, (rng.uniform(-3, 3), -88, -45), (nose[1], nose[0] + 10, nose[2]))
    lips = rng.uniform(4, 13)
    soft |= _ball(
        z, y, x, (0, -90, rng.uniform(-84, -74)), (rng.uniform(18, 30), lips + 6, rng.uniform(6, 11))
    )
    for side in (-1, 1):
        ear = rng.uniform(8, 22)
        soft |= _ball(z, y, x, (78 * side, 8, rng.uniform(-38, -22)), (ear, 6, rng.uniform(22, 36)))
        soft |= _ball(z, y, x, (32 * side, -82, -14), (15, rng.uniform(8, 16), 11))
        cheek = rng.uniform(8, 26)
        soft |= _ball(z, y, x, (46 * side, -50, -62), (cheek, cheek, 24))
    hu[soft] = 40.0
    hu[_ball(z, y, x, (0, -86, -52), (4, 22, 6))] = -900.0


def _skull(hu, z, y, x) -> None:  # type: ignore[no-untyped-def]
    hu[_ball(z, y, x, (0, 0, 0), (69, 89, 81))] = 950.0
    hu[_ball(z, y, x, (0, 0, 0), (62, 82, 74))] = 36.0
    base = _ball(z, y, x, (0, 0, 0), (66, 86, 78)) & (z < -42)
    hu[base] = 500.0
    face = _ball(z, y, x, (0, -46, -48), (48, 36, 40)) & (z > -86)
    hu[face] = 700.0
    for side in (-1, 1):
        hu[_ball(z, y, x, (32 * side, -70, -14), (17, 26, 16))] = 20.0
        hu[_ball(z, y, x, (28 * side, -58, -50), (13, 15, 14))] = -900.0
    hu[_ball(z, y, x, (0, -62, -50), (9, 26, 18))] = -700.0
    ring = np.hypot(x / 46, (y + 20) / 60)
    hu[(np.abs(ring - 1.0) < 0.12) & (y < -10) & (z < -82) & (z > -104)] = 900.0
    spine = np.hypot(x, y - 24)
    low = (z < -60) & (np.mod(z, 18.0) < 15.0)
    hu[low & (np.abs(x) < 22) & (np.abs(y - 24) < 20)] = 420.0
    hu[(spine < 9.5) & (z < -40)] = 30.0


#: CT numbers of aorta, liver, kidney cortex, kidney medulla and renal pelvis in each phase.
PHASES = {
    "native": (42, 52, 32, 32, 10),
    "arterial": (340, 66, 190, 70, 15),
    "portal-venous": (175, 108, 185, 165, 20),
    "delayed": (118, 92, 125, 125, 700),
}


def trunk(phase: str, seed: int = 0, *, table: bool = True, circle_mm: float | None = None) -> Scan:
    """A trunk of 28 cm from the pelvis to the lung bases, with aorta, caval vein, liver, kidneys and table.

    With `circle_mm` everything outside that radius about (0, 0) is padding of -2000 HU.
    """
    spacing = (2.5, 2.0, 2.0)
    scan = Scan(np.full((112, 130, 176), -1000, np.int16), (-175.0, -125.0, 0.0), spacing)
    z, y, x = scan.axes()
    aorta, liver, cortex, medulla, pelvis = PHASES[phase]
    hu = np.full(scan.hu.shape, -1000.0)
    body = (x / 155) ** 2 + (y / 108) ** 2 + 0 * z < 1
    hu[body] = -100.0
    hu[body & ((x / 143) ** 2 + (y / 96) ** 2 < 1)] = 45.0
    cavity = (x / 128) ** 2 + ((y + 8) / 78) ** 2 + 0 * z < 1
    hu[cavity] = -95.0
    dome = 205 + 35 * np.sqrt(np.clip(1 - ((np.abs(x) - 65) / 75) ** 2 - (y / 95) ** 2, 0, 1))
    chest = cavity & (np.abs(x) > 26) & (z > dome)
    hu[_ball(z, y, x, (-66, -12, 150), (56, 62, 88)) & cavity & (z < dome)] = liver
    hu[_ball(z, y, x, (70, -8, 170), (40, 46, 50)) & cavity & (z < dome)] = 48.0
    hu[chest] = -850.0
    _spine_and_ribs(hu, z, y, x, body)
    for side in (-1, 1):
        hu[_ball(z, y, x, (64 * side, 30, 105), (26, 27, 52))] = cortex
        hu[_ball(z, y, x, (64 * side, 30, 105), (18, 19, 42))] = medulla
        hu[_ball(z, y, x, (56 * side, 30, 105), (9, 9, 18))] = pelvis
    hu[((x - 12) / 11) ** 2 + ((y - 8) / 11) ** 2 + 0 * z < 1] = aorta
    vein = {"native": 42, "arterial": 60, "portal-venous": 150, "delayed": 112}[phase]
    hu[((x + 17) / 11) ** 2 + ((y - 6) / 8) ** 2 + 0 * z < 1] = vein
    hu[_ball(z, y, x, (16, 1, 60), (4, 3, 6))] = 900.0
    if table:
        hu[(y > 116) & (y < 124) & (np.abs(x) < 170) & (z > -1)] = 150.0
    hu += np.random.default_rng(seed).normal(0.0, 9.0, hu.shape)
    if circle_mm is not None:
        hu[np.hypot(x, y + 0 * z) > circle_mm] = -2000.0
    return Scan(np.rint(hu).astype(np.int16), scan.origin_mm, spacing)


def _spine_and_ribs(hu, z, y, x, body) -> None:  # type: ignore[no-untyped-def]
    disc = np.mod(z, 36.0) > 28.0
    vertebra = ((x / 23) ** 2 + ((y - 42) / 17) ** 2 < 1) & ~disc
    hu[vertebra] = 190.0
    hu[vertebra & ((x / 20.5) ** 2 + ((y - 42) / 14.5) ** 2 > 1)] = 520.0
    arch = np.hypot(x, y - 67)
    hu[(arch < 14) & ~disc] = 480.0
    hu[arch < 8 + 0 * z] = 30.0
    hu[(np.abs(x) < 4) & (y > 78) & (y < 96) & ~disc] = 450.0
    ring = np.abs(np.hypot(x / 136, (y + 4) / 88) - 1.0) < 0.035
    hu[ring & (np.mod(z - 0.3 * y, 34) < 9) & (z > 120) & (np.abs(x) > 24) & body] = 480.0
