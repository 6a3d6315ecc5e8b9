"""What a person may give and ask for; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Choice, Number, OrNone, Text
from angiosuite.suite.command_table import command

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_ID = Text(80)
USUAL_FLUID = "balanced-crystalloid"


@command(
    "drug.give",
    "Give a drug: into a vein (iv) or through the connected catheter (ia)",
    drug=_ID,
    dose=Number(0.01, 100_000.0),
    route=Choice(("iv", "ia"), default="iv"),
    tool=OrNone(_ID),
    over_s=OrNone(Number(1.0, 7200.0, "s")),
)
def _give(session: Session, a: Mapping[str, Any]) -> None:
    session.remedies.give(a["drug"], a["dose"], a["route"], a["tool"], a["over_s"])


@command("drug.measure_act", "Draw blood for an activated clotting time (ACT)")
def _measure(session: Session, a: Mapping[str, Any]) -> None:
    session.remedies.measure_act()


@command(
    "fluid.give",
    "Let fluid run into a vein",
    ml=Number(10.0, 2000.0, "ml", default=500.0),
    fluid=Text(80, default=USUAL_FLUID),
)
def _fluid(session: Session, a: Mapping[str, Any]) -> None:
    session.remedies.give_fluid(a["ml"], a["fluid"])


@command("oxygen.give", "Oxygen to breathe; 0 turns it off", l_min=Number(0.0, 15.0, "l/min"))
def _oxygen(session: Session, a: Mapping[str, Any]) -> None:
    session.remedies.give_oxygen(a["l_min"])


@command("help.call", "Call for help")
def _help(session: Session, a: Mapping[str, Any]) -> None:
    session.remedies.call_help()
