"""All that hands have led into a patient, as a picture shows it: where it lies, and in what blood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.suite.circulation.lumen_places import LumenPlaces
from angiosuite.suite.circulation.seen import BloodSeen

from .access import Access
from .drawn import drawn_of
from .instrument import device_named
from .seen import InstrumentsSeen, ToolSeen
from .stack import Lying, Stack

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

    from .instruments import Instruments

__all__ = ["Pictured"]

Floats = NDArray[np.float64]
Course = tuple[NDArray[np.int32], Floats]

OUTSIDE_MM = 1.0
"""Deeper in a wall than this, a node lies outside the vessel and displaces no contrast."""
SEEN_MM = 0.1
"""A vessel that is nowhere pushed aside by more is drawn where it lies."""


class Pictured:
    """Tells pictures of the instruments of one session.

    Parameters
    ----------
    session : Session
    instruments : Instruments

    Notes
    -----
    **Model** an instrument displaces the contrast that is in the blood at each of its nodes, as the lumen is
    drawn there; a lumen shows the mean of what lies in it from hub to tip, air taking the place of blood; a
    vessel that is pushed aside is drawn where its wall now is.
    Held by ``tests/suite/instruments/test_pictured.py``.
    """

    def __init__(self, session: Session, instruments: Instruments) -> None:
        self._session = session
        self._instruments = instruments
        self._sheaths: dict[str, tuple[Floats, Course]] = {}

    def seen(self, blood: BloodSeen | None, left: Sequence[ToolSeen] = ()) -> InstrumentsSeen:
        """All that lies in the patient, each access's sheath with it, in blood that holds what it holds.

        `left` is what treatment left there.
        """
        content, tools = self._session.room.content, []
        for stack in self._instruments.stacks.values():
            if not stack.lying:
                continue
            for k, one in enumerate(stack.lying):
                iodine, gas_share = self._within(one)
                course = stack.course_mm(k)
                around = self._around(stack, k, len(course), blood)
                around = self._beside_balloon(one, course, around)
                drawn = self._session.treating.drawn(one.instrument, drawn_of(one.instrument.device))
                tools.append(ToolSeen(course, drawn, iodine, around, gas_share))
            sheath = device_named(content, stack.access.sheath)
            around = self._iodine(blood, stack, self._sheath(stack))
            tools.append(ToolSeen(stack.access.course_mm, drawn_of(sheath), 0.0, around))
        return InstrumentsSeen((*tools, *left), None if blood is None else self._aside())

    def _aside(self) -> Floats | None:
        """How far vessels are pushed aside at the points that pictures draw, mm; None for nowhere."""
        places, found = self._lumens(), None
        for walls in {id(one.walls): one.walls for one in self._instruments.stacks.values()}.values():
            for number in walls.pushed(SEEN_MM):
                name = walls.names[number]
                if not places.knows(name):
                    continue
                if found is None:
                    found = np.zeros((places.count, 3))
                found[places.nodes(name)] = walls.displaced(number, places.arc_mm(name))
        return found

    def _within(self, one: Lying) -> tuple[float, float]:
        """Iodine in its lumen, g/cm3 of all of it, and the share of it that is air."""
        lumen = self._instruments.lumens.of.get(one.instrument.id)
        if lumen is None or lumen.volume_ml <= 0.0:
            return 0.0, 0.0
        held = lumen.content
        return 1e-3 * held.iodine_mg / lumen.volume_ml, min(held.gas_ml / lumen.volume_ml, 1.0)

    def _around(self, stack: Stack, k: int, count: int, blood: BloodSeen | None) -> float | Floats:
        """Iodine in the vessel at each point of a tool's course, g/cm3; of no weight within the sheath."""
        chain = stack.chain
        free = 0 if chain is None else stack.free_nodes(k)
        if chain is None or free == 0 or blood is None:
            return 0.0
        nodes = np.minimum(np.arange(1, free + 2), chain.nodes - 1)
        vessel = np.where(chain.gap_mm[nodes] > -OUTSIDE_MM, chain.vessel[nodes], -1)
        found = self._iodine(blood, stack, (vessel, chain.at_mm[nodes]))
        if not np.ndim(found):
            return 0.0
        around = np.zeros(count)
        around[count - len(nodes) :] = found
        return around

    def _beside_balloon(self, one: Lying, course: Floats, around: float | Floats) -> float | Floats:
        """Where a balloon fills the lumen, which is drawn so, there is no contrast left to displace."""
        filled = self._session.treating.balloons.fills_mm(one.instrument.id)
        if filled is None or not np.ndim(around):
            return around
        arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(course, axis=0), axis=1))])
        back = arc[-1] - arc
        return np.where((back >= filled[0]) & (back <= filled[1]), 0.0, around)

    def _iodine(self, blood: BloodSeen | None, stack: Stack, course: Course) -> float | Floats:
        """Iodine in the blood at places of a stack's vessels, g/cm3; 0 where there is none anywhere."""
        if blood is None:
            return 0.0
        found = self._lumens().iodine_g_cm3(blood, stack.walls.names, *course)
        return found if found.any() else 0.0

    def _lumens(self) -> LumenPlaces:
        seeing = self._session.blood.seeing
        assert seeing is not None, "blood is seen"
        return seeing.places

    def _sheath(self, stack: Stack) -> Course:
        """Vessel of each point of a sheath's course, -1 outside all, and where along it, mm."""
        access: Access = stack.access
        known = self._sheaths.get(access.id)
        if known is None or known[0] is not access.course_mm:
            points = access.course_mm
            vessel, at_mm = stack.walls.places(points)
            vessels = self._session.blood.graph.vessels
            for i in np.flatnonzero(vessel >= 0):
                middle, radius_mm = vessels[stack.walls.names[vessel[i]]].at(float(at_mm[i]))
                if float(np.linalg.norm(points[i] - middle)) > radius_mm:
                    vessel[i] = -1
            known = self._sheaths[access.id] = points, (vessel, at_mm)
        return known[1]
