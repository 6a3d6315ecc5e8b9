"""A pose of gantry and table as data, and the beam geometry that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.geometry import BeamGeometry

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """Where gantry and table stand.

    Angles in degrees: rotation (LAO positive), angulation (cranial positive), rotation of the
    detector about the central ray, tilt of the table (head up positive). Lengths in mm: source to
    image, and the table's travel from the patient's reference position to the patient's left (x),
    up (y) and towards the head (z). Source to isocentre is fixed by the machine.
    """

    rotation_deg: float = 0.0
    angulation_deg: float = 0.0
    sid_mm: float = 1050.0
    table_x_mm: float = 0.0
    table_y_mm: float = 0.0
    table_z_mm: float = 0.0
    table_tilt_deg: float = 0.0
    detector_rotation_deg: float = 0.0
    sod_mm: float = 750.0

    def as_dict(self) -> dict[str, float]:
        """Plain numbers, rounded to a thousandth."""
        return {f.name: round(getattr(self, f.name), 3) for f in fields(self)}

    def as_exact(self) -> dict[str, float]:
        """Plain numbers, exact, for checkpoints."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def moved(self, changes: Mapping[str, float]) -> Pose:
        """A copy with some members replaced."""
        return replace(self, **changes)


def room_from_patient(pose: Pose) -> tuple[Vector, Vector]:
    """Rotation (3, 3) and shift (3,) that bring patient LPS mm, taken from the patient's reference
    point, to the room's axes with the isocentre as origin.

    The table's tilt turns about the patient's left-right axis through the isocentre.
    """
    tilt = np.deg2rad(pose.table_tilt_deg)
    turn = np.array(
        [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]], dtype=np.float64
    )
    shift = np.array([pose.table_x_mm, -pose.table_y_mm, pose.table_z_mm])
    return turn, turn @ shift


def detector_direction(pose: Pose) -> Vector:
    """Unit vector in room axes from the isocentre to the detector's centre.

    Zero angles put the tube below the table (posterior) and the detector in front.
    """
    a, b = np.deg2rad(pose.rotation_deg), np.deg2rad(pose.angulation_deg)
    return np.array([np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)])


def detector_axes(pose: Pose) -> tuple[Vector, Vector]:
    """Unit vectors in room axes along a growing column and a growing row of the displayed picture."""
    a, b, g = np.deg2rad([pose.rotation_deg, pose.angulation_deg, pose.detector_rotation_deg])
    u = np.array([np.cos(a), np.sin(a), 0.0])
    v = np.array([np.sin(a) * np.sin(b), -np.cos(a) * np.sin(b), -np.cos(b)])
    return np.cos(g) * u + np.sin(g) * v, np.cos(g) * v - np.sin(g) * u


def isocentre_mm(pose: Pose, reference_mm: Vector) -> Vector:
    """The isocentre in patient LPS mm; `reference_mm` lies there when the table stands at zero."""
    turn, shift = room_from_patient(pose)
    return reference_mm - turn.T @ shift


def beam_geometry(pose: Pose, reference_mm: Vector, field_mm: float, pixels: int) -> BeamGeometry:
    """The rays of a square field in patient space.

    Parameters
    ----------
    pose : Pose
    reference_mm : (3,) float64
        Point of the patient that lies in the isocentre when the table stands at zero, LPS mm.
    field_mm : float
        Side of the field at the detector, mm.
    pixels : int
        Rows and columns of the picture.
    """
    turn, _ = room_from_patient(pose)
    back = turn.T
    iso = isocentre_mm(pose, reference_mm)
    towards = back @ detector_direction(pose)
    u, v = (back @ axis for axis in detector_axes(pose))
    step = field_mm / pixels
    centre = iso + towards * (pose.sid_mm - pose.sod_mm)
    first = centre - 0.5 * (pixels - 1) * step * (u + v)
    return BeamGeometry(
        source_mm=iso - towards * pose.sod_mm,
        origin_mm=first,
        column_step_mm=u * step,
        row_step_mm=v * step,
        rows=pixels,
        columns=pixels,
    )


def iso_pixel_mm(pose: Pose, field_mm: float, pixels: int) -> float:
    """Side of a pixel projected to the isocentre, mm: detector pixel over magnification."""
    return field_mm / pixels * pose.sod_mm / pose.sid_mm
