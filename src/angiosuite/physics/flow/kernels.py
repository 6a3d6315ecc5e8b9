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
    N_OUTSIDE,
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
Slots = NDArray[np.uint32]

_LINEAR, _TUBE, _VEIN, _CHAMBER, _FIXED = (int(kind) for kind in NodeLaw)
_VALVE = int(EdgeKind.VALVE)

CLOSED = 1e6
"""Resistance of a closed valve, mmHg s/ml: 0.1 ul/s at 100 mmHg."""
ROUNDS = 12
"""How often a step is solved again at most: valves that moved, vessels that ran empty."""
_THIN = 0.01
"""Live area of a collapsed vessel that its resistance is taken at, at least."""


@njit(cache=True, nogil=True)
def _arteries(nf: Floats, dt: float) -> None:
    """Law of every node as if it were a round tube: no branch, so that the loop runs over vectors."""
    ml, inverse, c, line = nf[N_VOLUME], nf[N_INVERSE], nf[N_C], nf[N_LINE]
    bend, stiffness, p0, outside = nf[N_COMPLIANCE], nf[N_STIFFNESS], nf[N_P0], nf[N_OUTSIDE]
    scale = 1.0 / dt
    for i in range(nf.shape[1]):
        root = sqrt(max(ml[i] * inverse[i], 0.0))
        c[i] = bend[i] * root * scale
        line[i] = outside[i] + p0[i] + stiffness[i] * (root - 1.0)


@njit(cache=True, nogil=True)
def _node_law(i: int, nf: Floats, ni: Ints, phase: float, beat_s: float, dt: float) -> None:
    """Line of a node's law about its guessed volume: ``P = line + (V - V_old) / (c dt)``."""
    kind = ni[NI_LAW, i]
    stiffness = nf[N_STIFFNESS, i]
    if kind == _FIXED or stiffness <= 0.0:
        nf[N_C, i] = 0.0
        nf[N_LINE, i] = nf[N_P0, i] if kind == _FIXED else 0.0
        return
    ml, v0 = nf[N_GUESS, i], nf[N_V0, i]
    outside = nf[N_OUTSIDE, i]
    if kind == _LINEAR and ml >= FLOOR * v0:
        nf[N_C, i] = nf[N_COMPLIANCE, i] / dt
        nf[N_LINE, i] = outside + stiffness * (nf[N_VOLUME, i] - v0)
        return
    if kind == _CHAMBER:
        rise = activation(phase, nf[N_CONTRACTION, i], nf[N_RISE, i], beat_s)
        stiffness += (nf[N_HIGH, i] - stiffness) * rise
    pressure, slope = law(kind, ml, v0, stiffness, nf[N_P0, i])
    nf[N_C, i] = 1.0 / (slope * dt)
    nf[N_LINE, i] = pressure + outside + (nf[N_VOLUME, i] - ml) * slope


@njit(cache=True, nogil=True)
def _node_laws(nf: Floats, ni: Ints, odd: Ints, phase: float, beat_s: float, dt: float, again: bool) -> None:
    """Law of every node; `odd` are those that are no arteries."""
    if again:
        for i in range(nf.shape[1]):
            _node_law(i, nf, ni, phase, beat_s, dt)
        return
    _arteries(nf, dt)
    for k in range(len(odd)):
        _node_law(odd[k], nf, ni, phase, beat_s, dt)
    for i in range(nf.shape[1]):
        if nf[N_VOLUME, i] * nf[N_INVERSE, i] < FLOOR and ni[NI_LAW, i] == _TUBE:
            _node_law(i, nf, ni, phase, beat_s, dt)


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
def _conductances(nf: Floats, ef: Floats, ei: Ints, per_step: float) -> None:
    """Each edge's conductance, and the flow that its momentum drives, at the live lumen."""
    share, floor, r, start, x = nf[N_SHARE], ef[E_FLOOR], ef[E_R], ef[E_LDT], ef[E_X]
    hx, momentum, g, gh = ef[E_HX], ef[E_MOMENTUM], ef[E_G], ef[E_GH]
    a, b = ei[EI_A], ei[EI_B]
    for e in range(ef.shape[1]):
        s = max(0.5 * (share[a[e]] + share[b[e]]), floor[e])
        inertia = start[e] * per_step
        part = s / (r[e] + s * (inertia + s * x[e]))
        g[e] = part * s
        gh[e] = part * (inertia * momentum[e] + s * hx[e])


@njit(cache=True, nogil=True)
def _assemble(
    nf: Floats, ni: Ints, ef: Floats, ei: Ints, beside: Ints, fixed: Ints, value: Floats, x: Floats
) -> None:
    """Node matrix and right side by position."""
    value[:] = 0.0
    place, c, line, source = ni[NI_PLACE], nf[N_C], nf[N_LINE], nf[N_SOURCE]
    for i in range(nf.shape[1]):
        p = place[i]
        value[p] = c[i]
        x[p] = c[i] * line[i] + source[i]
    g, gh, slot = ef[E_G], ef[E_GH], ei[EI_SLOT]
    a, b = ei[EI_A_PLACE], ei[EI_B_PLACE]
    for e in range(ef.shape[1]):
        value[a[e]] += g[e]
        value[b[e]] += g[e]
        value[slot[e]] -= g[e]
        x[a[e]] -= gh[e]
        x[b[e]] += gh[e]
    for k in range(beside.shape[1]):
        x[beside[1, k]] += g[beside[0, k]] * line[beside[2, k]]
    for k in range(len(fixed)):
        value[place[fixed[k]]] = 1.0
        x[place[fixed[k]]] = line[fixed[k]]


@njit(cache=True, nogil=True)
def solve(value: Floats, x: Floats, column: Slots, row: Slots, target: Slots) -> None:
    """``L D L^T`` of the matrix in `value`, and its solution in place of the right side `x`.

    Index arrays are unsigned, so that no index is asked whether it counts from the end.
    """
    n, one = np.uint32(len(x)), np.uint32(1)
    u = np.uint64(0)
    for j in range(n):
        d = 1.0 / value[j] if value[j] > 0.0 else 0.0
        value[j] = d
        xj = x[j]
        last = column[j + one]
        for p in range(column[j], last):
            i = row[p]
            above = value[n + p]
            part = above * d
            x[i] -= part * xj
            value[i] -= part * above
            for q in range(p + one, last):
                value[target[u]] -= part * value[n + q]
                u += np.uint64(1)
        x[j] = xj * d
    for k in range(n):
        here = np.uint32(n - one - k)
        found, d = x[here], value[here]
        for p in range(column[here], column[here + one]):
            found -= value[n + p] * d * x[row[p]]
        x[here] = found


@njit(cache=True, nogil=True)
def _flows(nf: Floats, ei: Ints, ef: Floats, x: Floats) -> None:
    """Flow of every edge from the solved pressures, and what each node gains by it."""
    net, source = nf[N_NET], nf[N_SOURCE]
    for i in range(nf.shape[1]):
        net[i] = source[i]
    g, gh, flow = ef[E_G], ef[E_GH], ef[E_FLOW]
    a, b, pa, pb = ei[EI_A], ei[EI_B], ei[EI_A_PLACE], ei[EI_B_PLACE]
    for e in range(ef.shape[1]):
        q = g[e] * (x[pa[e]] - x[pb[e]]) + gh[e]
        flow[e] = q
        net[a[e]] -= q
        net[b[e]] += q


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
def _begin(nf: Floats, dt: float) -> None:
    """Guess that the volumes stay; the live lumen is theirs; what a place cannot give is not taken."""
    ml, guess, share, inverse = nf[N_VOLUME], nf[N_GUESS], nf[N_SHARE], nf[N_INVERSE]
    source, v0 = nf[N_SOURCE], nf[N_V0]
    for i in range(nf.shape[1]):
        guess[i] = ml[i]
        share[i] = max(ml[i] * inverse[i], _THIN) if inverse[i] > 0.0 else 1.0
        if source[i] < 0.0 and v0[i] > 0.0:
            source[i] = max(source[i], -0.5 * max(ml[i] - FLOOR * v0[i], 0.0) / dt)


@njit(cache=True, nogil=True)
def _end(
    nf: Floats, ni: Ints, ef: Floats, ei: Ints, special: Ints, x: Floats, dt: float, per_step: float
) -> None:
    """Go straight on from the stage to the end of the step."""
    momentum, flow = ef[E_MOMENTUM], ef[E_FLOW]
    for e in range(ef.shape[1]):
        momentum[e] += (flow[e] - momentum[e]) * per_step
    for k in range(len(special)):
        e = special[k]
        if ei[EI_KIND, e] == _VALVE:
            momentum[e] = max(momentum[e], 0.0) if ef[E_OPEN, e] > 0.0 else 0.0
    pressure, ml, net, place = nf[N_PRESSURE], nf[N_VOLUME], nf[N_NET], ni[NI_PLACE]
    for i in range(nf.shape[1]):
        pressure[i] = x[place[i]]
        ml[i] += dt * net[i]


@njit(cache=True, nogil=True)
def step(
    nf: Floats, ni: Ints, ef: Floats, ei: Ints, special: Ints, odd: Ints, beside: Ints, fixed: Ints,
    column: Slots, row: Slots, target: Slots, value: Floats, x: Floats, external: Floats, phase: float,
    phase_step: float, beat_s: float, dt: float, steps: int, place_of_stage: float,
) -> int:  # fmt: skip
    """Steps of the network; how often a system was solved."""
    solved = 0
    for i in range(nf.shape[1]):
        nf[N_OUTSIDE, i] = external[ni[NI_REGION, i]]
    for _ in range(steps):
        _begin(nf, dt)
        theta = place_of_stage
        for again in range(ROUNDS):
            now = phase - (1.0 - theta) * phase_step
            _node_laws(nf, ni, odd, now, beat_s, theta * dt, again > 0)
            for k in range(len(special)):
                _special(special[k], nf, ef, ei, 1.0 / theta)
            _conductances(nf, ef, ei, 1.0 / theta)
            _assemble(nf, ni, ef, ei, beside, fixed, value, x)
            solve(value, x, column, row, target)
            solved += 1
            _flows(nf, ei, ef, x)
            moved = _valves_moved(special, ei, ef, x, 1.0 / theta)
            empty = _ran_empty(nf, ni, dt, theta < 1.0)
            if empty:
                theta = 1.0
            if not (moved or empty):
                break
        _end(nf, ni, ef, ei, special, x, dt, 1.0 / theta)
        phase += phase_step
        if phase >= 1.0:
            phase -= 1.0
    return solved
