"""A script works a session in this process and sees what a person would see."""

from __future__ import annotations

import pytest

from angiosuite.bench.practice_engine import SampleOperator
from angiosuite.kit.home import Home
from angiosuite.kit.log import read_entries, read_header
from angiosuite.runtime.headless import Rooms, run


class Watchful:
    """Screens until the picture is there, then is done; keeps what it saw."""

    def __init__(self):
        self.asked_s, self.seen = [], None

    def step(self, view):
        self.asked_s.append(view.time_s)
        if len(self.asked_s) == 1:
            return [("xray.press", {"pedal": "fluoro"}), ("gantry.recall", {"slot": "nowhere"})]
        if view.time_s < 0.55:
            return ()
        self.seen = view.state["dose"]["frames"], view.picture().image.shape, view.state["xray"]["on"]
        return None


@pytest.mark.ci
def test_an_operator_looks_ten_times_a_second_and_acts_by_commands(built_home, tmp_path):
    rooms = Rooms(Home(built_home), threads=None)
    session = rooms.open("built-in-adult", seed=1, into=tmp_path / "s1", owner="me")
    operator = Watchful()
    outcome = run(session, operator, 30.0)
    assert outcome.ended == "operator" and len(outcome.refused) == 1
    gaps = [later - earlier for earlier, later in zip(operator.asked_s, operator.asked_s[1:], strict=False)]
    assert min(gaps) == pytest.approx(0.1, abs=1e-6)
    frames, shape, on = operator.seen
    assert frames >= 4 and shape == (512, 512) and on
    session.close()
    log = session.folder.log
    assert read_header(log)["pictures"] == "asked"
    whose = {entry.data["who"] for entry in read_entries(log) if entry.kind == "command"}
    assert whose == {"script", "system"}
    assert rooms.get("built-in-adult") is session.room


@pytest.mark.ci
def test_a_run_ends_when_its_time_is_up(built_home):
    session = Rooms(Home(built_home), threads=None).open("built-in-adult", seed=1)
    outcome = run(session, SampleOperator(), 4.0)
    assert outcome.ended == "longest" and outcome.simulated_s == pytest.approx(4.0)
