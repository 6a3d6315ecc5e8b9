"""What the log is told of an injection: what was given, where, what came back."""

from __future__ import annotations

from typing import Any

import pytest

from angiosuite.kit.log import read_entries
from angiosuite.suite.session import Session


def do(session: Session, seconds: float, name: str, **arguments: Any) -> None:
    """A command, and time after it."""
    session.command(name, arguments)
    session.advance(session.now_us + round(seconds * 1e6))


def told(session: Session) -> list[dict[str, Any]]:
    """Injections as the log has them."""
    assert session.folder is not None
    return [dict(e.data) for e in read_entries(session.folder.log) if e.name == "injection-ended"]


def ready(session: Session, device: str, vessel: str, at_mm: float) -> None:
    """A catheter and an injector that is filled and looked at."""
    do(session, 0.04, "catheter.place", device=device, vessel=vessel, at_mm=at_mm)
    do(session, 0.04, "injector.fill", medium="iohexol-300")
    do(session, 0.04, "injector.purge")
    do(session, 0.8, "injector.check")


def give(session: Session, rate_ml_s: float, volume_ml: float) -> dict[str, Any]:
    """An injection from its beginning to its end."""
    do(session, 0.04, "injector.set", rate_ml_s=rate_ml_s, volume_ml=volume_ml)
    do(session, 0.04, "injector.arm")
    do(session, volume_ml / rate_ml_s + 1.0, "injector.start")
    return told(session)[-1]


def test_an_injection_tells_how_it_was_set_and_what_was_given(flowing: Session) -> None:
    ready(flowing, "pigtail-5f", "aorta", 150.0)
    found = give(flowing, 15.0, 12.0)
    assert found["by"] == "injector" and found["vessel"] == "aorta" and found["run"] is None
    assert found["device"] == "pigtail-5f" and found["medium"] == "iohexol-300"
    assert (found["set_rate_ml_s"], found["set_volume_ml"]) == (15.0, 12.0)
    assert found["ml"] == pytest.approx(12.0, abs=0.1)
    assert found["contrast_ml"] == pytest.approx(12.0, abs=0.1)
    assert 0.6 * 3600.0 < found["iodine_mg"] <= 3600.0
    assert 0.0 < found["peak_psi"] <= found["max_psi"]
    assert found["flow_before_ml_s"] > 1.0
    assert found["seconds"] == pytest.approx(12.0 / 15.0, abs=0.4)


def test_a_puff_is_told_as_one_by_hand(flowing: Session) -> None:
    do(flowing, 0.5, "catheter.place", device="pigtail-5f", vessel="aorta", at_mm=150.0)
    do(flowing, 3.0, "hand.puff", ml=3.0, rate_ml_s=2.0)
    (found,) = told(flowing)
    assert found["by"] == "hand" and found["set_rate_ml_s"] == 2.0
    assert found["ml"] == pytest.approx(3.0, abs=0.1) and found["air_ml"] == 0.0


def test_a_rate_above_the_vessels_flow_comes_back_and_one_below_does_not(flowing: Session) -> None:
    ready(flowing, "cobra-2-5f", "right-renal-artery", 15.0)
    slow = give(flowing, 1.0, 3.0)
    fast = give(flowing, 15.0, 15.0)
    assert slow["reflux_share"] < 0.2
    assert fast["reflux_share"] > max(slow["reflux_share"], 0.05), (slow, fast)


def test_an_injection_that_another_follows_is_told_before_it(flowing: Session) -> None:
    do(flowing, 0.5, "catheter.place", device="pigtail-5f", vessel="aorta", at_mm=150.0)
    do(flowing, 0.5, "hand.puff", ml=5.0, rate_ml_s=2.0)
    do(flowing, 3.0, "hand.puff", ml=2.0, rate_ml_s=2.0)
    first, second = told(flowing)
    assert first["ml"] < 2.0 and second["ml"] == pytest.approx(2.0, abs=0.1)
