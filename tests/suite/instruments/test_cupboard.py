"""What the cupboard tells of each device: which of its kind it is, its size, the sheath that it needs."""

from __future__ import annotations

import json

import pytest

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DEVICE_KINDS, DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.suite.instruments.cupboard import cupboard, details, device_facts

CONTENT = load_library()
ITEMS = {
    name: loaded.item
    for name, loaded in CONTENT.items["devices"].items()
    if isinstance(loaded.item, DeviceItem)
}
FACTS = {one["id"]: one for one in cupboard(CONTENT)}


def test_the_cupboard_has_every_device_once_in_its_order_and_something_of_each_kind() -> None:
    assert sorted(FACTS) == sorted(ITEMS) and len(cupboard(CONTENT)) == len(ITEMS)
    orders = [one["order"] for one in cupboard(CONTENT)]
    assert orders == sorted(orders)
    assert {one["kind"] for one in FACTS.values()} == set(DEVICE_KINDS)


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_facts_are_plain_and_the_details_hold_every_number(name: str) -> None:
    told = details(ITEMS[name])
    assert json.loads(json.dumps(told))["part"]["kind"] == ITEMS[name].part.kind
    assert {key: told[key] for key in FACTS[name]} == device_facts(ITEMS[name])


@pytest.mark.parametrize(
    ("name", "family", "size_mm", "sheath_f"),
    [
        ("balloon-7x40-035-80", "balloon", (7.0, 40.0), 5.0),
        ("stent-balloon-9x37-035-80", "stent-system", (9.0, 37.0), 7.0),
        ("stent-self-8x60-035-120", "stent-system", (8.0, 60.0), 6.0),
        ("coil-push-018-5x70", "pushable", (5.0, 70.0), None),
        ("coil-packing-020-300", "detachable", None, None),
        ("plug-6", None, (6.0, 11.0), None),
        ("gelatin-slurry", "gelatin-slurry", None, None),
        ("glue-n-butyl", "cyanoacrylate", None, None),
        ("filter-double-6f", "double", None, 6.0),
        ("snare-three-12-20", None, None, 6.0),
        ("closure-radial-band", "band", None, None),
        ("aspirator-pump", "pump", None, None),
        ("cobra-2-5f", "double-curve", None, None),
        ("needle-18g-thin-wall-7cm", None, None, None),
    ],
)
def test_what_one_looks_at_when_choosing_is_told(
    name: str, family: str | None, size_mm: tuple[float, float] | None, sheath_f: float | None
) -> None:
    facts = FACTS[name]
    assert (facts["family"], facts["size_mm"], facts["sheath_f"]) == (family, size_mm, sheath_f)
    assert facts["title"] and facts["summary"]


def test_a_guide_wire_is_told_of_what_rides_on_one_and_a_coils_spring_is_none() -> None:
    assert FACTS["balloon-7x40-035-80"]["wire_mm"] == 0.889
    assert FACTS["coil-push-018-5x70"]["wire_mm"] is None


@pytest.mark.parametrize(
    "name", [k for k, one in ITEMS.items() if isinstance(one.part, Catheter) and one.part.balloon]
)
def test_the_marks_of_a_balloon_or_stent_are_where_it_begins_and_ends(name: str) -> None:
    part = ITEMS[name].catheter
    assert part.balloon is not None
    begin, end = (mark[0] for mark in FACTS[name]["markers_mm"])
    if part.stent is None:
        assert (begin, end) == (part.balloon.from_tip_mm, part.balloon.from_tip_mm + part.balloon.length_mm)
    else:
        assert begin == part.stent.from_tip_mm
        assert end == pytest.approx(begin + part.stent.packed_length_mm, abs=0.05)
        assert part.balloon.from_tip_mm <= begin
        assert end <= part.balloon.from_tip_mm + part.balloon.length_mm + 1e-6
