"""Golden logs: each measure of the dictionary against logs that were written by hand, with a known answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from angiosuite.assess.measures import MEASURES, dictionary
from angiosuite.assess.measures.page import FAMILIES

from .hand_made_log import log

FOLDER = Path(__file__).parents[1] / "golden" / "measures"
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
CASES = [
    pytest.param(name, case, id=f"{name}: {case['name']}")
    for name, cases in FILES.items()
    for case in cases["cases"]
]


def test_every_measure_of_the_dictionary_is_read_and_has_a_golden_case_of_its_version() -> None:
    assert set(MEASURES) == set(dictionary()) == set(FILES)
    for name, cases in FILES.items():
        assert cases["version"] == dictionary()[name].version, name
        assert any(case["value"] is not None for case in cases["cases"]), name


def test_every_window_that_a_measure_offers_is_tried_by_some_case() -> None:
    for name, cases in FILES.items():
        if name in ("off-centre", "contrast-to-noise", "subtraction-artefact", "open-field"):
            tried = {case.get("within", dictionary()[name].within[0]) for case in cases["cases"]}
            assert tried == set(dictionary()[name].within), name


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_measure_reads_what_the_hand_made_log_holds(name: str, case: dict[str, Any]) -> None:
    read = MEASURES[name].read(
        log(case["log"]), case.get("of"), case.get("within"), case.get("answers"), case.get("reference")
    )
    if isinstance(case["value"], float | int):
        assert read.value == pytest.approx(case["value"], abs=case.get("tolerance", 1e-6))
    else:
        assert read.value == case["value"]
        assert case["value"] is not None or read.missing == case["missing"]
        assert case["value"] is not None or read.why
    assert case["from"]
    assert case["value"] is None or read.moments
    if "shows" in case:
        moment = read.moments[0]
        shown = {"at": moment.t_us / 1e6, "frame": moment.frame}
        assert {key: shown[key] for key in case["shows"]} == case["shows"]


def test_every_family_of_measures_has_a_heading_on_their_page() -> None:
    assert {MEASURES[name].family for name in dictionary()} == set(FAMILIES)
