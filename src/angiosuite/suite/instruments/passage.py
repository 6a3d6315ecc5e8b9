"""A passage: a tip that has gone through the wall of a vessel lies in soft tissue until it is drawn back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.walls import crossing

if TYPE_CHECKING:
    from angiosuite.physics.rods.walls import Walls

__all__ = ["Passage"]

Floats = NDArray[np.float64]

TISSUE_N_MM2 = 0.016
"""Drag of soft tissue a mm of what slides in it and mm of its thickness: 0.02 N/mm on needles of 18 gauge."""
FULL_MM = 0.05
"""Feed of one step from which that is whole: it has no edge where a hand turns back."""
BACK_MM, LEAST_MM = 1.0, 0.3
"""A tip that is drawn back so far from its hole, and is no deeper in the wall than this, is in the lumen."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A hole in a wall that a chain runs through.

    Parameters
    ----------
    hole_mm : tuple of float
        Its place with the wall at rest, LPS mm.

    Notes
    -----
    **Model** nodes beyond the hole are held by soft tissue instead of the wall (`Walls.let_through`), which
    also drags on what slides in it; those before it lie in the vessel as ever. The tip that comes back to
    the hole ends the passage: from then on the wall is whole to it, though the hole still bleeds.
    **Source** drag and stiffness of tissue: needles, 0.01 to 0.03 N/mm at 18 gauge, and foundations of 5 to
    30 kPa (from memory, draft).
    **Valid for** some centimetres in fat and muscle: other organs are not there. Held by
    ``tests/suite/instruments/test_passage.py``.
    """

    hole_mm: tuple[float, float, float]

    @classmethod
    def at_tip(cls, chain: Chain) -> Passage:
        """A hole where the foremost tip is."""
        last = chain.nodes - 1
        x, y, z = (chain.x[last] - chain.shift[last]).tolist()
        return cls((x, y, z))

    def enter(self, chain: Chain, walls: Walls, feed_mm: float) -> None:
        """A step begins in which the foremost tool is fed so far: walls and tissue are told."""
        walls.let_through(np.array(self.hole_mm))
        first = max(int(np.ceil(self._at(chain))), 1)
        thick = np.array([2.0 * tool.outer_mm for tool in chain.tools])[chain.skin[first:]]
        drag = TISSUE_N_MM2 * thick * np.diff(chain.arc_mm)[first - 1 :]
        part = float(np.clip(feed_mm / FULL_MM, -1.0, 1.0))
        chain.load[:first] = 0.0
        chain.load[first:] = -part * drag[:, None] * chain.tangent[first - 1 : -1]

    def leave(self, chain: Chain, walls: Walls) -> bool:
        """The step ends; whether the tip is still out."""
        walls.let_through(None)
        chain.load[:] = 0.0
        last = chain.nodes - 1
        if self._at(chain) < last - 1e-6 or chain.gap_mm[last] < -LEAST_MM:
            return True
        back = float(np.linalg.norm(chain.x[last] - chain.shift[last] - self.hole_mm))
        return back < BACK_MM

    def is_before(self, chain: Chain, inserted_mm: float) -> bool:
        """Whether what reaches so far beyond the clamp has come to the hole or beyond it."""
        at = self._at(chain)
        return bool(inserted_mm >= np.interp(at, np.arange(chain.nodes), chain.arc_mm) - 1e-6)

    def _at(self, chain: Chain) -> float:
        return crossing(chain.x - chain.shift, np.array(self.hole_mm))
