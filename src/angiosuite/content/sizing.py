"""Whether what treats is of the size of its vessel, its hole or its balloon, by arithmetic.

Every answer is a `Fit` of `compatibility`: two numbers and a sentence; nothing here forbids.

Notes
-----
**Source** ``research/devices.md`` 3.6 and section 5, rule 12: rules of the room, mostly from memory.
**Valid for** round vessels that do not give. Held by ``tests/content/test_sizing.py``.
"""

from __future__ import annotations

from math import pi

from angiosuite.content.catheter import Catheter
from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.closure import Closure
from angiosuite.content.coil import Coil
from angiosuite.content.compatibility import ROUNDING_MM, Fit
from angiosuite.content.inflator import Inflator
from angiosuite.content.plug import Plug
from angiosuite.content.snare import Snare
from angiosuite.kit.errors import WrongUse

__all__ = ["closes", "inflates", "sized"]

COIL_OVERSIZE = (1.15, 1.35)
"""Loops over vessel: 20 to 30 percent wider, and 5 percent to either side of that (3.6)."""


def sized(what: Coil | Plug | CavaFilter | Snare, vessel_mm: float) -> Fit:
    """Whether it is of the size of its vessel.

    Parameters
    ----------
    what : Coil, Plug, CavaFilter or Snare
        A straight coil suits every vessel.
    vessel_mm : float
        Diameter of the vessel.

    Notes
    -----
    **Model** a coil's loops are 20 to 30 percent wider than the vessel, with 5 percent to either side; less
    and it travels, more and it draws out and pushes its catheter back. A plug as its device says; the vessels
    of a filter and of a snare stand in theirs.
    **Source** ``research/devices.md`` 3.6 (20 percent read in a table, 20 to 30 in open data) and 5.
    """
    low, high = _vessels(what, vessel_mm)
    name = what.kind.replace("-", " ")
    words = f"The {name} is for vessels of {low:.1f} to {high:.1f} mm; this one has {vessel_mm:.1f} mm"
    if vessel_mm > high + ROUNDING_MM:
        return Fit(False, high, vessel_mm, "mm", words, f"Take a larger {name}: this one would travel.")
    if vessel_mm < low - ROUNDING_MM:
        return Fit(False, low, vessel_mm, "mm", words, f"Take a smaller {name}: this one would not open.")
    return Fit(True, low, vessel_mm, "mm", words)


def _vessels(what: Coil | Plug | CavaFilter | Snare, vessel_mm: float) -> tuple[float, float]:
    if isinstance(what, Coil):
        if what.loop_mm is None:
            return vessel_mm, vessel_mm
        return what.loop_mm / COIL_OVERSIZE[1], what.loop_mm / COIL_OVERSIZE[0]
    if isinstance(what, Plug):
        return what.vessel_mm
    vessels = what.cava_mm if isinstance(what, CavaFilter) else what.loop_mm
    return vessels.low, vessels.high


def closes(closure: Closure, sheath_f: float, artery_mm: float, wrist: bool = False) -> Fit:
    """Whether a closure is for this hole in this artery.

    Parameters
    ----------
    closure : Closure
    sheath_f : float
        Label of the sheath that made the hole, F.
    artery_mm : float
        Diameter of the artery at the hole.
    wrist : bool
        Whether the hole is at the wrist.
    """
    low, high = closure.sheath_f.low, closure.sheath_f.high
    words = f"It closes holes of {low:g} to {high:g} F; the sheath was {sheath_f:g} F"
    if wrist != closure.radial and (wrist or closure.kind_of == "band"):
        told = "The hole is at the wrist, and this is not for it" if wrist else "It is for the wrist"
        return Fit(False, high, sheath_f, "F", told, "Take a band at the wrist, and nowhere else.", False)
    if sheath_f > high + ROUNDING_MM:
        return Fit(False, high, sheath_f, "F", words, "Take one for larger holes, or hold by hand.")
    if sheath_f < low - ROUNDING_MM:
        return Fit(False, low, sheath_f, "F", words, "Take one for smaller holes, or hold by hand.")
    if artery_mm < closure.artery_mm - ROUNDING_MM:
        told = f"It needs an artery of {closure.artery_mm:g} mm; this one has {artery_mm:.1f} mm"
        return Fit(False, closure.artery_mm, artery_mm, "mm", told, "Hold by hand.")
    return Fit(True, low, sheath_f, "F", words)


def inflates(inflator: Inflator, tool: Catheter) -> Fit:
    """Whether an inflator fills a balloon and its gauge reads to the balloon's rated pressure.

    Raises
    ------
    WrongUse
        When there is no balloon on the catheter.
    """
    if tool.balloon is None:
        raise WrongUse(
            "There is no balloon on this catheter",
            code="no-balloon",
            value=tool.family,
            way_out="Choose a balloon, or a stent that one opens.",
        )
    balloon = tool.balloon
    holds = 1e-3 * pi / 4.0 * balloon.diameter_mm**2 * balloon.length_mm
    if holds > inflator.volume_ml:
        words = f"The balloon holds {holds:.1f} ml; the inflator has {inflator.volume_ml:g} ml"
        return Fit(False, holds, inflator.volume_ml, "ml", words, "Take a larger inflator.")
    reads = balloon.rated_atm <= inflator.most_atm + ROUNDING_MM
    words = f"The balloon is rated to {balloon.rated_atm:g} atm; the gauge reads to {inflator.most_atm:g} atm"
    way_out = (
        "" if reads else f"Take an inflator to {balloon.rated_atm:g} atm, or stop at {inflator.most_atm:g}."
    )
    return Fit(reads, balloon.rated_atm, inflator.most_atm, "atm", words, way_out)
