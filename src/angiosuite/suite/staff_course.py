"""Who stood where, in what, behind which shields, from the log of a session alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import WrongUse

from .staff_plan import WORN, Plan

BEGUN = "task-begun"
CHANGES = (BEGUN, "staff-moved", "staff-dressed", "shield-moved", "shield-used")
"""Events that change the plan; they tell what came of the commands, gantry included."""

Change = Sequence[Any]
"""``[t_us, name, data]``."""


def begins(task: Path) -> dict[str, Any]:
    """People and shields as a session's task puts them; empty where it says nothing of them."""
    try:
        staff = json.loads(task.read_bytes())["start"]["staff"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(staff) if isinstance(staff, Mapping) else {}


def plan_after(changes: Iterable[Change]) -> Plan:
    """The plan after changes in their order; one that names nobody in the room is passed over.

    Held by ``tests/suite/test_staff_course.py``.
    """
    plan = Plan()
    for _, name, data in changes:
        try:
            plan = _after(plan, name, data)
        except (WrongUse, KeyError, TypeError, ValueError, AttributeError):
            continue  # a file from elsewhere may hold anything
    return plan


def _after(plan: Plan, name: str, data: Mapping[str, Any]) -> Plan:
    if name == BEGUN:
        return plan.begun(data)
    if name == "staff-moved":
        place: dict[str, Any] = {key: float(data[key]) for key in ("x_mm", "z_mm")}
        return plan.with_person(replace(plan.person(data["who"]), **place))
    if name == "staff-dressed":
        worn: dict[str, Any] = {item: bool(data["on"]) for item in WORN if item == data["item"]}
        return plan.with_person(replace(plan.person(data["who"]), **worn))
    if name == "shield-moved":
        there: dict[str, Any] = {key: float(data[key]) for key in ("x_mm", "z_mm", "turn_deg")}
        return plan.with_shield(replace(plan.shield(data["shield"]), **there))
    return plan.with_shield(replace(plan.shield(data["shield"]), up=bool(data["on"])))


def told(plan: Plan, doses: Mapping[str, Any] | None) -> dict[str, Any]:
    """People with what they wear and have had, and shields, in the form of the live state.

    Parameters
    ----------
    plan : Plan
        Who stands where.
    doses : mapping, optional
        The last observation ``staff``, µSv; nobody has had anything before the first.
    """
    had = doses or {}
    nothing = {"eye_usv": 0.0, "chest_usv": 0.0, "hand_usv": 0.0}
    return {
        "people": [
            {
                "id": one.id,
                "x_mm": round(one.x_mm, 1),
                "z_mm": round(one.z_mm, 1),
                "wears": one.wears(),
                "dose": had.get(one.id, nothing),
            }
            for one in plan.people
        ],
        "shields": shields_told(plan),
        "isodose": None,
        "unprotected_s": had.get("unprotected_s", 0.0),
    }


def shields_told(plan: Plan) -> list[dict[str, Any]]:
    """Where the shields hang and which are in use."""
    return [
        {
            "id": one.id,
            "x_mm": round(one.x_mm, 1),
            "z_mm": round(one.z_mm, 1),
            "turn_deg": round(one.turn_deg, 1),
            "up": one.up,
        }
        for one in plan.shields
    ]
