"""Stiffness and curvature of coaxial tools at the vertices of a chain, as they slide in each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import MOST_TOOLS, Line
from angiosuite.physics.rods.tool import Tool

__all__ = ["BIN_MM", "Tables", "tables_of", "tabulate"]

BIN_MM = 2.0
"""Length over which a bend that stays is one."""
BINS = 1500


class Tables(NamedTuple):
    """What the tools are along their lengths, in arrays; `stiff_from` and `bend_from` are (tools + 1,)."""

    stiff_from: NDArray  # int64: where each tool's stretches begin
    stiff_at: NDArray  # float64: their ends from the tip, mm
    soft: NDArray  # float64 (k, 2): integrals of 1 / EI and 1 / GJ
    bend_from: NDArray  # int64
    bend_at: NDArray  # float64
    turned: NDArray  # float64 (k, 2): integral of the curvature at rest
    outer: NDArray  # float64 (tools,), mm
    friction: NDArray  # float64 (tools,)
    yields: NDArray  # float64 (tools,): elastic curvature from which it stays bent, 1/mm
    firm: NDArray  # float64 (tools,): from where on from the tip it does, mm
    hub: NDArray  # float64 (tools,): stiffness between hand and clamp, N mm/rad; 0 rigid
    kept: NDArray  # float64 (4, bins + 1, 2): integral of the bends that stayed, rad; state
    bent: NDArray  # bool (4,): whether there are any; state


def tables_of(tools: Sequence[Tool], kept: NDArray, bent: NDArray) -> Tables:
    """Arrays of coaxial tools, innermost first."""

    def starts(sizes: list[int]) -> NDArray:
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    return Tables(
        starts([len(one.stiff_at) for one in tools]),
        np.concatenate([one.stiff_at for one in tools]),
        np.concatenate([one.soft for one in tools]),
        starts([len(one.bend_at) for one in tools]),
        np.concatenate([one.bend_at for one in tools]),
        np.concatenate([one.turned for one in tools]),
        np.array([one.outer_mm for one in tools]),
        np.array([one.friction for one in tools]),
        np.array([one.yield_per_mm for one in tools]),
        np.array([one.yields_from_mm for one in tools]),
        np.zeros(len(tools)),
        kept,
        bent,
    )


def no_bends() -> tuple[NDArray, NDArray]:
    """No tool that stayed bent."""
    return np.zeros((MOST_TOOLS, BINS + 1, 2)), np.zeros(MOST_TOOLS, np.bool_)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _stayed(kept: NDArray, k: int, c: int, x: float) -> float:
    """Integral of the bends that stayed up to `x` from the tip."""
    place = x / BIN_MM
    j = min(int(place), BINS - 1)
    share = min(place - j, 1.0)
    return float(kept[k, j, c] + share * (kept[k, j + 1, c] - kept[k, j, c]))


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def tabulate(nodes: int, tools: int, inserted: NDArray, tables: Tables, line: Line) -> None:
    """Write what each vertex has of each tool: the mean of compliance and curvature over its cell."""
    line.arc[0] = line.arc[1] = 0.0
    for i in range(2, nodes):
        line.arc[i] = line.arc[i - 1] + line.rest[i - 1]
    for i in range(nodes):
        line.skin[i] = 0
    for k in range(tools):
        tip = inserted[k]
        first_stiff, last_stiff = tables.stiff_from[k], tables.stiff_from[k + 1] - 2
        first_bend, last_bend = tables.bend_from[k], tables.bend_from[k + 1] - 2
        s, t = last_stiff, last_bend
        far = 0.0
        soft_far, turn_far, one_far, two_far = 0.0, 0.0, 0.0, 0.0
        line.ei[0, k] = line.gj[0, k] = line.bend[0, k, 0] = line.bend[0, k, 1] = 0.0
        for i in range(nodes + 1):
            # the cell of vertex i - 1 ends where that of i begins: halfway between them
            arc = (
                0.0
                if i <= 1
                else (line.arc[i - 1] + 0.5 * line.rest[i - 1] if i < nodes else line.arc[nodes - 1])
            )
            near = max(tip - arc, 0.0)
            while s > first_stiff and tables.stiff_at[s] >= near:
                s -= 1
            share = (near - tables.stiff_at[s]) / (tables.stiff_at[s + 1] - tables.stiff_at[s])
            soft = tables.soft[s, 0] + share * (tables.soft[s + 1, 0] - tables.soft[s, 0])
            turn = tables.soft[s, 1] + share * (tables.soft[s + 1, 1] - tables.soft[s, 1])
            while t > first_bend and tables.bend_at[t] >= near:
                t -= 1
            share = (near - tables.bend_at[t]) / (tables.bend_at[t + 1] - tables.bend_at[t])
            one = tables.turned[t, 0] + share * (tables.turned[t + 1, 0] - tables.turned[t, 0])
            two = tables.turned[t, 1] + share * (tables.turned[t + 1, 1] - tables.turned[t, 1])
            if tables.bent[k]:
                one += _stayed(tables.kept, k, 0, near)
                two += _stayed(tables.kept, k, 1, near)
            if i >= 2:
                v = i - 1
                wide = far - near
                if wide > 1e-9:
                    before = 0.0 if v == 1 else 0.5 * line.rest[v - 1]
                    after = 0.5 * line.rest[v] if v < nodes - 1 else 0.0
                    covers = wide * wide / max(before + after, 1e-9)
                    line.ei[v, k] = covers / max(soft_far - soft, 1e-12)
                    line.gj[v, k] = covers / max(turn_far - turn, 1e-12)
                    line.bend[v, k, 0] = (one_far - one) / wide
                    line.bend[v, k, 1] = (two_far - two) / wide
                else:
                    line.ei[v, k] = line.gj[v, k] = line.bend[v, k, 0] = line.bend[v, k, 1] = 0.0
            far, soft_far, turn_far, one_far, two_far = near, soft, turn, one, two
        for i in range(nodes):
            if line.arc[i] <= tip + 1e-9:
                line.skin[i] = k
            # an edge counts from where the vertex before it has some of the tool
            here = line.arc[i] - (0.5 * line.rest[i - 1] if i > 1 else 0.0) < tip
            if here and not line.covered[i, k] and i > 0:  # what comes over an edge is not twisted there
                line.theta[i, k] = line.theta[i - 1, k] - line.twist[i]
            line.covered[i, k] = here
    for i in range(nodes):
        line.outer[i], line.mu[i] = tables.outer[line.skin[i]], tables.friction[line.skin[i]]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def stay_bent(nodes: int, tools: int, inserted: NDArray, tables: Tables, line: Line) -> bool:
    """Add what bends beyond its yield curvature to the curve at rest; whether anything did.

    Notes
    -----
    **Model** elastic and ideally plastic: of the curvature against that at rest what exceeds the yield stays,
    over the cell of the vertex. Held by ``tests/physics/rods/test_hands.py``.
    """
    some = False
    for k in range(tools):
        if not tables.yields[k] < 1e9:
            continue
        for i in range(2, nodes - 1):
            if line.ei[i, k] <= 0.0 or line.arc[i] > inserted[k] - tables.firm[k]:
                continue
            least = tables.yields[k] * (1.0 + 1e-9)
            if most_bent(i, line) + abs(line.bend[i, k, 0]) + abs(line.bend[i, k, 1]) <= least:
                continue  # whatever way it is turned
            one, two = bend_now(i, k, line)
            one, two = one - line.bend[i, k, 0], two - line.bend[i, k, 1]
            size = np.sqrt(one * one + two * two)
            if size <= least:
                continue
            some, tables.bent[k] = True, True
            share = 1.0 - tables.yields[k] / size
            far, near = (
                inserted[k] - line.arc[i] + 0.5 * line.rest[i - 1],
                inserted[k] - line.arc[i] - 0.5 * line.rest[i],
            )
            near = max(near, 0.0)
            for j in range(1, BINS + 1):
                reach = min(max(j * BIN_MM - near, 0.0), far - near)
                tables.kept[k, j, 0] += share * one * reach
                tables.kept[k, j, 1] += share * two * reach
    return some


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def most_bent(i: int, line: Line) -> float:
    """Size of the curvature at a vertex, 1/mm."""
    cosine = 0.0
    for c in range(3):
        cosine += line.tangent[i - 1, c] * line.tangent[i, c]
    cell = 0.5 * (line.rest[i - 1] + line.rest[i]) if i > 1 else 0.5 * line.rest[i]
    cosine = min(max(cosine, -0.999), 1.0)
    return float(2.0 * np.sqrt((1.0 - cosine) / (1.0 + cosine)) / cell)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def bend_now(i: int, k: int, line: Line) -> tuple[float, float]:
    """Curvature of a tool at a vertex in its own frame, 1/mm; frames must be those of the places."""
    ax, ay, az = line.tangent[i - 1, 0], line.tangent[i - 1, 1], line.tangent[i - 1, 2]
    bx, by, bz = line.tangent[i, 0], line.tangent[i, 1], line.tangent[i, 2]
    cell = 0.5 * (line.rest[i - 1] + line.rest[i]) if i > 1 else 0.5 * line.rest[i]
    scale = 2.0 / ((1.0 + max(ax * bx + ay * by + az * bz, -0.999)) * cell)
    kx, ky, kz = scale * (ay * bz - az * by), scale * (az * bx - ax * bz), scale * (ax * by - ay * bx)
    px, py, pz = line.director[i - 1, 0], line.director[i - 1, 1], line.director[i - 1, 2]
    qx, qy, qz = ay * pz - az * py, az * px - ax * pz, ax * py - ay * px
    turn = 0.5 * (line.theta[i - 1, k] + line.theta[i, k] + line.twist[i])
    c, s = np.cos(turn), np.sin(turn)
    onto_p, onto_q = kx * px + ky * py + kz * pz, kx * qx + ky * qy + kz * qz
    return c * onto_q - s * onto_p, -c * onto_p - s * onto_q
