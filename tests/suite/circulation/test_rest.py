"""A patient's rest is found once and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from angiosuite.suite.circulation.plumbing import Plumbing, plumb
from angiosuite.suite.circulation.rest import at_rest, stored_name
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph

RATE = 60.0 / (STEPS * 0.002)


@pytest.fixture(scope="module")
def drawn() -> Plumbing:
    return plumb(small_graph(), **PLUMBED)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rest")


@pytest.fixture(scope="module")
def found(drawn: Plumbing, cache: Path) -> Settled:
    return at_rest(drawn, RATE, cache)


def test_a_kept_rest_goes_on_to_the_last_bit_like_the_found_one(
    drawn: Plumbing, cache: Path, found: Settled
) -> None:
    kept = at_rest(drawn, RATE, cache)
    assert np.array_equal(kept.mean_ml_s, found.mean_ml_s)
    assert np.array_equal(kept.mean_mmhg, found.mean_mmhg)
    one, other = (rest.network.carried_to(rest.plumbing.spec) for rest in (found, kept))
    for network in (one, other):
        network.step(1.0 / STEPS, REGIONS, STEPS, 1.0 / STEPS)
    assert np.array_equal(one.volume_ml, other.volume_ml)
    assert np.array_equal(one.flow_ml_s, other.flow_ml_s)


def test_another_patient_or_rate_has_another_rest(drawn: Plumbing) -> None:
    heavier = plumb(small_graph(), **{**PLUMBED, "mass_kg": 95.0})
    names = {stored_name(drawn, RATE), stored_name(drawn, 80.0), stored_name(heavier, RATE)}
    assert len(names) == 3
    assert stored_name(plumb(small_graph(), **PLUMBED), RATE) in names


def test_a_spoiled_file_is_found_anew(drawn: Plumbing, found: Settled, tmp_path: Path) -> None:
    file = tmp_path / stored_name(drawn, RATE)
    file.write_bytes(b"spoiled")
    anew = at_rest(drawn, RATE, tmp_path)
    assert np.array_equal(anew.mean_ml_s, found.mean_ml_s)
    assert file.stat().st_size > 1000
