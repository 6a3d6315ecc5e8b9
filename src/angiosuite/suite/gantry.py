"""Gantry and table in motion: speeds, limits, collision, stored positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse, did_you_mean

from .pose import Pose, detector_axes, detector_direction, room_from_patient

AXES: Mapping[str, str] = {
    "rotation": "rotation_deg",
    "angulation": "angulation_deg",
    "sid": "sid_mm",
    "table_x": "table_x_mm",
    "table_y": "table_y_mm",
    "table_z": "table_z_mm",
    "table_tilt": "table_tilt_deg",
    "detector_rotation": "detector_rotation_deg",
}
"""Axis name of a command → member of :class:`Pose`."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Travel and speed of one axis, in mm or degrees (a second)."""

    low: float
    high: float
    speed: float


@dataclass(frozen=True, slots=True)
class GantrySpec:
    """What the machine's gantry and table can do.

    The detector is a square housing of `detector_half_mm`; the tube a ball of `tube_radius_mm`
    about the source; the table top a slab of `table_half_width_mm` whose surface carries the patient.
    """

    axes: Mapping[str, Axis]
    home: Pose
    stored: Mapping[str, Pose] = field(default_factory=dict)
    detector_half_mm: float = 210.0
    tube_radius_mm: float = 160.0
    table_half_width_mm: float = 225.0
    clearance_mm: float = 20.0


@dataclass(frozen=True, slots=True)
class PatientEnvelope:
    """The patient as an elliptic cylinder about the reference point, for collision alone (mm)."""

    half_width_mm: float
    front_mm: float
    back_mm: float
    feet_mm: float
    head_mm: float


def collision(pose: Pose, spec: GantrySpec, envelope: PatientEnvelope) -> str | None:
    """What would touch what in this pose, or None.

    Model
    -----
    Twenty-five points of the detector's face against the patient's elliptic cylinder grown by the
    clearance and against the table top; the tube's ball against the table top.
    """
    turn, shift = room_from_patient(pose)
    towards = detector_direction(pose)
    u, v = detector_axes(pose)
    grid = np.linspace(-spec.detector_half_mm, spec.detector_half_mm, 5)
    face = (
        towards * (pose.sid_mm - pose.sod_mm)
        + grid[:, None, None] * u[None, None, :]
        + grid[None, :, None] * v[None, None, :]
    ).reshape(-1, 3)
    points = (face - shift) @ turn
    if _inside_patient(points, envelope, spec.clearance_mm):
        return "detector would touch the patient"
    if _inside_table(points, spec, envelope, spec.clearance_mm):
        return "detector would touch the table"
    tube = ((-towards * pose.sod_mm) - shift) @ turn
    if _inside_table(tube[None, :], spec, envelope, spec.tube_radius_mm):
        return "tube would touch the table"
    if _inside_patient(tube[None, :], envelope, spec.tube_radius_mm):
        return "tube would touch the patient"
    return None


def _inside_patient(points: NDArray[np.float64], body: PatientEnvelope, grow_mm: float) -> bool:
    depth = 0.5 * (body.front_mm + body.back_mm)
    middle = 0.5 * (body.back_mm - body.front_mm)
    x = points[:, 0] / (body.half_width_mm + grow_mm)
    y = (points[:, 1] - middle) / (depth + grow_mm)
    along = (points[:, 2] > body.feet_mm - grow_mm) & (points[:, 2] < body.head_mm + grow_mm)
    return bool(np.any((x * x + y * y < 1.0) & along))


def _inside_table(
    points: NDArray[np.float64], spec: GantrySpec, body: PatientEnvelope, grow_mm: float
) -> bool:
    top, thickness = body.back_mm, 60.0
    across = np.abs(points[:, 0]) < spec.table_half_width_mm + grow_mm
    height = (points[:, 1] > top - grow_mm) & (points[:, 1] < top + thickness + grow_mm)
    return bool(np.any(across & height))


class Gantry:
    """The moving gantry and table of one room."""

    def __init__(self, spec: GantrySpec, envelope: PatientEnvelope) -> None:
        self.spec = spec
        self.envelope = envelope
        self.pose = spec.home
        self.rates = dict.fromkeys(spec.axes, 0.0)
        self.goal: Pose | None = None
        self.stored: dict[str, Pose] = dict(spec.stored)
        self.blocked: str | None = None

    def move(self, axis: str, rate: float) -> None:
        """Drive one axis at a fraction of its speed (-1 to 1); 0 stops it. Ends a travel to a goal."""
        if axis not in self.rates:
            raise WrongUse(
                f"Axis '{axis}' is not known",
                code="axis-unknown",
                value=axis,
                way_out=did_you_mean(axis, self.rates) or f"Axes: {', '.join(self.rates)}.",
            )
        self.goal = None
        self.rates[axis] = min(max(rate, -1.0), 1.0)

    def go_to(self, pose: Pose) -> None:
        """Travel to a pose, every axis at its own speed, clipped to the limits."""
        changes = {}
        for name, axis in self.spec.axes.items():
            member = AXES[name]
            changes[member] = min(max(getattr(pose, member), axis.low), axis.high)
        self.halt()
        self.goal = self.pose.moved(changes)

    def halt(self) -> None:
        """Stop every axis."""
        self.rates = dict.fromkeys(self.rates, 0.0)
        self.goal = None

    @property
    def is_moving(self) -> bool:
        """Whether any axis is under way."""
        return self.goal is not None or any(self.rates.values())

    def advance(self, step_s: float) -> str | None:
        """Move by one step; the reason when a collision newly blocks the movement."""
        if not self.is_moving:
            self.blocked = None
            return None
        changes: dict[str, float] = {}
        for name, axis in self.spec.axes.items():
            member = AXES[name]
            now = getattr(self.pose, member)
            travel = axis.speed * step_s
            if self.goal is not None:
                gap = getattr(self.goal, member) - now
                changes[member] = now + min(max(gap, -travel), travel)
            elif self.rates[name]:
                changes[member] = min(max(now + self.rates[name] * travel, axis.low), axis.high)
        wanted = self.pose.moved(changes)
        reason = collision(wanted, self.spec, self.envelope)
        if reason and collision(self.pose, self.spec, self.envelope) is None:
            new = self.blocked is None
            self.blocked = reason
            if self.goal is not None:
                self.halt()
            return reason if new else None
        self.blocked = reason
        self.pose = wanted
        if self.goal is not None and all(
            abs(getattr(self.goal, AXES[name]) - getattr(wanted, AXES[name])) < 1e-6
            for name in self.spec.axes
        ):
            self.goal = None
        return None

    def state(self) -> dict[str, object]:
        """Everything that the next step depends on."""
        return {
            "pose": self.pose.as_exact(),
            "rates": dict(self.rates),
            "goal": self.goal.as_exact() if self.goal else None,
            "stored": {slot: pose.as_exact() for slot, pose in self.stored.items()},
            "blocked": self.blocked,
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.pose = Pose(**state["pose"])  # type: ignore[arg-type]
        self.rates = dict(state["rates"])  # type: ignore[call-overload]
        self.goal = Pose(**state["goal"]) if state["goal"] else None  # type: ignore[arg-type]
        self.stored = {slot: Pose(**pose) for slot, pose in state["stored"].items()}  # type: ignore[attr-defined]
        self.blocked = state["blocked"]  # type: ignore[assignment]
