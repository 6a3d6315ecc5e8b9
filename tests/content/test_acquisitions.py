"""Programmes of runs: what the checker refuses, and what the built-in machine offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.exposure import RATES_HZ
from angiosuite.content.scaffold import new


@pytest.mark.parametrize(
    ("old", "changed", "words"),
    [
        ("kind: dsa ", "kind: cine ", ["rates_hz[0]", "no rate of kind cine", "3.75 to 30"]),
        ("[0.5, 1, 2, 3, 4, 6]", "[0.5, 1, 2, 3, 4, 7.5]", ["rates_hz[5]", "got 7.5", "0.5 to 6"]),
        ("[{rate_hz: 3}]", "[{rate_hz: 5}]", ["phases[0].rate_hz", "got 5", "one of 0.5, 1, 2, 3, 4, 6"]),
        ("[{rate_hz: 3}]", "[{rate_hz: 3}, {rate_hz: 1}]", ["phases[0]", "another phase follows"]),
        ("[{rate_hz: 3}]", "[{rate_hz: 3, seconds: 90}]", ["longest_s", "shorter than its phases", "90"]),
        ("level: normal\n      mat", "level: high\n      mat", ["default_level", "one of normal"]),
        ("matrices: [512, 1024]", "matrices: [512]", ["default_matrix", "one of 512"]),
        ("matrices: [512, 1024]", "matrices: [512, 700]", ["matrices"]),
        ("longest_s: 60", "longest_s: 600", ["longest_s", "120"]),
        ("locked: true", "locked: false", ["locked", "lets the mask differ"]),
        ("kv_thin: 66", "kv_thin: 80", ["kv_thin", "above kv_plateau"]),
        ("kv_thin: 66", "kv_thin: 45", ["curve.kv_thin", "tube's reach", "50 to 125"]),
        ("[0.3, 0.1, 0]", "[0.3, 0.2, 0]", ["filters_cu_mm[1]", "filter wheel", "got 0.2"]),
        ("[0.3, 0.1, 0]", "[0, 0.1, 0.3]", ["filters_cu_mm", "falling order"]),
        ("longest_ms: 20", "longest_ms: 60", ["longest_ms", "tube's reach", "3 to 20"]),
        ("highest_power_kw: 65", "highest_power_kw: 100", ["highest_power_kw", "focal spot", "65 or less"]),
    ],
)  # fmt: skip
def test_a_wrong_programme_is_named_with_its_line_and_a_way_out(
    tmp_path: Path, old: str, changed: str, words: list[str]
) -> None:
    path = new("equipment", "room", tmp_path) / "equipment.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, changed), "utf-8")
    faults = "\n".join(map(str, check([tmp_path])))
    assert all(word in faults for word in words), faults


def test_a_pulse_must_fit_between_frames(tmp_path: Path) -> None:
    path = new("equipment", "room", tmp_path) / "equipment.yaml"
    text = path.read_text("utf-8").replace("pulse_ms: {low: 3, high: 20}", "pulse_ms: {low: 3, high: 200}")
    path.write_text(text.replace("longest_ms: 20", "longest_ms: 180"), "utf-8")
    assert "does not fit between frames at 6 Hz" in "\n".join(map(str, check([tmp_path])))


def test_two_programmes_of_one_name_are_a_fault(tmp_path: Path) -> None:
    path = new("equipment", "room", tmp_path) / "equipment.yaml"
    text = path.read_text("utf-8")
    begin, end = text.index("    - id: dsa-body"), text.index("\ngantry:")
    path.write_text(text[:end] + "\n" + text[begin:end].rstrip() + "\n" + text[end:], "utf-8")
    assert "acquisitions[1].id: is given twice" in "\n".join(map(str, check([tmp_path])))


def test_the_built_in_machine_offers_every_kind_of_run() -> None:
    offered = load_library().equipment("ceiling-single-plane").exposure.acquisitions
    assert {entry.kind for entry in offered} == set(RATES_HZ)
    rates = {
        kind: [r for entry in offered if entry.kind == kind for r in entry.rates_hz] for kind in RATES_HZ
    }
    assert (min(rates["dsa"]), max(rates["dsa"])) == (0.5, 6)
    assert (min(rates["cine"]), max(rates["cine"])) == (3.75, 30)
    assert all(entry.locked == (entry.kind == "dsa") for entry in offered)
