"""What hands and walls feel of a stack over one step: pushes, torques, wall forces, ends of its tools."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.guide_wire import GuideWire
from angiosuite.physics.rods.chain import Chain

from .contact import Contact, TipContact
from .instrument import Instrument, tip_area_mm2

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
BOW_DEG = 135.0


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
        Of the walls within 3 mm of its end.
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


def grip_n(instrument: Instrument, torquer: bool) -> float:
    """Most axial force that a hand gives: its grip, or what buckles between fingers and valve.

    **Source** Euler's load of a clamped column, 4 pi2 EI / L2, with the stiffness of the shaft.
    """
    grip = GRIP_N * (1.5 if torquer else 1.0)
    shaft = instrument.rod.shaft
    return min(grip, 4.0 * pi**2 * shaft.zones[-1].ei_nmm2 / FREE_MM**2)


def given_way(mm: float, push_n: float, limit_n: float) -> float:
    """What of a push goes in: all of it, and less and less as the force nears what the hand can give."""
    against = push_n if mm > 0.0 else -push_n
    return mm * float(np.clip((limit_n - against) / (SOFTENING * limit_n), 0.0, 1.0))


def contact_of(stack: Stack, chain: Chain, fed_mm: Floats, seconds: float) -> tuple[Felt, Contact]:
    """Forces and contact of a chain after a time in which its tools were fed so far."""
    n, walls = chain.nodes, stack.walls
    x, arc, skin, pressed = chain.x, chain.arc_mm, chain.skin, chain.pressed
    vessel, at_mm = chain.vessel.copy(), chain.at_mm.copy()
    slip = chain.velocity * seconds
    leader = chain.leader
    tangent = chain.tangent
    slip = slip + (fed_mm[skin] - fed_mm[leader])[:, None] * tangent
    normal = chain.inward
    slid = np.linalg.norm(slip - (slip * normal).sum(axis=1)[:, None] * normal, axis=1)
    reach = chain.inserted_mm
    curvature = chain.curvature()
    tools = len(stack.lying)
    wall, tip_n, drag, held = np.zeros(tools), np.zeros(tools), np.zeros(tools), np.zeros(tools)
    tips = []
    cell = np.append(np.diff(arc), 0.0)
    bend = np.abs(curvature) ** 3 * cell
    for k, one in enumerate(stack.lying):
        mine = skin == k
        wall[k] = pressed[mine].sum()
        cover = max((float(reach[j]) for j in range(k + 1, tools)), default=0.0)
        shaft = one.instrument.rod.shaft
        inside = arc < min(cover, float(reach[k]))
        drag[k] = SEAL_N + IN_TUBE_FRICTION * shaft.zones[-1].ei_nmm2 * float(bend[inside].sum())
        held[k] = float((chain.friction * pressed)[mine].sum())
        near = np.abs(arc - reach[k]) <= TIP_MM
        in_tube = cover >= reach[k] - 1e-9
        tip_n[k] = 0.0 if in_tube else float(pressed[near].sum())
        tips.append(_tip(stack, chain, k, near, in_tube, tip_n[k], cover, fed_mm[k], vessel, at_mm))
    felt = Felt(chain.push_n.copy(), chain.torque_nmm.copy(), wall, tip_n, drag, held)
    known = vessel >= 0
    radius = np.zeros(n)
    radius[known] = walls.radius_at(vessel[known], at_mm[known])
    contact = Contact(
        stack.access.id, x.copy(), arc.copy(), vessel, at_mm, walls.names, radius, pressed.copy(),
        normal.copy(), slid, skin.copy(), curvature, tuple(tips), tuple(o.instrument.id for o in stack.lying),
    )  # fmt: skip
    return felt, contact


def _tip(
    stack: Stack, chain: Chain, k: int, near: NDArray[np.bool_], in_tube: bool, wall_n: float,
    cover_mm: float, fed_mm: float, vessel: NDArray[np.int32], at_mm: Floats,
) -> TipContact:  # fmt: skip
    one = stack.lying[k]
    point, direction = chain.tip(k)
    n = chain.nodes
    last = int(np.clip(np.searchsorted(chain.arc_mm, chain.inserted_mm[k]), 1, n - 1))
    angle = 0.0
    if near.any():
        worst = int(np.flatnonzero(near)[np.argmax(chain.pressed[near])])
        angle = float(np.degrees(np.arcsin(np.clip(-direction @ chain.inward[worst], 0.0, 1.0))))
        last = worst if chain.pressed[worst] > 0.0 else last
    turn = abs(sum(bend.turn_deg or 0.0 for bend in one.instrument.bends))
    free = max(float(chain.inserted_mm[k]) - cover_mm, 0.0)
    return TipContact(
        tool=one.instrument.id,
        device=one.instrument.device.id,
        point=point,
        direction=direction,
        vessel=int(vessel[last]),
        at_mm=float(at_mm[last]),
        wall_n=wall_n,
        push_n=max(-float(chain.tension[max(last - 1, 0)]), 0.0),
        angle_deg=angle,
        area_mm2=tip_area_mm2(one.instrument),
        is_wire=isinstance(one.instrument.device.part, GuideWire),
        leads=k == chain.leader,
        in_tube=in_tube,
        moved_mm=fed_mm,
        curved=turn >= BOW_DEG,
        soft_mm=free,
        hub_n=float(one.push_n),
        depth_mm=float(chain.inserted_mm[k]),
        back_mm=float(stack.backs_mm[k]),
    )
