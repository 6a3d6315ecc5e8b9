"""Contrast beside the lumen: in the tissue about a hole, and in a false lumen; how both are drawn."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Vessel, VesselGraph

from .lumen_places import LumenPlaces
from .narrowed import Stretch

__all__ = ["Beside", "Outside", "drawn_beside", "pushed_by_flaps", "side_of"]

Floats = NDArray[np.float64]

LEAST_POOL_MM, MOST_POOL_MM, POOL_STEP_MM = 2.0, 16.0, 0.5
"""Radius of what is drawn about a hole, mm, and its steps."""
POOL_MG_ML = 30.0
"""Iodine in it: what comes out clots where it is, mixing little with what came before (own choice; draft)."""
LONG = 1.6
"""How much longer than wide that is."""
LOBES = ((0.0, 0.0, 1.0, 0.6), (0.9, 0.9, 0.7, 0.25), (-1.1, 1.3, 0.55, 0.15))
"""Of it: places along and away from the vessel over its width, size, and share (own choice; draft)."""
FLAP_MM = 0.3
"""Thickness of an intimal flap, which holds no contrast, mm (own choice; draft)."""
GRID_MM = 1.0
LEAST_MG = 0.02
"""Less iodine than this is not drawn, mg."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside its lumen at one opening.

    Parameters
    ----------
    vessel : str
    at_mm : float
        Of the opening.
    mg : float
        Iodine there.
    ml : float
        Blood and contrast there.
    flap : Stretch or None
        Of a false lumen: where it lies, and what it leaves the true one.
    """

    vessel: str
    at_mm: float
    mg: float
    ml: float
    flap: Stretch | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A lumen that is drawn besides those of the patient; with less than no iodine it takes some away.

    Parameters
    ----------
    points_mm : ndarray (n, 3)
        At rest, LPS mm.
    radius_mm : ndarray (n,)
    share : ndarray (n,)
        Of the motion of what it follows.
    follows : str
    iodine_g_cm3 : float
    """

    points_mm: Floats
    radius_mm: Floats
    share: Floats
    follows: str
    iodine_g_cm3: float

    @property
    def shape(self) -> bytes:
        """Equal for those that are drawn in the same place."""
        return self.points_mm.tobytes() + self.radius_mm.tobytes() + self.follows.encode()

    def plain(self) -> list[Any]:
        """Plain values, exact."""
        rows = np.column_stack([self.points_mm, self.radius_mm, self.share]).astype("<f8")
        packed = base64.b64encode(zlib.compress(rows.tobytes(), 6)).decode("ascii")
        return [packed, self.follows, self.iodine_g_cm3]

    @classmethod
    def restored(cls, plain: Sequence[Any]) -> Beside:
        """What :meth:`plain` made plain."""
        packed, follows, iodine = plain
        rows = np.frombuffer(zlib.decompress(base64.b64decode(packed)), "<f8").reshape(-1, 5)
        points, radius, share = (np.ascontiguousarray(rows[:, part]) for part in (np.s_[:3], 3, 4))
        return cls(points, radius, share, follows, iodine)


def side_of(vessel: Vessel, at_mm: Floats) -> Floats:
    """Unit vectors across a vessel at arc lengths, in the frontal plane where it can be, shape (n, 3)."""
    ahead, behind = (_points(vessel, np.clip(at_mm + step, 0.0, vessel.length_mm)) for step in (2.0, -2.0))
    along = ahead - behind
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    side = np.cross(along, (0.0, 1.0, 0.0))
    flat = np.linalg.norm(side, axis=1) < 0.1
    side[flat] = np.cross(along[flat], (1.0, 0.0, 0.0))
    return np.asarray(side / np.linalg.norm(side, axis=1, keepdims=True))


def pushed_by_flaps(graph: VesselGraph, places: LumenPlaces, outside: Sequence[Outside]) -> Floats | None:
    """How far true lumens lie from the middle of their vessels, shape (nodes, 3), mm; None where none does.

    Notes
    -----
    **Model** the false lumen is what is left of the vessel's circle beside the true one, which touches the
    wall across from it. **Source** the crescent about a round true lumen of dissections in angiograms
    (draft). Held by ``tests/suite/circulation/test_harms_seen.py``.
    """
    flaps = [one for one in outside if one.flap is not None and places.knows(one.vessel)]
    if not flaps:
        return None
    found = np.zeros((places.count, 3))
    for one in flaps:
        assert one.flap is not None
        vessel, at = graph.vessels[one.vessel], places.arc_mm(one.vessel)
        found[places.nodes(one.vessel)] += _off(vessel, one.flap, at)
    return found


def drawn_beside(graph: VesselGraph, outside: Sequence[Outside]) -> tuple[Beside, ...]:
    """What is drawn of contrast outside the lumens."""
    found: list[Beside] = []
    for one in outside:
        vessel = graph.vessels.get(one.vessel)
        if vessel is None or one.mg < LEAST_MG:
            continue
        found += _pool(vessel, one) if one.flap is None else _false_lumen(vessel, one, one.flap)
    return tuple(found)


def _pool(vessel: Vessel, one: Outside) -> list[Beside]:
    """A cloud in the tissue at the side of a hole that grows with the contrast that is lost through it."""
    ml = max(min(one.ml, one.mg / POOL_MG_ML), 1e-6)
    wanted = (3.0 * 1e3 * ml / (4.0 * pi * LONG)) ** (1.0 / 3.0)
    wide = POOL_STEP_MM * round(min(max(wanted, LEAST_POOL_MM), MOST_POOL_MM) / POOL_STEP_MM)
    middle, radius = vessel.at(one.at_mm)
    side = side_of(vessel, np.array([one.at_mm]))[0]
    ahead, behind = (vessel.at(float(np.clip(one.at_mm + d, 0.0, vessel.length_mm)))[0] for d in (2.0, -2.0))
    along = (ahead - behind) / max(float(np.linalg.norm(ahead - behind)), 1e-9)
    u = np.linspace(-1.0, 1.0, 15)
    share = np.full(len(u), float(np.interp(one.at_mm, vessel.arc_mm, vessel.share)))
    radii = wide * np.sqrt(np.maximum(1.0 - u * u, 0.01))
    spine = middle + side * (radius + 0.9 * wide) + (LONG * wide) * u[:, None] * along
    found = []
    for on, out, size, part in LOBES:
        points = middle + (spine - middle) * size + wide * (on * along + out * side)
        g_cm3 = 1e-3 * part * one.mg / _ml(points, size * radii)
        found.append(Beside(points, size * radii, share, vessel.follows, g_cm3))
    return found


def _false_lumen(vessel: Vessel, one: Outside, flap: Stretch) -> list[Beside]:
    """The whole vessel over a dissection, less the true lumen and the flap about it."""
    count = max(3, round((flap.last_mm - flap.first_mm) / GRID_MM) + 1)
    at = np.linspace(max(flap.first_mm, 0.0), min(flap.last_mm, vessel.length_mm), count)
    points, whole = _points(vessel, at), np.interp(at, vessel.arc_mm, vessel.radius_mm)
    true = np.minimum(whole * np.sqrt(flap.share(at)) + FLAP_MM * _depth(flap, at), whole)
    inside = points + _off(vessel, flap, at)
    share = np.interp(at, vessel.arc_mm, vessel.share)
    ml = max(_ml(points, whole) - _ml(points, true), 1e-4)
    g_cm3 = 1e-3 * one.mg / ml
    return [
        Beside(points, whole, share, vessel.follows, g_cm3),
        Beside(inside, true, share, vessel.follows, -g_cm3),
    ]


def _off(vessel: Vessel, flap: Stretch, at_mm: Floats) -> Floats:
    """From the middle of a vessel to that of its true lumen beside a flap, mm, shape (n, 3)."""
    radius = np.interp(at_mm, vessel.arc_mm, vessel.radius_mm)
    return np.asarray((radius * (np.sqrt(flap.share(at_mm)) - 1.0))[:, None] * side_of(vessel, at_mm))


def _depth(flap: Stretch, at_mm: Floats) -> Floats:
    """How much of the flap is there, 0 to 1."""
    return np.asarray((1.0 - flap.share(at_mm)) / max(1.0 - flap.left_share, 1e-9))


def _points(vessel: Vessel, at_mm: Floats) -> Floats:
    return np.stack([np.interp(at_mm, vessel.arc_mm, vessel.points_mm[:, c]) for c in range(3)], axis=1)


def _ml(points_mm: Floats, radius_mm: Floats) -> float:
    """Volume of a row of cones, ml."""
    length = np.linalg.norm(np.diff(points_mm, axis=0), axis=1)
    a, b = radius_mm[:-1], radius_mm[1:]
    return float(1e-3 * pi / 3.0 * (length * (a * a + a * b + b * b)).sum())
