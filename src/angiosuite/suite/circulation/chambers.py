"""The heart's chambers in the picture: rounded solids in the heart of the body, as large as their blood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.tissue import load_table
from angiosuite.physics.xray.ellipsoids import Solid, solids_mass
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import IODINE
from angiosuite.suite.phantom import motion_of

from .heart import CHAMBERS

__all__ = ["HeartChambers", "chambers_of"]

Floats = NDArray[np.float64]

SPREAD_MM = (32.9, 23.3, 24.4)
"""Standard deviation of the voxels of the heart that the chambers were fitted to, LPS, mm."""
AXES = np.array([[0.849, -0.319, -0.422], [0.522, 0.624, 0.581], [0.078, -0.714, 0.696]])
"""Main axes of that heart, LPS: towards its apex; to the left, back and head; to the front and head."""
LEVEL = np.eye(3)
LEFT_VENTRICLE = (25.1, 10.5, 3.9), (40.0, 24.4, 24.4)
"""Middle along the axes from the middle of the heart, and half axes, mm."""
WALL_MM = 9.0
"""Thickness of the left ventricle's wall, mm: what the right one is wrapped around (normal 6 to 10)."""
RIGHT_VENTRICLE = (17.0, -9.0, 0.7), (50.0, 38.4, 32.3)
RIGHT_ATRIUM = (-48.5, 2.0, 3.1), (18.5, 29.0, 33.5)
"""Of the atria along LPS."""
LEFT_ATRIUM = (-2.2, 34.8, 23.0), (32.6, 18.3, 24.2)
CONUS = (9.0, -30.0, 4.0), (4.4, -9.5, 41.0), 13.0
"""From the right ventricle to the root of the pulmonary trunk, from the heart's middle, LPS; radius, mm."""
OUTFLOW = (-3.0, 7.0, 11.0), (-10.6, 3.8, 32.0), 11.5
"""From the left ventricle to the root of the aorta."""
DRAWN_OF = (*CHAMBERS, "right-ventricle", "left-ventricle")
"""Chamber that each solid belongs to."""
THINNED = 2
"""Voxels of which one is looked at, along each axis."""
LEAST, MOST = 0.55, 1.35
"""Sizes that a chamber is drawn with at the least and the most, times its fitted size."""
HALF_MG_CM3 = 250
"""Water of the heart's layer from which a voxel is counted as heart, where the body has no labels, mg/cm3."""


class HeartChambers:
    """Four chambers in a body, the ventricles with their outflow tracts.

    Parameters
    ----------
    solids : tuple of Solid
        In the order of `DRAWN_OF`, at rest.
    body : Body
        Whose layer "heart" they move with.

    Notes
    -----
    **Model** left ventricle: an ellipsoid along the heart's long axis; right ventricle: a larger one less
    the left ventricle with its wall; atria: ellipsoids behind and to the right; outflow tracts: ellipsoids
    from the ventricles to the roots of the large arteries. Fitted to
    the built-in adult's heart (volumes of 100, 118, 60 and 75 ml; walls of 3 to 9 mm within the label;
    no shared room) and scaled along each axis of the patient with the spread of the heart's voxels. The
    label itself has no chambers. Each is drawn as large as the blood that it holds at that moment, about
    its middle, so that ventricles and atria beat against each other and concentration is that of the
    network; the iodine seen is what the chamber holds, whatever its size. **Source** usual volumes of an
    adult's chambers (textbook; draft), shapes own choice. **Valid for** hearts that lie as usual: no
    trabeculae, no auricles, no papillary muscles, and not the twist of the beat.
    Held by ``tests/suite/circulation/test_chambers.py``.
    """

    def __init__(self, solids: tuple[Solid, ...], body: Body) -> None:
        self.solids = solids
        self._chamber = [list(CHAMBERS).index(name) for name in DRAWN_OF]
        volumes = [one.volume_ml for one in solids]
        self._rest_ml = np.bincount(self._chamber, volumes)
        self._motion = motion_of("heart", body)

    def mass(self, geometry: BeamGeometry, phase: Phase, chambers: Floats) -> LayerMass | None:
        """g/cm2 of iodine in the chambers; None where nothing is seen.

        Parameters
        ----------
        geometry : BeamGeometry
        phase : Phase
        chambers : ndarray (4, 2)
            Iodine, mg, and volume, ml, of each (`BloodSeen.chambers`).
        """
        if not chambers[:, 0].any():
            return None
        affine = np.eye(4)
        if self._motion is not None:
            affine = self._motion(phase.breath_mm, phase.cardiac_phase)
        drawn, density = [], []
        for solid, k in zip(self.solids, self._chamber, strict=True):
            (mg, ml), rest_ml = chambers[k], float(self._rest_ml[k])
            factor = float(np.clip(np.cbrt(max(ml, 0.0) / rest_ml), LEAST, MOST))
            middle = affine[:3, :3] @ solid.centre_mm + affine[:3, 3]
            drawn.append(solid.moved(middle, factor))
            density.append(1e-3 * float(mg) / (factor**3 * rest_ml))
        return solids_mass(geometry, drawn, density, IODINE)


def chambers_of(body: Body) -> HeartChambers | None:
    """The chambers of a body's heart; None where it has none.

    The heart is told by its label, or by its own layer in a body that came from a CT.
    """
    points = _heart_mm(body)
    if points is None:
        return None
    middle, spread = points.mean(axis=0), points.std(axis=0)
    scale = spread / np.asarray(SPREAD_MM)
    return HeartChambers(tuple(_placed(one, middle, scale) for one in _fitted()), body)


def _fitted() -> tuple[Solid, ...]:
    """The solids of `DRAWN_OF` about the middle of the heart, LPS mm."""
    left, right = (np.asarray(one[0]) @ AXES for one in (LEFT_VENTRICLE, RIGHT_VENTRICLE))
    half = np.asarray(LEFT_VENTRICLE[1])
    walled = (left, AXES / (half + WALL_MM)[:, None])
    return (
        Solid.along(np.asarray(RIGHT_ATRIUM[0]), LEVEL, np.asarray(RIGHT_ATRIUM[1])),
        Solid.along(right, AXES, np.asarray(RIGHT_VENTRICLE[1]), walled),
        Solid.along(np.asarray(LEFT_ATRIUM[0]), LEVEL, np.asarray(LEFT_ATRIUM[1])),
        Solid.along(left, AXES, half),
        _tract(*CONUS),
        _tract(*OUTFLOW),
    )


def _tract(begin: tuple[float, ...], end: tuple[float, ...], radius_mm: float) -> Solid:
    """An ellipsoid from one place to another."""
    a, b = np.asarray(begin), np.asarray(end)
    long = float(np.linalg.norm(b - a))
    along = (b - a) / long
    side = np.cross(along, AXES[0])
    side /= np.linalg.norm(side)
    axes = np.stack([along, side, np.cross(along, side)])
    return Solid.along(0.5 * (a + b), axes, np.array([0.5 * long, radius_mm, radius_mm]))


def _placed(solid: Solid, middle: Floats, scale: Floats) -> Solid:
    """A fitted shape in a heart with another middle, longer along each axis of the patient by a factor."""
    cut = solid.cut
    if cut is not None:
        cut = middle + scale * cut[0], cut[1] / scale
    return Solid(middle + scale * solid.centre_mm, solid.to_unit / scale, cut)


def _heart_mm(body: Body) -> Floats | None:
    """Middles of the heart's voxels, LPS mm, shape (n, 3)."""
    if body.labels is not None:
        number = next(one.number for one in load_table().tissues if one.id == "heart")
        found = body.labels[::THINNED, ::THINNED, ::THINNED] == number
        origin, spacing = body.label_origin_mm, THINNED * body.label_spacing_mm
    else:
        layer = next((one for one in body.layers if one.name == "heart"), None)
        if layer is None:
            return None
        found = layer.water_mg_cm3 > HALF_MG_CM3
        origin, spacing = layer.origin_mm, layer.spacing_mm
    voxels = np.argwhere(found)
    if len(voxels) < 2:
        return None
    return np.asarray(origin) + spacing * voxels[:, ::-1]
