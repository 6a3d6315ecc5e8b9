"""When a session keeps its state, and how much of it: a light one at least every ten seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.kit import clock as ticks

if TYPE_CHECKING:
    from .session import Session

LIGHT_US = ticks.CHECKPOINT_US - ticks.BEAM_CHECKPOINT_US
"""A checkpoint with images gets a light companion once the last light one is as old as this, microseconds."""
LEFT_OUT = "without_images"
"""Fact of a companion in the log: enough to branch from, not to go on with the same pictures."""


class Checkpoints:
    """The checkpoints of one session.

    Parameters
    ----------
    session : Session
        The session that they are of.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._light_us = -ticks.CHECKPOINT_US
        self.next_us = 0
        """When the next one is due, microseconds."""

    def soon(self) -> None:
        """X-rays begin: the next one comes earlier."""
        self.next_us = min(self.next_us, self._session.clock.now_us + ticks.BEAM_CHECKPOINT_US)

    def restored(self) -> None:
        """The session was brought to one."""
        self.next_us = self._session.clock.now_us + ticks.CHECKPOINT_US

    def take(self) -> None:
        """Keep everything that the next step depends on.

        Arrays of watchers have a slash in their names and are small. All others are images: of those
        checkpoints only a few stay, so that one without images is kept beside them.
        """
        session, now = self._session, self._session.clock.now_us
        calm = session.pedals.down is None or session.pictures != "all"
        self.next_us = now + (ticks.CHECKPOINT_US if calm else ticks.BEAM_CHECKPOINT_US)
        if session.folder is None or session.silent or session.log is None:
            return
        state, arrays = session.state()
        small = {name: array for name, array in arrays.items() if "/" in name}
        light = len(small) == len(arrays)
        if light or now - self._light_us >= LIGHT_US:
            self._light_us = now
            kept = state if light else without_images(state)
            name = session.folder.write_checkpoint(now, kept, small)
            more = {} if light else {LEFT_OUT: True}
            session.write("checkpoint", name, {"file": name, "frames": session.frame_count, **more})
        if not light:
            name = session.folder.write_checkpoint(now, state, arrays)
            session.write("checkpoint", name, {"file": name, "frames": session.frame_count})
        session.log.sync()


def without_images(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state less what stands on images: a roadmap, and the view that panel and display know."""
    xrays = state["xrays"]
    roadmap = {k: v for k, v in xrays["roadmap"].items() if k not in ("roadmap", "rows", "vessels")}
    picture = {**state["picture"], "readout": None}
    return {**state, "xrays": {**xrays, "roadmap": roadmap}, "picture": picture}
