"""The table that the patient lies on: a carbon-fibre sandwich and a mattress, with exact chords."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase
from angiosuite.physics.xray.projector import Quality


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _box_length(
    beam: NDArray, low: NDArray, high: NDArray, length: NDArray, factor: float, row0: int, row_step: int
) -> None:
    """Add ``factor`` times the mm of ray in a box: rows row0, row0 + row_step, ..."""
    columns = np.uint64(length.shape[1])
    for r in range(row0, length.shape[0], row_step):
        out = length[r]
        x0 = beam[1, 0] + r * beam[2, 0]
        y0 = beam[1, 1] + r * beam[2, 1]
        z0 = beam[1, 2] + r * beam[2, 2]
        for c in range(columns):
            k = np.float64(np.int64(c))
            x, y, z = x0 + k * beam[3, 0], y0 + k * beam[3, 1], z0 + k * beam[3, 2]
            ix, iy, iz = 1.0 / x, 1.0 / y, 1.0 / z
            xa, xb = (low[0] - beam[0, 0]) * ix, (high[0] - beam[0, 0]) * ix
            ya, yb = (low[1] - beam[0, 1]) * iy, (high[1] - beam[0, 1]) * iy
            za, zb = (low[2] - beam[0, 2]) * iz, (high[2] - beam[0, 2]) * iz
            t0 = max(max(min(xa, xb), min(ya, yb)), max(min(za, zb), 0.0))
            t1 = min(min(max(xa, xb), max(ya, yb)), min(max(za, zb), 1.0))
            long = np.sqrt(x * x + y * y + z * z)
            out[c] += np.float32(factor * long * max(t1 - t0, 0.0))


@dataclass(frozen=True, slots=True)
class Board:
    """Measures of a table top.

    Attributes
    ----------
    length_mm, width_mm : float
        Along z and across.
    skin_mm, skin_g_cm3 : float
        Each of the two carbon-fibre skins.
    core_mm, core_g_cm3 : float
        Foam between them.
    mattress_mm, mattress_g_cm3 : float
        Foam on top.

    Notes
    -----
    The default weakens 100 kV like about 1.2 mm of aluminium. **Source** makers' sheets of angiography
    tables give 0.8 to 1.4 mm Al at 100 kV; IEC 60601-2-43 calls for at most 1.5 (recalled, draft).
    """

    length_mm: float = 2800.0
    width_mm: float = 460.0
    skin_mm: float = 1.6
    skin_g_cm3: float = 1.55
    core_mm: float = 40.0
    core_g_cm3: float = 0.05
    mattress_mm: float = 50.0
    mattress_g_cm3: float = 0.05

    @property
    def faces(self) -> tuple[tuple[int, float, float, float], ...]:
        """Each plate: its material (0 carbon, 1 pmma), upper and lower face, mm, and density, g/cm³."""
        top = self.mattress_mm
        bottom = top + self.core_mm + 2 * self.skin_mm
        return (
            (1, 0.0, top, self.mattress_g_cm3),
            (0, top, top + self.skin_mm, self.skin_g_cm3),
            (1, top + self.skin_mm, bottom - self.skin_mm, self.core_g_cm3),
            (0, bottom - self.skin_mm, bottom, self.skin_g_cm3),
        )


@dataclass(frozen=True, slots=True, eq=False)
class TableTop:
    """The table top as a layer.

    Attributes
    ----------
    world_from_table : ndarray, shape (4, 4)
        Rigid pose. In the table's frame the mattress's upper face is y = 0 (y points down, to the floor, as
        a supine patient's back does), x goes across with 0 in the middle, and z along with 0 in the middle.
    board : Board

    Notes
    -----
    **Model** chords of rays in boxes, exact, in double precision. **Valid for** any pose, tilt included.
    Held by ``tests/physics/xray/test_table_top.py``.
    """

    world_from_table: NDArray[np.float64] = field(default_factory=lambda: np.eye(4))
    board: Board = field(default_factory=Board)
    name: str = "table"

    @property
    def key(self) -> bytes:
        """Equal for equal poses."""
        return self.world_from_table.tobytes()

    def mass(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> LayerMass | None:
        """g/cm2 of carbon (skins) and pmma (foam), whole detector; None when no ray meets the table."""
        b, seen = self.board, geometry.moved(self.world_from_table)
        beam = np.stack(
            [seen.source_mm, seen.origin_mm - seen.source_mm, seen.row_step_mm, seen.column_step_mm]
        )
        beam[1:][np.abs(beam[1:]) < 1e-9] = 1e-9
        faces = b.faces
        half, end = b.width_mm / 2, b.length_mm / 2
        mass = np.zeros((2, geometry.rows, geometry.columns), np.float32)

        def strand(k: int, n: int) -> None:
            for material, y0, y1, density in faces:
                low, high = np.array([-half, y0, -end]), np.array([half, y1, end])
                _box_length(beam, low, high, mass[material], 0.1 * density, k, n)

        share(strand)
        if not mass.any():
            return None
        return LayerMass((0, geometry.rows, 0, geometry.columns), ("carbon", "pmma"), mass)

    def mass_before(
        self, source_mm: NDArray[np.float64], points_mm: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """g/cm² of carbon and pmma between a source and each of some points, shape (2, points).

        What lies behind a point does not count. Held by ``tests/physics/xray/test_table_top.py``.
        """
        inverse = np.linalg.inv(self.world_from_table)
        source = inverse[:3, :3] @ source_mm + inverse[:3, 3]
        ray = points_mm @ inverse[:3, :3].T + inverse[:3, 3] - source
        ray = np.where(np.abs(ray) < 1e-9, 1e-9, ray)
        half, end = self.board.width_mm / 2, self.board.length_mm / 2
        mass = np.zeros((2, len(ray)))
        long = 0.1 * np.linalg.norm(ray, axis=1)
        first = (np.array([-half, 0.0, -end]) - source) / ray
        last = (np.array([half, 0.0, end]) - source) / ray
        enters = np.maximum(np.minimum(first, last)[:, ::2].max(axis=1), 0.0)
        leaves = np.minimum(np.maximum(first, last)[:, ::2].min(axis=1), 1.0)
        for material, upper, lower, density in self.board.faces:
            one, two = (upper - source[1]) / ray[:, 1], (lower - source[1]) / ray[:, 1]
            share = np.minimum(np.maximum(one, two), leaves) - np.maximum(np.minimum(one, two), enters)
            mass[material] += density * long * np.maximum(share, 0.0)
        return mass
