"""The order in which a network's pressures are solved, found once: where each number of the factor stands."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Elimination"]

Ints = NDArray[np.int64]
Slots = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Elimination:
    """Symbolic ``L D L^T`` of a node matrix ``diag + Laplacian``; places int64, slots uint32.

    Parameters
    ----------
    place : ndarray (n,)
        Position of each node in the order of elimination.
    column : ndarray (n + 1,)
        Where each column's off-diagonal entries begin.
    row : ndarray (m,)
        Their rows (positions), ascending in each column.
    target : ndarray (u,)
        Slot that each update of the factorisation falls on, in the order of the updates. Slots 0 ... n - 1
        are the diagonal by position, n + k is off-diagonal entry k, n + m is a dump for entries that are
        not kept (edges to prescribed pressures).
    slot : ndarray (e,)
        Off-diagonal slot of each edge.

    Notes
    -----
    **Model** greedy minimum degree; equal degrees fall to who has waited longest, which interleaves the
    branches of a tree, so that neighbouring steps of the factorisation do not wait for each other. The
    matrix is symmetric and positive definite whatever the values, so there is no pivoting and the pattern
    serves every step until an edge is added or taken away.
    **Valid for** any graph; a closed circulation keeps some two numbers for each edge, forty loops or none.
    Held by ``tests/physics/flow/test_elimination.py``.
    """

    place: Ints
    column: Slots
    row: Slots
    target: Slots
    slot: Ints

    @property
    def slots(self) -> int:
        """Numbers that one factor takes, the dump included."""
        return len(self.place) + len(self.row) + 1

    @classmethod
    def of(cls, nodes: int, a: Ints, b: Ints, fixed: NDArray[np.bool_]) -> Elimination:
        """The pattern of a graph with edges a-b; nodes of prescribed pressure stand alone."""
        near: list[set[int]] = [set() for _ in range(nodes)]
        for i, j in zip(a.tolist(), b.tolist(), strict=True):
            if i != j and not fixed[i] and not fixed[j]:
                near[i].add(j)
                near[j].add(i)
        order, below = _minimum_degree(near)
        place = np.empty(nodes, np.int64)
        place[order] = np.arange(nodes)
        rows = [sorted(int(place[k]) for k in below[node]) for node in order]
        column = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
        row = np.array([k for r in rows for k in r], np.uint32)
        at = {(j, i): nodes + int(column[j]) + k for j, r in enumerate(rows) for k, i in enumerate(r)}
        target = [at[i, r[q]] for r in rows for p, i in enumerate(r) for q in range(p + 1, len(r))]
        dump = nodes + len(row)
        slot = [
            at.get((min(i, j), max(i, j)), dump)
            for i, j in zip(place[a].tolist(), place[b].tolist(), strict=True)
        ]
        return cls(
            place, column.astype(np.uint32), row, np.array(target, np.uint32), np.array(slot, np.int64)
        )  # fmt: skip


def _minimum_degree(near: list[set[int]]) -> tuple[list[int], list[set[int]]]:
    """Nodes in the order of elimination, and for each those it was joined to when it went."""
    turn = 0
    queue = []
    for node, others in enumerate(near):
        queue.append((len(others), turn, node))
        turn += 1
    heapq.heapify(queue)
    gone = [False] * len(near)
    order: list[int] = []
    while queue:
        degree, _, node = heapq.heappop(queue)
        if gone[node] or degree != len(near[node]):
            continue
        gone[node] = True
        order.append(node)
        for k in near[node]:
            near[k].discard(node)
            near[k] |= near[node] - {k}
        for k in sorted(near[node]):
            heapq.heappush(queue, (len(near[k]), turn, k))
            turn += 1
    return order, near
