"""A pulse's technique as plain values: for the log, the page and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from angiosuite.imaging.exposure_control import Pulse
from angiosuite.physics.xray.beam import Technique


def technique_facts(pulse: Pulse) -> dict[str, Any]:
    """What the log says of a pulse's technique."""
    t = pulse.technique
    return {
        "technique": {
            "kv": round(t.kv, 1),
            "ma": round(t.ma, 2),
            "ms": round(t.pulse_ms, 2),
            "cu_mm": t.filter_cu_mm,
            "focal_mm": t.focal_spot_mm,
            "limited_by": pulse.limited_by,
        }
    }


def pulse_state(last: tuple[Pulse, float] | None) -> dict[str, Any] | None:
    """The last pulse and its noise as plain values."""
    return None if last is None else {"pulse": asdict(last[0]), "noise": last[1]}


def pulse_of(state: Mapping[str, Any] | None) -> tuple[Pulse, float] | None:
    """What :func:`pulse_state` made plain."""
    return None if state is None else (restored_pulse(state["pulse"]), state["noise"])


def restored_pulse(plain: Mapping[str, Any]) -> Pulse:
    """The pulse that `dataclasses.asdict` made plain."""
    return Pulse(**{**plain, "technique": Technique(**plain["technique"])})
