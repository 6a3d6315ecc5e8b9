"""What contrast reached in a run: every vessel's and bed's peak and when it was."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.circulation.opacified import BED_MG_ML, SHOWN_MG_ML, Opacified
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.room import Room

from .small import small_graph


@pytest.fixture
def run(small_room: Room) -> Opacified:
    return Opacified(lumens_of(small_graph(), small_room.body))


def seen(run: Opacified, vessel: str, mg_ml: float, node: int = 3) -> BloodSeen:
    """Contrast at one point of one vessel."""
    lumens = run._lumens
    nodes = np.zeros(sum(len(one.nodes_mm) for one in lumens.lumens), np.float32)
    first = 0
    for name, one in zip(lumens.vessels, lumens.lumens, strict=False):
        if name == vessel:
            nodes[first + node] = 1e-3 * mg_ml
        first += len(one.nodes_mm)
    return BloodSeen(nodes, np.zeros(len(lumens.beds), np.float32))


def test_a_vessel_is_told_by_its_peak_and_when_that_was(run: Opacified) -> None:
    for t_s, mg_ml in ((0.5, 10.0), (1.0, 80.0), (1.5, 40.0)):
        run.look(seen(run, "right-renal-artery", mg_ml), t_s)
    assert run.told()["vessels"] == {"right-renal-artery": [80.0, 1.0]}
    assert run.told()["beds"] == {}


def test_what_no_eye_would_see_is_not_told(run: Opacified) -> None:
    run.look(seen(run, "aorta", 0.9 * SHOWN_MG_ML), 1.0)
    assert run.told()["vessels"] == {} and BED_MG_ML > 0.0


@pytest.mark.parametrize("vessel", [v.id for v in small_graph().vessels.values()])
def test_no_vessel_takes_another_s_peak(run: Opacified, vessel: str) -> None:
    run.look(seen(run, vessel, 50.0, node=0), 1.0)
    run.look(seen(run, vessel, 60.0, node=1), 2.0)
    told = run.told()["vessels"]
    assert told == {vessel: [60.0, 2.0]}


def test_a_state_amid_a_run_goes_on_as_it_was(run: Opacified, small_room: Room) -> None:
    run.look(seen(run, "aorta", 50.0), 1.0)
    other = Opacified(lumens_of(small_graph(), small_room.body))
    other.restore(run.state())
    for one in (run, other):
        one.look(seen(run, "aorta", 20.0), 2.0)
    assert other.told() == run.told() == {"vessels": {"aorta": [50.0, 1.0]}, "beds": {}}
