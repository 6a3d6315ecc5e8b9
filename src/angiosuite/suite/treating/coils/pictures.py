"""Tells pictures of the coils and plugs of one session: where walls are now, in true loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.coil import Coil
from angiosuite.content.plug import Plug
from angiosuite.physics.xray.instrument_shadow import Drawn
from angiosuite.suite.instruments.seen import ToolSeen

from .delivery import Delivery
from .implant import Implant
from .seen import MARKER_MM, coil_make, marker_make, mesh_make, plug_course
from .tube import DeliveryTube

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["CoilPictures"]

Floats = NDArray[np.float64]


class CoilPictures:
    """Draws what was let go and what is being delivered.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** the strand's own nodes, moved as the wall of the vessel that each lies in has moved; what is in
    a catheter runs along its course. Metal displaces blood of no contrast: there is next to none in a pack.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[str, Drawn] = {}
        self._marker = marker_make()
        self._known: dict[str, tuple[bytes, list[ToolSeen]]] = {}

    def tools(
        self, implants: Sequence[Implant], one: Delivery | None, tube: DeliveryTube | None
    ) -> list[ToolSeen]:
        """Everything that a picture shows."""
        found: list[ToolSeen] = []
        for implant in implants:
            found += self._coil(implant) if implant.strand is not None else self._plug(implant)
        if one is not None and tube is not None:
            found += self._within(one, tube)
        return found

    def _coil(self, one: Implant) -> list[ToolSeen]:
        strand, coil = one.strand, one.part
        assert strand is not None and isinstance(coil, Coil)
        free = strand.free
        if free < 2:
            return []
        x = strand.x[:free]
        of, at = one.lumen.places(x, strand.seg[:free])
        points = self._moved(x, [one.lumen.vessels[int(k)] for k in of], at)
        if not one.is_free:
            points = np.vstack([points, points[-1] + strand.tip_mm - x[-1]])
            if np.linalg.norm(points[-1] - points[-2]) < 0.05:
                points = points[:-1]
        return self._kept(one.name, points[::-1], self._make(one.device.id, coil))

    def _plug(self, one: Implant) -> list[ToolSeen]:
        plug = one.part
        assert isinstance(plug, Plug)
        if one.span_mm[1] - one.span_mm[0] < 2.0:
            return []
        line = self._session.blood.graph.vessels[one.vessel]
        middle, at = plug_course(line.points_mm, line.arc_mm, one.span_mm)
        points = self._moved(middle, [one.vessel] * len(at), at)
        radius = np.interp(at, line.arc_mm, line.radius_mm)
        make, found = self._make(one.device.id, plug), []
        for k, wire in enumerate(one.plug_outline(points, radius)):
            found += self._kept(f"{one.name}/{k}", wire, make)
        count = max(int(MARKER_MM / 0.5), 1) + 1
        found += self._kept(f"{one.name}/near", points[:count], self._marker)
        found += self._kept(f"{one.name}/far", points[-count:], self._marker)
        return found

    def _within(self, one: Delivery, tube: DeliveryTube) -> list[ToolSeen]:
        """What lies in the catheter, in the patient."""
        course = tube.course_mm
        arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(course, axis=0), axis=1))])
        ahead = min(one.in_mm, tube.length_mm)
        behind = min(max(one.in_mm - one.length_mm, 0.0), tube.length_mm)
        first, last = arc[-1] - (tube.length_mm - behind), arc[-1] - (tube.length_mm - ahead)
        first = max(first, 0.0)
        if last - first < 1.0:
            return []
        at = np.linspace(first, last, max(int((last - first) / 2.0), 3))
        points = np.stack([np.interp(at, arc, course[:, c]) for c in range(3)], axis=1)
        part = one.part
        return self._kept("within", points, self._make(one.device.id, part))

    def _make(self, device: str, part: Coil | Plug) -> Drawn:
        if device not in self._made:
            self._made[device] = coil_make(part) if isinstance(part, Coil) else mesh_make(part)
        return self._made[device]

    def _moved(self, x: Floats, vessels: Sequence[str], at_mm: Floats) -> Floats:
        """Points at rest where they are now."""
        points = np.array(x, np.float64)
        for vessel in dict.fromkeys(vessels):
            mine = np.array([name == vessel for name in vessels])
            points[mine] += self._session.instruments.moved_mm(vessel, at_mm[mine], x[mine])
        return points

    def _kept(self, name: str, points: Floats, make: Drawn) -> list[ToolSeen]:
        """The same object while nothing moves."""
        key = np.asarray(points, np.float32).tobytes()
        known = self._known.get(name)
        if known is None or known[0] != key:
            known = self._known[name] = key, [ToolSeen(points, make)]
        return known[1]
