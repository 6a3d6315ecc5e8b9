"""Commands of the room's plan: where people stand, what they wear, where shields hang."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .arguments import Choice, Flag, Number
from .command_table import command
from .staff import ITEMS, StaffWatch
from .staff_plan import PEOPLE, ROOM_MM, SHIELDS

if TYPE_CHECKING:
    from .session import Session

_X = Number(ROOM_MM[0], ROOM_MM[1], "mm")
_Z = Number(ROOM_MM[2], ROOM_MM[3], "mm")


def staff_watch(session: Session) -> StaffWatch:
    """The staff of a session."""
    watch = session.watchers["staff"]
    assert isinstance(watch, StaffWatch)
    return watch


@command("staff.move", "Send someone to a place in the room", who=Choice(PEOPLE), x_mm=_X, z_mm=_Z)
def _move(session: Session, a: Mapping[str, Any]) -> None:
    staff_watch(session).move(a["who"], a["x_mm"], a["z_mm"])


@command(
    "staff.wear",
    "Put on or take off apron, collar or glasses",
    who=Choice(PEOPLE),
    item=Choice(ITEMS),
    on=Flag(),
)
def _wear(session: Session, a: Mapping[str, Any]) -> None:
    staff_watch(session).wear(a["who"], a["item"], a["on"])


@command(
    "shield.move",
    "Take a shield to a place and turn it",
    shield=Choice(SHIELDS),
    x_mm=_X,
    z_mm=_Z,
    turn_deg=Number(-180.0, 180.0, "deg", default=0.0),
)
def _shield_move(session: Session, a: Mapping[str, Any]) -> None:
    staff_watch(session).move_shield(a["shield"], a["x_mm"], a["z_mm"], a["turn_deg"])


@command("shield.use", "Bring a shield into use or out of the way", shield=Choice(SHIELDS), on=Flag())
def _shield_use(session: Session, a: Mapping[str, Any]) -> None:
    staff_watch(session).use_shield(a["shield"], a["on"])
