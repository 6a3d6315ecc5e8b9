"""Dissections by grade: what each leaves of a lumen."""

from __future__ import annotations

from collections.abc import Mapping

from angiosuite.suite.circulation.harm import Dissection

__all__ = ["dissection_of"]

LEFT: Mapping[str, tuple[float, float]] = {
    "B": (0.9, 0.1),
    "C": (0.7, 0.25),
    "D": (0.5, 0.4),
    "E": (0.35, 0.4),
    "F": (0.01, 0.5),
}
"""Share of the true lumen that each leaves, and of the false one when it is full (own choice; draft)."""
ENTRY_MM2 = 1.5


def dissection_of(grade: str, vessel: str, at_mm: float, length_mm: float) -> Dissection | None:
    """What a dissection of a grade does to the lumen; None of those that are seen and do nothing.

    Notes
    -----
    **Model** A is a shadow that goes with the contrast; B two lumens side by side; C stays beyond the lumen;
    D winds along it; E has gaps in it; F closes it. **Source** the usual wording of the types (memory);
    shares own choice. **Valid for** teaching that D to F limit the flow. Held by
    ``tests/suite/treating/balloons/test_balloons.py``.
    """
    if grade not in LEFT:
        return None
    left, false_share = LEFT[grade]
    begin = max(at_mm - 0.5 * length_mm, 1.0)
    return Dissection(vessel, begin, length_mm, True, left, left, false_share, ENTRY_MM2, grade == "D")
