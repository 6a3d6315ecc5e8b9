"""Every instrument of the content: it is drawn, it bends, it goes into what is wide enough for it alone."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.content.catheter import Catheter
from angiosuite.content.compatibility import fits
from angiosuite.content.device import DeviceItem
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.loader import load_library
from angiosuite.content.sheath import Sheath
from angiosuite.physics.rods.chain import Chain
from angiosuite.suite.instruments.access import SITES
from angiosuite.suite.instruments.cupboard import device_facts
from angiosuite.suite.instruments.drawn import drawn_of
from angiosuite.suite.instruments.instrument import Instrument, rod_tool
from angiosuite.suite.instruments.outline import outline_mm

CONTENT = load_library()
DEVICES = {
    name: loaded.item
    for name, loaded in CONTENT.items["devices"].items()
    if isinstance(loaded.item, DeviceItem)
}
RODS = [name for name, item in DEVICES.items() if isinstance(item.part, GuideWire | Catheter | Sheath)]


@pytest.mark.parametrize("name", RODS)
def test_an_instrument_is_drawn_and_listed_with_its_sizes(name: str) -> None:
    item = DEVICES[name]
    facts = device_facts(item)
    assert 0.2 < facts["outer_mm"] < 10.0 and facts["length_mm"] >= 40.0
    shape = np.array(outline_mm(item))
    assert np.isfinite(shape).all() and np.linalg.norm(np.diff(shape, axis=0), axis=1).sum() > 20.0
    drawn = drawn_of(item)
    assert drawn.sections and all(section.rings for section in drawn.sections)


@pytest.mark.parametrize("name", RODS)
def test_an_instrument_takes_its_shape_at_rest_in_the_open(name: str) -> None:
    """Free of walls a tip turns as its curve at rest says, but for the half edge at its end."""
    one = Instrument("x1", DEVICES[name], is_wet=True)
    curve_mm = sum(bend.length_mm for bend in one.bends)
    if not one.bends or curve_mm > 220.0:
        pytest.skip("it is straight, or its curve is longer than what is looked at")
    chain = Chain([rod_tool(one)], [curve_mm + 15.0])
    for _ in range(40):
        chain.advance(seconds=0.05, stop_mm=1e-3, most=20)
    assert np.isfinite(chain.x).all()
    along = np.diff(chain.x, axis=0)
    along /= np.linalg.norm(along, axis=1)[:, None]
    turned = np.degrees(np.arccos(np.clip((along[1:] * along[:-1]).sum(axis=1), -1.0, 1.0))).sum()
    last_mm = 0.5 * float(chain.rest[chain.nodes - 2])
    first = one.bends[0]
    lost = 0.0 if first.turn_deg is None else abs(first.turn_deg) * min(last_mm / first.length_mm, 1.0)
    most = sum(abs(bend.turn_deg or 0.0) for bend in one.bends) - lost
    residual = np.degrees(rod_tool(one).residual_per_mm * (chain.inserted_mm[0] - curve_mm))
    assert turned == pytest.approx(most, abs=max(2.0, 0.02 * most) + residual)


@pytest.mark.parametrize("name", RODS)
def test_what_goes_into_a_sheath_is_thinner_than_its_bore(name: str) -> None:
    rod = DEVICES[name].part
    for site in SITES:
        sheath = DEVICES[site.sheath].part
        assert isinstance(sheath, Sheath) and isinstance(rod, GuideWire | Catheter | Sheath)
        width = rod.diameter_mm if isinstance(rod, GuideWire) else getattr(rod, "thickest_mm", rod.outer_mm)
        fit = fits(rod, sheath)
        assert fit.fits == (width + 0.05 <= sheath.bore_mm + 1e-9)
        assert fit.fits or fit.way_out
