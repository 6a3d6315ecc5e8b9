"""What hands and walls feel of a stack over one step: pushes, torques, wall forces, ends of its tools."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, degrees, pi
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.felt import gather

from .contact import Contact, TipContact
from .instrument import BOW_DEG, Instrument, outer_mm

if TYPE_CHECKING:
    from .stack import Stack

__all__ = ["Felt", "contact_of", "given_way", "grip_n"]

Floats = NDArray[np.float64]

GRIP_N = 4.0
"""Most that fingers push with before they slip (`research/rods.md` 4.5; draft)."""
FREE_MM = 30.0
"""Length between fingers and valve that may buckle."""
TIP_MM = 3.0
"""What of a tool's end counts as its tip."""
SOFTENING = 0.25
"""Share of the limit over which a hand gives way."""
IN_TUBE_FRICTION = 0.08
"""Of a wire in a lined lumen (`research/devices.md` 2.2; from memory, draft)."""
SEAL_N = 0.05
"""Drag of a valve or hub on what goes through."""


@dataclass(frozen=True, slots=True, eq=False)
class Felt:
    """Forces on each tool of a stack, innermost first, shapes (tools,).

    Parameters
    ----------
    push_n : ndarray
        That the hand must give to hold it against the vessels, N.
    torque_nmm : ndarray
    wall_n : ndarray
        Sum of the walls' forces on what of it is outermost.
    tip_n : ndarray
        Of the walls on the last 3 mm of its own skin: what touches a wire ahead of a tube is the wire's.
    drag_n : ndarray
        Friction in the tube around it.
    held_n : ndarray
        What walls can hold of what stands out of that tube.
    """

    push_n: Floats
    torque_nmm: Floats
    wall_n: Floats
    tip_n: Floats
    drag_n: Floats
    held_n: Floats

    def follows(self, k: int) -> bool:
        """Whether a tool that no hand holds goes with the tube that moves over it."""
        return bool(self.drag_n[k] >= self.held_n[k])


def grip_n(instrument: Instrument, torquer: bool, pulls: bool = False) -> float:
    """Most axial force that a hand gives: its grip; a push no more than buckles between fingers and valve.

    **Source** Euler's load of a clamped column, 4 pi2 EI / L2, with the stiffness of the shaft.
    """
    grip = GRIP_N * (1.5 if torquer else 1.0)
    if pulls:
        return grip
    shaft = instrument.rod.shaft
    return min(grip, 4.0 * pi**2 * shaft.zones[-1].ei_nmm2 / FREE_MM**2)


def given_way(mm: float, push_n: float, limit_n: float) -> float:
    """What of a push goes in: all of it, and less and less as the force nears what the hand can give."""
    against = push_n if mm > 0.0 else -push_n
    return mm * min(max((limit_n - against) / (SOFTENING * limit_n), 0.0), 1.0)


def contact_of(stack: Stack, chain: Chain, fed_mm: Floats, seconds: float) -> tuple[Felt, Contact]:
    """Forces and contact of a chain after a time in which its tools were fed so far."""
    n, tools, walls = chain.nodes, len(stack.lying), stack.walls
    curvature, reach = chain.curvature(), chain.inserted_mm
    wall, held, tip_n, bent, cover = (np.empty(tools) for _ in range(5))
    worst, slid = np.empty(tools, np.int64), np.empty(n)
    gather(
        reach, fed_mm, chain.leader, seconds, TIP_MM, chain.velocity, chain.tangent, chain.inward,
        chain.pressed, chain.friction, chain.skin, chain.arc_mm, curvature, wall, held, tip_n, bent, cover,
        worst, slid,
    )  # fmt: skip
    stiff = np.array([one.instrument.rod.shaft.zones[-1].ei_nmm2 for one in stack.lying])
    drag = SEAL_N + IN_TUBE_FRICTION * stiff * bent
    felt = Felt(chain.push_n.copy(), chain.torque_nmm.copy(), wall, tip_n, drag, held)
    vessel, at_mm = chain.vessel, chain.at_mm
    radius = np.where(vessel >= 0, walls.radius_at(vessel, at_mm), 0.0)
    last = np.clip(np.searchsorted(chain.arc_mm, reach), 1, n - 1)
    tips = tuple(
        _tip(stack, chain, k, int(worst[k]), int(last[k]), float(tip_n[k]), float(cover[k]), float(fed_mm[k]))
        for k in range(tools)
    )
    contact = Contact(
        stack.access.id, chain.x.copy(), chain.arc_mm.copy(), vessel, at_mm, walls.names, radius,
        chain.pressed.copy(), chain.inward.copy(), slid, chain.skin.copy(), curvature, tips,
        tuple(one.instrument.id for one in stack.lying),
    )  # fmt: skip
    return felt, contact


def _tip(
    stack: Stack, chain: Chain, k: int, worst: int, last: int, wall_n: float, cover_mm: float, fed_mm: float
) -> TipContact:
    one, reach_mm = stack.lying[k], float(chain.inserted_mm[k])
    point, direction = chain.tip(k)
    angle = 0.0
    if worst >= 0:
        inward = chain.inward[worst]
        into = -float(direction[0] * inward[0] + direction[1] * inward[1] + direction[2] * inward[2])
        angle = degrees(asin(min(max(into, 0.0), 1.0)))
        last = worst if wall_n > 0.0 else last
    outside = stack.is_outside(k)
    return TipContact(
        tool=one.instrument.id,
        device=one.instrument.device.id,
        point=point,
        direction=direction,
        vessel=-1 if outside else int(chain.vessel[last]),
        at_mm=float(chain.at_mm[last]),
        wall_n=wall_n,
        push_n=max(-float(chain.tension[max(last - 1, 0)]), 0.0),
        angle_deg=angle,
        area_mm2=one.instrument.tip_area_mm2 + _filled_mm2(stack, chain, k),
        is_wire=not one.instrument.is_tube,
        leads=k == chain.leader,
        in_tube=cover_mm >= reach_mm - 1e-9,
        moved_mm=fed_mm,
        curved=one.instrument.turn_deg >= BOW_DEG,
        soft_mm=max(reach_mm - cover_mm, 0.0),
        hub_n=float(one.push_n),
        depth_mm=reach_mm,
        back_mm=float(stack.backs_mm[k]),
        outside=outside,
    )


def _filled_mm2(stack: Stack, chain: Chain, k: int) -> float:
    """Filled area of the bore at a tube's end, mm2: what goes on through it bears with the ring."""
    reach = chain.inserted_mm
    through = next((i for i in range(k - 1, -1, -1) if reach[i] > reach[k]), None)
    return 0.0 if through is None else pi / 4.0 * outer_mm(stack.lying[through].instrument.rod) ** 2
