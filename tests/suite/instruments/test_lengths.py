"""Arithmetic of instruments in each other: hubs, back ends, and what never happens to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.suite.instruments.lengths import back_mm, entry_mm, room_mm

SHEATH_MM = 110.0


def test_a_wire_of_a_metre_and_a_half_stands_behind_the_hub_of_a_catheter_of_sixty_five_centimetres() -> None:
    back = back_mm([1500.0, 650.0], [500.0, 480.0], SHEATH_MM)
    assert back == pytest.approx([890.0 - 60.0, 60.0])


def test_a_short_wire_vanishes_in_a_long_catheter_that_comes_off_it() -> None:
    assert back_mm([1500.0, 1000.0], [500.0, -SHEATH_MM], SHEATH_MM)[0] == pytest.approx(-110.0)


def test_a_tube_stops_with_its_hub_at_the_valve_and_a_wire_does_not() -> None:
    _, on = room_mm(1, [False, True], [1500.0, 650.0], [500.0, 480.0], SHEATH_MM)
    assert on == pytest.approx(60.0)
    _, on = room_mm(0, [False, True], [1500.0, 650.0], [500.0, 480.0], SHEATH_MM)
    assert on > 1e6


def test_a_catheter_comes_back_only_to_the_hub_of_the_microcatheter_in_it() -> None:
    low, _ = room_mm(1, [True, True], [1300.0, 650.0], [1100.0, 480.0], SHEATH_MM)
    assert low == pytest.approx(-(1300.0 - 1100.0 - 650.0 + 480.0))


LENGTHS = st.floats(300.0, 2600.0)


@given(
    st.lists(st.tuples(LENGTHS, st.booleans()), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.floats(-300.0, 300.0)), max_size=60),
)
def test_no_hub_passes_another_and_no_hand_draws_a_tip_beyond_its_hub(
    tools: list[tuple[float, bool]], moves: list[tuple[int, float]]
) -> None:
    lengths = [length for length, _ in tools]
    tubes = [True if k else tube for k, (_, tube) in enumerate(tools)]  # only the innermost may be a wire
    depths: list[float] = []
    for k in range(len(tools)):  # each is loaded into the one before, from the outermost
        depths.insert(0, -SHEATH_MM if not depths else depths[0] - lengths[len(tools) - k])
    for which, wanted in moves:
        k = which % len(tools)
        low, high = room_mm(k, tubes, lengths, depths, SHEATH_MM)
        depths[k] += float(np.clip(wanted, low, high))
        back = back_mm(lengths, depths, SHEATH_MM)
        for j, tube in enumerate(tubes):
            assert not tube or back[j] >= -1e-6
        assert depths[k] >= min(entry_mm(k, lengths, depths, SHEATH_MM), depths[k] - low) - 1e-6
