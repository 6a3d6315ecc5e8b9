"""Stents of a session as pictures show them: struts and markers where the walls are now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.stent import Stent
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.lie import points_now

from .drawn import marker_make, markers_mm, strut_make, struts_mm
from .scaffold import Scaffold

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["StentSeen"]

Floats = NDArray[np.float64]
CLOSE_MM = 1.0
"""A stent that is narrower than its vessel by more than this lies where its catheter ran."""

SAME_MM = 0.05
"""Places of a stent that are closer than this, where vessels fork, are one."""
LEAST_PLACES = 3
"""Fewer open places than this show nothing yet."""


class StentSeen:
    """Draws stents; one that neither moved nor changed is the same object again.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[str, tuple[bytes, list[ToolSeen]]] = {}

    def tools(self, one: Scaffold, stent: Stent) -> list[ToolSeen]:
        """Struts and markers of what is open of a stent."""
        known = np.array([bool(vessel) for vessel in one.site.vessels])
        here = np.flatnonzero(one.is_open & known)
        if len(here) < LEAST_PLACES:
            return []
        vessels = [one.site.vessels[k] for k in here]
        at, wide = one.site.at_mm[here], one.width_mm[here]
        lumen = self._lumen_mm(vessels, at)
        off = np.clip((lumen - wide - CLOSE_MM) / CLOSE_MM, 0.0, 1.0)
        middle = points_now(self._session, vessels, at, (one.site.rest_mm[here], off))
        apart = np.concatenate([[True], np.linalg.norm(np.diff(middle, axis=0), axis=1) > SAME_MM])
        here, middle = here[apart], _smooth(middle[apart])
        key = middle.astype(np.float32).tobytes() + one.width_mm[here].astype(np.float32).tobytes()
        made = self._made.get(one.name)
        if made is None or made[0] != key:
            width = one.width_mm[here]
            struts = ToolSeen(
                struts_mm(middle, width, stent), strut_make(stent.material, stent.strut_mm), is_straight=True
            )
            marks = [
                ToolSeen(points, marker_make(), is_straight=True)
                for points in markers_mm(middle, width, stent)
            ]
            made = self._made[one.name] = key, [struts, *marks]
        return made[1]

    def _lumen_mm(self, vessels: Sequence[str], at_mm: Floats) -> Floats:
        """Diameter of the vessels without their lesions."""
        graph, found = self._session.blood.patient.plumbed, np.empty(len(at_mm))
        for vessel in dict.fromkeys(vessels):
            mine = np.array([one == vessel for one in vessels])
            line = graph.vessels[vessel]
            found[mine] = 2.0 * np.interp(at_mm[mine], line.arc_mm, line.radius_mm)
        return found


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A middle line without the kinks of a fork: each point the mean of its neighbours and itself."""
    if len(points) < 5:
        return points
    inner = (points[:-4] + points[1:-3] + points[2:-2] + points[3:-1] + points[4:]) / 5.0
    return np.concatenate([points[:2], inner, points[-2:]])
