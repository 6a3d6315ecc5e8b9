"""What happens where streams meet: mixing by flow, lanes that run straight on, valves, pools, the outside."""

from __future__ import annotations

from numba import njit, uint64
from numpy.typing import NDArray

from angiosuite.physics.flow.cells import JUNCTION, OUTSIDE, POOL

__all__ = ["INJECTED", "LOST", "links_from_junctions", "links_from_pools", "meet"]

#: Places in `totals`: sums and the remainders that keep them exact.
INJECTED, LOST = 0, 1


@njit(cache=True, nogil=True, error_model="numpy")
def _add(totals: NDArray, place: int, amount: float) -> None:
    """Neumaier's sum, so that a day of small amounts loses nothing."""
    was = totals[place, 0]
    now = was + amount
    if abs(was) >= abs(amount):
        totals[place, 1] += (was - now) + amount
    else:
        totals[place, 1] += (amount - now) + was
    totals[place, 0] = now


@njit(cache=True, nogil=True, error_model="numpy")
def _straight_on(
    h: int,
    g: int,
    lanes: int,
    end_value: NDArray,
    iodine: NDArray,
    out_ml: NDArray,
    out_mg: NDArray,
    awake: NDArray,
) -> float:
    """Lanes of end h run on into end g and back; only what they do not share mixes. Mean, mg/ml."""
    one = uint64(1)
    at_h, at_g = uint64(end_value[h]), uint64(end_value[g])
    in_ml = in_mg = mixed_mg = want_ml = 0.0
    for j in range(lanes):
        x, y = out_ml[h, j], out_ml[g, j]
        if x > 0.0:
            mg = out_mg[h, j]
            straight = mg * (min(x, max(-y, 0.0)) / x)
            if straight > 0.0:
                iodine[at_g + j] += straight
                awake[g >> one] = True
            mixed_mg += mg - straight
            in_ml += x
            in_mg += mg
        want_ml += max(-x - max(y, 0.0), 0.0)
        if y > 0.0:
            mg = out_mg[g, j]
            straight = mg * (min(y, max(-x, 0.0)) / y)
            if straight > 0.0:
                iodine[at_h + j] += straight
                awake[h >> one] = True
            mixed_mg += mg - straight
            in_ml += y
            in_mg += mg
        want_ml += max(-y - max(x, 0.0), 0.0)
    if mixed_mg > 0.0:
        if want_ml <= 1e-9 * in_ml:
            iodine[at_h] += mixed_mg
            awake[h >> one] = True
        else:
            awake[h >> one] = awake[g >> one] = True
            for j in range(lanes):
                x, y = out_ml[h, j], out_ml[g, j]
                iodine[at_h + j] += mixed_mg * (max(-x - max(y, 0.0), 0.0) / want_ml)
                iodine[at_g + j] += mixed_mg * (max(-y - max(x, 0.0), 0.0) / want_ml)
    return in_mg / in_ml if in_ml > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def meet(
    chosen: NDArray,  # of the nodes, those that are equal to `want`
    want: bool,
    share: float,  # of the whole movement, and what of it is done already
    done: float,
    role: NDArray,
    ends_from: NDArray,
    ends: NDArray,
    partner: NDArray,
    lanes_of: NDArray,
    end_value: NDArray,  # (h,): first value of an end's outermost cell
    spare_ml: NDArray,  # what a pool has to mix with, and how it grows
    gain_ml: NDArray,
    source_ml: NDArray,
    source_mg: NDArray,
    link: NDArray,  # (n, 4): ml and mg in, ml out, mg out (added to)
    iodine: NDArray,
    pool_mg: NDArray,
    node_mg_ml: NDArray,
    out_ml: NDArray,
    out_mg: NDArray,
    awake: NDArray,
    totals: NDArray,
) -> None:
    """Mix the streams and sources of nodes and send them on into the outermost cells."""
    one = uint64(1)
    for node in range(uint64(role.size)):
        if chosen[node] != want:
            continue
        first, last = uint64(ends_from[node]), uint64(ends_from[node + one])
        kind = role[node]
        source = source_ml[node] * share
        plain = kind == JUNCTION and source == 0.0 and link[node, 0] == 0.0 and link[node, 2] == 0.0
        if plain and last - first == 2 and partner[ends[first]] >= 0:
            h, g = uint64(ends[first]), uint64(ends[first + one])
            if awake[h >> one] or awake[g >> one]:
                lanes = uint64(lanes_of[h >> one])
                node_mg_ml[node] = _straight_on(h, g, lanes, end_value, iodine, out_ml, out_mg, awake)
            continue
        in_ml, in_mg, off_ml = link[node, 0] * share, link[node, 1] * share, link[node, 2] * share
        for s in range(first, last):
            h = uint64(ends[s])
            for j in range(uint64(lanes_of[h >> one])):
                q = out_ml[h, j]
                in_ml += max(q, 0.0)
                off_ml += max(-q, 0.0)
                in_mg += out_mg[h, j]
        if source > 0.0:
            in_ml += source
            in_mg += source_mg[node] * share
            _add(totals, INJECTED, source_mg[node] * share)
        off_ml += max(-source, 0.0)
        if kind == OUTSIDE:
            _add(totals, LOST, in_mg)
            c = node_mg_ml[node]
            _add(totals, INJECTED, c * off_ml)
        else:
            if kind == POOL:
                in_ml += max(spare_ml[node] + done * gain_ml[node], 0.0)
                in_mg += pool_mg[node]
            if in_mg == 0.0:
                node_mg_ml[node] = 0.0
                continue
            node_mg_ml[node] = in_mg / in_ml if in_ml > 0.0 else 0.0
            if kind == POOL:
                c = in_mg / max(in_ml, off_ml)
                pool_mg[node] = in_mg - c * off_ml
            elif off_ml > 1e-9 * in_ml:
                c = in_mg / off_ml
            else:  # a dead end: the little that cannot leave stays where it is
                iodine[end_value[ends[first]]] += in_mg
                awake[ends[first] // 2] = True
                continue
        if c > 0.0:
            for s in range(first, last):
                h = uint64(ends[s])
                o, least = uint64(end_value[h]), 0.0  # without branches: which ends take is hard to foresee
                for j in range(uint64(lanes_of[h >> one])):
                    q = min(out_ml[h, j], 0.0)
                    iodine[o + j] -= q * c
                    least = min(least, q)
                awake[h >> one] |= least < 0.0
            link[node, 3] += c * link[node, 2] * share
            if source < 0.0:
                _add(totals, LOST, -source * c)


@njit(cache=True, nogil=True, error_model="numpy")
def links_from_pools(
    links: NDArray,
    a: NDArray,
    b: NDArray,
    role: NDArray,
    through_ml: NDArray,
    before_ml: NDArray,
    spare_ml: NDArray,
    link: NDArray,
    pool_mg: NDArray,
    node_mg_ml: NDArray,
    totals: NDArray,
) -> None:
    """Valves and links: what pools send through them at once; what junctions will send is noted."""
    link[:] = 0.0
    spare_ml[:] = before_ml
    for k in links:
        link[a[k] if through_ml[k] >= 0.0 else b[k], 2] += abs(through_ml[k])
    for i in range(role.size):
        if role[i] == POOL:
            node_mg_ml[i] = pool_mg[i] / max(before_ml[i], max(link[i, 2], 1e-12))
    for k in links:
        up, down = (a[k], b[k]) if through_ml[k] >= 0.0 else (b[k], a[k])
        if role[up] == JUNCTION:
            continue
        ml = abs(through_ml[k])
        mg = node_mg_ml[up] * ml
        if role[up] == POOL:
            mg = min(mg, pool_mg[up])
            pool_mg[up] -= mg
            spare_ml[up] = max(spare_ml[up] - ml, 0.0)
        else:
            _add(totals, INJECTED, mg)
        if role[down] == OUTSIDE:
            _add(totals, LOST, mg)
        else:
            link[down, 0] += ml
            link[down, 1] += mg
    for i in range(role.size):
        if role[i] != JUNCTION:
            link[i, 2] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def links_from_junctions(
    links: NDArray,
    a: NDArray,
    b: NDArray,
    role: NDArray,
    through_ml: NDArray,
    link: NDArray,
    pool_mg: NDArray,
    totals: NDArray,
) -> None:
    """What junctions sent through valves and links arrives in its pool."""
    for k in links:
        up, down = (a[k], b[k]) if through_ml[k] >= 0.0 else (b[k], a[k])
        if role[up] != JUNCTION or link[up, 3] == 0.0:
            continue
        mg = link[up, 3] * (abs(through_ml[k]) / link[up, 2])
        if role[down] == OUTSIDE:
            _add(totals, LOST, mg)
        else:
            pool_mg[down] += mg
