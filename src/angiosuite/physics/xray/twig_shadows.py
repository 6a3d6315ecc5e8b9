"""Shadows of twigs that hold one concentration each bed: kept from a stage of breath and moved from there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import FAINTEST_G_CM2, IODINE, Lumen, by_motion, joined, moved
from angiosuite.physics.xray.piece_projector import PieceProjector

__all__ = ["TwigShadows"]

Floats = NDArray[np.float64]

#: Breath, mm, and part of the heart's cycle at whose multiples shadows are made where the beam stands.
STAGE_MM, STAGES_A_BEAT = 2.0, 8
#: Stages of a bed that are kept for a view.
_STAGES = 24
#: How far beyond the detector shadows are made, for those that move into it, mm on the detector.
_MARGIN_MM = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class _Shadow:
    """g/cm2 of a bed's twigs at 1 g/cm3, on the pixels that have some."""

    rows: NDArray[np.int16]
    columns: NDArray[np.int16]
    mass: NDArray[np.float32]
    window: NDArray[np.int64]  # row0, row1, column0, column1
    middle_mm: Floats  # where the middle of the bed's twigs was


class TwigShadows:
    """Projects the iodine in the twigs of beds.

    Parameters
    ----------
    beds : sequence of Lumen
        The twigs of each; they share room with none and move with their bed.
    faintest_g_cm2 : float
        Twigs that show less across the widest of a bed are left out.

    Notes
    -----
    **Model** all twigs of a bed hold one concentration, so that a bed's picture is its shadow at 1 g/cm3
    times that. While the beam moves it is spread anew where it stands (``bands``). Where the beam stands, it
    is spread at every 2 mm of breath and eighth of a beat, kept, and moved from the nearest of these as the
    middle of the bed moves, parted among the four nearest pixels (a twig 10 cm before or behind the middle
    is then wrong by 0.15 mm). **Valid for** twigs that move as one.
    Held by ``tests/physics/xray/test_twig_shadows.py``.
    """

    def __init__(self, beds: Sequence[Lumen], faintest_g_cm2: float = FAINTEST_G_CM2) -> None:
        if not beds:
            raise WrongUse("A projector of twigs needs a bed", code="no-lumen", value=0)
        self._motions = tuple(bed.motion for bed in beds)
        self._rest = np.concatenate([bed.nodes_mm for bed in beds])
        self._sizes = np.array([len(bed.nodes_mm) for bed in beds])
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)])
        self._middles = np.stack([bed.nodes_mm.mean(axis=0) for bed in beds])
        self._widest_mm = np.array([float(bed.radii_mm.max()) for bed in beds])
        self._faintest = faintest_g_cm2
        self._movers = by_motion(beds)
        self._projector = PieceProjector(joined(beds), self._rest)
        self._of_bed = [PieceProjector(joined([bed]), bed.nodes_mm) for bed in beds]
        self._scratch = np.zeros((0, 0), np.float32)
        self._view: Hashable = None
        self._kept: list[OrderedDict[bytes, _Shadow]] = [OrderedDict() for _ in beds]

    def mass(
        self, geometry: BeamGeometry, phase: Phase, iodine_g_cm3: Floats, stands: bool = False
    ) -> LayerMass | None:
        """g/cm2 of iodine on the touched pixels; None where nothing is seen.

        Parameters
        ----------
        geometry : BeamGeometry
        phase : Phase
        iodine_g_cm3 : float64 (beds,)
            Concentration in the twigs of each bed.
        stands : bool
            The beam stands where it stood: shadows of stages are made, kept and moved.
        """
        iodine = np.asarray(iodine_g_cm3, np.float64)
        if len(iodine) != len(self._sizes):
            raise WrongUse("Every bed has a concentration", code="bad-concentration", value=len(iodine))
        lit = np.flatnonzero(0.2 * self._widest_mm * iodine > self._faintest)
        if not len(lit):
            return None
        if not stands:
            found = self._spread(geometry, phase, lit, iodine[lit])
            if found is None:
                return None
            where, mass = found
            return LayerMass(where, (IODINE,), mass[np.newaxis])
        return self._moved(geometry, phase, lit, iodine[lit])

    def _spread(
        self, geometry: BeamGeometry, phase: Phase, lit: NDArray[np.int64], iodine: Floats
    ) -> tuple[tuple[int, int, int, int], NDArray[np.float32]] | None:
        """Window and picture of these beds where they stand."""
        density = np.zeros(len(self._rest))
        for bed, value in zip(lit, iodine, strict=True):
            density[self._starts[bed] : self._starts[bed + 1]] = value
        nodes = moved(self._rest, self._movers, phase)
        return self._projector.image(geometry, None, nodes, density)

    def _moved(
        self, geometry: BeamGeometry, phase: Phase, lit: NDArray[np.int64], iodine: Floats
    ) -> LayerMass | None:
        """The kept shadows of these beds, moved to where they are."""
        if self._view != geometry.key:
            self._view = geometry.key
            for kept in self._kept:
                kept.clear()
        shadows = self._at_stage(geometry, phase, lit)
        now = self._middles[lit].copy()
        for n, bed in enumerate(lit):
            motion = self._motions[bed]
            if motion is not None:
                affine = motion(phase.breath_mm, phase.cardiac_phase)
                now[n] = affine[:3, :3] @ now[n] + affine[:3, 3]
        then = geometry.project_points(np.stack([one.middle_mm for one in shadows]))
        shifts = np.nan_to_num(geometry.project_points(now) - then)
        mass = np.zeros((geometry.rows, geometry.columns), np.float32)
        touched = np.array([geometry.rows, 0, geometry.columns, 0], np.int64)
        for shadow, (down, right), value in zip(shadows, shifts, iodine, strict=True):
            _add(shadow.rows, shadow.columns, shadow.mass, shadow.window, down, right, value, mass, touched)
        r0, r1, c0, c1 = (int(value) for value in touched)
        if r0 >= r1 or c0 >= c1:
            return None
        return LayerMass((r0, r1, c0, c1), (IODINE,), mass[np.newaxis, r0:r1, c0:c1])

    def _at_stage(self, geometry: BeamGeometry, phase: Phase, lit: NDArray[np.int64]) -> list[_Shadow]:
        """The shadow of each bed at the stage that is nearest to a phase, made where it is not kept."""
        breath_mm = STAGE_MM * round(phase.breath_mm / STAGE_MM)
        stage = Phase(breath_mm, round(STAGES_A_BEAT * phase.cardiac_phase) / STAGES_A_BEAT % 1.0)
        affines = {
            motion: np.asarray(motion(stage.breath_mm, stage.cardiac_phase), np.float64)
            for motion in {self._motions[bed] for bed in lit}
            if motion is not None
        }
        keys = {None: b""} | {motion: affine.tobytes() for motion, affine in affines.items()}
        found = []
        for bed in lit:
            motion, kept = self._motions[bed], self._kept[bed]
            key = keys[motion]
            if key not in kept:
                affine = np.eye(4) if motion is None else affines[motion]
                kept[key] = self._made(geometry, int(bed), affine)
                if len(kept) > _STAGES:
                    kept.popitem(last=False)
            found.append(kept[key])
        return found

    def _made(self, geometry: BeamGeometry, bed: int, affine: Floats) -> _Shadow:
        """The shadow of one bed at 1 g/cm3, a margin about the detector with it."""
        margin = int(np.ceil(_MARGIN_MM / np.sqrt(geometry.pixel_mm2)))
        wide = geometry.window(-margin, geometry.rows + margin, -margin, geometry.columns + margin)
        nodes = self._rest[self._starts[bed] : self._starts[bed + 1]] @ affine[:3, :3].T + affine[:3, 3]
        middle = affine[:3, :3] @ self._middles[bed] + affine[:3, 3]
        if self._scratch.shape != (wide.rows, wide.columns):
            self._scratch = np.zeros((wide.rows, wide.columns), np.float32)
        found = self._of_bed[bed].add_to(self._scratch, wide, None, nodes, np.ones(len(nodes)))
        r0, r1, c0, c1 = found or (0, 0, 0, 0)
        count = np.count_nonzero(self._scratch[r0:r1, c0:c1])
        rows, columns, mass = (
            np.empty(count, np.int16),
            np.empty(count, np.int16),
            np.empty(count, np.float32),
        )
        window = np.array([r0, r1, c0, c1], np.int64)
        _take(self._scratch, window, margin, rows, columns, mass)
        return _Shadow(rows, columns, mass, window - margin, middle)


@njit(cache=True, nogil=True, error_model="numpy")
def _take(
    image: NDArray, window: NDArray, margin: int, rows: NDArray, columns: NDArray, mass: NDArray
) -> None:
    """Row, column (less the margin) and mass of every pixel that has some; the image is empty afterwards."""
    n = 0
    for r in range(window[0], window[1]):
        for c in range(window[2], window[3]):
            if image[r, c] != np.float32(0.0):
                rows[n], columns[n], mass[n] = r - margin, c - margin, image[r, c]
                image[r, c] = np.float32(0.0)
                n += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _add(
    rows: NDArray,  # int16 (n,)
    columns: NDArray,  # int16 (n,)
    shadow: NDArray,  # float32 (n,)
    window: NDArray,  # int64 (4,)
    down: float,
    right: float,
    factor: float,
    mass: NDArray,  # float32 (rows, columns); added to
    touched: NDArray,  # int64 (4,); window that was touched, written
) -> None:
    """Add a shadow moved by some pixels, each of its pixels parted among four."""
    if not len(shadow):
        return
    height, width = mass.shape
    i, j = int(np.floor(down)), int(np.floor(right))
    low, late = down - i, right - j
    a, b = np.float32(factor * (1.0 - low) * (1.0 - late)), np.float32(factor * (1.0 - low) * late)
    c, d = np.float32(factor * low * (1.0 - late)), np.float32(factor * low * late)
    for n in range(len(shadow)):
        y, x, value = rows[n] + i, columns[n] + j, shadow[n]
        if 0 <= y < height - 1 and 0 <= x < width - 1:
            mass[y, x] += a * value
            mass[y, x + 1] += b * value
            mass[y + 1, x] += c * value
            mass[y + 1, x + 1] += d * value
        else:
            if 0 <= y < height and 0 <= x < width:
                mass[y, x] += a * value
            if 0 <= y < height and 0 <= x + 1 < width:
                mass[y, x + 1] += b * value
            if 0 <= y + 1 < height and 0 <= x < width:
                mass[y + 1, x] += c * value
            if 0 <= y + 1 < height and 0 <= x + 1 < width:
                mass[y + 1, x + 1] += d * value
    touched[0] = max(min(touched[0], window[0] + i), 0)
    touched[1] = min(max(touched[1], window[1] + i + 1), height)
    touched[2] = max(min(touched[2], window[2] + j), 0)
    touched[3] = min(max(touched[3], window[3] + j + 1), width)
