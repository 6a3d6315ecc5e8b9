"""What a session keeps of itself: everything that its next step depends on, and the way back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .settings import Settings

if TYPE_CHECKING:
    from .session import Session

__all__ = ["restore", "state_of"]


def state_of(session: Session) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plain values and arrays that the next step of a session depends on."""
    picture_state, arrays = session.picture.state(session.clock.now_us)
    xrays_state, more = session.xrays.state()
    watchers_state, kept = session.watchers.state()
    blood_state, flowing = session.blood.state()
    instruments_state, rods = session.instruments.state()
    remedies_state, drugs = session.remedies.state()
    treating_state, treated = session.treating.state()
    arrays |= more | flowing | rods | drugs | treated
    state = {
        "now_us": session.clock.now_us,
        "pictures": session.pictures,
        "observed": session.observed.state(),
        "gantry": session.gantry.state(),
        "collimator": session.collimator.state(),
        "pedals": session.pedals.state(),
        "breathing": session.breathing.state().tolist(),
        "heart": session.heart.state().tolist(),
        "settings": session.settings.as_exact(),
        "marks": session.marks.state(),
        "paused": session.paused,
        "quality": [session.quality, session.quality_reason],
        "stored": session.stored,
        "reference": session.reference,
        "events": session.events,
        "frames": [session.frame_count, session.last_frame],
        "xrays": xrays_state,
        "movement": session.movement.state().tolist(),
        "phantom": None if session.phantom is None else session.phantom.id,
        "picture": picture_state,
        "watchers": watchers_state,
        "blood": blood_state,
        "instruments": instruments_state,
        "remedies": remedies_state,
        "treating": treating_state,
    }
    return state, arrays | kept


def restore(session: Session, state: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Bring a session to a state taken by :func:`state_of`.

    What an older version did not write stays as it is.
    """
    state = {**state_of(session)[0], **state}
    session.clock.now_us, session.pictures = state["now_us"], state["pictures"]
    session.observed.restore(state["observed"])
    session.gantry.restore(state["gantry"])
    session.collimator.restore(state["collimator"])
    session.pedals.restore(state["pedals"])
    session.breathing.restore(state["breathing"])
    session.heart.restore(state["heart"])
    session.settings = Settings(**state["settings"])
    session.marks.restore(state["marks"])
    session.paused = state["paused"]
    session.quality, session.quality_reason = state["quality"]
    session.stored, session.reference, session.events = state["stored"], state["reference"], state["events"]
    session.frame_count, session.last_frame = state["frames"]
    tools = session.instruments
    session.blood.restore_patient(state["blood"])
    session.treating.restore_walls(state["treating"])
    tools.restore(state["instruments"], arrays)
    session.blood.restore(
        state["blood"],
        arrays,
        harms=lambda: tools.restore_harms(state["instruments"], arrays),
        column_of=tools.lumens.of.get,
    )
    session.remedies.restore(state["remedies"], arrays)
    session.treating.restore(state["treating"], arrays)
    session.picture.restore(state["picture"], arrays, session.room.phantom)
    session.movement.restore(np.asarray(state["movement"]))
    session.xrays.restore(state["xrays"], arrays)
    session.watchers.restore(state["watchers"], arrays)
    session.phantom = None if state["phantom"] is None else session.room.phantom(state["phantom"])
