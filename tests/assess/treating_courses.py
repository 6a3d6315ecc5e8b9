"""What an attempt at the drills with balloons and stents would log, by hand, and how each entry is spoilt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Told = list[Mapping[str, Any]]
LESION = "iliac-stenosis"
MET = {
    "lesion": LESION, "vessel": "iliac", "at_mm": 20.0, "length_mm": 12.0, "healthy_mm": 9.0, "off_mm": 2.0,
    "beyond_mm": [12.0, 16.0], "residual_percent": 10.0, "yielded": True,
}  # fmt: skip
DOWN: Mapping[str, Any] = {
    "at": 1.6, "event": "balloon-down", "tool": "c2", "atm": 8.0, "rated_atm": 12.0, "seconds": 45.0,
    "balloon_mm": 9.0, "lesions": [MET],
}  # fmt: skip
PLACED: Mapping[str, Any] = {
    "at": 1.6, "event": "stent-placed", "tool": "c2", "stent": "stent-1", "gap_mm": 0.1, "branches": [],
    "lies_mm": {"iliac": 37.0}, "covered": False, "lesions": [MET],
}  # fmt: skip
STEPS = 10
"""So many times two seconds: pressure after a balloon is taken when it has been down for a while."""


def recorded(at: float, side: str, mean: float) -> Mapping[str, Any]:
    """A pressure that was kept."""
    lesion = {"lesion": LESION, "vessel": "iliac", "side": side}
    return {
        "at": at, "event": "pressure-recorded", "device": "straight-flush-5f", "systolic": mean + 40.0,
        "diastolic": mean - 20.0, "mean": mean, "zeroed": True, "level_cm": 0.0, "lesions": [lesion],
    }  # fmt: skip


GRADIENT: Told = [
    recorded(0.2, "proximal", 95.0),
    recorded(0.8, "distal", 75.0),
    DOWN,
    recorded(8.0, "proximal", 94.0),
    recorded(8.6, "distal", 91.0),
]
TREATED: Mapping[str, Told] = {
    "size-and-place-a-balloon": [DOWN],
    "waist-and-pressure": [DOWN],
    "stent-without-jailing": [DOWN, PLACED],
    "gradient-before-and-after": GRADIENT,
}
"""Good courses of the drills with balloons and stents."""
WORSE: Mapping[str, Mapping[str, Any]] = {
    "balloon-off-lesion": {"off_mm": 30.0},
    "waist-yielded": {"yielded": False},
    "residual-stenosis": {"residual_percent": 70.0},
    "stent-cover": {"beyond_mm": [20.0, -4.0]},
}
"""What is told of a lesion when the measure falls."""
POORER: Mapping[str, Mapping[str, Any]] = {
    "inflation-time": {"seconds": 4.0},
    "pressure-over-rated": {"atm": 30.0},
    "stent-gap": {"gap_mm": 4.0},
    "stent-in-aorta": {"lies_mm": {"abdominal-aorta": 20.0, "iliac": 17.0}},
    "gradient-before": {"zeroed": False},
    "gradient-after": {"level_cm": 12.0},
}
"""The same of the entry itself."""


def spoilt(told: Told, measure: str, is_critical: bool) -> Told:
    """The entries with what makes a measure fall."""
    if measure == "balloon-ratio":
        return [_with(one, {"balloon_mm": 18.0 if is_critical else 4.0}) for one in told]
    if measure in WORSE:
        return [_lesions(one, WORSE[measure]) for one in told]
    made = [_with(one, POORER[measure]) for one in told]
    # one height, but another one below: the last of them
    return [*told[:-1], made[-1]] if measure == "gradient-after" else made


def _with(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**one, **{key: value for key, value in other.items() if key in one}}


def _lesions(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**one, "lesions": [_with(lesion, other) for lesion in one.get("lesions", ())]}
