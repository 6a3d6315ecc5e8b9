"""Balls with exact chords: markers in a patient, and the tissue whose place they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.cylinders import detector_boxes, take_away
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase, VolumeLayer
from angiosuite.physics.xray.projector import Quality


@njit(cache=True, nogil=True, error_model="numpy")
def ball_chords(
    centre: NDArray,  # float64 (3,), mm
    radius: float,
    beam: NDArray,  # float64 (4, 3): source, pixel (0, 0) less source, row step, column step
    window: NDArray,  # int64 (4,): rows and columns of the detector that hold the ball
    rays: int,  # rays along a row and down a column of each pixel
    hits: NDArray,  # float64 (pixels, 5): row, column, entry, exit (shares of the ray), 0; written
    length: NDArray,  # float64 (rows, columns) of the window: mean chord of the pixel's rays, mm; written
) -> int:
    """Chords of all rays in a ball; returns how many pixels' middle rays meet it."""
    count = 0
    gx, gy, gz = beam[0, 0] - centre[0], beam[0, 1] - centre[1], beam[0, 2] - centre[2]
    inner = gx * gx + gy * gy + gz * gz - radius * radius
    for r in range(window[0], window[1]):
        for c in range(window[2], window[3]):
            total = 0.0
            for k in range(rays * rays):
                row = r + ((k // rays) + 0.5) / rays - 0.5
                column = c + ((k % rays) + 0.5) / rays - 0.5
                x = beam[1, 0] + row * beam[2, 0] + column * beam[3, 0]
                y = beam[1, 1] + row * beam[2, 1] + column * beam[3, 1]
                z = beam[1, 2] + row * beam[2, 2] + column * beam[3, 2]
                square = x * x + y * y + z * z
                along = x * gx + y * gy + z * gz
                inside = along * along - square * inner
                if inside > 0.0 and along < 0.0:
                    total += 2.0 * np.sqrt(inside / square)
            length[r - window[0], c - window[2]] = total / (rays * rays)
            x = beam[1, 0] + r * beam[2, 0] + c * beam[3, 0]
            y = beam[1, 1] + r * beam[2, 1] + c * beam[3, 1]
            z = beam[1, 2] + r * beam[2, 2] + c * beam[3, 2]
            square = x * x + y * y + z * z
            along = x * gx + y * gy + z * gz
            inside = along * along - square * inner
            if inside > 0.0 and along < 0.0 and count < len(hits):
                root = np.sqrt(inside)
                hits[count, 0], hits[count, 1] = r, c
                hits[count, 2], hits[count, 3] = (-along - root) / square, (-along + root) / square
                hits[count, 4] = 0.0
                count += 1
    return count


@dataclass(frozen=True, slots=True, eq=False)
class BallLayer:
    """A ball in the world.

    Attributes
    ----------
    name : str
    centre_mm : ndarray, shape (3,)
        LPS, mm.
    radius_mm : float
    content : tuple of (material, g/cm3)
        What it is made of.
    displaces : sequence of VolumeLayer
        The body, whose tissue along the chord is taken away; empty to add without displacing.

    Notes
    -----
    **Model** chord of a ray in a ball, ``2 sqrt(r2 - d2)`` with d the distance of its centre from the ray,
    exact; a pixel is the mean of 1 to 16 rays, four a radius or more, so that a small ball keeps its mass.
    Displaced tissue by midpoint sums along the pixel's middle ray through the trilinear interpolant of the
    body's channels, one voxel a step.
    **Valid for** balls between source and detector.
    Held by ``tests/physics/xray/test_spheres.py``.
    """

    name: str
    centre_mm: NDArray[np.float64]
    radius_mm: float
    content: tuple[tuple[str, float], ...]
    displaces: Sequence[VolumeLayer] = ()

    def mass(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> LayerMass | None:
        """g/cm2 of the content, and what it displaces as negative g/cm2, on the touched pixels."""
        centre = np.ascontiguousarray(self.centre_mm, np.float64)
        ends = np.stack([centre, centre])
        box = detector_boxes(ends, np.array([self.radius_mm]), geometry)[0]
        if box[1] <= box[0] or box[3] <= box[2]:
            return None
        beam = np.stack([
            geometry.source_mm, geometry.origin_mm - geometry.source_mm,
            geometry.row_step_mm, geometry.column_step_mm,
        ])  # fmt: skip
        shape = (int(box[1] - box[0]), int(box[3] - box[2]))
        length = np.zeros(shape)
        hits = np.empty((shape[0] * shape[1], 5))
        pixel_mm = float(np.linalg.norm(geometry.column_step_mm))
        rays = int(np.clip(np.ceil(4.0 * pixel_mm / max(self.radius_mm, 1e-3)), 1, 4))
        hits = hits[: ball_chords(centre, self.radius_mm, beam, box, rays, hits, length)]
        parts: dict[str, NDArray[np.float32]] = {}
        for material, density in self.content:
            parts[material] = parts.get(material, 0) + (length * (0.1 * density)).astype(np.float32)
        take_away(parts, self.displaces, phase, beam, hits, shape, (int(box[0]), int(box[2])))
        names = tuple(parts)
        window = (int(box[0]), int(box[1]), int(box[2]), int(box[3]))
        return LayerMass(window, names, np.stack([parts[n] for n in names]))
