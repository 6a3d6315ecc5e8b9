"""How a series lies in the patient: order, distances, missing slices, tilt; or why it is no volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.refusal import refused
from angiosuite.dicom.series import MIN_SLICES, Slice

Vector = NDArray[np.float64]

MIN_EXTENT_MM = 30.0
MAX_SPACING_MM = 10.0
MAX_GAP_MM = 12.5
"""Widest gap that is bridged: two slices of 5 mm missing would leave 15."""
MAX_BRIDGED_SHARE, HARMLESS_GAP_MM = 0.1, 5.0
"""Share of slices that may be missing, unless no gap is wider than the slices of an ordinary CT are apart."""
MAX_UNEVEN = 0.1
"""Largest departure of a slice from its even place, in slice distances, that needs no resampling."""
MAX_COUNT = 4000
LEAST_LEAN = 0.5
"""Cosine between the stacking direction and the slices' normal: at most 60 degrees of shear."""
MISSING_FROM = 1.5
"""A gap this many times the usual one around it holds missing slices."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One series in order, with its geometry.

    Parameters
    ----------
    slices : tuple of Slice
        Along the stacking direction.
    along_mm : (n,) float
        Place of each slice along that direction, from 0.
    count : int
        Slices of the even stack that is made of them; their distance is `along_mm[-1] / (count - 1)`.
    first_mm : (3,) float
        Centre of the first pixel of the first slice, LPS.
    along, down, across : (3,) float
        Unit directions in which slice, row and column index rise.
    bridged : int
        Slices that were missing.
    notices : tuple of str
        What is done to read it.
    """

    slices: tuple[Slice, ...]
    along_mm: Vector
    count: int
    first_mm: Vector
    along: Vector
    down: Vector
    across: Vector
    bridged: int
    notices: tuple[str, ...]

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distances of slices, rows and columns, mm."""
        rows_mm, columns_mm = self.slices[0].header.pixel_spacing_mm
        return float(self.along_mm[-1]) / (self.count - 1), rows_mm, columns_mm


def stack(slices: Sequence[Slice]) -> Stack:
    """The slices of one group as one stack.

    Notes
    -----
    **Model** slices are ordered along the normal of their planes; the stacking direction is that from the
    first to the last, which of a tilted gantry is the table's (sheared stack) or the normal (true stack).
    Held by tests/dicom/test_geometry.py.

    Raises
    ------
    RefusedInput
        No orientation, too few slices, places not on a line, gaps too wide, too many slices missing.
    """
    across, down = _directions(slices)
    normal = np.cross(across, down)
    positions = np.array([s.header.position_mm for s in slices], np.float64)
    order = np.argsort(positions @ normal, kind="stable")
    positions, ordered = positions[order], tuple(slices[i] for i in order)
    extent = float(np.linalg.norm(positions[-1] - positions[0]))
    if len(ordered) < MIN_SLICES or extent < MIN_EXTENT_MM:
        raise refused(
            "too-few-slices",
            f"A patient needs at least {MIN_SLICES} slices over {MIN_EXTENT_MM:g} mm",
            value=f"{len(ordered)} slice{'s' if len(ordered) != 1 else ''} over {extent:.1f} mm",
            way_out="Name the folder of the whole series.",
        )
    along = (positions[-1] - positions[0]) / extent
    along_mm = (positions - positions[0]) @ along
    off_mm = np.linalg.norm(positions - positions[0] - np.outer(along_mm, along), axis=1).max()
    if abs(along @ normal) < LEAST_LEAN or off_mm > max(0.5, 0.5 * min(ordered[0].header.pixel_spacing_mm)):
        raise refused(
            "crooked-stack",
            "The slices do not lie behind one another",
            value=f"up to {off_mm:.1f} mm off a line",
            way_out="Export the original axial series.",
        )
    count, bridged, notices = _evenness(along_mm)
    tilt = _tilt(ordered, normal, along)
    return Stack(ordered, along_mm, count, positions[0], along, down, across, bridged, (*notices, *tilt))


def _directions(slices: Sequence[Slice]) -> tuple[Vector, Vector]:
    """Unit directions along a row and down a column."""
    six = np.mean([s.header.orientation for s in slices], axis=0)
    across, down = six[:3], six[3:]
    sizes = np.linalg.norm(across), np.linalg.norm(down)
    if not all(0.9 < size < 1.1 for size in sizes) or abs(across @ down) > 0.02:
        raise refused(
            "orientation",
            "The directions of rows and columns are not two directions at right angles",
            way_out="Export the series again; a copy may have lost its orientation.",
        )
    across = across / sizes[0]
    down = down - (down @ across) * across
    return across, down / np.linalg.norm(down)


def _evenness(along_mm: Vector) -> tuple[int, int, tuple[str, ...]]:
    """Slices of the even stack, how many of them were missing, and what is to be said."""
    gaps = np.diff(along_mm)
    usual = _usual(gaps)
    is_gap = gaps > MISSING_FROM * usual
    missing = np.where(is_gap, np.rint(gaps / usual) - 1, 0)
    bridged = int(missing.sum())
    widest = int(np.argmax(gaps))
    if float(np.median(gaps)) > MAX_SPACING_MM:
        raise refused(
            "slices-too-far-apart",
            "The slices are too far apart to make a body of",
            value=f"{float(np.median(gaps)):.1f} mm",
            way_out="Import a series with slices every 5 mm or closer.",
        )
    too_many = bridged > max(1.0, MAX_BRIDGED_SHARE * len(along_mm)) and gaps[widest] > HARMLESS_GAP_MM
    if gaps[widest] > MAX_GAP_MM or too_many:
        raise refused(
            "missing-slices",
            "Too many slices are missing",
            where=f"between {along_mm[widest]:.1f} and {along_mm[widest + 1]:.1f} mm from the first",
            value=f"{bridged} missing; a gap of {gaps[widest]:.2f} mm where {usual[widest]:.2f} mm is usual",
            way_out="Export the whole series again.",
        )
    fine = float(np.quantile(gaps[~is_gap], 0.25))
    count = min(max(round(float(along_mm[-1]) / max(fine, 0.05)) + 1, 2), MAX_COUNT)
    even = np.linspace(0.0, along_mm[-1], count)
    nearest = even[np.clip(np.rint(along_mm / even[1]), 0, count - 1).astype(np.intp)]
    notices: list[str] = []
    if bridged:
        notices.append(f"{bridged} missing slice{'s' if bridged > 1 else ''} bridged by interpolation")
    if np.max(np.abs(nearest - along_mm)) > max(MAX_UNEVEN * even[1], 0.02):
        notices.append(
            f"slices at uneven distances ({gaps.min():.2f} to {gaps.max():.2f} mm) "
            f"resampled every {even[1]:.2f} mm"
        )
    return count, bridged, tuple(notices)


def _usual(gaps: Vector) -> Vector:
    """Median of the gaps around each one, three to either side."""
    padded = np.pad(gaps, 3, mode="reflect" if len(gaps) > 3 else "edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 7), axis=1)


def _tilt(slices: tuple[Slice, ...], normal: Vector, along: Vector) -> tuple[str, ...]:
    """What is to be said of tilt and shear."""
    lean = _degrees(float(np.abs(normal).max()))
    shear = _degrees(abs(float(along @ normal)))
    said = slices[0].header.facts.get("tilt", 0.0)
    if lean > 0.5 or shear > 0.5:
        kind = "sheared" if shear > 0.5 else "oblique"
        return (f"tilt of {max(lean, shear):.1f} degrees straightened ({kind} slices)",)
    if abs(said) > 0.5:
        return (f"the header speaks of a gantry tilt of {said:.1f} degrees, but the slices lie straight",)
    return ()


def _degrees(cosine: float) -> float:
    return float(np.degrees(np.arccos(min(cosine, 1.0))))
