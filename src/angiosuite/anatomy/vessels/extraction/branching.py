"""Branches of an extracted aorta: those of the arch upwards, and those below the lungs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.distance import within
from angiosuite.anatomy.vessels.extraction.candidates import Line
from angiosuite.anatomy.vessels.extraction.centre_lines import Branch, branches_of, tubular
from angiosuite.anatomy.vessels.extraction.contour import Tube
from angiosuite.anatomy.vessels.extraction.frames import arc_mm, smoothed
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.extraction.radii import radii_mm

__all__ = ["line_of", "lines_of", "parted"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Largest radius of a branch of the arch, and of the aorta's visceral branches, mm (veins are wider).
WIDE_MM = {"arch": 8.0, "abdomen": 4.6}
#: Reach of the arch below its top, and of the abdomen into the chest, mm.
ARCH_MM, ABOVE_MM = 28.0, 10.0
#: A way may cross what is darker than blood but not tissue, where fat lies within 5 mm.
FAINT_HU, FAT_HU, FAT_MM = 100.0, -20.0, 5.0
#: Angle (degrees from the front) beyond which only lumbar arteries leave; rise of an arch branch, mm.
BACK_DEG, RISE_MM = 140.0, 25.0
#: Step (mm) of the lines that come out, and how much their corners are rounded, mm.
STEP_MM, ROUND_MM = 1.0, 2.0


def lines_of(lumen: Lumen, aorta: Tube, root: Mask, has_arch: bool) -> list[Line]:
    """Branches of the aorta as lines, parents before children.

    Notes
    -----
    **Model** around the arch (28 mm below its top and all above) and below the lungs, what hangs on the aorta
    is followed to its ends (see `centre_lines`). Undiluted medium in veins, calcium and metal are left out
    with 2 mm around them; in the rest of the chest heart and lung vessels lie too near for a way to be
    believed, so intercostal, bronchial and coronary arteries are left to the template.
    **Source** design of this project. Held by tests/anatomy/vessels/extraction/test_tree_of_ct.py.
    """
    scan, edge = lumen.scan, lumen.scan.edge_mm
    near = within(root, 1.0, edge)
    hot = within(lumen.scan.hu > lumen.hot_hu, 2.0, edge)
    z = scan.origin_mm[2] + edge * np.arange(scan.hu.shape[0])
    lines: list[Line] = []
    zones = {"abdomen": z < lumen.chest_from_mm + ABOVE_MM}
    if has_arch:
        zones["arch"] = z > float(aorta.points_mm[:, 2].max()) - ARCH_MM
    fat = within(scan.hu < FAT_HU, FAT_MM, edge)
    for zone, part in zones.items():
        there = ~lumen.bone & ~hot & part[:, None, None]
        beside = tubular(lumen.blood & there, near, WIDE_MM[zone], edge)
        found = branches_of(scan, beside, near & part[:, None, None], (scan.hu > FAINT_HU) & there & fat)
        first = len(lines)
        for branch in found:
            lines.append(_line(lumen, branch, lines[first:], first, zone))
    return _believed(lines, aorta.points_mm)


def _believed(lines: list[Line], aorta_mm: Floats) -> list[Line]:
    """Lines without those that leave backwards (vertebrae), or the arch without rising, and theirs."""
    kept: dict[int, int] = {}
    result: list[Line] = []
    for k, line in enumerate(lines):
        if line.parent < 0:
            near = aorta_mm[int(np.linalg.norm(aorta_mm - line.points_mm[0], axis=1).argmin())]
            off = line.points_mm[min(3, len(line.points_mm) - 1)] - near
            back = abs(float(np.degrees(np.arctan2(off[0], -off[1])))) > BACK_DEG
            rises = line.points_mm[-1, 2] - line.points_mm[0, 2] > RISE_MM
            if back if line.zone == "abdomen" else not rises:
                continue
        elif line.parent not in kept:
            continue
        kept[k] = len(result)
        result.append(line if line.parent < 0 else replace(line, parent=kept[line.parent]))
    return result


def _line(lumen: Lumen, branch: Branch, before: list[Line], first: int, zone: str) -> Line:
    if branch.parent < 0:
        return line_of(lumen, branch.points_mm, branch.depth_mm, -1, 0.0, zone)
    parent = before[branch.parent]
    at = int(np.linalg.norm(parent.points_mm - branch.points_mm[0], axis=1).argmin())
    made = line_of(lumen, branch.points_mm, branch.depth_mm, first + branch.parent, 0.0, zone)
    points = np.concatenate([parent.points_mm[at : at + 1], made.points_mm[1:]])
    return replace(made, points_mm=points, parent_at_mm=float(arc_mm(parent.points_mm)[at]))


def line_of(lumen: Lumen, points_mm: Floats, depth_mm: Floats, parent: int, at_mm: float, zone: str) -> Line:
    """A rounded line with radii from a way through voxels."""
    points = smoothed(points_mm, ROUND_MM, STEP_MM)
    depth = np.interp(
        arc_mm(points) / max(arc_mm(points)[-1], 1e-9),
        arc_mm(points_mm) / max(arc_mm(points_mm)[-1], 1e-9),
        depth_mm,
    )
    return Line(points, radii_mm(lumen.scan, points, depth), parent, at_mm, zone)


def parted(lines: list[Line], number: int, at_mm: float) -> list[Line]:
    """The lines with one of them cut in two at an arc length: its further part becomes its last child."""
    line = lines[number]
    arc = arc_mm(line.points_mm)
    at = int(np.abs(arc - at_mm).argmin())
    near = replace(line, points_mm=line.points_mm[: at + 1], radius_mm=line.radius_mm[: at + 1])
    far = Line(line.points_mm[at:], line.radius_mm[at:], number, float(arc[at]), line.zone)
    result = []
    for k, other in enumerate(lines):
        if k != number and other.parent == number and other.parent_at_mm > arc[at] + 1e-6:
            other = replace(other, parent=len(lines), parent_at_mm=other.parent_at_mm - float(arc[at]))
        result.append(near if k == number else other)
    return [*result, far]
