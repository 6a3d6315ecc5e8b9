"""Cardiac output by size and age, and its shares by organ."""

from __future__ import annotations

import pytest

from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.graph import Bed
from angiosuite.anatomy.vessels.perfusion import ORGAN_SHARE, cardiac_output_ml_min, rescaled


def bed(name: str, kind: str, flow: float) -> Bed:
    return Bed(name, name, kind, flow, 4.0, ("a",), ("v",))  # type: ignore[arg-type]


def test_the_reference_mans_output_is_that_of_the_table() -> None:
    man = PatientParameters(height_cm=175.0, bmi=24.0, age_years=55)
    assert cardiac_output_ml_min(man) == pytest.approx(5750.0, rel=0.01)


def test_output_rises_with_size_and_falls_with_age() -> None:
    small, tall = (cardiac_output_ml_min(PatientParameters(height_cm=h, bmi=24.0)) for h in (155.0, 190.0))
    young, old = (cardiac_output_ml_min(PatientParameters(age_years=a)) for a in (25, 85))
    assert small < tall and old < young


def test_organs_get_their_share_and_the_rest_takes_what_is_left() -> None:
    beds = {
        b.id: b
        for b in (
            bed("right-kidney", "kidney", 500.0), bed("left-kidney", "kidney", 250.0),
            bed("leg", "muscle", 1.0),
            bed("skin", "skin", 3.0), bed("right-lung", "lung", 2000.0),
        )
    }  # fmt: skip
    man = PatientParameters()
    found, output = rescaled(beds, man), cardiac_output_ml_min(man)
    kidneys = found["right-kidney"].flow_ml_min + found["left-kidney"].flow_ml_min
    assert kidneys == pytest.approx(ORGAN_SHARE["kidney"] * output)
    assert found["right-kidney"].flow_ml_min == pytest.approx(2.0 * found["left-kidney"].flow_ml_min)
    assert found["skin"].flow_ml_min == pytest.approx(3.0 * found["leg"].flow_ml_min)
    assert sum(b.flow_ml_min for b in found.values() if b.id != "right-lung") == pytest.approx(output)
    assert found["right-lung"].flow_ml_min == 2000.0
