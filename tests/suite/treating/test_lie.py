"""Where what was left in a vessel lies now."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.session import Session
from angiosuite.suite.treating.lie import points_now

from .hands import AORTA, wire_up


def test_it_lies_on_the_centre_line_or_beside_it_by_share(narrow: Session) -> None:
    wire_up(narrow)
    at = np.array([120.0, 160.0])
    line = narrow.blood.graph.vessels[AORTA]
    middle = np.stack([np.interp(at, line.arc_mm, line.points_mm[:, c]) for c in range(3)], axis=1)
    pushed = narrow.instruments.moved_mm(AORTA, at, middle)
    assert points_now(narrow, [AORTA] * 2, at) == pytest.approx(middle + pushed)
    beside = middle + np.array([2.0, 0.0, 0.0])
    half = points_now(narrow, [AORTA] * 2, at, (beside, np.array([0.5, 0.0])))
    assert half - points_now(narrow, [AORTA] * 2, at) == pytest.approx(
        np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), abs=1e-6
    )


def test_it_goes_where_its_wall_is_pushed(narrow: Session) -> None:
    wire_up(narrow)
    walls = next(iter(narrow.instruments._walls.values()))
    walls.foundation.moved_mm[:, 0] += 1.5
    at = np.array([150.0])
    line = narrow.blood.graph.vessels[AORTA]
    middle = np.array([[float(np.interp(150.0, line.arc_mm, line.points_mm[:, c])) for c in range(3)]])
    assert (points_now(narrow, [AORTA], at) - middle)[0, 0] == pytest.approx(1.5, abs=0.2)
