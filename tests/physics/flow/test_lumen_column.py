"""What lies in a lumen: agents go through it as the liquid does, and none of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.flow.lumen_column import LumenColumn, Parcel

PUSHES = st.lists(
    st.tuples(st.floats(1e-3, 3.0), st.floats(0.0, 1.0), st.sampled_from([-1, 1, 2])), min_size=1, max_size=90
)


@given(PUSHES, st.floats(0.1, 2.0))
def test_a_lumen_gives_back_every_agent_that_went_in(
    pushes: list[tuple[float, float, int]], volume_ml: float
) -> None:
    column = LumenColumn(volume_ml)
    came: dict[int, float] = {}
    left: dict[int, float] = {}
    for ml, share, number in pushes:
        column.push(Parcel(ml, 0.0, 0.0, ((number, ml * share),) if share > 0.0 else ()))
        came[number] = came.get(number, 0.0) + ml * share
        for n, out in column.take_agents():
            left[n] = left.get(n, 0.0) + out
    held = dict(column.content.agents)
    for number, ml in came.items():
        assert left.get(number, 0.0) + held.get(number, 0.0) == pytest.approx(ml, rel=1e-10, abs=1e-12)
    assert column.content.ml == pytest.approx(volume_ml)


def test_an_agent_leaves_the_tip_once_the_dead_space_has() -> None:
    column = LumenColumn(0.5)
    column.push(Parcel(0.4, 0.0, 0.0, ((1, 0.04),)))
    assert column.take_agents() == ()
    column.push(Parcel(0.3))
    ((number, ml),) = column.take_agents()
    assert number == 1 and ml == pytest.approx(0.02)


@given(PUSHES)
def test_a_column_with_agents_returns_to_its_state(pushes: list[tuple[float, float, int]]) -> None:
    column, other = LumenColumn(0.7), LumenColumn(0.7)
    for ml, share, number in pushes:
        column.push(Parcel(ml, 0.0, 0.0, ((number, ml * share),) if share > 0.0 else ()))
    column.open_share = 0.5
    other.restore(column.state())
    assert other.content == column.content and other.open_share == 0.5
    one, two = column.push(Parcel(0.3)), other.push(Parcel(0.3))
    assert one == two and column.take_agents() == other.take_agents()


def test_a_state_of_a_release_without_agents_is_read() -> None:
    column = LumenColumn(0.7)
    column.push(Parcel(0.3, 30.0))
    state = column.state()
    assert set(state) == {"parcels"}
    other = LumenColumn(0.7)
    other.restore(state)
    assert other.content == column.content
