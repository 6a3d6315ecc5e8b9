"""The catheter that a coil or plug comes through: its lumen, and where its tip is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.sheath import Sheath
from angiosuite.kit.errors import WrongUse
from angiosuite.suite.instruments.stack import IN_SHEATH_MM, Lying, Stack

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["PLACED", "DeliveryTube", "delivery_tube"]

Floats = NDArray[np.float64]
PLACED = "placed"
"""Name of the catheter that was put down, which hands did not lead."""


@dataclass(frozen=True, slots=True, eq=False)
class DeliveryTube:
    """A catheter or sheath in the patient, at one moment.

    Parameters
    ----------
    id : str
        Of the instrument; `PLACED` for one that was put down.
    device : DeviceItem
    length_mm, open_mm : float
        From hub to tip; what kinks and clot leave open of its bore.
    vessel, at_mm : str or None, float
        Where its tip is; None outside all vessels.
    tip_mm, way : ndarray (3,)
        Its tip where walls would be at rest, and where it points.
    course_mm : ndarray (n, 3)
        From the skin to the tip, where it is now, LPS mm.
    holds : str
        What lies in it; empty for nothing.
    """

    id: str
    device: DeviceItem
    length_mm: float
    open_mm: float
    vessel: str | None
    at_mm: float
    tip_mm: Floats
    way: Floats
    course_mm: Floats
    holds: str

    @property
    def part(self) -> Catheter | Sheath:
        """What it is."""
        part = self.device.part
        assert isinstance(part, Catheter | Sheath)
        return part


def delivery_tube(session: Session, tool: str | None) -> DeliveryTube:
    """The tube of this name, or the connected one.

    Raises
    ------
    WrongUse
        Where there is none, or nothing goes through it.
    """
    instruments, blood = session.instruments, session.blood
    name = tool or instruments.connected or PLACED
    if name == PLACED:
        placed = blood.placed
        if placed is None or placed.led is not None:
            raise WrongUse(
                "No catheter lies in the patient", code="no-catheter", way_out="Lead one in first."
            )
        points = placed.way.points_mm
        way = points[-1] - points[max(len(points) - 4, 0)]
        catheter = placed.device.catheter
        return DeliveryTube(
            PLACED, placed.device, 10.0 * catheter.length_cm, catheter.bore_mm, placed.tip.vessel,
            placed.tip.at_mm, np.array(points[-1], np.float64), way / np.linalg.norm(way),
            np.array(points, np.float64), "",
        )  # fmt: skip
    stack, lying = instruments.lying(name)
    return _led(session, stack, lying)


def _led(session: Session, stack: Stack, lying: Lying) -> DeliveryTube:
    k, device = stack.lying.index(lying), lying.instrument.device
    part = device.part
    if not isinstance(part, Catheter | Sheath):
        raise WrongUse(
            f"Nothing comes through {device.title}", code="not-a-catheter", value=lying.instrument.id,
            way_out="Choose a catheter.",
        )  # fmt: skip
    _, vessel, at_mm = session.instruments.whereabouts.tip(stack, k)
    if stack.chain is None or lying.depth_mm <= -IN_SHEATH_MM:
        point, way = stack.access.back_from_tip(max(-lying.depth_mm, 0.0))
    else:
        point, way = stack.chain.tip(k)
    lumen = session.instruments.lumens.of.get(lying.instrument.id)
    open_mm = part.bore_mm if lumen is None else lumen.open_mm
    open_mm = min(open_mm, part.bore_mm * float(np.sqrt(session.instruments.left_share(lying.instrument.id))))
    return DeliveryTube(
        lying.instrument.id, device, lying.instrument.length_mm, open_mm, vessel, at_mm,
        stack.at_rest(point), np.asarray(way, np.float64), stack.course_mm(k),
        stack.lying[k - 1].instrument.id if k > 0 else "",
    )  # fmt: skip
