"""The step of the network: one implicit step of every pressure, flow and volume."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .heart import activation
from .layout import (
    E_FLOOR,
    E_FLOW,
    E_G,
    E_GH,
    E_HX,
    E_K,
    E_LDT,
    E_LXDT,
    E_MOMENTUM,
    E_OPEN,
    E_R,
    E_RX,
    E_X,
    EI_A,
    EI_A_PLACE,
    EI_B,
    EI_B_PLACE,
    EI_KIND,
    EI_SLOT,
    N_C,
    N_COMPLIANCE,
    N_CONTRACTION,
    N_GUESS,
    N_HIGH,
    N_INVERSE,
    N_LINE,
    N_NET,
    N_P0,
    N_PRESSURE,
    N_RISE,
    N_SHARE,
    N_SOURCE,
    N_STIFFNESS,
    N_V0,
    N_VOLUME,
    NI_LAW,
    NI_PLACE,
    NI_REGION,
)
from .spec import EdgeKind, NodeLaw
from .tube_law import FLOOR, law

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LINEAR, _TUBE, _VEIN, _CHAMBER, _FIXED = (int(kind) for kind in NodeLaw)
_VALVE = int(EdgeKind.VALVE)

CLOSED = 1e6
"""Resistance of a closed valve, mmHg s/ml: 0.1 ul/s at 100 mmHg."""
ROUNDS = 8
"""How often a step is solved again at most: valves that moved, vessels that ran empty."""
_THIN = 0.01
"""Live area of a collapsed vessel that its resistance is taken at, at least."""


@njit(cache=True, nogil=True)
def _node_laws(nf: Floats, ni: Ints, external: Floats, phase: float, beat_s: float, dt: float) -> None:
    """Line of each node's law about its guessed volume: ``P = line + (V - V_old) / (c dt)``."""
    n = nf.shape[1]
    scale = 1.0 / dt
    for i in range(n):
        kind = ni[NI_LAW, i]
        outside = external[ni[NI_REGION, i]]
        ml = nf[N_GUESS, i]
        stiffness = nf[N_STIFFNESS, i]
        if kind == _TUBE and ml * nf[N_INVERSE, i] >= FLOOR:
            root = sqrt(ml * nf[N_INVERSE, i])
            c = nf[N_COMPLIANCE, i] * root * scale
            pressure = outside + nf[N_P0, i] + stiffness * (root - 1.0)
        elif kind == _FIXED:
            nf[N_C, i] = 0.0
            nf[N_LINE, i] = nf[N_P0, i]
            continue
        elif stiffness <= 0.0:
            nf[N_C, i] = 0.0
            nf[N_LINE, i] = 0.0
            continue
        else:
            if kind == _CHAMBER:
                rise = activation(phase, nf[N_CONTRACTION, i], nf[N_RISE, i], beat_s)
                stiffness += (nf[N_HIGH, i] - stiffness) * rise
            pressure, slope = law(kind, ml, nf[N_V0, i], stiffness, nf[N_P0, i])
            pressure += outside
            c = scale / slope
        nf[N_C, i] = c
        nf[N_LINE, i] = pressure
        if ml != nf[N_VOLUME, i]:
            nf[N_LINE, i] += (nf[N_VOLUME, i] - ml) * scale / c


@njit(cache=True, nogil=True)
def _special(e: int, nf: Floats, ef: Floats, ei: Ints, per_step: float) -> None:
    """What valves and kinetic losses add to an edge, about the flow that the last pressures ask for."""
    q = ef[E_MOMENTUM, e]
    k = ef[E_K, e]
    r, start = ef[E_RX, e], ef[E_LXDT, e] * per_step
    if ei[EI_KIND, e] == _VALVE and ef[E_OPEN, e] == 0.0:
        ef[E_X, e] = CLOSED
        ef[E_HX, e] = 0.0
        return
    if k > 0.0:
        a, b = ei[EI_A, e], ei[EI_B, e]
        s = max(0.5 * (nf[N_SHARE, a] + nf[N_SHARE, b]), ef[E_FLOOR, e])
        lumen = ef[E_LDT, e] * per_step / s
        drive = nf[N_PRESSURE, a] - nf[N_PRESSURE, b] + (start + lumen) * q
        linear = r + start + lumen + ef[E_R, e] / (s * s)
        about = 2.0 * abs(drive) / (linear + sqrt(linear * linear + 4.0 * k * abs(drive)))
        ef[E_X, e] = r + start + 2.0 * k * about
        ef[E_HX, e] = start * q + (k * about * about if drive > 0.0 else -k * about * about)
    else:
        ef[E_X, e] = r + start
        ef[E_HX, e] = start * q


@njit(cache=True, nogil=True)
def _assemble(
    nf: Floats, ni: Ints, ef: Floats, ei: Ints, beside: Ints, fixed: Ints, value: Floats, x: Floats,
    per_step: float,
) -> None:  # fmt: skip
    """Node matrix and right side by position; each edge's conductance and drive."""
    n, m = nf.shape[1], ef.shape[1]
    value[:] = 0.0
    for i in range(n):
        p = ni[NI_PLACE, i]
        c = nf[N_C, i]
        value[p] = c
        x[p] = c * nf[N_LINE, i] + nf[N_SOURCE, i]
    for e in range(m):
        a, b = ei[EI_A, e], ei[EI_B, e]
        s = max(0.5 * (nf[N_SHARE, a] + nf[N_SHARE, b]), ef[E_FLOOR, e])
        start = ef[E_LDT, e] * per_step
        part = s / (ef[E_R, e] + s * (start + s * ef[E_X, e]))
        g = part * s
        gh = part * (start * ef[E_MOMENTUM, e] + s * ef[E_HX, e])
        ef[E_G, e] = g
        ef[E_GH, e] = gh
        pa, pb = ei[EI_A_PLACE, e], ei[EI_B_PLACE, e]
        value[pa] += g
        value[pb] += g
        value[ei[EI_SLOT, e]] -= g
        x[pa] -= gh
        x[pb] += gh
    for k in range(beside.shape[1]):
        x[beside[1, k]] += ef[E_G, beside[0, k]] * nf[N_LINE, beside[2, k]]
    for i in fixed:
        p = ni[NI_PLACE, i]
        value[p] = 1.0
        x[p] = nf[N_LINE, i]


@njit(cache=True, nogil=True)
def solve(value: Floats, x: Floats, n: int, column: Ints, row: Ints, target: Ints) -> None:
    """``L D L^T`` of the matrix in `value`, and its solution in place of the right side `x`."""
    u = 0
    for j in range(n):
        d = 1.0 / value[j] if value[j] > 0.0 else 0.0
        value[j] = d
        xj = x[j]
        first, last = column[j], column[j + 1]
        for p in range(first, last):
            i = row[p]
            above = value[n + p]
            part = above * d
            x[i] -= part * xj
            value[i] -= part * above
            for q in range(p + 1, last):
                value[target[u]] -= part * value[n + q]
                u += 1
        x[j] = xj * d
    for j in range(n - 1, -1, -1):
        xj = x[j]
        d = value[j]
        for p in range(column[j], column[j + 1]):
            xj -= value[n + p] * d * x[row[p]]
        x[j] = xj


@njit(cache=True, nogil=True)
def _flows(nf: Floats, ei: Ints, ef: Floats, x: Floats) -> None:
    """Flow of every edge from the solved pressures, and what each node gains by it."""
    nf[N_NET, :] = nf[N_SOURCE, :]
    for e in range(ef.shape[1]):
        q = ef[E_G, e] * (x[ei[EI_A_PLACE, e]] - x[ei[EI_B_PLACE, e]]) + ef[E_GH, e]
        ef[E_FLOW, e] = q
        nf[N_NET, ei[EI_A, e]] -= q
        nf[N_NET, ei[EI_B, e]] += q


@njit(cache=True, nogil=True)
def _valves_moved(special: Ints, ei: Ints, ef: Floats, x: Floats, per_step: float) -> bool:
    """Open valves that would let blood back close; closed ones that are pushed open do; True if any."""
    moved = False
    for k in range(len(special)):
        e = special[k]
        if ei[EI_KIND, e] != _VALVE:
            continue
        if ef[E_OPEN, e] > 0.0:
            if ef[E_FLOW, e] < 0.0:
                ef[E_OPEN, e] = 0.0
                moved = True
        else:
            push = x[ei[EI_A_PLACE, e]] - x[ei[EI_B_PLACE, e]] + ef[E_LXDT, e] * per_step * ef[E_MOMENTUM, e]
            if push > 1e-9:
                ef[E_OPEN, e] = 1.0
                moved = True
    return moved


@njit(cache=True, nogil=True)
def _ran_empty(nf: Floats, ni: Ints, dt: float, midway: bool) -> bool:
    """Whether a node would lose more than half; if so its law is taken again nearer to where it will be."""
    again = False
    for i in range(nf.shape[1]):
        after = nf[N_VOLUME, i] + dt * nf[N_NET, i]
        guess = nf[N_VOLUME, i] if midway else nf[N_GUESS, i]
        if after < 0.5 * guess and nf[N_C, i] > 0.0 and (nf[N_V0, i] > 0.0 or ni[NI_LAW, i] == _CHAMBER):
            nf[N_GUESS, i] = guess if midway else max(after, 0.25 * guess)
            again = True
    return again


@njit(cache=True, nogil=True)
def step(
    nf: Floats, ni: Ints, ef: Floats, ei: Ints, special: Ints, beside: Ints, fixed: Ints, column: Ints,
    row: Ints, target: Ints, value: Floats, x: Floats, external: Floats, phase: float, phase_step: float,
    beat_s: float, dt: float, steps: int, place_of_stage: float,
) -> int:  # fmt: skip
    """Steps of the network; how often a system was solved."""
    n, m = nf.shape[1], ef.shape[1]
    solved = 0
    for _ in range(steps):
        for i in range(n):
            ml = nf[N_VOLUME, i]
            nf[N_GUESS, i] = ml
            kind = ni[NI_LAW, i]
            if kind in (_TUBE, _VEIN):
                nf[N_SHARE, i] = max(ml * nf[N_INVERSE, i], _THIN)
        theta = place_of_stage
        for _again in range(ROUNDS):
            now = phase - (1.0 - theta) * phase_step
            _node_laws(nf, ni, external, now, beat_s, theta * dt)
            for k in range(len(special)):
                _special(special[k], nf, ef, ei, 1.0 / theta)
            _assemble(nf, ni, ef, ei, beside, fixed, value, x, 1.0 / theta)
            solve(value, x, n, column, row, target)
            solved += 1
            _flows(nf, ei, ef, x)
            moved = _valves_moved(special, ei, ef, x, 1.0 / theta)
            empty = _ran_empty(nf, ni, dt, theta < 1.0)
            if empty:
                theta = 1.0
            if not (moved or empty):
                break
        for e in range(m):
            ef[E_MOMENTUM, e] += (ef[E_FLOW, e] - ef[E_MOMENTUM, e]) / theta
        for k in range(len(special)):
            e = special[k]
            if ei[EI_KIND, e] == _VALVE:
                ef[E_MOMENTUM, e] = max(ef[E_MOMENTUM, e], 0.0) if ef[E_OPEN, e] > 0.0 else 0.0
        for i in range(n):
            nf[N_PRESSURE, i] = x[ni[NI_PLACE, i]]
            nf[N_VOLUME, i] += dt * nf[N_NET, i]
        phase += phase_step
        if phase >= 1.0:
            phase -= 1.0
    return solved
