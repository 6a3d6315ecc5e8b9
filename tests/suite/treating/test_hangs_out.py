"""What of a stent hangs into the vessel that its own one leaves, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph
from angiosuite.suite.treating.site import Site
from angiosuite.suite.treating.stents.covering import hangs_out

COUNT = 20


def vessel(name: str, parent: Junction | None) -> Vessel:
    """A straight artery of 50 mm."""
    points = np.zeros((26, 3))
    points[:, 2] = np.linspace(0.0, 50.0, 26)
    wide, share = np.full(26, 4.0), np.zeros(26)
    return Vessel(name, name, "artery", parent, points, wide, True, "still", share, None)


ARTERIES = (
    vessel("aorta", None),
    vessel("coeliac-trunk", Junction("aorta", 20.0)),
    vessel("hepatic-artery", Junction("coeliac-trunk", 30.0)),
)
GRAPH = VesselGraph({one.id: one for one in ARTERIES}, {})


def site(*parts: tuple[str, int]) -> Site:
    """Places a millimetre apart, so many in each vessel."""
    names = tuple(name for name, many in parts for _ in range(many))
    return Site(names, np.arange(COUNT, dtype=float), np.arange(COUNT) + 6.5, np.full(COUNT, np.inf),
                np.zeros((COUNT, 3)))  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "many"),
    [
        ([("aorta", 4), ("coeliac-trunk", 16)], 4),
        ([("coeliac-trunk", 16), ("hepatic-artery", 4)], 0),
        ([("aorta", 20)], 0),
        ([("", 20)], 0),
    ],
    ids=["into the aorta", "on into a branch", "of the root", "in tissue"],
)
def test_only_what_lies_upstream_of_its_own_vessel_hangs(parts: list[tuple[str, int]], many: int) -> None:
    found = hangs_out(GRAPH, site(*parts))
    assert int(found.sum()) == many
    assert len(found) == COUNT
