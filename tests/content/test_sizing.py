"""What treats is of the size of its vessel, its hole, its balloon; what lies beyond has a way out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.content.catheter import Catheter
from angiosuite.content.closure import Closure
from angiosuite.content.coil import Coil
from angiosuite.content.device import DeviceItem
from angiosuite.content.inflator import Inflator
from angiosuite.content.loader import load_library
from angiosuite.content.plug import Plug
from angiosuite.content.sizing import closes, inflates, sized
from angiosuite.kit.errors import WrongUse

PARTS: dict[str, Any] = {
    name: loaded.item.part
    for name, loaded in load_library().items["devices"].items()
    if isinstance(loaded.item, DeviceItem)
}
SIZED = [k for k, one in PARTS.items() if one.kind in ("coil", "plug", "cava-filter", "snare")]


@pytest.mark.parametrize("name", SIZED)
@given(st.floats(0.3, 60.0), st.floats(0.3, 60.0))
def test_what_suits_two_vessels_suits_every_one_between(name: str, a: float, b: float) -> None:
    one = PARTS[name]
    fit, other, between = sized(one, a), sized(one, b), sized(one, 0.5 * (a + b))
    if fit.fits and other.fits:
        assert between.fits
    assert fit.fits == (not fit.way_out)
    if not fit.fits:
        nearer = sized(one, fit.needs)
        assert nearer.fits and ("larger" in fit.way_out) == (a > fit.needs)


def test_a_coil_is_a_fifth_to_three_tenths_wider_than_its_vessel() -> None:
    coil = PARTS["coil-push-018-5x70"]
    assert sized(coil, 5 / 1.2).fits and sized(coil, 5 / 1.3).fits
    assert "would travel" in sized(coil, 5.0).way_out and "would not open" in sized(coil, 3.0).way_out
    assert sized(PARTS["coil-packing-020-300"], 17.0).fits, "one without loops suits all"


def test_a_plug_is_wider_by_what_its_maker_says() -> None:
    plug = PARTS["plug-6"]
    assert isinstance(plug, Plug)
    assert plug.vessel_mm == (pytest.approx(4.0), pytest.approx(6 / 1.3))
    assert sized(plug, 4.2).fits and not sized(plug, 5.9).fits


def test_the_micro_plug_is_for_the_vessels_of_its_label() -> None:
    low, high = PARTS["plug-micro-5"].vessel_mm
    assert low == pytest.approx(3.0, abs=0.05) and high == pytest.approx(5.0, abs=0.05)


def test_a_filter_is_for_a_cava_and_not_for_a_wider_one() -> None:
    cone = PARTS["filter-cone-7f"]
    assert sized(cone, 22.0).fits and not sized(cone, 31.0).fits
    assert "larger cava filter" in sized(cone, 31.0).way_out


# ---- holes -------------------------------------------------------------------------------------------------

CLOSURES = [k for k, one in PARTS.items() if isinstance(one, Closure)]


@pytest.mark.parametrize("name", CLOSURES)
@given(st.floats(2.0, 20.0), st.floats(1.0, 12.0))
def test_a_closure_is_for_its_sheaths_in_an_artery_that_is_wide_enough(
    name: str, sheath_f: float, artery_mm: float
) -> None:
    one = PARTS[name]
    fit = closes(one, sheath_f, artery_mm, wrist=one.radial)
    right = one.sheath_f.low - 1e-9 <= sheath_f <= one.sheath_f.high + 1e-9
    assert fit.fits == (right and artery_mm >= one.artery_mm - 1e-9) == (not fit.way_out)


def test_a_narrow_artery_and_a_wrist_are_for_the_hand_and_the_band() -> None:
    plug, band, pad = (PARTS[f"closure-{name}"] for name in ("anchor-plug-6f", "radial-band", "pad"))
    assert closes(plug, 6.0, 6.0).fits
    narrow = closes(plug, 6.0, 4.2)
    assert not narrow.fits and "artery of 5 mm" in narrow.words and narrow.unit == "mm"
    assert not closes(plug, 6.0, 6.0, wrist=True).fits and closes(band, 6.0, 2.4, wrist=True).fits
    assert not closes(band, 6.0, 6.0).fits and closes(pad, 6.0, 4.2).fits


# ---- balloons ----------------------------------------------------------------------------------------------

BALLOONS = [k for k, one in PARTS.items() if isinstance(one, Catheter) and one.balloon]


@pytest.mark.parametrize("name", BALLOONS)
def test_every_balloon_has_an_inflator_that_fills_it(name: str) -> None:
    assert any(inflates(one, PARTS[name]).fits for one in PARTS.values() if isinstance(one, Inflator))


def test_an_inflator_is_too_small_or_its_gauge_ends_too_early() -> None:
    small, strong = PARTS["inflator-20ml-30atm"], PARTS["inflator-20ml-40atm"]
    hard = PARTS["balloon-ultra-7x40-035-80"]
    told = inflates(small, hard)
    assert not told.fits and (told.needs, told.has, told.unit) == (40.0, 30.0, "atm")
    assert inflates(strong, hard).fits
    large = PARTS["balloon-large-20x40-035-80"]
    assert inflates(small, large).fits, "20 mm over 40 mm are 12.6 ml"
    wide = large.model_copy(update={"balloon": large.balloon.model_copy(update={"diameter_mm": 26.0})})
    short = inflates(small, wide)
    assert not short.fits and short.unit == "ml" and short.needs == pytest.approx(21.2, abs=0.05)
    with pytest.raises(WrongUse, match="no balloon"):
        inflates(small, PARTS["pigtail-5f"])


def test_coils_are_counted_by_their_springs_volume() -> None:
    """`research/devices.md` 3.6 reckons 2.0 mm³ per cm of a spring of 0.020 in and 6.2 of 0.035 in."""
    packing = PARTS["coil-packing-020-300"]
    assert isinstance(packing, Coil)
    assert packing.volume_mm3 / (packing.length_mm / 10) == pytest.approx(2.03, abs=0.01)
    thick = packing.model_copy(update={"wire_mm": 0.889})
    assert thick.volume_mm3 / (thick.length_mm / 10) == pytest.approx(6.2, abs=0.02)
