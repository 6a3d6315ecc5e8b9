"""`vessels_of_ct`: a contrast CT's own vessel tree, named, corrected, its gaps filled from a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.build import hash_graph
from angiosuite.anatomy.vessels.extraction.aorta import aortic_line
from angiosuite.anatomy.vessels.extraction.branching import lines_of, parted
from angiosuite.anatomy.vessels.extraction.candidates import Line
from angiosuite.anatomy.vessels.extraction.contour import Tube, tube_along
from angiosuite.anatomy.vessels.extraction.corrections import Correction, corrected
from angiosuite.anatomy.vessels.extraction.frames import arc_mm
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.extraction.naming import KNOWN, named
from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph

__all__ = ["Extraction", "extracted", "vessels_of_ct"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Progress = Callable[[str, float], None]

#: How far beyond its first and last branch the arch reaches, and the abdominal aorta above the coeliac, mm.
ARCH_BEYOND_MM, ABOVE_COELIAC_MM = 8.0, 20.0
#: A trunk divides at a child of this length within so much of its mouth, mm.
CHILD_MM, TRUNK_MM = 20.0, 60.0
NATIVE = "This CT shows no enhanced arteries: none of its vessels is its own."
NO_ROOT = "The aorta is followed from the sinuses of Valsalva on; its root and the coronary arteries are not."
MISSING = "Small branches are not followed in the CT."


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """What a CT yields: its graph, and the aorta with its voxels for a person to check.

    Parameters
    ----------
    graph : VesselGraph
        Vessels of origin "extracted".
    aorta : Tube
    mask : (z, y, x) bool
        Voxels of the aorta, wall included, on the lumen's grid.
    """

    graph: VesselGraph
    aorta: Tube
    mask: Mask


def extracted(lumen: Lumen, progress: Progress | None = None) -> Extraction:
    """The vessels that a CT's lumen shows, named as far as they can be.

    Notes
    -----
    **Model** the aorta from its track and arch (`aorta`, `contour`), its branches from cheapest ways
    (`branching`), names by topology, side and level (`naming`).
    Held by tests/anatomy/vessels/extraction/test_tree_of_ct.py.
    """
    report = progress or (lambda step, fraction: None)
    report("vessels", 0.0)
    rough, has_arch = aortic_line(lumen)
    report("vessels", 0.1)
    aorta = tube_along(lumen, rough)
    report("vessels", 0.5)
    mask = aorta.mask(lumen.scan)
    report("vessels", 0.6)
    lines = lines_of(lumen, aorta, mask, has_arch)
    report("vessels", 0.95)
    lines, names = _named(lines, aorta.points_mm)
    vessels = _aorta(aorta, has_arch, lines, names, lumen)
    vessels.update(_branches(lines, names, vessels))
    notices = [MISSING]
    if has_arch:
        notices.append(NO_ROOT)
    notices += _dissected(lumen, aorta)
    graph = VesselGraph(vessels, {}, notices=tuple(notices))
    report("vessels", 1.0)
    return Extraction(replace(graph, content_hash=hash_graph(graph)), aorta, mask)


def vessels_of_ct(
    lumen: Lumen | None,
    corrections: Sequence[Correction] = (),
    progress: Progress | None = None,
) -> VesselGraph:
    """The vessel graph of an imported CT, a person's corrections applied.

    Parameters
    ----------
    lumen : Lumen or None
        None where the CT holds no contrast medium in its arteries; the graph is then empty and says so.
    corrections : sequence of Correction
        Applied in order; one that fits no more is told in the notices.
    progress : callable, optional
        ``progress("vessels", fraction)``.
    """
    if lumen is None:
        graph = VesselGraph({}, {}, notices=(NATIVE,))
        return replace(graph, content_hash=hash_graph(graph))
    return corrected(extracted(lumen, progress).graph, corrections, lumen)


def _named(lines: list[Line], aorta_mm: Floats) -> tuple[list[Line], dict[int, str]]:
    """Lines with names; the coeliac trunk is parted where it divides."""
    names = named(lines, aorta_mm)
    trunk = next((k for k, name in names.items() if name == "coeliac-trunk"), None)
    if trunk is not None:
        joints = [
            line.parent_at_mm
            for line in lines
            if line.parent == trunk and line.length_mm > CHILD_MM and line.parent_at_mm < TRUNK_MM
        ]
        if joints and lines[trunk].length_mm - min(joints) > 5.0:
            lines = parted(lines, trunk, min(joints))
            names = named(lines, aorta_mm)
    return lines, names


def _aorta(
    aorta: Tube, has_arch: bool, lines: list[Line], names: dict[int, str], lumen: Lumen
) -> dict[str, Vessel]:
    """The aorta in its named parts, from the heart downwards."""
    arc = arc_mm(aorta.points_mm)

    def level(name: str) -> float | None:
        number = next((k for k, told in names.items() if told == name), None)
        if number is None:
            return None
        off = np.linalg.norm(aorta.points_mm - lines[number].points_mm[0], axis=1)
        return float(arc[int(off.argmin())])

    top = float(aorta.points_mm[:, 2].max())
    marks: list[tuple[str, float]] = []
    if has_arch:
        high = np.flatnonzero(aorta.points_mm[:, 2] > top - 25.0)
        first, last = level("brachiocephalic-trunk"), level("left-subclavian-artery")
        begin = float(arc[high[0]]) if first is None else first - ARCH_BEYOND_MM
        end = float(arc[high[-1]]) if last is None else last + ARCH_BEYOND_MM
        marks = [("ascending-aorta", 0.0), ("aortic-arch", begin), ("descending-thoracic-aorta", end)]
    elif np.isfinite(lumen.chest_from_mm) and top > lumen.chest_from_mm:
        marks = [("descending-thoracic-aorta", 0.0)]
    coeliac = level("coeliac-trunk")
    below = np.flatnonzero(aorta.points_mm[:, 2] < lumen.chest_from_mm)
    if coeliac is not None:
        marks.append(("abdominal-aorta", coeliac - ABOVE_COELIAC_MM if marks else 0.0))
    elif len(below) and arc[-1] - arc[below[0]] > 20.0:
        marks.append(("abdominal-aorta", float(arc[below[0]]) if marks else 0.0))
    vessels: dict[str, Vessel] = {}
    before: str | None = None
    last_row = 0
    for k, (name, start) in enumerate(marks):
        stop = marks[k + 1][1] if k + 1 < len(marks) else float(arc[-1])
        rows = np.flatnonzero((arc >= start - 1.0) & (arc <= stop + 1.0))
        if len(rows) < 3:
            continue
        if before is not None:
            rows = np.arange(last_row, rows[-1] + 1)
        parent = None if before is None else Junction(before, vessels[before].length_mm)
        vessels[name] = _vessel(name, KNOWN[name], parent, aorta.points_mm[rows], aorta.radius_mm[rows])
        before, last_row = name, int(rows[-1])
    return vessels


def _branches(lines: list[Line], names: dict[int, str], aorta: dict[str, Vessel]) -> dict[str, Vessel]:
    """Vessels of all lines; those without a name are numbered."""
    made: dict[str, Vessel] = {}
    ids: dict[int, str] = {}
    ahead: dict[int, float] = {}
    unnamed = 0
    waiting = list(range(len(lines)))
    while waiting:
        number = next((k for k in waiting if lines[k].parent < 0 or lines[k].parent in ids), None)
        if number is None:
            break
        waiting.remove(number)
        line = lines[number]
        if line.parent < 0:
            parent, points, radius = _from_aorta(line, aorta)
            ahead[number] = float(np.linalg.norm(points[1] - points[0]))
        else:
            parent = Junction(ids[line.parent], line.parent_at_mm + ahead.get(line.parent, 0.0))
            points, radius = line.points_mm, line.radius_mm
        if number in names:
            identity, title = names[number], KNOWN[names[number]]
        else:
            unnamed += 1
            identity, title = f"unnamed-{unnamed}", f"Vessel {unnamed} (no name)"
        ids[number] = identity
        made[identity] = _vessel(identity, title, parent, points, radius)
    return made


def _from_aorta(line: Line, aorta: dict[str, Vessel]) -> tuple[Junction, Floats, Floats]:
    """Where a line hangs on the aorta, and the line with the aorta's middle as its first point."""
    best = min(aorta.values(), key=lambda v: np.linalg.norm(v.points_mm - line.points_mm[0], axis=1).min())
    k = int(np.linalg.norm(best.points_mm - line.points_mm[0], axis=1).argmin())
    points = np.concatenate([best.points_mm[k : k + 1], line.points_mm])
    radius = np.concatenate([line.radius_mm[:1], line.radius_mm])
    return Junction(best.id, float(best.arc_mm[k])), points, radius


def _vessel(identity: str, name: str, parent: Junction | None, points: Floats, radius: Floats) -> Vessel:
    side = identity.split("-")[0]
    return Vessel(
        id=identity,
        name=name,
        system="artery",
        parent=parent,
        points_mm=np.ascontiguousarray(points, np.float64),
        radius_mm=np.ascontiguousarray(radius, np.float64),
        away=True,
        follows="still",
        share=np.zeros(len(points)),
        side="left" if side == "left" else "right" if side == "right" else None,
        origin="extracted",
    )


def _dissected(lumen: Lumen, aorta: Tube) -> list[str]:
    """A notice where, over 30 mm, more than a quarter of the aorta is much darker than the rest."""
    share = np.array([_dark_share(lumen, aorta, k) for k in range(len(aorta.points_mm))])
    step = float(arc_mm(aorta.points_mm)[-1]) / max(len(share) - 1, 1)
    length = float((share > 0.25).sum() * step)
    if length < 30.0:
        return []
    return [
        f"The aorta holds a part that is hardly or later filled over about {length:.0f} mm (a false lumen or"
        " thrombus): its outline goes round both, and blood is taken to fill it evenly."
    ]


def _dark_share(lumen: Lumen, aorta: Tube, k: int) -> float:
    """Share of a section whose CT numbers are below the half-maximum, 2 mm inside the wall."""
    from angiosuite.anatomy.vessels.extraction.frames import across

    near = slice(max(k - 1, 0), k + 2)
    _, first, second = across(aorta.points_mm[near])
    at = k - near.start
    rays = aorta.lumen_mm.shape[1]
    angle = 2.0 * np.pi * np.arange(0, rays, 6) / rays
    reach = np.maximum(aorta.lumen_mm[k, ::6] - 2.0, 0.5)
    share = np.sqrt((np.arange(6) + 0.5) / 6.0)
    off = (share[:, None] * reach)[:, :, None] * (
        np.cos(angle)[:, None] * first[at] + np.sin(angle)[:, None] * second[at]
    )
    return float((lumen.scan.at(aorta.points_mm[k] + off) < lumen.low_hu).mean())
