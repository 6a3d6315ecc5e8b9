"""Whether what treats goes through its catheter or sheath, and comes back, by arithmetic.

Every answer is a `Fit` of `compatibility`: two numbers and a sentence; nothing here forbids. Whether it is of
the size of its vessel says `sizing`.

Notes
-----
**Source** ``research/devices.md`` section 5, rules 7 to 9 and 11, and 3.7: rules of the room, mostly from
memory. That spheres of 300 to 500 µm went through a bore of 0.43 mm at ten parts or more, and needed four
times the pressure at five, is a bench study's, as that text quotes it.
**Valid for** tubes at rest and straight, of round bore, dry of clot. Held by
``tests/content/test_delivery.py``.
"""

from __future__ import annotations

from math import ceil

from angiosuite.content.catheter import Catheter
from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.coil import Coil
from angiosuite.content.compatibility import HAND_CM, ROUNDING_MM, Fit, bore_mm
from angiosuite.content.embolic import Particles
from angiosuite.content.liquid_embolic import LiquidEmbolic
from angiosuite.content.plug import Plug
from angiosuite.content.sheath import Sheath
from angiosuite.content.snare import Snare
from angiosuite.content.tube import IN_TUBE_MM
from angiosuite.kit.errors import WrongUse

__all__ = [
    "CURLS_AT",
    "comes_back",
    "delivers",
    "enters",
    "passes",
    "reaches",
    "takes_back",
]

COIL_FREE_MM = 0.02
"""What a coil leaves free of a bore, mm: a coil of 0.035 in goes through a bore of 0.038 in (own choice)."""
CURLS_AT = 1.5
"""A bore wider than the coil by this factor lets it curl within (rule 7; memory)."""
JAMS_SHARE, DILUTED = 0.8, 10.0
"""Particles of fewer parts in all jam where they are wider than this share of the bore (rule 8)."""
SQUEEZED = 0.76
"""Spheres go through a bore of this share of their size: a maker tells 700 µm of 0.021 in, 0.533 mm."""
ROLLED = 0.25
"""A wet piece of gelatin goes through a bore of this share of its size, rolled (memory; own choice)."""

Delivered = Coil | Plug | Particles | LiquidEmbolic | CavaFilter | Snare
"""What comes through a tube."""


# ---- through a tube ----------------------------------------------------------------------------------------


def delivers(tube: Catheter | Sheath, what: Delivered, oil_parts: float = 0.0) -> Fit:
    """Whether what treats comes out at the end of a tube.

    Parameters
    ----------
    tube : Catheter or Sheath
    what : Coil, Plug, Particles, LiquidEmbolic, CavaFilter or Snare
    oil_parts : float
        Of a glue: parts of oil to one of it.

    Raises
    ------
    WrongUse
        When a filter or a snare, which come with French sizes, is to go through a catheter.
    """
    if isinstance(what, Coil):
        return _coil(tube, what)
    if isinstance(what, Plug):
        return _wide_enough(tube, what.lumen_mm, "plug")
    if isinstance(what, Particles):
        return passes(tube, what)
    if isinstance(what, LiquidEmbolic):
        return _liquid(tube, what, oil_parts)
    name = "cava filter" if isinstance(what, CavaFilter) else "snare"
    if not isinstance(tube, Sheath):
        raise WrongUse(
            f"A {name} is sized for a sheath",
            code="not-a-sheath",
            value=tube.family,
            way_out=f"Take a sheath of {what.sheath_f:g} F or more.",
        )
    return _by_label(name, what.sheath_f, tube)


def _coil(tube: Catheter | Sheath, coil: Coil) -> Fit:
    bore = bore_mm(tube)
    needs = coil.wire_mm + COIL_FREE_MM
    goes, calm = needs <= bore + ROUNDING_MM, bore <= CURLS_AT * coil.wire_mm + ROUNDING_MM
    words = (
        f"The coil is {coil.wire_mm:.3g} mm thick and needs a bore of {needs:.3f} mm; there are {bore:.3f} mm"
    )
    if goes and not calm:
        words += f", more than {CURLS_AT:g} times its thickness: it may curl within and jam"
    way_out = "" if goes else f"Take a catheter with a bore of {needs:.3f} mm or more, or a thinner coil."
    return Fit(goes, needs, bore, "mm", words, way_out, goes and calm)


def _wide_enough(tube: Catheter | Sheath, needs: float, name: str) -> Fit:
    bore = bore_mm(tube)
    goes = needs <= bore + ROUNDING_MM
    words = f"The {name} needs a bore of {needs:.3g} mm; there are {bore:.3f} mm"
    way_out = "" if goes else f"Take a catheter with a bore of {needs:.3g} mm or more, or a smaller {name}."
    return Fit(goes, needs, bore, "mm", words, way_out)


def passes(tube: Catheter | Sheath, particles: Particles, dilution: float | None = None) -> Fit:
    """Whether particles go through a bore without a jam.

    Parameters
    ----------
    tube : Catheter or Sheath
    particles : Particles
    dilution : float, optional
        Volume of the whole over that of the particles; else as the device says that they are made up.

    Notes
    -----
    **Model** the largest of the label counts. At ten parts or more they come one by one: spheres are squeezed
    to 0.76 of their size, harder than where they lodge, crumbs not at all. Below that they come together, and
    their full width must not be above 0.8 of the bore. Gelatin is rolled: a quarter of its size.
    **Source** ``research/devices.md`` 3.7 and 5, rule 8; makers' largest spheres for seven
    microcatheters, whose bores are 0.76 to 1.2 of them, in open data (ir-angio-sim, read); gelatin memory.
    """
    bore = bore_mm(tube)
    parts = particles.dilution if dilution is None else dilution
    largest = 1e-3 * particles.size_um.high
    thin = parts >= DILUTED - ROUNDING_MM
    if particles.form.startswith("gelatin"):
        needs, how = ROLLED * largest, "rolled"
    elif thin:
        share = SQUEEZED if particles.form == "sphere" else 1.0
        needs, how = share * largest, f"one by one at {parts:g} parts"
    else:
        needs, how = largest / JAMS_SHARE, f"together at {parts:.3g} parts"
    goes = needs <= bore + ROUNDING_MM
    words = (
        f"The largest are {largest:.3g} mm and need a bore of {needs:.3f} mm, {how}; there are {bore:.3f} mm"
    )
    thinner = "" if thin or particles.form.startswith("gelatin") else f"Dilute to {DILUTED:g} parts, or take "
    way_out = f"{thinner or 'Take '}a catheter with a bore of {needs:.3f} mm or more, or smaller ones."
    return Fit(goes, needs, bore, "mm", words, "" if goes else way_out)


def _liquid(tube: Catheter | Sheath, liquid: LiquidEmbolic, oil_parts: float) -> Fit:
    """A solvent needs a tube that bears it; and what the tube holds never arrives."""
    there = liquid.volume_ml * (1.0 + oil_parts)
    holds = tube.dead_space_ml
    words = f"The tube holds {holds:g} ml before anything leaves it; there are {there:g} ml"
    if liquid.solvent and not (isinstance(tube, Catheter) and tube.bears_solvent):
        told = "Its solvent harms a tube that is not made for it"
        return Fit(False, holds, there, "ml", told, "Take a catheter that bears solvents.", False)
    enough = there > holds
    way_out = "" if enough else "Take more of it, or a shorter or thinner catheter."
    return Fit(enough, holds, there, "ml", words, way_out, enough)


def reaches(what: Coil | Plug, catheter: Catheter) -> Fit:
    """Whether the wire that it hangs on is long enough to bring it out, with an end for the hand.

    Raises
    ------
    WrongUse
        Of a pushable coil, which hangs on nothing.
    """
    has = what.wire_cm if isinstance(what, Plug) else what.pusher_cm
    if has is None:
        raise WrongUse(
            "A pushable coil hangs on no wire",
            code="coil-on-no-wire",
            way_out="Ask `leads` of the wire that pushes it.",
        )
    needs = catheter.length_cm + HAND_CM
    words = (
        f"A catheter of {catheter.length_cm:g} cm and {HAND_CM:g} cm for the hand need {needs:g} cm; "
        f"the {what.kind} hangs on {has:g} cm"
    )
    goes = needs <= has + ROUNDING_MM
    return Fit(
        goes, needs, has, "cm", words, "" if goes else f"Take a catheter of {has - HAND_CM:g} cm or less."
    )


# ---- through a sheath --------------------------------------------------------------------------------------


def enters(tool: Catheter, sheath: Sheath) -> Fit:
    """Whether a balloon or stent is for this sheath, by the two labels.

    Raises
    ------
    WrongUse
        When nothing sits on the catheter: see `compatibility.fits`.
    """
    needs = max((one.sheath_f for one in (tool.balloon, tool.stent) if one is not None), default=0.0)
    if needs == 0.0:
        raise WrongUse(
            "Nothing sits on this catheter",
            code="nothing-on-catheter",
            value=tool.family,
            way_out="Ask `fits` of its thickness.",
        )
    return _by_label("stent" if tool.stent is not None else "balloon", needs, sheath)


def comes_back(tool: Catheter, sheath: Sheath) -> Fit:
    """Whether a balloon comes out through a sheath again, wider than it went in.

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
    width, bore = max(tool.balloon.refolded_mm, tool.outer_mm), sheath.bore_mm
    needs = width + IN_TUBE_MM
    goes = needs <= bore + ROUNDING_MM
    words = (
        f"Emptied again it is {width:.3g} mm across and needs a bore of {needs:.3g} mm; "
        f"there are {bore:.3g} mm"
    )
    way_out = "" if goes else "Turn it as it is drawn back with all its vacuum, or draw both out together."
    return Fit(goes, needs, bore, "mm", words, way_out)


def takes_back(filter: CavaFilter, sheath: Sheath) -> Fit:
    """Whether a filter can be taken into a sheath.

    Raises
    ------
    WrongUse
        Of a permanent one.
    """
    if filter.retrieval_f is None:
        raise WrongUse(
            "This filter stays", code="filter-permanent", value=filter.stays, way_out="Leave it where it is."
        )
    return _by_label("cava filter on its way out", filter.retrieval_f, sheath)


def _by_label(name: str, needs_f: float, sheath: Sheath) -> Fit:
    goes = needs_f <= sheath.label_f + ROUNDING_MM
    words = f"The {name} needs a sheath of {needs_f:g} F; this one is {sheath.label_f:g} F"
    way_out = "" if goes else f"Take a sheath of {ceil(needs_f - ROUNDING_MM):g} F or more."
    return Fit(goes, needs_f, sheath.label_f, "F", words, way_out)
