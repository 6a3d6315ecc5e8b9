"""What treats goes through what: monotone in every width, with both numbers, and a way out that works."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.content.catheter import Catheter
from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.coil import Coil
from angiosuite.content.compatibility import bore_mm, fits
from angiosuite.content.delivery import CURLS_AT, comes_back, delivers, enters, passes, reaches, takes_back
from angiosuite.content.device import DeviceItem
from angiosuite.content.embolic import Particles
from angiosuite.content.kinds import KINDS, template_text
from angiosuite.content.liquid_embolic import LiquidEmbolic
from angiosuite.content.loader import load_library
from angiosuite.content.plug import Plug
from angiosuite.content.schema import Range
from angiosuite.content.sheath import Sheath
from angiosuite.content.snare import Snare
from angiosuite.kit.errors import WrongUse


def part(kind: str) -> Any:
    """What the template of a kind shows."""
    text = template_text(KINDS["devices"], variant=kind)
    text = text.replace("ID-OF-THE-ITEM", "someone").replace("TITLE-OF-THE-ITEM", "Someone")
    return DeviceItem.model_validate_json(json.dumps(yaml.safe_load(text))).part


CATHETER: Catheter = part("catheter")
SHEATH: Sheath = part("sheath")
COIL: Coil = part("coil")
PLUG: Plug = part("plug")
PARTICLES: Particles = part("particles")
GLUE: LiquidEmbolic = part("liquid-embolic")
FILTER: CavaFilter = part("cava-filter")
SNARE: Snare = part("snare")
BALLOON: Catheter = part("balloon")
STENT: Catheter = part("stent")
PARTS = {
    name: loaded.item.part
    for name, loaded in load_library().items["devices"].items()
    if isinstance(loaded.item, DeviceItem)
}
TUBES = [one for one in PARTS.values() if isinstance(one, Catheter) and not (one.balloon or one.stent)]
SHEATHS = [one for one in PARTS.values() if isinstance(one, Sheath) and one.kind_of != "radial"]

bores = st.floats(0.25, 4.0)
widths = st.floats(0.2, 1.1)
sizes = st.integers(40, 4000)


def wide(mm: float) -> Catheter:
    """A catheter of a bore."""
    return CATHETER.model_copy(update={"bore_mm": mm})


def labelled(french: float) -> Sheath:
    """A sheath of a label."""
    return SHEATH.model_copy(update={"label_f": french})


def of_size(high_um: float, **more: Any) -> Particles:
    """Particles whose largest have a size."""
    return PARTICLES.model_copy(update={"size_um": Range(low=0.5 * high_um, high=high_um), **more})


# ---- coils and plugs ---------------------------------------------------------------------------------------


@given(widths, widths, bores)
def test_a_thinner_coil_never_stops_going(a: float, b: float, bore: float) -> None:
    thin, thick = (delivers(wide(bore), COIL.model_copy(update={"wire_mm": mm})) for mm in sorted((a, b)))
    assert thin.fits or not thick.fits


@given(widths, bores)
def test_a_coil_goes_where_it_is_thinner_than_the_bore_and_curls_where_that_is_wide(
    mm: float, bore: float
) -> None:
    fit = delivers(wide(bore), COIL.model_copy(update={"wire_mm": mm}))
    assert fit.fits == (mm + 0.02 <= bore + 1e-9) == (not fit.way_out)
    assert fit.easy == (fit.fits and bore <= CURLS_AT * mm + 1e-9)
    assert ("may curl" in fit.words) == (fit.fits and not fit.easy)
    if not fit.fits:
        found = re.search(r"bore of ([\d.]+) mm or more", fit.way_out)
        assert found
        wider = delivers(wide(float(found[1]) + 5e-4), COIL.model_copy(update={"wire_mm": mm}))
        assert wider.fits


@pytest.mark.parametrize("name", [k for k, one in PARTS.items() if isinstance(one, Coil | Plug)])
def test_every_coil_and_plug_goes_through_a_catheter_that_it_can_be_brought_out_of(name: str) -> None:
    one = PARTS[name]
    assert isinstance(one, Coil | Plug)
    calm = [tube for tube in TUBES if delivers(tube, one).easy]
    assert calm
    if isinstance(one, Plug) or one.pusher_cm is not None:
        assert any(reaches(one, tube).fits for tube in calm)
    if isinstance(one, Coil):
        low, high = one.lumen_mm.low, one.lumen_mm.high
        assert delivers(wide(low), one).fits and delivers(wide(high), one).easy


def test_a_coil_of_035_goes_through_a_diagnostic_catheter_and_through_no_microcatheter() -> None:
    coil = PARTS["coil-push-035-8x100"]
    assert isinstance(coil, Coil)
    micro = [tube for tube in TUBES if tube.family == "microcatheter"]
    assert micro and not any(delivers(tube, coil).fits for tube in micro)
    cobra = PARTS["cobra-2-5f"]
    assert isinstance(cobra, Catheter) and delivers(cobra, coil).easy


def test_a_pushable_coil_has_no_wire_that_could_be_too_short() -> None:
    with pytest.raises(WrongUse) as refused:
        reaches(COIL, CATHETER)
    assert refused.value.code == "coil-on-no-wire"
    long = CATHETER.model_copy(update={"length_cm": 150.0})
    assert reaches(PLUG, long).words.endswith("hangs on 155 cm") and not reaches(PLUG, long).fits
    assert reaches(PLUG, long.model_copy(update={"length_cm": 145.0})).fits
    assert "145 cm or less" in reaches(PLUG, long).way_out


# ---- particles and liquids ---------------------------------------------------------------------------------


@given(sizes, sizes, bores, st.floats(1.5, 30.0))
def test_smaller_particles_never_stop_passing(a: int, b: int, bore: float, parts: float) -> None:
    small, large = (passes(wide(bore), of_size(um), parts) for um in sorted((a, b)))
    assert small.fits or not large.fits


@given(sizes, bores, st.floats(1.5, 30.0), st.floats(1.5, 30.0))
def test_more_contrast_never_makes_them_jam(um: int, bore: float, a: float, b: float) -> None:
    thick, thin = (passes(wide(bore), of_size(um), parts) for parts in sorted((a, b)))
    assert thin.fits or not thick.fits


@given(sizes, bores, st.floats(1.5, 30.0))
def test_the_way_out_of_a_jam_is_one(um: int, bore: float, parts: float) -> None:
    fit = passes(wide(bore), of_size(um), parts)
    if fit.fits:
        assert not fit.way_out
        return
    found = re.search(r"bore of ([\d.]+) mm or more", fit.way_out)
    assert found and passes(wide(float(found[1]) + 5e-4), of_size(um), parts).fits
    assert ("Dilute" in fit.way_out) == (parts < 10.0)


def test_beads_of_500_pass_a_bore_of_017_in_ten_parts_and_jam_in_five() -> None:
    """`research/devices.md` 3.7: 300 to 500 µm through 0.017 in, 8 to 10 psi at ten parts, 43 psi at five."""
    beads = of_size(500)
    assert passes(wide(0.432), beads, 10.0).fits and not passes(wide(0.432), beads, 5.0).fits


@pytest.mark.parametrize(
    ("bore_in", "largest_um"), [(0.021, 700), (0.025, 800), (0.027, 800), (0.022, 600), (0.019, 400)]
)
def test_the_largest_spheres_that_makers_tell_pass(bore_in: float, largest_um: float) -> None:
    """Five microcatheters of the open data of ir-angio-sim, each with its maker's largest sphere."""
    assert passes(wide(25.4 * bore_in), of_size(largest_um), 10.0).fits


def test_a_wet_piece_of_gelatin_is_rolled_and_its_dilution_does_not_matter() -> None:
    piece = of_size(4000, form="gelatin-pledget")
    for parts in (2.0, 20.0):
        assert passes(wide(1.0), piece, parts).fits and not passes(wide(0.99), piece, parts).fits


@pytest.mark.parametrize("name", [k for k, one in PARTS.items() if isinstance(one, Particles)])
def test_what_a_vial_is_made_up_to_passes_a_catheter(name: str) -> None:
    one = PARTS[name]
    assert isinstance(one, Particles) and any(delivers(tube, one).fits for tube in TUBES)
    if one.form == "sphere":
        assert one.dilution >= 10.0 - 1e-9


def test_a_liquid_must_be_more_than_what_the_catheter_holds() -> None:
    long = CATHETER.model_copy(update={"dead_space_ml": 1.5})
    assert not delivers(long, GLUE).fits and delivers(long, GLUE, oil_parts=1.0).fits
    assert (delivers(long, GLUE).needs, delivers(long, GLUE).has) == (1.5, 1.0)


def test_a_solvent_goes_only_through_what_bears_it() -> None:
    harmful = GLUE.model_copy(update={"solvent": True})
    able = CATHETER.model_copy(update={"bears_solvent": True})
    assert delivers(able, harmful).fits and not delivers(CATHETER, harmful).fits
    assert "bears solvents" in delivers(CATHETER, harmful).way_out
    assert not delivers(SHEATH, harmful).fits


# ---- sheaths -----------------------------------------------------------------------------------------------


@given(st.floats(3.0, 24.0), st.floats(3.0, 24.0))
def test_labels_decide_what_enters_a_sheath(needs: float, has: float) -> None:
    assert BALLOON.balloon is not None
    of = BALLOON.model_copy(update={"balloon": BALLOON.balloon.model_copy(update={"sheath_f": needs})})
    for fit in (
        enters(of, labelled(has)),
        delivers(labelled(has), FILTER.model_copy(update={"sheath_f": needs})),
        delivers(labelled(has), SNARE.model_copy(update={"sheath_f": needs})),
        takes_back(FILTER.model_copy(update={"retrieval_f": needs}), labelled(has)),
    ):
        assert fit.fits == (needs <= has + 1e-9) == (not fit.way_out)
        assert (fit.needs, fit.has, fit.unit) == (needs, has, "F")


@pytest.mark.parametrize("name", [k for k, p in PARTS.items() if isinstance(p, Catheter) and p.balloon])
def test_a_balloon_of_the_cupboard_goes_into_its_smallest_sheath_and_comes_back(name: str) -> None:
    one = PARTS[name]
    assert isinstance(one, Catheter)
    own = [sheath for sheath in SHEATHS if enters(one, sheath).fits]
    assert own, "there is a sheath for it"
    for sheath in own:
        assert fits(one, sheath).fits, fits(one, sheath).words
        assert comes_back(one, sheath).fits, comes_back(one, sheath).words


def test_a_balloon_may_go_in_where_it_does_not_come_back() -> None:
    """What the label is for: folded from its packet 1.75 mm, emptied again 2 mm, in a bore of 1.93 mm."""
    balloon, sheath = PARTS["balloon-9x40-035-80"], PARTS["sheath-guiding-over-5f-45cm"]
    assert isinstance(balloon, Catheter) and isinstance(sheath, Sheath)
    assert fits(balloon, sheath).fits and not comes_back(balloon, sheath).fits
    assert not enters(balloon, sheath).fits and "6 F or more" in enters(balloon, sheath).way_out


@pytest.mark.parametrize("name", [k for k, p in PARTS.items() if isinstance(p, Catheter) and p.stent])
def test_a_stent_of_the_cupboard_goes_into_its_smallest_sheath(name: str) -> None:
    one = PARTS[name]
    assert isinstance(one, Catheter)
    own = [sheath for sheath in SHEATHS if enters(one, sheath).fits]
    assert own and all(fits(one, sheath).fits for sheath in own)


def test_what_is_not_there_cannot_be_asked_for() -> None:
    permanent = FILTER.model_copy(update={"retrieval_f": None})
    for ask, code in (
        (lambda: enters(CATHETER, SHEATH), "nothing-on-catheter"),
        (lambda: comes_back(CATHETER, SHEATH), "no-balloon"),
        (lambda: takes_back(permanent, SHEATH), "filter-permanent"),
        (lambda: delivers(CATHETER, FILTER), "not-a-sheath"),
    ):
        with pytest.raises(WrongUse) as refused:
            ask()
        assert refused.value.code == code and refused.value.way_out
    assert enters(STENT, SHEATH).words.startswith("The stent needs a sheath of 6 F")
    assert delivers(wide(bore_mm(CATHETER)), PLUG).fits
