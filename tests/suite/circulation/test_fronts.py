"""Fronts of contrast: rounded over half a radius, none lost, an even filling as it was."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.circulation.floors import node_volumes
from angiosuite.suite.circulation.fronts import ROUNDED, Fronts

from .small import vessel

TUBE = vessel("tube", "artery", None, (0, 0, 0), (0, 0, 200), 10.0, away=True)
OTHER = vessel("other", "artery", None, (50, 0, 0), (50, 0, 100), 3.0, away=True)


def test_an_even_filling_stays_even_and_nothing_stays_nothing() -> None:
    fronts, count = Fronts([TUBE, OTHER]), len(TUBE.arc_mm) + len(OTHER.arc_mm)
    assert fronts.rounded(np.full(count, 70.0)) == pytest.approx(np.full(count, 70.0))
    assert not fronts.rounded(np.zeros(count)).any()


def test_no_iodine_is_lost_nor_passed_to_another_vessel() -> None:
    draw = np.random.default_rng(2)
    own = len(TUBE.arc_mm)
    given = np.append(draw.uniform(0.0, 300.0, own), np.zeros(len(OTHER.arc_mm)))
    found = Fronts([TUBE, OTHER]).rounded(given)
    volume = node_volumes(TUBE.points_mm, TUBE.radius_mm)
    assert float(found[:own] @ volume) == pytest.approx(float(given[:own] @ volume), rel=1e-12)
    assert (found >= 0.0).all() and not found[own:].any()


def test_a_square_front_spreads_over_half_a_radius() -> None:
    given = np.where(TUBE.arc_mm < 100.0, 100.0, 0.0)
    found = Fronts([TUBE]).rounded(given)
    weight = -np.diff(found) / 100.0
    middle = 0.5 * (TUBE.arc_mm[1:] + TUBE.arc_mm[:-1])
    mean = float((weight * middle).sum())
    spread = float(np.sqrt((weight * (middle - mean) ** 2).sum()))
    assert (np.diff(found) < 1e-9).all()
    assert spread == pytest.approx(ROUNDED * 10.0, rel=0.15)
