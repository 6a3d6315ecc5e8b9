"""The lumens of a patient as they are drawn: vessels, urinary tract, twigs of beds, pools of leaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.physics.xray.lumen_projector import Lumen
from angiosuite.suite.phantom import motion_of

from .floors import Floors, floors_of
from .segments import BLOOD_SYSTEMS

__all__ = ["POOL_ML", "Lumens", "lumens_of"]

Floats = NDArray[np.float64]

_U = np.linspace(0.0, 1.0, 24)
POOL_AT_MM = np.stack(
    [-8.0 + 34.0 * _U, 5.0 + 10.0 * np.sin(0.8 * np.pi * _U), 4.0 * np.sin(2.2 * np.pi * _U)], axis=1
)
"""Middle line of the pool that is drawn where blood left its vessel, mm along it, away from it, across
(own choice; draft)."""
POOL_MM = 5.5 * np.sqrt(np.sin(np.pi * (0.04 + 0.92 * _U))) * (1.0 - 0.25 * np.cos(19.0 * _U))
"""Its radii, mm (own choice; draft)."""
POOL_ML = 1e-3 * float(
    np.pi
    * np.sum((0.5 * (POOL_MM[1:] + POOL_MM[:-1])) ** 2 * np.linalg.norm(np.diff(POOL_AT_MM, axis=0), axis=1))
)


@dataclass(frozen=True, slots=True, eq=False)
class Lumens:
    """The lumens of a graph as they are drawn.

    Parameters
    ----------
    lumens : tuple of Lumen
        Vessels that carry blood, then urine, then the twigs of each bed.
    vessels : tuple of str
        Of those that carry blood, in order; their centre-line points are the first nodes.
    urine : tuple of str
        Of those that carry urine.
    twigs : tuple of (bed, "artery" or "vein")
    beds : tuple of str
        Beds of the territory, in its order.
    floors : Floors
        Where contrast that has sunk is drawn; not among the lumens, whose nodes have the mean.
    """

    lumens: tuple[Lumen, ...]
    vessels: tuple[str, ...]
    urine: tuple[str, ...]
    twigs: tuple[tuple[str, str], ...]
    beds: tuple[str, ...]
    floors: Floors


def lumens_of(graph: VesselGraph, body: Body, leaks: Sequence[Leak] = ()) -> Lumens:
    """What of a graph is drawn with contrast in it; behind every leak a pool beside its vessel."""
    motions = {name: motion_of(name, body) for name in ("still", "ribs", "abdomen", "kidneys", "heart")}
    blood = [v for v in graph.vessels.values() if v.system in BLOOD_SYSTEMS]
    urine = [v for v in graph.vessels.values() if v.system == "urine"]
    groups = {system: number for number, system in enumerate((*BLOOD_SYSTEMS, "urine"))}
    lumens = [
        Lumen.along(v.id, v.points_mm, v.radius_mm, v.share, motions[v.follows], groups[v.system])
        for v in (*blood, *urine)
    ]
    floors = floors_of(graph, blood, lumens[: len(blood)])
    twigs: list[tuple[str, str]] = []
    for bed in graph.beds.values():
        for kind, given in (("artery", bed.twigs), ("vein", bed.vein_twigs)):
            if given is not None and len(given.pieces):
                lumens.append(
                    Lumen.twigs(f"{bed.id}:{kind}", given.pieces, given.before, motions[bed.follows])
                )
                twigs.append((bed.id, kind))
    for leak in leaks:
        points, radius = _pool(graph, leak)
        follows = graph.vessels[leak.vessel].follows
        lumens.append(Lumen.along(f"{leak.lesion}:pool", points, radius, 1.0, motions[follows], -1))
    beds = () if graph.territory is None else graph.territory.beds
    return Lumens(
        tuple(lumens),
        tuple(v.id for v in blood),
        tuple(v.id for v in urine),
        tuple(twigs),
        tuple(beds),
        floors,
    )


def _pool(graph: VesselGraph, leak: Leak) -> tuple[Floats, Floats]:
    """Where blood gathers that left a vessel: a crooked puddle at its side, points and radii."""
    vessel = graph.vessels[leak.vessel]
    point, radius = vessel.at(leak.at_mm)
    ahead, _ = vessel.at(min(leak.at_mm + 2.0, vessel.length_mm))
    behind, _ = vessel.at(max(leak.at_mm - 2.0, 0.0))
    along = (ahead - behind) / max(float(np.linalg.norm(ahead - behind)), 1e-6)
    side = np.cross(along, (0.0, 1.0, 0.0))
    if np.linalg.norm(side) < 0.1:
        side = np.cross(along, (1.0, 0.0, 0.0))
    side /= np.linalg.norm(side)
    frame = np.stack([along, side, np.cross(along, side)])
    return point + side * radius + POOL_AT_MM @ frame, POOL_MM.copy()
