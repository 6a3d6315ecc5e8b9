"""The sheath of an access changed for another: what lies in the way, and what it is changed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from angiosuite.content.compatibility import rides_over
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.sheath import Sheath
from angiosuite.kit.errors import WrongUse

from .instrument import Instrument
from .lengths import outside_mm

if TYPE_CHECKING:
    from .stack import Stack

__all__ = ["SHORT_KINDS", "check_change", "sheath_part"]

SHORT_KINDS = ("short", "large")
"""Kinds that may be an access's own sheath; guiding and radial ones are led or belong to the wrist."""
HAND_MM = 100.0
"""Of a wire that a hand holds while something comes over its end, as the rules of compatibility count."""
SAME_MM = 1.0
"""Sheaths whose lengths differ by less end at the same place."""


def sheath_part(one: Instrument) -> Sheath:
    """What an access's own sheath can be made of.

    Raises
    ------
    WrongUse
        For anything else.
    """
    part = one.device.part
    if isinstance(part, Sheath) and part.kind_of in SHORT_KINDS:
        return part
    what = "is led over a wire" if isinstance(part, Sheath) and part.kind_of == "guiding" else "is none"
    raise WrongUse(
        f"An access takes a short sheath; {one.device.title} {what}",
        code="not-a-short-sheath",
        where="access.sheath",
        value=one.device.id,
        way_out="Load it." if "led" in what else "Pick a sheath of 11 to 25 cm from the cupboard.",
    )


def check_change(new: Instrument, now: Sheath, stack: Stack | None) -> GuideWire | None:
    """The wire that a sheath is changed over; None where nothing lies in the access.

    Parameters
    ----------
    new : Instrument
        The sheath to come.
    now : Sheath
        The one that lies there.
    stack : Stack or None
        What lies in the access.

    Returns
    -------
    GuideWire or None
        None: it is changed over a short wire of its own, which comes out with the dilator.

    Raises
    ------
    WrongUse
        Where a tube lies in it, where the wire does not bear the change, and where the new sheath is of
        another length while a wire lies in the old one: its tip would move along a wire that stands still.
    """
    part = sheath_part(new)
    if stack is None or not stack.lying:
        return None
    tubes = [one for one in stack.lying if one.instrument.is_tube]
    if tubes:
        raise _refused(
            f"{tubes[-1].instrument.device.title} lies in the sheath, which comes off over a wire alone",
            "sheath-in-use", tubes[-1].instrument.id, "Leave a wire in and draw the rest out.",
        )  # fmt: skip
    (wire,) = stack.lying
    rod = wire.instrument.rod
    assert isinstance(rod, GuideWire)
    fit = rides_over(part, rod)
    if not fit.fits:
        raise _refused(fit.words, "does-not-fit", new.device.id, fit.way_out)
    if wire.depth_mm <= 0.0:
        raise _refused(
            f"The wire ends {-wire.depth_mm:.0f} mm within the sheath and would come out with it",
            "wire-not-beyond", wire.instrument.id, "Advance it into the vessel.",
        )  # fmt: skip
    needs_mm = 10.0 * part.dilator.length_cm + HAND_MM
    has_mm = outside_mm(wire.instrument.length_mm, wire.depth_mm, stack.access.sheath_mm)
    if has_mm < needs_mm:
        raise _refused(
            f"{has_mm / 10.0:.0f} cm of the wire lie outside, and the dilator needs {needs_mm / 10.0:.0f} cm",
            "wire-too-short", wire.instrument.id, "Draw the wire back, or take a longer one.",
        )  # fmt: skip
    if abs(part.length_cm - now.length_cm) * 10.0 >= SAME_MM:
        raise _refused(
            f"The wire lies in a sheath of {now.length_cm:g} cm, and this one has {part.length_cm:g} cm",
            "sheath-length", new.device.id,
            f"Choose one of {now.length_cm:g} cm, or draw the wire out before.",
        )  # fmt: skip
    return rod


def _refused(message: str, code: str, value: str, way_out: str) -> WrongUse:
    return WrongUse(message, code=code, where="access.sheath", value=value, way_out=way_out)
