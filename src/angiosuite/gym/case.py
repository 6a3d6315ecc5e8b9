"""A case: one person's arteries, a sheath in the groin, a kit and a target; all that does not move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.walls import kept_walls, walls_of
from angiosuite.content.loader import load_library
from angiosuite.gym.family import anatomy, reachable
from angiosuite.gym.road import TRUNK, Road, trunk_of
from angiosuite.gym.targets import Target, target_named, ways
from angiosuite.kit.home import Home
from angiosuite.physics.rods.walls import Walls
from angiosuite.suite.instruments.access import Access, access_named, accesses_of
from angiosuite.suite.instruments.instrument import Instrument, device_named

__all__ = ["Case", "make_case"]

Floats = NDArray[np.float64]
ACCESS = "right-femoral-artery"


@dataclass(frozen=True, eq=False)
class Case:
    """What is given when the sheath lies.

    Parameters
    ----------
    number : int
        Of the anatomy.
    target : Target
    access : Access
    graph : VesselGraph
        The arteries that instruments can come to.
    baked : Walls
        At rest; moved by nobody.
    kit : tuple of Instrument
        Innermost first, wet and flushed.
    road : Road
        From the sheath's tip to the target.
    trunk_mm, trunk_radius_mm : ndarray
        Centre line and radius of the aorta, from its end in the pelvis to the heart.
    """

    number: int
    target: Target
    access: Access
    graph: VesselGraph
    baked: Walls
    kit: tuple[Instrument, ...]
    road: Road
    trunk_mm: Floats
    trunk_radius_mm: Floats

    def walls(self) -> Walls:
        """Walls of one's own to press on; the baked lumen is shared."""
        return walls_of(self.graph, bricks=self.baked.bricks)


def make_case(
    target: str = "right-renal",
    number: int = 0,
    kit: tuple[str, ...] | None = None,
    access: str = ACCESS,
    home: Path | None = None,
) -> Case:
    """A case of the family.

    Parameters
    ----------
    target : str
        One of :data:`~angiosuite.gym.targets.TARGETS`.
    number : int
        Of the anatomy.
    kit : tuple of str, optional
        Devices, innermost first; what is usual for the target when None.
    access : str
        "right-femoral-artery" or "left-femoral-artery".
    home : Path, optional
        Where baked lumens are kept; the usual home when None.

    Raises
    ------
    WrongUse
        For a target, anatomy, device or access that there is not.
    """
    goal = target_named(target)
    graph, baked, accesses = _place(number, Home(home).open().cache)
    entry = access_named(accesses, access)
    start, start_mm = _tip_of(graph, entry)
    road = Road(graph, start, start_mm, goal.vessel_of(graph), goal.deep_mm)
    content = load_library()
    names = goal.kit if kit is None else kit
    tools = tuple(
        Instrument(f"t{k}", device_named(content, name), is_wet=True, is_flushed=True)
        for k, name in enumerate(names)
    )
    return Case(number, goal, entry, graph, baked, tools, road, *trunk_of(graph))


@lru_cache(maxsize=4)
def _place(number: int, cache: Path) -> tuple[VesselGraph, Walls, dict[str, Access]]:
    whole = anatomy(number).graph
    accesses = {name: one for name, one in accesses_of(whole).items() if one.system == "artery"}
    kept = frozenset(TRUNK).union(*(ways(whole, one.vessel) for one in accesses.values()))
    graph = reachable(whole, kept)
    return graph, kept_walls(cache / "gym" / str(number), graph), accesses


def _tip_of(graph: VesselGraph, access: Access) -> tuple[str, float]:
    """Vessel of the sheath's tip, and where along it."""
    tip, name = access.course_mm[-1], access.vessel
    best = (np.inf, name, 0.0)
    while True:
        vessel = graph.vessels[name]
        near = np.linalg.norm(vessel.points_mm - tip, axis=1)
        k = int(np.argmin(near))
        best = min(best, (float(near[k]), name, float(vessel.arc_mm[k])))
        if vessel.parent is None:
            return best[1], best[2]
        name = vessel.parent.vessel
