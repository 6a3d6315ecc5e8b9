"""Somebody who has lost blood before a session: less of it, a lower pressure, a faster heart."""

from __future__ import annotations

import pytest

from angiosuite.suite.circulation.circulation import MOST_LOST_SHARE, Circulation
from angiosuite.suite.circulation.plumbing import RESERVOIR
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph


def after(rest: Settled, share: float, seconds: float = 12.0) -> Circulation:
    blood = Circulation(small_graph(), rest, PLUMBED)
    if share:
        blood.lose(share)
    for k in range(round(seconds / 0.02)):
        blood.advance(10 * k / STEPS % 1.0, 1.0 / STEPS, REGIONS, 10)
    return blood


def test_the_share_that_is_asked_is_gone_and_nobody_loses_more_than_the_small_veins_hold(
    rest: Settled,
) -> None:
    blood = Circulation(small_graph(), rest, PLUMBED)
    whole = float(blood.network.volume_ml.sum())
    assert blood.lose(0.1) == pytest.approx(0.1 * whole)
    assert float(blood.network.volume_ml.sum()) == pytest.approx(0.9 * whole)
    held = float(blood.network.volume_ml[blood.plumbing.node[RESERVOIR]])
    assert blood.lose(1.0) == pytest.approx(MOST_LOST_SHARE * held)


def test_the_more_was_lost_the_lower_is_the_pressure_and_the_faster_the_heart(rest: Settled) -> None:
    none, some, much = (after(rest, share) for share in (0.0, 0.15, 0.3))
    pressures = [one.control.reflex.map_mmhg for one in (none, some, much)]
    assert pressures[0] > pressures[1] > pressures[2]
    assert none.heart_rate < some.heart_rate < much.heart_rate
