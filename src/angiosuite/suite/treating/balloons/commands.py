"""What a person may do with a balloon; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Number, Text
from angiosuite.suite.command_table import command

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_TOOL = Text(20)


@command("balloon.prepare", "Draw the air out of a balloon and fill its lumen with contrast", tool=_TOOL)
def _prepare(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.balloons.prepare(a["tool"])


@command(
    "balloon.inflate",
    "Turn the inflator to a pressure",
    tool=_TOOL,
    atm=Number(0.0, 45.0, "atm"),
)
def _inflate(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.balloons.inflate(a["tool"], a["atm"])


@command("balloon.deflate", "Pull the inflator back to vacuum", tool=_TOOL)
def _deflate(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.balloons.deflate(a["tool"])
