"""Arithmetic of instruments that lie in each other: depths, back ends, and how far each may still go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["back_mm", "entry_mm", "room_mm"]

Floats = NDArray[np.float64]


def outside_mm(length_mm: float, depth_mm: float, sheath_mm: float) -> float:
    """What of an instrument lies outside the sheath's valve, mm."""
    return length_mm - sheath_mm - depth_mm


def back_mm(lengths_mm: Sequence[float], depths_mm: Sequence[float], sheath_mm: float) -> Floats:
    """How far each back end or hub stands behind the hub of what it lies in, innermost first, mm.

    The outermost is counted from the sheath's valve. Negative: a wire's end is inside, no hand holds it.
    """
    out = [outside_mm(a, b, sheath_mm) for a, b in zip(lengths_mm, depths_mm, strict=True)]
    return np.array([one - other for one, other in zip(out, [*out[1:], 0.0], strict=True)])


def entry_mm(k: int, lengths_mm: Sequence[float], depths_mm: Sequence[float], sheath_mm: float) -> float:
    """Depth at which a tool's tip stands in the hub that it goes in by: of what it lies in, or the valve."""
    if k + 1 == len(lengths_mm):
        return -sheath_mm
    return depths_mm[k + 1] - lengths_mm[k + 1]


def room_mm(
    k: int, is_tube: Sequence[bool], lengths_mm: Sequence[float], depths_mm: Sequence[float], sheath_mm: float
) -> tuple[float, float]:
    """How far a tool may go back (negative) and on, mm, until hubs meet or it is out.

    A tube's hub stops at the hub, or the valve, before it, and at the hub of a tube inside it; a wire has
    none and may vanish.
    """
    out = [outside_mm(a, b, sheath_mm) for a, b in zip(lengths_mm, depths_mm, strict=True)]
    on = out[k] - (out[k + 1] if k + 1 < len(out) else 0.0) if is_tube[k] else 1e9
    low = entry_mm(k, lengths_mm, depths_mm, sheath_mm) - depths_mm[k]
    for j in range(k):
        if is_tube[j]:  # what lies in it has a hub that meets its own
            low = max(low, out[k] - out[j])
    return min(low, 0.0), max(on, 0.0)
