"""A filter as it stands in a vein: where, how it leans, how far from the renal veins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import atan2, cos, degrees, pi, radians, sin, tan
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.content.cava_filter import CavaFilter
from angiosuite.physics.treating.snare import Reach
from angiosuite.physics.xray.attenuation import density_g_cm3
from angiosuite.physics.xray.instrument_shadow import Drawn, Ring, Section
from angiosuite.suite.instruments.seen import ToolSeen

__all__ = ["Standing", "Tip", "level_mm", "looks_away", "made_of", "opened", "reach", "stood", "struts"]

Floats = NDArray[np.float64]

UPRIGHT = 0.3
"""How far a double basket leans of what a cone would: two rings of legs hold it (own choice; draft)."""
UNEVEN_MM = 1.5
"""How far off the middle legs come to stand, one standard deviation in each direction (own choice; draft)."""
LEG_MM, HOOK_MM, HOOK_LONG_MM = 0.35, 1.2, 3.0
STEP_MM = 3.0
_WIRE = (("nitinol", density_g_cm3("nitinol")),)
_DRAWN = {
    True: Drawn(
        (
            Section(HOOK_LONG_MM, (Ring(0.5 * HOOK_MM, 0.0, _WIRE),)),
            Section(1e5, (Ring(0.5 * LEG_MM, 0.0, _WIRE),)),
        )
    ),
    False: Drawn((Section(1e5, (Ring(0.5 * LEG_MM, 0.0, _WIRE),)),)),
}
"""Leg with the hook at its end, and leg: figures are usual ones (memory; draft)."""


@dataclass(frozen=True, slots=True, eq=False)
class Tip:
    """End of a sheath at rest: its point and direction, LPS, and where in its vessel that is."""

    point_mm: Floats
    ahead: Floats
    vessel: str
    at_mm: float


@dataclass(slots=True)
class Standing:
    """One filter in a vein.

    Parameters
    ----------
    tool, device, title : str
    vessel : str
    at_mm : float
        Of its cranial end, along the vein; veins are measured from the heart.
    length_mm : float
    lean_mm : (float, float)
        Cranial end off the line of its feet, along two directions across the vein.
    off_mm : (float, float)
        Its feet off the vein's middle.
    dwell_days : float
    is_embedded : bool
        Its hook has grown into the wall.
    travels : bool
        It goes with the blood.
    clot_mm3 : float
        Caught in it.
    """

    tool: str
    device: str
    title: str
    vessel: str
    at_mm: float
    length_mm: float
    lean_mm: tuple[float, float]
    off_mm: tuple[float, float] = (0.0, 0.0)
    dwell_days: float = 0.0
    is_embedded: bool = False
    travels: bool = False
    clot_mm3: float = 0.0

    @property
    def tilt_deg(self) -> float:
        """Between it and the vein's axis."""
        return degrees(atan2(float(np.hypot(*self.lean_mm)), self.length_mm))

    @property
    def foot_mm(self) -> float:
        """Where its feet stand along the vein."""
        return self.at_mm + self.length_mm

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """The filter that :meth:`state` told of."""
        pairs = {name: (plain[name][0], plain[name][1]) for name in ("lean_mm", "off_mm")}
        return cls(**{**plain, **pairs})


# ---- how it comes to stand ---------------------------------------------------------------------------------


def opened(
    graph: VesselGraph, tip: Tip, part: CavaFilter, uneven: tuple[float, float], name: tuple[str, str, str]
) -> Standing:
    """A filter that is let out of a sheath which lies so.

    Parameters
    ----------
    graph : VesselGraph
    tip : Tip
    part : CavaFilter
    uneven : (float, float)
        Drawn, normal: how unevenly its legs come to stand.
    name : (str, str, str)
        Tool, device and title.

    Notes
    -----
    **Model** the sheath is drawn back over a filter that stands still. From below its cranial end was at the
    sheath's end; from above its feet were, and its cranial end lies a filter's length back in the sheath.
    That end stays where it lay, off the vein's middle, and the feet spread about the middle, so it leans by
    the angle whose tangent is one over the other. A double basket leans less.
    **Source** geometry; that a sheath which lies on the wall makes a filter lean is every text's (memory).
    Spread and share are own choices. Held by ``tests/suite/treating/filters/test_standing.py``.
    """
    _, up, _ = _frame(graph, tip.vessel, tip.at_mm)
    from_below = float(tip.ahead @ up) > 0.0
    at_mm = tip.at_mm if from_below else max(tip.at_mm - part.length_mm, 0.0)
    end = tip.point_mm if from_below else tip.point_mm - part.length_mm * tip.ahead
    middle, _, across = _frame(graph, tip.vessel, at_mm)
    radius = graph.vessels[tip.vessel].at(at_mm)[1]
    off = across @ (end - middle)
    off *= min(1.0, radius / max(float(np.linalg.norm(off)), 1e-9))
    feet = UNEVEN_MM * np.array(uneven)
    lean = (off - feet) * (UPRIGHT if part.design == "double" else 1.0)
    tool, device, title = name
    return Standing(
        tool, device, title, tip.vessel, at_mm, part.length_mm, (float(lean[0]), float(lean[1])),
        (float(feet[0]), float(feet[1])),
    )  # fmt: skip


def stood(
    part: CavaFilter, name: tuple[str, str, str], vessel: str, at_mm: float, tilt_deg: float, days: float
) -> Standing:
    """A filter that was put there so many days ago and leans so."""
    tool, device, title = name
    lean = (part.length_mm * tan(radians(tilt_deg)), 0.0)
    return Standing(tool, device, title, vessel, at_mm, part.length_mm, lean, dwell_days=days)


def level_mm(graph: VesselGraph, one: Standing) -> float | None:
    """How far its cranial end lies below the lower edge of the lowest renal vein, mm; None without any."""
    mouths = [
        v.parent.at_mm + float(v.radius_mm[0])
        for v in graph.vessels.values()
        if v.system == "vein" and v.parent is not None and v.parent.vessel == one.vessel
        and v.id.endswith("renal-vein")
    ]  # fmt: skip
    return None if not mouths else one.at_mm - max(mouths)


def _frame(graph: VesselGraph, vessel: str, at_mm: float) -> tuple[Floats, Floats, Floats]:
    """Middle of a vein, the direction to the heart, and two directions across it (2, 3)."""
    line = graph.vessels[vessel]
    here = min(max(at_mm, 0.0), line.length_mm)
    middle = line.at(here)[0]
    up = line.at(max(here - STEP_MM, 0.0))[0] - line.at(min(here + STEP_MM, line.length_mm))[0]
    up /= np.linalg.norm(up)
    aside = np.array([1.0, 0.0, 0.0]) - up[0] * up
    aside /= np.linalg.norm(aside)
    return middle, up, np.stack([aside, np.cross(up, aside)])


# ---- what is seen, and how it is caught --------------------------------------------------------------------


def ends_mm(graph: VesselGraph, one: Standing) -> tuple[Floats, Floats]:
    """Its cranial end and the middle of its feet, LPS mm."""
    top, _, over = _frame(graph, one.vessel, one.at_mm)
    foot, _, across = _frame(graph, one.vessel, one.foot_mm)
    off, lean = np.array(one.off_mm), np.array(one.lean_mm)
    return top + (off + lean) @ over, foot + off @ across


def struts(graph: VesselGraph, one: Standing, part: CavaFilter) -> list[ToolSeen]:
    """Its legs as a picture shows them, each from its foot to the cranial end; the first has the hook.

    Notes
    -----
    **Model** straight legs of nitinol, evenly round. The vein's motion with breath is not followed.
    """
    top, foot = ends_mm(graph, one)
    radius = graph.vessels[one.vessel].at(min(one.foot_mm, graph.vessels[one.vessel].length_mm))[1]
    _, _, across = _frame(graph, one.vessel, one.foot_mm)
    found = []
    for k in range(part.legs):
        turn = 2.0 * pi * k / part.legs
        end = foot + radius * (cos(turn) * across[0] + sin(turn) * across[1])
        begin, last = (end, top) if part.hook != "caudal" else (top + 0.3 * (end - foot), foot)
        points = begin + np.linspace(0.0, 1.0, 12)[:, None] * (last - begin)
        found.append(ToolSeen(points, made_of(k == 0 and part.hook is not None)))
    return found


def made_of(has_hook: bool) -> Drawn:
    """What a leg is made of; one with a hook carries it at its end."""
    return _DRAWN[has_hook]


def looks_away(graph: VesselGraph, part: CavaFilter, tip: Tip) -> bool:
    """Whether a hook looks away from a sheath: what it is drawn into must come from its side."""
    _, up, _ = _frame(graph, tip.vessel, tip.at_mm)
    return (float(tip.ahead @ up) > 0.0) == (part.hook == "cranial")


def reach(
    graph: VesselGraph, one: Standing, part: CavaFilter, tip: Tip, loop_mm: tuple[float, float]
) -> Reach:
    """How a loop that opens at a sheath's end lies about the hook.

    Notes
    -----
    **Model** the loop stands across the sheath's end and is opened as far as the vein is wide, within its
    range; it is over the hook when the hook lies behind it, seen along the sheath.
    """
    top, foot = ends_mm(graph, one)
    hook = top if part.hook == "cranial" else foot
    vessel_mm = 2.0 * graph.vessels[tip.vessel].at(tip.at_mm)[1]
    _, up, _ = _frame(graph, tip.vessel, tip.at_mm)
    off_normal = degrees(float(np.arccos(np.clip(abs(tip.ahead @ up), 0.0, 1.0))))
    away = hook - tip.point_mm
    along = float(away @ tip.ahead)
    off_axis = float(np.linalg.norm(away - along * tip.ahead))
    opened_mm = min(max(vessel_mm, loop_mm[0]), loop_mm[1])
    return Reach(opened_mm, vessel_mm, off_normal, off_axis, -along, not one.is_embedded)
