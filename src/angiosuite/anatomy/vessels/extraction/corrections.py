"""A person's corrections of an extracted tree: kept as places in mm, applied anew after every extraction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.build import hash_graph
from angiosuite.anatomy.vessels.extraction.frames import smoothed
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.extraction.naming import KNOWN
from angiosuite.anatomy.vessels.extraction.seeding import seeded
from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph

__all__ = ["Correction", "Kind", "as_facts", "corrected", "of_facts"]

Floats = NDArray[np.float64]
Point = tuple[float, float, float]
Kind = Literal["accept", "cut", "join", "rename", "seed"]

#: How far from a correction's place its vessel may lie, mm, and how far two joined ends may be apart, mm.
NEAR_MM, JOIN_MM = 8.0, 60.0
#: A part shorter than this that a cut leaves goes whole, mm.
STUMP_MM = 4.0


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction.

    Parameters
    ----------
    kind : {"accept", "cut", "join", "rename", "seed"}
        The vessel is right; ends at the place; goes on to another place; has another name; is here.
    at_mm : (x, y, z)
        Place on the vessel (of a cut, the new end; of a join, the end that goes on), LPS.
    to_mm : (x, y, z), optional
        Where a join leads: the near end of the other vessel.
    name : str, optional
        New id, of the list of known vessels.
    """

    kind: Kind
    at_mm: Point
    to_mm: Point | None = None
    name: str | None = None


def as_facts(corrections: Sequence[Correction]) -> list[dict[str, Any]]:
    """Corrections as plain JSON values."""
    return [
        {
            "kind": one.kind,
            "at_mm": list(one.at_mm),
            "to_mm": None if one.to_mm is None else list(one.to_mm),
            "name": one.name,
        }
        for one in corrections
    ]


def of_facts(facts: Sequence[dict[str, Any]]) -> tuple[Correction, ...]:
    """Corrections from plain JSON values; ValueError where they are none."""
    made = []
    for fact in facts:
        if fact["kind"] not in _APPLY:
            raise ValueError(f"no correction: {fact['kind']}")
        x, y, z = (float(value) for value in fact["at_mm"])
        to = None if fact.get("to_mm") is None else tuple(float(value) for value in fact["to_mm"])
        if to is not None and len(to) != 3:
            raise ValueError("a place has three coordinates")
        made.append(Correction(fact["kind"], (x, y, z), to, fact.get("name")))
    return tuple(made)


def corrected(
    graph: VesselGraph, corrections: Sequence[Correction], lumen: Lumen | None = None
) -> VesselGraph:
    """The graph with corrections applied in order.

    Parameters
    ----------
    graph : VesselGraph
        As extracted.
    corrections : sequence of Correction
    lumen : Lumen, optional
        Where a seed looks for its vessel.

    Returns
    -------
    graph : VesselGraph
        What a person touched has origin "corrected". A correction that does not fit changes nothing and is
        told in the notices.
    """
    notices = list(graph.notices)
    vessels = dict(graph.vessels)
    for number, one in enumerate(corrections, start=1):
        try:
            vessels = _APPLY[one.kind](vessels, one, lumen)
        except _DoesNotFit as reason:
            notices.append(f"Correction {number} ({one.kind}) does not fit this extraction: {reason}.")
    changed = replace(graph, vessels=vessels, notices=tuple(notices))
    return replace(changed, content_hash=hash_graph(changed))


class _DoesNotFit(Exception):
    """Why a correction cannot be applied."""


Vessels = dict[str, Vessel]


def _nearest(vessels: Vessels, place: Point, without: str | None = None) -> tuple[Vessel, int]:
    """Vessel and point nearest to a place."""
    best: tuple[float, Vessel, int] | None = None
    for vessel in vessels.values():
        if vessel.id == without:
            continue
        off = np.linalg.norm(vessel.points_mm - np.array(place), axis=1)
        k = int(off.argmin())
        # at a joint both vessels are as near: the child is meant
        if best is None or off[k] < best[0] - 0.25:
            best = (float(off[k]), vessel, k)
    if best is None or best[0] > NEAR_MM:
        raise _DoesNotFit(f"no vessel lies within {NEAR_MM:.0f} mm of the place")
    return best[1], best[2]


def _accept(vessels: Vessels, one: Correction, lumen: Lumen | None) -> Vessels:
    vessel, _ = _nearest(vessels, one.at_mm)
    return {**vessels, vessel.id: replace(vessel, origin="corrected")}


def _without(vessels: Vessels, gone: set[str]) -> Vessels:
    """Vessels without some, and without what hangs on them."""
    kept: Vessels = {}
    for vessel in vessels.values():
        if vessel.id in gone or (vessel.parent is not None and vessel.parent.vessel in gone):
            gone.add(vessel.id)
        else:
            kept[vessel.id] = vessel
    return kept


def _cut(vessels: Vessels, one: Correction, lumen: Lumen | None) -> Vessels:
    vessel, k = _nearest(vessels, one.at_mm)
    at = float(vessel.arc_mm[k])
    beyond = {
        v.id
        for v in vessels.values()
        if v.parent is not None and v.parent.vessel == vessel.id and v.parent.at_mm > at
    }
    if at < STUMP_MM or k < 2:
        return _without(vessels, beyond | {vessel.id})
    end = k + 1
    short = replace(
        vessel,
        points_mm=vessel.points_mm[:end],
        radius_mm=vessel.radius_mm[:end],
        share=vessel.share[:end],
        origin="corrected",
        bed=None,
        joins=None,
    )
    return {name: (short if name == vessel.id else v) for name, v in _without(vessels, beyond).items()}


def _join(vessels: Vessels, one: Correction, lumen: Lumen | None) -> Vessels:
    if one.to_mm is None:
        raise _DoesNotFit("it names no second place")
    first, k = _nearest(vessels, one.at_mm)
    other, j = _nearest(vessels, one.to_mm, without=first.id)
    if first.parent is None and _is_trunk_of(other, first):
        (first, k), (other, j) = (other, j), (first, k)
    if _hangs_on(vessels, first.id, other.id):
        raise _DoesNotFit("the first vessel hangs on the second already")
    start, end = first.points_mm[k], other.points_mm[j]
    if float(np.linalg.norm(end - start)) > JOIN_MM:
        raise _DoesNotFit(f"the ends are more than {JOIN_MM:.0f} mm apart")
    turned = j > len(other.points_mm) // 2
    if turned and any(v.parent is not None and v.parent.vessel == other.id for v in vessels.values()):
        raise _DoesNotFit("the second vessel would run backwards, and others hang on it")
    points = other.points_mm[: j + 1][::-1] if turned else other.points_mm[j:]
    radius = other.radius_mm[: j + 1][::-1] if turned else other.radius_mm[j:]
    bridge = np.linspace(start, points[0], max(3, round(float(np.linalg.norm(points[0] - start)))))[:-1]
    line = np.concatenate([bridge, points])
    rounded = smoothed(line, 1.5, 1.0)
    size = np.interp(
        np.linspace(0.0, 1.0, len(rounded)),
        np.linspace(0.0, 1.0, len(line)),
        np.concatenate([np.full(len(bridge), radius[0]), radius]),
    )
    moved = replace(
        other,
        parent=Junction(first.id, float(first.arc_mm[k])),
        points_mm=rounded,
        radius_mm=size,
        share=np.zeros(len(rounded)),
        origin="corrected",
    )
    shift = moved.length_mm - (other.length_mm - float(other.arc_mm[j]))
    result: Vessels = {}
    for vessel in vessels.values():
        if vessel.parent is not None and vessel.parent.vessel == other.id:
            at = vessel.parent.at_mm - float(other.arc_mm[j]) + shift
            vessel = replace(vessel, parent=Junction(other.id, min(max(at, 0.0), moved.length_mm)))
        result[vessel.id] = moved if vessel.id == other.id else vessel
    return _parents_first(result)


def _is_trunk_of(other: Vessel, loose: Vessel) -> bool:
    """Whether of two joined vessels the second carries the first, in whatever order a person chose them."""
    return other.parent is not None or float(other.radius_mm.mean()) > float(loose.radius_mm.mean())


def _hangs_on(vessels: Vessels, child: str, root: str) -> bool:
    at: str | None = child
    while at is not None:
        if at == root:
            return True
        parent = vessels[at].parent
        at = None if parent is None else parent.vessel
    return False


def _parents_first(vessels: Vessels) -> Vessels:
    done: Vessels = {}
    waiting = dict(vessels)
    while waiting:
        ready = [v for v in waiting.values() if v.parent is None or v.parent.vessel in done]
        if not ready:
            raise _DoesNotFit("vessels would hang on one another in a ring")
        for vessel in ready:
            done[vessel.id] = waiting.pop(vessel.id)
    return done


def _rename(vessels: Vessels, one: Correction, lumen: Lumen | None) -> Vessels:
    if one.name not in KNOWN:
        raise _DoesNotFit("the name is not known")
    vessel, _ = _nearest(vessels, one.at_mm)
    return _with_id(vessels, vessel, one.name)


def _with_id(vessels: Vessels, vessel: Vessel, name: str) -> Vessels:
    """The vessels with one under another id; who had that id before becomes nameless."""
    taken = vessels.get(name)
    if taken is not None and taken.id != vessel.id:
        number = next(n for n in range(1, len(vessels) + 2) if f"unnamed-{n}" not in vessels)
        vessels = _rewritten(
            vessels, taken.id, f"unnamed-{number}", f"Vessel {number} (no name)", taken.origin
        )
        vessel = vessels[vessel.id]
    return _rewritten(vessels, vessel.id, name, KNOWN[name], "corrected")


def _rewritten(
    vessels: Vessels,
    old: str,
    new: str,
    title: str,
    origin: Literal["modelled", "template", "extracted", "corrected"],
) -> Vessels:
    side = new.split("-")[0]
    result: Vessels = {}
    for vessel in vessels.values():
        if vessel.id == old:
            vessel = replace(
                vessel,
                id=new,
                name=title,
                origin=origin,
                system="portal" if new in _PORTAL else "vein" if new.endswith("cava") else vessel.system,
                away=vessel.away if new not in _VEINS else False,
                side="left" if side == "left" else "right" if side == "right" else None,
            )
        elif vessel.parent is not None and vessel.parent.vessel == old:
            vessel = replace(vessel, parent=Junction(new, vessel.parent.at_mm))
        result[vessel.id] = vessel
    return result


_PORTAL = ("portal-vein", "superior-mesenteric-vein", "splenic-vein")
_VEINS = (*_PORTAL, "inferior-vena-cava")


def _seed(vessels: Vessels, one: Correction, lumen: Lumen | None) -> Vessels:
    number = next(n for n in range(1, len(vessels) + 2) if f"unnamed-{n}" not in vessels)
    if lumen is None:
        raise _DoesNotFit("the CT is not at hand")
    made = seeded(lumen, vessels, one.at_mm, f"unnamed-{number}", f"Vessel {number} (no name)")
    if made is None:
        raise _DoesNotFit("no vessel is seen there that is denser than the tissue around")
    result = {**vessels, made.id: made}
    return result if one.name not in KNOWN else _with_id(result, made, str(one.name))


_APPLY: dict[str, Callable[[Vessels, Correction, Lumen | None], Vessels]] = {
    "accept": _accept,
    "cut": _cut,
    "join": _join,
    "rename": _rename,
    "seed": _seed,
}
