"""Organ trees: grown inside each organ's own voxels, from the graph's ends down to half a millimetre."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy  # scipy.spatial is loaded when it is first used
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.vessels.branching import clear, smoothed
from angiosuite.anatomy.vessels.colonising import colonise
from angiosuite.anatomy.vessels.graph import Territory, Vessel
from angiosuite.anatomy.vessels.lands import Lands
from angiosuite.kit.randomness import generator

__all__ = ["Grown", "Plan", "Trunk", "grow"]

#: Room that a growing branch leaves between its axis and the wall of a tree that is there, mm.
ROOM_MM = 0.9
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Trunk:
    """A vessel that a tree goes on from.

    Parameters
    ----------
    vessel : Vessel
    beds : tuple of str
        Beds whose tissue it serves.
    guided : bool
        Whether branches may leave along the whole vessel (it lies in the organ) or from its far end alone.
    apart_mm : float
        Least way between two places on a guided trunk where branches leave.
    """

    vessel: Vessel
    beds: tuple[str, ...]
    guided: bool = False
    apart_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One set of trees in one organ that grow together.

    Parameters
    ----------
    name : str
        For the random stream: "liver-artery".
    trunks : tuple of Trunk
    tips : int
        Points of tissue that are to be reached, shared out over the beds by volume.
    closing_mm : float
        Clefts of the organ up to this width count as inside (the kidney's sinus, the mesentery).
    shell_mm : (float, float) or None
        Depths under the organ's surface between which tips lie; anywhere when None.
    """

    name: str
    trunks: tuple[Trunk, ...]
    tips: int
    closing_mm: float = 6.0
    shell_mm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """Trees of one plan.

    Parameters
    ----------
    nodes_mm, parent, tree, radius_mm : (n, 3), (n,), (n,), (n,)
        Nodes, the row each goes on from (-1 for a root), place of its trunk in the plan, radius of the piece
        that ends there.
    trunk_nodes : int
        How many rows, from the first, lie on the trunks.
    """

    nodes_mm: Floats
    parent: Ints
    tree: Ints
    radius_mm: Floats
    trunk_nodes: int
    plan: Plan = field(repr=False)

    @property
    def pieces(self) -> Floats:
        """All pieces as (m, 8): two ends and radii."""
        on = self.parent >= 0
        up = self.parent[on]
        r = self.radius_mm[on][:, None]
        return np.concatenate([self.nodes_mm[up], r, self.nodes_mm[on], r], axis=1)


def grow(plan: Plan, lands: Lands, seed: int, others: Floats | None = None) -> Grown | None:
    """Grow one plan's trees; None when its beds have no voxels.

    Parameters
    ----------
    plan : Plan
    lands : Lands
        The territory in which it grows.
    seed : int
    others : (m, 8)
        Pieces of trees that are there already, which the new ones keep clear of.

    Notes
    -----
    **Model** tips lie at random in the beds' voxels, at even distance from one another; trees grow towards
    them by space colonisation, are smoothed, cut where they would run through one another, and get their
    calibres by Murray's law from the trunk's own calibre. **Source** see `colonise` and `calibres`.
    **Valid for** organs of a labelled body. Held by tests/anatomy/vessels/test_growth.py.
    """
    rng = generator(seed, f"anatomy-growth-{plan.name}")
    names = sorted({bed for trunk in plan.trunks for bed in trunk.beds})
    edge = lands.territory.spacing_mm
    part = lands.part(names, int(plan.closing_mm / edge) + 2)
    if part is None:
        return None
    number, origin = part
    mask = np.asarray(number > 0)
    inside = ndimage.binary_closing(mask, iterations=max(1, round(plan.closing_mm / edge))) | mask
    start = _starts(plan, edge)
    goals, bed = _goals(plan, mask, inside, number, origin, edge, rng)
    owner = _owners(plan, goals, bed, lands.territory, start)
    volume = float(mask.sum()) * edge**3
    apart = (volume / max(len(goals), 1)) ** (1.0 / 3.0)
    step = float(np.clip(0.36 * apart, 1.4, 5.0))
    rows = np.zeros((0, 8)) if others is None else others
    within, kill = inside.astype(np.uint8), max(0.45 * apart, 1.1 * step)
    nodes, parent, tree = colonise(
        *start,
        _ports(plan, start[2], edge),
        goals,
        owner,
        within,
        origin,
        edge,
        step,
        kill,
        rng,
        _bars(rows, 1.5),
    )
    fixed = np.zeros(len(nodes), np.bool_)
    fixed[: len(start[0])] = True
    nodes = smoothed(nodes, parent, fixed)
    calibre = np.array([t.vessel.radius_mm[0 if t.guided else -1] for t in plan.trunks])
    nodes, parent, tree, radius = clear(nodes, parent, tree, calibre, rows, len(start[0]))
    return Grown(nodes, parent, tree, radius, len(start[0]), plan)


def _bars(pieces: Floats, every_mm: float) -> Floats:
    """Balls along pieces (m, 8), one at least each `every_mm`: centre, radius and room for a thin branch."""
    if len(pieces) == 0:
        return np.zeros((0, 4))
    count = np.maximum(1, np.ceil(np.linalg.norm(pieces[:, 4:7] - pieces[:, 0:3], axis=1) / every_mm)).astype(
        int
    )
    row = np.repeat(np.arange(len(pieces)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    t = ((place + 0.5) / count[row])[:, None]
    middle = pieces[row, 0:3] + t * (pieces[row, 4:7] - pieces[row, 0:3])
    return np.column_stack([middle, np.maximum(pieces[row, 3], pieces[row, 7]) + ROOM_MM])


def _starts(plan: Plan, step_mm: float) -> tuple[Floats, Ints, Ints, Floats]:
    """Start nodes, their parents, trees and directions."""
    nodes: list[Floats] = []
    before: list[NDArray[np.int64]] = []
    tree: list[NDArray[np.int64]] = []
    ahead: list[Floats] = []
    for k, trunk in enumerate(plan.trunks):
        vessel = trunk.vessel
        if trunk.guided:
            at = np.linspace(0.0, vessel.length_mm, max(3, round(vessel.length_mm / step_mm) + 1))
        else:
            at = np.array([vessel.length_mm])
        points = np.stack([np.interp(at, vessel.arc_mm, vessel.points_mm[:, c]) for c in range(3)], axis=1)
        back = np.stack(
            [np.interp(np.maximum(at - 4.0, 0.0), vessel.arc_mm, vessel.points_mm[:, c]) for c in range(3)],
            axis=1,
        )
        way = points - back
        if trunk.guided:
            way[0] = points[1] - points[0]
        first = sum(len(part) for part in nodes)
        nodes.append(points)
        before.append(np.concatenate([[-1], np.arange(first, first + len(points) - 1)]))
        tree.append(np.full(len(points), k))
        ahead.append(way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9))
    return (
        np.concatenate(nodes),
        np.concatenate(before).astype(np.int32),
        np.concatenate(tree).astype(np.int32),
        np.concatenate(ahead),
    )


@njit(cache=True, nogil=True)
def _apart(points, gap, most):  # type: ignore[no-untyped-def]
    """Rows of points, in order, that keep at least `gap` from all taken before."""
    taken = np.zeros(most, np.int64)
    n = 0
    for k in range(points.shape[0]):
        if n >= most:
            break
        free = True
        for j in range(n):
            d = 0.0
            for c in range(3):
                d += (points[k, c] - points[taken[j], c]) ** 2
            if d < gap * gap:
                free = False
                break
        if free:
            taken[n] = k
            n += 1
    return taken[:n]


def _goals(
    plan: Plan,
    mask: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    number: NDArray[np.uint8],
    origin: tuple[float, float, float],
    edge: float,
    rng: np.random.Generator,
) -> tuple[Floats, NDArray[np.int64]]:
    """Points of tissue (m, 3), mm, and the number of the bed that each lies in."""
    choice = mask
    if plan.shell_mm is not None:
        depth = ndimage.distance_transform_edt(np.pad(inside, 1), edge)[1:-1, 1:-1, 1:-1]
        shell = mask & (depth >= plan.shell_mm[0]) & (depth <= plan.shell_mm[1])
        choice = shell if shell.any() else mask
    places = np.argwhere(choice)
    places = places[rng.permutation(len(places))]
    points = np.asarray(origin) + edge * places[:, ::-1]
    points = points + rng.uniform(-0.45, 0.45, points.shape) * edge
    gap = 0.78 * (len(points) * edge**3 / plan.tips) ** (1.0 / 3.0)
    taken = _apart(points, gap, plan.tips)
    return points[taken], number[tuple(places[taken].T)].astype(np.int64)


def _ports(plan: Plan, tree: Ints, step_mm: float) -> NDArray[np.bool_]:
    """Start nodes that branches may leave from: some way apart on a guided trunk, its far end always."""
    ports = np.ones(len(tree), np.bool_)
    for k, trunk in enumerate(plan.trunks):
        rows = np.where(tree == k)[0]
        every = max(1, round(trunk.apart_mm / step_mm))
        ports[rows] = (np.arange(len(rows))[::-1] % every) == 0
    return ports


def _owners(
    plan: Plan,
    goals: Floats,
    bed: NDArray[np.int64],
    territory: Territory,
    start: tuple[Floats, Ints, Ints, Floats],
) -> Ints:
    """Tree of each goal: of those that serve its bed, the one whose trunk lies nearest."""
    owner = np.full(len(goals), -1, np.int32)
    for number in np.unique(bed):
        name = territory.beds[int(number) - 1]
        mine = [k for k, trunk in enumerate(plan.trunks) if name in trunk.beds]
        rows = np.where(np.isin(start[2], mine))[0]
        here = bed == number
        _, nearest = scipy.spatial.cKDTree(start[0][rows]).query(goals[here])
        owner[here] = start[2][rows[nearest]]
    return owner
