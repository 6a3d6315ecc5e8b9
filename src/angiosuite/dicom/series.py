"""Is it one plain series? Order of the slices, even spacing, no tilt, no duplicates; or why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.container import Entry
from angiosuite.dicom.header import SliceHeader
from angiosuite.dicom.refusal import refused

MIN_SLICES = 8
MIN_EXTENT_MM = 30.0
MAX_ANGLE_DEG = 0.5
"""Largest angle to the patient's axes that still counts as untilted: 2 mm over 250 mm."""
MAX_UNEVEN = 0.1
"""Largest departure of a slice from its even place, in slice spacings."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice: where its bytes are and its checked header."""

    entry: Entry
    header: SliceHeader


@dataclass(frozen=True, slots=True)
class Stack:
    """One plain series, in order.

    Parameters
    ----------
    slices : tuple of Slice
        Along the stacking direction.
    axes : (3,) int
        Patient axis (0 x, 1 y, 2 z) of the array's slice, row and column index.
    signs : (3,) int
        +1 when the index rises with that axis (left, posterior, superior), else -1.
    spacing_mm : (3,) float
        Between slices, rows and columns.
    first_mm : (3,) float
        Centre of voxel [0, 0, 0] of the unflipped array, LPS.
    """

    slices: tuple[Slice, ...]
    axes: tuple[int, int, int]
    signs: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    first_mm: tuple[float, float, float]


def stack(slices: Sequence[Slice]) -> Stack:
    """The slices as one even stack.

    Raises
    ------
    RefusedInput
        Several series, localizers, differing matrices, tilt, duplicates, gaps, too few slices.
    """
    _check_one_series(slices)
    _check_alike(slices)
    header = slices[0].header
    row_direction = np.array(header.orientation[:3])  # along a row: the column index rises
    column_direction = np.array(header.orientation[3:])
    if np.linalg.norm(row_direction) < 1e-6 or np.linalg.norm(column_direction) < 1e-6:
        raise _tilted("the orientation is empty", None)
    column_axis, column_sign = _axis_of(row_direction)
    row_axis, row_sign = _axis_of(column_direction)
    if column_axis == row_axis:
        raise _tilted("rows and columns are not at right angles", None)
    slice_axis = 3 - row_axis - column_axis
    positions = np.array([s.header.position_mm for s in slices])
    order = np.argsort(positions[:, slice_axis], kind="stable")
    positions, ordered = positions[order], [slices[i] for i in order]
    _check_sheared(positions, slice_axis)
    spacing = _even_spacing(positions[:, slice_axis])
    rows_mm, columns_mm = header.pixel_spacing_mm
    first = positions[0]
    return Stack(
        slices=tuple(ordered),
        axes=(slice_axis, row_axis, column_axis),
        signs=(1, row_sign, column_sign),
        spacing_mm=(spacing, rows_mm, columns_mm),
        first_mm=(float(first[0]), float(first[1]), float(first[2])),
    )


def _check_one_series(slices: Sequence[Slice]) -> None:
    counts = Counter(s.header.series for s in slices)
    scouts = sum(s.header.is_localizer for s in slices)
    if len(counts) > 1:
        parts = []
        for series, count in counts.most_common(6):
            first = next(s.header for s in slices if s.header.series == series)
            number = "?" if first.series_number is None else first.series_number
            kind = "localizer" if first.is_localizer else f"{first.rows} x {first.columns}"
            parts.append(f"number {number}: {count} of {kind}")
        raise refused(
            "several-series",
            "There are several series",
            value="; ".join(parts) + ("; …" if len(counts) > 6 else ""),
            way_out="Put the slices of one series into a folder of their own and import that.",
        )
    if scouts:
        raise refused(
            "localizer",
            "The series holds localizers (scout views), which are not slices",
            value=f"{scouts} of {len(slices)}",
            way_out="Name the folder of the axial series.",
        )


def _check_alike(slices: Sequence[Slice]) -> None:
    first = slices[0].header
    for other in slices[1:]:
        header = other.header
        where = other.entry.name.rsplit("/", 1)[-1]
        if (header.rows, header.columns) != (first.rows, first.columns):
            raise refused(
                "unlike-slices",
                "The slices differ in matrix",
                where=where,
                value=f"{header.rows} x {header.columns} beside {first.rows} x {first.columns}",
                way_out="Export one reconstruction only.",
            )
        if not np.allclose(header.pixel_spacing_mm, first.pixel_spacing_mm, rtol=1e-3):
            raise refused(
                "unlike-slices",
                "The slices differ in pixel size",
                where=where,
                value=f"{header.pixel_spacing_mm[0]:g} mm beside {first.pixel_spacing_mm[0]:g} mm",
                way_out="Export one reconstruction only.",
            )
        if not np.allclose(header.orientation, first.orientation, atol=2e-3):
            raise refused(
                "unlike-slices",
                "The slices differ in orientation",
                where=where,
                way_out="Export one axial series; localizers and reformats do not belong to it.",
            )


def _axis_of(direction: NDArray[np.float64]) -> tuple[int, int]:
    """Patient axis and sign of a direction; refuses one that leans away from every axis."""
    direction = direction / np.linalg.norm(direction)
    axis = int(np.argmax(np.abs(direction)))
    angle = float(np.degrees(np.arccos(min(abs(direction[axis]), 1.0))))
    if angle > MAX_ANGLE_DEG:
        raise _tilted("the slices lean away from the patient's axes", f"{angle:.1f} degrees")
    return axis, 1 if direction[axis] > 0 else -1


def _tilted(what: str, value: str | None) -> Exception:
    return refused(
        "tilted",
        f"The series is tilted or oblique: {what}",
        value=value,
        way_out="Ask for an untilted axial reconstruction; the full import will straighten tilted series.",
    )


def _check_sheared(positions: NDArray[np.float64], slice_axis: int) -> None:
    across = np.delete(positions, slice_axis, axis=1)
    drift = float(np.max(np.ptp(across, axis=0)))
    if drift > 0.5:
        raise _tilted("the slices are displaced sideways", f"{drift:.1f} mm")


def _even_spacing(along_mm: NDArray[np.float64]) -> float:
    """Distance of the slices, mm; `along_mm` is sorted."""
    count = len(along_mm)
    gaps = np.diff(along_mm)
    same = int(np.sum(gaps < 0.01))
    if same:
        raise refused(
            "duplicate-slices",
            "Several slices lie at the same place",
            where=f"z {along_mm[int(np.argmax(gaps < 0.01))]:.1f} mm",
            value=f"{same} of {count} slices",
            way_out="Export one phase and one reconstruction, each slice once.",
        )
    extent = float(along_mm[-1] - along_mm[0])
    if count >= 3:
        spacing = float(np.median(gaps))
        even = np.linspace(along_mm[0], along_mm[-1], count)
        worst = int(np.argmax(np.abs(gaps - spacing)))
        uneven = np.max(np.abs(along_mm - even)) > max(MAX_UNEVEN * spacing, 0.06)
        if uneven or abs(gaps[worst] - spacing) > max(2 * MAX_UNEVEN * spacing, 0.11):
            raise refused(
                "uneven-slices",
                "The slices are not evenly spaced; some may be missing",
                where=f"between {along_mm[worst]:.1f} and {along_mm[worst + 1]:.1f} mm",
                value=f"{gaps[worst]:.2f} mm where {spacing:.2f} mm is usual",
                way_out="Export the whole series again.",
            )
    if count < MIN_SLICES or extent < MIN_EXTENT_MM:
        raise refused(
            "too-few-slices",
            f"A patient needs at least {MIN_SLICES} slices over {MIN_EXTENT_MM:g} mm",
            value=f"{count} slice{'s' if count != 1 else ''} over {extent:.1f} mm",
            way_out="Name the folder of the whole series.",
        )
    spacing_mm = extent / (count - 1)
    if spacing_mm > 10.0:
        raise refused(
            "slices-too-far-apart",
            "The slices are too far apart to make a body of",
            value=f"{spacing_mm:.1f} mm",
            way_out="Import a series with slices every 5 mm or closer.",
        )
    return spacing_mm
