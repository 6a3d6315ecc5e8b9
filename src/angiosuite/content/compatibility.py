"""What goes through, over and into what: arithmetic on real bores and lengths, never on French or gauge.

Every answer has its two numbers and a sentence; nothing here forbids. What treats has rules of its
own, in `delivery` and `sizing`; a catheter with a balloon counts here as it comes from its packet.

Notes
-----
**Source** ``research/devices.md`` section 5, rules 1 to 3, 5, 6 and 10: rules of the room, most from memory.
**Valid for** instruments at rest and straight, round, dry of clot. Held by
``tests/content/test_compatibility.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from angiosuite.content.catheter import Catheter
from angiosuite.content.dilator import Dilator
from angiosuite.content.fluid_kit import FluidLine, Syringe, Valve
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.kit_set import Handle
from angiosuite.content.needle import Needle
from angiosuite.content.sheath import Sheath
from angiosuite.content.tube import FRENCH_PER_MM, IN_NEEDLE_MM, IN_TUBE_MM
from angiosuite.kit.errors import WrongUse

__all__ = [
    "Fit",
    "bears",
    "exchanges",
    "fits",
    "free_mm",
    "grips",
    "leads",
    "outlasts",
    "rides_over",
    "seals",
    "thickest_mm",
]

IN_CATHETER_MM = 0.08
"""What a tube leaves free of the catheter that it goes through, mm (rule 3)."""
EASY_MM = 0.10
"""Free width from which a wire slides easily, mm (rule 1)."""
HAND_CM = 10.0
"""What a hand holds of a wire behind the hub, cm (rule 5)."""
HUBS_CM = 15.0
"""What a parent's hub and its haemostatic valve take of a microcatheter's length, cm (rule 6)."""
ROUNDING_MM = 1e-9
LEAST_MM = 0.3
"""Nothing but wires is thinner than this."""
WIRES_IN = (0.010, 0.014, 0.016, 0.018, 0.021, 0.025, 0.032, 0.035, 0.038)
MM_PER_IN = 25.4

Inner = GuideWire | Catheter | Sheath | Needle | Dilator
"""What goes through something."""
Outer = Catheter | Sheath | Needle | Dilator | Valve
"""What something goes through; of valves the haemostatic ones."""
InLine = Catheter | FluidLine | Valve | Syringe
"""What stands under the injector's pressure."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether one thing suits another, with the two numbers that decide it.

    Parameters
    ----------
    fits : bool
    needs, has : float
        What is needed, and what there is of it.
    unit : str
        Of both: mm, cm, F, psi, ml or atm.
    words : str
        The comparison as a sentence.
    way_out : str
        What would suit; empty where it does.
    easy : bool
        Whether it suits with room to spare: a wire that slides easily.
    """

    fits: bool
    needs: float
    has: float
    unit: str
    words: str
    way_out: str = ""
    easy: bool = True


# ---- widths ------------------------------------------------------------------------------------------------


def fits(inner: Inner, outer: Outer) -> Fit:
    """Whether one instrument goes through another.

    Parameters
    ----------
    inner : GuideWire, Catheter, Sheath, Needle or Dilator
        Counted where it is thickest: a microcatheter at its hub.
    outer : Catheter, Sheath, Needle, Dilator or haemostatic Valve
        A sheath by its own bore, without its dilator; see `rides_over`.

    Raises
    ------
    WrongUse
        When nothing goes through `outer`.
    """
    width, bore, free = thickest_mm(inner), bore_mm(outer), free_mm(inner, outer)
    needs = width + free
    goes = needs <= bore + ROUNDING_MM
    words = (
        f"The {name_of(inner)} is {width:.3g} mm thick and needs a bore of {_up(needs)} mm; "
        f"the {name_of(outer)} has {_down(bore)} mm"
    )
    wider = f"a {name_of(outer)} with a bore of {_up(needs)} mm or more"
    if isinstance(outer, Valve):
        wider = f"a valve for {ceil(needs * FRENCH_PER_MM - 1e-6)} F"
    way_out = "" if goes else _way_out(inner, bore - free, wider)
    return Fit(goes, needs, bore, "mm", words, way_out, width + max(free, EASY_MM) <= bore + ROUNDING_MM)


def rides_over(tool: Catheter | Sheath | Needle | Dilator, wire: GuideWire) -> Fit:
    """Whether a tool comes in over a wire: a sheath with its dilator, which has the narrower bore."""
    if not isinstance(tool, Sheath):
        return fits(wire, tool)
    bore, needs = tool.dilator.bore_mm, wire.diameter_mm + IN_TUBE_MM
    goes = needs <= bore + ROUNDING_MM
    words = (
        f"The guide wire is {wire.diameter_mm:.3g} mm thick and needs a bore of {_up(needs)} mm; "
        f"the sheath's dilator has {_down(bore)} mm"
    )
    wider = f"a sheath whose dilator has a bore of {_up(needs)} mm or more"
    way_out = "" if goes else _way_out(wire, bore - IN_TUBE_MM, wider)
    easy = wire.diameter_mm + EASY_MM <= bore + ROUNDING_MM
    return Fit(goes, needs, bore, "mm", words, way_out, easy)


def seals(sheath: Sheath, inner: Inner) -> Fit:
    """Whether the sheath's valve closes around what lies in it; below its range it leaks."""
    french = thickest_mm(inner) * FRENCH_PER_MM
    if sheath.seal is None:
        return Fit(False, french, 0.0, "F", "The sheath has no valve", "A sheath with a valve, or a finger.")
    low, high = sheath.seal.from_f, sheath.seal.to_f
    words = f"The {name_of(inner)} is {french:.1f} F; the valve holds {low:g} to {high:g} F"
    if french < low - 0.05:  # content rounds to 0.01 mm, 0.03 F
        return Fit(False, low, french, "F", words, f"Something of {low:g} F or more, or a smaller sheath.")
    if thickest_mm(inner) > sheath.bore_mm:
        return Fit(False, french, high, "F", words, "A larger sheath.")
    return Fit(True, low, french, "F", words)


def grips(handle: Handle, wire: GuideWire) -> Fit:
    """Whether a torque device holds a wire."""
    low, high = handle.takes_mm.low, handle.takes_mm.high
    width = wire.diameter_mm
    words = f"The guide wire is {width:.3g} mm thick; the handle grips {low:g} to {high:g} mm"
    held = low - ROUNDING_MM <= width <= high + ROUNDING_MM
    needs = high if width > high else low
    return Fit(held, needs, width, "mm", words, "" if held else f"A handle that takes {width:.3g} mm.")


def thickest_mm(inner: Inner) -> float:
    """Outer diameter where it is thickest, mm."""
    if isinstance(inner, GuideWire):
        return inner.diameter_mm
    return inner.thickest_mm if isinstance(inner, Catheter) else inner.outer_mm


def bore_mm(outer: Outer) -> float:
    """Width of the way through, mm."""
    if not isinstance(outer, Valve):
        return outer.bore_mm
    if outer.passes_f is None:
        raise WrongUse(
            f"No instrument goes through a {outer.kind_of.replace('-', ' ')}",
            code="no-way-through",
            value=outer.kind_of,
            way_out="Choose a haemostatic valve.",
        )
    return outer.passes_f / FRENCH_PER_MM


def free_mm(inner: Inner, outer: Outer) -> float:
    """What must stay free of a bore, mm.

    A valve's French is already that of what goes through; a sheath's bore is wider than its label.
    """
    if isinstance(outer, Valve):
        return 0.0
    if isinstance(outer, Needle):
        return IN_NEEDLE_MM
    coaxial = isinstance(outer, Catheter) and not isinstance(inner, GuideWire)
    return IN_CATHETER_MM if coaxial else IN_TUBE_MM


def _way_out(inner: Inner, most: float, wider: str) -> str:
    """What would go: something thinner, of at most so many mm, or something wider, in words."""
    if isinstance(inner, GuideWire):
        sizes = [inch for inch in WIRES_IN if inch * MM_PER_IN <= most + ROUNDING_MM]
        thinner = f"a wire of {sizes[-1]:.3f} in or thinner" if sizes else ""
    else:
        french = _down(most * FRENCH_PER_MM, 1)
        thinner = f"a {name_of(inner)} of {_down(most)} mm ({french} F) or less" if most > LEAST_MM else ""
    return f"Take {thinner}, or {wider}." if thinner else f"Take {wider}."


# ---- lengths -----------------------------------------------------------------------------------------------


def leads(wire: GuideWire, catheter: Catheter, ahead_cm: float) -> Fit:
    """Whether a wire goes so far ahead of a catheter's tip, with an end for the hand behind its hub."""
    needs = catheter.length_cm + ahead_cm + HAND_CM
    words = (
        f"A catheter of {catheter.length_cm:g} cm with its wire {ahead_cm:g} cm ahead and {HAND_CM:g} cm for "
        f"the hand needs {needs:g} cm; the wire has {wire.length_cm:g} cm"
    )
    return _long_enough(wire.length_cm, needs, words, "wire")


def exchanges(wire: GuideWire, catheter: Catheter, inside_cm: float | None = None) -> Fit:
    """Whether a catheter comes off a wire, or over it, while the wire's tip stays where it is.

    Parameters
    ----------
    wire : GuideWire
    catheter : Catheter
    inside_cm : float, optional
        How much of the wire lies in the patient; else the catheter's length and 10 cm beyond, for which
        a wire of twice the catheter's length and 20 cm is right.
    """
    inside = catheter.length_cm + HAND_CM if inside_cm is None else inside_cm
    needs = inside + catheter.length_cm + HAND_CM
    words = (
        f"{inside:g} cm of wire in the patient, a catheter of {catheter.length_cm:g} cm behind them and "
        f"{HAND_CM:g} cm for the hand are {needs:g} cm; the wire has {wire.length_cm:g} cm"
    )
    return _long_enough(wire.length_cm, needs, words, "wire")


def outlasts(inner: Catheter, parent: Catheter | Sheath, travel_cm: float = 0.0) -> Fit:
    """Whether a catheter, say a microcatheter, is long enough to leave its parent's end by `travel_cm`."""
    needs = parent.length_cm + HUBS_CM + travel_cm
    words = (
        f"The {name_of(parent)} of {parent.length_cm:g} cm, {HUBS_CM:g} cm of hub and valve and "
        f"{travel_cm:g} cm beyond its end are {needs:g} cm; the {name_of(inner)} has {inner.length_cm:g} cm"
    )
    return _long_enough(inner.length_cm, needs, words, name_of(inner))


def _long_enough(has: float, needs: float, words: str, name: str) -> Fit:
    enough = has >= needs - 1e-9
    way_out = "" if enough else f"Take a {name} of {ceil(needs - 1e-9)} cm or longer."
    return Fit(enough, needs, has, "cm", words, way_out)


# ---- pressure ----------------------------------------------------------------------------------------------


def bears(psi: float, parts: Sequence[InLine]) -> Fit:
    """Whether everything in the line bears a pressure; the weakest part decides.

    Raises
    ------
    WrongUse
        When nothing is in the line.
    """
    if not parts:
        raise WrongUse("Nothing is in the line", code="line-empty", way_out="Name a catheter at least.")
    weakest = min(parts, key=lambda part: part.max_psi)
    holds = psi <= weakest.max_psi
    words = f"{psi:g} psi are set; the {name_of(weakest)} is the weakest and bears {weakest.max_psi:g} psi"
    way_out = f"Set {floor(weakest.max_psi)} psi or less, or take a stronger {name_of(weakest)}."
    return Fit(holds, psi, weakest.max_psi, "psi", words, "" if holds else way_out)


# ---- words -------------------------------------------------------------------------------------------------


def name_of(part: Inner | Outer | InLine) -> str:
    """What people call it."""
    if isinstance(part, Catheter) and part.family == "microcatheter":
        return "microcatheter"
    word = part.kind_of if isinstance(part, Valve) else part.kind
    return word.replace("-", " ")


def _up(mm: float, digits: int = 3) -> str:
    """A number as text, not below it."""
    return f"{ceil(mm * 10**digits - 1e-6) / 10**digits:g}"


def _down(mm: float, digits: int = 3) -> str:
    """A number as text, not above it."""
    return f"{floor(mm * 10**digits + 1e-6) / 10**digits:g}"
