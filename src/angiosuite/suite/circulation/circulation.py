"""Blood of one session: the network and what it carries, stepped together, parted where a catheter lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.physics.flow.gas import Gas
from angiosuite.physics.flow.haemorrhage import NORMAL_ACT_S
from angiosuite.physics.flow.layering import edge_means
from angiosuite.physics.flow.transport import Transport

from .afflicted import Afflicted
from .agents import Agents
from .bubbles import carry_gas, gas_of
from .carrying import carry_iodine, carry_network
from .control import control_of
from .plumbing import RESERVOIR, Plumbing, plumb
from .settling import REGIONS, STEP_S, Settled
from .sinking import carry_layering, layering_of
from .tissue import traits_of
from .wall import TRUE_SHARE

__all__ = ["Circulation", "Given", "Inflow", "Listener"]

Floats = NDArray[np.float64]

CONTROL_S = 0.1
"""Interval in which nerves and organs answer, s."""
SETTLING_BEATS, SETTLING_STEPS, PIECE_STEPS = 9, 441, 9
"""Beats that a patient with lesions is run before a session, steps in each and in a piece."""
MOST_LOST_SHARE = 0.9
"""Of what the small veins hold, no more can have been lost before a session (own choice)."""


class Given(NamedTuple):
    """What is given over one step: liquid ml/s and its iodine mg/ml, CO2 and air in ml; agents by number."""

    ml_s: float
    mg_ml: float
    co2_ml: float = 0.0
    air_ml: float = 0.0
    agents: tuple[tuple[int, float], ...] = ()


class Inflow(Protocol):
    """Something that gives contrast into the blood."""

    def give(self, seconds: float) -> Given:
        """What comes over the next step."""
        ...


class Listener(Protocol):
    """Something that is told the pressure at the tip each step."""

    def hear(self, mmhg: float, seconds: float) -> None:
        """Pressure at the tip, mmHg, over a step."""
        ...


class Circulation:
    """Blood that flows and carries iodine.

    Parameters
    ----------
    graph : VesselGraph
    settled : Settled
        The patient at rest.
    plumbed : mapping
        What `plumb` was given beside the graph: mass_kg, dome_z_mm, groin_z_mm.
    lesions : Afflicted, optional
        Which make another network of the patient; it runs some beats to find its own rest.
    """

    def __init__(
        self,
        graph: VesselGraph,
        settled: Settled,
        plumbed: Mapping[str, float | None],
        lesions: Afflicted | None = None,
    ) -> None:
        self.graph = graph
        self.lesions = lesions
        self._plumbed = plumbed
        self._rest = settled
        self._watched: dict[str, tuple[float, ...]] = {}
        self.plumbing: Plumbing = settled.plumbing
        if lesions is not None:
            self.plumbing = self._drawn({})
        self.network = settled.network.carried_to(self.plumbing.spec)
        self.transport = Transport(self.plumbing.spec, traits_of(self.plumbing))
        self._source_mg_ml = np.zeros(len(self.plumbing.spec.nodes))
        self.layering = layering_of(graph, self.plumbing)
        self._edge_mg_ml = np.zeros(len(self.plumbing.spec.edges))
        self.gas: Gas | None = None
        self.agents: Agents | None = None
        """What embolises, once there is any."""
        self._uncontrolled_s = 0.0
        self.act_s = NORMAL_ACT_S
        """Clotting time of the blood, s; whoever gives heparin tells it."""
        self._source_gas = np.zeros((2, 0))
        self.control = control_of(graph, self.plumbing, self.network, settled)
        if lesions is not None:
            lesions.join(self.network, self.plumbing)
            self._settle()

    def _settle(self) -> None:
        """Let lesions take their effect, in pieces as a session has them: nerves feel means of beats."""
        turn = 1.0 / SETTLING_STEPS
        for k in range(SETTLING_BEATS * SETTLING_STEPS // PIECE_STEPS):
            self.advance(k * PIECE_STEPS * turn % 1.0, turn, REGIONS, PIECE_STEPS)

    # ---- time -------------------------------------------------------------------------------------------

    def advance(
        self,
        phase: float,
        turn: float,
        external_mmhg: Floats,
        steps: int,
        inflow: Inflow | None = None,
        into: Sequence[tuple[int, float]] = (),
        listener: Listener | None = None,
        tip: tuple[int, float] | None = None,
    ) -> None:
        """Advance by some steps of 2 ms.

        Parameters
        ----------
        phase : float
            Of the heart now; it goes on by `turn` a step.
        turn : float
        external_mmhg : ndarray
            Pressure outside the vessels by region.
        steps : int
        inflow : Inflow, optional
            What is injected.
        into : sequence of (node, share)
            Where it goes.
        listener : Listener, optional
            Told the pressure at `tip` (edge, share) after each step.
        """
        network, transport, mg_ml, gas = self.network, self.transport, self._source_mg_ml, self.gas
        strongest = 0.0
        infused = None if gas is None and inflow is None else network.sources_ml_s.copy()
        for k in range(steps):
            if gas is not None and infused is not None:
                network.sources_ml_s[:] = gas.faded_ml * (-1.0 / STEP_S) + infused
                self._source_gas[:] = 0.0
            if inflow is not None:
                given = inflow.give(STEP_S)
                if gas is None and given.co2_ml + given.air_ml > 0.0:
                    gas = self._begin_gas()
                strongest = max(strongest, given.mg_ml)
                whole = given.ml_s + (given.co2_ml + given.air_ml) / STEP_S
                for node, share in into:
                    before = network.sources_ml_s[node] if gas is not None else 0.0
                    network.sources_ml_s[node] = before + whole * share
                    mg_ml[node] = given.mg_ml * given.ml_s / whole if whole > 0.0 else 0.0
                    if gas is not None:
                        self._source_gas[:, node] += given.co2_ml * share, given.air_ml * share
                    if self.agents is not None:
                        for number, ml in given.agents:
                            self.agents.give(number, node, ml * share)
            network.step((phase + (k + 1) * turn) % 1.0, external_mmhg, 1, turn)
            transport.step(network, mg_ml, STEP_S)
            if gas is not None:
                gas.step(network, self._source_gas, STEP_S)
            if self.agents is not None:
                self.agents.step(network, STEP_S)
            if listener is not None and tip is not None:
                listener.hear(network.pressure_at(*tip), STEP_S)
        if self.agents is not None:
            self.agents.settle()
        self._sink(strongest, steps * STEP_S)
        self._uncontrolled_s += steps * STEP_S
        if self._uncontrolled_s > CONTROL_S - 1e-9:
            self.control.step(network, self._uncontrolled_s)
            self._uncontrolled_s = 0.0
        if self.lesions is not None and self.lesions.leaks:
            self.lesions.step(network, self._iodine_at_leaks(), steps * STEP_S, self.act_s)
        network.sources_ml_s[:] = 0.0
        for node, _ in into:
            mg_ml[node] = 0.0

    def _sink(self, strongest_mg_ml: float, seconds: float) -> None:
        """Contrast sinks in segments where blood is slow."""
        if strongest_mg_ml > 0.0:
            self.layering.given(strongest_mg_ml)
        transport, mean = self.transport, self._edge_mg_ml
        if transport.empty:
            mean[:] = 0.0
        else:
            edge_means(transport.layout.first_cell, transport.cell_mg_ml, transport.cell_ml, mean)
        self.layering.step(self.network.flow_ml_s, mean, seconds)

    def _begin_gas(self) -> Gas:
        """Gas comes into the blood for the first time."""
        return self._begin_gas_in(self.plumbing)

    def agents_begun(self) -> Agents:
        """Agents of this blood, which may be none yet."""
        if self.agents is None:
            effects = () if self.lesions is None else self.lesions.effects
            leaks = [one for one in effects if isinstance(one, Leak)]
            self.agents = Agents(self.graph, self.plumbing, leaks)
        return self.agents

    @property
    def heart_rate(self) -> float:
        """Factor that the baroreflex puts on the heart's rate."""
        return self.control.heart_rate

    def narrow(self, edge: int) -> None:
        """A flap leaves a share of a segment's lumen."""
        self.network.set_area(edge, TRUE_SHARE)

    def lose(self, share: float) -> float:
        """Take a share of all blood out of the small veins, as a long bleeding has; ml that were taken.

        Notes
        -----
        **Model** the reservoir of small veins gives the volume at once, and pressure, heart and nerves
        answer as to any loss. What refilled the blood from tissue meanwhile is not modelled.
        Held by ``tests/suite/circulation/test_begun_loss.py``.
        """
        place = self.plumbing.node[RESERVOIR]
        whole_ml = float(self.network.volume_ml.sum())
        taken = min(share * whole_ml, MOST_LOST_SHARE * float(self.network.volume_ml[place]))
        self.network.volume_ml[place] -= taken
        return taken

    # ---- places ------------------------------------------------------------------------------------------

    def part_at(self, also: Mapping[str, tuple[float, ...]]) -> None:
        """Part vessels at further arc lengths, mm; what flows goes on."""
        if dict(also) == self._watched:
            return
        before, after = self.plumbing, self._drawn(also)
        network = carry_network(self.network, before, after)
        transport = Transport(after.spec, traits_of(after))
        carry_iodine(self.transport, transport, network.volume_ml, before, after)
        control = control_of(self.graph, after, network, self._rest)
        control.restore(self.control.state())
        if self.gas is not None:
            old, held = self.gas, self._begin_gas_in(after)
            carry_gas(old, held, before, after)
        if self.agents is not None:
            self.agents.redraw(after, network.volume_ml)
        layering = layering_of(self.graph, after)
        carry_layering(self.layering, layering, before, after)
        self.plumbing, self.network, self.transport, self.control = after, network, transport, control
        self.layering, self._edge_mg_ml = layering, np.zeros(len(after.spec.edges))
        self._watched = dict(also)
        self._source_mg_ml = np.zeros(len(after.spec.nodes))
        if self.lesions is not None:
            self.lesions.join(network, after)

    def _begin_gas_in(self, plumbing: Plumbing) -> Gas:
        self.gas = gas_of(self.graph, plumbing)
        self._source_gas = np.zeros((2, len(plumbing.spec.nodes)))
        return self.gas

    def _drawn(self, also: Mapping[str, tuple[float, ...]]) -> Plumbing:
        """The network drawn with stations at these places and at those of the lesions."""
        more = None if self.lesions is None else self.lesions.draw
        stations = {} if self.lesions is None else self.lesions.stations()
        for vessel, places in also.items():
            stations[vessel] = (*stations.get(vessel, ()), *places)
        fresh = plumb(self.graph, **self._plumbed, also=stations, more=more)  # type: ignore[arg-type]
        return fresh.with_values_of(self._rest.plumbing)

    @property
    def also(self) -> dict[str, tuple[float, ...]]:
        """Where vessels are parted beside their junctions and lesions."""
        return dict(self._watched)

    def _iodine_at_leaks(self) -> Floats:
        assert self.lesions is not None
        places = [self.edge_at(leak.vessel, leak.at_mm) for leak in self.lesions.leaks]
        edges, shares = zip(*places, strict=True)
        return self.transport.at(np.array(edges, np.int64), np.array(shares))

    def node_at(self, vessel: str, at_mm: float) -> int:
        """Node nearest to a place in a vessel."""
        return self.plumbing.node[self.plumbing.courses[vessel].nearest(at_mm)]

    def edge_at(self, vessel: str, at_mm: float) -> tuple[int, float]:
        """Edge and share of its length at a place in a vessel."""
        course = self.plumbing.courses[vessel]
        k, share = course.place(np.array([at_mm]))
        return self.plumbing.edge[course.edges[int(k[0])]], float(share[0])

    def flow_ml_s(self, vessel: str, at_mm: float) -> float:
        """Flow at a place, with the blood's usual direction, ml/s."""
        return float(self.network.flow_ml_s[self.edge_at(vessel, at_mm)[0]])

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Floats]:
        """Arrays that the next step depends on, beside `also`."""
        network = {f"network_{key}": value for key, value in self.network.state().items()}
        control = {f"control_{key}": value for key, value in self.control.state().items()}
        control["clock"] = np.array([self._uncontrolled_s])
        if self.lesions is not None:
            control |= {f"lesions_{key}": value for key, value in self.lesions.state().items()}
        control |= {f"layers_{key}": value for key, value in self.layering.state().items()}
        if self.gas is not None:
            control |= {f"gas_{key}": value for key, value in self.gas.state().items()}
        if self.agents is not None:
            control |= {f"agents_{key}": value for key, value in self.agents.state().items()}
        return network | control | {f"iodine_{key}": v for key, v in self.transport.state().items()}

    def restore(self, also: Mapping[str, tuple[float, ...]], arrays: Mapping[str, Floats]) -> None:
        """Return to a state taken by :meth:`state`; those of releases before layers are mixed."""
        self.part_at(also)
        self.network.restore(_under("network_", arrays))
        self.transport.restore(_under("iodine_", arrays))
        self.control.restore(_under("control_", arrays))
        self._uncontrolled_s = float(arrays["clock"][0])
        if self.lesions is not None:
            self.lesions.restore(_under("lesions_", arrays))
        layers = _under("layers_", arrays)
        if layers:
            self.layering.restore(layers)
        gas = _under("gas_", arrays)
        if gas:
            self._begin_gas().restore(gas)
        agents = _under("agents_", arrays)
        if agents:
            self.agents_begun().restore(agents)


def _under(prefix: str, arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
