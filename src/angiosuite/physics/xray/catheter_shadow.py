"""A catheter in the beam: a faint wall, a lumen that fills with contrast, and the shape of its tip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, union
from angiosuite.physics.xray.lumen_projector import IODINE, Lumen, joined
from angiosuite.physics.xray.piece_projector import PieceProjector
from angiosuite.physics.xray.projector import Image, Window

Floats = NDArray[np.float64]
Content = tuple[tuple[str, float], ...]

#: Polymer with barium sulphate, g/cm3. Caesium iodide stands in for barium (atomic number 56; iodine 53,
#: caesium 55). 30 % of the wall's mass (1.42 g/cm3) is barium sulphate, and 59 % of that barium. The
#: polymer itself weakens the beam as the blood that it displaces.
BARIUM_WALL: Content = (("csi", 0.25),)
_STEP_MM = 1.0


def bent(parts: Sequence[tuple[float, float]]) -> Floats:
    """A flat shape of arcs, shape (points, 3), mm, from the origin along +z; turns bend towards +x.

    Parameters
    ----------
    parts : sequence of (length_mm, turn_deg)
        Pieces in order from the shaft to the tip; a turn of 0 is straight.
    """
    points, heading = [np.zeros(3)], 0.0
    for length_mm, turn_deg in parts:
        count = max(1, int(np.ceil(length_mm / _STEP_MM)))
        turn = np.deg2rad(turn_deg) / count
        for _ in range(count):
            middle = heading + 0.5 * turn
            points.append(points[-1] + length_mm / count * np.array([np.sin(middle), 0, np.cos(middle)]))
            heading += turn
    return np.array(points)


def with_tip(points_mm: Floats, shape_mm: Floats, roll_deg: float = 0.0) -> Floats:
    """A course with a shape at its end, shape (n + m - 1, 3), mm.

    Parameters
    ----------
    points_mm : ndarray, shape (n, 3)
        Where the shaft runs, towards the tip.
    shape_mm : ndarray, shape (m, 3)
        :func:`bent`: begins at the origin along +z.
    roll_deg : float
        Turn of the shape about the shaft; 0 bends it as far as it goes towards the patient's left.
    """
    along = points_mm[-1] - points_mm[-2]
    along = along / np.linalg.norm(along)
    side = np.array([1.0, 0, 0]) if abs(along[0]) < 0.9 else np.array([0.0, 1, 0])
    side = side - (side @ along) * along
    side /= np.linalg.norm(side)
    other, a = np.cross(along, side), np.deg2rad(roll_deg)
    frame = np.stack([np.cos(a) * side + np.sin(a) * other, np.cos(a) * other - np.sin(a) * side, along])
    return np.concatenate([points_mm, points_mm[-1] + shape_mm[1:] @ frame])


class CatheterShadow:
    """Projects a catheter; what depends on view and course alone is kept.

    Parameters
    ----------
    outer_mm, inner_mm : float
        Radius of the shaft and of its lumen (a 5 F catheter: 0.83 and 0.58).
    wall : tuple of (material, g/cm3)
        What the wall adds to the blood that it displaces.

    Notes
    -----
    **Model** two tubes along one course (see ``piece_projector``): the wall is the outer less the inner. The
    iodine that the catheter displaces in an opacified vessel is taken away, so that it shows there as a
    filling defect.
    **Source** barium sulphate as the usual filler of catheter shafts: Shah, Medical Device and Diagnostic
    Industry (March 2000); its share here is a round figure.
    **Valid for** bends wider than the shaft. Held by ``tests/physics/xray/test_catheter_shadow.py``.
    """

    def __init__(self, outer_mm: float, inner_mm: float, wall: Content = BARIUM_WALL) -> None:
        if not 0.0 < inner_mm < outer_mm:
            raise WrongUse(
                "A catheter's lumen is narrower than its shaft",
                code="bad-catheter",
                value=[outer_mm, inner_mm],
            )
        self.outer_mm, self.inner_mm, self.wall = outer_mm, inner_mm, wall
        self._made: tuple[int, PieceProjector] | None = None

    def mass(
        self,
        geometry: BeamGeometry,
        points_mm: Floats,
        iodine_g_cm3: Floats | float = 0.0,
        around_g_cm3: Floats | float = 0.0,
    ) -> LayerMass | None:
        """g/cm2 of wall and iodine on the touched pixels; None where nothing is in the field.

        Parameters
        ----------
        geometry : BeamGeometry
        points_mm : ndarray, shape (n, 3)
            Its course at the moment of the picture, LPS mm.
        iodine_g_cm3 : ndarray, shape (n,), or float
            In its lumen.
        around_g_cm3 : ndarray, shape (n,), or float
            In the vessel about it.
        """
        points = np.asarray(points_mm, np.float64)
        projector, both = self._projector(points), np.concatenate([points, points])
        count = len(points)
        inside, outside = np.zeros(2 * count), np.zeros(2 * count)
        outside[:count], outside[count:] = 1.0, -1.0
        wall = projector.image(geometry, None, both, outside)
        if wall is None:
            return None
        inside[:count], inside[count:] = -np.asarray(around_g_cm3), np.asarray(iodine_g_cm3)
        iodine = projector.image(geometry, None, both, inside) if inside.any() else None
        where = wall[0] if iodine is None else union([wall[0], iodine[0]])
        assert where is not None
        names = tuple(dict.fromkeys([*(name for name, _ in self.wall), *([IODINE] if iodine else [])]))
        mass = np.zeros((len(names), where[1] - where[0], where[3] - where[2]), np.float32)
        for name, density in self.wall:
            _add(mass[names.index(name)], where, wall, density)
        if iodine is not None:
            _add(mass[names.index(IODINE)], where, iodine, 1.0)
        return LayerMass(where, names, mass)

    def _projector(self, points: Floats) -> PieceProjector:
        """Outer tube, then inner tube, for a course of so many points."""
        if self._made is None or self._made[0] != len(points):
            tubes = [
                Lumen.along("catheter", points, np.full(len(points), radius), group=-1)
                for radius in (self.outer_mm, self.inner_mm)
            ]
            self._made = len(points), PieceProjector(joined(tubes), np.concatenate([points, points]))
        return self._made[1]


def _add(into: Image, where: Window, found: tuple[Window, Image], factor: float) -> None:
    """Add a picture of a window to that of a larger one."""
    (r0, r1, c0, c1), image = found
    into[r0 - where[0] : r1 - where[0], c0 - where[2] : c1 - where[2]] += np.float32(factor) * image
