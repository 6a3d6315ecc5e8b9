"""What a balloon or stent tells of a narrowing does not depend on which end its tip looks to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.suite.treating.plaques.met import along_mm, lies_mm, met_by
from angiosuite.suite.treating.plaques.plaques import NEVER_ATM, Plaque, Plaques
from angiosuite.suite.treating.site import Site

AORTA, ILIAC = "abdominal-aorta", "right-common-iliac-artery"
AORTA_MM, COUNT, BEHIND_MM = 160.0, 40, 6.0


def site(first_mm: float, away: float = 1.0) -> Site:
    """Forty places a millimetre apart, the first so far below the bifurcation; above it in the aorta."""
    below = first_mm + away * np.arange(COUNT)
    vessels = tuple(ILIAC if mm >= 0.0 else AORTA for mm in below)
    at = np.where(below >= 0.0, below, AORTA_MM + below)
    back = BEHIND_MM + 0.5 + np.arange(COUNT)
    return Site(vessels, at, back, np.full(COUNT, np.inf), np.zeros((COUNT, 3)))


class Known(Plaques):
    """One narrowing, 12 mm long."""

    def __init__(self, at_mm: float) -> None:
        self.of = {"p": Plaque("p", ILIAC, at_mm, 12.0, 9.0, 3.0, 6.0, 0.1, 0.2, NEVER_ATM)}


def met(at_mm: float, place: Site) -> dict[str, Any]:
    (one,) = met_by(place, Known(at_mm))
    return one


@given(st.floats(8.0, 30.0), st.floats(-8.0, 8.0))
def test_lengths_before_in_and_behind_a_narrowing_make_the_balloon(at_mm: float, off_mm: float) -> None:
    one = met(at_mm, site(at_mm + off_mm - 19.5))
    first, last = one["beyond_mm"]
    assert first + 12.0 + last == pytest.approx(COUNT, abs=0.21)
    assert one["off_mm"] == pytest.approx(abs(off_mm), abs=0.11)
    assert one["off_mm"] == pytest.approx(0.5 * abs(first - last), abs=0.11)


@given(st.floats(8.0, 30.0), st.floats(-8.0, 8.0))
def test_turned_round_the_ends_change_places_and_nothing_else(at_mm: float, off_mm: float) -> None:
    one = met(at_mm + 20.0, site(at_mm + 20.0 + off_mm - 19.5))
    other = met(at_mm + 20.0, site(at_mm + 20.0 + off_mm + 19.5, -1.0))
    assert other["beyond_mm"] == pytest.approx(one["beyond_mm"][::-1], abs=0.11)
    assert other["off_mm"] == pytest.approx(one["off_mm"], abs=0.11)


def test_one_that_falls_short_is_told_below_nothing() -> None:
    one = met(36.0, site(0.0))
    assert one["beyond_mm"][1] == pytest.approx(-2.5, abs=0.11)
    assert one["residual_percent"] == pytest.approx(33.3, abs=0.05)
    assert one["yielded"] is False


def test_where_it_is_not_there_is_no_narrowing_and_no_place() -> None:
    assert met_by(site(50.0), Known(10.0)) == []
    assert along_mm(site(50.0), "left-common-iliac-artery", 3.0) is None


def test_what_lies_in_each_vessel_adds_up_to_the_whole() -> None:
    told = lies_mm(site(-7.0))
    assert told == {AORTA: 7.0, ILIAC: 33.0}
