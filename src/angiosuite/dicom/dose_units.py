"""Units as dose reports write them, in any of their spellings, to one unit each."""

from __future__ import annotations

import re

PREFIXES = {"": 1.0, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "k": 1e3}
AREAS = {"m": 1.0, "dm": 1e-2, "cm": 1e-4, "mm": 1e-6}
UCUM = {
    "kerma": "Gy",
    "kerma-area": "Gy.m2",
    "voltage": "kV",
    "current": "mA",
    "time-ms": "ms",
    "time-s": "s",
    "charge": "uA.s",
    "length": "mm",
    "angle": "deg",
    "area": "m2",
    "rate": "{pulse}/s",
    "count": "1",
}
"""Unit in which the standard wants each quantity (PS3.16 TID 10003 and parts)."""
_GRAY = re.compile(r"(d|c|m|u|µ|μ|k)?Gy")
_GRAY_AREA = re.compile(r"(d|c|m|u|µ|μ|k)?Gy[.·*⋅ ]*(d|c|m)?m(?:2|²|\^2|\*\*2)")
_AREA = re.compile(r"(d|c|m)?m(?:2|²|\^2)")
_OTHERS = {
    "voltage": {"kV": 1.0, "V": 1e-3, "kVp": 1.0},
    "current": {"mA": 1.0, "A": 1e3, "uA": 1e-3},
    "time-ms": {"ms": 1.0, "s": 1e3, "us": 1e-3},
    "time-s": {"s": 1.0, "ms": 1e-3, "min": 60.0},
    "charge": {"uA.s": 1.0, "uAs": 1.0, "mA.s": 1e3, "mAs": 1e3},
    "length": {"mm": 1.0, "cm": 10.0, "m": 1000.0},
    "angle": {"deg": 1.0},
    "rate": {"{pulse}/s": 1.0, "/s": 1.0, "1/s": 1.0, "Hz": 1.0},
    "count": {"1": 1.0, "{pulse}": 1.0, "{pulses}": 1.0, "no units": 1.0},
}


def factor(quantity: str, unit: str) -> float | None:
    """What a value in this unit is multiplied by to be in the unit of `UCUM`; None when it is not one.

    Kerma becomes Gy, kerma-area product Gy m²: ``dGy.cm2`` is 1e-5, ``Gym2`` is 1. Held by
    ``tests/dicom/test_dose_table.py``.
    """
    text = unit.strip()
    if quantity == "kerma":
        match = _GRAY.fullmatch(text)
        return PREFIXES[match[1] or ""] if match else None
    if quantity == "kerma-area":
        match = _GRAY_AREA.fullmatch(text)
        return PREFIXES[match[1] or ""] * AREAS[f"{match[2] or ''}m"] if match else None
    if quantity == "area":
        match = _AREA.fullmatch(text)
        return AREAS[f"{match[1] or ''}m"] if match else None
    return _OTHERS[quantity].get(text)
