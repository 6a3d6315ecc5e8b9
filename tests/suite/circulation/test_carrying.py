"""A network that is parted anew while it flows: nothing is gained or lost, and it goes on as it was."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph

TURN = 1.0 / STEPS


class Steady:
    """The same inflow all the time."""

    def give(self, seconds: float) -> Given:
        return Given(5.0, 300.0)


@pytest.fixture
def blood(rest: Settled) -> Circulation:
    return Circulation(small_graph(), rest, PLUMBED)


def run(blood: Circulation, steps: int, inject: bool = False, begin: int = 0) -> None:
    into = [(blood.node_at("right-renal-artery", 15.0), 1.0)]
    for k in range(steps // 10):
        phase = ((begin + 10 * k) * TURN) % 1.0
        inflow = Steady() if inject else None
        blood.advance(phase, TURN, REGIONS, 10, inflow, into if inject else ())


def whole_mg(blood: Circulation) -> float:
    """In blood, tissue and urine."""
    return blood.transport.in_system_mg + blood.transport.excreted_mg


def test_volume_and_iodine_stay_when_vessels_are_parted(blood: Circulation) -> None:
    blood.part_at({"right-renal-artery": (15.0,)})
    run(blood, 1000, inject=True)
    volume_ml, injected_mg = blood.network.total_ml, 2.0 * 5.0 * 300.0
    assert whole_mg(blood) == pytest.approx(injected_mg, rel=1e-10)
    for also in (
        {"aorta": (77.7, 150.5), "right-renal-artery": (15.0, 30.0)},
        {"left-renal-vein": (20.0,)},
        {},
    ):
        blood.part_at(also)
        for _ in range(2):
            assert blood.network.total_ml == pytest.approx(volume_ml, rel=1e-10)
            assert whole_mg(blood) == pytest.approx(injected_mg, rel=1e-10)
            run(blood, 100)


def test_pressures_go_on_as_they_were(rest: Settled) -> None:
    parted, whole = (Circulation(small_graph(), rest, PLUMBED) for _ in range(2))
    for one in (parted, whole):
        run(one, 200)
    parted.part_at({"aorta": (77.7, 150.5)})
    names = [n for n in whole.plumbing.node if n.startswith(("aorta@", "right-renal", "head"))]
    away = []
    for k in range(20):
        for one in (parted, whole):
            run(one, 10, begin=200 + 10 * k)
        a = [parted.network.pressure_mmhg[parted.plumbing.node[n]] for n in names]
        b = [whole.network.pressure_mmhg[whole.plumbing.node[n]] for n in names]
        away.append(float(np.abs(np.subtract(a, b)).max()))
    assert max(away) < 8.0  # a short ripple of the finer segments
    assert max(away[12:]) < 2.0


def test_a_state_brings_back_the_very_same_course(rest: Settled) -> None:
    one, other = (Circulation(small_graph(), rest, PLUMBED) for _ in range(2))
    one.part_at({"right-renal-artery": (15.0,)})
    run(one, 300, inject=True)
    other.restore({"right-renal-artery": (15.0,)}, one.state())
    for blood in (one, other):
        run(blood, 200, begin=300)
    for key, value in one.state().items():
        assert np.array_equal(value, other.state()[key]), key


def test_iodine_in_a_parted_vessel_stays_where_it_is(blood: Circulation) -> None:
    blood.part_at({"right-renal-artery": (15.0,)})
    run(blood, 400, inject=True)
    graph = blood.graph
    before = blood.transport.at(*blood.plumbing.points(graph, ["right-renal-artery"]))
    blood.part_at({"right-renal-artery": (15.0, 31.0)})
    after = blood.transport.at(*blood.plumbing.points(graph, ["right-renal-artery"]))
    assert after.max() == pytest.approx(before.max(), rel=0.1)
    assert np.abs(after - before).mean() < 0.1 * before.mean()
