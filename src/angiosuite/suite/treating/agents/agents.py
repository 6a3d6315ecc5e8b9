"""`EmbolicAgents`: particles, gelatin, glue and oil of one session, from the syringe to where they lodge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.embolic import Particles
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.flow.lumen_column import LumenColumn
from angiosuite.physics.treating.suspended import Fraction
from angiosuite.physics.treating.suspension import jams
from angiosuite.suite.circulation.agents import Agents
from angiosuite.suite.circulation.desk import BLOCKED_SHARE, DEFAULT_MEDIUM, SALINE_ID
from angiosuite.suite.circulation.mixture import Mixture
from angiosuite.suite.instruments.emboli import organ_of
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.part import Arrays

from .cast_seen import casts_seen
from .clearing import Clearing
from .deliveries import Deliveries
from .delivery import Delivery, shares_told
from .gelatin_pieces import GelatinPieces
from .preparation import DEXTROSE, Preparation, dextrose, embolic_named, prepared
from .tip_watch import TipWatch, tool_of

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["EmbolicAgents"]

NAME = "agents"
LEAST_ML = 0.05
SEEN_SHARE = 0.01
"""A cast that fills less of its vessel everywhere narrows nothing."""
RATE_ML_S = 2.0


class EmbolicAgents:
    """What was prepared, given, and came of it.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** a hand pushes the mixture through the connected catheter (`Desk.mix`), whose lumen it has to
    pass; the blood carries it (`Agents`). What lodged raises the resistance of beds and closes drawn lumens.
    A thick suspension of wide particles jams the lumen; glue sets in it at its set time where it met blood or
    salt there, and holds a tip that lay in its cast for half of that. Single pieces leave the tip one by one
    and are carried as emboli are.
    Held by ``tests/suite/treating/agents/test_agents.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.preparations: dict[int, Preparation] = {}
        self.clearing = Clearing()
        self.tip = TipWatch(session, self.preparations)
        self.pieces = GelatinPieces(session, self.preparations)
        self._deliveries = Deliveries(self._tell_missed, self._tell_given)
        self._version = -1
        self._told_casts: list[bytes] = []
        self._seen: tuple[int, list[ToolSeen]] | None = None

    # ---- hands -------------------------------------------------------------------------------------------

    def prepare(
        self, device: str, contrast_ml: float | None, medium: str | None, oil_parts: float | None
    ) -> int:
        """Draw an agent up; the number of the syringe."""
        session = self._session
        item = embolic_named(session.room.content, device)
        number = len(self.preparations) + 1
        chosen = medium or session.blood.desk.hand_medium or DEFAULT_MEDIUM
        one = prepared(number, item, session.room.content, chosen, contrast_ml, oil_parts)
        self.preparations[number] = one
        told = one.told()
        if isinstance(item.part, Particles):
            told["size_um"] = [item.part.size_um.low, item.part.size_um.high]
        session.event("agent-prepared", told, f"{item.title}: {one.whole_ml:.1f} ml drawn up")
        return number

    def inject(self, number: int | None, ml: float, rate_ml_s: float, pieces: int = 1) -> None:
        """Push some of a syringe through the connected catheter; of single pieces so many."""
        one = self._chosen(number)
        placed, blood = self._session.blood.catheter, self._session.blood
        tool = tool_of(placed)
        column = blood.desk.column
        if column is not None and column.open_share < BLOCKED_SHARE:
            way_out = "Take another one."
            raise WrongUse("The catheter is blocked", code="catheter-blocked", value=tool, way_out=way_out)
        bore_mm = placed.device.catheter.bore_mm - blood.desk.inside_mm
        if one.kind == "pieces":
            self._known(one)
            if not self.pieces.push(one, pieces, rate_ml_s, bore_mm):
                self.tip.block(tool, "jammed", one)
            return
        left = self.left_ml(one.number)
        if left < LEAST_ML:
            raise WrongUse(
                "The syringe is empty", code="agent-empty", value=one.number, way_out="Prepare more."
            )
        if one.kind == "particles" and jams(one.packed_share, one.largest_um, bore_mm, one.squeeze):
            self.tip.block(tool, "jammed", one)
            return
        self._known(one)
        self.tip.begin(one, placed, blood.blood)
        blood.mix(min(ml, left), rate_ml_s, one.medium, one.mixture)

    def stop(self) -> None:
        """The thumb comes off the syringe, where it was on one with an agent."""
        push = self._session.blood.desk.push
        if push is not None and push.mixture is not None:
            self._session.blood.desk.let_go()

    def flush(self, ml: float, fluid: str) -> None:
        """Push dextrose or saline through the connected catheter by hand."""
        _ = self._session.blood.catheter
        if fluid == "dextrose":
            self._session.blood.mix(ml, RATE_ML_S, SALINE_ID, dextrose())
        else:
            self._session.blood.desk.flush(ml)
        self._session.event("agent-flushed", {"fluid": fluid, "ml": round(ml, 1)}, f"Flushed with {fluid}")

    def left_ml(self, number: int) -> float:
        """Of the mixture in a syringe."""
        one = self.preparations[number]
        entered = self._session.blood.desk.entered_ml.get(number, 0.0)
        share = one.mixture.agent_share
        return max(one.whole_ml - entered / share, 0.0) if share > 0.0 else one.whole_ml

    def _chosen(self, number: int | None) -> Preparation:
        if not self.preparations:
            raise WrongUse("Nothing is drawn up", code="agent-none", way_out="Prepare an agent first.")
        if number is None:
            number = max(self.preparations)
        if number not in self.preparations:
            raise WrongUse("There is no such syringe", code="agent-none", value=number)
        return self.preparations[number]

    def _known(self, one: Preparation) -> None:
        self._session.blood.begin_flow()
        self._agents().know(one.number, one.fractions)

    def _agents(self) -> Agents:
        return self._session.blood.blood.agents_begun()

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """What came of the last 20 ms."""
        session = self._session
        circulation, placed = session.blood.circulation, session.blood.placed
        if circulation is None or not self.preparations:
            return
        desk = session.blood.desk
        pushed = None if desk.push is None else desk.push.rate_ml_s
        self.clearing.watch(circulation, placed, session.heart.beat, desk.given_ml, seconds, pushed)
        if placed is not None:
            self.pieces.advance(circulation, placed)
            self.tip.advance(circulation, placed, seconds)
        self._deliveries.follow(circulation, placed, seconds, busy=session.blood.injecting.is_busy)
        if circulation.agents is not None and circulation.agents.version != self._version:
            self._version = circulation.agents.version
            self._close(circulation.agents, anew=False)

    def _close(self, agents: Agents, *, anew: bool) -> None:
        """Beds and lumens are told what closed them; `anew` after a restore, when they know already."""
        harms = self._session.blood.harms
        if harms is None:
            return
        harms.lodged.factors = agents.factors()
        harms.held |= agents.holes_open()
        casts = tuple(one for one in agents.casts.values() if one.filled_share.max() > SEEN_SHARE)
        told = [np.round(one.filled_share, 2).tobytes() for one in casts]
        if anew:
            harms.narrowed.treated[NAME] = casts
        elif told != self._told_casts:
            harms.narrowed.treat(NAME, casts)
        self._told_casts = told

    # ---- what is told ------------------------------------------------------------------------------------

    def _tell_missed(self, delivery: Delivery, missed: Mapping[str, float]) -> None:
        organ = max(missed, key=lambda one: missed[one])
        data = {"organs": {name: round(ml, 5) for name, ml in missed.items()}, "vessel": delivery.vessel}
        one = self.preparations[delivery.number]
        text = f"{one.title} goes to the wrong place: {organ}"
        self._session.event("agent-reflux", {"device": one.device, **data}, text)

    def _tell_given(self, delivery: Delivery) -> None:
        circulation = self._session.blood.circulation
        assert circulation is not None and circulation.agents is not None
        one, graph = self.preparations[delivery.number], self._session.blood.graph
        told = delivery.told(graph, circulation.agents)
        share = one.mixture.agent_share
        solid_ml = told.pop("agent_ml")
        data = {
            "device": one.device,
            "number": one.number,
            "kind": one.kind,
            "ml": round(solid_ml / share, 3),
            "solid_ml": round(solid_ml, 6),
            **told,
        }
        text = f"{one.title}: {data['ml']:.2f} ml given, {shares_told(data['organs'], told['stuck_share'])}"
        self._session.event("agent-given", data, text)

    # ---- seen and shown ----------------------------------------------------------------------------------

    def tools(self) -> list[ToolSeen]:
        """Casts of glue and oil, which are opaque."""
        circulation = self._session.blood.circulation
        agents = None if circulation is None else circulation.agents
        opaque = [one.mixture.iodine_mg_ml for one in self.preparations.values() if one.kind == "glue"]
        if agents is None or not agents.casts or not opaque:
            return []
        if self._seen is None or self._seen[0] != agents.version:
            graph = self._session.blood.graph
            self._seen = agents.version, casts_seen(graph, agents.casts.values(), 1e-3 * max(opaque))
        return self._seen[1]

    def left(self) -> list[dict[str, Any]]:
        """What lodged for good, by preparation and place."""
        circulation, found = self._session.blood.circulation, []
        agents = None if circulation is None else circulation.agents
        for number, one in self.preparations.items():
            places: dict[str, float] = dict(self.pieces.places_ml.get(number, {}))
            if agents is not None:
                for (bed, _), ml in agents.lodged_ml.get(number, {}).items():
                    places[bed] = places.get(bed, 0.0) + ml
                for vessel, ml in agents.stuck_ml.get(number, {}).items():
                    places[vessel] = places.get(vessel, 0.0) + ml
            for where, ml in sorted(places.items()):
                if ml >= 1e-4:
                    facts = {"kind": "agent", "title": one.title, "vessel": where, "at_mm": 0.0}
                    found.append({**facts, "ml": round(ml, 4)})
        return found

    def show(self) -> dict[str, Any]:
        """For the page."""
        column = self._session.blood.desk.column
        held = () if column is None else column.content.agents
        return {
            "syringes": [
                {**one.told(), "left_ml": round(self.left_ml(number), 2), **self._given(one)}
                for number, one in self.preparations.items()
            ],
            "lumen": {
                "dextrose": any(n == DEXTROSE for n, _ in held),
                "agent_ml": round(sum(ml for n, ml in held if n != DEXTROSE), 3),
            },
            "clearing": self.clearing.told(),
            **self.tip.told(),
        }

    def _given(self, one: Preparation) -> dict[str, Any]:
        """Of a syringe, ml of the mixture that left a tip, and where of it how much lodged, by organ."""
        circulation, share = self._session.blood.circulation, one.mixture.agent_share
        agents = None if circulation is None else circulation.agents
        if agents is None or share <= 0.0:
            return {"given_ml": 0.0, "organs_ml": {}}
        organs: dict[str, float] = {}
        for (bed, _), ml in agents.lodged_ml.get(one.number, {}).items():
            organ = organ_of(self._session.blood.graph, bed)
            organs[organ] = organs.get(organ, 0.0) + ml / share
        told = {organ: round(ml, 2) for organ, ml in sorted(organs.items()) if ml >= 0.005}
        return {"given_ml": round(agents.given_ml.get(one.number, 0.0) / share, 2), "organs_ml": told}

    def observed(self) -> Any:
        """For the log: beats to clear, what closed, what is stuck."""
        if not self.preparations:
            return None
        circulation = self._session.blood.circulation
        agents = None if circulation is None else circulation.agents
        closed = {} if agents is None else agents.factors()
        return {
            "clearing": self.clearing.told(),
            "resistance": {f"{bed}|{feeder}": float(f"{f:.2g}") for (bed, feeder), f in closed.items()},
            "left_ml": {str(n): round(self.left_ml(n), 1) for n in self.preparations},
            **self.tip.told(),
        }

    def balance_ml(self, number: int) -> float:
        """Solid volume of a preparation less all that is known of it: 0 but for rounding."""
        session = self._session
        desk, lumens = session.blood.desk, session.instruments.lumens
        columns: list[LumenColumn] = list(lumens.of.values())
        if desk.column is not None and not any(one is desk.column for one in columns):
            columns.append(desk.column)
        held = [ml for one in columns for n, ml in one.content.agents if n == number]
        held += [one.drawn_ml.get(number, 0.0) for one in lumens.of.values()]
        held += [desk.discarded_ml.get(number, 0.0), lumens.discarded_ml.get(number, 0.0)]
        circulation = session.blood.circulation
        if circulation is not None and circulation.agents is not None:
            agents = circulation.agents
            held.append(agents.given_ml.get(number, 0.0))
            held.append(-agents.balance_ml(number))
        return desk.entered_ml.get(number, 0.0) - sum(held)

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values; what the blood carries is the circulation's."""
        circulation = self._session.blood.circulation
        agents = None if circulation is None else circulation.agents
        plain = {
            "preparations": [asdict(one) for one in self.preparations.values()],
            "clearing": self.clearing.state(),
            "deliveries": self._deliveries.state(),
            "pieces": self.pieces.state(),
            "tip": self.tip.state(),
            "version": self._version,
            "agents": None if agents is None else agents.told(),
        }
        return plain, {}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`, the blood's having been brought back."""
        self.preparations.clear()
        self.preparations |= {one["number"]: _preparation(one) for one in plain["preparations"]}
        self.clearing.restore(plain["clearing"])
        self._deliveries.restore(plain["deliveries"])
        self.pieces.restore(plain["pieces"])
        self.tip.restore(plain["tip"])
        self._version, self._seen = plain["version"], None
        circulation = self._session.blood.circulation
        if plain["agents"] is not None and circulation is not None:
            agents = circulation.agents_begun()
            agents.recall(plain["agents"])
            self._close(agents, anew=True)


def _preparation(kept: Mapping[str, Any]) -> Preparation:
    values = dict(kept)
    values["mixture"] = Mixture(**values["mixture"])
    values["fractions"] = tuple(Fraction(**one) for one in values["fractions"])
    return Preparation(**values)
