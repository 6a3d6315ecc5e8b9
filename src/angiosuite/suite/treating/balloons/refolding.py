"""A balloon that was up has wings: what it is across, and whether the mouth of a tube lets it in again."""

from __future__ import annotations

from math import pi

from angiosuite.content.compatibility import ROUNDING_MM
from angiosuite.content.tube import IN_TUBE_MM
from angiosuite.suite.instruments.stack import Stack

__all__ = ["MOUTH_MM", "REWRAPS_TURNS", "held_back_mm", "refolded_mm"]

REWRAPS_TURNS = 2.0
"""Turns of the hub under vacuum after which wings lie wrapped as they were delivered."""
MOUTH_MM = 0.5
"""So far before a mouth the wings stop."""


def refolded_mm(folded_mm: float, wings_mm: float, turned_rad: float) -> float:
    """What a balloon is across that was up, mm, by how far it was turned since.

    Parameters
    ----------
    folded_mm : float
        As it was delivered.
    wings_mm : float
        Emptied, with its wings.
    turned_rad : float
        Of its hub, one way and the other, since it came down.

    Notes
    -----
    **Model** wings wrap again as the catheter is turned under its vacuum, evenly over two turns.
    **Source** that one turns it as it is drawn back is a rule of the room (memory, draft); the number of
    turns is an own choice. **Valid for** balloons that folds were made for. Held by
    ``tests/suite/treating/balloons/test_refolding.py``.
    """
    share = min(abs(turned_rad) / (2.0 * pi * REWRAPS_TURNS), 1.0)
    return wings_mm - (wings_mm - folded_mm) * share


def held_back_mm(
    stack: Stack, k: int, across_mm: float, end_mm: float, sheath_bore_mm: float
) -> float | None:
    """Depth that a tool cannot be drawn back beyond, mm; None where every mouth behind it lets it in.

    Parameters
    ----------
    stack : Stack
    k : int
        The tool in it.
    across_mm, end_mm : float
        Of the balloon: width; where its end towards the hub lies, behind the tip.
    sheath_bore_mm : float
        Of the sheath in the access.
    """
    mouths = [(0.0, sheath_bore_mm)]
    for outer in stack.lying[k + 1 :]:
        mouths.append((outer.depth_mm, float(getattr(outer.instrument.rod, "bore_mm", 0.0))))
    depth = stack.lying[k].depth_mm
    needs = across_mm + IN_TUBE_MM
    least = [
        at + end_mm + MOUTH_MM
        for at, bore in mouths
        if needs > bore + ROUNDING_MM and depth >= at + end_mm  # what is in already came in
    ]
    return max(least, default=None)
