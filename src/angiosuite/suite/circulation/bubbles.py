"""Gas in a patient's network: which way up its vessels run, and how it goes on when they are parted anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.flow.gas import Gas

from .plumbing import Plumbing

__all__ = ["carry_gas", "gas_of"]

Floats = NDArray[np.float64]


def gas_of(graph: VesselGraph, plumbing: Plumbing) -> Gas:
    """Gas in the vessels of a patient who lies on the back: up is to the front."""
    rise = np.zeros(len(plumbing.spec.edges))
    for name, course in plumbing.courses.items():
        vessel = graph.vessels[name]
        y = np.interp(course.stations_mm, vessel.arc_mm, vessel.points_mm[:, 1])
        length = np.maximum(np.diff(course.stations_mm), 1e-6)
        up = -np.diff(y) / length * (1.0 if course.away else -1.0)
        for edge, sine in zip(course.edges, np.clip(up, -1.0, 1.0), strict=True):
            rise[plumbing.edge[edge]] = sine
    lungs = [plumbing.edge[e] for bed in plumbing.beds.values() if bed.kind == "lung" for e in bed.edges]
    lungs += [plumbing.edge["lungs:bed"]] if "lungs:bed" in plumbing.edge else []
    return Gas(plumbing.spec, rise, np.array(sorted(lungs), np.int64))


def carry_gas(gas: Gas, new: Gas, before: Plumbing, after: Plumbing) -> None:
    """Give the new network the gas of the old one: edges keep theirs, parted vessels share it out evenly."""
    old, state = gas.state(), new.state()
    for name, value in state.items():
        if value.ndim == 2 and value.shape[1] == new.layout.cells:
            _carry_cells(gas, new, old[name], value, before, after)
        elif value.shape[-1:] == (len(after.spec.nodes),):
            for node, there in after.node.items():
                if node in before.node:
                    value[..., there] = old[name][..., before.node[node]]
        elif value.shape == old[name].shape:
            value[...] = old[name]
    new.restore(state)


def _carry_cells(gas: Gas, new: Gas, old: Floats, value: Floats, before: Plumbing, after: Plumbing) -> None:
    for name, there in after.edge.items():
        here = before.edge.get(name)
        if here is None:
            continue
        a, b = gas.edge_cells(here), new.edge_cells(there)
        if a.stop - a.start == b.stop - b.start:
            value[:, b] = old[:, a]
    for vessel, course in after.courses.items():
        if course.edges == before.courses[vessel].edges:
            continue
        whole = sum(old[:, gas.edge_cells(before.edge[e])].sum(1) for e in before.courses[vessel].edges)
        cells = [new.edge_cells(after.edge[e]) for e in course.edges]
        count = sum(c.stop - c.start for c in cells)
        for c in cells:
            value[:, c] = (np.asarray(whole) / count)[:, None]
