"""Emboli: carried by the flow, shared out by it, stuck where they fit no more, told by organ."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from angiosuite.content import load_library
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.harm import Embolus, Matter, Release
from angiosuite.suite.circulation.harms import Harms
from angiosuite.suite.circulation.settling import REGIONS
from angiosuite.suite.instruments.emboli import Emboli, organ_of, piece_radius_mm
from angiosuite.suite.instruments.hazards import Hazards
from angiosuite.suite.instruments.patient_facts import PatientFacts

from .touching import SMALL, STEPS, Told, settled, small_graph

HAZARDS = Hazards.of(load_library())
FACTS = PatientFacts(small_graph())


class Patient:
    """The small patient's blood, with its mean flow known."""

    def __init__(self) -> None:
        self.circulation: Circulation | None = Circulation(small_graph(), settled(), SMALL.PLUMBED)
        self.harms = Harms(self)
        for k in range(2 * STEPS // 9):
            self.harms.step(0.018)
            self.circulation.advance(9 * k / STEPS % 1.0, 1.0 / STEPS, REGIONS, 9)


@pytest.fixture(scope="module")
def patient() -> Patient:
    return Patient()


def carried(
    patient: Patient, vessel: str, at_mm: float, mm3: float = 1.0, matter: Matter = "clot", seed: int = 1,
    times: int = 1,
) -> tuple[list[Embolus], Told]:  # fmt: skip
    told = Told()
    emboli = Emboli(HAZARDS, seed, told)
    found: list[Embolus] = []
    for _ in range(times):
        release = Release(matter, mm3, vessel, at_mm, "c1", "cobra-2-5f")
        found += emboli.carry(release, patient.circulation, patient.harms.mean_ml_s, FACTS)
    return found, told


def beds(found: list[Embolus]) -> Counter[str]:
    return Counter(one.bed for one in found)


def test_from_a_renal_artery_it_goes_into_that_kidney(patient: Patient) -> None:
    found, told = carried(patient, "right-renal-artery", 20.0, times=30)
    assert set(beds(found)) == {"right-kidney"}
    assert {data["organ"] for _, data, _ in told.events} == {"kidney"}
    assert all(not data["stroke"] for _, data, _ in told.events)


def test_from_the_arch_it_is_shared_out_by_flow_and_can_be_a_stroke(patient: Patient) -> None:
    found, told = carried(patient, "aorta", 5.0, times=300)
    count = beds(found)
    blood = patient.circulation
    assert blood is not None
    mean, plumbing = patient.harms.mean_ml_s, blood.plumbing
    start = mean[blood.edge_at("aorta", 5.0)[0]]
    feeds = {"head": "head-artery", "left-kidney": "left-renal-artery", "leg": "right-common-femoral-artery"}
    for bed, vessel in feeds.items():
        share = float(mean[plumbing.edge[plumbing.courses[vessel].edges[0]]] / start)
        assert count[bed] / sum(count.values()) == pytest.approx(share, abs=0.08), (bed, share)
    strokes = [data for _, data, _ in told.events if data["stroke"]]
    assert strokes and all(data["organ"] == "brain" for data in strokes)


def test_behind_the_arch_nothing_goes_to_the_head(patient: Patient) -> None:
    found, _ = carried(patient, "aorta", 200.0, times=100)
    assert "head" not in beds(found) and beds(found)["leg"] > 90


def test_from_a_vein_it_goes_into_the_lungs(patient: Patient) -> None:
    found, told = carried(patient, "right-common-femoral-vein", 40.0, times=20)
    assert set(beds(found)) == {"lungs"} and told.events[0][1]["organ"] == "lungs"


def test_from_the_portal_side_it_goes_into_the_liver(patient: Patient) -> None:
    found, _ = carried(patient, "portal-vein", 30.0, times=20)
    assert set(beds(found)) == {"liver"}


def test_what_is_wider_than_its_vessel_sticks_in_it(patient: Patient) -> None:
    big = 4.0 / 3.0 * np.pi * 2.6**3
    found, told = carried(patient, "coeliac-trunk", 20.0, mm3=big, times=20)
    # 73 mm3 fall into eight pieces of at most some 1.6 mm radius: all pass; a single one of 2.6 mm does not
    assert all(piece_radius_mm(one.mm3) < 2.5 for one in found) and all(one.bed for one in found)
    hazards = Hazards([_whole_pieces()])
    one = Emboli(hazards, 1, Told()).carry(
        Release("clot", big, "coeliac-trunk", 20.0), patient.circulation, patient.harms.mean_ml_s, FACTS
    )
    assert len(one) == 1
    stuck = one[0]
    blood = patient.circulation
    assert blood is not None and (stuck.bed == "gut" or stuck.vessel == "hepatic-artery")
    many = [
        Emboli(hazards, seed, Told()).carry(
            Release("clot", big, "coeliac-trunk", 20.0), blood, patient.harms.mean_ml_s, FACTS
        )[0]
        for seed in range(60)
    ]
    at_hepatic = [one for one in many if one.vessel == "hepatic-artery"]
    assert at_hepatic and not any(one.bed == "liver" for one in many)
    assert all(one.closes_share == 0.95 for one in at_hepatic)
    assert told.names == ["clot-embolus"] * len(told.names)


def _whole_pieces() -> Any:
    item: Any = load_library().get("hazards", "embolus").item
    return item.model_copy(update={"hazard": item.hazard.model_copy(update={"most_pieces": 1})})


def test_volume_is_shared_among_pieces_and_none_is_lost(patient: Patient) -> None:
    found, _ = carried(patient, "aorta", 5.0, mm3=20.0)
    assert len(found) == 5 and sum(one.mm3 for one in found) == pytest.approx(20.0)


def test_more_closes_more_and_air_less_and_not_for_good(patient: Patient) -> None:
    def share(mm3: float, matter: Matter = "clot") -> float:
        found, _ = carried(patient, "right-renal-artery", 20.0, mm3, matter)
        return float(1.0 - np.prod([1.0 - one.bed_share for one in found]))

    assert share(1.0) < share(30.0) < share(300.0) <= 1.0
    flow = 10.0
    assert share(300.0) == pytest.approx(1.0 - np.exp(-300.0 / (30.0 * flow)), abs=0.06)
    assert share(100.0, "air") < 0.4 * share(100.0)
    found, told = carried(patient, "right-renal-artery", 20.0, 100.0, "air")
    assert all(one.fades_s == 180.0 for one in found) and told.names == ["air-embolus"]


def test_a_trifle_is_carried_and_not_told(patient: Patient) -> None:
    found, told = carried(patient, "right-renal-artery", 20.0, 0.1)
    assert len(found) == 1 and told.names == []


def test_the_same_seed_goes_the_same_ways_and_on_from_a_state(patient: Patient) -> None:
    one, _ = carried(patient, "aorta", 5.0, times=20)
    again, _ = carried(patient, "aorta", 5.0, times=20)
    other, _ = carried(patient, "aorta", 5.0, seed=9, times=20)
    assert one == again != other
    emboli = Emboli(HAZARDS, 1, Told())
    emboli.restore({"count": 12})
    release = Release("clot", 1.0, "aorta", 5.0, "c1", "cobra-2-5f")
    more = [emboli.carry(release, patient.circulation, patient.harms.mean_ml_s, FACTS)[0] for _ in range(8)]
    assert more == one[12:]


def test_where_no_blood_flows_nothing_is_carried() -> None:
    told = Told()
    release = Release("clot", 5.0, "aorta", 5.0)
    assert Emboli(HAZARDS, 1, told).carry(release, None, np.zeros(0), FACTS) == [] and told.names == []


def test_organs_are_said_as_people_say_them() -> None:
    graph = small_graph()
    said = {bed: organ_of(graph, bed) for bed in graph.beds}
    assert said["right-kidney"] == "kidney" and said["head"] == "brain" and said["leg"] == "leg"
    assert organ_of(graph, "nowhere") == "small vessels"
