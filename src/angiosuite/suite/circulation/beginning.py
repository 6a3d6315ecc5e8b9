"""How blood, catheter and injector stand when a task begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.content.lesion import LesionItem
from angiosuite.kit.errors import RefusedInput, did_you_mean
from angiosuite.suite.instruments.access import ACCESSES
from angiosuite.suite.instruments.begun_harm import begin_harm

from .catheter import catheter_named
from .gas_desk import MEDIUM as GAS

if TYPE_CHECKING:
    from angiosuite.content.loader import Library
    from angiosuite.suite.room import Room
    from angiosuite.suite.session import Session

__all__ = ["PARTS", "begin_blood", "check_blood"]

Plain = Mapping[str, Any]
PARTS: Mapping[str, tuple[str, ...]] = {
    "": (
        "egfr_ml_min",
        "variants",
        "lesions",
        "catheter",
        "injector",
        "devices",
        "media",
        "vessels",
        "tree",
        "harms",
        "lost_percent",
        "filters",
        "clots",
        "accesses",
    ),
    "variants": ("site", "variant"),
    "lesions": ("lesion", "vessel", "percent_along", "from_wall_mm", "bed", "numbers"),
    "catheter": ("device", "vessel", "percent_along", "tip", "fixed"),
    "harms": ("kind", "vessel", "percent_along"),
    "injector": ("medium", "filled_ml", "air", "warmed"),
    "filters": ("device", "vessel", "at_mm", "tilt_deg", "days", "clot_mm"),
    "clots": ("vessel", "thick_mm", "after_s"),
}
"""Members of a start's blood and of its parts."""
FLUSHED = 3
"""Flushes after which a gas syringe holds no air to speak of."""


def check_blood(start: Plain, room: Room) -> None:
    """Refuse blood that this content and patient cannot have; nothing is grown for it."""
    _members(start, "")
    for part in ("variants", "lesions", "harms", "filters", "clots"):
        for entry in start.get(part) or []:
            _members(entry, part)
    catheter, injector = start.get("catheter"), start.get("injector")
    if not room.has_vessels:
        raise RefusedInput(
            "This patient has no vessels",
            code="no-vessels",
            where=room.patient_id,
            way_out="Choose a built-in patient, or import a CT with contrast.",
        )
    for name in start.get("devices") or ():
        _known(room.content, "devices", name)
    for name in start.get("media") or ():
        _known(room.content, "contrast", name)
    for lesion in start.get("lesions") or ():
        _known(room.content, "lesions", lesion["lesion"])
    for one in start.get("filters") or ():
        _known(room.content, "devices", one["device"])
    for name in start.get("accesses") or ():
        if name not in ACCESSES:
            raise RefusedInput(
                f"There is no access '{name}'",
                code="access-not-known",
                where="task.start.blood.accesses",
                value=name,
                way_out=did_you_mean(name, ACCESSES) or f"Known: {', '.join(ACCESSES)}.",
            )
    if catheter is not None:
        _members(catheter, "catheter")
        catheter_named(room.content, catheter["device"])
    if injector is not None:
        _members(injector, "injector")
        if injector.get("medium") is not None:
            _known(room.content, "contrast", injector["medium"])


def begin_blood(session: Session, start: Plain) -> None:
    """Make the patient, put the catheter down and fill the injector, as a task has it."""
    blood = session.blood
    lesions = []
    for told in start.get("lesions") or ():
        item = session.room.content.get("lesions", told["lesion"]).item
        assert isinstance(item, LesionItem)
        lesions.append(item.plain(session.seed, told))
    blood.begin(
        variants={one["site"]: one["variant"] for one in start.get("variants") or ()},
        lesions=lesions,
        egfr_ml_min=start.get("egfr_ml_min"),
    )
    for harm in start.get("harms") or ():
        begin_harm(session, harm["kind"], harm["vessel"], float(harm["percent_along"]))
    if (lost_percent := start.get("lost_percent")) is not None:
        _lose(session, 0.01 * float(lost_percent))
    session.treating.filters.begin(start.get("filters") or (), start.get("clots") or ())
    if (catheter := start.get("catheter")) is not None:
        _place(session, catheter)
    if (injector := start.get("injector")) is not None:
        _fill(session, injector)
    if start.get("tree") is not None:
        blood.shows_tree = bool(start["tree"])


def _lose(session: Session, share: float) -> None:
    """Blood that was lost before the person came."""
    session.blood.begin_flow()
    lost_ml = session.blood.blood.lose(share)
    session.event("blood-lost-before", {"ml": round(lost_ml)}, f"About {lost_ml:.0f} ml of blood are lost")


def _place(session: Session, catheter: Plain) -> None:
    blood = session.blood
    vessel = blood.patient.drawn.vessels.get(catheter["vessel"])
    if vessel is None:
        raise RefusedInput(
            "This patient has not got the vessel that the task's catheter lies in",
            code="vessel-unknown",
            where="task.start.blood.catheter",
            value=catheter["vessel"],
            way_out="Choose another patient.",
        )
    at_mm = 0.01 * float(catheter["percent_along"]) * vessel.length_mm
    blood.place(catheter["device"], vessel.id, at_mm, catheter.get("tip"))


def _fill(session: Session, told: Plain) -> None:
    blood = session.blood
    medium, ml, air = told.get("medium"), told.get("filled_ml"), told.get("air")
    if medium == GAS:
        blood.gas.syringe.fill(100.0 if ml is None else float(ml), 0 if air == "air" else FLUSHED)
        return
    if medium is None or ml == 0:
        return
    desk = blood.desk
    desk.fill(medium, bool(told.get("warmed", True)))
    injector = desk.injector
    if air != "air":
        injector.purge(1.0)
    if air == "clear":
        injector.check()
    if ml is not None:
        injector.fill_ml = min(float(ml), injector.limits.syringe_ml)


def _members(entry: Plain, part: str) -> None:
    for name in entry:
        if name not in PARTS[part]:
            raise RefusedInput(
                f"No member '{name}' is known here",
                code="task-unfit",
                where=f"task.start.blood{'.' if part else ''}{part}.{name}",
                value=str(entry[name])[:80],
                way_out=did_you_mean(str(name), PARTS[part]) or f"Known: {', '.join(PARTS[part])}.",
            )


def _known(content: Library, kind: str, name: str) -> None:
    content.get(kind, name)
