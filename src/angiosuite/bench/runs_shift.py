"""Automatic pixel shift on the built-in patient: known movement against what is found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.collimator import blade_opening, through_blades
from angiosuite.imaging.detector import Detector, Panel
from angiosuite.imaging.pixel_shift import find_shift
from angiosuite.imaging.subtraction import log_signal
from angiosuite.kit.randomness import generator
from angiosuite.physics.xray.beam import Beam, beam
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.scatter import GridModel, detector_signal, scatter_map
from angiosuite.suite.moment import Moment
from angiosuite.suite.patient import Patient
from angiosuite.suite.pose import beam_geometry
from angiosuite.suite.room import Room

from .row import Row

TITLE = "automatic pixel shift"

SIDE_MM = 297.0
GRID = GridModel()


@dataclass(frozen=True, slots=True)
class Setting:
    """One kind of pair: matrix, kerma a frame at the detector, vessels that fill, blades that stand still."""

    name: str
    rows: int
    ngy: float
    filled: bool
    blades: bool


SETTINGS = (
    Setting("DSA 512", 512, 3000.0, False, False),
    Setting("DSA 1024, vessels, blades", 1024, 3000.0, True, True),
    Setting("fluoroscopy 512", 512, 36.0, False, False),
    Setting("fluoroscopy 512, vessels, blades", 512, 36.0, True, True),
)
PAIRS = 10


def rows(peers: Path | None) -> Iterator[Row]:
    """Root mean square of found less true shift, both axes, over all settings, and the time of one search."""
    del peers
    room = Room.of(Patient.builtin(spacing_mm=1.2))
    rays = beam(72.0, 0.3)
    seconds: list[float] = []
    off = {setting.name: _errors(room, rays, setting, seconds) for setting in SETTINGS}
    together = float(np.sqrt(np.mean(np.square(np.concatenate(list(off.values()))))))
    parts = "; ".join(f"{name} {np.sqrt(np.mean(np.square(e))):.3f}" for name, e in off.items())
    yield Row(
        "automatic pixel shift, known shifts 0 to 10 px with noise, rms",
        together,
        "px",
        must=0.1,
        aim=0.05,
        note=f"built-in patient, {PAIRS} pairs each: {parts}",
    )
    yield Row("automatic pixel shift, one search, median", float(np.median(seconds)), "s", must=0.4)


def _errors(room: Room, rays: Beam, setting: Setting, seconds: list[float]) -> NDArray[np.float64]:
    """Found less true shift of every pair, (pairs, 2), pixels."""
    draw = generator(7, f"shift/{setting.name}")
    n = setting.rows
    still = beam_geometry(room.gantry.home, room.reference_mm, SIDE_MM, n)
    before = _signal(room, rays, still)
    opening = (
        blade_opening(n, left=0.75, right=0.85, top=0.9, bottom=0.7, penumbra_pixels=3.0)
        if setting.blades
        else None
    )
    detector = Detector(Panel(), SIDE_MM, n, 7)
    found = []
    for pair in range(PAIRS):
        reach, turn = 10.0 * pair / (PAIRS - 1), draw.uniform(0.0, 2.0 * np.pi)
        shift = reach * np.array([np.cos(turn), np.sin(turn)])
        after = _signal(room, rays, _shifted(still, *shift))
        if setting.filled:
            after = after * np.exp(-_vessels(n, draw))
        mask, live = (
            _detected(detector, signal, rays, setting, opening, 2 * pair + k)
            for k, signal in enumerate((before, after))
        )
        begun = time.perf_counter()
        found.append(np.subtract(find_shift(live, mask, opening), shift))
        seconds.append(time.perf_counter() - begun)
    return np.array(found)


def _shifted(geometry: BeamGeometry, dx_px: float, dy_px: float) -> BeamGeometry:
    """The same beam read by pixels further left and up: the picture moves right and down, exactly."""
    away = geometry.column_step_mm * dx_px + geometry.row_step_mm * dy_px
    return replace(geometry, origin_mm=geometry.origin_mm - away)


def _signal(room: Room, rays: Beam, geometry: BeamGeometry) -> NDArray[np.float32]:
    primary = room.paths.signal(geometry, rays, Moment(), "full")
    scatter = scatter_map(
        primary,
        frame_side_mm=SIDE_MM,
        open_field=(1.0, 1.0, 1.0, 1.0),
        air_gap_mm=150.0,
        beam=rays,
        grid=GRID,
        entering=np.ones_like(primary),
    )
    return detector_signal(primary, np.ones_like(primary), scatter, GRID)


def _vessels(n: int, draw: np.random.Generator) -> NDArray[np.float32]:
    """Log contrast of six winding tubes, 2 to 12 of 512 pixels wide."""
    y, x = np.mgrid[:n, :n].astype(np.float32) / n - np.float32(0.5)
    contrast = np.zeros((n, n), np.float32)
    for _ in range(6):
        place, slope, bend, pitch = draw.uniform((-0.3, -0.5, 0.0, 8.0), (0.3, 0.5, 0.06, 20.0))
        half = draw.uniform(1.0, 6.0) / 512.0
        away = x - (place + slope * y + bend * np.sin(pitch * y))
        chord = np.sqrt(np.maximum(half * half - away * away / (1.0 + slope * slope), 0.0)) / half
        contrast = np.maximum(contrast, 0.5 * chord * (half * 512.0 / 6.0)).astype(np.float32)
    return contrast


def _detected(
    detector: Detector,
    signal: NDArray[np.float32],
    rays: Beam,
    setting: Setting,
    opening: NDArray[np.float32] | None,
    frame: int,
) -> NDArray[np.float32]:
    """Logarithm of the frame that the panel makes of a signal at the setting's kerma."""
    wanted = float(np.median(signal))
    per_mm2 = rays.detected_quanta_per_mm2_per_ugy
    through = signal if opening is None else signal * through_blades(opening)
    read = detector.expose(
        through.astype(np.float32),
        quanta_at_one=detector.quanta_per_ugy(per_mm2) * setting.ngy / 1000.0 / wanted,
        wanted_signal=wanted,
        electronic_quanta=detector.electronic_quanta(per_mm2),
        frame=frame,
        interval_s=20.0,
        magnification=1.34,
    )
    return log_signal(read)
