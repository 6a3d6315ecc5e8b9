"""Our peak skin dose is within 10 % of PySkinDose's on its own phantom, event by event."""

import numpy as np
import pytest

from angiosuite.bench.practice_skin import EVENTS, our_doses, peer_doses, percent, table_transmission

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def answer() -> dict:
    pytest.importorskip("pyskindose", reason="PySkinDose is not installed")
    return peer_doses(None, table_transmission())


def test_the_peak_of_all_events_agrees_within_a_tenth(answer):
    assert percent(np.sum(our_doses(answer), axis=0).max(), max(answer["dose"])) < 10.0


def test_every_event_agrees_within_five_per_cent_in_the_same_cells(answer):
    for event, ours, theirs in zip(EVENTS, our_doses(answer), answer["alone"], strict=True):
        assert percent(ours.max(), max(theirs)) < 5.0, event.title
        assert np.array_equal(ours > 0, np.array(theirs) > 0), event.title
