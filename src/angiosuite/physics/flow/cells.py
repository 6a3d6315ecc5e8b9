"""Where iodine is counted: cells along vessels, tanks in beds, mixed pools; and how they hang together."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw

__all__ = ["JUNCTION", "MOST_LANES", "OUTSIDE", "POOL", "Layout", "lane_weights", "layout", "neighbours"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: What a node is to the contrast: a place without volume where streams mix, a mixed pool, the outside.
JUNCTION, POOL, OUTSIDE = 0, 1, 2
#: Volume of a link between two junctions, ml: small beside what it joins, enough for a shunt's flow.
LINK_ML = 0.2
MOST_LANES = 3


class Layout(NamedTuple):
    """Arrays of the cells; n nodes, e edges, h = 2 e ends (2 k at node a, 2 k + 1 at node b of edge k).

    Cells run from a to b; ``value`` arrays hold one number a lane and cell, the lanes of a cell side by side.

    Attributes
    ----------
    first_cell, first_value : (e + 1,)
        Where an edge's cells, and its values, begin.
    half_cells : (h,)
        Cells of each half of an edge (all of a bed's tanks belong to its first half).
    lanes : (e,)
    weight : (e, 3)
        Share of the flow that each lane carries.
    tanks : (e,), bool
        Mixed tanks in a row instead of a stream.
    end_node, partner : (h,)
        Node of an end; the end of the one other edge that goes straight on there, or -1.
    compliant : (h,)
        Share of its node's volume that a half holds; 0 where it is rigid.
    rigid_ml : (h,)
        Volume of a rigid half.
    role : (n,)
        JUNCTION, POOL or OUTSIDE.
    ends_from, ends : (n + 1,), (h',)
        Ends of edges with cells that meet at each node.
    links : (l,)
        Edges without cells: valves and links that touch a pool.
    a, b : (e,)
    """

    first_cell: Ints
    first_value: Ints
    half_cells: Ints
    lanes: Ints
    weight: Floats
    tanks: NDArray[np.bool_]
    end_node: Ints
    partner: Ints
    compliant: Floats
    rigid_ml: Floats
    role: Ints
    ends_from: Ints
    ends: Ints
    links: Ints
    a: Ints
    b: Ints

    @property
    def cells(self) -> int:
        """Number of cells and tanks."""
        return int(self.first_cell[-1])

    @property
    def values(self) -> int:
        """Number of values: cells times their lanes."""
        return int(self.first_value[-1])

    @property
    def end_value(self) -> Ints:
        """(h,): first value of the outermost cell of every end."""
        out = np.empty(self.end_node.size, np.int64)
        out[0::2] = self.first_value[:-1]
        out[1::2] = self.first_value[1:] - self.lanes
        return out


@lru_cache(maxsize=64)
def lane_weights(profile: float, lanes: int) -> Floats:
    """Share of the flow in each of 1 to 3 concentric lanes of equal area, the middle one first; sum 1.

    **Model.** Velocity ``(g + 2)/g (1 - r^g)`` times the mean, integrated over rings of equal area.
    **Source.** Profile family of Hughes and Lubliner (Math Biosci 1973), as in one-dimensional blood flow.
    **Valid for** ``g >= 2``. Held by `test_three_lanes_keep_the_laminar_tail`.
    """
    edges = np.linspace(0.0, 1.0, lanes + 1)  # shares of the area
    g = profile
    carried = (g + 2.0) / g * (edges - edges ** (g / 2.0 + 1.0) / (g / 2.0 + 1.0))
    weights = np.zeros(MOST_LANES)
    weights[:lanes] = np.diff(carried)
    weights /= weights.sum()
    weights.flags.writeable = False
    return weights


def layout(spec: FlowSpec, cell_mm: float) -> Layout:
    """Cells of a network: halves of segments in equal ones near `cell_mm`, beds in their tanks."""
    e, n = len(spec.edges), len(spec.nodes)
    a, b = spec.a.astype(np.int64), spec.b.astype(np.int64)
    tube = spec.kind == EdgeKind.TUBE
    bed = (spec.kind == EdgeKind.BED) & (spec.bed_ml > 0.0) & (spec.tanks > 0)
    half_ml = np.where(tube, spec.length_cm * spec.area_cm2 / 2.0, 0.0)
    halves = np.bincount(a, half_ml, n) + np.bincount(b, half_ml, n)
    elastic = (spec.law == NodeLaw.TUBE) | (spec.law == NodeLaw.VEIN)
    role = np.where(spec.law == NodeLaw.FIXED, OUTSIDE, np.where(elastic & (halves > 0.0), JUNCTION, POOL))
    role = role.astype(np.int64)
    link = ~tube & ~bed & (role[a] == JUNCTION) & (role[b] == JUNCTION)

    half_cells = np.zeros(2 * e, np.int64)
    along = np.maximum(1, np.rint(spec.length_cm * 5.0 / cell_mm)).astype(np.int64)
    half_cells[0::2] = np.where(tube, along, np.where(bed, spec.tanks, np.where(link, 1, 0)))
    half_cells[1::2] = np.where(tube, along, 0)
    lanes = np.where(tube & (spec.lanes > 1), MOST_LANES, 1).astype(np.int64)
    weight = np.zeros((e, MOST_LANES))
    for k in range(e):
        weight[k] = lane_weights(float(spec.profile[k]) if tube[k] else 2.0, int(lanes[k]))

    end_node = np.empty(2 * e, np.int64)
    end_node[0::2], end_node[1::2] = a, b
    halves_ml = np.repeat(half_ml, 2)
    soft = (halves_ml > 0.0) & (role[end_node] == JUNCTION)
    compliant = np.where(soft, halves_ml / np.where(soft, halves[end_node], 1.0), 0.0)
    rigid_ml = np.where(soft, 0.0, halves_ml)
    rigid_ml[0::2] += np.where(bed, spec.bed_ml, 0.0) + np.where(link, LINK_ML, 0.0)

    cells = half_cells[0::2] + half_cells[1::2]
    with_cells = np.flatnonzero(np.repeat(cells > 0, 2))
    order = with_cells[np.argsort(end_node[with_cells], kind="stable")]
    ends_from = np.concatenate([[0], np.cumsum(np.bincount(end_node[with_cells], minlength=n))])
    return Layout(
        np.concatenate([[0], np.cumsum(cells)]),
        np.concatenate([[0], np.cumsum(cells * lanes)]),
        half_cells,
        lanes,
        weight,
        ~tube,
        end_node,
        _partners(spec, role, tube, lanes, ends_from, order),
        compliant,
        rigid_ml,
        role,
        ends_from.astype(np.int64),
        order,
        np.flatnonzero(cells == 0),
        a,
        b,
    )


def _partners(
    spec: FlowSpec, role: Ints, tube: NDArray[np.bool_], lanes: Ints, ends_from: Ints, order: Ints
) -> Ints:
    """Ends of segments that go straight on into one other segment, so that lanes need not mix there."""
    partner = np.full(2 * len(spec.edges), -1, np.int64)
    meet = np.bincount(spec.a, minlength=role.size) + np.bincount(spec.b, minlength=role.size)
    for node in np.flatnonzero((role == JUNCTION) & (meet == 2)):
        here = order[ends_from[node] : ends_from[node + 1]]
        if here.size == 2 and tube[here // 2].all() and lanes[here[0] // 2] == lanes[here[1] // 2]:
            partner[here[0]], partner[here[1]] = here[1], here[0]
    return partner


def neighbours(at: Layout) -> tuple[Ints, Ints]:
    """The cell before and after each one, on into a segment that goes straight on; -1 where there is none."""
    cells = np.arange(at.cells, dtype=np.int64)
    before, after = cells - 1, cells + 1
    for k in range(at.lanes.size):
        first, last = at.first_cell[k], at.first_cell[k + 1] - 1
        if last < first:
            continue
        for end, cell, table in ((2 * k, first, before), (2 * k + 1, last, after)):
            other = int(at.partner[end])
            edge = other // 2
            beyond = at.first_cell[edge] if other % 2 == 0 else at.first_cell[edge + 1] - 1
            table[cell] = beyond if other >= 0 else -1
    return before, after
