"""Vessels that give: beams on the tissue about them, pushed aside by what lies in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["Bedding", "Foundation", "add_moved"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

REST_MM = 1e-4
"""A vessel that is nowhere further from its place than this, and not loaded, lies in it."""
SHORTEST_MM, LONGEST_MM = 2.0, 5.0
"""Between the nodes of a beam."""
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Bedding:
    """One vessel as a beam.

    Parameters
    ----------
    length_mm : float
    bending_n_mm2 : float
        Stiffness against bending of its wall, N mm2.
    tissue_n_mm2 : float
        What holds it a mm of vessel and mm aside, N/mm2 (that is, MPa).
    viscous_n_s_mm2 : float
        How slowly it gives, a mm of vessel, N s/mm2.
    parent : int
        Vessel that it hangs on, listed before it; -1 none.
    at_mm : float
        Where on that.
    goes_on : bool
        Whether it is the continuation of that vessel's end: then both are one beam.
    """

    length_mm: float
    bending_n_mm2: float
    tissue_n_mm2: float
    viscous_n_s_mm2: float
    parent: int = -1
    at_mm: float = 0.0
    goes_on: bool = False


class Foundation:
    """Deflection of every vessel from where it lies at rest.

    Parameters
    ----------
    vessels : sequence of Bedding
        Parents before children; at most one goes on from each.

    Notes
    -----
    **Model** ``EI w'''' + k w + c dw/dt = q``: a beam on an elastic, viscous foundation, linear, a direction
    at a time, quadratic energy of the bends of nodes 2 to 5 mm apart, backward Euler. Ends are free; what
    hangs on another vessel begins where that one has moved to (its pull on that one is left out). Forces
    along a vessel do not move it. A load that is kept for long gives, far from ends, ``P / (8 EI b^3)`` under
    it with ``b = (k / 4 EI)^(1/4)``. The loads are those of the step before, so c must be at least half the
    stiffness of what loads it times the step. **Source** M. Hetenyi, Beams on Elastic Foundation (1946).
    **Valid for** deflections that are small beside the vessel's bends; it does not grow longer, and tissue
    pulls straight back. Held by ``tests/physics/rods/test_foundation.py``.
    """

    def __init__(self, vessels: Sequence[Bedding]) -> None:
        count = len(vessels)
        beams: list[list[int]] = []
        beam = np.zeros(count, np.int64)
        for v, one in enumerate(vessels):
            if one.parent >= v:
                raise WrongUse(
                    "A vessel hangs on one listed before it", code="bad-foundation", value=(v, one.parent)
                )
            if one.goes_on and one.parent >= 0 and beams[beam[one.parent]][-1] == one.parent:
                beam[v] = beam[one.parent]
                beams[beam[v]].append(v)
            else:
                beam[v] = len(beams)
                beams.append([v])
        self._first, self._edges, self._step_mm = (
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            np.zeros(count),
        )
        self._begin = np.zeros(len(beams) + 1, np.int64)
        self._hangs, self._hangs_mm = np.full(len(beams), -1, np.int64), np.zeros(len(beams))
        bends, holds, slow = [], [], []
        for b, members in enumerate(beams):
            begin = int(self._begin[b])
            root = vessels[members[0]]
            self._hangs[b], self._hangs_mm[b] = root.parent, root.at_mm
            node = begin
            lay: list[
                tuple[float, float, float, float]
            ] = []  # spacing, bending, tissue, viscous of each edge
            for v in members:
                one = vessels[v]
                wave = (4.0 * one.bending_n_mm2 / one.tissue_n_mm2) ** 0.25
                edges = max(int(np.ceil(one.length_mm / min(max(0.25 * wave, SHORTEST_MM), LONGEST_MM))), 1)
                if len(members) == 1:
                    edges = max(edges, FEWEST - 1)
                self._first[v], self._edges[v], self._step_mm[v] = node, edges, one.length_mm / edges
                node += edges
                lay += [(self._step_mm[v], one.bending_n_mm2, one.tissue_n_mm2, one.viscous_n_s_mm2)] * edges
            edge = np.array(lay)
            half = 0.5 * edge[:, :1] * edge[:, 2:]
            share = np.zeros((len(edge) + 1, 2))  # tissue and viscous of each node
            share[:-1] += half
            share[1:] += half
            holds.append(share[:, 0])
            slow.append(share[:, 1])
            middle = 0.5 * (edge[:-1, 0] + edge[1:, 0])
            bends.append(np.concatenate([[0.0], 0.5 * (edge[:-1, 1] + edge[1:, 1]) / middle**3, [0.0]]))
            self._begin[b + 1] = node + 1
        self._bend, self._hold, self._slow = (
            np.concatenate(bends),
            np.concatenate(holds),
            np.concatenate(slow),
        )
        n = int(self._begin[-1])
        self.moved_mm, self._load = np.zeros((n, 3)), np.zeros((n, 3))
        self._matrix, self._seconds = np.zeros((n, 3)), 0.0

    def book(self, vessel: NDArray[np.int32], at_mm: Floats, force_n: Floats, along: Floats) -> None:
        """Lay forces on vessels until the next `settle`.

        Parameters
        ----------
        vessel : int32 (n,)
            -1 loads none.
        at_mm : float64 (n,)
        force_n : float64 (n, 3)
        along : float64 (n, 3)
            Direction of the vessel there; force along it does nothing.
        """
        _book(vessel, at_mm, force_n, along, self._first, self._step_mm, self._edges, self._load)

    def settle(self, seconds: float) -> None:
        """Move on by a step under the booked forces, and forget them."""
        if seconds != self._seconds:
            _factored(self._begin, self._bend, self._hold, self._slow, self._hangs, seconds, self._matrix)
            self._seconds = seconds
        _settle(
            self._begin, self._hangs, self._hangs_mm, self._first, self._step_mm, self._edges, self._bend,
            self._slow, seconds, self._matrix, self._load, self.moved_mm,
        )  # fmt: skip
        self._load[:] = 0.0

    def at(self, vessel: NDArray[np.int32], at_mm: Floats) -> Floats:
        """How far vessels have moved at arc lengths, mm, shape (n, 3)."""
        moved = np.zeros((len(vessel), 3))
        _moved(np.asarray(vessel, np.int64), np.asarray(at_mm, np.float64), *self.arrays(), moved)
        return moved

    def arrays(self) -> tuple[Whole, Whole, Floats, Floats]:
        """What `add_moved` asks: of each vessel its first node, edges and spacing; deflections."""
        return self._first, self._edges, self._step_mm, self.moved_mm

    def state(self) -> dict[str, NDArray]:
        """Deflections and booked forces."""
        return {"moved_mm": self.moved_mm.copy(), "load": self._load.copy()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Put back what `state` gave."""
        self.moved_mm[:], self._load[:] = arrays["moved_mm"], arrays["load"]


@njit(cache=True, nogil=True, error_model="numpy")
def add_moved(
    share: float, vessel: int, at_mm: float, first: NDArray, edges: NDArray, step_mm: NDArray, moved: NDArray,
    out: NDArray,
) -> None:  # fmt: skip
    """Add a share of a vessel's deflection at an arc length to `out`, (3,)."""
    u = min(max(at_mm / step_mm[vessel], 0.0), float(edges[vessel]))
    e = min(int(u), edges[vessel] - 1)
    n, u = first[vessel] + e, u - e
    for c in range(3):
        out[c] += share * (moved[n, c] + u * (moved[n + 1, c] - moved[n, c]))


@njit(cache=True, nogil=True, error_model="numpy")
def _moved(
    vessel: NDArray,
    at_mm: NDArray,
    first: NDArray,
    edges: NDArray,
    step_mm: NDArray,
    moved: NDArray,
    out: NDArray,
) -> None:
    for n in range(len(vessel)):
        if vessel[n] >= 0:
            add_moved(1.0, vessel[n], at_mm[n], first, edges, step_mm, moved, out[n])


@njit(cache=True, nogil=True, error_model="numpy")
def _book(
    vessel: NDArray, at_mm: NDArray, force: NDArray, along: NDArray, first: NDArray, step_mm: NDArray,
    edges: NDArray, load: NDArray,
) -> None:  # fmt: skip
    for n in range(len(vessel)):
        v = vessel[n]
        if v < 0:
            continue
        u = min(max(at_mm[n] / step_mm[v], 0.0), float(edges[v]))
        e = min(int(u), edges[v] - 1)
        u -= e
        own = 0.0
        for c in range(3):
            own += force[n, c] * along[n, c]
        for c in range(3):
            aside = force[n, c] - own * along[n, c]
            load[first[v] + e, c] += (1.0 - u) * aside
            load[first[v] + e + 1, c] += u * aside


@njit(cache=True, nogil=True, error_model="numpy")
def _factored(
    begin: NDArray,
    bend: NDArray,
    hold: NDArray,
    slow: NDArray,
    hangs: NDArray,
    seconds: float,
    matrix: NDArray,
) -> None:
    """LDL' of every beam's matrix: pivots and the two columns below them; a hung end is prescribed."""
    for b in range(len(begin) - 1):
        low, high = begin[b], begin[b + 1]
        for i in range(low, high):
            matrix[i, 0], matrix[i, 1], matrix[i, 2] = hold[i] + slow[i] / seconds, 0.0, 0.0
        for i in range(low + 1, high - 1):
            matrix[i - 1, 0] += bend[i]
            matrix[i, 0] += 4.0 * bend[i]
            matrix[i + 1, 0] += bend[i]
            matrix[i - 1, 1] -= 2.0 * bend[i]
            matrix[i, 1] -= 2.0 * bend[i]
            matrix[i - 1, 2] += bend[i]
        if hangs[b] >= 0:
            matrix[low, 0], matrix[low, 1], matrix[low, 2] = 1.0, 0.0, 0.0
        for i in range(low, high):
            pivot = matrix[i, 0]
            one, two = matrix[i, 1], matrix[i, 2]
            matrix[i, 1], matrix[i, 2] = one / pivot, two / pivot
            if i + 1 < high:
                matrix[i + 1, 0] -= one * one / pivot
                matrix[i + 1, 1] -= one * two / pivot
            if i + 2 < high:
                matrix[i + 2, 0] -= two * two / pivot


@njit(cache=True, nogil=True, error_model="numpy")
def _settle(
    begin: NDArray, hangs: NDArray, hangs_mm: NDArray, first: NDArray, step_mm: NDArray, edges: NDArray,
    bend: NDArray, slow: NDArray, seconds: float, matrix: NDArray, load: NDArray, moved: NDArray,
) -> None:  # fmt: skip
    root = np.zeros(3)
    for b in range(len(begin) - 1):
        low, high = begin[b], begin[b + 1]
        root[:] = 0.0
        if hangs[b] >= 0:
            add_moved(1.0, hangs[b], hangs_mm[b], first, edges, step_mm, moved, root)
        most = max(abs(root[0]), max(abs(root[1]), abs(root[2])))
        pressed = False
        for i in range(low, high):
            for c in range(3):
                most = max(most, abs(moved[i, c]))
                pressed = pressed or load[i, c] != 0.0
        if most < REST_MM and not pressed:
            for i in range(low, high):
                for c in range(3):
                    moved[i, c] = 0.0
            continue
        for c in range(3):
            for i in range(low, high):
                moved[i, c] = load[i, c] + slow[i] / seconds * moved[i, c]
            if hangs[b] >= 0:
                moved[low, c] = root[c]
                moved[low + 1, c] += 2.0 * bend[low + 1] * root[c]
                moved[low + 2, c] -= bend[low + 1] * root[c]
            for i in range(low, high):
                if i + 1 < high:
                    moved[i + 1, c] -= matrix[i, 1] * moved[i, c]
                if i + 2 < high:
                    moved[i + 2, c] -= matrix[i, 2] * moved[i, c]
            for i in range(high - 1, low - 1, -1):
                value = moved[i, c] / matrix[i, 0]
                if i + 1 < high:
                    value -= matrix[i, 1] * moved[i + 1, c]
                if i + 2 < high:
                    value -= matrix[i, 2] * moved[i + 2, c]
                moved[i, c] = value
