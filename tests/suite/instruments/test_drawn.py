"""What devices of the content are made of in X-rays: cores, coils, fillers, braid, bands and holes."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.loader import load_library
from angiosuite.content.sheath import Sheath
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.attenuation import density_g_cm3, materials
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.instrument_shadow import Drawn, Section
from angiosuite.suite.instruments.drawn import YOUNG_N_MM2, core_mm, drawn_of

LIBRARY = load_library()
DEVICES = {name: loaded.item for name, loaded in LIBRARY.items["devices"].items()}
LED = ("guide-wire", "catheter", "sheath", "dilator", "needle")


def device(name: str) -> DeviceItem:
    item = DEVICES[name]
    assert isinstance(item, DeviceItem)
    return item


def section_at(drawn: Drawn, from_tip_mm: float) -> Section:
    return next(section for section in drawn.sections if from_tip_mm < section.to_mm)


def held(section: Section, material: str) -> float:
    """Grams of a material a cm."""
    return sum(
        pi * 1e-2 * (ring.outer_mm**2 - ring.inner_mm**2) * g_cm3
        for ring in section.rings
        for name, g_cm3 in ring.content
        if name == material
    )


def contrast(section: Section) -> float:
    """-ln of the signal through its middle behind 20 cm of water at 75 kV."""
    path: dict[str, float] = {"water": 20.0}
    for ring in section.rings:
        for name, g_cm3 in ring.content:
            path[name] = path.get(name, 0.0) + 0.2 * (ring.outer_mm - ring.inner_mm) * g_cm3
    rays = beam(75.0, 0.1)
    return float(np.log(rays.signal({"water": 20.0}) / rays.signal(path)))


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_every_device_that_is_led_is_drawn_and_no_other(name: str) -> None:
    part = device(name).part
    if part.kind not in LED:
        with pytest.raises(WrongUse, match="never lies in the patient"):
            drawn_of(device(name))
        return
    drawn = drawn_of(device(name))
    ends = [section.to_mm for section in drawn.sections]
    assert ends == sorted(set(ends)) and ends[-1] >= 10 * part.length_cm  # type: ignore[union-attr]
    widest = getattr(part, "diameter_mm", None) or getattr(part, "thickest_mm", None) or part.outer_mm  # type: ignore[union-attr]
    for section in drawn.sections:
        assert section.outer_mm <= 0.5 * widest + 1e-9
        assert section.bore_mm == 0.5 * getattr(part, "bore_mm", 0.0) < section.outer_mm
        for ring in section.rings:
            assert ring.inner_mm >= section.bore_mm - 1e-9
            for material, g_cm3 in ring.content:
                assert material in materials() and 0.0 < g_cm3 <= 1.08 * density_g_cm3(material)
    assert drawn_of(device(name)) is drawn


@pytest.mark.parametrize("name", [n for n in sorted(DEVICES) if device(n).part.kind == "guide-wire"])
def test_a_core_is_as_stiff_as_its_zones_and_tapers_toward_the_tip(name: str) -> None:
    wire = device(name).part
    assert isinstance(wire, GuideWire)
    zones = wire.shaft.zones
    begin = 0.0
    for zone in zones[:-1]:
        assert zone.to_mm is not None
        core = core_mm(wire, 0.5 * (begin + zone.to_mm))
        stiff = YOUNG_N_MM2[wire.core] * pi * core**4 / 64.0
        assert stiff == pytest.approx(zone.ei_nmm2, rel=1e-6) or core == wire.diameter_mm
        begin = zone.to_mm
    places = np.linspace(0.0, 10 * wire.length_cm, 200)
    cores = [core_mm(wire, float(at)) for at in places]
    assert np.all(np.diff(cores) >= -1e-9) and cores[-1] <= wire.diameter_mm
    shaft = section_at(drawn_of(device(name)), 10 * wire.length_cm - 5.0)
    assert held(shaft, wire.core) >= pi / 4 * 1e-2 * cores[-1] ** 2 * density_g_cm3(wire.core) * 0.999


def test_a_hydrophilic_wire_is_even_and_a_ptfe_wire_has_a_paler_end() -> None:
    slippery = drawn_of(device("wire-hydrophilic-035-angled-180"))
    tip, shaft = (contrast(section_at(slippery, at)) for at in (3.0, 500.0))
    assert 0.6 < tip < 1.0 and 0.8 < tip / shaft <= 1.0
    wound = drawn_of(device("wire-bentson-035-180"))
    tip, shaft = (contrast(section_at(wound, at)) for at in (3.0, 500.0))
    assert 0.3 < tip < 0.7 * shaft and shaft < 1.2


def test_a_coil_of_platinum_is_black_where_it_is_and_the_shaft_behind_it_pale() -> None:
    for name, over_mm in (("microwire-014-shapeable-190", 40.0), ("wire-workhorse-014-190", 30.0)):
        drawn = drawn_of(device(name))
        assert contrast(section_at(drawn, over_mm - 0.5)) > 1.2
        assert contrast(section_at(drawn, over_mm + 0.5)) < 0.6
        assert held(section_at(drawn, over_mm + 0.5), "platinum") == 0.0


def test_a_catheters_wall_has_the_share_of_filler_that_its_content_tells() -> None:
    for name in ("berenstein-5f", "guiding-multipurpose-6f", "sheath-5f-11cm", "microcatheter-2-4f"):
        part = device(name).part
        assert isinstance(part, Catheter | Sheath)
        section = drawn_of(device(name)).sections[0]
        filler, polymer = held(section, part.radiopacity.filler), held(section, "polyamide")
        assert 100 * filler / (filler + polymer) == pytest.approx(part.radiopacity.percent)
        ring = pi / 4 * 1e-2 * (part.outer_mm**2 - part.bore_mm**2)
        assert filler / density_g_cm3(part.radiopacity.filler) + polymer / 1.1 == pytest.approx(ring)


def test_a_braided_tube_has_steel_behind_its_soft_tip_alone() -> None:
    for name, braided in (("cobra-2-5f", True), ("berenstein-5f", False)):
        part = device(name).part
        assert isinstance(part, Catheter) and part.braided is braided
        soft = part.shaft.zones[0].to_mm
        assert soft is not None
        drawn = drawn_of(device(name))
        assert held(section_at(drawn, soft - 0.1), "steel") == 0.0
        shaft = held(section_at(drawn, 500.0), "steel")
        assert shaft > 0.0 if braided else shaft == 0.0
        assert shaft < 0.1 * pi / 4 * 1e-2 * (part.outer_mm**2 - part.bore_mm**2) * 8.0, "strands are few"


@pytest.mark.parametrize("name", ["pigtail-marked-5f", "microcatheter-2-4f", "sheath-guiding-over-6f-45cm"])
def test_platinum_lies_at_the_markers_and_nowhere_else(name: str) -> None:
    part = device(name).part
    assert isinstance(part, Catheter | Sheath)
    drawn, begin, length = drawn_of(device(name)), 0.0, 0.0
    for section in drawn.sections:
        if held(section, "platinum") > 0.0:
            length += section.to_mm - begin
            middle = 0.5 * (begin + section.to_mm)
            assert any(
                abs(middle - one.from_tip_mm) < 0.5 * one.length_mm for one in part.radiopacity.markers
            )
            assert contrast(section) > 0.5
        begin = section.to_mm
    assert length == pytest.approx(sum(one.length_mm for one in part.radiopacity.markers), abs=0.01)


def test_side_holes_take_as_much_of_the_wall_as_they_are_wide() -> None:
    part = device("pigtail-5f").part
    assert isinstance(part, Catheter) and part.holes.side_mm is not None
    drawn, missing, begin = drawn_of(device("pigtail-5f")), 0.0, 0.0
    whole = held(section_at(drawn, 2.0), "barium-sulphate")
    for section in drawn.sections[:-1]:
        missing += 0.1 * (section.to_mm - begin) * (whole - held(section, "barium-sulphate"))
        begin = section.to_mm
    wall_mm = 0.5 * (part.outer_mm - part.bore_mm)
    cut_cm3 = part.holes.side * pi / 4 * part.holes.side_mm**2 * wall_mm * 1e-3
    density = dict(drawn.sections[0].rings[0].content)["barium-sulphate"]
    assert missing == pytest.approx(cut_cm3 * density, rel=0.01)


def test_a_microcatheter_is_thicker_toward_its_hub_and_a_dilator_behind_its_taper() -> None:
    micro, part = drawn_of(device("microcatheter-2-4f")), device("microcatheter-2-4f").catheter
    assert micro.sections[0].outer_mm == 0.5 * part.outer_mm
    assert micro.sections[-1].outer_mm == pytest.approx(0.5 * part.thickest_mm)
    widths = [section.outer_mm for section in micro.sections]
    assert widths == sorted(widths)
    dilator = [section.outer_mm for section in drawn_of(device("dilator-8f-20cm")).sections]
    assert dilator == sorted(set(dilator)) and len(dilator) > 4
