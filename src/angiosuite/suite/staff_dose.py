"""From a beam and a plan of the room to dose equivalent at the bodies of the staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.equipment import EquipmentItem
from angiosuite.physics.xray.attenuation import air_mu_en_rho, mu_rho
from angiosuite.physics.xray.room_scatter import (
    CENTRE_MM,
    Scatter,
    ScatterBeam,
    dose_per_kerma,
    scatter_of,
)
from angiosuite.physics.xray.shields import Pane, lead_g_cm2, mass_between, through
from angiosuite.physics.xray.spectrum import energies_kev, spectrum

from .gantry import PatientEnvelope
from .pose import Pose, detector_axes, detector_direction, room_from_patient
from .staff_plan import ISOCENTRE_MM, WORN, Floor, Person, Plan, body_points
from .watchers import PulseTaken

Vector = NDArray[np.float64]

GLASSES_GAP = 0.3
"""Share of the eye's dose that comes round lead glasses: shielding rates of 0.70 to 0.72 at the left eye of a
phantom (Shindo et al., J. Radiol. Prot., June 2024); flatter glasses did worse (da Silva et al. 2022)."""
_UNPROTECTED: Mapping[str, float] = {"eye": 0.0, "neck": 0.0, "chest": 0.0, "leg": 0.0, "hand": 0.0}


@dataclass(frozen=True, slots=True)
class BeamKey:
    """What of a pulse scatter depends on, rounded, so that pulses of one beam are added up."""

    rotation_deg: float
    angulation_deg: float
    sid_mm: float
    sod_mm: float
    table_x_mm: float
    table_y_mm: float
    table_z_mm: float
    table_tilt_deg: float
    detector_rotation_deg: float
    kv: float
    filter_cu_mm: float
    path_cm: float
    field_mm: float
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def of(cls, pulse: PulseTaken) -> BeamKey:
        """The key of a pulse."""
        p, b, t = pulse.pose, pulse.blades, pulse.technique
        return cls(
            round(p.rotation_deg),
            round(p.angulation_deg),
            _to(p.sid_mm, 10),
            p.sod_mm,
            _to(p.table_x_mm, 10),
            _to(p.table_y_mm, 10),
            _to(p.table_z_mm, 10),
            round(p.table_tilt_deg),
            _to(p.detector_rotation_deg, 5),
            round(t.kv),
            t.filter_cu_mm,
            round(pulse.thickness_cm * 2) / 2,
            pulse.field_mm,
            *(round(side, 1) for side in (b.left, b.right, b.top, b.bottom)),
        )

    @property
    def pose(self) -> Pose:
        """Gantry and table."""
        return Pose(
            rotation_deg=self.rotation_deg,
            angulation_deg=self.angulation_deg,
            sid_mm=self.sid_mm,
            table_x_mm=self.table_x_mm,
            table_y_mm=self.table_y_mm,
            table_z_mm=self.table_z_mm,
            table_tilt_deg=self.table_tilt_deg,
            detector_rotation_deg=self.detector_rotation_deg,
            sod_mm=self.sod_mm,
        )

    def as_list(self) -> list[float]:
        """Plain numbers."""
        return list(astuple(self))


def _to(value: float, step: float) -> float:
    return round(value / step) * step


class Emission:
    """Scatter of one beam in one room.

    Parameters
    ----------
    key : BeamKey
    equipment : EquipmentItem
    envelope : PatientEnvelope
        The patient's outline, on whose surface the central ray enters.
    table_below_mm : float
        Table top below the isocentre while the table stands at zero.

    Notes
    -----
    **Model**: the scatter leaves a point 40 mm behind the entrance of the open field's middle ray; shields
    look at that point and at four around it, at 0.35 of the field's side, and take the mean. Scatter from
    walls, collimator, table and detector, and leakage of the tube, are left out. Held by
    ``tests/suite/test_staff.py``.
    """

    def __init__(
        self, key: BeamKey, equipment: EquipmentItem, envelope: PatientEnvelope, table_below_mm: float
    ) -> None:
        self.key = key
        self.floor = Floor(equipment, key.pose, table_below_mm)
        self._envelope = envelope
        pose = key.pose
        u, v = detector_axes(pose)
        half = key.field_mm / 2
        middle = detector_direction(pose) * (pose.sid_mm - pose.sod_mm)
        middle = middle + half * ((key.right - key.left) / 2 * u + (key.bottom - key.top) / 2 * v)
        self.tube_mm = -detector_direction(pose) * pose.sod_mm
        self._ray = (middle - self.tube_mm) / np.linalg.norm(middle - self.tube_mm)
        entry, _ = self._inside(self.tube_mm, self._ray)
        self.centre_mm: Vector = self.tube_mm + self._ray * (entry + CENTRE_MM)
        area = (key.left + key.right) * (key.top + key.bottom) / 4
        side_mm = key.field_mm * float(np.sqrt(max(area, 1e-4))) * pose.sod_mm / pose.sid_mm
        spread = 0.35 * side_mm * (entry + CENTRE_MM) / pose.sod_mm
        offsets = np.array([u * 0, u, -u, v, -v]) * spread
        self.sources_mm: Vector = self.centre_mm + offsets
        crossed = mass_between([self.floor.table()], self.tube_mm[None], self.centre_mm[None])
        self.scatter: Scatter = scatter_of(
            ScatterBeam(
                kv=min(max(key.kv, 40.0), 125.0),
                filter_cu_mm=key.filter_cu_mm,
                rotation_deg=key.rotation_deg,
                angulation_deg=key.angulation_deg,
                path_cm=key.path_cm,
                side_cm=side_mm / 10.0,
                table_g_cm2=round(float(crossed["carbon"][0, 0]), 3),
            )
        )

    def _inside(self, start: Vector, ray: Vector) -> tuple[float, float]:
        """Where a ray enters and leaves the patient's outline, mm along it; its nearest twice on a miss."""
        turn, shift = room_from_patient(self.key.pose)
        body = self._envelope
        origin, way = (start - shift) @ turn, ray @ turn
        a, b = body.half_width_mm, 0.5 * (body.front_mm + body.back_mm)
        x, y = origin[0] / a, (origin[1] - 0.5 * (body.back_mm - body.front_mm)) / b
        p, q = way[0] / a, way[1] / b
        square, cross, rest = p * p + q * q, p * x + q * y, x * x + y * y - 1.0
        if square < 1e-12:
            return 0.0, 0.0
        root = cross * cross - square * rest
        nearest = max(-cross / square, 0.0)
        if root <= 0.0:
            return nearest, nearest
        return max((-cross - np.sqrt(root)) / square, 0.0), max((-cross + np.sqrt(root)) / square, 0.0)

    # ---- scatter ------------------------------------------------------------------------------

    def bins(self, points_mm: Vector, panes: Sequence[Pane]) -> Vector:
        """Dose equivalent behind the panes per photon bin, µSv per Gy cm², shape (n, 26)."""
        offsets = points_mm - self.centre_mm
        arriving = self.scatter.kerma(offsets)[:, None] * self.scatter.spectrum(offsets) * dose_per_kerma()
        masses = mass_between(panes, self.sources_mm, points_mm)
        met = np.flatnonzero(sum(masses.values(), np.zeros(1)).max(axis=0) > 0.0)
        if len(met):
            behind = through({material: mass[:, met] for material, mass in masses.items()})
            arriving[met] *= behind.mean(axis=0)
        return arriving

    def people(self, plan: Plan) -> dict[str, dict[str, float]]:
        """Dose equivalent of everyone per kerma-area product, µSv per Gy cm².

        Keys: ``eye`` (behind glasses), ``neck`` (behind the collar), ``chest`` (behind the apron),
        ``chest_over`` (on it), ``leg`` (behind the apron), ``hand``.
        """
        panes = self.floor.panes(plan.shields)
        places = [body_points(person, self.floor) for person in plan.people]
        points = np.array([one[name] for one in places for name in _UNPROTECTED])
        arriving = self.bins(points, panes).reshape(len(places), len(_UNPROTECTED), -1)
        return {
            person.id: _worn(person, dict(zip(_UNPROTECTED, bins, strict=True)))
            for person, bins in zip(plan.people, arriving, strict=True)
        }

    def hand_in_beam(self, person: Person) -> float:
        """Dose equivalent of a hand in the open field per kerma-area product, µSv per Gy cm²; 0 outside it.

        **Model**: kerma-area product over the field's area at the hand's distance, through the table and
        through water for as long as the straight line runs within the patient's outline.
        """
        hand, key, pose = body_points(person, self.floor)["hand"], self.key, self.key.pose
        u, v = detector_axes(pose)
        line = hand - self.tube_mm
        depth = float(line @ detector_direction(pose))
        if depth <= 100.0 or depth >= pose.sid_mm:
            return 0.0
        half = key.field_mm / 2 * depth / pose.sid_mm
        across, down = float(line @ u) / half, float(line @ v) / half
        if not (-key.left < across < key.right and -key.top < down < key.bottom):
            return 0.0
        far = float(np.linalg.norm(line))
        enters, leaves = self._inside(self.tube_mm, line / far)
        water_cm = max(min(leaves, far) - min(enters, far), 0.0) / 10.0
        table = mass_between([self.floor.table()], self.tube_mm[None], hand[None])["carbon"][0, 0]
        energy = energies_kev()
        kerma = spectrum(min(max(key.kv, 40.0), 125.0), key.filter_cu_mm) * energy * air_mu_en_rho(energy)
        passed = np.exp(-mu_rho("water", energy) * water_cm - mu_rho("carbon", energy) * table)
        dose = np.interp(energy, (np.arange(26) + 0.5) * 5.0, dose_per_kerma())
        area_cm2 = (key.left + key.right) * (key.top + key.bottom) * half * half / 100.0
        return float(1e6 / max(area_cm2, 0.01) * (kerma @ (passed * dose)) / kerma.sum())

    @cached_property
    def isodose_points(self) -> tuple[dict[str, Any], Vector]:
        """The grid of the isodose picture: its measures and the points' plan, x and z, mm."""
        step, columns, rows = 200.0, 28, 27
        x0, z0 = -2700.0, -2900.0
        z, x = np.meshgrid(z0 + step * np.arange(rows), x0 + step * np.arange(columns), indexing="ij")
        about = {"step_mm": step, "rows": rows, "columns": columns, "x0": x0, "z0": z0}
        return about, np.stack([x.ravel(), z.ravel()], axis=1)

    def isodose(self, plan: Plan, height_mm: float, gycm2_h: float) -> dict[str, Any]:
        """Dose equivalent rate on the plan at a height, µSv/h, free in air behind the shields in use."""
        about, at = self.isodose_points
        points = np.stack([at[:, 0], np.full(len(at), ISOCENTRE_MM - height_mm), at[:, 1]], axis=1)
        rate = self.bins(points, self.floor.panes(plan.shields)).sum(axis=1) * gycm2_h
        return {**about, "height_mm": height_mm, "usv_h": [float(f"{value:.3g}") for value in rate]}


def _worn(person: Person, arriving: Mapping[str, Vector]) -> dict[str, float]:
    """Dose of one person behind what they wear."""

    def behind(name: str, item: str, on: bool) -> float:
        bins = arriving[name]
        mass = np.asarray(lead_g_cm2(WORN[item])) if on else np.asarray(0.0)
        return float((bins * through({"lead": mass})).sum())

    eye = float(arriving["eye"].sum())
    if person.glasses:
        eye = GLASSES_GAP * eye + (1 - GLASSES_GAP) * behind("eye", "glasses", True)
    return {
        "eye": eye,
        "neck": behind("neck", "collar", person.collar),
        "chest": behind("chest", "apron", person.apron),
        "chest_over": float(arriving["chest"].sum()),
        "leg": behind("leg", "apron", person.apron),
        "hand": float(arriving["hand"].sum()),
    }
