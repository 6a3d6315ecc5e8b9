"""What the page is told of blood and contrast: parts of the visible state, and what can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

    from .blood import Blood

__all__ = ["offers", "parts"]


def parts(session: Session) -> dict[str, Any]:
    """Parts of the visible state; none where the patient has no vessels."""
    blood = session.blood
    if not session.room.has_vessels:
        return {}
    placed, pressure = blood.placed, None
    if placed is not None:
        site = blood.graph.vessels[placed.tip.vessel].name
        pressure = blood.pressures.show(site, placed.contact)
    return {
        "catheter": None if placed is None else placed.show(blood.graph, blood.desk.limits()),
        "injector": blood.desk.show(),
        "gas": blood.gas.show(session.clock.now_us),
        "contrast": _contrast(session, blood),
        "pressure": pressure,
        "tree_allowed": blood.shows_tree,
        "allowed": blood.allowed.show(),
    }


def offers(session: Session) -> dict[str, Any]:
    """What can be chosen, for whoever joins: told once, beside the parts."""
    desk = session.blood.desk
    if not session.room.has_vessels:
        return {}
    return {"injector": {**desk.show(), **desk.offers()}, "catheters": desk.catheters()}


def _contrast(session: Session, blood: Blood) -> dict[str, Any]:
    """What was given, and what this patient may have."""
    used = sum(blood.desk.used.values())
    limit = session.room.contrast_limit(blood.egfr_ml_min)
    return {
        "used_ml": round(used, 1),
        "iodine_g": round(1e-3 * blood.desk.given_mg, 2),
        "limit_ml": None if limit is None else round(limit.ml),
        "limit_why": "" if limit is None else limit.why,
        "limit_source": "" if limit is None else limit.source,
        "share": None if limit is None else round(used / limit.ml, 3),
        "media": {name: round(ml, 1) for name, ml in blood.desk.used.items()},
        "gas_ml": round(blood.gas.given_ml, 1),
    }
