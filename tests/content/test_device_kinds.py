"""Wires, sheaths, needles and the rest of the table as content: every rule can fail, and says the way out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from angiosuite.content import KINDS, check, load_library
from angiosuite.content.catheter import Catheter
from angiosuite.content.coil import Coil
from angiosuite.content.compatibility import IN_CATHETER_MM, exchanges, fits, outlasts, rides_over, seals
from angiosuite.content.device import DEVICE_VARIANTS, DeviceItem, device_variant
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.item_file import read_item
from angiosuite.content.kinds import template_text
from angiosuite.content.scaffold import new
from angiosuite.content.sheath import Sheath
from angiosuite.kit.errors import WrongUse

OTHERS = DEVICE_VARIANTS

FAULTS = {
    "guide-wire": [
        ("{to_mm: 80, ei", "{to_mm: 20, ei", "part.shaft.zones[1].to_mm", "not beyond the zone before, 30"),
        ("{to_mm: 80, ei", "{ei", "part.shaft.zones[1].to_mm", "missing of a zone before the last"),
        ("{ei_nmm2: 180", "{to_mm: 900, ei_nmm2: 180", "part.shaft.zones[2].to_mm", "ends the last zone"),
        ("ei_nmm2: 180", "ei_nmm2: 3", "part.shaft.zones[2].ei_nmm2", "less than half of the tip's, 8"),
        ("ei_nmm2: 60", "ei_nmm2: -60", "part.shaft.zones[1].ei_nmm2", "above 0"),
        ("gj_nmm2: 45", "gj_nmm2: 0", "part.shaft.zones[1].gj_nmm2", "above 0"),
        ("dry: 0.2", "dry: 0.01", "part.shaft.friction.dry", "less than wet"),
        ("floppy_mm: 50", "floppy_mm: 1800", "part.floppy_mm", "as long as the wire"),
        ("to_mm: 80", "to_mm: 1900", "part.shaft.zones", "reach to 1900 mm"),
        ("[5, [8, 45]]", "[1700, [30, 200]]", "part.rest_shape", "is 1805 mm long"),
        ("[5, [8, 45]]", "[]", "part.rest_shape", "at least 1"),
        ("coil: null", "coil: {material: platinum, over_mm: 2000}", "part.coil.over_mm", "longer than"),
        ("coil: null", "coil: {material: lead, over_mm: 20}", "part.coil.material", "platinum"),
        ("core: nitinol", "core: steel", "part.shaft.yield_radius_mm", "missing of a steel core"),
        ("yield_radius_mm: null", "yield_radius_mm: 0.5", "part.shaft.yield_radius_mm", "tighter than"),
        ("yield_radius_mm: null", "kink_radius_mm: 5", "part.shaft.kink_radius_mm", "not a known field"),
        ("diameter_mm: 0.889", "diameter_mm: 0.035", "part.diameter_mm", "above 0.2"),
        ("core: nitinol", "core: nitinl", "part.core", "try 'nitinol'"),
        ("uses: [support, select]", "uses: [suport]", "part.uses[0]", "try 'support'"),
        ("  floppy_mm: 50 ", "  flopy_mm: 50 ", "part.flopy_mm", "try 'floppy_mm'"),
    ],
    "sheath": [
        ("\n  outer_mm: 2.3", "\n  outer_mm: 1.8", "part.bore_mm", "leaves no wall"),
        ("\n  bore_mm: 1.77", "\n  bore_mm: 1.5", "part.bore_mm", "not that of a 5 F sheath"),
        ("\n  bore_mm: 1.77", "\n  bore_mm: 2.1", "part.bore_mm", "not that of a 5 F sheath"),
        ("wire_mm: 0.965", "wire_mm: 1.0", "part.wire_mm", "leaves less than 0.05 mm of the dilator's bore"),
        ("{outer_mm: 1.7,", "{outer_mm: 1.8,", "part.dilator.outer_mm", "thicker than the sheath's bore"),
        ("{outer_mm: 1.7,", "{outer_mm: 1.1,", "part.dilator.bore_mm", "leaves no wall"),
        ("length_cm: 16}", "length_cm: 11}", "part.dilator.length_cm", "does not reach beyond the sheath"),
        ("{from_f: 4, to_f: 5}", "{from_f: 5, to_f: 4}", "part.seal.from_f", "above `to_f`"),
        ("{from_f: 4, to_f: 5}", "{from_f: 2, to_f: 4}", "part.seal", "does not hold its own size"),
        ("{from_f: 4, to_f: 5}", "{from_f: 4, to_f: 7}", "part.seal.to_f", "wider than the bore"),
        ("{from_f: 4, to_f: 5}", "null", "part.seal", "is missing"),
        ("dead_space_ml: 0.6", "dead_space_ml: 0.1", "part.dead_space_ml", "less than the lumen holds"),
        ("kink_radius_mm: 15", "kink_radius_mm: 2", "part.shaft.kink_radius_mm", "tighter than the tube"),
        ("rest_shape: []", "rest_shape: [120]", "part.rest_shape", "as long as the whole"),
    ],
    "needle": [
        ("wire_mm: 0.965", "wire_mm: 0.98", "part.wire_mm", "leaves less than 0.02 mm"),
        ("wire_mm: 0.965", "wire_mm: 1.02", "part.wire_mm", "thicker than the bore"),
        ("bore_mm: 0.99", "bore_mm: 1.2", "part.bore_mm", "leaves no wall"),
        ("gauge: 18", "gauge: 17", "part.outer_mm", "not that of 17 G"),
        ("gauge: 18", "gauge: 18.5", "part.gauge", "whole number"),
        ("bevel_deg: 25", "bevel_deg: 125", "part.bevel_deg", "90"),
    ],
    "dilator": [
        ("label_f: 6", "label_f: 8", "part.outer_mm", "not that of 8 F"),
        ("taper_mm: 25", "taper_mm: 200", "part.taper_mm", "as long as the dilator"),
        ("to_mm: 25", "to_mm: 250", "part.shaft.zones", "the hub or beyond"),
        ("kink_radius_mm: 20", "kink_radius_mm: 1.5", "part.shaft.kink_radius_mm", "tighter than the tube"),
        ("wire_mm: 0.965", "wire_mm: 1.0", "part.wire_mm", "leaves less than 0.05"),
        ("bore_mm: 1.02", "bore_mm: 1.95", "part.bore_mm", "leaves no wall"),
    ],
    "set": [
        ("{device: cobra-2-5f}", "{device: cobra-9-5f}", "part.contains[1].device", "no item of devices"),
        ("{device: cobra-2-5f}", "{device: pigtail-5f}", "part.contains[1].device", "in the set already"),
        ("{device: cobra-2-5f}", "{device: someone}", "part.contains[1].device", "is a set itself"),
        ("count: 1}", "count: 0}", "part.contains[0].count", "from 1"),
    ],
    "syringe": [
        ("plunger_area_mm2: 165", "plunger_area_mm2: 1650", "part.plunger_area_mm2", "way of 6 mm"),
        ("plunger_area_mm2: 165", "plunger_area_mm2: 16", "part.plunger_area_mm2", "way of 625 mm"),
        ("luer: lock", "luer: look", "part.luer", "try 'lock'"),
    ],
    "line": [("dead_space_ml: 3.2", "dead_space_ml: 1.2", "part.dead_space_ml", "less than the lumen")],
    "valve": [
        ("kind_of: haemostatic-valve", "kind_of: manifold", "part.passes_f", "goes with a valve only"),
        ("  passes_f: 7 ", "  # ", "part.passes_f", "missing of a haemostatic valve"),
    ],
    "handle": [
        ("{low: 0.35, high: 0.97}", "{low: 0.97, high: 0.35}", "part.takes_mm.low", "not below high"),
        ("{low: 0.35, high: 0.97}", "{low: 0.014, high: 0.038}", "part.takes_mm", "beyond what wires are"),
    ],
    "coil": [
        ("stock_mm: 0.06", "stock_mm: 0.25", "part.stock_mm", "leaves no spring"),
        ("loop_mm: 5 ", "loop_mm: null ", "part.loop_mm", "missing of a coil with loops"),
        ("shape: helical ", "shape: straight ", "part.loop_mm", "is of a coil with loops"),
        ("loop_mm: 5 ", "loop_mm: 0.85 ", "part.loop_mm", "tighter than its spring can be wound"),
        ("length_mm: 70", "length_mm: 15", "part.length_mm", "does not make one loop"),
        ("{low: 0.46,", "{low: 0.41,", "part.lumen_mm.low", "narrower than the coil, 0.43"),
        ("{low: 0.46,", "{low: 0.6,", "part.lumen_mm.low", "not below high"),
        ("pusher_cm: null", "pusher_cm: 175", "part.pusher_cm", "is of a detachable coil"),
        ("delivery: pushable ", "delivery: detachable ", "part.pusher_cm", "missing of a detachable coil"),
        ("material: platinum", "material: platin", "part.material", "try 'platinum'"),
        ("wire_mm: 0.43", "wire_mm: 0.018", "part.wire_mm", "from 0.2"),
    ],
    "plug": [
        ("lumen_mm: 0.965", "lumen_mm: 6.5", "part.lumen_mm", "as wide as the plug"),
        ("{low: 3, high: 10}", "{low: 180, high: 600}", "part.occludes_min", "beyond 0 to 120 minutes"),
        ("{low: 30, high: 50}", "{low: -20, high: 50}", "part.oversize_percent", "beyond 0 to 150 percent"),
        ("lobes: 2", "lobes: 4", "part.lobes", "3"),
    ],
    "particles": [
        ("{low: 300, high: 500}", "{low: 0.3, high: 0.5}", "part.mean_um", "lies beyond the label"),
        ("{low: 300, high: 500}", "{low: -300, high: 500}", "part.size_um", "beyond 0 to 10000 micrometres"),
        ("mean_um: 400", "mean_um: 600", "part.mean_um", "try 400"),
        ("sd_um: 50", "sd_um: 300", "part.sd_um", "makes particles of no size"),
        ("clumps: 1 ", "clumps: 1.7 ", "part.clumps", "is of what is no sphere"),
        ("form: sphere ", "form: gelatin-slurry ", "part.resorbs_days", "missing of gelatin"),
        ("resorbs_days: null", "resorbs_days: {low: -3, high: 14}", "part.resorbs_days.low", "before day 0"),
    ],
    "liquid-embolic": [
        ("flush: dextrose", "flush: none", "part.flush", "missing of what sets in blood"),
        ("agent: cyanoacrylate", "agent: sclerosant", "part.flush", "is for what sets in blood"),
        ("agent: cyanoacrylate", "agent: sclerosant", "part.oil_ratios", "is of a glue"),
        ("agent: cyanoacrylate", "agent: oil", "part.iodine_mg_ml", "taken to be seen"),
        ("[1, 2, 3, 4]", "[]", "part.oil_ratios", "missing of a glue"),
        ("[1, 2, 3, 4]", "[1, 50]", "part.oil_ratios[1]", "beyond 0.2 to 20"),
    ],
    "cava-filter": [
        ("{low: 15, high: 30}", "{low: 1.5, high: 3}", "part.cava_mm", "beyond what cavas are"),
        ("hook: cranial", "hook: null", "part.hook", "missing of one that can be taken back"),
        ("retrieval_f: 10", "retrieval_f: null", "part.retrieval_f", "missing of one that can be taken back"),
        ("stays: retrievable", "stays: permanent", "part.retrieval_f", "is of one that can be taken back"),
    ],
    "snare": [
        ("loops: 3", "loops: 2", "part.loops", "1"),
        ("{low: 12, high: 20}", "{low: 0.5, high: 20}", "part.loop_mm", "beyond what vessels are"),
    ],
    "closure": [
        ("{low: 4, high: 6}", "{low: 1, high: 2}", "part.sheath_f", "beyond what sheaths are"),
        ("kind_of: anchor-plug", "kind_of: band", "part.radial", "not told of a band"),
        ("kind_of: anchor-plug", "kind_of: pad", "part.absorbed_days", "is of what lies within"),
        ("radial: false", "radial: true", "part.radial", "presses from outside"),
        ("artery_mm: 5", "artery_mm: 0", "part.artery_mm", "goes into an artery"),
    ],
    "inflator": [
        ("most_atm: 30", "most_atm: 300", "part.most_atm", "60"),
        ("contrast_share: 0.5", "contrast_share: 50", "part.contrast_share", "1"),
    ],
    "aspirator": [("vacuum_inhg: 25.6", "vacuum_inhg: 31", "part.vacuum_inhg", "more than the air's own")],
    "balloon": [
        ("family: balloon", "family: support", "part.family", "does not fit what sits on"),
        ("rated_atm: 14", "rated_atm: 6", "part.balloon.rated_atm", "less than its nominal pressure, 8"),
        ("refolded_mm: 1.67", "refolded_mm: 1.4", "part.balloon.refolded_mm", "between how it comes"),
        ("refolded_mm: 1.67", "refolded_mm: 6.5", "part.balloon.refolded_mm", "between how it comes"),
        ("growth: 0.05", "growth: 5", "part.balloon.growth", "0.5"),
    ],
    "stent": [
        ("family: stent-system", "family: balloon", "part.family", "does not fit what sits on"),
        ("opens: balloon", "opens: self", "part.stent.opens", "the catheter has one"),
        ("resists_kpa: 150", "resists_kpa: 3", "part.stent.resists_kpa", "less than what it presses with"),
        ("most_mm: 10", "most_mm: 7", "part.stent.most_mm", "less than its diameter, 8"),
        ("recaptured_to: 0 ", "recaptured_to: 0.5 ", "part.stent.recaptured_to", "opens itself"),
        ("jump_mm: 0 ", "jump_mm: -1 ", "part.stent.jump_mm", "from 0"),
    ],
}


def of_kind(kind: str, folder: Path, identity: str = "someone") -> Path:
    """The file of a new device of a kind."""
    return new("device", identity, folder, kind) / "device.yaml"


def test_every_kind_has_rules_that_are_tried() -> None:
    assert set(FAULTS) == set(OTHERS)


@pytest.mark.parametrize(
    ("kind", "old", "line", "field", "words"),
    [pytest.param(kind, *fault, id=f"{kind}-{fault[1]}") for kind in OTHERS for fault in FAULTS[kind]],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, kind: str, old: str, line: str, field: str, words: str
) -> None:
    path = of_kind(kind, tmp_path)
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


@pytest.mark.parametrize("kind", OTHERS)
def test_each_kind_has_a_template_without_fault_whose_fields_are_checked(tmp_path: Path, kind: str) -> None:
    path = of_kind(kind, tmp_path)
    if kind != "set":  # it names devices of the built-in pack
        assert [str(fault) for fault in check([path])] == []
    assert device_variant(yaml.safe_load(template_text(KINDS["devices"], variant=kind))["part"]) == kind
    lines = path.read_text("utf-8").splitlines()
    plain = [i for i, line in enumerate(lines) if re.match(r" +[a-z_]+: [^>{\[\s]", line)]
    assert plain
    for i in plain:
        name, _, _ = lines[i].partition(":")
        path.write_text("\n".join([*lines[:i], f"{name}: [[x]]", *lines[i + 1 :]]), "utf-8")
        faults = read_item(path.parent, KINDS["devices"]).faults
        assert [fault.line for fault in faults if fault.line == i + 1], (lines[i], [str(f) for f in faults])


def test_a_wrong_field_of_a_wire_does_not_hide_a_broken_rule(tmp_path: Path) -> None:
    path = of_kind("guide-wire", tmp_path)
    text = path.read_text("utf-8").replace("core: nitinol", "core: gum").replace("to_mm: 80", "to_mm: 20")
    path.write_text(text, "utf-8")
    assert {fault.field for fault in check([path])} == {"part.core", "part.shaft.zones[1].to_mm"}


def test_a_set_whose_needle_takes_none_of_its_wires_says_so(tmp_path: Path) -> None:
    of_kind("guide-wire", tmp_path, "my-wire")
    needle = of_kind("needle", tmp_path, "my-needle")
    path = of_kind("set", tmp_path, "my-set")
    text = path.read_text("utf-8").replace("pigtail-5f", "my-needle").replace("cobra-2-5f", "my-wire")
    path.write_text(text, "utf-8")
    assert [str(fault) for fault in check([tmp_path])] == []
    thick = needle.read_text("utf-8").replace("bore_mm: 0.99", "bore_mm: 0.838")
    needle.write_text(thick.replace("wire_mm: 0.965", "wire_mm: 0.813"), "utf-8")
    (fault,) = check([tmp_path])
    assert fault.field == "part.contains[0].device" and "takes no wire of the set" in str(fault)
    assert "0.032 in" in fault.way_out


def test_a_kind_that_is_not_known_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="guide-wire"):
        new("device", "someone", tmp_path, "guidewire")
    with pytest.raises(WrongUse, match="Leave it out"):
        new("lesion", "someone", tmp_path, "guide-wire")
    assert list(tmp_path.iterdir()) == []


def test_a_device_says_what_it_is_where_a_catheter_is_asked_for(tmp_path: Path) -> None:
    item = read_item(of_kind("guide-wire", tmp_path).parent, KINDS["devices"]).item
    assert isinstance(item, DeviceItem)
    with pytest.raises(WrongUse, match="no catheter but a guide wire") as refused:
        _ = item.catheter
    assert refused.value.code == "device-no-catheter" and "Choose a catheter" in str(refused.value)


def test_a_drill_whose_catheter_is_a_wire_is_at_fault(tmp_path: Path) -> None:
    of_kind("guide-wire", tmp_path, "my-wire")
    path = new("drill", "someone", tmp_path) / "drill.yaml"
    start = (
        "blood:\n    devices: [my-wire]\n    catheter: {device: my-wire, vessel: aorta, percent_along: 50}"
    )
    text = re.sub(r"^start:.*\n", f"start:\n  {start}\n", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    faults = {fault.field: str(fault) for fault in check([tmp_path])}
    for field in ("start.blood.devices[0]", "start.blood.catheter.device"):
        assert "is no catheter (got 'my-wire')" in faults[field], faults


# ---- those that ship ---------------------------------------------------------------------------------------

PARTS = {
    identity: loaded.item.part
    for identity, loaded in load_library().items["devices"].items()
    if isinstance(loaded.item, DeviceItem)
}
WORDS = ("kind_of", "targets", "uses", "use", "design", "vessel_mm")
"""Fields that say what it is for, not what it is."""


def test_no_two_devices_are_equal_in_all_their_numbers() -> None:
    seen: dict[str, str] = {}
    for identity, part in PARTS.items():
        told = part.model_dump_json(exclude=set(WORDS))
        assert told not in seen, f"{identity} is {seen[told]} again"
        seen[told] = identity


@pytest.mark.parametrize("identity", [k for k, part in PARTS.items() if isinstance(part, Sheath)])
def test_a_sheath_takes_and_holds_a_catheter_of_its_label(identity: str) -> None:
    sheath = PARTS[identity]
    assert isinstance(sheath, Sheath)
    catheter = next(part for part in PARTS.values() if isinstance(part, Catheter) and not part.hub_outer_mm)
    sized = catheter.model_copy(update={"outer_mm": sheath.label_f / 3})
    assert fits(sized, sheath).fits
    assert sheath.seal is None or seals(sheath, sized).fits


TAKES = [k for k, part in PARTS.items() if hasattr(part, "wire_mm") and not isinstance(part, Coil)]
"""What goes over a guide wire; a coil's `wire_mm` is its own."""


@pytest.mark.parametrize("identity", TAKES)
def test_the_thickest_wire_that_it_names_is_one_that_it_takes(identity: str) -> None:
    part = PARTS[identity]
    wire = thin_wire(part.wire_mm)
    assert rides_over(part, wire).fits and rides_over(part, wire).has >= wire.diameter_mm


@pytest.mark.parametrize(
    "identity", [k for k, p in PARTS.items() if isinstance(p, Catheter) and p.family == "microcatheter"]
)
def test_a_microcatheter_has_a_parent_and_a_wire(identity: str) -> None:
    micro = PARTS[identity]
    assert isinstance(micro, Catheter)
    parents = [p for p in PARTS.values() if isinstance(p, Catheter) and p.family != "microcatheter"]
    fitting = [p for p in parents if fits(micro, p).fits and outlasts(micro, p).fits]
    assert fitting and all(p.bore_mm >= micro.thickest_mm + IN_CATHETER_MM - 1e-9 for p in fitting)


def thin_wire(diameter_mm: float) -> GuideWire:
    """The wire of the template, of another thickness."""
    text = template_text(KINDS["devices"], variant="guide-wire")
    wire = GuideWire.model_validate_json(json.dumps(yaml.safe_load(text)["part"]))
    return wire.model_copy(update={"diameter_mm": diameter_mm})


def test_a_wire_of_260_cm_exchanges_a_catheter_of_120_cm_and_one_of_180_does_not() -> None:
    catheter = next(part for part in PARTS.values() if isinstance(part, Catheter))
    catheter = catheter.model_copy(update={"length_cm": 120.0})
    wire = thin_wire(0.889)
    assert exchanges(wire.model_copy(update={"length_cm": 260.0}), catheter).fits
    short = exchanges(wire, catheter)
    assert not short.fits and "260 cm or longer" in short.way_out
