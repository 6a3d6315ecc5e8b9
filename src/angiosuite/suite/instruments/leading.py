"""Where hands have led the connected catheter, told to blood, injector and pressure line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Junction
from angiosuite.physics.xray.layers import Motion
from angiosuite.suite.circulation.catheter import Led, Placed, Tip, led_way, outlets_back_mm
from angiosuite.suite.phantom import motion_of

from .stack import IN_SHEATH_MM, Lying, Stack

if TYPE_CHECKING:
    from angiosuite.physics.rods.walls import Walls
    from angiosuite.suite.session import Session

    from .instruments import Instruments

__all__ = ["Leading"]

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

EVERY_US = 200_000
"""Blood is told so often of a catheter that moves."""
MOVED_MM, QUIET_MM = 3.0, 12.0
"""And when its tip lies so far from where blood knows it; so far within a vessel while nothing is injected:
the network is parted anew every time."""
WEDGED_SHARE = 0.9
PRESSED_N, HEAD_ON_DEG = 0.02, 30.0
"""An end hole lies against the wall from this force and angle on (own choice; draft)."""


class Leading:
    """Tells the blood of one session where its connected catheter lies.

    Parameters
    ----------
    session : Session
    instruments : Instruments
    """

    def __init__(self, session: Session, instruments: Instruments) -> None:
        self._session = session
        self._instruments = instruments
        self._motions: dict[str, Motion | None] = {}

    def follow(self, anew: bool = False) -> None:
        """The connected catheter may lie elsewhere."""
        tool, now = self._instruments.connected, self._session.clock.now_us
        if tool is None or (now % EVERY_US and not anew):
            return
        stack, one = self._instruments.lying(tool)
        k, blood = stack.lying.index(one), self._session.blood
        known, open_mm = blood.placed, self._open_mm(tool)
        inside_mm = stack.lying[k - 1].instrument.thickness_mm if k > 0 else 0.0
        if known is not None and known.led is not None and known.led.tool == tool and not anew:
            blood.desk.leave_free(inside_mm, open_mm)
            point, contact = self._tip(stack, one)
            moved = float(np.linalg.norm(known.way.points_mm[-1] - point))
            quiet = not blood.injecting.is_busy and self._where(stack, point)[0] == known.tip.vessel
            if moved < (QUIET_MM if quiet else MOVED_MM) and contact == known.contact:
                return
        column = self._instruments.lumens.of.get(tool)
        blood.lead(self._placed(stack, one, known), column, inside_mm, open_mm)

    def _open_mm(self, tool: str) -> float | None:
        """What kinks and clot leave open of a catheter's lumen."""
        lumen = self._instruments.lumens.of.get(tool)
        left = self._instruments.left_share(tool)
        if lumen is None or (left >= 1.0 and not lumen.is_clotted):
            return None
        return min(lumen.open_mm, lumen.bore_mm * float(np.sqrt(left)))

    def let_go(self) -> None:
        """The connected catheter is out."""
        self._session.blood.let_go()

    def affines(self, walls: Walls, breath_mm: float, cardiac_phase: float) -> Floats:
        """Motion of each organ that walls follow, world from rest, shape (organs, 4, 4)."""
        body = self._session.room.body
        for name in walls.organs:
            if name not in self._motions:
                self._motions[name] = motion_of(name, body)
        made = [self._motions[name] for name in walls.organs]
        return np.array([np.eye(4) if one is None else one(breath_mm, cardiac_phase) for one in made])

    def _placed(self, stack: Stack, one: Lying, known: Placed | None) -> Placed:
        k = stack.lying.index(one)
        course = stack.course_mm(k)
        point, contact = self._tip(stack, one)
        catheter = one.instrument.device.catheter
        vessel, at_mm = self._where(stack, point)
        tip = Junction(vessel, at_mm)
        outlets = self._outlets(stack, course, outlets_back_mm(catheter), tip)
        led = Led(one.instrument.id, outlets, self._stretches(stack))
        same = known is not None and known.led is not None and known.led.tool == led.tool
        checked = same and known is not None and known.is_checked and known.contact == contact
        return Placed(one.instrument.device, tip, led_way(tip, course), contact, checked, 0, led)

    def _tip(self, stack: Stack, one: Lying) -> tuple[Floats, Tip]:
        """Where its tip is, and how it lies."""
        k = stack.lying.index(one)
        if stack.chain is None or one.depth_mm <= -IN_SHEATH_MM:
            return stack.access.back_from_tip(max(-one.depth_mm, 0.0))[0], "free"
        point, direction = stack.chain.tip(k)
        vessel, at_mm = stack.place(point)
        if vessel is not None:
            _, radius_mm = self._session.blood.graph.vessels[vessel].at(at_mm)
            if one.instrument.device.catheter.outer_mm > WEDGED_SHARE * 2.0 * radius_mm:
                return point, "wedged"
        node = int(
            np.clip(np.searchsorted(stack.chain.arc_mm, stack.chain.inserted_mm[k]), 2, stack.chain.nodes - 1)
        )
        into = float(-direction @ stack.chain.inward[node])
        pressed = stack.felt is not None and stack.felt.tip_n[k] > PRESSED_N
        if (
            pressed
            and into > np.sin(np.radians(HEAD_ON_DEG))
            and not one.instrument.device.catheter.holes.side
        ):
            return point, "wall"
        return point, "free"

    def _where(self, stack: Stack, point: Floats) -> tuple[str, float]:
        vessel, at_mm = stack.place(point)
        return (stack.access.vessel, stack.access.at_mm) if vessel is None else (vessel, at_mm)

    def _outlets(
        self, stack: Stack, course: Floats, back_mm: tuple[tuple[float, float], ...], tip: Junction
    ) -> tuple[tuple[str, float, float], ...]:
        """Where its holes lie along its own course."""
        steps = np.linalg.norm(np.diff(course, axis=0), axis=1)
        arc = np.concatenate([[0.0], np.cumsum(steps)])
        found: dict[tuple[str, float], float] = {}
        for back, share in back_mm:
            place = (tip.vessel, tip.at_mm)
            if back > 0.0:
                at = max(arc[-1] - back, 0.0)
                place = self._where(stack, np.array([np.interp(at, arc, course[:, c]) for c in range(3)]))
            found[place] = found.get(place, 0.0) + share
        return tuple((vessel, at_mm, share) for (vessel, at_mm), share in found.items())

    def _stretches(self, stack: Stack) -> tuple[tuple[str, float, float, float], ...]:
        """What the stack narrows of each vessel that it lies in."""
        chain = stack.chain
        if chain is None:
            return ()
        radii = [stack.radius_mm(k) for k in range(len(stack.lying))]
        n = chain.nodes
        return narrowed_by(stack.walls.names, chain.vessel[1:n], chain.at_mm[1:n], chain.skin[1:n], radii)


def narrowed_by(
    names: Sequence[str], vessel: Ints, at_mm: Floats, skin: Ints, radii_mm: Sequence[float]
) -> tuple[tuple[str, float, float, float], ...]:
    """What tools in a row of tools narrow: vessel, from, to, mm, outer radius, mm, from the groin on.

    Parameters
    ----------
    names : sequence of str
        Of the vessels.
    vessel : ndarray of int (nodes,)
        In which each node of the tools lies; -1 in none.
    at_mm : ndarray (nodes,)
        Where in it.
    skin : ndarray of int (nodes,)
        The outermost tool there.
    radii_mm : sequence of float
        Of each tool.
    """
    found = []
    for (number, tool), group in groupby(range(len(vessel)), key=lambda i: (int(vessel[i]), int(skin[i]))):
        nodes = list(group)
        if number < 0:
            continue
        first = nodes[0]
        if first and vessel[first - 1] == number:  # a thinner tool begins where the one around it ends
            nodes = [first - 1, *nodes]
        low, high = float(at_mm[nodes].min()), float(at_mm[nodes].max())
        found.append((names[number], low, high, radii_mm[tool]))
    return tuple(found)
