"""Space colonisation: a tree that grows from its roots towards points of tissue that want blood."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["colonise"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

#: Share of a step that every new node keeps from all others.
CLEARANCE = 0.72
#: How much of its own direction a branch keeps.
INERTIA = 0.55
#: How far a tree may grow before it comes into its organ, mm.
OUTSIDE_MM = 30.0
#: Nodes of one tree at most.
MOST = 12000


@njit(cache=True, nogil=True)
def _inside(mask, origin, spacing, x, y, z):  # type: ignore[no-untyped-def]
    i = int(np.floor((x - origin[0]) / spacing + 0.5))
    j = int(np.floor((y - origin[1]) / spacing + 0.5))
    k = int(np.floor((z - origin[2]) / spacing + 0.5))
    if k < 0 or j < 0 or i < 0 or k >= mask.shape[0] or j >= mask.shape[1] or i >= mask.shape[2]:
        return False
    return mask[k, j, i] != 0


@njit(cache=True, nogil=True)
def _grow(  # type: ignore[no-untyped-def]
    start,
    before_start,
    tree_start,
    ahead,
    ports,
    goals,
    owner,
    mask,
    origin,
    spacing,
    step,
    kill,
    jitter,
    bars,
):
    count_start, count_goals = start.shape[0], goals.shape[0]
    nodes = np.zeros((MOST, 3))
    heading = np.zeros((MOST, 3))
    parent = np.full(MOST, -1, np.int32)
    tree = np.zeros(MOST, np.int32)
    entered = np.zeros(MOST, np.bool_)
    way = np.zeros(MOST)
    n = 0
    for r in range(count_start):
        nodes[n] = start[r]
        heading[n] = ahead[r]
        parent[n] = before_start[r]
        tree[n] = tree_start[r]
        n += 1
    nearest = np.zeros(count_goals, np.int32)
    gap = np.full(count_goals, 1e18)
    alive = np.ones(count_goals, np.bool_)
    for g in range(count_goals):
        for k in range(n):
            if not ports[k] or (owner[g] >= 0 and owner[g] != tree[k]):
                continue
            d = (
                (goals[g, 0] - nodes[k, 0]) ** 2
                + (goals[g, 1] - nodes[k, 1]) ** 2
                + (goals[g, 2] - nodes[k, 2]) ** 2
            )
            if d < gap[g]:
                gap[g] = d
                nearest[g] = k
    pull = np.zeros((MOST, 3))
    wanted = np.zeros(MOST, np.int32)
    closest = np.full(MOST, -1, np.int32)
    tries = np.zeros(count_goals, np.int32)
    for turn in range(400):
        if n >= MOST - 1:
            break
        wanted[:n] = 0
        pull[:n] = 0.0
        closest[:n] = -1
        left = 0
        for g in range(count_goals):
            if not alive[g]:
                continue
            left += 1
            k = nearest[g]
            d = np.sqrt(gap[g]) + 1e-9
            for c in range(3):
                pull[k, c] += (goals[g, c] - nodes[k, c]) / d
            wanted[k] += 1
            if closest[k] < 0 or gap[g] < gap[closest[k]]:
                closest[k] = g
        if left == 0:
            break
        before = n
        for k in range(before):
            if wanted[k] == 0 or n >= MOST - 1:
                continue
            placed = False
            for attempt in range(2):
                v = np.zeros(3)
                if attempt == 0:
                    size = np.sqrt(pull[k, 0] ** 2 + pull[k, 1] ** 2 + pull[k, 2] ** 2)
                    if size < 0.15 * wanted[k]:
                        continue
                    for c in range(3):
                        v[c] = pull[k, c] / size + INERTIA * heading[k, c]
                        v[c] += jitter[(7 * n + 3 * turn + c) % jitter.shape[0]]
                else:
                    g = closest[k]
                    d = np.sqrt(gap[g]) + 1e-9
                    for c in range(3):
                        v[c] = (goals[g, c] - nodes[k, c]) / d
                size = np.sqrt(v[0] ** 2 + v[1] ** 2 + v[2] ** 2) + 1e-9
                x = nodes[k, 0] + step * v[0] / size
                y = nodes[k, 1] + step * v[1] / size
                z = nodes[k, 2] + step * v[2] / size
                within = _inside(mask, origin, spacing, x, y, z)
                if not within and (entered[k] or way[k] > OUTSIDE_MM):
                    continue
                free = True
                limit = (CLEARANCE * step) ** 2
                for m in range(n):
                    if m == k:
                        continue
                    if abs(nodes[m, 0] - x) > step:
                        continue
                    d = (nodes[m, 0] - x) ** 2 + (nodes[m, 1] - y) ** 2 + (nodes[m, 2] - z) ** 2
                    if d < limit:
                        free = False
                        break
                # within two steps of its root a branch may pass the tree that its vessel lies beside
                if free and entered[k]:
                    for m in range(bars.shape[0]):
                        if abs(bars[m, 0] - x) > bars[m, 3]:
                            continue
                        d = (bars[m, 0] - x) ** 2 + (bars[m, 1] - y) ** 2 + (bars[m, 2] - z) ** 2
                        if d < bars[m, 3] * bars[m, 3]:
                            free = False
                            break
                if not free:
                    continue
                nodes[n, 0], nodes[n, 1], nodes[n, 2] = x, y, z
                for c in range(3):
                    heading[n, c] = v[c] / size
                parent[n] = k
                tree[n] = tree[k]
                entered[n] = within or entered[k]
                way[n] = way[k] + step
                n += 1
                placed = True
                break
            if not placed:
                # the goal that pulls hardest cannot be reached from here
                tries[closest[k]] += 1
                if tries[closest[k]] > 2:
                    alive[closest[k]] = False
        for g in range(count_goals):
            if not alive[g]:
                continue
            for m in range(before, n):
                if owner[g] >= 0 and owner[g] != tree[m]:
                    continue
                d = (
                    (goals[g, 0] - nodes[m, 0]) ** 2
                    + (goals[g, 1] - nodes[m, 1]) ** 2
                    + (goals[g, 2] - nodes[m, 2]) ** 2
                )
                if d < gap[g]:
                    gap[g] = d
                    nearest[g] = m
            if gap[g] < kill * kill:
                alive[g] = False
        if n == before and turn > 3:
            stuck = True
            for g in range(count_goals):
                if alive[g] and tries[g] <= 2:
                    stuck = False
            if stuck:
                break
    return nodes[:n], parent[:n], tree[:n]


def colonise(
    start: Floats,
    before: Ints,
    tree: Ints,
    ahead: Floats,
    ports: NDArray[np.bool_],
    goals: Floats,
    owner: Ints,
    mask: NDArray[np.uint8],
    origin_mm: tuple[float, float, float],
    spacing_mm: float,
    step_mm: float,
    kill_mm: float,
    rng: np.random.Generator,
    bars: Floats,
) -> tuple[Floats, Ints, Ints]:
    """Nodes (n, 3), mm, their parents (-1 for a root) and which tree each is of; those of `start` come first.

    Parameters
    ----------
    start : (s, 3)
        Where trees begin: roots, or whole trunks along which branches may leave.
    before, tree : (s,) int32
        Row that a start node goes on from (-1 for a root), and number of its tree.
    ahead : (s, 3)
        Unit directions in which the vessel runs there.
    ports : (s,) bool
        Start nodes from which branches may leave.
    goals : (m, 3)
        Points of tissue; each pulls the nearest node towards itself until one comes within `kill_mm`.
    owner : (m,) int32
        Tree that alone may serve a goal; -1 for the nearest of all.
    mask : (z, y, x) uint8
        Not 0 where nodes may lie; a branch comes in within 30 mm and never leaves again.
    step_mm, kill_mm : float
        Length of a step, and how near a goal counts as served.
    rng : Generator
        Small deviations of the directions.
    bars : (b, 4)
        Balls (centre, radius; mm) that no node inside the organ may lie in: trees that are there already.

    Notes
    -----
    **Model** space colonisation: every goal pulls the nearest node; a node steps along the mean of its pulls
    and of its own direction, keeps clear of every other node by 0.72 steps, and stays inside; where the pulls
    cancel or the way is barred, it steps towards the nearest goal; a goal out of reach is given up.
    Nodes come in one fixed order, on one thread.
    **Source** Runions et al., Modeling trees with a space colonization algorithm (Eurographics 2007; memory).
    **Valid for** organs of 20 to 3000 ml with goals 3 to 12 mm apart.
    Held by tests/anatomy/vessels/test_growth.py.
    """
    jitter = 0.1 * rng.standard_normal(4099)
    return _grow(
        np.ascontiguousarray(start, np.float64), np.ascontiguousarray(before, np.int32),
        np.ascontiguousarray(tree, np.int32), np.ascontiguousarray(ahead, np.float64),
        np.ascontiguousarray(ports, np.bool_),
        np.ascontiguousarray(goals, np.float64), np.ascontiguousarray(owner, np.int32),
        np.ascontiguousarray(mask, np.uint8), np.array(origin_mm, np.float64), float(spacing_mm),
        float(step_mm), float(kill_mm), jitter, np.ascontiguousarray(bars, np.float64),
    )  # fmt: skip
