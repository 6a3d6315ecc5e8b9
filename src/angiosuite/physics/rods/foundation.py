"""Vessels that give: beams on the tissue about them, pushed aside by what lies in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.bedding import Bedding, beams_of, edges_of, nodes_of

__all__ = ["Bedding", "Foundation", "add_moved"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

REST_MM = 1e-4
"""A vessel that is nowhere further from its place than this, and not loaded, lies in it."""


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
        members = beams_of(vessels)
        count = len(vessels)
        self._first, self._edges = np.zeros(count, np.int64), np.zeros(count, np.int64)
        self._step_mm = np.zeros(count)
        self._begin = np.zeros(len(members) + 1, np.int64)
        self._hangs = np.array([vessels[mine[0]].parent for mine in members], np.int64)
        self._hangs_mm = np.array([vessels[mine[0]].at_mm for mine in members])
        laid = []
        for b, mine in enumerate(members):
            edges = [edges_of(vessels[v], alone=len(mine) == 1) for v in mine]
            self._edges[mine] = edges
            self._first[mine] = self._begin[b] + np.concatenate([[0], np.cumsum(edges[:-1])])
            self._step_mm[mine] = [vessels[v].length_mm / n for v, n in zip(mine, edges, strict=True)]
            self._begin[b + 1] = self._begin[b] + sum(edges) + 1
            laid.append(nodes_of([vessels[v] for v in mine], edges))
        self._bend, self._hold, self._slow = (np.concatenate(parts) for parts in zip(*laid, strict=True))
        self._beam = np.zeros(count, np.int64)
        for b, mine in enumerate(members):
            self._beam[mine] = b
        self._pressed, self._awake = np.zeros(len(members), np.bool_), np.zeros(len(members), np.bool_)
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
        _book(
            vessel, at_mm, force_n, along, self._first, self._step_mm, self._edges, self._beam, self._load,
            self._pressed,
        )  # fmt: skip

    def settle(self, seconds: float) -> None:
        """Move on by a step under the booked forces, and forget them."""
        if seconds != self._seconds:
            _factored(self._begin, self._bend, self._hold, self._slow, self._hangs, seconds, self._matrix)
            self._seconds = seconds
        _settle(
            self._begin, self._hangs, self._hangs_mm, self._first, self._step_mm, self._edges, self._bend,
            self._slow, seconds, self._matrix, self._load, self.moved_mm, self._pressed, self._awake,
        )  # fmt: skip

    def at(self, vessel: NDArray[np.int32], at_mm: Floats) -> Floats:
        """How far vessels have moved at arc lengths, mm, shape (n, 3)."""
        moved = np.zeros((len(vessel), 3))
        _moved(np.asarray(vessel, np.int64), np.asarray(at_mm, np.float64), *self.arrays(), moved)
        return moved

    def pushed(self, more_mm: float) -> Whole:
        """Vessels that are somewhere further from their place than this."""
        far = np.concatenate([[0], np.cumsum(np.square(self.moved_mm).sum(axis=1) > more_mm**2)])
        last = np.minimum(self._first + self._edges + 1, len(self.moved_mm))
        return np.asarray(np.flatnonzero(far[last] > far[self._first]))

    def arrays(self) -> tuple[Whole, Whole, Floats, Floats]:
        """What `add_moved` asks: of each vessel its first node, edges and spacing; deflections."""
        return self._first, self._edges, self._step_mm, self.moved_mm

    def state(self) -> dict[str, NDArray]:
        """Deflections and booked forces."""
        return {"moved_mm": self.moved_mm.copy(), "load": self._load.copy()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Put back what `state` gave."""
        self.moved_mm[:], self._load[:] = arrays["moved_mm"], arrays["load"]
        for b in range(len(self._awake)):
            mine = slice(self._begin[b], self._begin[b + 1])
            self._awake[b], self._pressed[b] = self.moved_mm[mine].any(), self._load[mine].any()


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
    edges: NDArray, beam: NDArray, load: NDArray, pressed: NDArray,
) -> None:  # fmt: skip
    for n in range(len(vessel)):
        v = vessel[n]
        if v < 0 or (force[n, 0] == 0.0 and force[n, 1] == 0.0 and force[n, 2] == 0.0):
            continue
        pressed[beam[v]] = True
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
    pressed: NDArray, awake: NDArray,
) -> None:  # fmt: skip
    root = np.zeros(3)
    for b in range(len(begin) - 1):
        low, high = begin[b], begin[b + 1]
        root[:] = 0.0
        if hangs[b] >= 0:
            add_moved(1.0, hangs[b], hangs_mm[b], first, edges, step_mm, moved, root)
        most = max(abs(root[0]), max(abs(root[1]), abs(root[2])))
        if not awake[b] and not pressed[b] and most < REST_MM:
            continue
        if not pressed[b]:
            for i in range(low, high):
                for c in range(3):
                    most = max(most, abs(moved[i, c]))
        if most < REST_MM and not pressed[b]:
            awake[b] = False
            for i in range(low, high):
                for c in range(3):
                    moved[i, c] = 0.0
            continue
        awake[b], pressed[b] = True, False
        for i in range(low, high):
            gone = slow[i] / seconds
            for c in range(3):
                moved[i, c] = load[i, c] + gone * moved[i, c]
                load[i, c] = 0.0
        if hangs[b] >= 0:
            for c in range(3):
                moved[low, c] = root[c]
                moved[low + 1, c] += 2.0 * bend[low + 1] * root[c]
                moved[low + 2, c] -= bend[low + 1] * root[c]
        for i in range(low, high - 1):
            one, two = matrix[i, 1], matrix[i, 2]
            for c in range(3):
                moved[i + 1, c] -= one * moved[i, c]
            if i + 2 < high:
                for c in range(3):
                    moved[i + 2, c] -= two * moved[i, c]
        for i in range(high - 1, low - 1, -1):
            part = 1.0 / matrix[i, 0]
            for c in range(3):
                value = moved[i, c] * part
                if i + 1 < high:
                    value -= matrix[i, 1] * moved[i + 1, c]
                if i + 2 < high:
                    value -= matrix[i, 2] * moved[i + 2, c]
                moved[i, c] = value
