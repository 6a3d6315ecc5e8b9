"""A bolus into an arm vein, followed through the patient: what arterial and portal CT find in the blood."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from angiosuite.kit.home import atomic_write
from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.looking import Looking
from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.circulation.settling import REGIONS, REST_RATE_PER_MIN, STEP_S

if TYPE_CHECKING:
    from angiosuite.suite.room import Room

__all__ = ["PHASES_S", "passage"]

PHASES_S = {"arterial": 35.0, "portal": 72.0}
"""Seconds from the beginning of the injection to each phase (usual delays of bolus-timed CT; draft)."""
ML_S, ML, MG_ML = 4.0, 100.0, 350.0
"""Injection into the vein: rate, volume, strength."""
STEPS = 10
VERSION = 2


class _Drip:
    """The pump at the arm."""

    def __init__(self) -> None:
        self.left_ml = ML

    def give(self, seconds: float) -> Given:
        """Flow and strength over the next step."""
        if self.left_ml <= 0.0:
            return Given(0.0, 0.0)
        self.left_ml -= ML_S * seconds
        return Given(ML_S, MG_ML)


def passage(room: Room, cache: Path) -> dict[str, BloodSeen]:
    """Contrast at each phase; simulated once for a patient, some seconds, kept in `cache`.

    Notes
    -----
    **Model** the patient's own circulation at rest, 100 ml of 350 mg/ml at 4 ml/s into a subclavian vein.
    Held by ``tests/suite/circulation/test_passage.py``.
    """
    file = cache / f"passage-{VERSION}-{room.vessels.content_hash[:24]}.npz"
    try:
        with np.load(file, allow_pickle=False) as stored:
            return {name: BloodSeen(stored[f"{name}_lumens"], stored[f"{name}_beds"]) for name in PHASES_S}
    except (OSError, ValueError, KeyError):
        pass
    seen = _followed(room)
    arrays: dict[str, Any] = {}
    for name, one in seen.items():
        arrays[f"{name}_lumens"], arrays[f"{name}_beds"] = one.lumens_g_cm3, one.beds_g_cm3
    cache.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    atomic_write(file, buffer.getvalue())
    return seen


def _followed(room: Room) -> dict[str, BloodSeen]:
    blood = Circulation(room.vessels, room.at_rest(REST_RATE_PER_MIN), room.plumbed)
    looking = Looking(room.vessels, lumens_of(room.vessels, room.body))
    into = [(_arm(blood), 1.0)]
    drip, found = _Drip(), {}
    turn, phase, t_s = STEP_S * REST_RATE_PER_MIN / 60.0, 0.0, 0.0
    for name, at_s in sorted(PHASES_S.items(), key=lambda one: one[1]):
        while t_s < at_s:
            giving = drip.left_ml > 0.0
            blood.advance(phase, turn, REGIONS, STEPS, drip if giving else None, into if giving else ())
            phase = (phase + STEPS * turn) % 1.0
            t_s += STEPS * STEP_S
        seen = looking.see(blood)
        assert seen is not None
        found[name] = seen
    return found


def _arm(blood: Circulation) -> int:
    """Where the injection reaches the great veins."""
    for name in ("right-subclavian-vein", "left-subclavian-vein", "superior-vena-cava"):
        if name in blood.plumbing.courses:
            return blood.plumbing.node[blood.plumbing.courses[name].nodes[-1]]
    return blood.plumbing.node["right-atrium"]
