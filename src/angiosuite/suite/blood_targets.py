"""Targets in blood: a vessel or a piece of it, the tissue of a bed, a lesion; where they are, how full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Bed, VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import wall_mm
from angiosuite.kit.randomness import generator
from angiosuite.physics.xray.layers import Motion

from .circulation.lumens import Lumens
from .circulation.seen import BloodSeen
from .instruments.emboli import organ_of
from .moment import Moment
from .phantom import motion_of

if TYPE_CHECKING:
    from .circulation.blood import Blood
    from .targets import Shadow, View

__all__ = ["KINDS", "InBlood", "ends_of", "found_in_blood"]

Floats = NDArray[np.float64]
KINDS = ("vessel", "bed", "lesion")
SEEN_MG_CM2 = 15.0
"""Iodine that the beam has to meet for a place to count as filled, mg/cm2 (own choice)."""
SEEN_TISSUE_MG_CM2 = 5.0
"""The same in tissue, which blushes over an area (own choice)."""
SEEN_GAS_CM = 0.5
"""Gas that it has to meet, cm (own choice)."""
LEAST_SINE = 0.25
"""A vessel seen along its axis is not counted as deeper than four of its widths."""
SAMPLES = 200
"""Places by which a bed's tissue is carried to the picture."""
UNDRAWN_MM = 5.0
"""Half the depth of a bed that has no cells (own choice)."""
MG_ML = 1e3
"""Of g/cm3."""


@dataclass(frozen=True, slots=True, eq=False)
class InBlood:
    """One target where it lies in this patient.

    Parameters
    ----------
    name : str
        Vessel, bed or lesion.
    points_mm : ndarray (n, 3)
        Centre line, or places in the tissue, at rest.
    radius_mm : ndarray (n,)
        Of the lumen; half the depth of the tissue.
    share : ndarray (n,)
        How much of the motion each takes part in.
    motion : callable or None
    nodes : slice or None
        Of the lumens' concentrations; None for a bed.
    bed : int
        Place among the beds' concentrations; -1 for a lumen.
    organ : str
        Of a bed, as it is said.
    root_mm : ndarray (3,) or None
        Where blood that gathers here left its vessel; None where a course begins at its first place.
    """

    name: str
    points_mm: Floats
    radius_mm: Floats
    share: Floats
    motion: Motion | None
    nodes: slice | None
    bed: int = -1
    organ: str = ""
    root_mm: Floats | None = None

    @property
    def is_line(self) -> bool:
        """Whether it is a course, not a heap of places."""
        return self.bed < 0

    def at(self, moment: Moment) -> Floats:
        """Where it really is: breath, heart and the patient's shift."""
        return self._moved(self.points_mm, self.share, moment)

    def begins(self, moment: Moment) -> Floats:
        """Where it really begins, shape (3,)."""
        if self.root_mm is None:
            return self._moved(self.points_mm[:1], self.share[:1], moment)[0]
        return self._moved(self.root_mm[None], self.share[:1], moment)[0]

    def _moved(self, points: Floats, share: Floats, moment: Moment) -> Floats:
        if self.motion is not None:
            affine = self.motion(moment.breath_mm, moment.cardiac_phase)
            moved = points @ affine[:3, :3].T + affine[:3, 3]
            points = points + share[:, None] * (moved - points)
        return np.asarray(points + np.asarray(moment.shift_mm))

    def judged(self, view: View, seen: BloodSeen | None) -> dict[str, Any]:
        """How full it is, and how much of that the open field shows."""
        points = self.at(view.moment)
        told: dict[str, Any] = (
            {"vessel": self.name} if self.is_line else {"bed": self.name, "organ": self.organ}
        )
        if seen is None:
            return {**told, "filled": 0.0, "iodine_mg_ml": 0.0}
        mg_ml, gas = self._held(seen)
        weight = self._weights(points)
        depth_cm = self._depth_cm(points, view)
        least = SEEN_MG_CM2 if self.is_line else SEEN_TISSUE_MG_CM2
        full = (mg_ml * depth_cm >= least) | (gas * depth_cm >= SEEN_GAS_CM)
        full &= view.is_open(view.pixels(points))
        if self.is_line and full.any():
            radius_mm = self._open_radius_mm(seen)
            told["narrowest"] = round(float(radius_mm.min() / radius_mm.max()), 3)
            told["widest_mm"] = round(2.0 * float(radius_mm.max()), 2)
        volume = weight * self.radius_mm**2 if self.is_line else weight
        if gas.any():
            told["gas_share"] = round(float(volume @ gas / volume.sum()), 3)
        return {
            **told,
            "filled": round(float(weight @ full / weight.sum()), 4),
            "iodine_mg_ml": round(float(volume @ mg_ml / volume.sum()), 2),
        }

    def covered(self, view: View, others: Sequence[Shadow]) -> float:
        """Share of a course that lies behind or before the outlines of others, 0 to 1."""
        points = self.at(view.moment)
        places = view.pixels(points)
        hidden = np.zeros(len(places), np.bool_)
        for other in others:
            begin, along = other.segments[:, :2], other.segments[:, 2:] - other.segments[:, :2]
            reach = places[:, None] - begin[None]
            length = np.maximum((along**2).sum(axis=1), 1e-12)
            share = np.clip((reach * along[None]).sum(axis=2) / length, 0.0, 1.0)
            gaps = np.linalg.norm(reach - share[..., None] * along[None], axis=2)
            hidden |= (gaps <= other.radii[None]).any(axis=1)
        weight = self._weights(points)
        return round(float(weight @ hidden / weight.sum()), 4)

    def _open_radius_mm(self, seen: BloodSeen) -> Floats:
        """Radius at each place, with what harms, treatment and clot in a filter leave open."""
        if seen.width is None or self.nodes is None:
            return self.radius_mm
        left = np.asarray(seen.width, np.float64)[self.nodes]
        return self.radius_mm * left if len(left) == len(self.radius_mm) else self.radius_mm

    def _held(self, seen: BloodSeen) -> tuple[Floats, Floats]:
        """Iodine, mg/ml, and share of gas at each place."""
        count = len(self.points_mm)
        if self.nodes is None:
            return np.full(count, MG_ML * float(seen.beds_g_cm3[self.bed])), np.zeros(count)
        mg_ml = MG_ML * seen.lumens_g_cm3[self.nodes].astype(np.float64)
        if seen.gas_share is None:
            return mg_ml, np.zeros(count)
        return mg_ml, seen.gas_share[self.nodes].astype(np.float64)

    def _weights(self, points: Floats) -> Floats:
        """Length that each place stands for."""
        if not self.is_line or len(points) < 2:
            return np.ones(len(points))
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        return 0.5 * (np.concatenate([[0.0], steps]) + np.concatenate([steps, [0.0]]))

    def _depth_cm(self, points: Floats, view: View) -> Floats:
        """Path of the beam through it at each place."""
        if not self.is_line or len(points) < 2:
            return np.asarray(0.2 * self.radius_mm)
        rays = points - view.geometry.source_mm
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        along = np.gradient(points, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        sine = np.linalg.norm(np.cross(along, rays), axis=1)
        return np.asarray(0.2 * self.radius_mm / np.maximum(sine, LEAST_SINE))


def found_in_blood(item: Mapping[str, Any], blood: Blood) -> InBlood | None:
    """A task's target in the patient whose blood flows; None where the patient has not got it."""
    graph, lumens = blood.shown
    if graph is None or lumens is None:
        return None
    if item["kind"] == "bed":
        return _bed(item["bed"], graph, blood)
    if item["kind"] == "vessel":
        return _vessel(item["vessel"], item.get("along_mm"), graph, lumens)
    return _lesion(item["lesion"], graph, lumens, blood)


def _vessel(name: str, along_mm: Any, graph: VesselGraph, lumens: Lumens) -> InBlood | None:
    vessel = graph.vessels.get(name)
    if vessel is None:
        return None
    wall = wall_mm(graph, vessel)
    low, high = (0.0, vessel.length_mm) if along_mm is None else (float(along_mm[0]), float(along_mm[1]))
    return _piece(name, name, wall + low, wall + high, vessel.arc_mm, lumens)


def _piece(name: str, lumen_name: str, low: float, high: float, arc: Floats, lumens: Lumens) -> InBlood:
    """A stretch of a lumen, two nodes at least."""
    first = 0
    for lumen in lumens.lumens:
        if lumen.name == lumen_name:
            break
        first += len(lumen.nodes_mm)
    a = min(int(np.searchsorted(arc, low - 1e-6)), len(arc) - 2)
    b = max(int(np.searchsorted(arc, high + 1e-6, side="right")), a + 2)
    radius = np.concatenate([lumen.radii_mm[:1, 0], lumen.radii_mm[:, 1]])
    return InBlood(
        name,
        lumen.nodes_mm[a:b],
        radius[a:b],
        lumen.share[a:b],
        lumen.motion,
        slice(first + a, first + min(b, len(arc))),
    )


def _lesion(name: str, graph: VesselGraph, lumens: Lumens, blood: Blood) -> InBlood | None:
    names = [lumen.name for lumen in lumens.lumens]
    for lumen_name in (f"{name}:pool", name):
        if lumen_name in names:
            nodes = lumens.lumens[names.index(lumen_name)].nodes_mm
            arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
            pool = _piece(name, lumen_name, 0.0, float(arc[-1]), arc, lumens)
            leak = next((one for one in blood.patient.leaks if one.lesion == name), None)
            root_mm = None if leak is None else graph.vessels[leak.vessel].at(leak.at_mm)[0]
            return replace(pool, root_mm=root_mm)
    if name in graph.beds:
        return _bed(name, graph, blood)
    for effect in () if blood.patient.afflicted is None else blood.patient.afflicted.effects:
        if effect.lesion == name and (vessel := getattr(effect, "vessel", None)) is not None:
            at_mm = float(getattr(effect, "at_mm", 0.0))
            half = 0.5 * float(getattr(effect, "length_mm", 10.0))
            arc = graph.vessels[vessel].arc_mm
            return _piece(name, vessel, at_mm - half, at_mm + half, arc, lumens)
    return None


def _bed(name: str, graph: VesselGraph, blood: Blood) -> InBlood | None:
    land, lumens = graph.territory, blood.shown[1]
    if land is None or lumens is None or name not in lumens.beds:
        return None
    cells = np.argwhere(land.number == 1 + land.beds.index(name))
    half_mm = 0.5 * 10.0 * land.volume_ml(name) ** (1.0 / 3.0)
    if len(cells) > SAMPLES:
        cells = cells[np.sort(generator(0, f"target:{name}").choice(len(cells), SAMPLES, replace=False))]
    points = np.asarray(land.origin_mm) + land.spacing_mm * cells[:, ::-1]
    if not len(cells):
        if name not in graph.beds:
            return None
        points, half_mm = ends_of(graph, graph.beds[name]), UNDRAWN_MM
    follows = graph.beds[name].follows if name in graph.beds else "still"
    count = len(points)
    motion = motion_of(follows, blood.body)
    return InBlood(
        name, points, np.full(count, half_mm), np.ones(count), motion, None, lumens.beds.index(name),
        organ_of(graph, name),
    )  # fmt: skip


def ends_of(graph: VesselGraph, bed: Bed) -> Floats:
    """Where a bed is that is too small to have cells of its own: at the ends of its arteries."""
    return np.array([graph.vessels[feeder].points_mm[-1] for feeder in bed.feeders])
