"""What is done with a cava filter, as commands; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Number, Text
from angiosuite.suite.command_table import command

from .filter import Filters

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_TOOL, _VESSEL = Text(20), Text(80)


def _filters(session: Session) -> Filters:
    part = session.treating.parts["filter"]
    assert isinstance(part, Filters)
    return part


@command("filter.load", "Push a filter from the table into a sheath in the patient", tool=_TOOL, into=_TOOL)
def _load(session: Session, a: Mapping[str, Any]) -> None:
    _filters(session).load(a["tool"], a["into"])


@command("filter.open", "Draw the sheath back over the filter")
def _open(session: Session, a: Mapping[str, Any]) -> None:
    _filters(session).open()


@command(
    "filter.clot",
    "Let a clot come loose in a vein: for whoever teaches",
    thick_mm=Number(2.0, 15.0, "mm", default=6.0),
    vessel=_VESSEL,
)
def _clot(session: Session, a: Mapping[str, Any]) -> None:
    _filters(session).clot(a["thick_mm"], a["vessel"])


@command("filter.snare", "Open a snare at a sheath's end and close it", tool=_TOOL, through=_TOOL)
def _snare(session: Session, a: Mapping[str, Any]) -> None:
    _filters(session).snare(a["tool"], a["through"])


@command("filter.pull", "Pull on the snare against the sheath", force_n=Number(1.0, 20.0, "N", default=10.0))
def _pull(session: Session, a: Mapping[str, Any]) -> None:
    _filters(session).pull(a["force_n"])


@command("filter.let_go", "Open the snare and draw it back")
def _let_go(session: Session, a: Mapping[str, Any]) -> None:
    _filters(session).let_go()
