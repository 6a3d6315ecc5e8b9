"""Penetration: how much deeper a chain lies in its walls than they need to bear it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.banded import columns_of
from angiosuite.physics.rods.contact import given, stiffen
from angiosuite.physics.rods.frames import edges
from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.strains import add_bending

__all__ = ["beyond_walls"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def beyond_walls(nodes: int, tools: int, line: Line) -> NDArray:
    """Indentation of each node less that which its wall needs to bear it, mm; 0 where none is pressed in.

    Notes
    -----
    **Model** a wall answers to an indentation by a force; the chain asks for another: what bending, tension,
    friction and loads leave along the normal at the places that were accepted. Their difference over the
    wall's slope is what the place is off, and nothing but the tolerance of the passes makes it. Inertia and
    drag, below a thousandth of a newton, are left out. **Valid for** the end of a step. Held by
    ``tests/physics/rods/test_penetration.py``.
    """
    b = 3 + tools
    right, band = np.zeros(b * nodes), np.zeros((b * nodes, columns_of(2 * b + 3)))
    length, now = np.empty(nodes), np.empty((nodes, 3))
    found, stiff = np.zeros(nodes), np.zeros(nodes)
    edges(line.x, nodes, now, length)
    stiffen(nodes, line.rest, line.wall, stiff)
    add_bending(
        nodes, tools, now, length, line.rest, line.director, line.twist, line.theta, line.ei, line.gj,
        line.bend, right, band,
    )  # fmt: skip
    for i in range(2, nodes):
        if line.gap[i] >= 0.0:
            continue
        asked = 0.0
        for c in range(3):
            pull = line.tension[i - 1] * now[i - 1, c]
            if i < nodes - 1:
                pull -= line.tension[i] * now[i, c]
            asked += line.inward[i, c] * (right[b * i + c] + pull - line.rubbed[i, c] - line.load[i, c])
        _, slope, _ = given(-line.gap[i])
        found[i] = (line.pressed[i] - asked) / (stiff[i] * slope)
    return found
