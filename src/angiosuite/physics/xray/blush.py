"""Blush: iodine in the tissue of beds, as the ray paths through each bed times its concentration."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Motion, Phase
from angiosuite.physics.xray.lumen_projector import IODINE
from angiosuite.physics.xray.projector import Image, Quality, Shadow, Window, add_shadows, touched_window
from angiosuite.physics.xray.volume import PreparedVolume

#: A bed that shows less over its thickness, g/cm2, is left out: a ten-thousandth in the log at 60 keV.
FAINTEST_G_CM2 = 1e-5
#: Most rows and columns of the detector that one sample of a path stands for.
_COARSEST = 4
#: Steps of the breath at which beds are projected; between them their shadows are moved, mm.
STAGE_MM = 4.0
#: Stages of a bed that are kept for a view.
_STAGES = 12
#: Counts of a full voxel, so that the means of eight voxels are not rounded away.
_COUNTS = 240
#: Width of a bed's border (standard deviation of what it is smoothed with), voxels, and how far that reaches.
_SOFT_VOXELS, _REACH = 0.8, 3


@njit(cache=True, nogil=True, error_model="numpy")
def _add(
    path: NDArray, factor: float, top: int, left: int, down: float, right: float, total: NDArray
) -> None:
    """Add `factor` times a bed's path to the picture of all beds, moved by parts of a sample.

    `down` and `right` are 0 to 1; what is moved is shared by four samples, so that none is lost.
    """
    rows, columns = total.shape
    for dy in range(2):
        for dx in range(2):
            w = np.float32(factor * (down if dy else 1.0 - down) * (right if dx else 1.0 - right))
            if w == np.float32(0.0):
                continue
            r0, c0 = top + dy, left + dx
            first, last = max(0, -c0), min(path.shape[1], columns - c0)
            if last <= first:
                continue
            for r in range(max(0, -r0), min(path.shape[0], rows - r0)):
                line, out = path[r, first:last], total[r0 + r, c0 + first : c0 + last]
                for n in range(np.uint32(last - first)):
                    out[n] += w * line[n]


@njit(cache=True, nogil=True, error_model="numpy")
def _enlarge(coarse: NDArray, factor: int, row0: int, column0: int, out: NDArray) -> None:
    """Straight lines between coarse samples, which stand at the middles of `factor` x `factor` pixels."""
    rows, columns = coarse.shape
    upper = np.empty(columns + 1, np.float32)
    at, right = np.empty(out.shape[1], np.uint32), np.empty(out.shape[1], np.float32)
    for c in range(out.shape[1]):
        x = min(max((column0 + c + 0.5) / factor - 0.5, 0.0), columns - 1.0)
        at[c] = np.uint32(x)
        right[c] = np.float32(x - np.floor(x))
    for r in range(out.shape[0]):
        y = min(max((row0 + r + 0.5) / factor - 0.5, 0.0), rows - 1.0)
        i = int(y)
        down = np.float32(y - i)
        a, b = coarse[i], coarse[min(i + 1, rows - 1)]
        for c in range(columns):
            upper[c] = a[c] + down * (b[c] - a[c])
        upper[columns] = upper[columns - 1]
        line = out[r]
        for c in range(out.shape[1]):
            left = upper[at[c]]
            line[c] = left + right[c] * (upper[at[c] + np.uint32(1)] - left)


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """Paths through one bed in one view at one stage of its motion, cm, on the coarse grid."""

    window: Window
    path: Image
    middle_mm: NDArray[np.float64]  # where the bed's middle was


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
    **Model** a bed's iodine is spread evenly over its voxels and those beside them: its border is
    smoothed with a Gaussian of 0.8 voxel, which keeps its volume, for the territory's voxels are coarser
    than a picture and would show as steps. The path of each ray through a bed is projected once a view as
    a volume of density 1 (see ``projector``) and multiplied with the bed's concentration, so that a
    picture is a sum over beds. Paths are kept on the coarsest grid that still has two samples a voxel,
    and enlarged by straight lines. They are projected at every 4 mm of breath; between, a bed's shadow
    moves as its middle does (a part 10 cm before or behind it is then wrong by 0.3 mm).
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
        self._middles = [np.zeros(3) if v is None else v.corners_mm().mean(axis=0) for v in self._volumes]
        self._kept: list[OrderedDict[bytes, _Path | None]] = [OrderedDict() for _ in motions]
        self._view: Hashable = None

    def apart(self) -> Blush:
        """Another that projects the same beds and keeps paths of its own."""
        other = copy(self)
        other._kept, other._view = [OrderedDict() for _ in self._motions], None
        return other

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
        if not paths:
            return None
        moves = self._moves(coarse, phase, paths)
        steps = np.floor(moves)
        corners = np.array([p.window for p in paths.values()], np.int64)
        corners[:, [0, 2]] += steps.astype(np.int64)
        corners[:, [1, 3]] += np.ceil(moves).astype(np.int64)
        low = np.maximum(corners[:, [0, 2]], 0)
        high = np.minimum(corners[:, [1, 3]], [coarse.rows, coarse.columns])
        seen = (low < high).all(axis=1)
        if not seen.any():
            return None
        (r0, c0), (r1, c1) = (int(v) for v in low[seen].min(axis=0)), (int(v) for v in high[seen].max(axis=0))
        where = (r0, r1, c0, c1)
        total = np.zeros((r1 - r0 + 2, c1 - c0 + 2), np.float32)
        shares = moves - steps
        for n, (k, p) in enumerate(paths.items()):
            top, left = int(corners[n, 0]) - r0 + 1, int(corners[n, 2]) - c0 + 1
            _add(p.path, float(iodine_g_cm3[k]), top, left, shares[n, 0], shares[n, 1], total)
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
        """Paths through the beds at the stage that is nearest to a phase, projected where not kept."""
        if self._view != (coarse.key, quality):
            self._view = (coarse.key, quality)
            for kept in self._kept:
                kept.clear()
        stage = replace(phase, breath_mm=STAGE_MM * round(phase.breath_mm / STAGE_MM))
        affines = self._affines(stage)
        shadows, found = [], {}
        for k in beds:
            volume, (key, affine) = self._volumes[k], affines[self._motions[k]]
            if volume is None:
                continue
            kept = self._kept[k]
            if key not in kept:
                window = touched_window(volume, coarse, None, affine)
                kept[key] = None
                if window is not None:
                    path = np.zeros((window[1] - window[0], window[3] - window[2]), np.float32)
                    shadows.append(Shadow(volume, path, window, affine, window))
                    kept[key] = _Path(window, path, _carried(self._middles[k], affine))
                if len(kept) > _STAGES:
                    kept.popitem(last=False)
            path_of = kept[key]
            if path_of is not None:
                found[k] = path_of
        add_shadows(coarse, shadows, quality)
        return found

    def _affines(self, phase: Phase) -> dict[Motion | None, tuple[bytes, NDArray[np.float64] | None]]:
        """Every motion of the beds at a phase, and its bytes."""
        found: dict[Motion | None, tuple[bytes, NDArray[np.float64] | None]] = {None: (b"", None)}
        for motion in self._motions:
            if motion is not None and motion not in found:
                affine = motion(phase.breath_mm, phase.cardiac_phase)
                found[motion] = (affine.tobytes(), affine)
        return found

    def _moves(self, coarse: BeamGeometry, phase: Phase, paths: Mapping[int, _Path]) -> NDArray[np.float64]:
        """How far each bed's shadow has moved since the stage that was projected: rows and columns."""
        affines = self._affines(phase)
        now = np.stack([_carried(self._middles[k], affines[self._motions[k]][1]) for k in paths])
        then = np.stack([path.middle_mm for path in paths.values()])
        both = coarse.project_points(np.stack([now, then]))
        return np.asarray(np.nan_to_num(both[0] - both[1]))


def _carried(point: NDArray[np.float64], affine: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """A point after a motion, LPS mm."""
    return point if affine is None else np.asarray(affine[:3, :3] @ point + affine[:3, 3])


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
    """One bed as a volume of density 1 with a soft border."""
    shift = (np.array([box[2].start, box[1].start, box[0].start]) - _REACH) * spacing_mm
    inside = np.pad((number[box] == value).astype(np.float32), _REACH)
    soft = ndimage.gaussian_filter(inside, _SOFT_VOXELS, mode="constant", radius=_REACH)
    inside = np.rint(_COUNTS * soft).astype(np.uint8)
    origin = np.asarray(origin_mm, np.float64) + shift
    return PreparedVolume.from_array(inside, origin, spacing_mm, 1.0 / _COUNTS)
