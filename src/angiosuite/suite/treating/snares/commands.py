"""What a person may do with a snare on what was lost; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Number, Text
from angiosuite.suite.command_table import command

from .snare import Snaring

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_TOOL = Text(20)


def _part(session: Session) -> Snaring:
    part = session.treating.parts["snare"]
    assert isinstance(part, Snaring)
    return part


@command("snare.open", "Bring a snare through a sheath and open its loop", tool=_TOOL, through=_TOOL)
def _open(session: Session, a: Mapping[str, Any]) -> None:
    _part(session).open(a["tool"], a["through"])


@command("snare.close", "Draw the loop shut")
def _close(session: Session, a: Mapping[str, Any]) -> None:
    _part(session).close()


@command(
    "snare.pull",
    "Pull what the loop holds into the sheath",
    force_n=Number(0.5, 20.0, "N", default=5.0),
)
def _pull(session: Session, a: Mapping[str, Any]) -> None:
    _part(session).pull(a["force_n"])


@command("snare.let_go", "Open the loop and draw the snare out")
def _let_go(session: Session, a: Mapping[str, Any]) -> None:
    _part(session).let_go()
