"""From one drawing of the network to the next: what flows goes on, and nothing is gained or lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.transport import Transport
from angiosuite.physics.flow.tube_law import volume_at
from angiosuite.physics.treating.suspended import Suspended

from .plumbing import Plumbing

__all__ = ["carry_agents", "carry_iodine", "carry_network"]

Floats = NDArray[np.float64]


def carry_network(network: Network, before: Plumbing, after: Plumbing) -> Network:
    """The network drawn anew, with other stations on some vessels.

    Notes
    -----
    **Model** a node keeps its pressure: its volume changes as its share of the vessels does; new nodes take
    what is then left of the volume, each by its size and pressure, so that the sum stays the same. An edge
    that was parted carries the flow of the whole. Held by ``tests/suite/circulation/test_carrying.py``.
    """
    new = network.carried_to(after.spec)
    changed = _changed(before, after)
    touched = {name for vessel in changed for name in after.courses[vessel].nodes}
    gone = {name for vessel in changed for name in before.courses[vessel].nodes} - touched
    fresh = sorted(touched - set(before.node), key=after.node.__getitem__)
    kept = sorted(touched & set(before.node), key=after.node.__getitem__)
    left = sum(float(network.volume_ml[before.node[name]]) for name in (*kept, *gone))
    for name in kept:
        here, there = before.node[name], after.node[name]
        ratio = float(after.spec.volume_ml[there] / before.spec.volume_ml[here])
        new.set_reference(np.array([there]), np.array([network.reference_ml[here] * ratio]))
        new.volume_ml[there] = network.volume_ml[here] * ratio
        left -= float(new.volume_ml[there])
    for vessel in changed:
        _carry_flow(network, new, before, after, vessel)
    places = np.array([after.node[name] for name in (fresh or kept)], np.int64)
    if len(places):
        now = _volumes(new, places) if fresh else new.volume_ml[places].copy()
        new.volume_ml[places] = now * ((left if fresh else left + now.sum()) / now.sum())
    return new


def _volumes(network: Network, places: NDArray[np.int64]) -> Floats:
    """Volume of some nodes at their pressure, ml."""
    spec = network.spec
    return np.array(
        [
            volume_at(
                int(spec.law[k]),
                network.pressure_mmhg[k],
                spec.volume_ml[k],
                spec.stiffness[k],
                spec.p0_mmhg[k],
            )
            for k in places
        ]
    )


def _carry_flow(network: Network, new: Network, before: Plumbing, after: Plumbing, vessel: str) -> None:
    """Flow of a vessel's edges, and pressure of its new nodes, from where they lay before."""
    old, course = before.courses[vessel], after.courses[vessel]
    edges, _ = old.place(0.5 * (course.stations_mm[1:] + course.stations_mm[:-1]))
    for name, k in zip(course.edges, edges, strict=True):
        new.flow_ml_s[after.edge[name]] = network.flow_ml_s[before.edge[old.edges[k]]]
    places, shares = old.place(course.stations_mm)
    for name, k, share in zip(course.nodes, places, shares, strict=True):
        if name not in before.node:
            edge = before.edge[old.edges[k]]
            new.pressure_mmhg[after.node[name]] = network.pressure_at(edge, float(share))


def carry_iodine(
    transport: Transport, new: Transport, volume_ml: Floats, before: Plumbing, after: Plumbing
) -> None:
    """Give a new transport all that is under way in an old one; both at the end of a window.

    Parameters
    ----------
    transport, new : Transport
    volume_ml : ndarray (n,)
        Of the new network's nodes.
    before, after : Plumbing
    """
    old, state = transport.state(), new.state()
    iodine = state["iodine_mg"]
    for name, there in after.edge.items():
        here = before.edge.get(name)
        if here is None:
            continue
        a, b = transport.layout.first_value[here : here + 2]
        c, d = new.layout.first_value[there : there + 2]
        if b - a == d - c:
            iodine[c:d] = old["iodine_mg"][a:b]
    for vessel in _changed(before, after):
        _share_out(transport, new, old["iodine_mg"], iodine, before, after, vessel)
    for key in ("pool_mg", "node_mg_ml"):
        for name, there in after.node.items():
            if name in before.node:
                state[key][there] = old[key][before.node[name]]
    for there in after.edge.values():
        a, b = new.layout.first_value[there : there + 2]
        state["awake"][there] = float(iodine[a:b].any())
    own = {"waiting_ml", "source_ml", "source_mg", "before_ml", "exchange_per_s", *("iodine_mg", "awake")}
    own |= {"pool_mg", "node_mg_ml"}
    state |= {key: value for key, value in old.items() if key not in own}
    state["before_ml"] = volume_ml.copy()
    new.restore(state)


def carry_agents(
    suspended: Suspended, new: Suspended, volume_ml: Floats, before: Plumbing, after: Plumbing
) -> None:
    """Give a new network all agents that are under way in an old one; see `carry_iodine`."""
    for number, fractions in suspended.known.items():
        new.know(number, fractions)
    for one, field, age in zip(suspended.fractions, suspended.fields, suspended.ages, strict=True):
        k = new.carry(one)
        carry_iodine(field, new.fields[k], volume_ml, before, after)
        there = new.ages[k]
        if age is not None and there is not None:
            carry_iodine(age, there, volume_ml, before, after)


def _share_out(
    transport: Transport,
    new: Transport,
    old_mg: Floats,
    new_mg: Floats,
    before: Plumbing,
    after: Plumbing,
    vessel: str,
) -> None:
    """The iodine along one vessel, from its old cells to its new ones by where they lie."""
    places, sums = _along(transport, old_mg, before, vessel)
    total = np.concatenate([[0.0], np.cumsum(sums)])
    ends, _ = _along(new, new_mg, after, vessel)
    parts = np.diff(np.interp(ends, places, total))
    parts[-1] += total[-1] - parts.sum()
    first = 0
    course = after.courses[vessel]
    for name in course.edges:
        edge = after.edge[name]
        a, b = new.layout.first_value[edge : edge + 2]
        lanes = int(new.layout.lanes[edge])
        cells = int(b - a) // lanes
        mine = parts[first : first + cells]
        first += cells
        new_mg[a:b] = np.repeat(mine if course.away else mine[::-1], lanes) / lanes


def _along(transport: Transport, mg: Floats, plumbing: Plumbing, vessel: str) -> tuple[Floats, Floats]:
    """Ends of a vessel's cells as arc lengths (k + 1,), and what each holds (k,), from the first point on."""
    course = plumbing.courses[vessel]
    ends, sums = [course.stations_mm[:1]], []
    for k, name in enumerate(course.edges):
        edge = plumbing.edge[name]
        a, b = transport.layout.first_value[edge : edge + 2]
        lanes = int(transport.layout.lanes[edge])
        cells = mg[a:b].reshape(-1, lanes).sum(1)
        first, last = course.stations_mm[k], course.stations_mm[k + 1]
        ends.append(np.linspace(first, last, len(cells) + 1)[1:])
        sums.append(cells if course.away else cells[::-1])
    return np.concatenate(ends), np.concatenate(sums)


def _changed(before: Plumbing, after: Plumbing) -> list[str]:
    """Vessels that are parted at other places."""
    return [v for v, course in after.courses.items() if course.edges != before.courses[v].edges]
