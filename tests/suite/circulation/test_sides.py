"""A place lies before a narrowing, behind it, or beside it."""

from __future__ import annotations

import pytest

from angiosuite.anatomy.vessels.graph import Junction
from angiosuite.anatomy.vessels.lesion_effects import Closed, Narrowing
from angiosuite.suite.circulation.sides import sides_of

from .small import small_graph

EFFECTS = (
    Narrowing("stenosis", "coeliac-trunk", 12.0, 10.0, 0.2),
    Closed("occlusion", "right-renal-artery", 10.0, 8.0),
)


@pytest.mark.parametrize(
    ("vessel", "at_mm", "side"),
    [
        ("coeliac-trunk", 20.0, "distal"),
        ("hepatic-artery", 5.0, "distal"),
        ("coeliac-trunk", 4.0, "proximal"),
        ("aorta", 60.0, "proximal"),
        ("aorta", 170.0, None),
        ("head-artery", 10.0, None),
        ("right-renal-artery", 20.0, None),
    ],
    ids=[
        "behind it",
        "in a branch behind it",
        "before it",
        "upstream",
        "further down the aorta",
        "beside",
        "other",
    ],
)
def test_a_place_is_told_with_the_side_of_each_narrowing_that_it_shares_a_way_with(
    vessel: str, at_mm: float, side: str | None
) -> None:
    told = sides_of(Junction(vessel, at_mm), small_graph(), EFFECTS)
    assert [one["side"] for one in told] == ([] if side is None else [side])
    assert all(one["lesion"] == "stenosis" and one["vessel"] == "coeliac-trunk" for one in told)
