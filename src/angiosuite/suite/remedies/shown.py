"""What the page is told of remedies: a part of the visible state, and what can be given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .dosing import Given, drugs_of

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["offers", "parts"]

LAST = 6
FLUID_STEP_ML = 10.0


def parts(session: Session) -> dict[str, Any]:
    """Part of the visible state; none where the patient has no vessels."""
    if not session.room.has_vessels:
        return {}
    mine, now_us = session.remedies, session.clock.now_us
    last = mine.clotting_times.last
    return {
        "remedies": {
            "act": None if last is None else {"act_s": round(last.read_s), "drawn_us": last.drawn_us},
            "act_waits": len(mine.clotting_times.waiting),
            "fluid_ml": FLUID_STEP_ML * round(mine.fluids.given_ml / FLUID_STEP_ML),
            "fluid_waits_ml": FLUID_STEP_ML * -(-mine.fluids.waiting_ml // FLUID_STEP_ML),
            "oxygen_l_min": mine.oxygen_l_min,
            "running": [{"drug": one.drug, "dose": one.dose} for one in mine.running],
            "given": [
                {"drug": one.drug, "dose": one.dose, "route": one.route, "t_us": one.t_us}
                for one in mine.given[-LAST:]
            ],
            "sums": _sums(mine.given),
            "help": mine.senior.show(now_us),
            "said": list(mine.said),
        }
    }


def _sums(given: Iterable[Given]) -> dict[str, float]:
    """All doses of each drug added up."""
    sums: dict[str, float] = {}
    for one in given:
        sums[one.drug] = sums.get(one.drug, 0.0) + one.dose
    return sums


def offers(session: Session) -> dict[str, Any]:
    """What can be given, for whoever joins: told once, beside the part."""
    if not session.room.has_vessels:
        return {}
    drugs = [
        {
            "id": item.id,
            "title": item.title,
            "acts": item.acts,
            "unit": item.unit,
            "routes": list(item.routes),
            "doses": list(item.doses),
            "note": item.note,
            "draft": item.quality == "draft",
        }
        for item in drugs_of(session.room.content)
    ]
    return {"remedies": {**parts(session)["remedies"], "drugs": drugs}}
