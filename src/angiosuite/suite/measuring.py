"""Measuring on pictures: how many millimetres a pixel is, lengths, angles, stenoses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from angiosuite.kit.errors import WrongUse

from .pose import Pose, detector_direction

Path = Sequence[Sequence[float]]
STEEPEST = 0.5
"""Smallest cosine between beam and plumb line at which a height says how far away an object is."""


def length_px(points: Path) -> float:
    """Length of a path, pixels."""
    return sum(math.dist(a, b) for a, b in pairwise(points))


def mm_per_px(
    calibration: Mapping[str, Any] | None, facts: Mapping[str, Any], table_below_mm: float
) -> float | None:
    """Millimetres a pixel stands for; None without a calibration.

    Parameters
    ----------
    calibration : mapping or None
        ``{"kind": "isocentre"}``: the pixel projected to the isocentre. ``"known"`` with `length_mm` and
        `points`: an object of known length in the same picture. ``"marker"`` with `spacing_mm`, `count` and
        `points`: so many intervals between marker bands. ``"height"`` with `height_mm`: an object this far
        above the table top.
    facts : mapping
        Of the picture: `pose` and `pixel_mm_iso`.
    table_below_mm : float
        Table top below the isocentre when the table stands at zero, mm.

    Notes
    -----
    **Model** similar triangles: a plane at distance d from the focus shows pixels of ``pixel_mm_iso · d /
    SOD``; for a height, d is where the central ray meets the horizontal plane.
    **Valid for** objects near the central ray, in a plane that faces the detector.
    Held by ``tests/suite/test_measuring.py``.
    """
    if calibration is None:
        return None
    kind, iso_mm = calibration["kind"], float(facts["pixel_mm_iso"])
    if kind == "isocentre":
        return iso_mm
    if kind == "height":
        return iso_mm * _nearness(facts["pose"], _given(calibration, "height_mm"), table_below_mm)
    span_px = length_px(_given(calibration, "points"))
    if span_px < 1.0:
        raise WrongUse(
            "The calibration's points lie on each other",
            code="calibration-empty",
            value=round(span_px, 2),
            way_out="Mark both ends of what has the known length.",
        )
    if kind == "known":
        return float(_given(calibration, "length_mm")) / span_px
    return float(_given(calibration, "spacing_mm")) * float(_given(calibration, "count")) / span_px


def _given(calibration: Mapping[str, Any], name: str) -> Any:
    if calibration.get(name) is None:
        raise WrongUse(
            f"The calibration '{calibration['kind']}' needs '{name}'",
            code="calibration-incomplete",
            where="calibrated",
            value=sorted(calibration),
            way_out=f"Give {name}.",
        )
    return calibration[name]


def _nearness(pose: Mapping[str, Any], height_mm: float, table_below_mm: float) -> float:
    """Distance of a horizontal plane from the focus over that of the isocentre, on the central ray."""
    names = Pose.__dataclass_fields__
    stand = Pose(**{name: value for name, value in pose.items() if name in names})
    up = -float(detector_direction(stand)[1])
    if abs(up) < STEEPEST:
        raise WrongUse(
            "The beam is too flat: a height does not tell how far away the object is",
            code="calibration-flat",
            where="calibrated",
            value=round(math.degrees(math.acos(min(abs(up), 1.0)))),
            way_out="Calibrate on a known length or on marker bands.",
        )
    above_mm = height_mm - table_below_mm + stand.table_y_mm
    return (stand.sod_mm + above_mm / up) / stand.sod_mm


def length(points: Path, scale_mm: float | None) -> dict[str, Any]:
    """Length of a path in pixels and, where calibrated, in mm."""
    px = length_px(points)
    mm = None if scale_mm is None else round(px * scale_mm, 2)
    return {"length_px": round(px, 2), "mm_per_px": scale_mm, "length_mm": mm}


def angle_deg(points: Path) -> float:
    """Angle at the middle of three points, or between two lines of two points each, degrees (0 to 180).

    Raises
    ------
    WrongUse
        When a side has no length.
    """
    p = np.asarray(points, np.float64)
    a, b = (p[0] - p[1], p[2] - p[1]) if len(p) == 3 else (p[1] - p[0], p[3] - p[2])
    if np.linalg.norm(a) < 1.0 or np.linalg.norm(b) < 1.0:
        raise WrongUse(
            "A side of the angle has no length",
            code="angle-empty",
            where="points",
            way_out="Set the points at least a pixel apart.",
        )
    cross = float(a[0] * b[1] - a[1] * b[0])
    return math.degrees(math.atan2(abs(cross), float(a @ b)))
