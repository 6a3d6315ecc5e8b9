"""One implicit step of a chain in a lumen: Newton on the banded matrix, walls by an inner active set."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.banded import LEAD, columns_of, room_of, solve_from
from angiosuite.physics.rods.contact import add_contact, rub_walls, stiffen, touch_walls
from angiosuite.physics.rods.frames import carry_frames, edges
from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.lumen import Lumen
from angiosuite.physics.rods.passing import leapt, went_through
from angiosuite.physics.rods.strains import add_bending
from angiosuite.physics.rods.stretch import add_stretch

__all__ = ["step"]

EA_N = 2000.0
"""Stiffness of stretch, N: half a millimetre a metre and newton; the true 1e5 only conditions worse."""
DRAG_NS_MM2 = 1e-6
"""Drag a mm of chain on what does not slide, N s/mm2, of chains as stiff as `FIRM_NMM2` and stiffer."""
FIRM_NMM2, BLOOD = 100.0, 0.01
"""Softer ones have less in proportion, so that what hangs free comes to rest as soon; of blood, the least."""
MASS_KG_MM = 4e-6
#: Passes of the active set in one Newton pass.
PASSES = 6
#: Most that an edge turns in one pass, rad: beyond it the linear system says nothing.
SWING = 0.7
#: Least share of a linear step that is gone.
LEAST_SHARE = 0.1
#: What slips is let go along its way where the last pass moved less, mm; far from the answer it may jam.
NEAR_MM = 0.1
#: Most that a node moves in a pass, mm, so that none flies off on what the linear system does not know;
#: and in short strides, which feel every wall on their way.
STRIDE_MM, SHORT_MM = 2.0, 0.25
#: Told as the last move of a step that took a node through a wall, or leapt, mm.
THROUGH_MM = 1e3


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _follow(feed: float, nodes: int, now: NDArray, x: NDArray, rest: NDArray) -> None:
    """Move every node along the chain as the leading tool slides: along its tangent and curvature."""
    for i in range(2, nodes):
        if i == nodes - 1:
            for c in range(3):
                bow = (now[i - 1, c] - now[i - 2, c]) / rest[i - 1]
                x[i, c] += feed * now[i - 1, c] + 0.5 * feed * feed * bow
        else:
            a, b = rest[i - 1], rest[i]
            for c in range(3):
                bow = 2.0 * (now[i, c] - now[i - 1, c]) / (a + b)
                x[i, c] += feed * (b * now[i - 1, c] + a * now[i, c]) / (a + b) + 0.5 * feed * feed * bow


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _add_motion(
    nodes: int, tools: int, per_s: float, start: NDArray, slid: NDArray, x: NDArray, velocity: NDArray,
    load: NDArray, rest: NDArray, ei: NDArray, right: NDArray, band: NDArray,
) -> None:  # fmt: skip
    """Inertia, drag on what does not slide, and loads."""
    b = 3 + tools
    for i in range(nodes):
        cell = 0.5 * (rest[i] if i < nodes - 1 else 0.0) + 0.5 * (rest[i - 1] if i > 0 else 0.0)
        firm = 0.0
        for k in range(tools):
            firm += ei[max(i, 1), k]
        heavy = MASS_KG_MM * cell * 1e-3 * per_s * per_s
        slow = DRAG_NS_MM2 * min(max(firm / FIRM_NMM2, BLOOD), 1.0) * cell * per_s
        speed = heavy / per_s
        for c in range(3):
            d = b * i + c
            right[d] += heavy * (x[i, c] - start[i, c]) - speed * velocity[i, c]
            right[d] += slow * (x[i, c] - slid[i, c]) - load[i, c]
            band[d, 0] += heavy + slow
        for k in range(tools):
            band[b * i + 3 + k, 0] += 1e-9  # a turn that nothing holds stays


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _hold(nodes: int, tools: int, held: NDArray, right: NDArray, band: NDArray) -> None:
    """What is held does not move: its row and column are those of one."""
    b = 3 + tools
    width = 2 * b + 3
    for i in range(nodes):
        for c in range(b):
            if not held[i, c]:
                continue
            d = b * i + c
            right[d] = 0.0
            band[d, 0] = 1.0
            for k in range(1, width):
                band[d, k] = 0.0
                if d >= k:
                    band[d - k, k] = 0.0


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _move(
    nodes: int, tools: int, answer: NDArray, length: NDArray, now: NDArray, x: NDArray, theta: NDArray,
    rest: NDArray, tension: NDArray, stride_mm: float,
) -> float:  # fmt: skip
    """Go where the linear step says; how far the farthest node went, mm.

    Tension is that of the linear step: places err by squares of moves, and stretch is stiff.
    """
    b = 3 + tools
    farthest, swing = 0.0, 0.0
    for e in range(nodes - 1):
        square, far = 0.0, 0.0
        for c in range(3):
            ahead = answer[b * (e + 1) + c]
            square += (ahead - answer[b * e + c]) ** 2
            far += ahead * ahead
        swing, farthest = max(swing, square / (length[e] * length[e])), max(farthest, far)
        for k in range(tools):
            swing = max(swing, answer[b * e + 3 + k] ** 2)
    farthest, share = np.sqrt(farthest), 1.0
    if swing > SWING * SWING:
        share = SWING / np.sqrt(swing)
    if farthest * share > stride_mm:
        share = stride_mm / farthest
    if share < 1.0:
        for d in range(b * nodes):
            answer[d] *= share
    for i in range(nodes):
        for c in range(3):
            x[i, c] += answer[b * i + c]
        for k in range(tools):
            theta[i, k] += answer[b * i + 3 + k]
    for e in range(nodes - 1):
        long = length[e]
        for c in range(3):
            long += now[e, c] * (answer[b * (e + 1) + c] - answer[b * e + c])
        tension[e] = EA_N * (long / rest[e] - 1.0)
    return float(farthest)  # what is held back has not converged


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _work(dofs: int, force: NDArray, way: NDArray) -> float:
    """Of forces along a way, N mm."""
    even, odd = 0.0, 0.0  # two chains of sums: a processor adds them at once
    for d in range(0, dofs - 1, 2):
        even += force[d] * way[d]
        odd += force[d + 1] * way[d + 1]
    return even + odd + (force[dofs - 1] * way[dofs - 1] if dofs % 2 else 0.0)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _share(gone: float, left: float) -> float:
    """What share of the next linear step to go, from that of the last and what work along it was left."""
    stiffer = max(1.0 - left, 0.5)
    return float(min(max(gone / stiffer, LEAST_SHARE), 1.0))


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def step(
    nodes: int,
    tools: int,
    line: Line,  # moves
    lumen: Lumen,
    feed: float,  # how far the leading tool slid in, mm
    slides: NDArray,  # float64 (tools,): how far each slid against the nodes, mm
    hub: NDArray,  # float64 (tools,): stiffness between hand and clamp, N mm/rad; 0 rigid
    turns: NDArray,  # float64 (tools,): of the hands, rad
    seconds: float,
    stop_mm: float,
    most: int,
    rests: bool,  # whether hands do
    short: bool,  # whether in short strides, which may take a node as far as it goes
) -> tuple[int, float]:
    """Newton passes that it took, and how far the last one still moved a node, mm; or `THROUGH_MM`.

    Notes
    -----
    **Model** the Gauss-Newton matrix leaves out how strains curve; where a chain is bent hard it is too soft,
    and full steps swing about the answer ever farther. The work of the forces after a step along that step,
    over that before it, tells the true stiffness on this line: what was overshot shortens the next step.
    Held by ``tests/physics/rods/test_hard_hands.py``.
    """
    b = 3 + tools
    dofs = b * nodes
    columns = columns_of(2 * b + 3)
    start, turned = line.x[:nodes].copy(), line.theta[:nodes].copy()
    length, now = np.empty(nodes), np.empty((nodes, 3))
    edges(line.x, nodes, now, length)
    if feed != 0.0:
        _follow(feed, nodes, now, line.x, line.rest)
        edges(line.x, nodes, now, length)
    slid = line.x[:nodes].copy()
    right, rhs, answer = np.empty(dofs), np.empty(dofs), np.zeros(dofs + LEAD)
    band, work = np.empty((dofs, columns)), np.empty((dofs, columns))
    upper, scale, forward = np.zeros(room_of(dofs, columns)), np.zeros(dofs + LEAD), np.zeros(dofs + LEAD)
    pull, gone, gain = np.empty(dofs), 1.0, 0.0
    touching, across = np.zeros(nodes, np.bool_), np.zeros((nodes, 3))
    tried, share = np.zeros((nodes, 3)), np.zeros(nodes)
    stiff, bent = np.zeros(nodes), np.zeros(nodes)
    walled = lumen.place.shape[0] > 0 or lumen.tube.shape[0] > 1
    moved, passes = 1e9, 0
    stride_mm = SHORT_MM if short else STRIDE_MM
    stiffen(nodes, line.rest, line.wall, stiff)
    while passes < most:
        passes += 1
        carry_frames(line.tangent, now, line.director, line.twist, nodes)
        right[:] = 0.0
        band[:, :] = 0.0
        add_stretch(nodes, tools, now, length, line.rest, EA_N, line.tension, right, band)
        add_bending(
            nodes, tools, now, length, line.rest, line.director, line.twist, line.theta, line.ei, line.gj,
            line.bend, right, band,
        )  # fmt: skip
        _add_motion(
            nodes, tools, 1.0 / seconds, start, slid, line.x, line.velocity, line.load, line.rest, line.ei,
            right, band,
        )  # fmt: skip
        for k in range(tools):
            if hub[k] > 0.0:
                right[3 + k] += hub[k] * (line.theta[0, k] - turns[k])
                band[3 + k, 0] += hub[k]
        if walled:
            touch_walls(
                nodes, line, lumen, slides, start, turned, stiff, across, tried, share, touching, bent
            )
        _hold(nodes, tools, line.held, right, band)
        slips = moved < NEAR_MM or (rests and passes == 1)
        first = 0
        for again in range(PASSES):
            for d in range(max(b * first - b, 0), dofs):
                rhs[d] = -right[d]
                for k in range(columns):
                    work[d, k] = band[d, k]
            if walled:
                add_contact(
                    max(first - 1, 2), nodes, tools, line, stiff, across, tried, share, touching, bent, slips,
                    rhs, work,
                )  # fmt: skip
            if again == 0:
                if gain > 0.0:
                    gone = _share(gone, _work(dofs, rhs, answer) / gain)
                pull[:] = rhs
            solve_from(max(b * first - b, 0), dofs, work, rhs, upper, scale, forward, answer)
            if not walled or again == PASSES - 1:
                break
            first = nodes
            for i in range(nodes - 1, 1, -1):
                d = b * i
                then = line.gap[i]
                for c in range(3):
                    then += line.inward[i, c] * answer[d + c]
                if (then < 0.0) != touching[i]:
                    touching[i] = then < 0.0
                    first = i
            if first == nodes:
                break
        if gone < 1.0:
            for d in range(dofs):
                answer[d] *= gone
        moved = _move(
            nodes, tools, answer, length, now, line.x, line.theta, line.rest, line.tension, stride_mm
        )
        moved /= gone
        edges(line.x, nodes, now, length)
        if walled and not short and leapt(nodes, line, start):
            return passes, THROUGH_MM  # whatever it may still come to: shorter steps find it sooner
        if moved < stop_mm:
            break
        gain = _work(dofs, pull, answer)
    carry_frames(line.tangent, now, line.director, line.twist, nodes)
    for i in range(nodes):
        for c in range(3):
            line.velocity[i, c] = (line.x[i, c] - start[i, c]) / seconds
    if walled:
        rub_walls(nodes, line, lumen, slides, start, turned, stiff, across, tried, share)
        if went_through(nodes, line, lumen, start):
            moved = THROUGH_MM
    return passes, moved
