"""The loop that moves iodine along the cells of edges; unsigned places, so that it runs on vectors."""

from __future__ import annotations

from numba import njit, uint64
from numpy.typing import NDArray

__all__ = ["streams"]


@njit(cache=True, nogil=True, error_model="numpy")
def streams(
    chosen: NDArray,  # of the edges, those that are equal to `want`
    want: bool,
    share: float,  # of the whole movement, and what of it is done already
    done: float,
    first_value: NDArray,
    half_cells: NDArray,
    lanes_of: NDArray,
    weight: NDArray,
    tanks: NDArray,
    partner: NDArray,
    end_node: NDArray,
    through_ml: NDArray,
    start_ml: NDArray,  # of a half, and what it takes up in the whole movement
    take_ml: NDArray,
    mixing: NDArray,
    iodine: NDArray,
    node_mg_ml: NDArray,
    end_mg_ml: NDArray,
    out_ml: NDArray,  # (h, 3): into the node (+) or out of it (-)
    out_mg: NDArray,
    awake: NDArray,
    value: NDArray,
    per_ml: NDArray,
    face: NDArray,
    moved: NDArray,
    slope: NDArray,
) -> None:
    """Move the iodine of many edges; what leaves an end waits in `out_mg`, what enters is for the caller.

    Flow through a face: the middle's, in the shares of the lanes, and what the cells between take up, shared
    by the lanes alike; so every cell of every lane keeps its share of the live volume.
    """
    one, two, three = uint64(1), uint64(2), uint64(3)
    for k in range(lanes_of.size):
        a, b = 2 * k, 2 * k + 1
        n_a, n_b = half_cells[a], half_cells[b]
        cells = n_a + n_b
        if chosen[k] != want or cells == 0:
            continue
        lanes = lanes_of[k]
        through, take_a, take_b = through_ml[k] * share, take_ml[a] * share, take_ml[b] * share
        if not awake[k]:
            for j in range(lanes):
                out_ml[a, j] = -(weight[k, j] * through + take_a / lanes)
                out_ml[b, j] = weight[k, j] * through - take_b / lanes
                out_mg[a, j] = out_mg[b, j] = 0.0
            continue
        step_a, step_b = take_a / (n_a * lanes), take_b / (max(n_b, 1) * lanes)
        extra = take_a / lanes
        step, n, first = uint64(lanes), uint64(cells * lanes), uint64(first_value[k])
        last = cells * lanes
        f = uint64(0)
        if lanes == 3:
            fast, middle, slow = weight[k, 0] * through, weight[k, 1] * through, weight[k, 2] * through
            for c in range(cells + 1):
                face[f], face[f + one], face[f + two] = fast + extra, middle + extra, slow + extra
                f += three
                extra -= step_a if c < n_a else step_b
            mix = mixing[k] * share
            for c in range(uint64(cells if mix > 0.0 else 0)):
                o = first + three * c
                x, y, z = iodine[o], iodine[o + one], iodine[o + two]
                mean = (x + y + z) / 3.0
                iodine[o] = x + mix * (mean - x)
                iodine[o + one] = y + mix * (mean - y)
                iodine[o + two] = z + mix * (mean - z)
        else:
            for c in range(cells + 1):
                face[f] = through + extra
                f += one
                extra -= step_a if c < n_a else step_b
        per_a = lanes * n_a / (start_ml[a] + done * take_ml[a])
        per_b = lanes * max(n_b, 1) / (start_ml[b] + done * take_ml[b])
        half = uint64(n_a * lanes)
        for i in range(half):
            per_ml[i] = per_a
            value[i + step] = iodine[first + i] * per_a
        for i in range(half, n):
            per_ml[i] = per_b
            value[i + step] = iodine[first + i] * per_b
        for j in range(lanes):  # beyond the ends
            ahead, behind = value[lanes + j], value[last + j]
            if partner[a] >= 0:
                ahead = end_mg_ml[partner[a], j]
            elif face[j] > 0.0:
                ahead = node_mg_ml[end_node[a]]
            if partner[b] >= 0:
                behind = end_mg_ml[partner[b], j]
            elif face[last + j] < 0.0:
                behind = node_mg_ml[end_node[b]]
            value[j], value[last + lanes + j] = ahead, behind
        if tanks[k]:
            for i in range(n):
                slope[i] = 0.0
        else:
            for i in range(n):  # half of van Leer's slope
                left, right = value[i + step] - value[i], value[i + step + step] - value[i + step]
                both = left * right
                slope[i] = max(both, 0.0) / (left + right if both > 0.0 else 1.0)
        for i in range(n - step):
            q = face[i + step]
            down = value[i + step] + (1.0 - q * per_ml[i]) * slope[i]
            up = value[i + step + step] - (1.0 + q * per_ml[i + step]) * slope[i + step]
            moved[i + step] = q * (down if q > 0.0 else up)
        for j in range(lanes):
            q = face[j]
            g = q * (value[lanes + j] - (1.0 + q * per_ml[j]) * slope[j]) if q < 0.0 else 0.0
            moved[j], out_ml[a, j], out_mg[a, j] = g, -q, -g
            q, o = face[last + j], last - lanes + j
            g = q * (value[last + j] + (1.0 - q * per_ml[o]) * slope[o]) if q > 0.0 else 0.0
            moved[last + j], out_ml[b, j], out_mg[b, j] = g, q, g
        for i in range(n):
            iodine[first + i] += moved[i] - moved[i + step]
