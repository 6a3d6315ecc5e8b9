"""Masses with vessels of their own: tumours and fibroids as beds with feeders, a blush and drawn vessels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Bed, Junction, Territory, Twigs, Vessel, VesselGraph

__all__ = ["with_mass"]

Floats = NDArray[np.float64]
Plain = Mapping[str, Any]

BLOOD_MM_S = 200.0
"""Mean velocity in a feeder, from which its radius follows (memory: usual in arteries of 1 to 3 mm)."""
LEAST_RADIUS_MM, WIDEST_RADIUS_MM = 0.35, 2.0
TWIGS_A_FEEDER = 120
FIBROID_TRANSIT_S = 7.0
"""Mean transit of a fibroid (memory: slower than the muscle around it)."""


def with_mass(graph: VesselGraph, lesion: Plain, rng: np.random.Generator) -> VesselGraph | None:
    """The graph with a tumour, or fibroids, in a bed's organ; None when the patient has no such bed.

    Notes
    -----
    **Model** a ball whose voxels become a bed of its own. Feeders leave the nearest arteries of the organ,
    wind to its surface and are as wide as their flow at 200 mm/s asks for; drawn vessels walk at random.
    **Source** own shapes; velocity from memory. **Valid for** masses smaller than their organ.
    Held by ``tests/anatomy/vessels/test_lesions.py``.
    """
    host = graph.beds.get(lesion["bed"])
    if host is None:
        return None
    count = int(lesion.get("count", 1))
    taken: list[tuple[Floats, float]] = []
    for k in range(count):
        name = str(lesion["id"]) if count == 1 else f"{lesion['id']}-{k + 1}"
        radius = lesion["diameter_mm"] / 2.0 * float(rng.uniform(0.6, 1.0) if count > 1 else 1.0)
        middle = _middle(graph, host, radius, taken, rng)
        if middle is None:
            break
        taken.append((middle, radius))
        graph = _one(graph, lesion, name, host, middle, radius, rng)
    return graph if taken else None


def _one(
    graph: VesselGraph,
    lesion: Plain,
    name: str,
    host: Bed,
    middle: Floats,
    radius: float,
    rng: np.random.Generator,
) -> VesselGraph:
    """Add one ball: its feeders, its bed, its voxels."""
    core = radius * lesion.get("necrosis_percent", 0.0) / 100.0
    flow = float(lesion["flow_ml_min"])
    wanted = int(lesion.get("feeders", 2))
    feeders = [
        _feeder(name, k, graph, host, site, middle, radius, flow / wanted, rng)
        for k, site in enumerate(_sites(graph, host, middle, wanted))
    ]
    bed = Bed(
        id=name,
        name=name.replace("-", " ").capitalize(),
        kind="tumour",
        flow_ml_min=flow,
        transit_s=float(lesion.get("transit_s", FIBROID_TRANSIT_S)),
        feeders=tuple(feeder.id for feeder in feeders),
        drains=host.drains,
        follows=host.follows,
        twigs=_twigs(feeders, middle, radius, core, rng),
    )
    return replace(
        graph,
        vessels={**graph.vessels, **{feeder.id: feeder for feeder in feeders}},
        beds={**graph.beds, name: bed},
        territory=_claimed(graph.territory, name, middle, radius, core),
    )


def _middle(
    graph: VesselGraph, host: Bed, radius: float, taken: list[tuple[Floats, float]], rng: np.random.Generator
) -> Floats | None:
    """The place among drawn voxels of the organ where the ball fits best and meets no other."""
    land = graph.territory
    if land is None or host.id not in land.beds:
        ends = [graph.vessels[f].points_mm[-1] for f in host.feeders]
        tries = np.array([end + rng.normal(0.0, radius, 3) for end in ends for _ in range(20)])
        depth = np.zeros(len(tries))
    else:
        voxels = np.argwhere(land.number == 1 + land.beds.index(host.id))
        if len(voxels) == 0:
            return None
        drawn = voxels[rng.choice(len(voxels), min(400, len(voxels)), replace=False)]
        tries = np.asarray(land.origin_mm) + drawn[:, ::-1] * land.spacing_mm
        depth = _inside_share(land, 1 + land.beds.index(host.id), tries, radius)
    free = np.ones(len(tries), bool)
    for other, size in taken:
        free &= np.linalg.norm(tries - other, axis=1) > 0.9 * (radius + size)
    if not free.any():
        return None
    best = np.flatnonzero(free & (depth >= 0.98 * depth[free].max()))
    return np.asarray(tries[best[int(rng.integers(len(best)))]])


def _inside_share(land: Territory, number: int, tries: Floats, radius: float) -> Floats:
    """Share of a ball's surface about each place that lies in the organ."""
    golden = np.pi * (3.0 - np.sqrt(5.0))
    k = np.arange(64)
    z = 1.0 - 2.0 * (k + 0.5) / 64
    ring = np.sqrt(1.0 - z * z)
    ball = radius * np.stack([ring * np.cos(golden * k), ring * np.sin(golden * k), z], axis=1)
    places = (tries[:, None, :] + ball - np.asarray(land.origin_mm)) / land.spacing_mm
    index = np.rint(places).astype(int)[..., ::-1]
    there = ((index >= 0) & (index < land.number.shape)).all(axis=-1)
    index = np.clip(index, 0, np.array(land.number.shape) - 1)
    found = land.number[index[..., 0], index[..., 1], index[..., 2]] == number
    return np.asarray((found & there).mean(axis=1))


def _sites(graph: VesselGraph, host: Bed, middle: Floats, wanted: int) -> list[tuple[str, float]]:
    """Where feeders leave: the nearest places of the organ's arteries, one artery each if it can be."""
    near = []
    for name in host.feeders:
        vessel = graph.vessels[name]
        if vessel.system != "artery":  # the liver has its portal branches as well, where no pressure is
            continue
        gaps = np.linalg.norm(vessel.points_mm - middle, axis=1)
        k = int(gaps.argmin())
        near.append((float(gaps[k]), name, float(vessel.arc_mm[k])))
    near.sort()
    return [near[k % len(near)][1:] for k in range(wanted)] if near else []


def _feeder(
    name: str,
    number: int,
    graph: VesselGraph,
    host: Bed,
    site: tuple[str, float],
    middle: Floats,
    radius: float,
    flow_ml_min: float,
    rng: np.random.Generator,
) -> Vessel:
    """A winding artery from a place on another to the surface of the ball."""
    parent = graph.vessels[site[0]]
    start, wall = parent.at(site[1])
    aim = middle + 0.85 * radius * _turned(start - middle, 0.7 * number, rng)
    chord = aim - start
    t = np.linspace(0.0, 1.0, max(12, int(np.linalg.norm(chord))))
    bow = np.sin(np.pi * t)[:, None] * rng.normal(0.0, 0.12 * np.linalg.norm(chord) + 0.5, 3)
    wide = float(np.sqrt(flow_ml_min * 1e3 / 60.0 / BLOOD_MM_S / np.pi))
    wide = min(max(wide, LEAST_RADIUS_MM), WIDEST_RADIUS_MM, max(0.9 * wall, LEAST_RADIUS_MM))
    share = np.full(len(t), float(np.interp(site[1], parent.arc_mm, parent.share)))
    return Vessel(
        id=f"{name}-feeder-{number + 1}",
        name=f"Feeder {number + 1} of {name.replace('-', ' ')}",
        system="artery",
        parent=Junction(*site),
        points_mm=start + t[:, None] * chord + bow,
        radius_mm=wide * np.linspace(1.0, 0.7, len(t)),
        away=True,
        follows=host.follows,
        share=share,
        bed=name,
        side=parent.side,
    )


def _turned(direction: Floats, spread: float, rng: np.random.Generator) -> Floats:
    """A unit vector near a direction, the farther from it the larger `spread`."""
    made = direction / max(float(np.linalg.norm(direction)), 1e-9) + rng.normal(0.0, spread + 1e-6, 3)
    return np.asarray(made / max(float(np.linalg.norm(made)), 1e-9))


def _twigs(
    feeders: list[Vessel], middle: Floats, radius: float, core: float, rng: np.random.Generator
) -> Twigs | None:
    """Vessels that walk at random through the ball between its core and a little beyond its surface."""
    rows: list[np.ndarray] = []
    before: list[int] = []
    for feeder in feeders:
        tips = [
            (
                feeder.points_mm[-1],
                float(feeder.radius_mm[-1]),
                _turned(middle - feeder.points_mm[-1], 0.3, rng),
                -1,
            )
        ]
        for _ in range(TWIGS_A_FEEDER):
            point, wide, heading, row = tips.pop(int(rng.integers(len(tips))))
            for _child in range(2):
                ahead = _turned(heading, 0.55, rng)
                end = point + ahead * float(rng.uniform(0.08, 0.2)) * radius
                off = end - middle
                far = float(np.linalg.norm(off))
                end = middle + off * np.clip(far, core, 1.03 * radius) / max(far, 1e-9)
                thin = max(0.79 * wide, 0.08)
                rows.append(np.concatenate([point, [wide], end, [thin]]))
                before.append(row)
                tips.append((end, thin, end - point, len(rows) - 1))
    if not rows:
        return None
    return Twigs(np.array(rows, np.float32), np.array(before, np.int32))


def _claimed(
    land: Territory | None, name: str, middle: Floats, radius: float, core: float
) -> Territory | None:
    """The territory with the ball's voxels given to its bed, and its core to none."""
    if land is None or len(land.beds) >= 254:
        return land
    number = land.number.copy()
    z, y, x = (
        land.origin_mm[2 - axis] + np.arange(number.shape[axis]) * land.spacing_mm - middle[2 - axis]
        for axis in range(3)
    )
    gap = z[:, None, None] ** 2 + y[None, :, None] ** 2 + x[None, None, :] ** 2
    tissue = (gap <= radius * radius) & (number > 0)
    number[tissue] = 1 + len(land.beds)
    number[tissue & (gap < core * core)] = 0
    return replace(land, number=number, beds=(*land.beds, name))
