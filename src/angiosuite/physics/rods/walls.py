"""Walls of a tree of vessels that move and differ: what a chain lies in, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.bricks import Bricks
from angiosuite.physics.rods.foundation import Foundation, add_moved
from angiosuite.physics.rods.places import Seen, find_directions, find_places, find_pressed, measure
from angiosuite.physics.rods.rebaking import rebaked
from angiosuite.physics.rods.union import Lines, Tree

__all__ = ["Walls", "crossing"]

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]

BLEND_MM = 0.75
"""Over what difference of their distances one vessel's wall turns into the other's where they meet, mm."""
WIDTHS = 5.0
ASTRAY_MM = 0.5
"""How far a node's middle must lie outside of its vessel to be asked for again."""
CLOSE_MM = 0.02
"""Shifts that change by less than this are found, mm."""
TISSUE_N_MM2 = 0.008
"""What soft tissue beyond a hole holds a chain in its track with, a mm of chain and mm aside: 8 kPa."""
TRACK_MM = 0.1
"""How much wider than what lies in it a track is."""
FAR_MM = 10.0
"""A depth beyond all that is baked about a wall."""
SLACK = 0.2
"""Share of an edge before a hole that is taken as beyond it."""


class Walls:
    """The walls of a tree of vessels.

    Parameters
    ----------
    bricks : Bricks
        Of `lines`, at rest.
    lines : Lines
    names : sequence of str (vessels,)
    stiff_n_mm2 : float64 (vessels,)
        Stiffness of the wall a mm of chain, N/mm2.
    rub : float64 (vessels,)
        Factor on the friction of what slides on it.
    organs : sequence of str
        What vessels can hang on, in the order of `affines`.
    follows : int32 (vessels,)
        Which of them each does.
    share : float64 (points of lines,)
        How much of its motion each point of the centre lines takes part in.
    foundation : Foundation
        Of the same vessels.
    tree : Tree, optional
        The lines as they were baked: without it no vessel can be given another radius.

    Notes
    -----
    **Model** the lumen stays baked as it is at rest, but for vessels that get other radii (`widen`). A point
    of the wall now is its point at rest and a shift: its share of the motion of the organ that its vessel
    hangs on, and what the vessel is pushed aside.
    Where vessels meet, their shifts, stiffness and friction blend by how far inside of each the point lies,
    so the moved lumen is whole. What of a chain is beyond a hole in a wall is held by soft tissue alone
    (`let_through`). Normals are those at rest: organs shift, and turn or shrink by 2 to 3 degrees
    or percent. A step goes `move`, `at` for every chain, `book` for every chain, `settle`. **Source** share
    and motion are those that the vessels are drawn with (`Vessel.share`), so a chain moves as the picture
    does. **Valid for** shifts that change little within a vessel's width. Held by
    ``tests/physics/rods/test_walls.py``.
    """

    def __init__(
        self,
        bricks: Bricks,
        lines: Lines,
        names: tuple[str, ...],
        stiff_n_mm2: Floats,
        rub: Floats,
        organs: tuple[str, ...],
        follows: Numbers,
        share: Floats,
        foundation: Foundation,
        tree: Tree | None = None,
    ) -> None:
        self.bricks, self.lines, self.names, self.organs = bricks, lines, names, organs
        self._tree, self._whole = tree, bricks
        self.stiff_n_mm2, self.rub = np.asarray(stiff_n_mm2, np.float64), np.asarray(rub, np.float64)
        self.foundation = foundation
        self._follows = np.ascontiguousarray(follows, np.int64)
        self._share = np.ascontiguousarray(share, np.float64)
        of = lines.of
        self._begin = np.searchsorted(of, np.arange(len(names) + 1)).astype(np.int64)
        self._seen = Seen(
            bricks.origin_mm, bricks.cell_mm, bricks.place, bricks.begins, bricks.near, lines.points, of,
            lines.arc_mm, self._follows, self._share, self.stiff_n_mm2, self.rub, *foundation.arrays()[:3],
            int(np.diff(bricks.begins).max(initial=1)),
        )  # fmt: skip
        self._now = np.tile(np.eye(4), (len(organs), 1, 1))
        self._before = self._now.copy()
        self._moved_before = foundation.moved_mm.copy()
        self._hole_mm: Floats | None = None
        self._track = np.zeros((0, 4))

    # ---- other radii -------------------------------------------------------------------------------------

    def rows(self, vessel: str) -> slice:
        """The points of a vessel in `lines`."""
        v = self.names.index(vessel)
        return slice(int(self._begin[v]), int(self._begin[v + 1]))

    @property
    def whole_mm(self) -> Floats:
        """Radius of the points of `lines` as they were first baked, mm."""
        assert self._tree is not None
        return np.asarray(self._tree.points[:, 3])

    def rebaked(self, radius_mm: Floats) -> Bricks:
        """The lumen with these radii at the points of `lines`; changes nothing here: a thread may do it."""
        assert self._tree is not None
        return rebaked(self._whole, self._tree, radius_mm)

    def widen(self, bricks: Bricks, radius_mm: Floats) -> None:
        """From the next step on the lumen is this one, of these radii (`rebaked`); its middle line stays."""
        points = self.lines.points.copy()
        points[:, 3] = radius_mm
        self.bricks, self.lines = bricks, replace(self.lines, points=points)
        self._seen = self._seen._replace(
            place=bricks.place, begins=bricks.begins, near=bricks.near, points=points,
            most=int(np.diff(bricks.begins).max(initial=1)),
        )  # fmt: skip

    # ---- where it is -------------------------------------------------------------------------------------

    def places(self, x: Floats) -> tuple[Numbers, Floats]:
        """Nearest vessel (-1 far from all) and where along it, mm, of points at rest (n, 3)."""
        points = np.ascontiguousarray(x, np.float64)
        vessel, at_mm = np.empty(len(points), np.int32), np.empty(len(points))
        find_places(points, self._seen, vessel, at_mm)
        return vessel, at_mm

    def radius_at(self, vessel: Numbers, at_mm: Floats) -> Floats:
        """Radius of vessels at arc lengths, mm, shape (n,)."""
        return self._along(vessel, at_mm, self.lines.points[:, 3])

    def share_at(self, vessel: Numbers, at_mm: Floats) -> Floats:
        """Share of their organ's motion that vessels take part in at arc lengths, shape (n,)."""
        return self._along(vessel, at_mm, self._share)

    def shifts(self, vessel: Numbers, at_mm: Floats, x: Floats, affines: Floats) -> Floats:
        """How far wall points (n, 3) of given vessels have moved from rest, mm, (n, 3).

        `affines` (organs, 4, 4) tell where organs are: world from rest.
        """
        organ = np.asarray(affines, np.float64)[self._follows[vessel]]
        gone = np.einsum("nij,nj->ni", organ[:, :3, :3], x) + organ[:, :3, 3] - x
        moved = self.share_at(vessel, at_mm)[:, None] * gone + self.foundation.at(vessel, at_mm)
        return np.where(np.asarray(vessel)[:, None] >= 0, moved, 0.0)

    def displaced(self, vessel: int, at_mm: Floats) -> Floats:
        """How far a vessel is pushed aside at arc lengths, mm, (n, 3): what the picture adds to its rest."""
        return self.foundation.at(np.full(len(at_mm), vessel, np.int32), np.asarray(at_mm, np.float64))

    def pushed(self, more_mm: float) -> NDArray[np.int64]:
        """Vessels that are somewhere pushed aside by more than this."""
        return self.foundation.pushed(more_mm)

    @property
    def affines(self) -> Floats:
        """Where organs are now, (organs, 4, 4)."""
        return self._now.copy()

    def move(self, affines: Floats | None) -> None:
        """Where organs are at the end of this step, (organs, 4, 4); None: where they are."""
        if affines is not None:
            self._now[:] = affines

    def at(
        self, x: Floats, nodes: int, vessel: Numbers, at_mm: Floats, shift: Floats, drift: Floats,
        stiff: Floats, rub: Floats,
    ) -> None:  # fmt: skip
        """What the wall is at each of a chain's nodes, written into the first `nodes` rows of each array.

        Parameters
        ----------
        x : float64 (n, 3)
            Where nodes are now, mm.
        nodes : int
        vessel, at_mm : int32, float64 (n,)
            Nearest vessel, -1 far from all, and where along it.
        shift : float64 (n, 3)
            The wall now less the wall at rest, mm. What it was a step ago is read: nodes keep it.
        drift : float64 (n, 3)
            How far the wall moves in this step, mm.
        stiff : float64 (n,)
            Stiffness a mm of chain, N/mm2.
        rub : float64 (n,)
            Factor on friction.
        """
        _at(
            x, nodes, self._seen, self._now, self._before, self.foundation.moved_mm, self._moved_before,
            vessel, at_mm, shift, drift, stiff, rub, self._hole_mm is None,
        )  # fmt: skip
        if self._hole_mm is not None:
            first = int(np.ceil(crossing(x[:nodes] - shift[:nodes], self._hole_mm) - SLACK))
            vessel_there, at_there = self.places(self._hole_mm[None])
            shift[first:nodes] = self.shifts(vessel_there, at_there, self._hole_mm[None], self._now)
            drift[first:nodes] = 0.0
            stiff[first:nodes], rub[first:nodes] = TISSUE_N_MM2, 0.0

    @property
    def track(self) -> Floats:
        """The track in tissue beyond a hole: middle line and radius at rest, (points, 4); (0, 4): none."""
        return self._track

    def let_through(
        self, hole_mm: Floats | None, track_mm: Floats | None = None, outer_mm: float = 0.0
    ) -> None:
        """A hole in a wall, its place at rest, (3,), mm, lets through the chain that is asked for next.

        Beyond it tissue holds the chain in the track `track_mm` (points, 3), at rest, mm, of what is
        `outer_mm` thick from its middle. None: walls are whole for the chains that follow.
        """
        self._hole_mm, self._track = hole_mm, np.zeros((0, 4))
        if track_mm is not None:
            wide = np.full(len(track_mm), outer_mm + TRACK_MM)
            self._track = np.ascontiguousarray(np.column_stack([track_mm, wide]), np.float64)

    def book(self, nodes: int, vessel: Numbers, at_mm: Floats, force_n: Floats) -> None:
        """Lay the forces (n, 3) of a chain's nodes on the walls, N, until `settle`."""
        along = np.empty((nodes, 3))
        find_directions(vessel, at_mm, nodes, self.lines.points, self.lines.arc_mm, self._begin, along)
        self.foundation.book(vessel[:nodes], at_mm[:nodes], force_n[:nodes], along)

    def press(
        self, nodes: int, x: Floats, shift: Floats, stiff: Floats, pressed: Floats, inward: Floats
    ) -> None:
        """Book what presses on the walls where a chain's nodes are: N against the normals of the walls."""
        vessel, at_mm, force_n = np.empty(nodes, np.int32), np.empty(nodes), np.empty((nodes, 3))
        find_pressed(x, shift, nodes, stiff, pressed, inward, self._seen, vessel, at_mm, force_n)
        self.book(nodes, vessel, at_mm, force_n)

    def settle(self, seconds: float) -> None:
        """End a step, once for all chains: vessels give way to what is booked, what moved has moved."""
        self._before[:] = self._now
        self._moved_before[:] = self.foundation.moved_mm
        self.foundation.settle(seconds)

    def state(self) -> dict[str, NDArray]:
        """All that moves."""
        kept = {f"foundation-{name}": array for name, array in self.foundation.state().items()}
        own = {"now": self._now, "before": self._before, "moved_before": self._moved_before}
        return kept | {name: array.copy() for name, array in own.items()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Put back what `state` gave."""
        self._now[:], self._before[:] = arrays["now"], arrays["before"]
        self._moved_before[:] = arrays["moved_before"]
        self.foundation.restore({name: arrays[f"foundation-{name}"] for name in self.foundation.state()})

    def _along(self, vessel: Numbers, at_mm: Floats, of_points: Floats) -> Floats:
        found = np.zeros(len(vessel))
        for v in np.unique(np.asarray(vessel)[np.asarray(vessel) >= 0]):
            mine, rows = np.asarray(vessel) == v, slice(self._begin[v], self._begin[v + 1])
            found[mine] = np.interp(np.asarray(at_mm)[mine], self.lines.arc_mm[rows], of_points[rows])
        return found


def crossing(rest_mm: Floats, hole_mm: Floats) -> float:
    """Where a chain, (n, 3) with its wall at rest, runs through a hole: number of a node, with its share."""
    edge, gap = np.diff(rest_mm, axis=0), hole_mm - rest_mm[:-1]
    at = np.clip((gap * edge).sum(axis=1) / np.maximum((edge * edge).sum(axis=1), 1e-12), 0.0, 1.0)
    nearest_edge = int(np.square(gap - at[:, None] * edge).sum(axis=1).argmin())
    return nearest_edge + float(at[nearest_edge])


@njit(cache=True, nogil=True, error_model="numpy")
def _add_gone(weight: float, affine: NDArray, rest: NDArray, out: NDArray) -> None:
    """Add how far an affine map moves a point."""
    for c in range(3):
        out[c] += weight * (
            affine[c, 0] * rest[0] + affine[c, 1] * rest[1] + affine[c, 2] * rest[2] + affine[c, 3] - rest[c]
        )


@njit(cache=True, nogil=True, error_model="numpy")
def _find(
    i: int, x: NDArray, seen: Seen, now: NDArray, before: NDArray, moved: NDArray, moved_before: NDArray,
    vessel: NDArray, at_mm: NDArray, shift: NDArray, drift: NDArray, stiff: NDArray, rub: NDArray,
    deep: NDArray, rest: NDArray, gone: NDArray, was: NDArray,
) -> float:  # fmt: skip
    """The wall at a node that was moved by `shift` so far; how far the node lies inside of it, mm."""
    of, arc, near, share = seen.of, seen.arc, seen.near, seen.share
    best = 0.0
    for _ in range(3):
        for c in range(3):
            rest[c] = x[i, c] - shift[i, c]
            gone[c], was[c] = 0.0, 0.0
        s, q, best, begin, last = measure(rest[0], rest[1], rest[2], seen, deep)
        m = begin
        if s < 0:
            vessel[i] = -1
            drift[i] = 0.0
            return -FAR_MM
        vessel[i], at_mm[i] = of[s], arc[s] + q * (arc[s + 1] - arc[s])
        total = hard = rough = 0.0
        while m < last:  # lists ascend, so the segments of a vessel follow each other
            v, own, t, u = of[near[m]], -1e9, 0, 0.0
            while m < last and of[near[m]] == v:
                if deep[m - begin, 0] > own:
                    own, t, u = deep[m - begin, 0], near[m], deep[m - begin, 1]
                m += 1
            if own - best < -WIDTHS * BLEND_MM:
                continue
            weight = np.exp((own - best) / BLEND_MM)
            part = weight * (share[t] + u * (share[t + 1] - share[t]))
            a = arc[t] + u * (arc[t + 1] - arc[t])
            if part > 0.0:
                _add_gone(part, now[seen.follows[v]], rest, gone)
                _add_gone(part, before[seen.follows[v]], rest, was)
            add_moved(weight, v, a, seen.first, seen.edges, seen.step_mm, moved, gone)
            add_moved(weight, v, a, seen.first, seen.edges, seen.step_mm, moved_before, was)
            total += weight
            hard, rough = hard + weight * seen.stiff[v], rough + weight * seen.rub[v]
        stiff[i], rub[i] = hard / total, rough / total
        change = 0.0
        for c in range(3):
            change = max(change, abs(gone[c] / total - shift[i, c]))
            shift[i, c], drift[i, c] = gone[c] / total, (gone[c] - was[c]) / total
        if change < CLOSE_MM:
            break
    return float(best)


@njit(cache=True, nogil=True, error_model="numpy")
def _at(
    x: NDArray, nodes: int, seen: Seen, now: NDArray, before: NDArray, moved: NDArray, moved_before: NDArray,
    vessel: NDArray, at_mm: NDArray, shift: NDArray, drift: NDArray, stiff: NDArray, rub: NDArray,
    whole: bool,
) -> None:  # fmt: skip
    """A shift belongs to a vessel, and the vessel is found by the shift: at a mouth whose branch is pushed
    aside a node may be told of either. What lies astray by its own shift is asked again with those of its
    neighbours and with none, and lies where it is farthest inside; not where the walls are not `whole`, for
    beyond a hole all of a chain lies outside."""
    rest, gone, was = np.empty(3), np.empty(3), np.empty(3)
    kept, kept_drift, deep = np.empty(3), np.empty(3), np.empty((seen.most, 2))
    for i in range(nodes):
        best = _find(
            i, x, seen, now, before, moved, moved_before, vessel, at_mm, shift, drift, stiff, rub, deep, rest,
            gone, was,
        )  # fmt: skip
        if best > -ASTRAY_MM or not whole:
            continue
        for other in (i - 1, i + 1, -1):
            if other >= nodes or (other < 0 and i == 0):
                continue
            mine, where, hard, rough = vessel[i], at_mm[i], stiff[i], rub[i]
            for c in range(3):
                kept[c], kept_drift[c] = shift[i, c], drift[i, c]
                shift[i, c] = shift[other, c] if other >= 0 else 0.0
            own = _find(
                i, x, seen, now, before, moved, moved_before, vessel, at_mm, shift, drift, stiff, rub, deep,
                rest, gone, was,
            )  # fmt: skip
            if own > best:
                best = own
            else:
                vessel[i], at_mm[i], stiff[i], rub[i] = mine, where, hard, rough
                for c in range(3):
                    shift[i, c], drift[i, c] = kept[c], kept_drift[c]
