"""Pictures for the tests of runs: anatomy with known movement, made by the detector's own chain."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from angiosuite.imaging.detector import Detector, Panel
from angiosuite.imaging.subtraction import log_signal

PANEL = Panel(lag_first_frame=0.0, lag_after_1_s=0.0)
WANTED = 0.01
QUANTA_PER_MM2_UGY = 25_000.0


class Anatomy:
    """A body as a function of place, so that it can be moved by any part of a pixel before it is detected.

    Parameters
    ----------
    seed : int
        Which body.

    Notes
    -----
    Log attenuation is a sum of slow waves (soft tissue), bars with soft edges (ribs, spine) and small discs
    (bowel gas, calcium). Places are fractions of the field from -0.5 to 0.5.
    """

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.waves = [
            (rng.uniform(0.05, 0.25), *rng.uniform(-9, 9, 2), rng.uniform(0, 6.28)) for _ in range(8)
        ]
        self.bars = [
            (rng.uniform(0.1, 0.4), rng.uniform(0, np.pi), rng.uniform(-0.45, 0.45), rng.uniform(0.01, 0.04))
            for _ in range(10)
        ]
        self.discs = [
            (rng.uniform(-0.2, 0.15), *rng.uniform(-0.45, 0.45, 2), rng.uniform(0.01, 0.05))
            for _ in range(24)
        ]

    def log(self, rows: int, dx_px: float = 0.0, dy_px: float = 0.0) -> np.ndarray:
        """Log signal relative to the wanted one, (rows, rows), the body moved right and down."""
        place = (np.arange(rows) + 0.5) / rows - 0.5
        x = (place[None, :] - dx_px / rows).astype(np.float32)
        y = (place[:, None] - dy_px / rows).astype(np.float32)
        soft = np.float32(0.003)
        total = np.zeros((rows, rows), np.float32)
        for size, u, v, phase in np.float32(self.waves):
            total += size * np.sin(2 * np.pi * (u * x / 4 + v * y / 4) + phase)
        for depth, angle, away, half in np.float32(self.bars):
            d = x * np.cos(angle) + y * np.sin(angle) - away
            total -= 0.5 * depth * (1 - np.tanh((np.abs(d) - half) / (2 * soft)))
        for depth, cx, cy, radius in np.float32(self.discs):
            total -= 0.5 * depth * (1 - np.tanh((np.hypot(x - cx, y - cy) - radius) / (2 * soft)))
        return total


def filled_vessels(rows: int, seed: int, count: int = 9, depth: float = 0.35) -> np.ndarray:
    """Log signal that contrast takes away, (rows, rows): winding tubes of 2 to 12 pixels of 512."""
    rng = np.random.default_rng(seed)
    image = np.zeros((rows, rows), np.float32)
    t = np.linspace(0, 1, 6 * rows)
    for _ in range(count):
        points = rng.uniform(0.1, 0.9, (4, 2))
        bend = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3])
        x, y = (points.T @ bend * (rows - 1)).astype(int)
        line = np.zeros_like(image)
        line[y, x] = 1.0
        radius = rng.uniform(1, 6) * rows / 512
        image = np.maximum(image, depth * np.minimum(2.5 * radius * gaussian_filter(line, radius), 1.0))
    return image


def detected_log(
    log: np.ndarray, *, ngy: float, frame: int, side_mm: float = 297.0, seed: int = 11
) -> np.ndarray:
    """Log of a detector frame, float32, at a kerma of `ngy` a frame where the log signal is 0."""
    detector = Detector(PANEL, side_mm, log.shape[0], seed)
    read = detector.expose(
        (WANTED * np.exp(log)).astype(np.float32),
        quanta_at_one=detector.quanta_per_ugy(QUANTA_PER_MM2_UGY) * ngy / 1000.0 / WANTED,
        wanted_signal=WANTED,
        electronic_quanta=detector.electronic_quanta(QUANTA_PER_MM2_UGY),
        frame=frame,
        interval_s=1 / 3,
        magnification=1.35,
    )
    return log_signal(read)


@pytest.fixture(scope="session")
def body():
    """Bodies by seed."""
    return Anatomy


@pytest.fixture(scope="session")
def vessels():
    """Vessels of a matrix, by seed."""
    return filled_vessels


@pytest.fixture(scope="session")
def detected():
    """From a log signal to the log of a detected frame."""
    return detected_log
