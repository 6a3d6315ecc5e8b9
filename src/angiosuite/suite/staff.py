"""The staff in the room, followed pulse by pulse: dose of each, rate, isodose picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.room_scatter import table

from .pose import Pose
from .staff_course import shields_told
from .staff_dose import BeamKey, Emission
from .staff_plan import HEIGHTS_MM, NEAR_MM, WORN, Floor, Plan
from .watchers import Arrays, Plain, PulseTaken, watcher

if TYPE_CHECKING:
    from .session import Session

SPREAD_US = 500_000
"""While X-rays are on, pulses reach the doses at most once in this time, microseconds."""
PLACES = ("eye", "neck", "chest", "chest_over", "leg", "hand")
_KEPT_BEAMS = 24
_UGY_M2_PER_GYCM2 = 100.0


@watcher
class StaffWatch:
    """Follows the dose of the people in one room.

    Pulses of equal beams are added up and reach the doses twice a second, before anything on the plan
    changes, and when X-rays go off. Held by ``tests/suite/test_staff.py``.
    """

    name = "staff"

    def __init__(self, session: Session) -> None:
        table()  # read once a process, before the first pulse
        self._session = session
        self.plan = Plan()
        self._doses = {one.id: dict.fromkeys(PLACES, 0.0) for one in self.plan.people}
        self._unprotected_s = 0.0
        self._pending: dict[BeamKey, float] = {}
        self._last: BeamKey | None = None
        self._gycm2_h = 0.0
        self._is_on = False
        self._spread_us = 0
        self._told_hands: list[str] = []
        self._stood: Pose | None = None
        self._emissions: dict[BeamKey, Emission] = {}
        self._factors: dict[BeamKey, dict[str, dict[str, float]]] = {}
        self._part: Plain | None = None
        self._isodose: Plain | None = None

    # ---- pulses -------------------------------------------------------------------------------

    def pulse(self, pulse: PulseTaken) -> None:
        """A pulse was made."""
        self._step_aside(pulse.pose)
        key, gycm2 = BeamKey.of(pulse), pulse.pka_ugy_m2 / _UGY_M2_PER_GYCM2
        self._pending[key] = self._pending.get(key, 0.0) + gycm2
        if pulse.interval_s > 0.0:
            self._gycm2_h = gycm2 / pulse.interval_s * 3600.0
            if any(not p.apron and np.hypot(p.x_mm, p.z_mm) < NEAR_MM for p in self.plan.people):
                self._unprotected_s += pulse.interval_s
        if key != self._last:
            self._last, self._isodose = key, None
        self._is_on = True
        if pulse.t_us >= self._spread_us:
            self._spread_us = pulse.t_us + SPREAD_US
            self._spread()

    def beam_off(self) -> Mapping[str, Any] | None:
        """X-rays went off: cumulative dose of everyone, µSv."""
        self._spread()
        self._is_on, self._spread_us, self._told_hands = False, 0, []
        told: Plain = {who: _told(dose) for who, dose in self._doses.items()}
        told["unprotected_s"] = round(self._unprotected_s, 4)
        return told

    def _emission(self, key: BeamKey) -> Emission:
        if key not in self._emissions:
            room = self._session.room
            if len(self._emissions) >= _KEPT_BEAMS:
                self._emissions.clear()
                self._factors.clear()
            self._emissions[key] = Emission(key, room.equipment, room.envelope, room.table_below_mm)
        return self._emissions[key]

    def _per_gycm2(self, key: BeamKey) -> dict[str, dict[str, float]]:
        emission = self._emission(key)
        if key not in self._factors:
            self._factors[key] = emission.people(self.plan)
        return self._factors[key]

    def _spread(self) -> None:
        """Bring what was added up to the doses."""
        for key, gycm2 in self._pending.items():
            factors, emission = self._per_gycm2(key), self._emission(key)
            for person in self.plan.people:
                dose = self._doses[person.id]
                for place, per in factors[person.id].items():
                    dose[place] += per * gycm2
                direct = emission.hand_in_beam(person)
                if direct > 0.0:
                    dose["hand"] += direct * gycm2
                    self._tell_hand(person.id)
        self._pending.clear()
        self._part = None

    def _tell_hand(self, who: str) -> None:
        if who not in self._told_hands:
            self._told_hands.append(who)
            self._session.event("hand-in-beam", {"who": who}, f"The {who}'s hand is in the beam")

    def _step_aside(self, pose: Pose) -> None:
        """People give way to gantry and table that have moved onto them."""
        if pose == self._stood:
            return
        self._stood = pose
        floor = self._floor(pose)
        for person in self.plan.people:
            if floor.what_is_at(person.x_mm, person.z_mm) is not None:
                x, z = floor.free_beside(person.x_mm, person.z_mm)
                self._place(person.id, x, z, "gantry")

    def _floor(self, pose: Pose | None = None) -> Floor:
        session = self._session
        return Floor(session.room.equipment, pose or session.gantry.pose, session.room.table_below_mm)

    # ---- what is done -------------------------------------------------------------------------

    def begin(self, given: Mapping[str, Any]) -> None:
        """People and shields stand as a task says: ``people`` and ``shields`` by id, what is named of each.

        Raises
        ------
        WrongUse
            When someone or something is not in the room.
        """
        self._change(lambda plan: plan.begun(given))
        self._stood = None
        self._step_aside(self._session.gantry.pose)

    def move(self, who: str, x_mm: float, z_mm: float) -> None:
        """Someone goes to a place of the plan; `WrongUse` where table, gantry or wall is."""
        self._floor().checked("staff.move", x_mm, z_mm)
        self._place(who, x_mm, z_mm, "asked")

    def _place(self, who: str, x_mm: float, z_mm: float, why: str) -> None:
        self._change(lambda plan: plan.with_person(replace(plan.person(who), x_mm=x_mm, z_mm=z_mm)))
        data = {"who": who, "x_mm": round(x_mm, 1), "z_mm": round(z_mm, 1), "why": why}
        text = "steps aside" if why == "gantry" else "moves"
        self._session.event("staff-moved", data, f"The {who} {text}")

    def wear(self, who: str, item: str, on: bool) -> None:
        """Someone puts something on or takes it off."""
        worn: dict[str, Any] = {item: on}
        self._change(lambda plan: plan.with_person(replace(plan.person(who), **worn)))
        verb = "puts on" if on else "takes off"
        thing = "the glasses" if item == "glasses" else f"the {item}"
        self._session.event(
            "staff-dressed", {"who": who, "item": item, "on": on}, f"The {who} {verb} {thing}"
        )

    def move_shield(self, name: str, x_mm: float, z_mm: float, turn_deg: float) -> None:
        """A shield is taken to a place; one that stands on the floor needs a free one."""
        if name == "mobile-screen":
            self._floor().checked("shield.move", x_mm, z_mm)
        there: dict[str, Any] = {"x_mm": x_mm, "z_mm": z_mm, "turn_deg": turn_deg}
        self._change(lambda plan: plan.with_shield(replace(plan.shield(name), **there)))
        facts = {key: round(value, 1) for key, value in there.items()}
        self._session.event("shield-moved", {"shield": name, **facts}, f"{_title(name)} moved")

    def use_shield(self, name: str, on: bool) -> None:
        """A shield is brought into use or out of the way."""
        self._change(lambda plan: plan.with_shield(replace(plan.shield(name), up=on)))
        text = f"{_title(name)} in use" if on else f"{_title(name)} out of the way"
        self._session.event("shield-used", {"shield": name, "on": on}, text)

    def _change(self, change: Callable[[Plan], Plan]) -> None:
        """Change the plan; what was radiated before counts for the plan before."""
        plan = change(self.plan)
        self._spread()
        if plan.shields != self.plan.shields:
            self._isodose = None
        self.plan = plan
        self._factors.clear()
        self._part = None

    # ---- out ----------------------------------------------------------------------------------

    def part(self) -> Mapping[str, Any]:
        """Its part of the visible state."""
        if self._part is None:
            self._part = {
                "people": [self._person(one.id) for one in self.plan.people],
                "shields": shields_told(self.plan),
                "isodose": self._shown_isodose(),
                "unprotected_s": round(self._unprotected_s, 2),
            }
        return self._part

    def _person(self, who: str) -> Plain:
        person = self.plan.person(who)
        factors: Mapping[str, float] = {}
        if self._is_on and self._last is not None:
            factors = self._per_gycm2(self._last)[who]
        return {
            "id": who,
            "x_mm": round(person.x_mm, 1),
            "z_mm": round(person.z_mm, 1),
            "wears": person.wears(),
            "dose": _told(self._doses[who]),
            "rate": {
                f"{place}_usv_h": float(f"{factors.get(place, 0.0) * self._gycm2_h:.3g}") for place in PLACES
            },
        }

    def _shown_isodose(self) -> Plain | None:
        if self._isodose is None and self._last is not None and self._gycm2_h > 0.0:
            emission = self._emission(self._last)
            self._isodose = emission.isodose(self.plan, HEIGHTS_MM["eye"], self._gycm2_h)
        return self._isodose

    def state(self) -> tuple[Plain, Arrays]:
        """Everything that its next answers depend on."""
        plain: Plain = {
            "plan": self.plan.as_dict(),
            "doses": {who: dict(dose) for who, dose in self._doses.items()},
            "unprotected_s": self._unprotected_s,
            "pending": [[key.as_list(), gycm2] for key, gycm2 in self._pending.items()],
            "last": None if self._last is None else self._last.as_list(),
            "gycm2_h": self._gycm2_h,
            "is_on": self._is_on,
            "spread_us": self._spread_us,
            "told_hands": list(self._told_hands),
            "stood": None if self._stood is None else self._stood.as_exact(),
        }
        return plain, {}

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.plan = Plan.of(plain["plan"])
        self._doses = {who: dict(dose) for who, dose in plain["doses"].items()}
        self._unprotected_s = plain["unprotected_s"]
        self._pending = {BeamKey(*key): gycm2 for key, gycm2 in plain["pending"]}
        self._last = None if plain["last"] is None else BeamKey(*plain["last"])
        self._gycm2_h, self._is_on = plain["gycm2_h"], plain["is_on"]
        self._spread_us, self._told_hands = plain["spread_us"], list(plain["told_hands"])
        self._stood = None if plain["stood"] is None else Pose(**plain["stood"])
        self._emissions.clear()
        self._factors.clear()
        self._part = self._isodose = None


def _told(dose: Mapping[str, float]) -> dict[str, float]:
    """Doses for page and log, µSv."""
    return {f"{place}_usv": round(dose[place], 5) for place in PLACES}


def _title(shield: str) -> str:
    return shield.replace("-", " ").capitalize()


ITEMS = tuple(WORN)
"""What can be worn."""
