"""What is given through the catheter of a session, and what that does to its patient and to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catheter import Placed
from .circulation import Given
from .gas_desk import MEDIUM as GAS
from .gas_desk import RATE_ML_S
from .gas_desk import WORDS as GAS_WORDS
from .harm import Dissection, jet_dissection
from .injection_record import By, Recorder
from .plumbing import Plumbing

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

    from .blood import Blood

__all__ = ["Injecting"]

REFLUX_SHARE = 0.05
"""Share of the iodine that came back from which it is told as reflux."""
WORDS = {
    "pressure-limited": "The pressure limit holds the injection back",
    "air-injected": "Air is injected",
    "armed-without-air-check": "Armed without a look for air",
}


class Injecting:
    """The inflow of a circulation: injector, hand and gas, through one catheter.

    Parameters
    ----------
    session : Session
        Whose log is told.
    blood : Blood
        That it goes into.
    """

    def __init__(self, session: Session, blood: Blood) -> None:
        self._session = session
        self._blood = blood
        self.recorder = Recorder()
        self._behind: tuple[Plumbing, Placed, int] | None = None
        self._torn: list[Dissection] = []

    @property
    def is_busy(self) -> bool:
        """Whether anything is given or waits to be."""
        return self._blood.placed is not None and (self._blood.desk.is_busy or self._blood.gas.is_busy)

    def give(self, seconds: float) -> Given:
        """What leaves the catheter over a step, less what stays in the wall."""
        placed = self._blood.placed
        assert placed is not None
        air = self._blood.desk.air_ml
        ml_s, mg_ml = self._blood.desk.give(seconds)
        air, co2 = self._blood.desk.air_ml - air, 0.0
        if self._blood.gas.is_busy:
            edge, share = self._blood.blood.edge_at(placed.tip.vessel, placed.tip.at_mm)
            push = self._blood.gas.give(self._blood.blood.network.pressure_at(edge, share), seconds)
            co2, air = push.co2_ml, air + push.air_ml
            self.recorder.gas(push.co2_ml, push.air_ml)
            ml_s += push.liquid_ml / seconds
        column = self._blood.desk.column
        agents = () if column is None else column.take_agents()
        if ml_s <= 0.0:
            return Given(0.0, 0.0, co2, air, agents)
        if placed.contact != "free":
            ml = ml_s * seconds
            kept, happened = self._blood.wall.take(
                placed.tip.vessel, placed.tip.at_mm, ml, ml * mg_ml, seconds
            )
            mg_ml -= kept / ml
            for what in happened:
                self._harm(what, placed)
        back = min(float(self._blood.blood.network.flow_ml_s[self._upstream(placed)]), 0.0)
        self.recorder.back(-back * seconds)
        return Given(ml_s, mg_ml, co2, air, agents)

    def _upstream(self, placed: Placed) -> int:
        """Edge a little upstream of the tip, found once for a catheter that lies still."""
        if self._behind is None or self._behind[:2] != (self._blood.blood.plumbing, placed):
            edge, _ = self._blood.blood.edge_at(placed.tip.vessel, placed.upstream_mm(self._blood.graph))
            self._behind = (self._blood.blood.plumbing, placed, edge)
        return self._behind[2]

    def inject_gas(self, ml: float) -> None:
        """Push carbon dioxide by hand; what is wrong with it is told at once."""
        session, placed = self._session, self._blood.catheter
        vessel = self._blood.graph.vessels[placed.tip.vessel]
        dome = session.room.plumbed["dome_z_mm"]
        above = dome is not None and float(vessel.at(placed.tip.at_mm)[0][2]) > dome
        artery = vessel.system == "artery"
        for fault in self._blood.gas.faults(ml, artery=artery, above=above, now_us=session.clock.now_us):
            session.event(fault, {"ml": round(ml, 1), "vessel": vessel.id}, GAS_WORDS[fault])
        self.end()
        self._blood.allowed.check_medium(GAS)
        whole_ml = min(ml, self._blood.gas.syringe.ml)
        self._blood.part()
        self._blood.gas.inject(ml, session.clock.now_us)
        self.begin("gas", GAS, RATE_ML_S, whole_ml)
        session.event("gas-injected", {"ml": round(ml, 1), "vessel": vessel.id}, f"{ml:.0f} ml of gas")

    def holes(self, placed: Placed) -> tuple[tuple[int, float], ...]:
        """Nodes that an injection goes into, with their shares."""
        shares: dict[int, float] = {}
        for vessel, at_mm, share in placed.outlets(self._blood.graph):
            node = self._blood.blood.node_at(vessel, at_mm)
            shares[node] = shares.get(node, 0.0) + share
        return tuple(shares.items())

    def _harm(self, what: str, placed: Placed) -> None:
        name = self._blood.graph.vessels[placed.tip.vessel].name
        data = {"vessel": placed.tip.vessel, "at_mm": round(placed.tip.at_mm, 1)}
        if what == "dissection":
            self._torn.append(jet_dissection(placed.tip.vessel, placed.tip.at_mm))
            self._session.event(what, data, f"The {name} is dissected: the injection went into its wall")
        else:
            self._session.event(what, data, f"Contrast stays in the wall of the {name}")

    def settle(self) -> None:
        """What the last steps tore takes effect; the network is not drawn anew while it flows."""
        for torn in self._torn:
            self._session.instruments.aftermath.harms.apply(torn)
        self._torn.clear()

    def begin(self, by: By, medium: str, rate_ml_s: float, volume_ml: float) -> None:
        """An injection begins that the log is to tell of."""
        running = self._session.xrays.running
        run = None if running is None else running.number
        placed = self._blood.catheter
        self.recorder.begin(
            by, placed, self._blood.graph, self._blood.desk, run, medium, rate_ml_s, volume_ml
        )

    def tell(self) -> None:
        """Events of the injector; when all is given, what it was."""
        session = self._session
        for name, figures in self._blood.desk.take_events():
            if name in ("ended", "aborted"):
                continue
            session.event(
                f"injector-{name}", {k: round(v, 2) for k, v in figures.items()}, WORDS.get(name, name)
            )
        if not self._blood.desk.is_busy and not self._blood.gas.is_busy:
            self.end()

    def end(self) -> None:
        """What an injection was goes into the log."""
        told = self.recorder.end(self._blood.desk)
        if told is None:
            return
        text = f"{told['ml']:.1f} ml given"
        if told["reflux_share"] > REFLUX_SHARE:
            text += (
                f", {100.0 * told['reflux_share']:.0f} % of the contrast came back past where it was given"
            )
        self._session.event("injection-ended", told, text)
