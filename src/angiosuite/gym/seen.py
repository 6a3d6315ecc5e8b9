"""What an agent is shown as numbers: instruments, hands, and the map that a roadmap gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from angiosuite.gym.bench import Bench
from angiosuite.gym.case import Case
from angiosuite.gym.flowing import Flowing
from angiosuite.gym.road import Place
from angiosuite.gym.screen import PIXELS

__all__ = ["POINTS", "SPACING_MM", "Shown", "chart_of", "felt_of", "measured", "seen", "space_of"]

Floats = NDArray[np.float64]
Shown = dict[str, NDArray[Any]]
POINTS, SPACING_MM = 16, 4.0
"""Points of each tool that are told, and how far apart, mm."""
ROAD, TRUNK = 128, 64
"""Points of the map of the road, and of that of the aorta."""
FAR_MM, STRONG_N, LONG_S = 2000.0, 100.0, 10_000.0
HIGH_MMHG, FAST_ML_S = 500.0, 1000.0


def space_of(tools: int, sees: str = "state", flows: bool = False) -> spaces.Dict:
    """The space of :func:`seen` for so many tools, or of a picture and :func:`felt_of`.

    Where blood flows, :func:`measured` belongs to it too.
    """

    def box(far: float, *shape: int) -> spaces.Box:
        return spaces.Box(-far, far, shape, np.float32)

    felt = {
        "depth_mm": box(FAR_MM, tools),
        "turn": box(1.0, tools, 2),
        "force_n": box(STRONG_N, 3),
        "time_s": box(LONG_S, 1),
    }
    if flows:
        felt |= {"pressure_mmhg": box(HIGH_MMHG, 4), "flow_ml_s": box(FAST_ML_S, 1)}
    if sees == "picture":
        return spaces.Dict({"picture": spaces.Box(0, 255, (PIXELS, PIXELS, 2), np.uint8), **felt})
    return spaces.Dict(
        {
            "tools_mm": box(FAR_MM, tools, POINTS, 3),
            "target_mm": box(FAR_MM, 3),
            "left_mm": box(FAR_MM, 1),
            "inside_mm": box(FAR_MM, 1),
            "road_mm": box(FAR_MM, ROAD, 5),
            "trunk_mm": box(FAR_MM, TRUNK, 4),
            **felt,
        }
    )


def chart_of(case: Case) -> Shown:
    """The parts that stay: the road (point, radius, number of mouths passed) and the aorta (point, radius).

    Points are counted from the sheath's tip.
    """
    origin = case.access.course_mm[-1]
    road = case.road
    at = np.linspace(0.0, road.length_mm, ROAD)
    columns = np.column_stack([road.points_mm - origin, road.radius_mm])
    drawn = np.stack([np.interp(at, road.arc_mm, columns[:, c]) for c in range(4)], axis=1)
    number = road.order[np.minimum(np.searchsorted(road.arc_mm, at), len(road.order) - 1)]
    steps = np.linalg.norm(np.diff(case.trunk_mm, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    along = np.linspace(0.0, arc[-1], TRUNK)
    trunk = np.column_stack([case.trunk_mm - origin, case.trunk_radius_mm])
    aorta = np.stack([np.interp(along, arc, trunk[:, c]) for c in range(4)], axis=1)
    return {
        "road_mm": np.column_stack([drawn, number]).astype(np.float32),
        "trunk_mm": aorta.astype(np.float32),
    }


def seen(bench: Bench, chart: Shown, place: Place, tip_mm: Floats, time_s: float) -> Shown:
    """What is shown now; the leading tip lies at `tip_mm`."""
    case = bench.case
    origin = case.access.course_mm[-1]
    tools = np.stack([bench.points_mm(k, POINTS, SPACING_MM) - origin for k in range(len(case.kit))])
    found = {
        "tools_mm": _told(tools, FAR_MM),
        "target_mm": _told(case.road.points_mm[-1] - tip_mm, FAR_MM),
        "left_mm": _told([place.left_mm], FAR_MM),
        "inside_mm": _told([place.inside_mm], FAR_MM),
        **felt_of(bench, time_s),
    }
    return {**{name: part.copy() for name, part in chart.items()}, **found}


def felt_of(bench: Bench, time_s: float) -> Shown:
    """What hands know: how far and how turned each tool is, and what it feels like."""
    forces, turn = [float(bench.push_n.max()), *bench.wall_n], bench.turn_rad
    return {
        "depth_mm": _told(bench.depth_mm, FAR_MM),
        "turn": np.stack([np.cos(turn), np.sin(turn)], axis=1).astype(np.float32),
        "force_n": _told(forces, STRONG_N),
        "time_s": _told([time_s], LONG_S),
    }


def measured(flowing: Flowing, place: Place) -> Shown:
    """What is measured of the blood: pressure at the catheter's tip, flow where the leading tip lies.

    Pressure now, systolic, diastolic and mean, mmHg; mean flow of the last beat, ml/s.
    """
    return {
        "pressure_mmhg": _told(flowing.pressure_mmhg, HIGH_MMHG),
        "flow_ml_s": _told([flowing.flow_ml_s(place.vessel, place.at_mm)], FAST_ML_S),
    }


def _told(values: object, far: float) -> NDArray[np.float32]:
    return np.clip(np.asarray(values, np.float64), -far, far).astype(np.float32)
