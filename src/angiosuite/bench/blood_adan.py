"""ADAN56, a public arterial network with a stored 1-D solution, as a `FlowSpec`, and its errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, pi
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.small_circulation import artery_stiffness
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw

__all__ = ["Adan56", "Errors", "errors", "last_beat"]

Floats = NDArray[np.float64]

_PA = 133.322
FOLDER = Path("data") / "flow-networks" / "openbf"


@dataclass(frozen=True, slots=True, eq=False)
class Adan56:
    """The network, untapered as its reference solution was run.

    Parameters
    ----------
    spec : FlowSpec
    vessels : dict
        Label to (nodes, edges) along it, as places in the spec.
    inflow : ndarray (k, 2)
        Time (s) and flow (ml/s) into `inlet`.
    inlet : int
    reference : dict
        "LABEL/P" (Pa) and "LABEL/Q" (m3/s) of one cycle, shape (6, 100): time, then five nodes.
    beds : dict
        Label to its outlet's distal resistance edge.
    """

    spec: FlowSpec
    vessels: dict[str, tuple[list[int], list[int]]]
    inflow: Floats
    inlet: int
    reference: dict[str, Floats]
    beds: dict[str, int]

    @classmethod
    def load(cls, shared: Path, segment_cm: float = 5.0) -> Adan56:
        """Read it from the folder of shared data.

        Notes
        -----
        **Source** INSIGNEO/openBF (Apache-2.0), after Boileau et al. 2015; its taper never acts, so every
        vessel has its proximal radius (research notes 2.2).
        """
        folder = shared / FOLDER
        file = yaml.safe_load((folder / "adan56.yaml").read_text())
        d = Draft()
        joints = sorted({v[end] for v in file["network"] for end in ("sn", "tn")})
        wall = {"law": NodeLaw.TUBE, "p0_mmhg": 10_000 / _PA, "start_mmhg": 90.0}
        for k in joints:
            d.node(f"joint-{k}", **wall)
        d.node("ground", law=NodeLaw.FIXED)
        names: dict[str, tuple[list[str], list[str]]] = {}
        for v in file["network"]:
            label, length = v["label"], 100 * v["L"]
            radius = 100 * v.get("Rp", v.get("R0"))
            pieces = max(1, ceil(length / segment_cm - 1e-9))
            inside = [d.node(f"{label}.{k}", **wall) for k in range(1, pieces)]
            nodes = [f"joint-{v['sn']}", *inside, f"joint-{v['tn']}"]
            edges = [
                d.tube(
                    f"{label}/{k}", nodes[k], nodes[k + 1], length_cm=length / pieces,
                    area_cm2=pi * radius**2, stiffness=artery_stiffness(radius) * v["E"] / 225_000,
                    profile=v["gamma_profile"],
                )
                for k in range(pieces)
            ]  # fmt: skip
            names[label] = nodes, edges
            if "R1" in v:
                unit = 1e-6 / _PA
                c = d.node(f"{label}.c", stiffness=1.0 / (v["Cc"] * 1e6 * _PA), start_mmhg=80.0)
                d.edge(f"{label}:r1", nodes[-1], c, kind=EdgeKind.LINK, resistance=v["R1"] * unit)
                d.edge(f"{label}:r2", c, "ground", kind=EdgeKind.BED, resistance=v["R2"] * unit)
        spec = d.spec()
        vessels = {
            label: ([spec.node(n) for n in nodes], [spec.edge(e) for e in edges])
            for label, (nodes, edges) in names.items()
        }
        inflow = np.loadtxt(folder / "adan56_inlet.dat") * (1.0, 1e6)
        with np.load(folder / "adan56_reference.npz") as stored:
            reference = {key: stored[key] for key in stored.files}
        beds = {label: spec.edge(f"{label}:r2") for label in names if f"{label}:r2" in spec.edges}
        return cls(spec, vessels, inflow, spec.node("joint-1"), reference, beds)


def last_beat(
    adan: Adan56, network: Network, beats: int = 10, told: Callable[[int], None] | None = None
) -> tuple[Floats, Floats]:
    """Pressures (k, n) and flows (k, e) of the last of `beats` beats of one second."""
    steps = round(1.0 / network.step_s)
    t = (np.arange(steps) + 0.6) * network.step_s
    q = np.interp(t, adan.inflow[:, 0], adan.inflow[:, 1])
    pressure = np.zeros((steps, len(adan.spec.nodes)))
    flow = np.zeros((steps, len(adan.spec.edges)))
    outside = np.zeros(1)
    for beat in range(beats):
        for k in range(steps):
            network.sources_ml_s[adan.inlet] = q[k]
            network.step(0.0, outside)
            if beat == beats - 1:
                pressure[k], flow[k] = network.pressure_mmhg, network.flow_ml_s
        if told is not None:
            told(beat)
    return pressure, flow


@dataclass(frozen=True, slots=True)
class Errors:
    """Share by which a measure is off over all vessels: root mean square and worst."""

    rms: float
    worst: float


def errors(adan: Adan56, pressure: Floats, flow: Floats) -> dict[str, Errors]:
    """Mean flow at each vessel's end; systolic, diastolic and mean pressure in its middle."""
    found: dict[str, list[float]] = {"mean flow": [], "systolic": [], "diastolic": [], "mean pressure": []}
    for label, (nodes, edges) in adan.vessels.items():
        middle = 0.5 * len(edges)
        low = int(middle)
        part = middle - low
        p = (1 - part) * pressure[:, nodes[low]] + part * pressure[:, nodes[min(low + 1, len(edges))]]
        true_p, true_q = adan.reference[f"{label}/P"][3] / _PA, adan.reference[f"{label}/Q"][5] * 1e6
        found["mean flow"].append(flow[:, edges[-1]].mean() / true_q.mean() - 1)
        found["systolic"].append(p.max() / true_p.max() - 1)
        found["diastolic"].append(p.min() / true_p.min() - 1)
        found["mean pressure"].append(p.mean() / true_p.mean() - 1)
    return {
        name: Errors(float(np.sqrt(np.mean(np.square(e)))), float(np.max(np.abs(e))))
        for name, e in found.items()
    }
