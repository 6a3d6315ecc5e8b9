"""What the log says of a picture, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .outputs import Mode
from .picture import Exposure
from .pose import iso_pixel_mm
from .task_watch import task_watch

if TYPE_CHECKING:
    from .session import Session


def facts_of(
    session: Session, index: int, exposure: Exposure, mode: Mode, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Facts of a picture that is given out now.

    Parameters
    ----------
    session : Session
        As it stands.
    index : int
        Number of the picture.
    exposure : Exposure
        The picture.
    mode : Mode
        What kind it is.
    more : mapping, optional
        Facts that belong to its kind alone.
    """
    field_mm = session.room.field_mm(session.settings)
    moved = session.movement.shift_mm
    facts: dict[str, Any] = {
        "index": index,
        "mode": mode.name.lower(),
        "pose": session.gantry.pose.as_dict(),
        "pixel_mm_iso": round(iso_pixel_mm(session.gantry.pose, field_mm, exposure.rows), 6),
        "size": [exposure.rows, exposure.rows],
        "fov_cm": session.settings.fov_cm,
        "blades": session.collimator.blades.as_dict(),
        "breath_mm": round(session.breathing.dome_mm, 3),
        "cardiac_phase": round(session.heart.phase, 4),
        **({"shift_mm": [round(s, 3) for s in moved]} if any(moved) else {}),
        "quality": session.xrays.quality,
        **exposure.facts,
        **({} if session.phantom is None else {"phantom": session.phantom.title}),
        **(more or {}),
    }
    if mode is Mode.HELD and index - 1 in session.frames_seen:
        shown = session.frames_seen.facts(index - 1)
        facts |= {name: shown[name] for name in ("pose", "pixel_mm_iso", "fov_cm", "blades")}
    judged = task_watch(session).judged(exposure, mode, facts)
    return {**facts, "judged": judged} if judged else facts
