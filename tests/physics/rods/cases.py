"""Tools, tubes and ways of settling that the tests of rods share."""

from __future__ import annotations

import numpy as np

from angiosuite.bench.wire_tube import iliac_to_arch
from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.tool import Bent, Stretch, Tool

__all__ = [
    "EI",
    "GJ",
    "arc_tube",
    "beam",
    "edges_of",
    "iliac_to_arch",
    "push",
    "settle",
    "straight_tube",
    "turn_of",
    "wire",
]

EI, GJ = 100.0, 80.0
"""Of a wire, N mm2."""


def wire(ei: float = EI, gj: float = GJ, bends: tuple[Bent, ...] = (), **more: float) -> Tool:
    """A tool that is as stiff everywhere."""
    return Tool([Stretch(1.0, ei, gj)], bends, **more)


def settle(chain: Chain, most: int = 400, stop_mm: float = 1e-9) -> None:
    """Statics: long steps from rest until nothing moves."""
    for _ in range(most):
        told = chain.advance(seconds=1.0, stop_mm=stop_mm, most=40)
        chain.velocity[:] = 0.0
        if told.passes == 1:
            return


def beam(nodes: int, length_mm: float = 150.0, tool: Tool | None = None) -> Chain:
    """A free chain of so many nodes beyond the clamp's first one."""
    return Chain([tool or wire()], [length_mm], spacing_mm=length_mm / (nodes - 1))


def edges_of(chain: Chain) -> np.ndarray:
    """Unit vectors along the edges, the clamp's first."""
    steps = np.diff(chain.x, axis=0)
    return np.asarray(steps / np.linalg.norm(steps, axis=1)[:, None])


def turn_of(chain: Chain) -> float:
    """How far the line turns in all, from the clamp to its last edge, rad."""
    way = edges_of(chain)[1:]
    return float(np.arccos(np.clip((way[1:] * way[:-1]).sum(axis=1), -1, 1)).sum())


def arc_tube(
    radius_mm: float, degrees: float, lumen_mm: float, pitch_mm: float = 0.0, out_mm: float = 60.0
) -> np.ndarray:
    """A tube from x = -20 that goes straight, turns round a circle or a helix, and goes on straight."""
    angle = np.radians(degrees)
    n = max(int(np.ceil(radius_mm * angle / 1.0)), 8)
    phi = np.linspace(0.0, angle, n)
    rise = pitch_mm / (2.0 * np.pi)
    bend = np.stack([10.0 + radius_mm * np.sin(phi), radius_mm * (1.0 - np.cos(phi)), rise * phi], axis=1)
    way = bend[-1] - bend[-2]
    way /= np.linalg.norm(way)
    straight = np.stack([np.linspace(-20.0, 8.0, 15), np.zeros(15), np.zeros(15)], axis=1)
    end = bend[-1] + np.arange(2.0, out_mm, 2.0)[:, None] * way
    line = np.concatenate([straight, bend, end])
    return np.column_stack([line, np.full(len(line), lumen_mm)])


def straight_tube(length_mm: float, lumen_mm: float) -> np.ndarray:
    """A tube along x from -20."""
    along = np.arange(-20.0, length_mm + 20.0, 2.0)
    return np.stack([along, 0 * along, 0 * along, np.full(len(along), lumen_mm)], axis=1)


def push(chain: Chain, mm: float, mm_s: float = 60.0, seconds: float = 0.01, **how: float) -> None:
    """Feed all tools so far, at a speed."""
    steps = max(1, round(abs(mm) / (mm_s * seconds)))
    for _ in range(steps):
        chain.advance([mm / steps] * len(chain.tools), seconds=seconds, **how)  # type: ignore[arg-type]
