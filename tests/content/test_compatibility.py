"""What fits what: arithmetic on real bores and lengths, monotone, with both numbers and a way out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.content.catheter import Catheter
from angiosuite.content.compatibility import (
    EASY_MM,
    HAND_CM,
    HUBS_CM,
    Fit,
    bears,
    exchanges,
    fits,
    free_mm,
    grips,
    leads,
    outlasts,
    rides_over,
    seals,
    thickest_mm,
)
from angiosuite.content.device import DeviceItem
from angiosuite.content.dilator import Dilator
from angiosuite.content.fluid_kit import FluidLine, Syringe, Valve
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.kinds import KINDS, template_text
from angiosuite.content.kit_set import Handle
from angiosuite.content.needle import Needle
from angiosuite.content.schema import Range
from angiosuite.content.sheath import Sheath
from angiosuite.kit.errors import WrongUse


def part(kind: str) -> Any:
    """What the template of a kind shows."""
    text = template_text(KINDS["devices"], variant=kind)
    text = text.replace("ID-OF-THE-ITEM", "someone").replace("TITLE-OF-THE-ITEM", "Someone")
    return DeviceItem.model_validate_json(json.dumps(yaml.safe_load(text))).part


WIRE: GuideWire = part("guide-wire")
CATHETER: Catheter = part("catheter")
SHEATH: Sheath = part("sheath")
NEEDLE: Needle = part("needle")
DILATOR: Dilator = part("dilator")
VALVE: Valve = part("valve")
INNERS = (WIRE, CATHETER, SHEATH, NEEDLE, DILATOR)
OUTERS = (CATHETER, SHEATH, NEEDLE, DILATOR, VALVE)

widths = st.floats(0.1, 9.0)
inners = st.sampled_from(INNERS)
outers = st.sampled_from(OUTERS)
lengths = st.floats(20.0, 450.0)


def thick(inner: Any, mm: float) -> Any:
    """The same with another outer diameter."""
    if isinstance(inner, GuideWire):
        return inner.model_copy(update={"diameter_mm": mm})
    return inner.model_copy(update={"outer_mm": mm})


def wide(outer: Any, mm: float) -> Any:
    """The same with another bore, a sheath with its dilator's."""
    if isinstance(outer, Valve):
        return outer.model_copy(update={"passes_f": 3 * mm})
    changed: dict[str, Any] = {"bore_mm": mm}
    if isinstance(outer, Sheath):
        changed["dilator"] = outer.dilator.model_copy(update={"bore_mm": mm})
    return outer.model_copy(update=changed)


# ---- widths ------------------------------------------------------------------------------------------------


@given(inners, outers, widths, widths, widths)
def test_a_thinner_one_never_stops_fitting(inner: Any, outer: Any, a: float, b: float, bore: float) -> None:
    thin, fat = (fits(thick(inner, mm), wide(outer, bore)) for mm in sorted((a, b)))
    assert thin.fits or not fat.fits
    assert thin.easy or not fat.easy


@given(inners, outers, widths, widths, widths)
def test_a_wider_bore_never_breaks_a_fit(inner: Any, outer: Any, mm: float, a: float, b: float) -> None:
    narrow, roomy = (fits(thick(inner, mm), wide(outer, bore)) for bore in sorted((a, b)))
    assert roomy.fits or not narrow.fits
    assert roomy.easy or not narrow.easy


@given(inners, outers, widths, widths)
def test_what_fits_is_thinner_than_the_bore_and_the_two_numbers_say_so(
    inner: Any, outer: Any, mm: float, bore: float
) -> None:
    inner, outer = thick(inner, mm), wide(outer, bore)
    fit = fits(inner, outer)
    assert fit.fits == (fit.needs <= fit.has + 1e-9)
    assert fit.needs == pytest.approx(thickest_mm(inner) + free_mm(inner, outer))
    assert fit.has == pytest.approx(bore)
    assert not fit.fits or thickest_mm(inner) <= fit.has + 1e-9
    assert fit.fits or not fit.easy
    assert bool(fit.way_out) != fit.fits
    needs, has = (float(text) for text in re.findall(r"(?:bore of|has) ([\d.e-]+) mm", fit.words))
    assert needs == pytest.approx(fit.needs, abs=2e-3) and has == pytest.approx(fit.has, abs=2e-3)
    assert fit.fits or needs > has


@given(inners, outers, widths, widths)
def test_what_the_way_out_asks_for_fits(inner: Any, outer: Any, mm: float, bore: float) -> None:
    """Either side of the sentence: a bore or a French that it names, or a thickness that it names."""
    inner, outer = thick(inner, mm), wide(outer, bore)
    fit = fits(inner, outer)
    if fit.fits:
        return
    if isinstance(outer, Valve):
        french = re.search(r"valve for (\d+) F", fit.way_out)
        assert french and fits(inner, wide(outer, int(french[1]) / 3)).fits
    else:
        bored = re.search(r"with a bore of ([\d.]+) mm", fit.way_out)
        assert bored and fits(inner, wide(outer, float(bored[1]))).fits
    if thinner := re.search(r"wire of ([\d.]+) in", fit.way_out):
        assert fits(thick(inner, 25.4 * float(thinner[1])), outer).fits
    if thinner := re.search(r" of ([\d.]+) mm \(", fit.way_out):
        assert fits(thick(inner, float(thinner[1])), outer).fits


def test_a_regular_wall_needle_of_18_gauge_does_not_pass_a_wire_of_035_and_a_thin_wall_one_does() -> None:
    fit = fits(thick(WIRE, 0.889), wide(NEEDLE, 0.838))
    assert not fit.fits and (fit.needs, fit.has) == (pytest.approx(0.909), 0.838)
    assert "0.909 mm" in fit.words and "0.838 mm" in fit.words
    assert "0.032 in or thinner" in fit.way_out and "needle with a bore of 0.909 mm" in fit.way_out
    assert fits(thick(WIRE, 0.889), wide(NEEDLE, 0.91)).fits
    assert fits(thick(WIRE, 0.889), wide(NEEDLE, 0.909)).fits


@pytest.mark.parametrize(
    ("bore_mm", "inch"),
    [(1.07, 0.038), (0.838, 0.032), (0.686, 0.025), (0.603, 0.021), (0.413, 0.014)],
)
def test_the_thickest_wire_of_a_regular_needle_is_the_table_s(bore_mm: float, inch: float) -> None:
    """`research/devices.md` 5: 17 G takes 0.038, 18 G 0.032, 19 G 0.025, 20 G 0.021, 22 G 0.014."""
    sizes = [0.010, 0.014, 0.016, 0.018, 0.021, 0.025, 0.032, 0.035, 0.038]
    able = [size for size in sizes if fits(thick(WIRE, 25.4 * size), wide(NEEDLE, bore_mm)).fits]
    assert max(able) == inch


def test_a_microcatheter_counts_where_it_is_thickest() -> None:
    micro = CATHETER.model_copy(update={"family": "microcatheter", "outer_mm": 0.8, "hub_outer_mm": 0.97})
    assert not fits(micro, wide(CATHETER, 0.97)).fits and fits(micro, wide(CATHETER, 1.05)).fits
    assert "microcatheter is 0.97 mm" in fits(micro, wide(CATHETER, 0.97)).words


def test_a_sheath_rides_on_its_dilator_and_is_wider_without_it() -> None:
    thin, fat = thick(WIRE, 0.965), thick(WIRE, 1.1)
    assert rides_over(SHEATH, thin).fits and not rides_over(SHEATH, fat).fits and fits(fat, SHEATH).fits
    assert "whose dilator has a bore of 1.15 mm" in rides_over(SHEATH, fat).way_out
    assert rides_over(CATHETER, thin) == fits(thin, CATHETER)


@given(widths, widths, widths)
def test_what_a_sheath_rides_over_goes_through_it(mm: float, dilator_mm: float, bore_mm: float) -> None:
    dilator = SHEATH.dilator.model_copy(update={"bore_mm": min(dilator_mm, bore_mm)})
    sheath = SHEATH.model_copy(update={"bore_mm": bore_mm, "dilator": dilator})
    assert fits(thick(WIRE, mm), sheath).fits or not rides_over(sheath, thick(WIRE, mm)).fits


def test_a_wire_that_has_a_tenth_of_a_millimetre_slides_easily() -> None:
    bore = WIRE.diameter_mm + EASY_MM
    assert fits(WIRE, wide(CATHETER, bore)).easy
    tight = fits(WIRE, wide(CATHETER, bore - 0.02))
    assert tight.fits and not tight.easy


def test_a_valve_holds_its_own_size_and_leaks_around_a_thinner_one() -> None:
    assert seals(SHEATH, thick(CATHETER, 1.67)).fits
    assert seals(SHEATH, thick(CATHETER, 1.33)).fits  # 3.99 F: content rounds
    thin = seals(SHEATH, WIRE)
    assert not thin.fits and "4 F or more" in thin.way_out and "holds 4 to 5 F" in thin.words
    assert not seals(SHEATH, thick(CATHETER, 2.0)).fits
    assert not seals(SHEATH.model_copy(update={"seal": None}), CATHETER).fits


def test_a_handle_grips_the_wires_it_takes() -> None:
    handle = Handle(kind="handle", takes_mm=Range(low=0.35, high=0.97))
    assert grips(handle, WIRE).fits and not grips(handle, thick(WIRE, 0.254)).fits
    assert "takes 1.1 mm" in grips(handle, thick(WIRE, 1.1)).way_out


def test_nothing_goes_through_a_tap() -> None:
    tap = VALVE.model_copy(update={"kind_of": "stopcock", "passes_f": None})
    with pytest.raises(WrongUse, match="No instrument goes through a stopcock"):
        fits(WIRE, tap)


# ---- lengths -----------------------------------------------------------------------------------------------


def long(one: Any, cm: float) -> Any:
    """The same in another length."""
    return one.model_copy(update={"length_cm": cm})


@given(lengths, lengths, lengths, st.floats(0, 200))
def test_a_longer_wire_never_stops_to_suffice(a: float, b: float, catheter_cm: float, inside: float) -> None:
    catheter = long(CATHETER, catheter_cm)
    for ask in (
        lambda wire: exchanges(wire, catheter),
        lambda wire: exchanges(wire, catheter, inside),
        lambda wire: leads(wire, catheter, inside),
    ):
        short, enough = (ask(long(WIRE, cm)) for cm in sorted((a, b)))
        assert enough.fits or not short.fits
        assert_way_out_suffices(short, ask)


def assert_way_out_suffices(fit: Fit, ask: Any) -> None:
    if not fit.fits:
        (told,) = re.findall(r"(\d+) cm or longer", fit.way_out)
        assert ask(long(WIRE, float(told))).fits


@given(lengths, lengths)
def test_an_exchange_wire_is_twice_the_catheter_and_20_cm(wire_cm: float, catheter_cm: float) -> None:
    fit = exchanges(long(WIRE, wire_cm), long(CATHETER, catheter_cm))
    assert fit.needs == pytest.approx(2 * catheter_cm + 20)
    assert fit.fits == (wire_cm >= fit.needs - 1e-9)


@given(lengths, lengths, st.floats(0, 200))
def test_what_can_be_exchanged_can_be_led(wire_cm: float, catheter_cm: float, ahead: float) -> None:
    wire, catheter = long(WIRE, wire_cm), long(CATHETER, catheter_cm)
    assert leads(wire, catheter, ahead).fits or not exchanges(wire, catheter, catheter_cm + ahead).fits
    assert leads(wire, catheter, ahead).needs == pytest.approx(catheter_cm + ahead + HAND_CM)


@given(lengths, lengths, lengths, st.floats(0, 60))
def test_a_shorter_parent_never_stops_a_microcatheter(a: float, b: float, cm: float, travel: float) -> None:
    micro = long(CATHETER, cm)
    shorter, longer = (outlasts(micro, long(CATHETER, parent), travel) for parent in sorted((a, b)))
    assert shorter.fits or not longer.fits
    assert longer.needs == pytest.approx(max(a, b) + HUBS_CM + travel)


def test_from_the_wrist_a_catheter_of_125_cm_takes_a_microcatheter_of_150() -> None:
    """`research/devices.md` 5, rule 6."""
    assert outlasts(long(CATHETER, 150.0), long(CATHETER, 125.0), 10.0).fits
    short = outlasts(long(CATHETER, 130.0), long(CATHETER, 125.0))
    assert not short.fits and "140 cm or longer" in short.way_out


# ---- pressure ----------------------------------------------------------------------------------------------

LINE: FluidLine = part("line")
SYRINGE: Syringe = part("syringe")
IN_LINE = (CATHETER, LINE, VALVE, SYRINGE)


@given(st.floats(1, 2000), st.lists(st.sampled_from(IN_LINE), min_size=1, max_size=6))
def test_the_weakest_part_decides_and_one_more_part_never_helps(psi: float, parts: list[Any]) -> None:
    fit = bears(psi, parts)
    assert fit.has == min(one.max_psi for one in parts) and fit.fits == (psi <= fit.has)
    assert bears(psi, parts).fits or not bears(psi, [*parts, VALVE]).fits
    assert bears(psi, parts) == bears(psi, list(reversed(parts)))


def test_the_tap_is_named_as_the_weakest() -> None:
    fit = bears(900.0, [CATHETER, LINE, VALVE])
    assert not fit.fits and "haemostatic valve is the weakest and bears 200 psi" in fit.words
    assert fit.way_out == "Set 200 psi or less, or take a stronger haemostatic valve."
    with pytest.raises(WrongUse, match="Nothing is in the line"):
        bears(100.0, [])
