"""The strip of stored pictures, and the one of them that the reference monitor shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from angiosuite.kit.errors import WrongUse

if TYPE_CHECKING:
    from .session import Session


def store_last(session: Session) -> None:
    """Put the last picture into the strip."""
    if session.last_frame is None:
        raise WrongUse("There is no picture to store", code="nothing-to-store", way_out="Make one first.")
    held = session.frames_seen.facts(session.last_frame)["mode"] == "held"
    store(session, session.last_frame, "fluoro", "Held image" if held else "Fluoroscopy")


def store(session: Session, index: int, kind: str, label: str) -> None:
    """Put a picture into the strip."""
    if any(item["index"] == index for item in session.stored):
        return
    facts = session.frames_seen.facts(index)
    item = {
        "index": index,
        "t_us": session.clock.now_us,
        "kind": kind,
        "label": label,
        "pose": facts["pose"],
        "pixel_mm_iso": facts["pixel_mm_iso"],
        **({"phantom": facts["phantom"]} if "phantom" in facts else {}),
    }
    session.stored = [*session.stored, item]
    session.event("image-stored", {"index": index, "kind": kind}, f"{label} stored")


def unstore(session: Session, index: int) -> None:
    """Take a picture out of the strip; its file stays."""
    session.stored = [item for item in session.stored if item["index"] != index]
    if session.reference == index:
        session.reference = None


def set_reference(session: Session, index: int) -> None:
    """Show a picture on the reference monitor."""
    session.frames_seen.facts(index)
    session.reference = index
