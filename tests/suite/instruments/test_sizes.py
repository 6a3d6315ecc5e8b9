"""The cupboard tells of what treats the sizes that it is chosen by."""

from __future__ import annotations

from typing import Any

import pytest

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.suite.instruments.cupboard import cupboard

LIBRARY = load_library()


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in cupboard(LIBRARY)}


def test_a_balloon_tells_its_size_its_pressures_and_its_sheath(told: dict[str, dict[str, Any]]) -> None:
    assert told["balloon-8x40-035-135"]["sizes"] == {
        "balloon": {
            "diameter_mm": 8.0,
            "length_mm": 40.0,
            "nominal_atm": 8.0,
            "rated_atm": 12.0,
            "sheath_f": 6.0,
        }
    }


def test_every_balloon_and_stent_tells_of_itself_and_no_other_catheter_does(
    told: dict[str, dict[str, Any]],
) -> None:
    items = [one.item for one in LIBRARY.items["devices"].values() if isinstance(one.item, DeviceItem)]
    catheters = [item for item in items if item.part.kind == "catheter"]
    for item in catheters:
        sizes = told[item.id]["sizes"]
        assert ("balloon" in sizes) == (item.catheter.balloon is not None), item.id
        assert ("stent" in sizes) == (item.catheter.stent is not None), item.id
    assert sum("balloon" in told[item.id]["sizes"] for item in catheters) > 20
    assert sum("stent" in told[item.id]["sizes"] for item in catheters) > 15


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("inflator", "most_atm"),
        ("coil", "lumen_mm"),
        ("plug", "diameter_mm"),
        ("particles", "size_um"),
        ("liquid-embolic", "volume_ml"),
        ("cava-filter", "cava_mm"),
        ("snare", "loop_mm"),
        ("closure", "sheath_f"),
        ("aspirator", "vacuum_inhg"),
    ],
)
def test_each_kind_that_treats_tells_what_it_is_chosen_by(
    told: dict[str, dict[str, Any]], kind: str, name: str
) -> None:
    mine = [one for one in told.values() if one["kind"] == kind]
    assert mine
    assert all(one["sizes"][name] for one in mine)


def test_a_wire_treats_nothing(told: dict[str, dict[str, Any]]) -> None:
    wires = [one for one in told.values() if one["kind"] == "guide-wire"]
    assert wires
    assert all(one["sizes"] == {} for one in wires)
