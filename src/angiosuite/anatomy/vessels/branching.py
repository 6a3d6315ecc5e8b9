"""Calibres of a grown tree by Murray's law, and the removal of branches that would run through others."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["calibres", "clear", "smoothed"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

#: Murray exponent of all grown trees: ``r0^m = r1^m + r2^m``.
MURRAY = 2.7
#: Pieces nearer along the tree than this many of their radii belong to one fork and may touch.
FORK = 4.5
#: Cutting makes what is left wider, so that more may touch; it has always come to rest far sooner.
ROUNDS = 60


def calibres(parent: Ints, roots_mm: Floats, tree: Ints) -> Floats:
    """Radius (mm) of every node: forks obey Murray's law, a tree's tips are equal, its root is given.

    Notes
    -----
    **Model** ``r^m`` is the number of tips beyond a node, m = 2.7, scaled so that the root has the radius of
    the vessel that it continues; flow that follows ``r^m`` is then conserved at every fork.
    **Source** Murray, PNAS 12:207 (1926), with the exponent 2.7 to 3 of later measurements (memory).
    **Valid for** trees whose tips serve equal amounts of tissue. Held by test_growth.py.
    """
    tips = np.zeros(len(parent))
    forked = np.zeros(len(parent), np.bool_)
    forked[parent[parent >= 0]] = True
    tips[~forked] = 1.0
    for k in range(len(parent) - 1, -1, -1):
        if parent[k] >= 0:
            tips[parent[k]] += tips[k]
    first = np.where(parent < 0)[0]
    unit = np.zeros(int(tree.max()) + 1 if len(tree) else 1)
    unit[tree[first]] = roots_mm[tree[first]] / tips[first] ** (1.0 / MURRAY)
    return unit[tree] * tips ** (1.0 / MURRAY)


def smoothed(nodes: Floats, parent: Ints, keep: NDArray[np.bool_], turns: int = 2) -> Floats:
    """Nodes moved towards the middle of their neighbours, so that branches bend; roots and `keep` stay."""
    result = nodes.copy()
    has = parent >= 0
    children = np.bincount(parent[has], minlength=len(parent)).astype(np.float64)
    middle = has & (children > 0) & ~keep
    for _ in range(turns):
        total = np.zeros_like(result)
        for c in range(3):
            total[:, c] = np.bincount(parent[has], result[has, c], len(parent))
        mean = 0.5 * (total[middle] / children[middle, None] + result[parent[middle]])
        result[middle] += 0.5 * (mean - result[middle])
    return result


@njit(cache=True, nogil=True)
def _gap(a, b, c, d):  # type: ignore[no-untyped-def]
    """Least distance of two straight pieces a-b and c-d, and where along each (0 to 1)."""
    u0, u1, u2 = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    v0, v1, v2 = d[0] - c[0], d[1] - c[1], d[2] - c[2]
    w0, w1, w2 = a[0] - c[0], a[1] - c[1], a[2] - c[2]
    uu, vv = u0 * u0 + u1 * u1 + u2 * u2 + 1e-12, v0 * v0 + v1 * v1 + v2 * v2 + 1e-12
    uv = u0 * v0 + u1 * v1 + u2 * v2
    uw, vw = u0 * w0 + u1 * w1 + u2 * w2, v0 * w0 + v1 * w1 + v2 * w2
    det = uu * vv - uv * uv
    s = 0.0 if det < 1e-9 else min(max((uv * vw - vv * uw) / det, 0.0), 1.0)
    t = (uv * s + vw) / vv
    if t < 0.0:
        t = 0.0
        s = min(max(-uw / uu, 0.0), 1.0)
    elif t > 1.0:
        t = 1.0
        s = min(max((uv - uw) / uu, 0.0), 1.0)
    e0, e1, e2 = w0 + s * u0 - t * v0, w1 + s * u1 - t * v1, w2 + s * u2 - t * v2
    return np.sqrt(e0 * e0 + e1 * e1 + e2 * e2), s, t


@njit(cache=True, nogil=True)
def _fork_mm(parent, along, depth, i, j):  # type: ignore[no-untyped-def]
    """Way along the tree from node i to node j, mm; 1e9 when they hang on different roots."""
    start_i, start_j = along[i], along[j]
    while i != j:
        if depth[i] >= depth[j]:
            if parent[i] < 0:
                return 1e9
            i = parent[i]
        else:
            if parent[j] < 0:
                return 1e9
            j = parent[j]
    return start_i + start_j - 2.0 * along[i]


@njit(cache=True, nogil=True)
def _clashes(nodes, parent, radius, along, depth, others, free, margin, cell):  # type: ignore[no-untyped-def]
    """Nodes whose piece (to their parent) runs into a thicker one of the tree, or into `others` (m, 8).

    `free` (n,): way from the root within which a node may touch the others.
    """
    n = nodes.shape[0]
    bad = np.zeros(n, np.bool_)
    low = np.array([1e18, 1e18, 1e18])
    high = -low
    for k in range(n):
        for c in range(3):
            low[c] = min(low[c], nodes[k, c] - radius[k] - margin)
            high[c] = max(high[c], nodes[k, c] + radius[k] + margin)
    size = np.zeros(3, np.int64)
    for c in range(3):
        size[c] = int((high[c] - low[c]) / cell) + 1
    total = size[0] * size[1] * size[2]
    pieces = n + others.shape[0]
    # two passes: count, then fill, so that cells hold their pieces in order
    first = np.zeros(total + 1, np.int64)
    held = np.zeros(1, np.int32)
    for turn in range(2):
        if turn == 1:
            for c in range(total):
                first[c + 1] += first[c]
            held = np.zeros(first[total], np.int32)
            place = first[:-1].copy()
        for p in range(pieces):
            if p < n:
                if parent[p] < 0:
                    continue
                a, b = nodes[parent[p]], nodes[p]
                reach = radius[p] + margin
            else:
                a, b = others[p - n, 0:3], others[p - n, 4:7]
                reach = max(others[p - n, 3], others[p - n, 7]) + margin
            box0 = np.zeros(3, np.int64)
            box1 = np.zeros(3, np.int64)
            outside = False
            for c in range(3):
                box0[c] = int(np.floor((min(a[c], b[c]) - reach - low[c]) / cell))
                box1[c] = int(np.floor((max(a[c], b[c]) + reach - low[c]) / cell))
                if box1[c] < 0 or box0[c] >= size[c]:
                    outside = True
                box0[c] = max(box0[c], 0)
                box1[c] = min(box1[c], size[c] - 1)
            if outside:
                continue
            for x in range(box0[0], box1[0] + 1):
                for y in range(box0[1], box1[1] + 1):
                    for z in range(box0[2], box1[2] + 1):
                        q = (x * size[1] + y) * size[2] + z
                        if turn == 0:
                            first[q + 1] += 1
                        else:
                            held[place[q]] = p
                            place[q] += 1
    for q in range(total):
        for u in range(first[q], first[q + 1]):
            i = held[u]
            if i >= n:
                break
            for v in range(u + 1, first[q + 1]):
                j = held[v]
                if j < n:
                    if parent[i] == parent[j] or parent[i] == j or parent[j] == i:
                        continue
                    if bad[i] or bad[j]:
                        continue
                    touch = radius[i] + radius[j] + margin
                    d, _s, _t = _gap(nodes[parent[i]], nodes[i], nodes[parent[j]], nodes[j])
                    if d >= touch:
                        continue
                    if _fork_mm(parent, along, depth, i, j) < FORK * (radius[i] + radius[j]):
                        continue
                    if radius[i] < radius[j] or (radius[i] == radius[j] and i > j):
                        bad[i] = True
                    else:
                        bad[j] = True
                elif not bad[i] and along[i] > free[i]:
                    o = others[j - n]
                    d, _s, t = _gap(nodes[parent[i]], nodes[i], o[0:3], o[4:7])
                    if d < radius[i] + o[3] + t * (o[7] - o[3]) + margin:
                        bad[i] = True
    return bad


def clear(
    nodes: Floats,
    parent: Ints,
    tree: Ints,
    roots_mm: Floats,
    others: Floats,
    kept: int,
    margin_mm: float = 0.05,
) -> tuple[Floats, Ints, Ints, Floats]:
    """The tree without branches that run through others: nodes, parents, roots, radii (mm).

    A branch that comes nearer to another than the sum of their radii, and does not share a fork with it, is
    cut with all beyond it, the thinner one first; calibres then follow from what is left. `others` (m, 8) are
    pieces of other trees, which stay; the first 12 mm of a tree may touch them, where it leaves its
    vessel, and its first `kept` nodes are never cut.
    """
    for _ in range(ROUNDS):
        radius = calibres(parent, roots_mm, tree)
        along, depth = _reach(nodes, parent)
        cell = max(2.5, 2.0 * float(np.median(radius)) + 2.0)
        free = np.maximum(12.0, 4.0 * roots_mm[tree])
        bad = _clashes(nodes, parent, radius, along, depth, others, free, margin_mm, cell)
        bad[:kept] = False
        if not bad.any():
            break
        for k in range(len(parent)):
            if parent[k] >= 0 and bad[parent[k]]:
                bad[k] = True
        place = np.cumsum(~bad) - 1
        keep = ~bad
        nodes, tree, up = nodes[keep], tree[keep], parent[keep]
        parent = np.where(up >= 0, place[np.maximum(up, 0)], -1).astype(np.int32)
    return nodes, parent, tree, calibres(parent, roots_mm, tree)


def _reach(nodes: Floats, parent: Ints) -> tuple[Floats, Ints]:
    """Way along the tree from the root, mm, and number of steps."""
    along = np.zeros(len(parent))
    depth = np.zeros(len(parent), np.int32)
    piece = np.linalg.norm(nodes - nodes[np.maximum(parent, 0)], axis=1)
    for k in range(len(parent)):
        if parent[k] >= 0:
            along[k] = along[parent[k]] + piece[k]
            depth[k] = depth[parent[k]] + 1
    return along, depth
