"""Names of an aorta's branches by topology, side and level; what fits no name keeps a number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.extraction.candidates import Line
from angiosuite.anatomy.vessels.extraction.frames import arc_mm

__all__ = ["KNOWN", "named"]

Floats = NDArray[np.float64]

#: Vessels that a person may choose as a name: id and what a radiologist says.
KNOWN: dict[str, str] = {
    "ascending-aorta": "Ascending aorta",
    "aortic-arch": "Aortic arch",
    "descending-thoracic-aorta": "Descending thoracic aorta",
    "abdominal-aorta": "Abdominal aorta",
    "brachiocephalic-trunk": "Brachiocephalic trunk",
    "right-common-carotid": "Right common carotid artery",
    "right-subclavian-artery": "Right subclavian artery",
    "left-common-carotid": "Left common carotid artery",
    "left-subclavian-artery": "Left subclavian artery",
    "right-vertebral-artery": "Right vertebral artery",
    "left-vertebral-artery": "Left vertebral artery",
    "coeliac-trunk": "Coeliac trunk",
    "left-gastric-artery": "Left gastric artery",
    "common-hepatic-artery": "Common hepatic artery",
    "proper-hepatic-artery": "Proper hepatic artery",
    "right-hepatic-artery": "Right hepatic artery",
    "left-hepatic-artery": "Left hepatic artery",
    "gastroduodenal-artery": "Gastroduodenal artery",
    "splenic-artery": "Splenic artery",
    "superior-mesenteric-artery": "Superior mesenteric artery",
    "inferior-mesenteric-artery": "Inferior mesenteric artery",
    "right-renal-artery": "Right renal artery",
    "left-renal-artery": "Left renal artery",
    "right-common-iliac-artery": "Right common iliac artery",
    "left-common-iliac-artery": "Left common iliac artery",
    "right-external-iliac-artery": "Right external iliac artery",
    "left-external-iliac-artery": "Left external iliac artery",
    "right-internal-iliac-artery": "Right internal iliac artery",
    "left-internal-iliac-artery": "Left internal iliac artery",
    "portal-vein": "Portal vein",
    "superior-mesenteric-vein": "Superior mesenteric vein",
    "splenic-vein": "Splenic vein",
    "inferior-vena-cava": "Inferior vena cava",
}
#: Arch branches in the order in which they leave, when all are separate.
ARCH = ("brachiocephalic-trunk", "left-common-carotid", "left-subclavian-artery")
#: An arch branch rises by so much, mm.
RISE_MM = 25.0
#: A visceral trunk leaves forwards within this angle, a renal artery sideways beyond the other, degrees.
FRONT_DEG, SIDE_DEG = 55.0, (50.0, 140.0)
#: How far below the coeliac trunk the superior mesenteric artery leaves, and renal arteries below that.
SMA_BELOW_MM, RENAL_BELOW_MM = (3.0, 40.0), (-12.0, 70.0)


def named(lines: Sequence[Line], aorta_mm: Floats) -> dict[int, str]:
    """Ids (of `KNOWN`) of the lines that have one.

    Parameters
    ----------
    lines : sequence of Line
        Parents before children.
    aorta_mm : (n, 3) float64
        The aorta's middle line from the heart downwards.

    Notes
    -----
    **Model** of the arch, root branches that rise by 25 mm are, from the heart on, brachiocephalic trunk,
    left carotid and left subclavian; with two, the trunk (common) and left subclavian. Below
    the lungs the highest forward branch that is longer than 12 mm is the coeliac trunk, the next one 3 to
    40 mm below the superior mesenteric; sideways ones near that level the renal arteries (the widest of each
    side). A forward branch more than 30 mm below the superior mesenteric is the inferior. Of the coeliac's
    branches the one that goes right is the common hepatic, left the splenic.
    **Source** gross anatomy; levels as in the list of templates. **Valid for** a left arch.
    Held by tests/anatomy/vessels/extraction/test_naming.py.
    """
    names: dict[int, str] = {}
    _name_arch(lines, aorta_mm, names)
    trunk = _name_front(lines, aorta_mm, names)
    _name_sides(lines, aorta_mm, names, trunk)
    _name_coeliac(lines, names)
    return names


def _level(line: Line, aorta_mm: Floats) -> float:
    """Arc length (mm) on the aorta at which a line leaves."""
    k = int(np.linalg.norm(aorta_mm - line.points_mm[0], axis=1).argmin())
    return float(arc_mm(aorta_mm)[k])


def _angle(line: Line, aorta_mm: Floats) -> float:
    """Where on the aorta a line leaves: 0 in front, 90 on the patient's left, degrees."""
    k = int(np.linalg.norm(aorta_mm - line.points_mm[0], axis=1).argmin())
    off = line.points_mm[min(3, len(line.points_mm) - 1)] - aorta_mm[k]
    return float(np.degrees(np.arctan2(off[0], -off[1])))


def _roots(lines: Sequence[Line], zone: str) -> list[int]:
    return [k for k, line in enumerate(lines) if line.parent < 0 and line.zone == zone]


def _name_arch(lines: Sequence[Line], aorta_mm: Floats, names: dict[int, str]) -> None:
    rising = [k for k in _roots(lines, "arch") if np.ptp(lines[k].points_mm[:, 2]) >= RISE_MM]
    rising = [k for k in rising if lines[k].points_mm[-1, 2] > lines[k].points_mm[0, 2] + RISE_MM]
    longest = sorted(rising, key=lambda k: -lines[k].points_mm[-1, 2])[:3]
    order = sorted(longest, key=lambda k: _level(lines[k], aorta_mm))
    chosen = ARCH if len(order) == 3 else (ARCH[0], ARCH[2]) if len(order) == 2 else ()
    names.update(zip(order, chosen, strict=False))


def _name_front(lines: Sequence[Line], aorta_mm: Floats, names: dict[int, str]) -> float | None:
    """Coeliac trunk and mesenteric arteries; level of the superior one (or of the coeliac), None without."""
    front = [
        k
        for k in _roots(lines, "abdomen")
        if abs(_angle(lines[k], aorta_mm)) < FRONT_DEG and lines[k].length_mm > 12.0
    ]
    order = sorted(front, key=lambda k: _level(lines[k], aorta_mm))
    if not order:
        return None
    names[order[0]] = "coeliac-trunk"
    trunk = _level(lines[order[0]], aorta_mm)
    for k in order[1:]:
        below = _level(lines[k], aorta_mm) - trunk
        if "superior-mesenteric-artery" not in names.values():
            if SMA_BELOW_MM[0] <= below <= SMA_BELOW_MM[1]:
                names[k] = "superior-mesenteric-artery"
                trunk = _level(lines[k], aorta_mm)
        elif 30.0 <= below <= 90.0 and _angle(lines[k], aorta_mm) > 0.0:
            names[k] = "inferior-mesenteric-artery"
            break
    return trunk


def _name_sides(lines: Sequence[Line], aorta_mm: Floats, names: dict[int, str], trunk: float | None) -> None:
    if trunk is None:
        return
    for side, sign in (("right", -1.0), ("left", 1.0)):
        aside = [
            k
            for k in _roots(lines, "abdomen")
            if k not in names
            and SIDE_DEG[0] < sign * _angle(lines[k], aorta_mm) < SIDE_DEG[1]
            and RENAL_BELOW_MM[0] <= _level(lines[k], aorta_mm) - trunk <= RENAL_BELOW_MM[1]
            and sign * (lines[k].points_mm[-1, 0] - lines[k].points_mm[0, 0]) > 10.0
        ]
        if aside:
            names[max(aside, key=lambda k: float(np.median(lines[k].radius_mm)))] = f"{side}-renal-artery"


def _name_coeliac(lines: Sequence[Line], names: dict[int, str]) -> None:
    trunk = next((k for k, name in names.items() if name == "coeliac-trunk"), None)
    if trunk is None:
        return
    children = [k for k, line in enumerate(lines) if line.parent == trunk and line.length_mm > 20.0]
    for name, sign in (("common-hepatic-artery", -1.0), ("splenic-artery", 1.0)):
        aside = [k for k in children if sign * (lines[k].points_mm[-1, 0] - lines[k].points_mm[0, 0]) > 8.0]
        aside = [k for k in aside if k not in names]
        if aside:
            names[max(aside, key=lambda k: lines[k].length_mm)] = name
