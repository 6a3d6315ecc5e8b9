"""What stents of a session stand in: walls, lumens, plaques, and the harms under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.stent import Stent
from angiosuite.physics.treating.stent import Wall
from angiosuite.suite.instruments.instrument import device_named
from angiosuite.suite.treating.plaques.plaques import Plaques
from angiosuite.suite.treating.site import Site

from .parts import walls_at
from .scaffold import Scaffold

if TYPE_CHECKING:
    from angiosuite.suite.circulation.harms import Harms
    from angiosuite.suite.session import Session

__all__ = ["StentGround", "stent_of"]

Floats = NDArray[np.float64]


def stent_of(part: Catheter) -> Stent:
    """The stent that a catheter brings."""
    assert part.stent is not None
    return part.stent


class StentGround:
    """What a stent bears on, by where it lies.

    Parameters
    ----------
    session : Session
    plaques : Plaques
    """

    def __init__(self, session: Session, plaques: Plaques) -> None:
        self.session, self.plaques = session, plaques

    @property
    def harms(self) -> Harms:
        """What was done to the vessels of the session's patient."""
        return self.session.instruments.aftermath.harms

    def stent(self, one: Scaffold) -> Stent:
        """As the content has it."""
        return stent_of(device_named(self.session.room.content, one.device).catheter)

    def lumen_mm(self, site: Site) -> Floats:
        """Diameter of the lumen at each place without balloons; infinite outside all vessels."""
        found = np.full(len(site.vessels), np.inf)
        for vessel, _, _ in site.stretches():
            here = site.in_vessel(vessel)
            found[here] = self.plaques.lumen_mm(vessel, site.at_mm[here], self.harms)
        return found

    def walls(self, site: Site) -> list[Wall]:
        """What a stent bears on at each place."""
        lumen = self.lumen_mm(site)
        found: list[Wall | None] = [None] * len(site.vessels)
        for vessel, low, high in site.stretches():
            here = np.flatnonzero(site.in_vessel(vessel))
            healthy = self.plaques.healthy_mm(vessel, site.at_mm[here])
            walls = walls_at(healthy, lumen[here], site.at_mm[here], self.plaques.at(vessel, low, high))
            for k, wall in zip(here, walls, strict=True):
                found[int(k)] = wall
        free = walls_at(np.full(1, 1e3), np.full(1, 1e3), np.zeros(1), ())[0]
        return [free if wall is None else wall for wall in found]

    def name(self, vessel: str) -> str:
        """A vessel as it is said within a sentence."""
        if not vessel:
            return "tissue"
        return self.session.blood.graph.vessels[vessel].said
