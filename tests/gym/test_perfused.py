"""A person of the family at rest: nothing is lost on the way round, and organs get what they should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from angiosuite.anatomy.vessels.perfusion import cardiac_output_ml_min
from angiosuite.gym.family import anatomy
from angiosuite.gym.perfused import PIECE_S, Beating, Perfused, perfused
from angiosuite.physics.flow.spec import EdgeKind
from angiosuite.suite.circulation.settling import MEAN_MMHG

PERSONS = [0, 1, 7]


@pytest.fixture(params=PERSONS)
def person(request: pytest.FixtureRequest, lumens: Path) -> int:
    return int(request.param)


@pytest.fixture
def blood(person: int, lumens: Path) -> Perfused:
    return perfused(person, lumens / "cache" / "gym" / str(person))


class Ledger:
    """What passes the aortic valve and what leaves the arteries, ml, told after each step."""

    def __init__(self, blood: Beating) -> None:
        plumbing, self.network = blood.circulation.plumbing, blood.circulation.network
        nodes = [node for bed in plumbing.beds.values() for node in bed.arterioles]
        self.out = [plumbing.edge[f"{node}:arterioles"] for node in nodes]
        self.valve = plumbing.edge["aortic-valve"]
        self.arteries = sorted(
            {plumbing.node[node] for one in plumbing.courses.values() for node in one.nodes}
        )
        self.given = self.left = 0.0
        self.mmhg: list[float] = []

    def hear(self, mmhg: float, seconds: float) -> None:
        self.given += float(self.network.flow_ml_s[self.valve]) * seconds
        self.left += float(self.network.flow_ml_s[self.out].sum()) * seconds
        self.mmhg.append(mmhg)

    @property
    def held_ml(self) -> float:
        return float(self.network.volume_ml[self.arteries].sum())


def test_what_the_heart_gives_leaves_the_arteries_or_stays_in_them(blood: Perfused) -> None:
    beating = blood.begin(1)
    ledger, tip = Ledger(beating), beating.circulation.edge_at("ascending-aorta", 20.0)
    while not beating.advance():
        pass
    held, whole, beats = ledger.held_ml, ledger.network.total_ml, 0
    while beats < 5:
        beats += beating.advance(ledger, tip)
    assert 50.0 < ledger.given / beats < 120.0, "strokes of an adult, ml"
    assert ledger.given - ledger.left == pytest.approx(ledger.held_ml - held, abs=1e-9 * whole)
    assert ledger.given == pytest.approx(ledger.left, rel=0.03), "beats leave arteries as they found them"
    assert ledger.network.total_ml == pytest.approx(whole, rel=1e-12)


def test_the_ascending_aorta_has_the_pressure_of_an_adult_at_rest_and_keeps_it(blood: Perfused) -> None:
    beating = blood.begin(1)
    ledger, tip = Ledger(beating), beating.circulation.edge_at("ascending-aorta", 20.0)
    for _ in range(round(24.0 / PIECE_S)):
        beating.advance(ledger, tip)
    early, late = np.array(ledger.mmhg).reshape(2, -1)
    for part in (early, late):
        assert 105.0 < part.max() < 145.0 and 60.0 < part.min() < 85.0 and 85.0 < part.mean() < 97.0
    assert late.mean() == pytest.approx(early.mean(), abs=1.0)
    assert 55.0 < beating.heart.rate_per_min < 75.0


def test_a_breath_lowers_the_pressure_in_the_chest(blood: Perfused) -> None:
    beating = blood.begin(1)
    atrium = beating.circulation.plumbing.node["right-atrium"]
    rows = []
    for _ in range(round(17.0 / PIECE_S)):
        beating.advance()
        rows.append((beating.breathing.dome_mm, beating.circulation.network.pressure_mmhg[atrium]))
    dome, mmhg = np.array(rows).T
    assert mmhg[dome < 2.0].mean() - mmhg[dome > 13.0].mean() > 0.7


def test_beds_have_their_share_of_the_output_and_the_aorta_its_pressure(person: int, blood: Perfused) -> None:
    rest, plumbing = blood.rest, blood.rest.plumbing
    output = cardiac_output_ml_min(anatomy(person).person) / 60.0
    assert sum(bed.flow_ml_s.sum() for bed in plumbing.beds.values()) == pytest.approx(output)
    for bed in plumbing.beds.values():
        found = rest.mean_ml_s[[plumbing.edge[name] for name in bed.edges]]
        assert found == pytest.approx(bed.flow_ml_s, rel=0.05)
    valve = plumbing.edge["aortic-valve"]
    assert rest.mean_mmhg[plumbing.spec.b[valve]] == pytest.approx(MEAN_MMHG, rel=0.05)


def test_no_end_is_left_to_a_lump_that_nobody_named(person: int, blood: Perfused) -> None:
    own = set(anatomy(person).beds)
    assert set(blood.rest.plumbing.beds) == own
    fed = {feeder for bed in blood.graph.beds.values() for feeder in bed.feeders}
    parents = {one.parent.vessel for one in blood.graph.vessels.values() if one.parent is not None}
    assert all(one.id in fed | parents or one.joins is not None for one in blood.graph.of_system("artery"))


def test_instruments_and_blood_know_the_same_arteries(person: int, blood: Perfused) -> None:
    assert set(anatomy(person).graph.vessels) <= set(blood.rest.plumbing.courses)


def test_what_is_kept_is_what_is_found(tmp_path: Path, lumens: Path) -> None:
    found, kept = perfused(0, tmp_path), perfused.__wrapped__(0, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    for key, values in found.rest.network.state().items():
        assert np.array_equal(values, kept.rest.network.state()[key])


def test_each_beginning_is_a_circulation_of_its_own(blood: Perfused) -> None:
    one, other = blood.begin(1).circulation, blood.begin(1).circulation
    tube = int(np.flatnonzero(one.network.spec.kind == EdgeKind.TUBE)[0])
    was = other.network.resistance_of(tube)
    one.network.set_catheter(tube, 1.0)
    assert one.network.resistance_of(tube) > 1.05 * was
    assert other.network.resistance_of(tube) == was


def test_the_seed_varies_the_beats_and_nothing_else(blood: Perfused) -> None:
    same, again, other = (blood.begin(seed) for seed in (1, 1, 2))
    for key, values in same.state().items():
        assert np.array_equal(values, other.state()[key])
    for _ in range(200):
        for one in (same, again, other):
            one.advance()
    assert all(np.array_equal(values, again.state()[key]) for key, values in same.state().items())
    assert not np.array_equal(same.heart.state(), other.heart.state())
