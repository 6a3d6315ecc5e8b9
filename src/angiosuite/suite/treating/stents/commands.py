"""What a person may do with a stent that opens itself; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Number, Text
from angiosuite.suite.command_table import command

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []


@command(
    "stent.draw-back",
    "Draw the sleeve of a self-expanding stent back by so much, or push it on again",
    tool=Text(20),
    mm=Number(-300.0, 300.0, "mm"),
)
def _draw_back(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.stents.draw_back(a["tool"], a["mm"])
