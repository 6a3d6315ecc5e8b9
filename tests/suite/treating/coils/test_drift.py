"""What does not hold goes with the blood: by the share of the flow, until it is too wide."""

from __future__ import annotations

import numpy as np
import pytest
from tests.suite.circulation.small import small_graph

from angiosuite.suite.treating.coils.drift import drifted, wound_up

GRAPH = small_graph()


def flow(shares: dict[str, float]):  # type: ignore[no-untyped-def]
    return lambda vessel, at_mm: shares.get(vessel, 1.0)


def test_a_loose_coil_goes_to_where_its_vessel_is_too_narrow() -> None:
    vessel, at_mm = drifted(GRAPH, flow({}), "right-renal-artery", 5.0, 2.0, lambda: 0.99)
    assert (vessel, at_mm) == ("right-renal-artery", GRAPH.vessels["right-renal-artery"].length_mm)
    line = GRAPH.vessels["aorta"]
    closed = {name: 0.0 for name in GRAPH.vessels if name != "aorta"}
    vessel, at_mm = drifted(GRAPH, flow(closed), "aorta", 100.0, 22.5, lambda: 0.99)
    assert vessel == "aorta"
    assert 2.0 * line.at(at_mm)[1] <= 0.8 * 22.5 < 2.0 * line.at(at_mm - 2.0)[1]


def test_forks_take_it_by_their_share_of_the_flow() -> None:
    draw = np.random.default_rng(3)
    shares = {"aorta": 10.0, "coeliac-trunk": 4.0, "right-renal-artery": 0.0, "left-renal-artery": 0.0,
              "hepatic-artery": 0.0}  # fmt: skip
    found = [
        drifted(GRAPH, flow(shares), "aorta", 100.0, 3.0, lambda: float(draw.random()))[0] for _ in range(400)
    ]
    assert found.count("coeliac-trunk") / 400 == pytest.approx(0.4, abs=0.08)


def test_in_a_vein_it_goes_towards_the_heart() -> None:
    vessel, at_mm = drifted(GRAPH, flow({}), "right-common-femoral-vein", 80.0, 3.0, lambda: 0.99)
    assert (vessel, at_mm) == ("inferior-vena-cava", 0.0)


def test_where_it_is_stuck_it_lies_in_the_lumen_with_all_its_length() -> None:
    count, h, wind = 80, 0.8, 0.4
    x = wound_up(GRAPH, "right-renal-artery", 30.0, 6.0, wind, h, count)
    edges = np.linalg.norm(np.diff(x, axis=0), axis=1)
    assert edges == pytest.approx(np.full(count - 1, h), rel=0.1)
    line = GRAPH.vessels["right-renal-artery"]
    middles = np.array([line.at(float(mm))[0] for mm in np.arange(0.0, line.length_mm, 0.5)])
    off = np.linalg.norm(x[:, None] - middles[None], axis=2).min(axis=1)
    assert off.max() <= 2.8
