"""Where places of vessels are now: what was left in a vessel moves as its wall does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["points_now"]

Floats = NDArray[np.float64]


def points_now(
    session: Session, vessels: Sequence[str], at_mm: Floats, beside: tuple[Floats, Floats] | None = None
) -> Floats:
    """Points of centre lines at places of vessels where they are now, LPS mm, shape (n, 3).

    Parameters
    ----------
    session : Session
    vessels : sequence of str
        Of each place.
    at_mm : ndarray (n,)
    beside : (ndarray (n, 3), ndarray (n,)), optional
        Other points at rest, and how much, 0 to 1, each is meant instead of the centre line's.

    Notes
    -----
    **Model** the place at rest and what its wall has moved since: with the organ that the vessel hangs on,
    and what instruments push it aside. Held by ``tests/suite/treating/test_lie.py``.
    """
    graph = session.blood.graph
    found = np.empty((len(at_mm), 3))
    for vessel in dict.fromkeys(vessels):
        here = np.array([one == vessel for one in vessels])
        line = graph.vessels[vessel]
        for c in range(3):
            found[here, c] = np.interp(at_mm[here], line.arc_mm, line.points_mm[:, c])
        if beside is not None:
            instead, share = beside[0][here], beside[1][here, None]
            found[here] += share * (instead - found[here])
        found[here] += session.instruments.moved_mm(vessel, at_mm[here], found[here])
    return found
