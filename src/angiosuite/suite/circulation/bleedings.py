"""What each bleeding of a patient's lesions loses, as the log tells it: where, how much, whether it rests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from angiosuite.anatomy.vessels.lesion_effects import Leak

from .circulation import Circulation
from .harms import Harms

__all__ = ["CHANGED", "LEAST_ML_MIN", "PRESSURE_MMHG", "bleedings", "mean_pressure"]

CHANGED = 0.1
"""A loss is told again once it has changed by this share of what was told."""
LEAST_ML_MIN = 0.05
"""Less than this is told as nothing: a tenth of what angiography can show (0.5 ml/min, memory; draft)."""
S_MIN = 60.0
PRESSURE_MMHG = 2.0
"""Mean pressure is told again once it has changed by so much."""


def bleedings(
    blood: Circulation | None, harms: Harms | None, told: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Loss of each bleeding in ml/min, over the last beats; as it was `told` where it has hardly changed.

    Notes
    -----
    **Model** mean flow through the hole (`Harms.mean_ml_s`), so that a beat changes nothing. One that
    rests by itself is told as such: that it loses nothing then says nothing of what was done to it.
    Held by ``tests/suite/circulation/test_bleedings.py``.
    """
    if blood is None or harms is None or blood.lesions is None:
        return None
    mean, resting = harms.mean_ml_s, blood.lesions.resting
    found: dict[str, Any] = {}
    for leak in (one for one in blood.lesions.effects if isinstance(one, Leak)):
        ml_min = S_MIN * max(float(mean[blood.plumbing.edge[leak.lesion]]), 0.0)
        now = {
            "vessel": leak.vessel,
            "at_mm": round(leak.at_mm, 1),
            "ml_min": 0.0 if ml_min < LEAST_ML_MIN else round(ml_min, 3),
            "rests": leak.lesion in resting,
        }
        before = (told or {}).get(leak.lesion)
        found[leak.lesion] = now if before is None or _differs(now, before) else before
    return found or None


def mean_pressure(blood: Circulation | None, told: float | None) -> float | None:
    """Mean arterial pressure of somebody who bleeds, mmHg, as nerves feel it; as it was `told` where it is.

    Notes
    -----
    **Model** what the baroreflex averages over some seconds. Nobody is told it but the log: a person reads
    the pressure at a catheter's tip. Held by ``tests/suite/circulation/test_bleedings.py``.
    """
    if blood is None or blood.lesions is None:
        return None
    if not any(isinstance(one, Leak) for one in blood.lesions.effects):
        return None
    mmhg = blood.control.reflex.map_mmhg
    return told if told is not None and abs(mmhg - told) < PRESSURE_MMHG else round(mmhg, 1)


def _differs(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    was, is_now = float(before["ml_min"]), float(now["ml_min"])
    changed = is_now != was and abs(is_now - was) >= CHANGED * was
    return changed or bool(now["rests"] != before["rests"])
