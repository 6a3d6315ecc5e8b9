"""Contact: what the instruments of one access do to the walls around them, over one step."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contact", "TipContact"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64] | NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class TipContact:
    """The end of one tool.

    Parameters
    ----------
    tool : str
        Id of the instrument, "w1", "c1" …
    device : str
        Id of the content.
    point, direction : ndarray, shape (3,)
        Where it is, mm, and where it points.
    vessel : int
        Into the names of its contact; -1 where there is none.
    at_mm : float
        Arc length there.
    wall_n : float
        Force of the wall within 3 mm of it, N.
    push_n : float
        Axial compression just behind it, N.
    angle_deg : float
        Between it and the wall's surface: 90 is head-on, 0 along the wall.
    area_mm2 : float
        Of its end.
    is_wire : bool
    leads : bool
        Whether it is the foremost of its stack.
    in_tube : bool
        Whether it lies within another tool: then no wall feels it.
    moved_mm : float
        Fed over this step, + onwards: the end itself may have stayed behind.
    curved : bool
        Whether its end is a bow (J, pigtail), which meets walls with its side.
    soft_mm : float
        Length of the soft end beyond the next outer tool, mm: what may buckle before it presses.
    hub_n : float
        Force on the hand, N, for the record.
    depth_mm : float
        Of it beyond the sheath's tip; nan where that is not told.
    back_mm : float
        Of it behind the hub of what it lies in; nan where that is not told.
    outside : bool
        Whether it has gone through the wall, into soft tissue; its vessel is then none.
    """

    tool: str
    device: str
    point: Floats
    direction: Floats
    vessel: int
    at_mm: float
    wall_n: float
    push_n: float
    angle_deg: float
    area_mm2: float
    is_wire: bool
    leads: bool
    in_tube: bool = False
    moved_mm: float = 0.0
    curved: bool = False
    soft_mm: float = 0.0
    hub_n: float = 0.0
    depth_mm: float = nan
    back_mm: float = nan
    outside: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Contact:
    """One stack and its walls over one step.

    Parameters
    ----------
    access : str
        Where the stack enters.
    x : ndarray, shape (n, 3)
        Nodes, mm.
    arc_mm : ndarray, shape (n,)
        Along the stack from the sheath's tip.
    vessel : ndarray of int, shape (n,)
        Vessel of each node, an index of `names`; -1 where there is none.
    at_mm : ndarray, shape (n,)
        Arc length in that vessel.
    names : tuple of str
        Ids of vessels.
    radius_mm : ndarray, shape (n,)
        Of the lumen there.
    pressed_n : ndarray, shape (n,)
        Force of the wall on each node, N.
    inward : ndarray, shape (n, 3)
        Normals of the wall.
    slid_mm : ndarray, shape (n,)
        How far each node slid along the wall over this step.
    skin : ndarray of int, shape (n,)
        The outermost tool at each node.
    curvature_per_mm : ndarray, shape (n,)
    tips : tuple of TipContact
        One a tool, innermost first.
    tools : tuple of str
        Ids of the instruments, innermost first.
    """

    access: str
    x: Floats
    arc_mm: Floats
    vessel: Ints
    at_mm: Floats
    names: tuple[str, ...]
    radius_mm: Floats
    pressed_n: Floats
    inward: Floats
    slid_mm: Floats
    skin: Ints
    curvature_per_mm: Floats
    tips: tuple[TipContact, ...]
    tools: tuple[str, ...]
