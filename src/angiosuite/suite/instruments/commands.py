"""What a person may do with instruments; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from math import radians
from typing import TYPE_CHECKING, Any

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.arguments import Flag, Number, OrNone, Text
from angiosuite.suite.command_table import command

from .stack import Lying

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_ID = Text(80)
_TOOL = Text(20)
MOST_QUEUED_MM, MOST_QUEUED_DEG = 400.0, 1440.0
"""What a hand has yet to do: more is not kept."""


@command("instrument.pick", "Take a device from the cupboard onto the table", device=_ID)
def _pick(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.pick(a["device"])


@command("instrument.return", "Put an instrument away", tool=_TOOL)
def _return(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.put_back(a["tool"])


@command("instrument.flush", "Flush the lumen of an instrument with saline", tool=_TOOL)
def _flush(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.flush(a["tool"])


@command(
    "instrument.aspirate",
    "Draw back at the hub of a catheter",
    tool=_TOOL,
    ml=Number(0.5, 20.0, "ml", default=3.0),
)
def _aspirate(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.aspirate(a["tool"], a["ml"])


@command("instrument.wet", "Wet the coat of an instrument", tool=_TOOL)
def _wet(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.wet(a["tool"])


@command(
    "instrument.shape",
    "Shape the tip of a wire",
    tool=_TOOL,
    angle_deg=Number(0.0, 180.0, "deg"),
    length_mm=Number(1.0, 30.0, "mm"),
)
def _shape(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.shape(a["tool"], a["angle_deg"], a["length_mm"])


@command(
    "instrument.load",
    "Bring an instrument into the patient: into the innermost lumen, or over another",
    tool=_TOOL,
    access=_ID,
    over=OrNone(_TOOL),
)
def _load(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.load(a["tool"], a["access"], a["over"])


@command(
    "instrument.drive",
    "Advance and turn an instrument while a key or stick is held",
    tool=_TOOL,
    mm_s=Number(-100.0, 100.0, "mm/s", default=0.0),
    deg_s=Number(-720.0, 720.0, "deg/s", default=0.0),
)
def _drive(session: Session, a: Mapping[str, Any]) -> None:
    one = session.instruments.hand(a["tool"])
    one.goal_mm = None
    one.mm_s, one.rad_s = a["mm_s"], radians(_gripped(one, a["deg_s"]))


@command(
    "instrument.move",
    "Advance and turn an instrument by so much",
    tool=_TOOL,
    mm=Number(-100.0, 100.0, "mm", default=0.0),
    deg=Number(-720.0, 720.0, "deg", default=0.0),
)
def _move(session: Session, a: Mapping[str, Any]) -> None:
    one = session.instruments.hand(a["tool"])
    most, turn = MOST_QUEUED_MM, radians(MOST_QUEUED_DEG)
    one.queued_mm = max(-most, min(most, one.queued_mm + a["mm"]))
    one.queued_rad = max(-turn, min(turn, one.queued_rad + radians(_gripped(one, a["deg"]))))


@command("instrument.pin", "Hold an instrument where it is while something else moves", tool=_TOOL, on=Flag())
def _pin(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.hand(a["tool"]).pinned = a["on"]


@command("instrument.torquer", "Clamp a torque device on a wire, or loosen it", tool=_TOOL, on=Flag())
def _torquer(session: Session, a: Mapping[str, Any]) -> None:
    one = session.instruments.hand(a["tool"])
    if one.instrument.is_tube:
        raise WrongUse(
            "A torque device grips a wire",
            code="not-a-wire",
            value=a["tool"],
            way_out="Turn the tube at its hub.",
        )
    one.torquer = a["on"]


@command(
    "instrument.goal",
    "Go on until the tip is so deep beyond the sheath",
    tool=_TOOL,
    depth_mm=Number(-200.0, 2000.0, "mm"),
    mm_s=Number(1.0, 100.0, "mm/s", default=30.0),
)
def _goal(session: Session, a: Mapping[str, Any]) -> None:
    one = session.instruments.hand(a["tool"])
    one.goal_mm, one.mm_s = a["depth_mm"], a["mm_s"]


@command("instrument.remove", "Draw an instrument out", tool=_TOOL)
def _remove(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.remove(a["tool"])


@command("access.sheath", "Change the sheath of an access for one from the table", access=_ID, tool=_TOOL)
def _sheath(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.change_sheath(a["access"], a["tool"])


@command("instrument.connect", "Connect injector and pressure line to a catheter's hub", tool=_TOOL)
def _connect(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.connect(a["tool"])


@command("instrument.halt", "All hands come off")
def _halt(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.halt()
    session.treating.halt()


@command("instrument.aid", "Show in words where each tip is", on=Flag())
def _aid(session: Session, a: Mapping[str, Any]) -> None:
    session.instruments.set_aid(a["on"])


THIN_MM = 0.6
BARE_SHARE = 0.4
"""What of a turn fingers bring onto a thin wire without a torque device (own choice; draft)."""


def _gripped(one: Lying, degrees: float) -> float:
    """What of a turn comes onto an instrument: thin wires slip between bare fingers."""
    slips = not one.instrument.is_tube and not one.torquer and one.instrument.thickness_mm < THIN_MM
    return degrees * (BARE_SHARE if slips else 1.0)
