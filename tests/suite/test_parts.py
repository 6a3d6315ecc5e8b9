"""Blades, pedals, marks and arguments, each by its law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.collimator import SMALLEST, Blades, Collimator
from angiosuite.suite.commands import COMMANDS, checked
from angiosuite.suite.marks import Marks
from angiosuite.suite.pedals import Pedals

fraction = st.floats(0, 1)


@given(left=fraction, right=fraction, top=fraction, bottom=fraction)
def test_the_beam_is_never_closed_and_its_area_is_that_of_its_pixels(left, right, top, bottom):
    c = Collimator()
    c.set_blades({"left": left, "right": right, "top": top, "bottom": bottom})
    b = c.blades
    assert b.left + b.right >= 2 * SMALLEST - 1e-9 and b.top + b.bottom >= 2 * SMALLEST - 1e-9
    row0, row1, col0, col1 = b.pixel_window(512)
    assert (row1 - row0) * (col1 - col0) / 512**2 == pytest.approx(b.area_fraction, abs=0.01)
    assert 0 <= row0 < row1 <= 513 and 0 <= col0 < col1 <= 513


def test_x_rays_need_a_new_press_after_every_end():
    p = Pedals()
    assert p.press("fluoro", False, 0)
    assert not p.press("fluoro", False, 10) and not p.press("shot", False, 10)
    assert p.release("shot") is None and p.release("fluoro") == "fluoro"
    assert p.down is None


def test_a_latched_pedal_runs_out_at_ten_seconds():
    p = Pedals()
    p.press("fluoro", True, 1_000_000)
    assert not p.latch_ran_out(10_980_000) and p.latch_ran_out(11_000_000)


def test_undo_takes_back_one_change_at_a_time():
    marks = Marks()
    first = marks.add("annotation", {"text": "a"})
    marks.add("annotation", {"text": "b"})
    marks.remove(first["id"])
    assert [m["text"] for m in marks.items] == ["b"]
    marks.undo()
    assert [m["text"] for m in marks.items] == ["a", "b"]
    marks.undo()
    marks.undo()
    assert marks.items == [] and not marks.undo()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@given(
    name=st.sampled_from(sorted(COMMANDS)),
    given_arguments=st.dictionaries(st.text(max_size=10), anything, max_size=3),
)
def test_no_argument_gets_past_its_check_by_accident(name, given_arguments):
    try:
        arguments = checked(name, given_arguments)
    except WrongUse:
        return  # refused, which is right unless it fits; any other exception fails the test
    assert set(arguments) == set(COMMANDS[name].arguments)


def test_an_unknown_command_names_the_nearest():
    with pytest.raises(WrongUse, match=r"xray\.press"):
        checked("xray.pres", {})


def test_blades_describe_themselves_in_fractions():
    assert Blades(0.5, 1.0, 0.25, 1.0).as_dict() == {"left": 0.5, "right": 1.0, "top": 0.25, "bottom": 1.0}
