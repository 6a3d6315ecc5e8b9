"""A small circulation at rest."""

from __future__ import annotations

import pytest

from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import Settled, settle

from .small import PLUMBED, small_graph

STEPS = 441


@pytest.fixture(scope="session")
def rest() -> Settled:
    return settle(plumb(small_graph(), **PLUMBED), 60.0 / (STEPS * 0.002))
