"""Pulses fall on physics steps and still keep their rate."""

import pytest

from angiosuite.suite.outputs import FrameOut
from angiosuite.suite.session import Session


@pytest.mark.parametrize("rate", [3.75, 7.5, 15, 30])
def test_pulses_a_second_are_those_that_were_chosen(rate, small_room):
    session = Session(small_room, seed=1)
    session.command("exposure.set", {"pulse_rate": rate})
    session.command("xray.press", {"pedal": "fluoro"})
    times = [out.t_us for out in session.advance(2_000_000) if isinstance(out, FrameOut)]
    assert len(times) == round(2 * rate)
    assert all(t % 2000 == 0 for t in times)
    for number, t_us in enumerate(times):
        assert 0 <= t_us - times[0] - number * 1e6 / rate < 2000 + number
