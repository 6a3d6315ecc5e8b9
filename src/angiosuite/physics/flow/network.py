"""`Network`: pressures, flows and volumes of a `FlowSpec`, stepped implicitly; the hooks that lesions and
instruments take hold of it by."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

from . import layout as at
from .elimination import Elimination
from .heart import ATRIUM_S, VENTRICLE_S
from .kernels import step
from .lumen import OCCLUDED, annulus, inertance, resistance
from .spec import EdgeKind, FlowSpec, NodeLaw
from .stenosis import crossed
from .tube_law import volumes_at

__all__ = ["BEAT_S", "STEP_S", "Network"]

Floats = NDArray[np.float64]

STEP_S = 0.002
THETA = 0.6
"""Where in a step its one stage lies: 1 is backward Euler, 0.5 keeps every wave, ringing ones too."""
BEAT_S = 60.0 / 72.0
"""Length of a beat while the phase stands still."""
_BLOCKED = 1e8
"""Resistance of a lumen that is closed, mmHg s/ml."""


class Network:
    """Blood in motion: pressure, flow and volume of every place, 2 ms a step.

    Parameters
    ----------
    spec : FlowSpec
    pattern : Elimination, optional
        Of this very graph, prepared elsewhere (`prepare`); found here when not given.
    step_s : float

    Attributes
    ----------
    pressure_mmhg, volume_ml : ndarray (n,)
        Live views of the nodes. The volume of a FIXED node counts what has run into it.
    flow_ml_s : ndarray (e,)
        Live view: flow at the middle of each edge, from a to b.
    sources_ml_s : ndarray (n,)
        Volume flow that is injected (+) or lost (-) at each node: write into it. What a place has not is not
        taken: the value is cut down to what was.
    regulation : ndarray (e,)
        Factor on BED and LINK resistances that belongs to the control; `set_control` writes it.
    reference_ml : ndarray (n,)
        V0 now; `set_reference` writes it.

    Notes
    -----
    **Model** edges ``L dQ/dt = Pa - Pb - (R + K|Q|) Q``, nodes ``dV/dt = sum Q + source`` with ``P(V)`` of
    `tube_law`; one implicit stage at `THETA` of the step (backward Euler of that length, then straight on),
    with volumes as state: a step moves exactly what flows, so a closed loop keeps its volume to rounding.
    Pressure and flow are those of the stage; ``volume after = before + step (sum of flows + source)``. Laws
    are taken as lines about the last volume (again, and as backward Euler, where a node would lose half of
    it), kinetic losses about the flow that the last pressures ask for, valves as ideal diodes: the step is
    solved again until each is on its own side, so they neither chatter nor need hysteresis.
    **Source** research notes on lumped networks (transmission-line segments up to 5 cm); Boileau et al. 2015
    for what such a network is held against.
    **Valid for** pulses below some 10 Hz. Held by ``tests/physics/flow``.
    """

    def __init__(self, spec: FlowSpec, pattern: Elimination | None = None, *, step_s: float = STEP_S) -> None:
        self.spec = spec
        self.step_s = step_s
        self.solved = 0
        n, m = len(spec.nodes), len(spec.edges)
        _checked(spec)
        self._pattern = pattern or prepare(spec)
        self._nf = np.zeros((at.N_ROWS, n))
        self._ni = np.array([spec.law, spec.region, self._pattern.place], np.int64)
        self._ef = np.zeros((at.E_ROWS, m))
        place = self._pattern.place
        self._ei = np.array(
            [spec.a, spec.b, spec.kind, self._pattern.slot, place[spec.a], place[spec.b]], np.int64
        )
        self._regions = int(spec.region.max(initial=0)) + 1
        self._fixed = np.flatnonzero(spec.law == NodeLaw.FIXED).astype(np.int64)
        self._odd = np.flatnonzero(spec.law != NodeLaw.TUBE).astype(np.int64)
        self._beside = _beside(spec, place)
        self._value = np.zeros(self._pattern.slots)
        self._x = np.zeros(n)
        self._begin_nodes()
        self._begin_edges()
        self._renew_all()
        self.pressure_mmhg: Floats = self._nf[at.N_PRESSURE]
        self.volume_ml: Floats = self._nf[at.N_VOLUME]
        self.sources_ml_s: Floats = self._nf[at.N_SOURCE]
        self.reference_ml: Floats = self._nf[at.N_V0]
        self.flow_ml_s: Floats = self._ef[at.E_FLOW]
        self.regulation: Floats = self._ef[at.E_REGULATED]

    # -- time ------------------------------------------------------------------------------------------

    def step(self, phase: float, external_mmhg: Floats, steps: int = 1, phase_step: float = 0.0) -> None:
        """Advance by one step or more.

        Parameters
        ----------
        phase : float
            Share of the beat at the end of the first step.
        external_mmhg : ndarray
            Pressure outside the vessels, by region.
        phase_step : float
            How far the phase goes on in a step; with it the length of the beat is known.
        """
        if len(external_mmhg) < self._regions:
            raise WrongUse(
                f"The network has {self._regions} regions of external pressure",
                code="bad-external-pressure",
                value=len(external_mmhg),
            )
        beat_s = self.step_s / phase_step if phase_step > 0.0 else BEAT_S
        self.solved += step(
            self._nf, self._ni, self._ef, self._ei, self._special, self._odd, self._beside, self._fixed,
            self._pattern.column, self._pattern.row, self._pattern.target, self._value, self._x,
            external_mmhg, phase, phase_step, beat_s, self.step_s, steps, THETA,
        )  # fmt: skip

    # -- hooks: values at once -------------------------------------------------------------------------

    def set_area(self, edge: int, share: float) -> None:
        """Lumen of a TUBE or opening of a LINK as a share of its own: spasm, balloon, clot; 0 closes it."""
        what, fits = "a share of a TUBE's or LINK's lumen", (EdgeKind.TUBE, EdgeKind.LINK)
        self._set(edge, at.E_AREA, share, what, share >= 0.0 and self.spec.kind[edge] in fits)

    def set_floor(self, edge: int, share: float) -> None:
        """A stent: the live area of a TUBE edge does not fall below this share of its own area."""
        self._set(edge, at.E_FLOOR, max(share, 1e-3), "a share of the lumen", share >= 0.0, EdgeKind.TUBE)

    def set_catheter(self, edge: int, radius_mm: float | None) -> None:
        """A catheter of this outer radius lies in a TUBE edge; None draws it out."""
        radius = radius_mm or 0.0
        self._set(edge, at.E_CATHETER, radius, "a radius in mm", radius >= 0.0, EdgeKind.TUBE)

    def set_stenosis(
        self, edge: int, length_cm: float | None, throat_share: float = 1.0, eccentricity: float = 0.0
    ) -> None:
        """A narrowing inside a TUBE edge (`stenosis.narrowing`); a length of None heals it."""
        ok = 0.0 <= throat_share <= 1.0 and 0.0 <= eccentricity <= 1.0 and (length_cm or 0.0) >= 0.0
        self._check(edge, (length_cm, throat_share, eccentricity), "shares of 0 to 1", ok, EdgeKind.TUBE)
        throat = 2.0 if length_cm is None else throat_share
        rows = [at.E_THROAT, at.E_THROAT_CM, at.E_ECCENTRIC]
        self._ef[rows, edge] = throat, length_cm or 0.0, eccentricity
        self._renew(edge)

    def set_resistance(self, edge: int, factor: float) -> None:
        """Factor on the resistance of a BED, LINK or VALVE: embolised bed, shunt that closes, collateral."""
        self._set(edge, at.E_FACTOR, factor, "a factor above 0", factor > 0.0)

    def set_control(self, edges: NDArray[np.int64], factors: Floats) -> None:
        """The control's own factors on BED and LINK resistances, many at once."""
        self._ef[at.E_REGULATED, edges] = factors
        own = self.spec.resistance[edges] * self._ef[at.E_FACTOR, edges] * factors
        shut = self._ef[at.E_AREA, edges]
        self._ef[at.E_R, edges] = np.where(shut < OCCLUDED, _BLOCKED, own / np.maximum(shut, OCCLUDED) ** 2)

    def set_reference(self, nodes: NDArray[np.int64], v0_ml: Floats) -> None:
        """V0 of nodes, ml (venous tone); the volume stays, the pressure answers."""
        self._nf[at.N_V0, nodes] = v0_ml
        self._node_rows(nodes)

    def set_chamber(
        self, node: int, *, elastance_high: float | None = None, elastance_low: float | None = None,
        unstressed_ml: float | None = None, contraction: float | None = None,
    ) -> None:  # fmt: skip
        """What is given of a CHAMBER's elastances (mmHg/ml), unstressed volume and time of contraction."""
        rows = (at.N_HIGH, at.N_STIFFNESS, at.N_V0, at.N_CONTRACTION)
        values = (elastance_high, elastance_low, unstressed_ml, contraction)
        for row, value in zip(rows, values, strict=True):
            if value is not None:
                self._nf[row, node] = value

    def set_pressure(self, node: int, mmhg: float) -> None:
        """Pressure of a FIXED node."""
        self._nf[at.N_P0, node] = mmhg

    def pressure_at(self, edge: int, share: float) -> float:
        """Pressure inside an edge, mmHg: falls evenly along it, the loss of a stenosis in its middle."""
        ef, pressure, spec = self._ef, self.pressure_mmhg, self.spec
        pa, pb, flow = (
            float(pressure[spec.a[edge]]),
            float(pressure[spec.b[edge]]),
            float(ef[at.E_FLOW, edge]),
        )
        jump = (float(ef[at.E_RX, edge]) + float(ef[at.E_K, edge]) * abs(flow)) * flow
        jump = min(max(jump, min(0.0, pa - pb)), max(0.0, pa - pb))
        return pa + (pb - pa + jump) * share - (jump if share > 0.5 else 0.0)

    @property
    def narrowest_share(self) -> Floats:
        """Of every edge's own area, what is open at its narrowest place (e,)."""
        return np.asarray(self._ef[at.E_AREA] * np.minimum(self._ef[at.E_THROAT], 1.0))

    def resistance_of(self, edge: int) -> float:
        """Resistance of an edge with all that hooks have done to it, at its own area, mmHg s/ml."""
        return float(self._ef[at.E_R, edge] + self._ef[at.E_RX, edge])

    # -- state, topology -------------------------------------------------------------------------------

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on, besides the spec."""
        return {"nodes": self._nf[: at.N_RISE].copy(), "edges": self._ef[: at.E_R].copy()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Go on from a state of a network of the same spec."""
        self._nf[: at.N_RISE] = arrays["nodes"]
        self._ef[: at.E_R] = arrays["edges"]
        self._renew_all()

    def carried_to(self, spec: FlowSpec, pattern: Elimination | None = None) -> Network:
        """A network of another topology that goes on from here: what both know by name keeps its state.

        Volumes, pressures, flows and what hooks have set go on; values that only the spec gave are those of
        the new one (V0 in proportion). Nodes that are new begin as the spec says; the volume that they bring,
        less what left with nodes that are gone, is the difference of both `total_ml`. Give a `pattern` from
        `prepare`, which may run in a thread, to keep the change short.
        """
        after = Network(spec, pattern, step_s=self.step_s)
        here, there = _both(self.spec.nodes, spec.nodes)
        live, begun = self._nf[: at.N_RISE, here], self._begun[:, here]
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.where(begun > 0.0, live / begun, 1.0) * after._nf[: at.N_RISE, there]
        live[at.N_V0] = scaled[at.N_V0]
        hooked = live != begun
        hooked[: at.N_V0] = True
        after._nf[: at.N_RISE, there] = np.where(hooked, live, after._nf[: at.N_RISE, there])
        here, there = _both(self.spec.edges, spec.edges)
        after._ef[: at.E_R, there] = self._ef[: at.E_R, here]
        after._renew_all()
        return after

    @property
    def total_ml(self) -> float:
        """Volume in all nodes that are not FIXED, ml."""
        return float(self.volume_ml[self.spec.law != NodeLaw.FIXED].sum())

    # -- inside ----------------------------------------------------------------------------------------

    def _renew_all(self) -> None:
        """What a step needs, from the spec and the hooks."""
        self._node_rows(np.arange(self._nf.shape[1]))
        self._edge_rows(np.arange(self._ef.shape[1]))
        self._list_special()

    def _begin_nodes(self) -> None:
        spec, nf = self.spec, self._nf
        nf[at.N_PRESSURE] = np.where(spec.law == NodeLaw.FIXED, spec.p0_mmhg, spec.start_mmhg)
        nf[at.N_V0] = spec.volume_ml
        nf[at.N_STIFFNESS] = np.where(np.isfinite(spec.stiffness), spec.stiffness, 0.0)
        chamber = spec.law == NodeLaw.CHAMBER
        nf[at.N_STIFFNESS, chamber] = spec.elastance_low[chamber]
        nf[at.N_P0] = spec.p0_mmhg
        nf[at.N_HIGH] = spec.elastance_high
        nf[at.N_CONTRACTION] = spec.contraction
        nf[at.N_SHARE] = 1.0
        volumes_at(spec.law, nf[at.N_PRESSURE], nf[at.N_V0], nf[at.N_STIFFNESS], nf[at.N_P0], nf[at.N_VOLUME])
        into_chamber = (spec.kind == EdgeKind.VALVE) & chamber[spec.a] & chamber[spec.b]
        nf[at.N_RISE] = VENTRICLE_S
        nf[at.N_RISE, spec.a[into_chamber]] = ATRIUM_S
        self._begun = nf[: at.N_RISE].copy()

    def _node_rows(self, nodes: NDArray[np.int64]) -> None:
        """What a step needs of V0 and stiffness, for TUBE, VEIN and LINEAR."""
        nf = self._nf
        v0, stiffness = nf[at.N_V0, nodes], nf[at.N_STIFFNESS, nodes]
        wall = np.isin(self.spec.law[nodes], (NodeLaw.TUBE, NodeLaw.VEIN))
        nf[at.N_INVERSE, nodes] = np.where(wall, 1.0 / np.where(wall, v0, 1.0), 0.0)
        linear = (self.spec.law[nodes] == NodeLaw.LINEAR) & (stiffness > 0.0)
        bend = np.where(wall | linear, stiffness, 1.0)
        nf[at.N_COMPLIANCE, nodes] = np.where(wall, 2.0 * v0, np.where(linear, 1.0, 0.0)) / bend

    def _begin_edges(self) -> None:
        ef = self._ef
        ef[at.E_AREA] = ef[at.E_FACTOR] = ef[at.E_REGULATED] = ef[at.E_OPEN] = 1.0
        ef[at.E_THROAT] = 2.0
        ef[at.E_FLOOR] = 1e-3

    def _edge_rows(self, edges: NDArray[np.int64]) -> None:
        """Resistance, inertance and kinetic loss of edges from their spec and their hooks."""
        spec, ef = self.spec, self._ef
        kind = spec.kind[edges]
        kinetic = spec.kinetic[edges].copy()
        share = np.maximum(ef[at.E_AREA, edges], 1e-6)
        shut = ef[at.E_AREA, edges] < OCCLUDED
        own = spec.resistance[edges] * ef[at.E_FACTOR, edges] * ef[at.E_REGULATED, edges] / share**2
        inert = spec.inertance[edges] / share
        kinetic /= share**2
        tube, valve = kind == EdgeKind.TUBE, kind == EdgeKind.VALVE
        length, area = spec.length_cm[edges[tube]], spec.area_cm2[edges[tube]] * share[tube]
        factor, left = annulus(area, 0.1 * ef[at.E_CATHETER, edges[tube]])
        own[tube] = resistance(length, area, spec.profile[edges[tube]]) * factor
        inert[tube] = inertance(length, area * np.maximum(left, OCCLUDED))
        kinetic[tube] *= share[tube] ** 2
        shut |= ~np.isfinite(own)
        own[shut], inert[shut], kinetic[shut] = _BLOCKED, 0.0, 0.0
        ef[at.E_R, edges] = np.where(valve, 0.0, np.minimum(own, _BLOCKED))
        ef[at.E_LDT, edges] = np.where(valve, 0.0, inert / self.step_s)
        ef[at.E_RX, edges] = np.where(valve, own, 0.0)
        ef[at.E_LXDT, edges] = np.where(valve, inert / self.step_s, 0.0)
        ef[at.E_K, edges] = kinetic
        for edge in edges[tube & (ef[at.E_THROAT, edges] <= 1.0)]:
            throat = ef[[at.E_THROAT_CM, at.E_THROAT, at.E_ECCENTRIC, at.E_CATHETER], edge]
            loss = crossed(float(spec.area_cm2[edge]), *(float(v) for v in throat))
            ef[at.E_RX, edge], ef[at.E_LXDT, edge] = loss.resistance, loss.inertance / self.step_s
            ef[at.E_K, edge] += loss.kinetic

    def _list_special(self) -> None:
        """Edges whose loss depends on their flow."""
        ef = self._ef
        found = (ef[at.E_K] > 0) | (ef[at.E_RX] > 0) | (self.spec.kind == EdgeKind.VALVE)
        ef[at.E_X] = ef[at.E_HX] = 0.0
        self._special = np.flatnonzero(found).astype(np.int64)

    def _set(
        self, edge: int, row: int, value: float, what: str, ok: bool, kind: EdgeKind | None = None
    ) -> None:
        self._check(edge, value, what, ok and isfinite(value), kind)
        self._ef[row, edge] = value
        self._renew(edge)

    def _renew(self, edge: int) -> None:
        self._edge_rows(np.array([edge]))
        self._list_special()

    def _check(self, edge: int, value: object, what: str, ok: bool, kind: EdgeKind | None) -> None:
        if not ok or (kind is not None and self.spec.kind[edge] != kind):
            raise WrongUse(
                f"Edge '{self.spec.edges[edge]}' ({EdgeKind(self.spec.kind[edge]).name}) takes no such value;"
                f" it needs {what}" + (f" and a {kind.name} edge" if kind is not None else ""),
                code="bad-flow-hook",
                value=value,
            )


def prepare(spec: FlowSpec) -> Elimination:
    """The pattern of a spec's graph: may run in a thread before a change of topology."""
    return Elimination.of(len(spec.nodes), spec.a, spec.b, spec.law == NodeLaw.FIXED)


def _both(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the names that both have: in the first, in the second."""
    old = {name: k for k, name in enumerate(before)}
    kept = np.array([(old[name], k) for k, name in enumerate(after) if name in old], np.int64).reshape(-1, 2)
    return kept[:, 0], kept[:, 1]


def _beside(spec: FlowSpec, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Edges to nodes of prescribed pressure: (edge, place of the other end, that node), shape (3, k)."""
    fixed = spec.law == NodeLaw.FIXED
    rows = [(e, place[b], a) for e, (a, b) in enumerate(zip(spec.a, spec.b, strict=True)) if fixed[a]]
    rows += [(e, place[a], b) for e, (a, b) in enumerate(zip(spec.a, spec.b, strict=True)) if fixed[b]]
    return np.array(rows, np.int64).reshape(-1, 3).T.copy()


def _checked(spec: FlowSpec) -> None:
    """Refuse a spec that no step could be taken of."""
    wall = np.isin(spec.law, (NodeLaw.TUBE, NodeLaw.VEIN))
    tube = spec.kind == EdgeKind.TUBE
    stiff = ~np.isin(spec.law, (NodeLaw.CHAMBER, NodeLaw.FIXED))
    faults = {
        "nodes that are tubes need a volume": spec.volume_ml[wall] <= 0,
        "nodes need a stiffness above 0": spec.stiffness[stiff] <= 0,
        "chambers need an elastance above 0": spec.elastance_low[spec.law == NodeLaw.CHAMBER] <= 0,
        "tubes need a length and an area": np.minimum(spec.length_cm[tube], spec.area_cm2[tube]) <= 0,
        "other edges need a resistance": (spec.resistance[~tube] + spec.inertance[~tube]) <= 0,
    }
    for what, bad in faults.items():
        if np.any(bad) or np.any(np.isnan(bad)):
            raise WrongUse(f"A network cannot be built: {what}", code="bad-flow-spec", value=int(bad.sum()))
    if len(set(spec.nodes)) < len(spec.nodes) or len(set(spec.edges)) < len(spec.edges):
        raise WrongUse("A network cannot be built: names are not unique", code="bad-flow-spec", value=None)
