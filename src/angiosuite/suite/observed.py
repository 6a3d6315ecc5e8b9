"""The room as the log has it, 25 times a simulated second: only what changed since the last time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session

WHOLE_US = 10_000_000
"""Interval at which the whole observation is written, so that a reader may begin in the middle."""
VERSION = 2
"""Version of the observation: from this one on, a key that is missing is as it was before."""


class Observed:
    """Remembers what was last written of the room."""

    def __init__(self) -> None:
        self._told: dict[str, Any] = {}
        self._seen: tuple[object, object] = (None, None)

    def changes(self, session: Session) -> dict[str, Any]:
        """What of the room differs from what was last written; all of it every ten seconds."""
        pose, blades = session.gantry.pose, session.collimator.blades
        heart, dose = session.heart, session.picture.dose
        now: dict[str, Any] = {
            "pose": self._told.get("pose") if pose is self._seen[0] else pose.as_dict(),
            "blades": self._told.get("blades") if blades is self._seen[1] else blades.as_dict(),
            "breath_mm": round(session.breathing.dome_mm, 3),
            "heart": [heart.beat, round(heart.phase, 4), round(heart.rate_now_per_min, 2)],
            "dose": [round(dose.kar_mgy, 6), round(dose.pka_ugy_m2, 6), round(dose.fluoroscopy_s, 4)],
        }
        whole = session.clock.now_us % WHOLE_US == 0
        changed = {key: value for key, value in now.items() if whole or self._told.get(key) != value}
        self._told, self._seen = now, (pose, blades)
        return changed

    def state(self) -> dict[str, Any]:
        """What was last written."""
        return dict(self._told)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._told, self._seen = dict(state), (None, None)
