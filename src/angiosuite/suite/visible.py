"""What of a session is shown: every part of the page's state, read from the session and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from angiosuite.physics.physiology.breathing import BreathState

from .circulation import shown as blood_shown
from .instruments import shown as instruments_shown
from .remedies import shown as remedies_shown
from .treating import shown as treating_shown

if TYPE_CHECKING:
    from .session import Session


def parts(session: Session) -> dict[str, Any]:
    """Top-level parts of the visible state, plain JSON values; a change of one is told as a patch."""
    s, blades = session.settings, session.collimator.blades
    return {
        "pose": {**session.gantry.pose.as_dict(), "blocked": session.gantry.blocked},
        "exposure": {**s.as_dict(), **session.room.offers(), "high_level": session.pedals.high_level},
        "technique": session.picture.technique_state(),
        "collimator": {**blades.as_dict(), "area": round(blades.area_fraction, 4)},
        "wedges": [wedge.as_dict() for wedge in session.collimator.wedges.values()],
        "xray": {
            "on": session.xrays.is_on,
            "pedal": session.pedals.down,
            "latched": session.pedals.latched,
            "locked": "paused" if session.paused else None,
        },
        "dose": session.dose_state(),
        "display": s.display_dict(),
        "poses": [{"slot": slot, "pose": pose.as_dict()} for slot, pose in session.gantry.stored.items()],
        "stored": session.stored,
        "reference": session.reference,
        "marks": session.marks.items,
        "breath": {"state": BreathState(session.breathing.state_now).name.lower()},
        "governor": {"quality": session.quality, "reason": session.quality_reason},
        **session.xrays.show(session.clock.now_us),
        **session.watchers.parts(),
        **blood_shown.parts(session),
        **instruments_shown.parts(session),
        **remedies_shown.parts(session),
        **treating_shown.parts(session),
        "phantom": _phantom(session),
        "patient_motion": {"restless": session.movement.restless},
        "paused": session.paused,
        "last_frame": session.last_frame,
    }


def snapshot(session: Session) -> dict[str, Any]:
    """The whole visible state, for whoever joins."""
    return {
        **parts(session),
        **blood_shown.offers(session),
        **remedies_shown.offers(session),
        "session": session.room.describe(session.folder),
        "phantoms": session.room.phantoms,
        "limits": {name: [axis.low, axis.high] for name, axis in session.room.gantry.axes.items()},
        "envelope": session.room.envelope_dict(),
        "events": session.events,
        "vitals": session.monitor.show(session.heart, session.breathing, session.blood.pressures),
        "time": {"sim_us": session.clock.now_us, "speed": round(session.speed, 2)},
    }


def _phantom(session: Session) -> dict[str, Any] | None:
    phantom = session.phantom
    return None if phantom is None else {"id": phantom.id, "title": phantom.title, "notice": phantom.notice}
