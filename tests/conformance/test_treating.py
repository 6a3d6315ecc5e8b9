"""Every balloon and stent of the cupboard: its chart, its forms in the picture, a vessel that it rests in."""

from __future__ import annotations

from math import isfinite

import numpy as np
import pytest

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.physics.treating.balloon import BalloonForm, burst_atm, emptying_s, free_mm, volume_ml
from angiosuite.physics.treating.stent import Wall, length_mm, settled_mm
from angiosuite.suite.instruments.drawn import drawn_of
from angiosuite.suite.instruments.instrument import Instrument, rod_tool
from angiosuite.suite.treating.balloons.drawn import with_balloon
from angiosuite.suite.treating.stents.drawn import struts_mm, with_packed
from angiosuite.suite.treating.stents.parts import form_of, packed_metal_share


def _devices(what: str) -> list[DeviceItem]:
    found = []
    for loaded in load_library().items["devices"].values():
        item = loaded.item
        if isinstance(item, DeviceItem) and isinstance(item.part, Catheter) and getattr(item.part, what):
            found.append(item)
    return found


BALLOONS, STENTS = _devices("balloon"), _devices("stent")


def _form(part: Catheter) -> BalloonForm:
    one = part.balloon
    assert one is not None
    return BalloonForm(
        one.diameter_mm, one.length_mm, one.nominal_atm, one.rated_atm, one.growth, one.folded_mm
    )


@pytest.mark.parametrize("item", BALLOONS, ids=lambda item: item.id)
def test_a_balloon_follows_its_chart_empties_in_time_and_is_drawn(item: DeviceItem) -> None:
    part = item.catheter
    form, one = _form(part), part.balloon
    assert one is not None
    widths = [free_mm(form, atm) for atm in np.linspace(0.0, one.rated_atm, 40)]
    assert widths == sorted(widths) and widths[0] == one.folded_mm
    assert free_mm(form, one.nominal_atm) == pytest.approx(one.diameter_mm, rel=1e-9)
    assert burst_atm(form, 0.5) > one.rated_atm > burst_atm(form, 1e-6)
    ml = volume_ml(form, one.nominal_atm)
    assert 0.0 < ml < 25.0 and 0.2 < emptying_s(ml, 0.45 * part.outer_mm, 10.0 * part.length_cm) < 120.0
    assert one.from_tip_mm + one.length_mm < 10.0 * part.length_cm
    places = one.from_tip_mm + 0.5 + np.arange(int(one.length_mm))
    drawn = with_balloon(drawn_of(item), places, np.full(len(places), one.diameter_mm), 0.5)
    assert max(section.outer_mm for section in drawn.sections) == pytest.approx(0.5 * one.diameter_mm)
    assert [section.to_mm for section in drawn.sections] == sorted(s.to_mm for s in drawn.sections)
    tool = rod_tool(Instrument("c1", item))
    assert tool.outer_mm > tool.bore_mm > 0.0


@pytest.mark.parametrize("item", STENTS, ids=lambda item: item.id)
def test_a_stent_rests_in_a_vessel_that_it_is_for_and_is_drawn_packed_and_open(item: DeviceItem) -> None:
    part = item.catheter
    stent = part.stent
    assert stent is not None
    form = form_of(stent)
    vessel = 0.85 * stent.diameter_mm
    begins = 2.0 if stent.opens == "self" else stent.diameter_mm * (1.0 - stent.recoil)
    rests = settled_mm(form, Wall(vessel, 60.0), begins)
    assert vessel * 0.95 < rests <= stent.diameter_mm, "on the wall of a vessel one size smaller"
    assert 0.4 * stent.length_mm < length_mm(form, rests) <= stent.packed_length_mm
    share = packed_metal_share(stent, part.outer_mm)
    assert 0.0 < share <= 1.0
    packed = with_packed(drawn_of(item), stent, stent.packed_length_mm, part.outer_mm, share)
    assert all(isfinite(section.outer_mm) for section in packed.sections)
    middle = np.stack([np.zeros(31), np.zeros(31), np.linspace(0.0, stent.length_mm, 31)], axis=1)
    struts = struts_mm(middle, np.full(31, rests), stent)
    assert np.isfinite(struts).all() and len(struts) > 4 * stent.crowns
    assert np.linalg.norm(struts[:, :2], axis=1).max() == pytest.approx(0.5 * rests)
