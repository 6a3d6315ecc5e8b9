"""Catheters as content: what does not fit is named, and the ones that ship hold what tubes must hold."""

from __future__ import annotations

from math import pi
from pathlib import Path

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.catheter import Catheter
from angiosuite.content.compatibility import fits
from angiosuite.content.device import DeviceItem
from angiosuite.content.scaffold import new

DEVICES: dict[str, DeviceItem] = {
    identity: loaded.item
    for identity, loaded in load_library().items["devices"].items()
    if isinstance(loaded.item, DeviceItem) and isinstance(loaded.item.part, Catheter)
}
DIAGNOSTIC = ("flush", "simple-curve", "double-curve", "reverse-curve")


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("wire_mm: 0.965", "wire_mm: 1.03", "part.wire_mm", "leaves less than 0.05 mm"),
        ("max_psi: 1000", "max_psi: 1000\n  burst_psi: 900", "part.burst_psi", "less than it bears"),
        ("length_cm: 65", "length_cm: 6.5", "part.length_cm", "from 30"),
        ("kink_radius_mm: 8", "kink_radius_mm: 1", "part.shaft.kink_radius_mm", "tighter than the tube"),
        ("[60, -25]", "[500, -400]", "part.rest_shape", "as long as the whole"),
        ("bore_mm: 1.07", "bore_mm: 1.6", "part.bore_mm", "leaves no wall"),
        ("wire_mm: 0.965", "wire_mm: 1.1", "part.wire_mm", "thicker than the bore"),
        (
            "outer_mm: 1.67",
            "outer_mm: 1.67\n  hub_outer_mm: 1.2",
            "part.hub_outer_mm",
            "thinner than the tip",
        ),
        ("dead_space_ml: 0.7 ", "dead_space_ml: 0.2 ", "part.dead_space_ml", "less than the lumen holds"),
        ("side: 2, ", "", "part.holes.side_mm", "no side hole"),
        ("side_mm: 0.7, ", "", "part.holes.side_mm", "missing of the side holes"),
        (
            "end: true, side: 2, side_mm: 0.7, from_tip_mm: 5, over_mm: 4",
            "end: false",
            "part.holes.end",
            "leaves",
        ),
        ("over_mm: 4", "over_mm: 700", "part.holes.over_mm", "500"),
        ("[8, 60]", "{radius_mm: 8}", "part.rest_shape[1]", "neither straight nor a turn"),
        ("family: double-curve", "family: double-curv", "part.family", "try 'double-curve'"),
        ("kind: catheter", "kind: guidewire", "part.kind", "try 'guide-wire'"),
        ("max_psi: 1000", "max_psi: 5000", "part.max_psi", "1500"),
        ("    url: https://example.org/sheet\n", "", "sources[0].url", "missing of what was read"),
        ("basis: memory", "basis: heard", "sources[1].basis", "one of the choices"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("device", "someone", tmp_path) / "device.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


def test_there_are_twelve_catheters_of_every_family() -> None:
    assert len(DEVICES) >= 12
    assert {device.catheter.family for device in DEVICES.values()} >= {
        "flush",
        "simple-curve",
        "double-curve",
        "reverse-curve",
        "microcatheter",
    }


@pytest.mark.parametrize("identity", DEVICES)
def test_a_title_says_its_size_and_the_dead_space_holds_the_lumen(identity: str) -> None:
    """French, or of what sits on it diameter and length, and the wire that it rides on."""
    part = DEVICES[identity].catheter
    title = DEVICES[identity].title
    if (brought := part.stent or part.balloon) is not None:
        assert f"{brought.diameter_mm:g} x {brought.length_mm:g} mm" in title
        assert f"{part.wire_mm / 25.4:.3f}" in title
    else:
        assert f"{part.french:.2g} F" in title or f"{part.french:.1f} F" in title
    assert f"{part.length_cm:g} cm" in title
    assert part.lumen_ml == pytest.approx(pi / 4 * part.bore_mm**2 * part.length_cm / 100)
    assert part.lumen_ml < part.dead_space_ml < 2 * part.lumen_ml


@pytest.mark.parametrize("identity", DEVICES)
def test_side_holes_are_for_wide_vessels_and_microcatheters_go_through_others(identity: str) -> None:
    part = DEVICES[identity].catheter
    assert (part.holes.side >= 4) == (part.family in ("flush", "infusion"))
    if part.family == "microcatheter":
        others = [d.catheter for d in DEVICES.values() if d.catheter.family in DIAGNOSTIC]
        through = [fits(part, other).fits for other in others if other.french > 4.5]
        assert all(through) if part.thickest_mm < 0.98 else any(through)


def test_the_curve_at_rest_has_the_length_of_its_pieces() -> None:
    straight, turn = DEVICES["pigtail-5f"].catheter.rest_shape
    assert straight.length_mm == 3.0
    assert turn.length_mm == pytest.approx(6 * 370 * pi / 180)
