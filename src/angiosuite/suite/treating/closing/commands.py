"""How a puncture is closed, as commands; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.suite.arguments import Number, Text
from angiosuite.suite.command_table import command

from .closing import Closing

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_ACCESS = Text(80)
_TOOL = Text(20)
MOST_SHARE = 1.5


def _closing(session: Session) -> Closing:
    part = session.treating.parts["closing"]
    assert isinstance(part, Closing)
    return part


@command(
    "closing.remove_sheath",
    "Take the sheath out of an access; a hand may press at once, with a share of the mean pressure",
    access=_ACCESS,
    share=Number(0.0, MOST_SHARE, default=0.0),
)
def _remove_sheath(session: Session, a: Mapping[str, Any]) -> None:
    _closing(session).remove_sheath(a["access"], a["share"])


@command(
    "closing.press",
    "Press on a puncture, with a share of the mean pressure: 0.6 stops a hole, 1 the artery too",
    access=_ACCESS,
    share=Number(0.05, MOST_SHARE, default=0.8),
)
def _press(session: Session, a: Mapping[str, Any]) -> None:
    _closing(session).press(a["access"], a["share"])


@command("closing.release", "Take the hand off a puncture", access=_ACCESS)
def _release(session: Session, a: Mapping[str, Any]) -> None:
    _closing(session).release(a["access"])


@command(
    "closing.device",
    "Close a puncture with a device from the table as the sheath comes out, or lay a pad under the hand",
    tool=_TOOL,
    access=_ACCESS,
)
def _device(session: Session, a: Mapping[str, Any]) -> None:
    _closing(session).device(a["tool"], a["access"])
