"""Where instruments enter the patient: places with a sheath in, and the way from skin to sheath's tip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.kit.errors import WrongUse, did_you_mean

__all__ = ["ACCESSES", "Access", "access_named", "accesses_of"]

Floats = NDArray[np.float64]

TRACT_MM = 30.0
"""From the skin to the vessel."""
SHEATH_MM = 110.0
"""Length of the sheaths that lie in when a session begins."""
STEP_MM = 2.0


@dataclass(frozen=True, slots=True)
class Site:
    """A place of entry, before a patient is known: its vessel and where along it, as a share."""

    id: str
    title: str
    system: str
    vessel: str
    share: float
    sheath: str
    tract: tuple[float, float, float]
    """From the vessel to the skin, LPS."""


_GROIN = (0.0, -0.5, -0.85)
SITES = (
    Site("right-femoral-artery", "Right femoral artery", "artery", "right-common-femoral-artery", 0.5,
         "sheath-5f-11cm", _GROIN),
    Site("left-femoral-artery", "Left femoral artery", "artery", "left-common-femoral-artery", 0.5,
         "sheath-5f-11cm", _GROIN),
    Site("right-femoral-vein", "Right femoral vein", "vein", "right-common-femoral-vein", 0.5,
         "sheath-6f-11cm", _GROIN),
    Site("left-femoral-vein", "Left femoral vein", "vein", "left-common-femoral-vein", 0.5,
         "sheath-6f-11cm", _GROIN),
    Site("right-jugular-vein", "Right jugular vein", "vein", "right-internal-jugular-vein", 1.0,
         "sheath-6f-11cm", (0.15, -0.5, 0.85)),
)  # fmt: skip
ACCESSES = tuple(site.id for site in SITES)


@dataclass(frozen=True)
class Access:
    """A place of entry of one patient.

    Parameters
    ----------
    id, title : str
    system : str
        "artery" or "vein".
    vessel : str
        That was punctured.
    at_mm : float
    sheath_mm : float
        From the valve, at the skin, to the sheath's tip.
    course_mm : ndarray (n, 3)
        From the skin to the sheath's tip, LPS mm.
    sheath : str
        Device that lies in it.
    """

    id: str
    title: str
    system: str
    vessel: str
    at_mm: float
    sheath_mm: float
    course_mm: Floats
    sheath: str

    @cached_property
    def arc_mm(self) -> Floats:
        """Along the course."""
        steps = np.linalg.norm(np.diff(self.course_mm, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(steps)])

    def back_from_tip(self, mm: float) -> tuple[Floats, Floats]:
        """Point and direction so far behind the sheath's tip."""
        arc = self.arc_mm
        at = float(np.clip(arc[-1] - mm, 0.0, arc[-1]))
        point, ahead, behind = (self._at(s) for s in (at, min(at + STEP_MM, arc[-1]), max(at - STEP_MM, 0.0)))
        way = ahead - behind
        return point, way / np.linalg.norm(way)

    def up_to(self, mm: float) -> Floats:
        """The course from the skin to so far behind the sheath's tip."""
        arc = self.arc_mm
        end = float(np.clip(arc[-1] - mm, 0.0, arc[-1]))
        return np.concatenate([self.course_mm[arc < end - 1e-6], [self._at(end)]])

    def _at(self, s: float) -> Floats:
        return np.array([np.interp(s, self.arc_mm, self.course_mm[:, c]) for c in range(3)])


def accesses_of(
    graph: VesselGraph, changed: Mapping[str, tuple[str, float]] | None = None
) -> dict[str, Access]:
    """The places of entry that a patient has.

    Parameters
    ----------
    graph : VesselGraph
    changed : mapping, optional
        Device and length (mm) of the sheaths that are not those that a session begins with, by access.
    """
    return {access.id: access for access in _made(graph, changed or {})}


def access_named(accesses: dict[str, Access], name: str) -> Access:
    """One of a patient's places of entry; `WrongUse` where there is none of the name."""
    if name not in accesses:
        raise WrongUse(
            f"This patient has no access '{name}'",
            code="access-not-known",
            value=name,
            way_out=did_you_mean(name, accesses) or f"Choose one of: {', '.join(accesses)}.",
        )
    return accesses[name]


def _made(graph: VesselGraph, changed: Mapping[str, tuple[str, float]]) -> Iterator[Access]:
    for site in SITES:
        vessel = graph.vessels.get(site.vessel)
        sheath, sheath_mm = changed.get(site.id, (site.sheath, SHEATH_MM))
        if vessel is None:
            continue
        at_mm = site.share * vessel.length_mm
        inside = _toward_root(graph, site.vessel, at_mm, sheath_mm - TRACT_MM)
        skin = inside[0] + TRACT_MM * np.array(site.tract) / np.linalg.norm(site.tract)
        tract = skin + np.linspace(0.0, 1.0, int(TRACT_MM / STEP_MM))[:-1, None] * (inside[0] - skin)
        course = np.concatenate([tract, inside])
        length = float(np.linalg.norm(np.diff(course, axis=0), axis=1).sum())
        yield Access(site.id, site.title, site.system, vessel.id, at_mm, length, course, sheath)


def _toward_root(graph: VesselGraph, vessel: str, at_mm: float, length_mm: float) -> Floats:
    """Centre line from a place toward the heart, so long."""
    points, left, here = [], length_mm, at_mm
    while True:
        line = graph.vessels[vessel]
        low = max(here - left, 0.0)
        along = np.linspace(here, low, max(2, int((here - low) / STEP_MM) + 1))
        points.append(
            np.stack([np.interp(along, line.arc_mm, line.points_mm[:, c]) for c in range(3)], axis=1)
        )
        left -= here - low
        if left <= 1e-6 or line.parent is None:
            break
        vessel, here = line.parent.vessel, line.parent.at_mm
    joined = np.concatenate(points)
    kept = np.concatenate([[True], np.linalg.norm(np.diff(joined, axis=0), axis=1) > 1e-6])
    return joined[kept]
