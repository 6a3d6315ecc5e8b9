"""Laws of the measures of filters: level, width, and which run is before and which after."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.hand_made_log import log

from angiosuite.assess.measures import MEASURES

CAVA = "inferior-vena-cava"
END = {"at": 300, "event": "task-finished", "answers": {}}


def run(at: float, filled: float, number: int = 1) -> dict[str, Any]:
    seen = {"in_field": True, "vessel": CAVA, "filled": filled, "u_mm": 0.0}
    return {"at": at, "frame": {"mode": "run", "run": number, "run_t_us": 0, "judged": {"cava": seen}}}


def opened(at: float, **facts: Any) -> dict[str, Any]:
    usual = {"vessel": CAVA, "at_mm": 170, "tilt_deg": 3, "cava_mm": 20, "level_mm": 4, "fits": True}
    return {"at": at, "event": "filter-opened", **usual, **facts}


def value(measure: str, *items: dict[str, Any], of: str | None = "cava") -> float | str | None:
    return MEASURES[measure].read(log([*items, END]), of).value


@given(level=st.floats(-60.0, 60.0))
def test_off_level_is_nothing_within_ten_millimetres_and_grows_evenly_beyond(level: float) -> None:
    off = value("filter-off-level", run(1, 0.8), opened(50, level_mm=level))
    assert isinstance(off, float)
    assert off == pytest.approx(abs(level - 5.0) - 5.0 if abs(level - 5.0) > 5.0 else 0.0, abs=1e-5)


@given(width=st.floats(10.0, 40.0), told=st.floats(10.0, 40.0))
def test_a_width_is_wrong_by_its_difference_whichever_is_larger(width: float, told: float) -> None:
    line = {"image": 1, "points": [[236, 256], [276, 256]]}
    items = [
        run(1, 0.8),
        {"at": 20, "command": "measure.add", **line},
        {"at": 20, "event": "measured", "image": 1, "length_px": 40, "length_mm": told},
        opened(50, cava_mm=width),
    ]
    assert value("cava-width-error", *items) == pytest.approx(abs(width - told), abs=1e-5)


def test_a_run_is_either_before_the_filter_or_after_it() -> None:
    before, after = run(10, 0.6, 1), run(90, 0.9, 2)
    assert value("filled-before-filter", before, opened(50), after) == 0.6
    assert value("filled-after-filter", before, opened(50), after) == 0.9
    assert value("filled-before-filter", opened(50), after) is None
    assert value("filled-after-filter", before, opened(50)) is None


def test_a_line_that_was_taken_away_is_no_measurement() -> None:
    line = {"image": 1, "points": [[236, 256], [276, 256]]}
    items = [
        run(1, 0.8),
        {"at": 20, "command": "measure.add", **line},
        {"at": 20, "event": "measured", "id": "a1", "image": 1, "length_px": 40, "length_mm": 20.0},
        {"at": 30, "command": "annotate.remove", "id": "a1"},
        opened(50),
    ]
    assert value("cava-width-error", *items) is None


def test_where_a_filter_stands_counts_for_the_last_that_was_opened() -> None:
    assert value("filter-off-level", run(1, 0.8), opened(50, level_mm=40), opened(60, level_mm=2)) == 0.0
    assert value("filters-opened", opened(50), opened(60), of=None) == 2.0
