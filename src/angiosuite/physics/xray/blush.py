"""Blush: iodine in the tissue of beds, as the ray paths through each bed times its concentration."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Motion, Phase, union
from angiosuite.physics.xray.lumen_projector import IODINE
from angiosuite.physics.xray.projector import Image, Quality, Shadow, Window, add_shadows, touched_window
from angiosuite.physics.xray.volume import PreparedVolume

#: A bed that shows less over its thickness, g/cm2, is left out: a ten-thousandth in the log at 60 keV.
FAINTEST_G_CM2 = 1e-5
#: Most rows and columns of the detector that one sample of a path stands for.
_COARSEST = 4
#: Counts of a full voxel, so that the means of eight voxels are not rounded away.
_COUNTS = 240


@njit(cache=True, nogil=True, error_model="numpy")
def _add(path: NDArray, share: float, total: NDArray) -> None:
    """Add a share of a bed's path to the picture of all beds."""
    for r in range(path.shape[0]):
        line, out = path[r], total[r]
        for c in range(path.shape[1]):
            out[c] += share * line[c]


@njit(cache=True, nogil=True, error_model="numpy")
def _enlarge(coarse: NDArray, factor: int, row0: int, column0: int, out: NDArray) -> None:
    """Straight lines between coarse samples, which stand at the middles of `factor` x `factor` pixels."""
    rows, columns = coarse.shape
    upper = np.empty(columns, np.float32)
    for r in range(out.shape[0]):
        y = (row0 + r + 0.5) / factor - 0.5
        i = int(np.floor(y))
        down = np.float32(y - i)
        a, b = coarse[min(max(i, 0), rows - 1)], coarse[min(max(i + 1, 0), rows - 1)]
        for c in range(columns):
            upper[c] = a[c] + down * (b[c] - a[c])
        line = out[r]
        for c in range(out.shape[1]):
            x = (column0 + c + 0.5) / factor - 0.5
            j = int(np.floor(x))
            right = np.float32(x - j)
            left = upper[min(max(j, 0), columns - 1)]
            line[c] = left + right * (upper[min(max(j + 1, 0), columns - 1)] - left)


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """Paths through one bed in one view, cm, on the coarse grid."""

    key: Hashable
    window: Window
    path: Image


class Blush:
    """Projects the iodine in beds of tissue.

    Parameters
    ----------
    number : uint8 (z, y, x)
        0 for none, else 1 + the bed's place among all beds.
    origin_mm : (x, y, z)
        Centre of voxel [0, 0, 0], LPS mm.
    spacing_mm : float
    motions : sequence of callable or None
        Motion of each bed's tissue, (breath_mm, cardiac_phase) to the affine ``world from rest``; as many as
        there are beds.
    faintest_g_cm2 : float
        A bed that shows less over its thickness is left out.

    Notes
    -----
    **Model** a bed's iodine is spread evenly over its voxels; the path of each ray through a bed is
    projected once a view as a volume of density 1 (see ``projector``) and multiplied with the bed's
    concentration, so that a picture is a sum over beds. Paths are kept on the coarsest grid that still has
    two samples a voxel, and enlarged by straight lines.
    **Valid for** any view of the projector. Held by ``tests/physics/xray/test_blush.py``.
    """

    def __init__(
        self,
        number: NDArray[np.uint8],
        origin_mm: tuple[float, float, float],
        spacing_mm: float,
        motions: Sequence[Motion | None],
        faintest_g_cm2: float = FAINTEST_G_CM2,
    ) -> None:
        if int(number.max(initial=0)) > len(motions):
            raise WrongUse(
                "Every bed of the territory needs a motion or None",
                code="bad-territory",
                value=[int(number.max()), len(motions)],
            )
        self._motions = tuple(motions)
        self._spacing_mm = spacing_mm
        self._middle_mm = np.asarray(origin_mm) + 0.5 * spacing_mm * (np.array(number.shape[::-1]) - 1)
        self._faintest = faintest_g_cm2
        self._volumes = [
            None if box is None else _bed(number, k + 1, box, origin_mm, spacing_mm)
            for k, box in enumerate(_boxes(number, len(motions)))
        ]
        sizes = [0.0 if v is None else 0.1 * spacing_mm * max(v.shape) for v in self._volumes]
        self._thickest_cm = np.array(sizes)
        self._kept: dict[int, _Path | None] = {}
        self._view: Hashable = None

    @property
    def beds(self) -> int:
        """Number of beds."""
        return len(self._motions)

    def mass(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        iodine_g_cm3: NDArray[np.float64],
        quality: Quality = "full",
    ) -> LayerMass | None:
        """g/cm2 of iodine on the touched pixels; None where nothing is seen.

        Parameters
        ----------
        geometry : BeamGeometry
        phase : Phase
        iodine_g_cm3 : float64 (beds,)
            Iodine per volume of tissue, vessels within it and all (0.001 for 1 mg/ml).
        quality : {"full", "draft", "exact"}
            "draft" projects voxels of twice the edge, for a body that breathes.
        """
        if len(iodine_g_cm3) != self.beds:
            raise WrongUse("Every bed has a concentration", code="bad-concentration", value=len(iodine_g_cm3))
        factor = self._factor(geometry)
        coarse = geometry.resampled(-(-geometry.rows // factor), -(-geometry.columns // factor))
        if factor * coarse.rows != geometry.rows or factor * coarse.columns != geometry.columns:
            factor, coarse = 1, geometry
        shown = np.flatnonzero(np.asarray(iodine_g_cm3) * self._thickest_cm > self._faintest)
        paths = self._paths(coarse, phase, [int(k) for k in shown], quality)
        where = union([p.window for p in paths.values()])
        if where is None:
            return None
        r0, r1, c0, c1 = where
        total = np.zeros((r1 - r0 + 2, c1 - c0 + 2), np.float32)
        for k, p in paths.items():
            top, left = p.window[0] - r0 + 1, p.window[2] - c0 + 1
            inside = total[top : top + p.path.shape[0], left : left + p.path.shape[1]]
            _add(p.path, np.float32(iodine_g_cm3[k]), inside)
        if factor == 1:
            return LayerMass(where, (IODINE,), total[np.newaxis, 1:-1, 1:-1])
        half = factor // 2 + 1
        window = (
            max(r0 * factor - half, 0), min(r1 * factor + half, geometry.rows),
            max(c0 * factor - half, 0), min(c1 * factor + half, geometry.columns),
        )  # fmt: skip
        mass = np.empty((1, window[1] - window[0], window[3] - window[2]), np.float32)
        _enlarge(total, factor, window[0] - (r0 - 1) * factor, window[2] - (c0 - 1) * factor, mass[0])
        return LayerMass(window, (IODINE,), mass)

    def _factor(self, geometry: BeamGeometry) -> int:
        """Pixels a side of a coarse sample: two samples a voxel or more, in the middle of the beds."""
        pixel = max(
            float(np.linalg.norm(geometry.row_step_mm)), float(np.linalg.norm(geometry.column_step_mm))
        )
        depth = float((geometry.source_mm - self._middle_mm) @ geometry.normal)
        larger = geometry.source_to_detector_mm / max(depth, 1.0)
        return int(np.clip(0.5 * self._spacing_mm * larger / pixel, 1, _COARSEST))

    def _paths(
        self, coarse: BeamGeometry, phase: Phase, beds: Sequence[int], quality: Quality
    ) -> dict[int, _Path]:
        """Paths through the beds in a view, in order, projected where they are not kept."""
        if self._view != (coarse.key, quality):
            self._view, self._kept = (coarse.key, quality), {}
        shadows = []
        for k in beds:
            volume, motion = self._volumes[k], self._motions[k]
            affine = None if motion is None else motion(phase.breath_mm, phase.cardiac_phase)
            key = b"" if affine is None else affine.tobytes()
            kept = self._kept.get(k)
            if volume is None or (k in self._kept and kept is None and motion is None):
                continue
            if kept is not None and kept.key == key:
                continue
            window = touched_window(volume, coarse, None, affine)
            if window is None:
                self._kept[k] = None
                continue
            path = np.zeros((window[1] - window[0], window[3] - window[2]), np.float32)
            shadows.append(Shadow(volume, path, window, affine, window))
            self._kept[k] = _Path(key, window, path)
        add_shadows(coarse, shadows, quality)
        return {k: p for k in beds if (p := self._kept.get(k)) is not None}


def _boxes(number: NDArray[np.uint8], beds: int) -> list[tuple[slice, slice, slice] | None]:
    """The box of voxels of each bed."""
    spans = np.zeros((beds + 1, 3, 2), np.int64)
    spans[:, :, 0] = max(number.shape)
    for axis in range(3):
        for at in range(number.shape[axis]):
            present = np.bincount(np.take(number, at, axis).reshape(-1), minlength=beds + 1) > 0
            spans[present, axis, 0] = np.minimum(spans[present, axis, 0], at)
            spans[present, axis, 1] = at + 1
    boxes: list[tuple[slice, slice, slice] | None] = []
    for bed in range(1, beds + 1):
        z, y, x = (slice(int(a), int(b)) for a, b in spans[bed])
        boxes.append((z, y, x) if z.stop > 0 else None)
    return boxes


def _bed(
    number: NDArray[np.uint8],
    value: int,
    box: tuple[slice, slice, slice],
    origin_mm: tuple[float, float, float],
    spacing_mm: float,
) -> PreparedVolume:
    """One bed as a volume of density 1."""
    shift = np.array([box[2].start, box[1].start, box[0].start]) * spacing_mm
    inside = (number[box] == value).astype(np.uint8) * np.uint8(_COUNTS)
    origin = np.asarray(origin_mm, np.float64) + shift
    return PreparedVolume.from_array(inside, origin, spacing_mm, 1.0 / _COUNTS)
