"""Scattered radiation behind the patient in real time: one smoothed thickness map and a fitted formula."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.special import erf

from angiosuite.physics.threads import share as share_out
from angiosuite.physics.xray.beam import Beam

Image = NDArray[np.float32]

CELLS = 64
"""Cells a side of the map on which scatter is worked out."""
_THINNEST_CM = 3.0
_THICKEST_CM = 38.0
SMOOTHING_CM = 2.5
"""Width (standard deviation) at the detector over which the thickness map is smoothed, cm."""


@dataclass(frozen=True, slots=True)
class GridModel:
    """Anti-scatter grid: shares of primary and of scattered signal that pass.

    **Source**: 0.7 and 0.1 are typical of a focused grid of ratio 15 with fibre interspace; the geometric
    lower bound of the scatter share by the project's Monte Carlo is 0.05 to 0.1 behind 10 to 30 cm of water.
    """

    primary: float = 0.7
    scatter: float = 0.1


@cache
def fit() -> dict[str, Any]:
    """The fitted coefficients as shipped in ``angiosuite_content/xray/scatter.json``."""
    return json.loads((files("angiosuite_content") / "xray" / "scatter.json").read_text(encoding="utf-8"))


def _sum(part: dict[str, Any], variables: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    powers = [[np.ones_like(v), v, v * v, v * v * v] for v in variables]
    total = np.zeros(np.broadcast_shapes(*(v.shape for v in variables)))
    for term, coefficient in zip(part["terms"], part["coefficients"], strict=True):
        value: Any = coefficient
        for i, p in enumerate(term):
            if p:
                value = value * powers[i][p]
        total = total + value
    return total


@lru_cache(maxsize=1024)
def hardened_kev(beam: Beam) -> float:
    """Mean energy of the signal behind 20 cm of water, keV; stands for the beam's quality."""
    weight = beam.weights * np.exp(-beam.mu_rho("water") * 20.0)
    return float(weight @ beam.energies_kev / weight.sum())


def slab_spr(
    thickness_cm: NDArray[np.float64], field_side_mm: float, air_gap_mm: float, beam: Beam
) -> NDArray[np.float64]:
    """Scatter-to-primary ratio of the detector's signal at the centre of the field, without a grid.

    Parameters
    ----------
    thickness_cm : ndarray
        Water-equivalent thickness, cm.
    field_side_mm : float
        Side of the (equal-area square) field at the detector, mm.
    air_gap_mm : float
        Patient to detector, mm.
    beam : Beam
        Beam.

        **Model**: ln SPR is a cubic polynomial in ln thickness, ln field side, ln(gap + half the thickness)
        and the hardened mean energy; below 3 cm it falls linearly to 0 with thickness.
        **Source**: own fit to :mod:`.monte_carlo` on 508 slabs, ``scripts/fit_scatter.py``.
        **Valid for**: 6 to 36 cm, fields of 9 to 31 cm, gaps to 35 cm, 55 to 120 kV: within 8 % of the Monte
        Carlo. Held by ``tests/physics/xray/test_scatter.py``.
    """
    thickness = np.asarray(thickness_cm, dtype=np.float64)
    t = np.clip(thickness, _THINNEST_CM, _THICKEST_CM)
    gap = float(np.clip(air_gap_mm / 10.0, 1.0, 45.0))
    side = float(np.clip(field_side_mm / 10.0, 5.0, 34.0))
    shape = np.ones_like(t)
    spr = np.exp(
        _sum(
            fit()["log_spr"],
            [
                np.log(t / 15.0),
                np.log(side / 18.0) * shape,
                np.log((gap + t / 2.0) / 15.0),
                (hardened_kev(beam) - 55.0) / 10.0 * shape,
            ],
        )
    )
    return spr * np.clip(thickness / _THINNEST_CM, 0.0, 1.0)


def slab_scatter(
    thickness_cm: NDArray[np.float64],
    field_side_mm: float,
    air_gap_mm: float,
    beam: Beam,
    grid: GridModel | None,
) -> NDArray[np.float64]:
    """Scattered signal at the centre of the field behind a slab, 1 = unattenuated signal."""
    thickness = np.asarray(thickness_cm, dtype=np.float64)
    primary = np.exp(-thickness[..., None] * beam.mu_rho("water")) @ beam.weights
    share = grid.scatter if grid is not None else 1.0
    return primary * slab_spr(thickness, field_side_mm, air_gap_mm, beam) * share


def edge_width_cm(thickness_cm: float, field_side_mm: float, air_gap_mm: float) -> float:
    """Width of the error function with which scatter falls at the field's edge, cm at the detector."""
    t = float(np.clip(thickness_cm, _THINNEST_CM, _THICKEST_CM))
    gap = float(np.clip(air_gap_mm / 10.0, 1.0, 45.0))
    side = float(np.clip(field_side_mm / 10.0, 5.0, 34.0))
    numbers = (np.log(t / 15.0), np.log(side / 18.0), np.log((gap + t / 2.0) / 15.0))
    variables = [np.array(number) for number in numbers]
    return float(np.exp(_sum(fit()["log_edge_cm"], variables)))


@lru_cache(maxsize=64)
def _thickness_curve(beam: Beam) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """-ln signal and the water thickness (cm) that causes it, rising."""
    thickness = np.linspace(0.0, 60.0, 121)
    return -np.log(np.exp(-thickness[:, None] * beam.mu_rho("water")) @ beam.weights), thickness


@lru_cache(maxsize=64)
def _scatter_curve(beam: Beam, field_side_mm: float, air_gap_mm: float) -> NDArray[np.float64]:
    """Scatter without grid at 0, 0.5 ... 60 cm of water."""
    return slab_scatter(np.linspace(0.0, 60.0, 121), field_side_mm, air_gap_mm, beam, None)


@njit(cache=True, nogil=True)
def _shrink(image, out, row0, row1):  # type: ignore[no-untyped-def]
    """Block means."""
    n, columns = out.shape[0], image.shape[1]
    height, width = image.shape[0] // n, columns // n
    total = np.empty(columns, np.float32)
    for r in range(row0, row1):
        total[:] = 0.0
        for i in range(r * height, (r + 1) * height):
            row = image[i]
            for c in range(columns):
                total[c] += row[c]
        for c in range(n):
            cell = np.float32(0.0)
            for j in range(c * width, (c + 1) * width):
                cell += total[j]
            out[r, c] = cell / np.float32(height * width)


@njit(cache=True, nogil=True)
def widened_row(small, r, rows, line, out):  # type: ignore[no-untyped-def]
    """Row `r` of a small map enlarged to `rows` by straight lines between cell centres.

    `line` is scratch of one value per cell; columns are a multiple of the cells.
    """
    n = small.shape[0]
    columns = out.shape[0]
    width = columns // n
    y = (np.float32(r) + np.float32(0.5)) * np.float32(n / rows) - np.float32(0.5)
    j = min(max(int(np.floor(y)), 0), n - 2)
    wy = min(max(np.float32(y - j), np.float32(0.0)), np.float32(1.0))
    for c in range(n):
        line[c] = small[j, c] + wy * (small[j + 1, c] - small[j, c])
    half = width // 2
    first = np.float32(0.5 if width % 2 == 0 else 0.0)
    for c in range(half):
        out[c] = line[0]
    for i in range(n - 1):
        here = line[i]
        step = (line[i + 1] - here) / np.float32(width)
        start = half + i * width
        for c in range(width):
            out[start + c] = here + (np.float32(c) + first) * step
    for c in range(half + (n - 1) * width, columns):
        out[c] = line[n - 1]


@njit(cache=True, nogil=True)
def _add(primary, entering, small, part, out, row0, row1):  # type: ignore[no-untyped-def]
    """``primary * part * entering + small``, the small map enlarged by straight lines."""
    rows, columns = primary.shape
    line = np.empty(small.shape[1], np.float32)
    scatter = np.empty(columns, np.float32)
    for r in range(row0, row1):
        widened_row(small, r, rows, line, scatter)
        p, e, target = primary[r], entering[r], out[r]
        for c in range(columns):
            target[c] = part * p[c] * e[c] + scatter[c]


def _small(image: Image) -> Image:
    """Block means of an image, float32 (64, 64)."""
    out = np.empty((CELLS, CELLS), np.float32)

    def strand(k: int, n: int) -> None:
        _shrink(image, out, k * CELLS // n, (k + 1) * CELLS // n)

    share_out(strand)
    return out


def scatter_map(
    primary: Image,
    *,
    frame_side_mm: float,
    open_field: tuple[float, float, float, float],
    air_gap_mm: float,
    beam: Beam,
    grid: GridModel | None,
    entering: Image | None = None,
) -> Image:
    """Scattered signal over the frame, float32 (64, 64), 1 = unattenuated, behind the grid if it is in.

    Parameters
    ----------
    primary : float32 (rows, columns)
        Primary signal behind patient and table with open blades, 1 = unattenuated; rows a multiple of 64.
    frame_side_mm : float
        Side of the frame at the detector, mm.
    open_field : tuple of float
        Blades as fractions of the half field: left, right, top, bottom (1 fully open).
    air_gap_mm : float
        Patient to detector, mm.
    beam : Beam
        Beam.
    grid : GridModel or None
        Grid, or None when it is out.
    entering : float32 (rows, columns), optional
        What heel and wedges (not the blades) leave of the beam; smoothed as the scatter itself is spread.

        **Model**: water-equivalent thickness of each cell from the primary, smoothed once over 2.5 cm;
        the scatter of a slab of that thickness (:func:`slab_scatter`); times the fall toward the edges of
        the open field, an error function whose width is fitted too. **Source**: own.
    """
    small = _small(primary)
    log_signal, thickness = _thickness_curve(beam)
    water = np.interp(-np.log(np.maximum(small, 1e-9)), log_signal, thickness)
    cell_cm = frame_side_mm / 10.0 / CELLS
    water = gaussian_filter(water, SMOOTHING_CM / cell_cm, mode="nearest", truncate=3.0)
    left, right, top, bottom = open_field
    half = frame_side_mm / 20.0
    width, height = half * (left + right), half * (top + bottom)
    side_mm = round(float(np.sqrt(max(width * height, 1.0))) * 10.0)
    gap = round(air_gap_mm)
    curve = _scatter_curve(beam, side_mm, gap)
    scatter = np.exp(np.interp(water, thickness, np.log(np.maximum(curve, 1e-30))))
    middle = float(np.mean(water[CELLS // 4 : 3 * CELLS // 4, CELLS // 4 : 3 * CELLS // 4]))
    soft = edge_width_cm(middle, side_mm, gap)
    place = (np.arange(CELLS) + 0.5) * cell_cm - half

    def across(low: float, high: float) -> NDArray[np.float64]:
        centre = erf((high + low) * half / 2.0 / soft)
        return 0.5 * (erf((place + low * half) / soft) + erf((high * half - place) / soft)) / centre

    if entering is not None:
        weaker = _small(entering)
        scatter = scatter * gaussian_filter(
            weaker, soft / np.sqrt(2.0) / cell_cm, mode="nearest", truncate=2.0
        )
    share = grid.scatter if grid is not None else 1.0
    return (scatter * share * across(top, bottom)[:, None] * across(left, right)[None, :]).astype(np.float32)


def detector_signal(
    primary: Image, entering: Image, scatter: Image, grid: GridModel | None, out: Image | None = None
) -> Image:
    """Mean signal at the detector, float32 (rows, columns): primary behind blades and grid, and scatter.

    Parameters
    ----------
    primary : float32 (rows, columns)
        Primary signal behind patient and table.
    entering : float32 (rows, columns)
        What heel, wedges and blades leave of the beam.
    scatter : float32 (64, 64)
        :func:`scatter_map`.
    grid : GridModel or None
        Grid in or out.
    """
    result = np.empty_like(primary) if out is None else out
    share = np.float32(grid.primary if grid is not None else 1.0)
    rows = primary.shape[0]

    def strand(k: int, n: int) -> None:
        _add(primary, entering, scatter, share, result, k * rows // n, (k + 1) * rows // n)

    share_out(strand)
    return result
