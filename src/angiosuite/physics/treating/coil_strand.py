"""A coil as a strand with a curvature at rest, pushed out of a catheter's tip into a lumen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, pi, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.treating.strand_kernels import (
    TABLE,
    carry_frames,
    find_pairs,
    find_walls,
    relax,
)

__all__ = ["HELD_KICK_N", "KICK_N", "Strand", "Wound", "lumen_ends"]

Floats = NDArray[np.float64]

STEP_S, MOST_FED_MM = 0.01, 0.1
"""A step, and how much of the strand comes out in one at most."""
GIVES_MM3 = 300.0
"""How far a node moves in a step for 1 N, times the stiffness of the wind: a drag in place of the blood's, so
small that loops settle in some tenths of a second."""
HARD = 200.0
"""Stiffness of edges and wall as a multiple of that of a bend."""
SOFT = 20.0
"""The same of contact with itself."""
TUBE_MM = 15.0
"""So much of the catheter is in the way of loops."""
REACH_MM = 0.03
"""Within this of touching, edges are looked at."""
MOST_MOVED_MM = 0.12
"""No node moves farther in a step, so that none comes through another."""
CREEP_MM = 1.5e-3
"""Steps under which friction is less than its whole."""
STILL_MM, STILL_STEPS = 5e-4, 20
"""What moved less in each of so many steps lies still until something comes to move it."""
WAKES, WAKES_MM = 0.3, 6e-3
"""Force on what lies still, as a multiple of ``EI / mm2``, or step of its neighbour, that wakes it."""
OWN, TWISTS, LEAN = 0.5, 4, 0.85
"""Weight of a node's own director, rounds in a step, and stiffness against bending over that against twist,
of a close wind ``2 / (2 + nu)``."""
KICK_N, HELD_KICK_N = 0.08, 0.15
"""Push that sends a microcatheter back out of its place, and one that a balloon beside it holds: draft,
chosen for the published densities (`bench treat`)."""
BACK_S = 0.2
"""Over which a push is felt."""
GUIDED = 2
"""Nodes behind the tip that the catheter holds straight."""
MOST_PAIRS = 20_000
TURN_DEG, TURN_LOOPS, TURN_OVER = 70.0, 0.75, 0.15
"""A complex coil turns its plane by so much, each so many loops, over this share of a loop."""


@dataclass(frozen=True, slots=True)
class Wound:
    """A coil as its maker wound it.

    Parameters
    ----------
    wind_mm : float
        Diameter of the primary wind.
    loop_mm : float
        Of the loops that it wants to lie in, from outside to outside.
    length_mm : float
        Stretched out.
    ei_nmm2 : float
        Bending stiffness of the wind.
    shape : str
        "helix": loops beside each other; "complex": planes that change; "straight": of no shape.
    """

    wind_mm: float
    loop_mm: float
    length_mm: float
    ei_nmm2: float
    shape: str = "helix"

    @property
    def spacing_mm(self) -> float:
        """Length of an edge: 1 mm, less in small loops, not under twice the wind."""
        return max(min(1.0, self.loop_mm / 6.0), min(2.0 * self.wind_mm, 1.0))

    @property
    def strand_mm(self) -> float:
        """Its length in whole edges, mm."""
        return self.spacing_mm * (max(ceil(self.length_mm / self.spacing_mm), 3))

    def rest(self, from_tip_mm: Floats) -> Floats:
        """Curvature at rest along and across a director that is carried along without twist, 1/mm, (n, 2)."""
        radius = 0.5 * max(self.loop_mm - self.wind_mm, self.wind_mm)
        loop = 2.0 * pi * radius
        if self.shape == "straight":
            return np.zeros((len(from_tip_mm), 2))
        if self.shape == "helix":
            angle = 1.2 * self.wind_mm / (radius * loop) * from_tip_mm
        else:
            turns = from_tip_mm / (TURN_LOOPS * loop)
            whole, part = np.floor(turns), turns - np.floor(turns)
            angle = radians(TURN_DEG) * (whole + np.clip((part - 1.0) / TURN_OVER + 1.0, 0.0, 1.0))
        return np.stack([np.cos(angle), np.sin(angle)], axis=1) / radius


def lumen_ends(*lines: Floats) -> Floats:
    """Pieces of a lumen, (segments, 8), from centre lines with radius, each (points, 4), mm.

    A line of one point is a ball, such as a sac.
    """
    found = []
    for line in lines:
        both = np.repeat(line, 2, axis=0) if len(line) == 1 else line
        found.append(np.concatenate([both[:-1], both[1:]], axis=1))
    return np.ascontiguousarray(np.concatenate(found), np.float64)


class Strand:
    """One coil, part of it out of a catheter.

    Parameters
    ----------
    wound : Wound
    ends : float64 (segments, 8)
        The lumen about the tip, see `lumen_ends`.
    tip_mm, way : float64 (3,)
        The catheter's tip, and where it points.
    mu_wall, mu_self : float
        Friction on the wall and on itself.
    outer_mm : float
        Of the catheter.

    Notes
    -----
    **Model** nodes 0.5 to 1 mm apart on an inextensible strand; ``E = EI/2 * sum |k - k0|^2 h`` with k0 the
    curvature at rest, told in a frame that follows the strand and resists twist; contact of nodes with the
    wall and of edges with edges a wind apart, each with Coulomb friction; no inertia. Each step of 10 ms is
    implicit in all of these but the contact of edges, and solved within the strand's band; friction is
    viscous below 0.15 mm/s. In the catheter the strand is straight. What has come to rest lies still
    until pushed.
    How densely it packs is no number of the model: loops hold each other by friction until the push that
    the catheter would need sends it back (`KICK_N`).
    **Source** discrete rods: Bergou et al. 2008 (memory). Friction, drag and stiffness of contact are own
    choices (draft).
    **Valid for** shape, hold and order of forces of coils of 0.25 to 0.9 mm; loops do not
    push the catheter aside; blood drags nothing along until the pack is judged as a whole (`coil_hold`).
    Held by ``tests/physics/treating/test_coil_strand.py``.
    """

    def __init__(
        self, wound: Wound, ends: Floats, tip_mm: Floats, way: Floats, mu_wall: float = 0.35,
        mu_self: float = 0.2, outer_mm: float = 0.8,
    ) -> None:  # fmt: skip
        self.wound, self.ends = wound, np.ascontiguousarray(ends, np.float64)
        self.mu_wall, self.mu_self, self.outer_mm = mu_wall, mu_self, outer_mm
        h = wound.spacing_mm
        self.h = h
        self.hard_n_mm = HARD * wound.ei_nmm2 / h**3
        self.count = round(wound.strand_mm / h) + 1
        self.fed_mm = self._back_n = 0.0
        n = self.count
        self.x, self.director = np.zeros((n, 3)), np.zeros((n, 3))
        self.rest = wound.rest(h * np.arange(n, dtype=np.float64))
        self.press, self.gone, self.slid = np.zeros(n), np.zeros((n, 3)), np.zeros(n)
        self.quiet = np.zeros(n, np.int64)
        self.pull, self.flow_n = np.zeros(n), np.zeros((n, 3))
        self.seg = np.zeros(n, np.int64)
        self._starts, self._order = np.zeros(TABLE + 1, np.int64), np.zeros(n, np.int64)
        self._pair, self._where = np.zeros((MOST_PAIRS, 2), np.int64), np.zeros((MOST_PAIRS, 6))
        self.tip_mm, self.way = np.array(tip_mm, np.float64), _unit(np.array(way, np.float64))
        self.across = _across(self.way)
        self._hold()

    # ---- what it is now ----------------------------------------------------------------------------------

    @property
    def length_mm(self) -> float:
        """Of all of it, mm: whole edges."""
        return self.h * (self.count - 1)

    @property
    def free(self) -> int:
        """Nodes that are out of the catheter, from its far end."""
        return min(int(self.fed_mm / self.h + 1e-9) + 1, self.count) if self.fed_mm > 0.0 else 0

    @property
    def is_out(self) -> bool:
        """Whether all of it is out."""
        return self.fed_mm >= self.length_mm + 1e-9

    @property
    def points_mm(self) -> Floats:
        """What is out, from the far end to the catheter's tip, mm, (n, 3)."""
        out = self.x[: self.free]
        return out.copy() if self.is_out or not len(out) else np.vstack([out, self.tip_mm[None]])

    @property
    def wall_n(self) -> float:
        """All that it presses on the wall with, N."""
        return float(self.press[: self.free].sum())

    @property
    def back_n(self) -> float:
        """What the strand pushes the catheter back with, N; 0 where it draws itself out.

        Along the axis, over the last two tenths of a second.
        """
        return max(self._back_n, 0.0)

    # ---- time --------------------------------------------------------------------------------------------

    def feed(
        self, mm: float, seconds: float, tip_mm: Floats | None = None, way: Floats | None = None
    ) -> None:
        """So much more of it comes out within a time; less than 0 draws it back.

        Parameters
        ----------
        mm, seconds : float
        tip_mm, way : float64 (3,), optional
            Where the catheter's tip is at the end.
        """
        steps = max(ceil(seconds / STEP_S - 1e-9), ceil(abs(mm) / MOST_FED_MM - 1e-9), 1)
        for _ in range(steps):
            self.fed_mm = max(self.fed_mm + mm / steps, 0.0)
            if tip_mm is not None and way is not None:
                self.tip_mm, self.way = np.array(tip_mm, np.float64), _unit(np.array(way, np.float64))
                self.across = _unit(self.across - (self.across @ self.way) * self.way)
            self._step()

    def _hold(self) -> None:
        """What is in the catheter lies on its axis."""
        first = self.free
        gone = self.h * np.arange(first, self.count) - self.fed_mm
        self.x[first:] = self.tip_mm - gone[:, None] * self.way
        self.director[first:] = self.across
        self.quiet[first:] = 0
        self.press[first:], self.slid[first:], self.pull[first:] = 0.0, 0.0, 0.0
        self.gone[first:] = 0.0

    def _step(self) -> None:
        was = self.x[-1].copy()
        self._hold()
        free = self.free
        nodes = min(free + GUIDED, self.count)
        awake = (self.quiet < STILL_STEPS).astype(np.uint8)
        if not free or (not awake[:free].any() and np.array_equal(was, self.x[-1])):
            return
        awake[max(free - 4, 0) :] = 1
        find_walls(self.x, 0, free, awake, self.ends, self.seg)
        thick, h = self.wound.wind_mm, self.h
        pairs = find_pairs(
            self.x, nodes, awake, h + thick + REACH_MM, thick + REACH_MM, self._starts, self._order,
            self._pair, self._where,
        )  # fmt: skip
        near = np.zeros(pairs)
        tube = np.array([*self.tip_mm, *(self.tip_mm - TUBE_MM * self.way), 0.5 * self.outer_mm])
        relax(
            self.x, free, nodes, awake, GIVES_MM3 / self.wound.ei_nmm2, h, self.wound.ei_nmm2, self.hard_n_mm,
            SOFT * self.wound.ei_nmm2 / h**3, self.director, self.rest, self.ends, self.seg, thick,
            self.mu_wall, self.mu_self, CREEP_MM, pairs, self._pair, self._where, MOST_MOVED_MM, self.flow_n,
            tube, self.gone, self.slid, self.pull, self.press, near,
        )  # fmt: skip
        self._wake(free, awake, near, pairs)
        now = float(self.pull[free - 1]) if free < self.count else 0.0
        self._back_n += (now - self._back_n) * STEP_S / BACK_S
        carry_frames(self.x, self.director, self.rest, free, nodes, awake, OWN, LEAN, TWISTS)

    def _wake(self, free: int, awake: NDArray[np.uint8], near: Floats, pairs: int) -> None:
        """Count how long nodes lie still; what is pushed or drawn does no more."""
        still = self.slid[:free] < STILL_MM
        self.quiet[:free] = np.where(still, self.quiet[:free] + 1, 0)
        hit = self._pair[:pairs][near > WAKES * self.wound.ei_nmm2].ravel()
        self.quiet[hit[self.quiet[hit] > 10 * STILL_STEPS]] = 0
        drawn = np.flatnonzero(self.slid[:free] > WAKES_MM)
        for side in (-1, 1):
            self.quiet[np.clip(drawn + side, 0, self.count - 1)] = 0

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that the next step depends on, but what it is and lies in."""
        return {
            "x": self.x.copy(), "director": self.director.copy(), "press": self.press.copy(),
            "gone": self.gone.copy(), "slid": self.slid.copy(), "quiet": self.quiet.copy(),
            "pull": self.pull.copy(), "seg": self.seg.copy(),
            "held": np.array([self.fed_mm, *self.tip_mm, *self.way, *self.across, self._back_n]),
        }  # fmt: skip

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`."""
        self.x[:], self.director[:] = arrays["x"], arrays["director"]
        self.press[:], self.gone[:], self.slid[:] = arrays["press"], arrays["gone"], arrays["slid"]
        self.quiet[:] = arrays["quiet"]
        self.pull[:], self.seg[:] = arrays["pull"], arrays["seg"]
        held = np.asarray(arrays["held"], np.float64)
        self.fed_mm, self._back_n = float(held[0]), float(held[10])
        self.tip_mm, self.way, self.across = held[1:4].copy(), held[4:7].copy(), held[7:10].copy()


def _unit(v: Floats) -> Floats:
    return np.asarray(v / max(float(np.sqrt((v * v).sum())), 1e-12))


def _across(way: Floats) -> Floats:
    """Some direction across another."""
    least = np.zeros(3)
    least[int(np.argmin(np.abs(way)))] = 1.0
    return _unit(least - (least @ way) * way)
