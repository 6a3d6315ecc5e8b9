"""How beam and patient stood to each other at the last pulse: whether a picture may use what was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .moment import Moment
from .pose import Pose

__all__ = ["Stance"]


class Stance:
    """The pose and the patient's place at the last pulse of a session."""

    def __init__(self) -> None:
        self._last: tuple[Pose, tuple[float, float, float]] | None = None

    def seen_from(self, pose: Pose, moment: Moment) -> Moment:
        """The moment of a pulse, which knows whether all stands as at the pulse before."""
        now = pose, moment.shift_mm
        stands, self._last = self._last == now, now
        return replace(moment, stands=stands)

    def state(self) -> dict[str, Any] | None:
        """Plain values, exact; None before the first pulse."""
        return None if self._last is None else {"pose": self._last[0].as_exact(), "shift_mm": self._last[1]}

    def restore(self, state: Mapping[str, Any] | None) -> None:
        """Return to a state taken by :meth:`state`."""
        self._last = None
        if state is not None:
            x, y, z = state["shift_mm"]
            self._last = Pose(**state["pose"]), (x, y, z)
