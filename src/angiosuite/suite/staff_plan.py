"""Who stands where in the room, in what, and which shields hang: the plan that hands change.

The plan's axes are the room's: the isocentre is the origin, x points to the patient's left, z to the head; a
height is above the floor. All lengths are mm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.equipment import EquipmentItem
from angiosuite.kit.errors import WrongUse, did_you_mean
from angiosuite.physics.xray.shields import Pane, lead_g_cm2

from .pose import Pose, detector_axes, detector_direction, room_from_patient

Vector = NDArray[np.float64]

ISOCENTRE_MM = 1070.0
"""Height of the isocentre; own choice, near that of present machines."""
ROOM_MM = (-2800.0, 2800.0, -3000.0, 2400.0)
"""Walls: least and greatest x, least and greatest z; own choice, a room of 5.6 by 5.4 m."""
PERSON_MM = 200.0
"""Half of what a standing person takes of the floor."""
TABLE_HEAD_MM = 950.0
"""From the isocentre to the table's head end while the table stands at zero; own choice."""
NEAR_MM = 2000.0
"""Within this distance of the isocentre, on the plan, everyone wears an apron."""
HEIGHTS_MM: Mapping[str, float] = {"eye": 1650.0, "neck": 1450.0, "chest": 1300.0, "leg": 500.0}
"""Heights of body points of a standing adult; own choice."""
WORN: Mapping[str, float] = {"apron": 0.35, "collar": 0.35, "glasses": 0.5}
"""Lead of what can be worn, mm; 0.25 to 0.5 mm aprons and collars, 0.35 to 0.75 mm glasses are sold."""


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff: place on the plan and what they wear."""

    id: str
    x_mm: float
    z_mm: float
    apron: bool = True
    collar: bool = True
    glasses: bool = False

    def wears(self) -> dict[str, Any]:
        """What they wear, for page and log."""
        return {
            "apron_mm_pb": WORN["apron"] if self.apron else 0.0,
            "collar": self.collar,
            "glasses": self.glasses,
        }


@dataclass(frozen=True, slots=True)
class Shield:
    """One shield: place, turn (0 along the table, its head end to the left positive), in use or away."""

    id: str
    x_mm: float
    z_mm: float
    turn_deg: float
    up: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A shield's measures: length on the plan, lower and upper edge, lead."""

    length_mm: float
    low_mm: float
    high_mm: float
    lead_mm: float


_SHEETS: Mapping[str, _Sheet] = {
    "ceiling-screen": _Sheet(760.0, 1240.0, 1850.0, 0.5),
    "table-skirt": _Sheet(800.0, 150.0, 0.0, 0.5),
    "mobile-screen": _Sheet(800.0, 50.0, 1900.0, 1.0),
}
"""Own choice within makers' usual sizes; the skirt hangs from the table's top."""

_PEOPLE = (
    Person("operator", -470.0, -380.0),
    Person("assistant", -470.0, -950.0),
    Person("nurse", 650.0, 1500.0),
)
_SHIELDS = (
    Shield("ceiling-screen", -250.0, -200.0, -40.0, False),
    Shield("table-skirt", -230.0, -300.0, 0.0, True),
    Shield("mobile-screen", -1700.0, 1200.0, 0.0, False),
)
PEOPLE = tuple(one.id for one in _PEOPLE)
SHIELDS = tuple(one.id for one in _SHIELDS)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everyone and every shield."""

    people: tuple[Person, ...] = _PEOPLE
    shields: tuple[Shield, ...] = _SHIELDS

    def person(self, who: str) -> Person:
        """By name."""
        return _named(self.people, who, "staff")

    def shield(self, name: str) -> Shield:
        """By name."""
        return _named(self.shields, name, "staff")

    def with_person(self, person: Person) -> Plan:
        """The plan with one person changed."""
        return replace(self, people=tuple(person if p.id == person.id else p for p in self.people))

    def with_shield(self, shield: Shield) -> Plan:
        """The plan with one shield changed."""
        return replace(self, shields=tuple(shield if s.id == shield.id else s for s in self.shields))

    def begun(self, given: Mapping[str, Any]) -> Plan:
        """The plan as a task says: people's places and clothing, shields' places; the rest as it is."""
        plan = self
        for entry in given.get("people") or ():
            worn = entry.get("wears") or {}
            changes: dict[str, Any] = {k: bool(v) for k, v in worn.items() if k in WORN and v is not None}
            plan = plan.with_person(replace(plan.person(entry["id"]), **changes, **_places(entry)))
        for entry in given.get("shields") or ():
            use: dict[str, Any] = {} if entry.get("up") is None else {"up": bool(entry["up"])}
            plan = plan.with_shield(replace(plan.shield(entry["id"]), **use, **_places(entry)))
        return plan

    def as_dict(self) -> dict[str, Any]:
        """Plain values, exact, for checkpoints."""
        return {
            "people": [[p.id, p.x_mm, p.z_mm, p.apron, p.collar, p.glasses] for p in self.people],
            "shields": [[s.id, s.x_mm, s.z_mm, s.turn_deg, s.up] for s in self.shields],
        }

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Plan:
        """The plan that :meth:`as_dict` made plain."""
        return cls(
            tuple(Person(*one) for one in state["people"]), tuple(Shield(*one) for one in state["shields"])
        )


One = TypeVar("One", Person, Shield)


def _named(all_of: Sequence[One], name: str, where: str) -> One:
    for one in all_of:
        if one.id == name:
            return one
    known = [one.id for one in all_of]
    raise WrongUse(
        f"'{name}' is not in the room",
        code="staff-unknown",
        where=where,
        value=name,
        way_out=did_you_mean(name, known) or f"There are {', '.join(known)}.",
    )


def _places(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = ("x_mm", "z_mm", "turn_deg")
    return {name: float(entry[name]) for name in names if entry.get(name) is not None}


@dataclass(frozen=True, slots=True)
class Floor:
    """What of the floor is free: walls, table and gantry of one machine in one pose.

    Attributes
    ----------
    equipment : EquipmentItem
    pose : Pose
    table_below_mm : float
        Table top below the isocentre while the table stands at zero.
    """

    equipment: EquipmentItem
    pose: Pose
    table_below_mm: float = field(default=150.0)

    @property
    def table_top_mm(self) -> float:
        """Height of the table's top."""
        return ISOCENTRE_MM - self.table_below_mm + self.pose.table_y_mm

    @property
    def table_mm(self) -> tuple[float, float, float, float]:
        """The table's edges on the plan: least and greatest x, least and greatest z."""
        half, head = self.equipment.table.top_width_mm / 2, TABLE_HEAD_MM + self.pose.table_z_mm
        x = self.pose.table_x_mm
        return x - half, x + half, head - self.equipment.table.top_length_mm, head

    def what_is_at(self, x_mm: float, z_mm: float) -> str | None:
        """What a person would stand in, or None where the floor is free."""
        x0, x1, z0, z1 = ROOM_MM
        if not (x0 + PERSON_MM <= x_mm <= x1 - PERSON_MM and z0 + PERSON_MM <= z_mm <= z1 - PERSON_MM):
            return "wall"
        a, b, c, d = self.table_mm
        if a - PERSON_MM < x_mm < b + PERSON_MM and c - PERSON_MM < z_mm < d + PERSON_MM:
            return "table"
        housing, towards = self.equipment.gantry.housing, detector_direction(self.pose)
        tube, detector = -towards * self.pose.sod_mm, towards * (self.pose.sid_mm - self.pose.sod_mm)
        if np.hypot(x_mm - tube[0], z_mm - tube[2]) < housing.tube_radius_mm + PERSON_MM:
            return "tube"
        if np.hypot(x_mm - detector[0], z_mm - detector[2]) < housing.detector_radius_mm + PERSON_MM:
            return "detector"
        return None

    def free_beside(self, x_mm: float, z_mm: float) -> tuple[float, float]:
        """The nearest free place straight away from the table; the place itself where it is free."""
        side = -1.0 if x_mm < self.pose.table_x_mm else 1.0
        for step in range(80):
            x = x_mm + side * 50.0 * step
            if self.what_is_at(x, z_mm) is None:
                return x, z_mm
        return side * 1600.0, z_mm

    def checked(self, what: str, x_mm: float, z_mm: float) -> None:
        """Refuse a place that is taken."""
        taken = self.what_is_at(x_mm, z_mm)
        if taken is not None:
            raise WrongUse(
                f"The {taken} is there",
                code="place-taken",
                where=what,
                value=[round(x_mm), round(z_mm)],
                way_out="Stand beside table and gantry, inside the room.",
            )

    def panes(self, shields: Iterable[Shield]) -> list[Pane]:
        """Everything flat that weakens scatter: table, image receptor, shields in use; room axes, y down."""
        return [self.table(), self._receptor(), *(self._pane(one) for one in shields if one.up)]

    def table(self) -> Pane:
        """The table top with its mattress, as carbon."""
        t, turn = self.equipment.table, room_from_patient(self.pose)[0]
        mass = t.top_thickness_mm / 10 * t.carbon_g_cm3 + t.pad_mm / 10 * t.pad_g_cm3
        head = TABLE_HEAD_MM - t.top_length_mm / 2
        p = self.pose
        middle = turn @ np.array([p.table_x_mm, self.table_below_mm - p.table_y_mm, p.table_z_mm + head])
        across = turn @ np.array([t.top_width_mm / 2, 0.0, 0.0])
        along = turn @ np.array([0.0, 0.0, t.top_length_mm / 2])
        return Pane(middle, across, along, "carbon", mass)

    def _receptor(self) -> Pane:
        """The image receptor; its housing and backing count as 2 mm of lead.

        It shields the head: measured by a detector behind a hanging screen (Health Phys. 101 Suppl. 3:S135,
        2011: "The image receptor functioned as an effective shield against scatter").
        """
        d = self.equipment.detector
        u, v = detector_axes(self.pose)
        centre = detector_direction(self.pose) * (self.pose.sid_mm - self.pose.sod_mm)
        return Pane(centre, u * (d.width_mm / 2 + 30), v * (d.height_mm / 2 + 30), "lead", lead_g_cm2(2.0))

    def _pane(self, shield: Shield) -> Pane:
        sheet, (left, right, foot, head) = _SHEETS[shield.id], self.table_mm
        low, high = sheet.low_mm, sheet.high_mm
        x, z, turn = shield.x_mm, shield.z_mm, np.deg2rad(shield.turn_deg)
        if shield.id == "table-skirt":
            x, turn, high = left if x < self.pose.table_x_mm else right, 0.0, self.table_top_mm
            z = min(max(z, foot + sheet.length_mm / 2), head - sheet.length_mm / 2)
        centre = np.array([x, ISOCENTRE_MM - (low + high) / 2, z])
        across = np.array([np.sin(turn), 0.0, np.cos(turn)]) * sheet.length_mm / 2
        along = np.array([0.0, (high - low) / 2, 0.0])
        return Pane(centre, across, along, "lead", lead_g_cm2(sheet.lead_mm))


def body_points(person: Person, floor: Floor) -> dict[str, Vector]:
    """Places of eye, neck, chest, leg and hand in room axes, mm.

    The hand lies at the table's edge, 100 mm over its top and up to 450 mm from the body; away from the table
    it hangs at 900 mm.
    """
    found = {
        name: np.array([person.x_mm, ISOCENTRE_MM - height, person.z_mm])
        for name, height in HEIGHTS_MM.items()
    }
    left, right, foot, head = floor.table_mm
    x = min(max(person.x_mm, left + 40.0), right - 40.0)
    z = min(max(person.z_mm, foot), head)
    reach = np.hypot(x - person.x_mm, z - person.z_mm)
    if reach <= 450.0:
        found["hand"] = np.array([x, ISOCENTRE_MM - floor.table_top_mm - 100.0, z])
    else:
        found["hand"] = np.array([person.x_mm, ISOCENTRE_MM - 900.0, person.z_mm])
    return found
