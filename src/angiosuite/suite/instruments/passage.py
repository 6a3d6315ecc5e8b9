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
BACK_MM, LEAST_MM, FREE_MM = 1.0, 0.3, 5.0
"""A tip that is drawn back so far from its hole, and is no deeper in the wall than this, is in the lumen;
so far, it is whatever the wall says."""
BEFORE_MM, AHEAD_MM, PACE_MM = 5.0, 5.0, 1.0
"""A track begins so far before its hole and is held open so far before the tip; between its points."""


@dataclass(slots=True)
class Passage:
    """A hole in a wall that a chain runs through, and the track that its tip has made beyond.

    Parameters
    ----------
    track_mm : list of float64 (3,)
        Where the tip has been, with the wall at rest, LPS mm: a point in the vessel, the hole, and what lies
        beyond.

    Notes
    -----
    **Model** nodes beyond the hole are held by soft tissue instead of the wall (`Walls.let_through`): aside
    of the track that the tip has made it gives like a spring, along it it drags on what slides. A tip that
    is pushed makes its track longer, one that is drawn back leaves no track before it. Nodes before the hole
    lie in the vessel as ever. The tip that comes back through the hole ends the passage: from then on the
    wall is whole to it, though the hole still bleeds. What a tip needs to cut tissue is not shown.
    **Source** drag and stiffness of tissue: needles, 0.01 to 0.03 N/mm at 18 gauge, and foundations of 5 to
    30 kPa (from memory, draft).
    **Valid for** some centimetres in fat and muscle: other organs are not there. Held by
    ``tests/suite/instruments/test_passage.py``.
    """

    track_mm: list[Floats]

    @property
    def hole_mm(self) -> Floats:
        """The hole's place with the wall at rest, (3,)."""
        return self.track_mm[1]

    @classmethod
    def at_tip(cls, chain: Chain) -> Passage:
        """A hole where the foremost tip is."""
        hole, way = _tip(chain)
        return cls([hole - BEFORE_MM * way, hole])

    def enter(self, chain: Chain, walls: Walls, feed_mm: float) -> None:
        """A step begins in which the foremost tool is fed so far: walls and tissue are told."""
        tip, way = self._follow(chain)
        ahead = tip + AHEAD_MM * way if self._at(chain) < chain.nodes - 1 else self.hole_mm + AHEAD_MM * way
        walls.let_through(self.hole_mm, np.array([*self.track_mm, ahead]), float(chain.outer_mm.max()))
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
        if self._at(chain) < chain.nodes - 1 - 1e-6:
            return True
        tip, _ = _tip(chain)
        back = float(np.linalg.norm(tip - self.hole_mm))
        gap, _ = walls.bricks.gaps(tip[None])
        return back < (BACK_MM if gap[0] - chain.outer_mm[-1] > -LEAST_MM else FREE_MM)

    def is_before(self, chain: Chain, inserted_mm: float) -> bool:
        """Whether what reaches so far beyond the clamp has come to the hole or beyond it."""
        at = self._at(chain)
        return bool(inserted_mm >= np.interp(at, np.arange(chain.nodes), chain.arc_mm) - 1e-6)

    def _follow(self, chain: Chain) -> tuple[Floats, Floats]:
        """The track goes as far as the tip and no farther; the tip, and where it points."""
        tip, way = _tip(chain)
        track = self.track_mm
        while len(track) > 2 and (tip - track[-1]) @ (track[-1] - track[-2]) < 0.0:
            track.pop()
        if (tip - track[-1]) @ (track[-1] - track[-2]) > 0.0 and np.linalg.norm(tip - track[-1]) > PACE_MM:
            track.append(tip)
        return tip, way

    def _at(self, chain: Chain) -> float:
        return crossing(chain.x - chain.shift, self.hole_mm)


def _tip(chain: Chain) -> tuple[Floats, Floats]:
    """Where the foremost tip lies with its wall at rest, and where it points, (3,) each."""
    rest = chain.x[-2:] - chain.shift[-1:]
    way = rest[1] - rest[0]
    return rest[1], way / np.linalg.norm(way)
