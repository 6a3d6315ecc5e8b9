"""What a person may do with agents that embolise; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Choice, Number, Text
from angiosuite.suite.command_table import command

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_ID = Text(80)


@command(
    "agent.prepare",
    "Draw an agent up: particles with contrast, glue with oil",
    device=_ID,
    contrast_ml=Number(0.0, 200.0, "ml", default=None),
    medium=Text(80, default=None),
    oil_parts=Number(0.0, 20.0, default=None),
)
def _prepare(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.agents.prepare(a["device"], a["contrast_ml"], a["medium"], a["oil_parts"])


@command(
    "agent.inject",
    "Inject what was drawn up through the connected catheter",
    syringe=Number(1, 1000, whole=True, default=None),
    ml=Number(0.05, 50.0, "ml", default=1.0),
    rate_ml_s=Number(0.02, 6.0, "ml/s", default=0.5),
    pieces=Number(1, 10, whole=True, default=1),
)
def _inject(session: Session, a: Mapping[str, Any]) -> None:
    syringe = a["syringe"]
    number = None if syringe is None else int(syringe)
    session.treating.agents.inject(number, a["ml"], a["rate_ml_s"], int(a["pieces"]))


@command(
    "agent.flush",
    "Flush the catheter by hand, with dextrose before and behind glue",
    ml=Number(0.2, 20.0, "ml", default=2.0),
    fluid=Choice(("saline", "dextrose"), default="saline"),
)
def _flush(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.agents.flush(a["ml"], a["fluid"])


@command("agent.stop", "Stop pushing what is given by hand")
def _stop(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.agents.stop()
