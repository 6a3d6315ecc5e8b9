"""One movement of all iodine: gathered flows, swift edges in several goes, concentrations to look at."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from angiosuite.physics.flow.cells import MOST_LANES, Layout
from angiosuite.physics.flow.mixing_kernels import links_from_junctions, links_from_pools, meet
from angiosuite.physics.flow.stream_kernels import streams

__all__ = ["advance", "concentration", "gather", "sample"]

#: Most of a cell that may leave it in one go; faster edges take several.
_COURANT = 0.9
#: Most goes, whatever is asked for.
_MOST_GOES = 1000.0


@njit(cache=True, nogil=True, error_model="numpy")
def gather(
    flow_ml_s: NDArray,
    sources_ml_s: NDArray,
    source_mg_ml: NDArray,
    seconds: float,
    through_ml: NDArray,
    source_ml: NDArray,
    source_mg: NDArray,
) -> bool:
    """Add one step's volumes and iodine to what is waiting; whether any iodine came."""
    for k in range(flow_ml_s.size):
        through_ml[k] += flow_ml_s[k] * seconds
    any_iodine = False
    for i in range(sources_ml_s.size):
        source_ml[i] += sources_ml_s[i] * seconds
        if source_mg_ml[i] > 0.0:
            any_iodine = True
            source_mg[i] += max(sources_ml_s[i], 0.0) * source_mg_ml[i] * seconds
    return any_iodine


@njit(cache=True, nogil=True, error_model="numpy")
def _pace(
    at: Layout,
    through_ml: NDArray,
    source_ml: NDArray,
    before_ml: NDArray,
    start: NDArray,
    take: NDArray,
    gain: NDArray,
    swift: NDArray,
) -> int:
    """Volumes of halves and what they take up; which edges are swift, and in how many goes they move."""
    gain[:] = source_ml
    for k in range(through_ml.size):
        gain[at.a[k]] -= through_ml[k]
        gain[at.b[k]] += through_ml[k]
    most = 1.0
    for k in range(through_ml.size):
        worst = 0.0
        for h in range(2 * k, 2 * k + 2):
            cells = at.half_cells[h]
            node = at.end_node[h]
            start[h] = max(at.compliant[h] * before_ml[node] + at.rigid_ml[h], 1e-9)
            take[h] = at.compliant[h] * gain[node]
            least = max(min(start[h], start[h] + take[h]), 1e-9)
            fastest = abs(through_ml[k]) * at.weight[k, 0] * at.lanes[k] + abs(take[h])
            worst = max(worst, fastest * cells / least)
        swift[k] = worst > _COURANT
        if swift[k]:
            most = max(most, worst / _COURANT)
    return int(np.ceil(min(most, _MOST_GOES)))


@njit(cache=True, nogil=True, error_model="numpy")
def _end_values(
    at: Layout, iodine: NDArray, start: NDArray, end_value: NDArray, awake: NDArray, end_mg_ml: NDArray
) -> None:
    """Concentration in the outermost cell of each end that goes straight on, a lane each."""
    for h in range(uint64(at.partner.size)):
        edge = h >> uint64(1)
        if at.partner[h] < 0:  # nobody asks
            continue
        lanes, first = uint64(at.lanes[edge]), uint64(end_value[h])
        per_ml = at.lanes[edge] * at.half_cells[h] / start[h] if awake[edge] else 0.0
        for j in range(lanes):
            end_mg_ml[h, j] = iodine[first + j] * per_ml


@njit(cache=True, nogil=True, error_model="numpy")
def _share_with_swift(
    at: Layout, swift: NDArray, swift_node: NDArray, share: float, out_ml: NDArray, out_mg: NDArray
) -> None:
    """Cut what held edges bring to the nodes of swift ones into equal portions."""
    for i in range(swift_node.size):
        if swift_node[i]:
            for s in range(at.ends_from[i], at.ends_from[i + 1]):
                h = at.ends[s]
                if not swift[h // 2]:
                    out_ml[h] *= share
                    out_mg[h] *= share


@njit(cache=True, nogil=True, error_model="numpy")
def advance(
    at: Layout,
    end_value: NDArray,
    through_ml: NDArray,
    source_ml: NDArray,
    source_mg: NDArray,
    before_ml: NDArray,
    mixing: NDArray,
    iodine: NDArray,
    pool_mg: NDArray,
    node_mg_ml: NDArray,
    awake: NDArray,
    totals: NDArray,
    widest: int,
) -> int:
    """Move all iodine by the volumes that flowed; the number of goes of the swiftest edges."""
    e, n = through_ml.size, source_ml.size
    start, take = np.empty(2 * e), np.empty(2 * e)
    gain, spare_ml, link = np.empty(n), np.empty(n), np.empty((n, 4))
    swift, swift_node = np.empty(e, np.bool_), np.zeros(n, np.bool_)
    out_ml, out_mg = np.empty((2 * e, MOST_LANES)), np.empty((2 * e, MOST_LANES))
    end_mg_ml = np.empty((2 * e, MOST_LANES))
    value, per_ml, face = np.empty(widest), np.empty(widest), np.empty(widest)
    moved, slope = np.empty(widest), np.empty(widest)
    goes = _pace(at, through_ml, source_ml, before_ml, start, take, gain, swift)
    links_from_pools(
        at.links, at.a, at.b, at.role, through_ml, before_ml, spare_ml, link, pool_mg, node_mg_ml, totals
    )
    _end_values(at, iodine, start, end_value, awake, end_mg_ml)
    streams(
        swift, False, 1.0, 0.0, at.first_value, at.half_cells, at.lanes, at.weight, at.tanks, at.partner,
        at.end_node, through_ml, start, take, mixing, iodine, node_mg_ml, end_mg_ml, out_ml, out_mg, awake,
        value, per_ml, face, moved, slope,
    )  # fmt: skip
    if goes > 1:
        for k in range(e):
            if swift[k]:
                swift_node[at.a[k]] = swift_node[at.b[k]] = True
        share = 1.0 / goes
        _share_with_swift(at, swift, swift_node, share, out_ml, out_mg)
        for go in range(goes):
            streams(
                swift, True, share, go * share, at.first_value, at.half_cells, at.lanes, at.weight, at.tanks,
                at.partner, at.end_node, through_ml, start, take, mixing, iodine, node_mg_ml, end_mg_ml,
                out_ml, out_mg, awake, value, per_ml, face, moved, slope,
            )  # fmt: skip
            meet(
                swift_node, True, share, go * share, at.role, at.ends_from, at.ends, at.partner, at.lanes,
                end_value, spare_ml, gain, source_ml, source_mg, link, iodine, pool_mg, node_mg_ml, out_ml,
                out_mg, awake, totals,
            )  # fmt: skip
    meet(
        swift_node, False, 1.0, 0.0, at.role, at.ends_from, at.ends, at.partner, at.lanes, end_value,
        spare_ml, gain, source_ml, source_mg, link, iodine, pool_mg, node_mg_ml, out_ml, out_mg, awake,
        totals,
    )  # fmt: skip
    links_from_junctions(at.links, at.a, at.b, at.role, through_ml, link, pool_mg, totals)
    return goes


@njit(cache=True, nogil=True, error_model="numpy")
def concentration(
    at: Layout, iodine: NDArray, volume_ml: NDArray, cell_ml: NDArray, cell_mg_ml: NDArray
) -> None:
    """Volume of every cell and its mean concentration over the lanes."""
    for k in range(at.lanes.size):
        lanes = at.lanes[k]
        c, v = at.first_cell[k], at.first_value[k]
        for h in range(2 * k, 2 * k + 2):
            cells = at.half_cells[h]
            if cells == 0:
                continue
            ml = max(at.compliant[h] * volume_ml[at.end_node[h]] + at.rigid_ml[h], 1e-9) / cells
            for _ in range(cells):
                mg = 0.0
                for j in range(lanes):
                    mg += iodine[v + j]
                cell_ml[c], cell_mg_ml[c] = ml, mg / ml
                c += 1
                v += lanes


@njit(cache=True, nogil=True, error_model="numpy")
def sample(
    first_cell: NDArray,
    half_cells: NDArray,
    before: NDArray,
    after: NDArray,
    edges: NDArray,
    shares: NDArray,
    cell_mg_ml: NDArray,
    out: NDArray,
) -> None:
    """Concentration at shares of edges, straight between the middles of cells."""
    for p in range(edges.size):
        k = edges[p]
        first, n_a, n_b = first_cell[k], half_cells[2 * k], half_cells[2 * k + 1]
        if n_a == 0:
            out[p] = 0.0
            continue
        if n_b == 0:  # tanks
            place = shares[p] * n_a
        elif shares[p] < 0.5:
            place = shares[p] * 2.0 * n_a
        else:
            place = n_a + (shares[p] - 0.5) * 2.0 * n_b
        cell = min(max(int(place), 0), n_a + n_b - 1)
        off = place - cell - 0.5
        here = cell_mg_ml[first + cell]
        other = after[first + cell] if off > 0.0 else before[first + cell]
        beside = cell_mg_ml[other] if other >= 0 else here
        out[p] = here + abs(off) * (beside - here)
