"""Last image hold: what stays on the monitor when the pedal is released."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]


class LastImageHold:
    """Averages the last few frames of one view, so that the held image is calmer than the live one.

    Parameters
    ----------
    frames : int
        How many frames are averaged at most.
    """

    def __init__(self, frames: int = 4) -> None:
        self._frames: deque[Image] = deque(maxlen=frames)
        self._view: bytes | None = None

    def add(self, frame: Image, view: bytes) -> None:
        """Remember a frame; another view (bytes that name geometry and field) forgets the older ones."""
        if view != self._view:
            self._frames.clear()
            self._view = view
        self._frames.append(frame)

    def clear(self) -> None:
        """Forget everything."""
        self._frames.clear()
        self._view = None

    @property
    def count(self) -> int:
        """Frames that the held image is made of."""
        return len(self._frames)

    def image(self) -> Image | None:
        """Mean of the remembered frames, float32, or None before the first."""
        if not self._frames:
            return None
        return np.mean(np.stack(list(self._frames)), axis=0, dtype=np.float32)

    def state(self) -> dict[str, Any]:
        """Everything that the next held image depends on."""
        return {"frames": [f.copy() for f in self._frames], "view": self._view}

    def restore(self, state: dict[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._frames.clear()
        self._frames.extend(state["frames"])
        self._view = state["view"]
