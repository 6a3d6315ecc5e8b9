"""Calyces: the urinary tract inside a kidney, three major and nine minor calyces from the renal pelvis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.vessels.carrying import course
from angiosuite.anatomy.vessels.graph import Junction, Territory, Vessel

__all__ = ["calyces"]

Floats = NDArray[np.float64]
#: Minor calyces of a major one, and majors of a kidney.
MINORS, MAJORS = 3, ("upper", "middle", "lower")
#: Depth under the kidney's surface at which a minor calyx ends, mm.
CUP_DEPTH_MM = (10.0, 15.0)
#: Radii of major and minor calyces and of a minor one's cup, mm.
MAJOR_MM, MINOR_MM, CUP_MM = 2.4, 1.6, 3.2


def calyces(vessels: Mapping[str, Vessel], territory: Territory) -> list[Vessel]:
    """Calyces of both kidneys, parents before children; none for a kidney without pelvis or voxels.

    Notes
    -----
    **Model** nine points 10 to 15 mm under the kidney's surface, as far from one another as can be; by height
    three each share a major calyx, which leaves the pelvis. A minor calyx widens to a cup.
    **Source** 8 to 10 minor calyces in 2 to 3 majors: usual anatomy (memory). **Valid for** built-in bodies.
    Held by tests/anatomy/vessels/test_ducts_and_lungs.py.
    """
    result: list[Vessel] = []
    for side in ("right", "left"):
        pelvis = vessels.get(f"{side}-renal-pelvis")
        tips = _tips(side, territory)
        if pelvis is None or len(tips) < MINORS * len(MAJORS):
            continue
        tips = tips[np.argsort(-tips[:, 2], kind="stable")]
        for k, name in enumerate(MAJORS):
            mine = tips[MINORS * k : MINORS * (k + 1)]
            result += _major(side, name, mine, pelvis)
    return result


def _tips(side: str, territory: Territory) -> Floats:
    """Nine places for cups, farthest first from one another."""
    numbers = [k + 1 for k, bed in enumerate(territory.beds) if bed.startswith(f"{side}-kidney")]
    kidney = np.isin(territory.number, numbers)
    cut = ndimage.find_objects(kidney.view(np.uint8))
    if not cut or cut[0] is None:
        return np.zeros((0, 3))
    edge = territory.spacing_mm
    part = np.pad(kidney[cut[0]], 6)
    whole = ndimage.binary_closing(part, iterations=4) | part
    depth = ndimage.distance_transform_edt(whole, edge)
    places = np.argwhere(part & (depth > CUP_DEPTH_MM[0]) & (depth < CUP_DEPTH_MM[1])) - 6
    if len(places) == 0:
        return np.zeros((0, 3))
    first = np.array([cut[0][2 - k].start for k in range(3)])
    points = np.asarray(territory.origin_mm) + edge * (places[:, ::-1] + first)
    chosen = [int(points[:, 2].argmax())]
    gap = np.linalg.norm(points - points[chosen[0]], axis=1)
    while len(chosen) < MINORS * len(MAJORS):
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return points[chosen]


def _major(side: str, name: str, tips: Floats, pelvis: Vessel) -> list[Vessel]:
    end = pelvis.points_mm[-1]
    meet = end + 0.5 * (tips.mean(axis=0) - end)
    first = Junction(pelvis.id, pelvis.length_mm)
    major = _lumen(
        f"{side}-{name}-calyx", f"{side.capitalize()} {name} major calyx", first, [end, meet], pelvis
    )
    found = [major]
    for k, tip in enumerate(tips):
        joint = Junction(major.id, major.length_mm)
        label = f"{side.capitalize()} {name} minor calyx {k + 1}"
        minor = _lumen(f"{major.id}-{k + 1}", label, joint, [major.points_mm[-1], tip], pelvis)
        arc = minor.arc_mm / minor.length_mm
        width = np.interp(arc, [0.0, 0.6, 0.85, 1.0], [MINOR_MM, MINOR_MM, CUP_MM, CUP_MM])
        found.append(_with_width(minor, width))
    return found


def _lumen(name: str, title: str, parent: Junction, points: list[Floats], pelvis: Vessel) -> Vessel:
    line, _ = course(np.array([points[0], points[-1]]), np.array([2.0 * MAJOR_MM]))
    share = np.linspace(0.0, 1.0, max(6, len(line)))
    line = points[0] + share[:, None] * (points[-1] - points[0])
    return Vessel(
        name, title, "urine", parent, line, np.full(len(line), MAJOR_MM), False, pelvis.follows,
        np.full(len(line), float(pelvis.share[-1])), side=pelvis.side,
    )  # fmt: skip


def _with_width(vessel: Vessel, width: Floats) -> Vessel:
    return replace(vessel, radius_mm=width)
