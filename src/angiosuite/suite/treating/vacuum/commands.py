"""What a person may do with a vacuum; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import OrNone, Text
from angiosuite.suite.command_table import command

from .aspiration import Aspirating

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_TOOL = Text(20)


def _part(session: Session) -> Aspirating:
    part = session.treating.parts["aspiration"]
    assert isinstance(part, Aspirating)
    return part


@command(
    "aspiration.start",
    "Open the tap between a pump or syringe on the table and a catheter in the patient",
    tool=_TOOL,
    through=OrNone(_TOOL),
)
def _start(session: Session, a: Mapping[str, Any]) -> None:
    _part(session).start(a["tool"], a["through"])


@command("aspiration.stop", "Close the tap: the vacuum is gone")
def _stop(session: Session, a: Mapping[str, Any]) -> None:
    _part(session).stop()
