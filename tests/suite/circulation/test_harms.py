"""Harms in the joined circulation: what narrows takes flow, what is open loses blood; all of it is kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from angiosuite.anatomy.vessels.lesion_effects import Leak, Narrowing
from angiosuite.physics.flow.spec import NodeLaw
from angiosuite.suite.circulation.afflicted import Afflicted
from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.harm import Dissection, Embolus, Perforation, Release, Spasm
from angiosuite.suite.circulation.harms import Harms
from angiosuite.suite.circulation.narrowed import Course, Narrowed
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph

TURN = 1.0 / STEPS
RENAL, AT_MM, BEYOND_MM = "right-renal-artery", 20.0, 38.0
BLOCK = 9
SECONDS = BLOCK * 0.002
HOLE = Perforation(RENAL, AT_MM, 0.5, 0.1, 3.0, 900.0, "w1")
SPASM = Spasm(RENAL, AT_MM, 30.0, 0.1, 2.0, 600.0, 4.0)
FLAP = Dissection(RENAL, 10.0, 20.0, True, 0.08, 0.7, 0.5, 1.5, False)


class Patient:
    """A bloodstream with harms, stepped as a session does."""

    def __init__(self, rest: Settled, lesions: Afflicted | None = None) -> None:
        self.circulation: Circulation | None = Circulation(small_graph(), rest, PLUMBED, lesions)
        self.harms = Harms(self)
        self.k = 0

    @property
    def blood(self) -> Circulation:
        assert self.circulation is not None
        return self.circulation

    def block(self, given: Given | None = None, **how: object) -> None:
        self.harms.step(SECONDS, **how)  # type: ignore[arg-type]
        into: tuple[tuple[int, float], ...] = ()
        if given is not None:
            into = ((self.blood.node_at(RENAL, 8.0), 1.0),)
        self.blood.advance(BLOCK * self.k * TURN % 1.0, TURN, REGIONS, BLOCK, _Giving(given), into)
        self.k += 1

    def run(self, seconds: float, given: Given | None = None, **how: object) -> float:
        """Mean flow beyond, ml/s."""
        flows = []
        for _ in range(round(seconds / SECONDS)):
            self.block(given, **how)
            flows.append(self.blood.flow_ml_s(RENAL, BEYOND_MM))
        return float(np.mean(flows))


class _Giving:
    def __init__(self, given: Given | None) -> None:
        self.given = given or Given(0.0, 0.0)

    def give(self, seconds: float) -> Given:
        return self.given


# ---- spasm ------------------------------------------------------------------------------------------------


def test_a_spasm_takes_flow_smoothly_and_gives_it_back(rest: Settled) -> None:
    patient = Patient(rest)
    edge, _ = patient.blood.edge_at(RENAL, AT_MM)
    own = patient.blood.network.resistance_of(edge)
    before = patient.run(1.764)
    patient.harms.apply(replace(SPASM, left_share=0.04))
    at_once = patient.run(0.441)
    patient.run(4.41)
    at_height = patient.run(1.764)
    assert at_once > 0.97 * before
    # a kidney that had its tone at rest opens its small arteries and holds its flow behind a wider one
    assert at_height < 0.9 * before
    assert patient.blood.network.resistance_of(edge) > 5.0 * own
    narrow = patient.harms.narrowed.share(RENAL, np.array([AT_MM]))[0]
    patient.run(8.82, relaxes=lambda vessel: 1.0)
    wide = patient.harms.narrowed.share(RENAL, np.array([AT_MM]))[0]
    assert narrow < 0.25 and wide > 0.8
    assert patient.blood.network.resistance_of(edge) < 1.4 * own


def test_the_tighter_a_spasm_the_less_flows(rest: Settled) -> None:
    flows = []
    for left in (1.0, 0.3, 0.15, 0.05):
        patient = Patient(rest)
        patient.harms.apply(Spasm(RENAL, AT_MM, 30.0, left, 0.5, 600.0, 60.0))
        patient.run(5.292)
        flows.append(patient.run(2.646))
    assert all(b < a for a, b in pairwise(flows)), flows


def test_half_the_area_everywhere_is_four_times_the_resistance(rest: Settled) -> None:
    patient = Patient(rest)
    course = patient.blood.plumbing.courses[RENAL]
    edge = patient.blood.plumbing.edge[course.edges[0]]
    whole = patient.blood.network.resistance_of(edge)
    patient.harms.apply(Embolus("clot", 1e9, RENAL, AT_MM, 0.5))
    assert patient.blood.network.resistance_of(edge) == pytest.approx(4.0 * whole, rel=0.02)


def test_a_spasm_in_part_of_a_segment_adds_its_own_share_of_resistance() -> None:
    narrowed = Narrowed()
    narrowed.plug(Embolus("clot", 1.0, "somewhere", 20.0, 0.5), 10.0)
    share = narrowed.over("somewhere", 0.0, 40.0)
    # a quarter of the segment at half the area, less what its ends are wider: 1 to 1.75 times the resistance
    assert 1.0 / share**2 == pytest.approx(0.75 + 10.0 / 40.0 * mean_of_ends(10.0, 3.0, 0.5), rel=0.01)


def mean_of_ends(length: float, edge: float, left: float) -> float:
    """Mean of 1 / share squared over a plug with even ends."""
    depth = np.minimum(np.linspace(0.0, length, 20001), np.linspace(length, 0.0, 20001)) / edge
    return float(np.mean(1.0 / (1.0 - (1.0 - left) * np.clip(depth, 0.0, 1.0)) ** 2))


def test_the_drawn_lumen_has_what_is_left_at_each_point_and_follows_the_spasm(rest: Settled) -> None:
    patient, graph = Patient(rest), small_graph()
    names = ("aorta", RENAL)
    assert patient.harms.lumen_shares(graph, names) is None
    patient.harms.apply(SPASM)
    seen = []
    for _ in range(3):
        patient.harms.step(1.0)
        shares = patient.harms.lumen_shares(graph, names)
        assert shares is not None
        aorta, renal = np.split(shares, [len(graph.vessels["aorta"].points_mm)])
        at = graph.vessels[RENAL].arc_mm
        assert (aorta == 1.0).all() and np.allclose(renal, patient.harms.narrowed.share(RENAL, at))
        assert renal[0] == 1.0 and abs(at[int(renal.argmin())] - AT_MM) < 3.0
        seen.append(float(renal.min()))
    assert seen == sorted(seen, reverse=True) and seen[0] > seen[-1] > 0.1


def test_a_course_does_not_depend_on_its_steps() -> None:
    def strength(step: float, relaxes: float) -> float:
        course = Course("v", 0.0, 20.0, 0.3, 20.0, 600.0, 60.0)
        for _ in range(round(180.0 / step)):
            course.step(step, relaxes)
        return course.strength

    for relaxes in (0.0, 1.0):
        assert strength(0.02, relaxes) == pytest.approx(strength(1.0, relaxes), abs=2e-3)
    assert strength(1.0, 1.0) < 0.25 * strength(1.0, 0.0)


# ---- openings ---------------------------------------------------------------------------------------------


def test_a_hole_loses_what_its_law_says_and_blood_is_conserved(rest: Settled) -> None:
    patient = Patient(rest)
    network = patient.blood.network
    whole = network.total_ml
    patient.harms.apply(Perforation(RENAL, AT_MM, 0.5, 1.0, 1e6, 1e9))
    lost = []
    for _ in range(49):
        patient.block()
        pressure = float(patient.blood.network.pressure_mmhg[patient.blood.node_at(RENAL, AT_MM)])
        lost.append(0.6 * 0.5e-2 * np.sqrt(2.0 * pressure * 1333.22 / 1.06))
    assert patient.harms.lost_ml == pytest.approx(float(np.sum(lost)) * SECONDS, rel=0.03)
    assert patient.blood.network.total_ml == pytest.approx(whole, abs=1e-6)


def test_a_hole_that_its_instrument_plugs_loses_less(rest: Settled) -> None:
    lost = {}
    for inside in (frozenset[str](), frozenset({"w1"})):
        patient = Patient(rest)
        patient.harms.apply(HOLE)
        patient.run(1.764, inside=inside)
        lost[len(inside)] = patient.harms.lost_ml
    assert 0.02 * lost[0] < lost[1] < 0.2 * lost[0]


def test_a_puncture_bleeds_by_the_share_that_is_left_of_it_and_clots_by_itself_never(rest: Settled) -> None:
    lost = []
    for share in (1.0, 0.5, 0.0):
        patient = Patient(rest)
        name = patient.harms.puncture(RENAL, AT_MM, 0.5, 1e6)
        patient.harms.held[name] = share
        patient.run(0.441)
        told = [patient.harms.bled_ml(name)]
        for _ in range(2):
            patient.run(0.882)
            told.append(patient.harms.bled_ml(name))
        early, late = np.diff(told)
        assert late == pytest.approx(early, rel=0.05, abs=1e-3)
        assert patient.harms.lost_ml == pytest.approx(told[-1])
        lost.append(late)
    assert lost[1] == pytest.approx(0.5 * lost[0], rel=0.05)
    assert lost[2] < 1e-3 * lost[0]


@pytest.mark.parametrize("act_s", [120.0, 250.0, 400.0])
def test_a_hole_clots_later_the_longer_the_clotting_time(rest: Settled, act_s: float) -> None:
    patient = Patient(rest)
    patient.harms.apply(Perforation(RENAL, AT_MM, 0.5, 1.0, 1e6, 3.0))
    patient.run(0.882, act_s=act_s)
    early = patient.harms.lost_ml
    patient.run(3.528, act_s=act_s)
    late = (patient.harms.lost_ml - early) / 4.0
    expected = np.exp(-np.arange(50, 245) * SECONDS / 3.0 * max(0.0, (300.0 - act_s) / 180.0)).mean()
    assert late / early == pytest.approx(float(expected) * 1.05, rel=0.2)


def test_tissue_that_presses_back_stops_a_bleeding(rest: Settled) -> None:
    tight, wide = Patient(rest), Patient(rest)
    tight.harms.apply(Perforation(RENAL, AT_MM, 0.5, 1.0, 0.02, 1e9))
    wide.harms.apply(Perforation(RENAL, AT_MM, 0.5, 1.0, 1e6, 1e9))
    for patient in (tight, wide):
        patient.run(6.174)
    assert tight.harms.lost_ml < 0.02 * 150.0 < wide.harms.lost_ml


def test_contrast_stains_around_a_hole_and_not_before(rest: Settled) -> None:
    patient = Patient(rest)
    patient.harms.apply(HOLE)
    patient.run(0.882)
    assert patient.harms.outside == ()
    patient.run(1.764, Given(2.0, 300.0))
    (stain,) = patient.harms.outside
    assert stain.mg > 1.0 and abs(stain.at_mm - AT_MM) < 1e-6 and stain.flap is None and stain.ml > 0.0


def test_a_flap_narrows_less_where_blood_presses_it_on(rest: Settled) -> None:
    flows = {}
    for name, harm in {
        "healthy": None,
        "with": FLAP,
        "against": Dissection(RENAL, 30.0, 20.0, False, 0.08, 0.7, 0.5, 1.5, False),
    }.items():
        patient = Patient(rest)
        if harm is not None:
            patient.harms.apply(harm)
        patient.run(2.646)
        flows[name] = patient.run(2.646)
    assert flows["with"] < 0.95 * flows["healthy"]
    assert flows["with"] < flows["against"] <= 1.001 * flows["healthy"]


def test_a_false_lumen_that_opens_back_carries_blood_past_the_flap(rest: Settled) -> None:
    blind, open_ = Patient(rest), Patient(rest)
    blind.harms.apply(Dissection(RENAL, 10.0, 20.0, True, 0.03, 0.7, 0.5, 3.0, False))
    open_.harms.apply(Dissection(RENAL, 10.0, 20.0, True, 0.03, 0.7, 0.5, 3.0, True))
    flows = []
    for patient in (blind, open_):
        patient.run(3.528)
        flows.append(patient.run(2.646))
    assert flows[1] > 1.3 * flows[0]
    assert open_.harms.lost_ml == 0.0


def test_contrast_stays_in_a_blind_false_lumen(rest: Settled) -> None:
    patient = Patient(rest)
    patient.harms.apply(FLAP)
    patient.run(2.646, Given(3.0, 300.0))
    (one,) = patient.harms.outside
    assert one.flap is not None and (one.flap.first_mm, one.flap.last_mm) == (10.0, 30.0)
    shown = one.mg
    patient.run(4.41)
    in_vessel = float(patient.blood.transport.at(*map(np.atleast_1d, patient.blood.edge_at(RENAL, AT_MM)))[0])
    (one,) = patient.harms.outside
    left = one.mg
    assert 0.05 * shown < left <= shown and in_vessel < 5.0


# ---- emboli -----------------------------------------------------------------------------------------------


def test_what_closes_a_share_of_a_bed_raises_its_resistance_and_air_goes_again(rest: Settled) -> None:
    patient = Patient(rest)
    before = patient.run(2.646)
    name = patient.blood.plumbing.beds["right-kidney"].edges[0]
    edge = patient.blood.plumbing.edge[name]
    own = patient.blood.network.resistance_of(edge) / patient.blood.network.regulation[edge]
    patient.harms.apply(Embolus("air", 50.0, bed="right-kidney", feeder=RENAL, bed_share=0.8, fades_s=2.0))
    patient.run(0.441)
    assert patient.run(0.882) < 0.6 * before
    patient.run(13.23)
    now = patient.blood.network.resistance_of(edge) / patient.blood.network.regulation[edge]
    assert now == pytest.approx(own, rel=0.02)


def test_pieces_in_one_bed_close_it_together() -> None:
    from angiosuite.suite.circulation.lodged import Lodged

    lodged = Lodged()
    for share in (0.5, 0.5, 0.2):
        lodged.take(Embolus("clot", 1.0, bed="kidney", feeder="renal", bed_share=share))
    assert lodged.open_share("kidney", "renal") == pytest.approx(0.2)
    assert lodged.open_share("kidney", "other") == 1.0


def test_what_was_released_has_to_be_carried_first(rest: Settled) -> None:
    with pytest.raises(TypeError, match="carried"):
        Patient(rest).harms.apply(Release("clot", 1.0, RENAL, 1.0))


# ---- with lesions, and again ------------------------------------------------------------------------------


def test_lesions_of_the_patient_go_on_beside_harms(rest: Settled) -> None:
    graph = small_graph()
    effects = (
        Narrowing("stenosis", RENAL, 30.0, 8.0, 0.3),
        Leak("bleeding", "coeliac-trunk", 30.0, 0.4, "bowel"),
    )
    patient = Patient(rest, Afflicted(graph, effects, rest))
    lost = [0.0]
    for harm in (None, None, HOLE):
        if harm is not None:
            patient.harms.apply(harm)
        patient.run(0.882)
        lost.append(patient.harms.lost_ml)
    _, before, after = np.diff(lost)
    assert {"bleeding", "harm-1"} <= set(patient.blood.plumbing.edge) and after > 1.8 * before > 0.0
    spec = patient.blood.plumbing.spec
    assert spec.law[spec.node("harm-1.space")] == NodeLaw.LINEAR


def test_harms_before_any_blood_flows_wait_for_it(rest: Settled) -> None:
    patient = Patient(rest)
    flowing, patient.circulation = patient.circulation, None
    patient.harms.apply(HOLE)
    patient.harms.step(0.02)
    assert patient.harms.lost_ml == 0.0 and patient.harms.outside == ()
    patient.circulation = flowing
    patient.run(0.882)
    assert patient.harms.lost_ml > 0.1


def test_a_restored_patient_goes_on_to_the_byte(rest: Settled) -> None:
    def harmed() -> Patient:
        patient = Patient(rest)
        patient.run(0.882)
        for harm in (
            SPASM,
            HOLE,
            FLAP,
            Embolus("air", 5.0, bed="liver", feeder="hepatic-artery", bed_share=0.3, fades_s=9.0),
        ):
            patient.harms.apply(harm)
            patient.run(0.36, Given(1.0, 300.0))
        return patient

    first = harmed()
    plain, arrays = first.harms.state()
    flow, also, k = first.blood.state(), first.blood.also, first.k
    expected = first.run(1.764, Given(1.0, 300.0))
    again = Patient(rest)
    again.harms.restore(plain, arrays)
    again.blood.restore(also, flow)
    again.k = k
    assert again.run(1.764, Given(1.0, 300.0)) == expected
    assert again.blood.network.state()["nodes"].tobytes() == first.blood.network.state()["nodes"].tobytes()
    assert again.blood.network.state()["edges"].tobytes() == first.blood.network.state()["edges"].tobytes()
    assert again.harms.outside == first.harms.outside
    assert again.harms.mean_ml_s.tobytes() == first.harms.mean_ml_s.tobytes()


def test_nothing_of_a_healthy_patient_changes_by_being_watched(rest: Settled) -> None:
    watched, alone = Patient(rest), Circulation(small_graph(), rest, PLUMBED)
    watched.run(0.882)
    for k in range(49):
        alone.advance(BLOCK * k * TURN % 1.0, TURN, REGIONS, BLOCK)
    assert watched.blood.network.state()["nodes"].tobytes() == alone.network.state()["nodes"].tobytes()
