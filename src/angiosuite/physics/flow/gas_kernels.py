"""The loop that moves bubbles: with the blood, up where a vessel is inclined, and into solution."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.flow.cells import JUNCTION, OUTSIDE, POOL, Layout

__all__ = ["drift_gas"]


@njit(cache=True, nogil=True, error_model="numpy")
def _along_links(
    at: Layout, volume_ml: NDArray, through_ml: NDArray, pool: NDArray, arrived: NDArray, pull: NDArray
) -> None:
    """Valves and links take of a pool's gas what they take of its blood."""
    for k in at.links:
        up, down = (at.a[k], at.b[k]) if through_ml[k] >= 0.0 else (at.b[k], at.a[k])
        flows = abs(through_ml[k])
        if at.role[up] == POOL:
            part = flows / max(volume_ml[up], flows) if flows > 0.0 else 0.0
            for g in range(pool.shape[0]):
                moved = pool[g, up] * part
                pool[g, up] -= moved
                arrived[g, down] += moved
        else:
            pull[up] += flows


@njit(cache=True, nogil=True, error_model="numpy")
def _along_edge(
    at: Layout, k: int, volume_ml: NDArray, through: float, rise: float, gas: NDArray, arrived: NDArray
) -> None:
    """Bubbles of one edge: with the flow, and past the blood where they rise and there is room."""
    first, cells = at.first_cell[k], at.first_cell[k + 1] - at.first_cell[k]
    kinds, n_a = gas.shape[0], at.half_cells[2 * k]
    content, share, old = np.zeros(cells), np.empty(cells), np.empty(cells)
    go = np.empty(cells + 1)
    for c in range(cells):
        h = 2 * k if c < n_a else 2 * k + 1
        half = at.compliant[h] * volume_ml[at.end_node[h]] + at.rigid_ml[h]
        for g in range(kinds):
            content[c] += gas[g, first + c]
        share[c] = min(content[c] / (max(half, 1e-9) / at.half_cells[h]), 1.0)
    for c in range(cells + 1):
        behind = share[c - 1] if c > 0 else 0.0
        ahead = share[c] if c < cells else 0.0
        inside = 0 < c < cells
        go[c] = through * (behind if through > 0.0 else ahead)
        if rise > 0.0:
            go[c] += rise * behind * (1.0 - ahead if inside else 1.0)
        else:
            go[c] += rise * ahead * (1.0 - behind if inside else 1.0)
    for c in range(cells):  # as a share of what its cell holds
        out = max(-go[c], 0.0) + max(go[c + 1], 0.0)
        most = 1.0 / max(content[c], out) if out > 0.0 else 0.0
        go[c] = go[c] if go[c] > 0.0 else go[c] * most
        if go[c + 1] > 0.0:
            go[c + 1] *= most
    for g in range(kinds):
        for c in range(cells):
            old[c] = gas[g, first + c]
        for c in range(cells + 1):
            if go[c] == 0.0 or (go[c] > 0.0 and c == 0) or (go[c] < 0.0 and c == cells):
                continue
            donor, taker = (c - 1, c) if go[c] > 0.0 else (c, c - 1)
            moved = old[donor] * abs(go[c])
            gas[g, first + donor] -= moved
            if 0 <= taker < cells:
                gas[g, first + taker] += moved
            else:
                arrived[g, at.a[k] if taker < 0 else at.b[k]] += moved


@njit(cache=True, nogil=True, error_model="numpy")
def drift_gas(
    at: Layout,
    volume_ml: NDArray,
    flow_ml_s: NDArray,
    rising_ml_s: NDArray,  # (e,): volume that a bubble's rise sweeps, from a to b
    source_ml: NDArray,  # (kinds, n): gas of this step
    kept: NDArray,  # (kinds, e) and (kinds, n): share that does not dissolve in this step
    kept_pool: NDArray,
    seconds: float,
    gas: NDArray,  # (kinds, cells)
    pool: NDArray,  # (kinds, n)
    faded_ml: NDArray,  # (n,): volume that dissolved, at the node it is nearest to
    left_ml: NDArray,  # (kinds,): out of the network, added to
) -> None:
    """One step of all kinds of gas; they move alike and dissolve each in its time."""
    kinds, e, n = gas.shape[0], at.lanes.size, volume_ml.size
    arrived, pull, holds = source_ml.copy(), np.zeros(n), np.zeros(e, np.bool_)
    through_ml = flow_ml_s * seconds
    faded_ml[:] = 0.0
    _along_links(at, volume_ml, through_ml, pool, arrived, pull)
    for k in range(e):
        first, last = at.first_cell[k], at.first_cell[k + 1]
        if first == last:
            continue
        through, rise = through_ml[k], rising_ml_s[k] * seconds
        pull[at.a[k]] += max(through + rise, 0.0)
        pull[at.b[k]] += max(-through - rise, 0.0)
        for c in range(first, last):
            for g in range(kinds):
                holds[k] = holds[k] or gas[g, c] > 0.0
        if holds[k]:
            _along_edge(at, k, volume_ml, through, rise, gas, arrived)
    for g in range(kinds):
        for i in range(n):  # what waits at a place goes with what comes
            arrived[g, i] += pool[g, i]
            pool[g, i] = 0.0
            if at.role[i] == OUTSIDE:
                left_ml[g] += arrived[g, i]
                arrived[g, i] = 0.0
            elif at.role[i] == POOL or pull[i] <= 0.0:
                part = pull[i] / max(volume_ml[i], pull[i]) if pull[i] > 0.0 else 0.0
                pool[g, i] = arrived[g, i] * (1.0 - part)
                arrived[g, i] *= part
        for k in range(e):
            first, last = at.first_cell[k], at.first_cell[k + 1]
            if last > first:
                net = through_ml[k] + rising_ml_s[k] * seconds
                node, cell = (at.a[k], first) if net > 0.0 else (at.b[k], last - 1)
                if arrived[g, node] > 0.0:
                    gas[g, cell] += arrived[g, node] * (abs(net) / pull[node])
                    holds[k] = True
        for k in at.links:
            up, down = (at.a[k], at.b[k]) if through_ml[k] >= 0.0 else (at.b[k], at.a[k])
            if at.role[up] == JUNCTION and arrived[g, up] > 0.0:
                moved = arrived[g, up] * (abs(through_ml[k]) / pull[up])
                if at.role[down] == POOL:
                    pool[g, down] += moved
                else:
                    left_ml[g] += moved
        for k in range(e):
            if holds[k]:
                middle = at.first_cell[k] + at.half_cells[2 * k]
                for c in range(at.first_cell[k], at.first_cell[k + 1]):
                    gone = gas[g, c] * (1.0 - kept[g, k])
                    gas[g, c] -= gone
                    faded_ml[at.b[k] if c >= middle else at.a[k]] += gone
        for i in range(n):
            gone = pool[g, i] * (1.0 - kept_pool[g, i])
            pool[g, i] -= gone
            faded_ml[i] += gone
