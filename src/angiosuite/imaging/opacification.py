"""Peak opacification: the darkest that each pixel was while contrast passed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

Image = NDArray[np.float32]


class PeakOpacification:
    """Minimum over time of subtracted frames: the whole vessel tree in one picture.

    Notes
    -----
    **Model**: P(x) = min over t of D(x, t). The minimum of n noisy frames lies below their mean, by 1.0
    deviation for 4 frames and 2.2 for 30; display and map take their level from the median, which takes
    that out.
    """

    def __init__(self) -> None:
        self._peak: Image | None = None
        self.frames = 0
        """Frames that were added."""

    def add(self, diff: Image) -> None:
        """Take in a subtracted frame, float32 (rows, columns)."""
        if self._peak is None:
            self._peak = diff.copy()
        elif self._peak.shape != diff.shape:
            raise WrongUse("Frames differ in size", code="bad-frame", value=list(diff.shape))
        else:
            np.minimum(self._peak, diff, out=self._peak)
        self.frames += 1

    def peak(self) -> Image:
        """The lowest value of each pixel, float32; raises `WrongUse` before the first frame."""
        if self._peak is None:
            raise WrongUse(
                "There is no frame to take the peak of", code="peak-empty", way_out="Add a subtracted frame."
            )
        return self._peak

    def state(self) -> dict[str, NDArray[np.float32]]:
        """Everything that the next peak depends on; nothing before the first frame."""
        if self._peak is None:
            return {}
        return {"peak": self._peak.copy(), "frames": np.array([self.frames], np.float32)}

    def restore(self, state: dict[str, NDArray[np.float32]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._peak = state["peak"].copy() if state else None
        self.frames = int(state["frames"][0]) if state else 0
