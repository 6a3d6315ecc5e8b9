"""Laws of what is looked at after something was closed: order decides, and a short run shows nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.hand_made_log import log

from angiosuite.assess.measures import MEASURES

JUDGED = {"vessel": "coeliac-trunk", "in_field": True, "filled": 0.1, "u_mm": 0.0, "v_mm": 0.0}
SEEN = {"at": 1, "frame": {"mode": "held", "judged": {"trunk": JUDGED}}}
END = {"at": 2000, "event": "task-finished", "answers": {}}


def injected(at: float, run: int | None = 1, vessel: str = "coeliac-trunk") -> dict[str, Any]:
    told = {"run": run, "vessel": vessel, "seconds": 4.0, "by": "injector"}
    return {"at": at, "event": "injection-ended", **told}


def closed(at: float, name: str = "coil-detached") -> dict[str, Any]:
    return {"at": at, "event": name, "coil": "coil-1", "vessel": "gastroduodenal-artery"}


def ended(at: float, run: int = 1) -> dict[str, Any]:
    return {"at": at, "event": "run-ended", "run": run}


def read(items: list[dict[str, Any]]) -> float | None:
    value = MEASURES["filmed-after-closing"].read(log([SEEN, *items, END]), of="trunk").value
    return None if value is None else float(value)


@given(coil=st.floats(10.0, 900.0), run=st.floats(10.0, 900.0))
def test_only_what_began_after_the_last_coil_shows_what_it_did(coil: float, run: float) -> None:
    items = sorted([closed(coil), injected(run), ended(run + 8.0)], key=lambda one: one["at"])
    assert read(items) == float(run - 4.0 >= coil)


@pytest.mark.parametrize(("after_s", "shows"), [(8.0, 1.0), (2.0, 0.0)])
def test_a_run_that_ends_with_its_injection_shows_nothing(after_s: float, shows: float) -> None:
    assert read([closed(10), injected(30), ended(30 + after_s)]) == shows


def test_another_vessel_and_a_puff_without_a_run_do_not_count() -> None:
    assert read([closed(10), injected(30, vessel="splenic-artery"), ended(40)]) == 0.0
    assert read([closed(10), injected(30, run=None), ended(40)]) == 0.0


@pytest.mark.parametrize(("filled", "counts"), [(0.5, 1.0), (0.4, 0.0)])
def test_a_run_that_fills_half_of_it_has_shown_it_wherever_the_tip_lay(filled: float, counts: float) -> None:
    picture = {
        "at": 28,
        "frame": {"mode": "run", "run": 1, "judged": {"trunk": {**JUDGED, "filled": filled}}},
    }
    assert read([closed(10), picture, injected(30, vessel="splenic-artery"), ended(40)]) == counts
    assert read([closed(35), picture, injected(38, vessel="splenic-artery"), ended(45)]) == 0.0


def test_who_lays_one_more_coil_has_to_look_again() -> None:
    good = [closed(10), injected(30), ended(40)]
    assert read(good) == 1.0
    assert read([*good, closed(50)]) == 0.0
    assert read([*good, closed(50, "agent-given")]) == 0.0


def test_who_closed_nothing_has_looked_at_nothing_after_it() -> None:
    assert read([injected(30), ended(40)]) is None


def test_the_pressure_is_that_which_was_read_last() -> None:
    kept = [{"at": at, "event": "pressure-recorded", "mean": mean} for at, mean in ((5, 90.0), (9, 61.0))]
    assert MEASURES["pressure-read-last"].read(log([*kept, END])).value == 61.0
    assert MEASURES["pressure-read-last"].read(log([END])).value is None
