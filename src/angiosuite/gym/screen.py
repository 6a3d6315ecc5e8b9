"""What an agent sees as a picture: the instruments in X-rays, and the road as a roadmap shows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.gym.bench import Bench
from angiosuite.gym.case import Case
from angiosuite.imaging.detector import Detector, Panel
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.instrument_shadow import InstrumentShadow
from angiosuite.physics.xray.layers import WATER, Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.physics.xray.transmission import Transmissions
from angiosuite.suite.instruments.drawn import drawn_of
from angiosuite.suite.instruments.seen import ToolSeen

__all__ = ["FIELD_MM", "PIXELS", "Screen"]

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

PIXELS = 128
"""Rows and columns."""
FIELD_MM = 160.0
"""Side of what is seen, at the middle of the vessels."""
SOURCE_MM, GAP_MM = 720.0, 380.0
"""From the middle of the vessels to the focal spot behind the patient, and to the detector in front."""
FRONT_TO_BACK = np.array([0.0, 1.0, 0.0])
PAN_MM = 40.0
"""The table follows the leading tip in steps of this."""
KV, COPPER_MM, WATER_CM = 75.0, 0.3, 20.0
"""Beam, and the water that stands for the body."""
FRAME_UGY = 0.03
"""Air kerma at the detector behind the water, a frame; a fluoroscopy picture is usually 0.02 to 0.05."""
MEDIUM_G_CM3 = 0.12
"""Iodine in the vessels when the roadmap was made."""
DEEPEST = 1.0
"""Fall of the signal, ln, that is black; where nothing is, it is three quarters white."""
FOCUS_MM = 0.4


class Screen:
    """The monitor of one case.

    Parameters
    ----------
    case : Case
    seed : int
        Of the noise.

    Notes
    -----
    **Model** one frontal view with the distances of a C-arm; the table follows the leading tip by steps of
    40 mm. Instruments are projected as in a session, by their walls and what these are made of; beam,
    attenuation, the detector's blur, lag and noise are those of a session. The body is water of even
    thickness: persons of the family have no bones. The roadmap is the vessels of the road to the goal, filled
    with contrast.
    **Valid for** learning to see; nothing here is hidden by bone, and nothing breathes. Held by
    ``tests/gym/test_screen.py``.
    """

    def __init__(self, case: Case, seed: int) -> None:
        self._case, self._frame = case, 0
        self._shadow, self._behind, self._beam = InstrumentShadow(), Transmissions(), beam(KV, COPPER_MM)
        self._drawn = [drawn_of(tool.device) for tool in case.kit]
        side = FIELD_MM * (SOURCE_MM + GAP_MM) / SOURCE_MM
        self._detector = Detector(Panel(), side, PIXELS, seed)
        self._pixel_mm = side / PIXELS
        graph = case.road.graph
        vessels = [one for name, one in graph.vessels.items() if name in case.road.names]
        self._road = LumenProjector([Lumen.along(one.id, one.points_mm, one.radius_mm) for one in vessels])
        self._maps: dict[tuple[int, ...], Grey] = {}
        still = {WATER: np.full((PIXELS, PIXELS), WATER_CM, np.float32)}
        self._behind.set_still("water", still, self._beam)
        self._open = float(self._behind.still_signal.mean())
        per_ugy = self._detector.quanta_per_ugy(self._beam.detected_quanta_per_mm2_per_ugy)
        self._quanta = per_ugy * FRAME_UGY / self._open
        self._electronic = self._detector.electronic_quanta(self._beam.detected_quanta_per_mm2_per_ugy)

    def view(self, tip_mm: Floats) -> BeamGeometry:
        """The beam with the table where it is for such a tip."""
        return self._view(self._station(tip_mm))

    def _station(self, tip_mm: Floats) -> tuple[int, ...]:
        start = self._case.access.course_mm[-1]
        return tuple(int(n) for n in np.round((tip_mm - start) / PAN_MM))

    def _view(self, station: tuple[int, ...]) -> BeamGeometry:
        middle = self._case.access.course_mm[-1] + PAN_MM * np.array(station)
        step = self._pixel_mm
        return BeamGeometry.centred(
            middle + SOURCE_MM * FRONT_TO_BACK, middle - GAP_MM * FRONT_TO_BACK, np.array([step, 0.0, 0.0]),
            np.array([0.0, 0.0, -step]), PIXELS, PIXELS,
        )  # fmt: skip

    def picture(self, bench: Bench, seconds: float) -> Grey:
        """X-rays and roadmap now, uint8 (rows, columns, 2); the last picture was so many seconds ago."""
        station = self._station(bench.tip_mm)
        geometry = self._view(station)
        shown = [ToolSeen(bench.stack.course_mm(k), drawn) for k, drawn in enumerate(self._drawn)]
        mass = self._shadow.mass(geometry, shown)
        frame = self._detector.expose(
            self._behind.signal(() if mass is None else (mass,)), quanta_at_one=self._quanta,
            wanted_signal=self._open, electronic_quanta=self._electronic, frame=self._frame,
            interval_s=seconds, focal_spot_mm=FOCUS_MM, magnification=(SOURCE_MM + GAP_MM) / SOURCE_MM,
        )  # fmt: skip
        self._frame += 1
        if station not in self._maps:
            self._maps[station] = self._map(geometry)
        return np.stack([_grey(frame), self._maps[station]], axis=2)

    def _map(self, geometry: BeamGeometry) -> Grey:
        layer = self._road.mass(geometry, Phase(), np.full(self._road.nodes, MEDIUM_G_CM3))
        return _grey(self._behind.signal(() if layer is None else (layer,)) / self._open)


def _grey(frame: NDArray[np.float32]) -> Grey:
    """A frame as grey, 192 where it is 1."""
    found = 192.0 * (1.0 + np.log(np.maximum(frame, 1e-3)) / DEEPEST)
    return np.clip(np.rint(found), 0, 255).astype(np.uint8)
