"""What a person may do with coils and plugs; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Number, OrNone, Text
from angiosuite.suite.command_table import command

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_TOOL = Text(20)


@command(
    "coil.load",
    "Bring a coil or plug from the table into the hub of a catheter",
    tool=_TOOL,
    through=OrNone(_TOOL),
)
def _load(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.coils.load(a["tool"], a["through"])


@command(
    "coil.push",
    "Push a coil or plug on while a key is held; draw back what still hangs on its pusher",
    mm_s=Number(-100.0, 100.0, "mm/s", default=0.0),
)
def _push(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.coils.push(a["mm_s"])


@command("coil.detach", "Let a detachable coil or a plug go")
def _detach(session: Session, a: Mapping[str, Any]) -> None:
    session.treating.coils.detach()
