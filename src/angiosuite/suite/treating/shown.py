"""What the page is told of treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["parts"]


def parts(session: Session) -> dict[str, Any]:
    """Part of the visible state; none where the patient has no vessels."""
    return {"treating": session.treating.show()} if session.room.has_vessels else {}
