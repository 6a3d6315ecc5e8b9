"""`EmbolicAgents`: particles, gelatin, glue and oil of one session, from the syringe to where they lodge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator
from angiosuite.physics.flow.lumen_column import LumenColumn
from angiosuite.physics.treating import glue
from angiosuite.physics.treating.suspended import Fraction
from angiosuite.physics.treating.suspension import jams
from angiosuite.suite.circulation.agents import Agents
from angiosuite.suite.circulation.catheter import Placed
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.desk import DEFAULT_MEDIUM, SALINE_ID
from angiosuite.suite.circulation.harm import Release
from angiosuite.suite.circulation.mixture import Mixture
from angiosuite.suite.instruments.seen import ToolSeen

from .cast_seen import casts_seen
from .clearing import Clearing
from .delivery import Delivery, beds_beyond, shares_told
from .part import Arrays
from .preparation import DEXTROSE, Preparation, dextrose, embolic_named, prepared

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["EmbolicAgents"]

NAME = "agents"
LEAST_ML = 0.05
JAMMED_SHARE = 1e-6
"""Of a jammed lumen's area that is open."""
ROLLED = 0.35
"""A piece of gelatin goes through a lumen of this share of its diameter, rolled up (memory; draft)."""
PIECE_LIQUID_ML = 0.5
"""Pushed behind a piece beyond the dead space, ml."""
SWEET_SHARE = 0.7
"""Of a lumen that dextrose must fill lest glue meets blood or salt in it (draft)."""
CAST_MM, CAST_SHARE = 3.0, 0.3
"""A tip is in the cast where so much of the lumen so near to it is filled (draft)."""
STASIS_SHARE, RESTS_S = 0.05, 1.0
"""Flow at the tip that counts as none, of that before; looked for so long after the last injection."""
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
    Held by ``tests/suite/treating/test_agents.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.preparations: dict[int, Preparation] = {}
        self.clearing = Clearing()
        self._delivery: Delivery | None = None
        self._pieces: list[list[float]] = []
        """In the lumen: preparation, diameter um, ml that must still leave the tip before it."""
        self._pieces_ml: dict[int, dict[str, float]] = {}
        """Of every preparation of pieces, what lies in each vessel or bed, or was lost."""
        self._drawn = 0
        self._tip_ml = 0.0
        self._lumen: dict[str, tuple[bool, float]] = {}
        """By catheter: whether glue came behind dextrose, and how long it has had to set."""
        self._in_cast: dict[str, float] = {}
        self.glued: list[str] = []
        self.blocked: dict[str, str] = {}
        self._flow_before: dict[str, float] = {}
        self._rested_s = 0.0
        self._still: list[str] = []
        self._version = -1

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
        session.event("agent-prepared", one.told(), f"{item.title}: {one.whole_ml:.1f} ml drawn up")
        return number

    def inject(self, number: int | None, ml: float, rate_ml_s: float, pieces: int = 1) -> None:
        """Push some of a syringe through the connected catheter; of single pieces so many."""
        one = self._chosen(number)
        placed, blood = self._session.blood.catheter, self._session.blood
        tool = tool_of(placed)
        if tool in self.blocked:
            raise WrongUse(
                "The catheter is blocked", code="catheter-blocked", value=tool, way_out="Take another one."
            )
        bore_mm = placed.device.catheter.bore_mm - blood.desk.inside_mm
        if one.kind == "pieces":
            self._push_pieces(one, pieces, rate_ml_s, bore_mm, tool)
            return
        left = self.left_ml(one.number)
        if left < LEAST_ML:
            raise WrongUse(
                "The syringe is empty", code="agent-empty", value=one.number, way_out="Prepare more."
            )
        if one.kind == "particles" and jams(one.packed_share, one.largest_um, bore_mm, one.squeeze):
            self._block(tool, "jammed", one)
            return
        self._end_delivery()
        self._known(one)
        if one.kind == "glue":
            content = dict(self._column().content.agents)
            whole = max(self._column().volume_ml, 1e-9)
            known = self._lumen.get(tool)
            held = any(self._share_of_glue(n) for n in content)
            safe = content.get(DEXTROSE, 0.0) >= SWEET_SHARE * whole
            self._lumen[tool] = known if held and known is not None else (safe, 0.0)
        blood.mix(min(ml, left), rate_ml_s, one.medium, one.mixture)
        self._begin_delivery(one, placed)

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

    def _push_pieces(
        self, one: Preparation, pieces: int, rate_ml_s: float, bore_mm: float, tool: str
    ) -> None:
        for _ in range(pieces):
            self._drawn += 1
            rng = generator(self._session.seed, "gelatin", self._drawn)
            um = float(np.clip(rng.normal(one.mean_um, one.sd_um), 0.3 * one.mean_um, one.largest_um))
            if ROLLED * um > 1e3 * bore_mm:
                self._block(tool, "jammed", one)
                return
            self._pieces.append([float(one.number), um, self._column().volume_ml])
        self._known(one)
        ml = self._column().volume_ml + PIECE_LIQUID_ML
        self._tip_ml = self._session.blood.desk.given_ml
        self._session.blood.mix(ml, rate_ml_s, one.medium, one.mixture)

    def _known(self, one: Preparation) -> None:
        self._session.blood.begin_flow()
        self._agents().know(one.number, one.fractions)

    def _agents(self) -> Agents:
        return self._session.blood.blood.agents_begun()

    def _column(self) -> LumenColumn:
        column = self._session.blood.desk.column
        assert column is not None
        return column

    def _share_of_glue(self, number: int) -> float:
        return self.preparations[number].glue_share if number in self.preparations else 0.0

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """What came of the last 20 ms."""
        session = self._session
        circulation, placed = session.blood.circulation, session.blood.placed
        if circulation is None or not self.preparations:
            return
        self.clearing.watch(circulation, placed, session.heart.beat, is_given=session.blood.injecting.is_busy)
        if placed is not None:
            self._let_pieces_go(circulation, placed)
            self._look_at_lumen(placed, seconds)
            self._look_at_cast(circulation, placed, seconds)
            self._look_for_stasis(circulation, placed, seconds)
        if self._delivery is not None and circulation.agents is not None:
            self._follow_delivery(circulation.agents, seconds)
        if circulation.agents is not None and circulation.agents.version != self._version:
            self._version = circulation.agents.version
            self._close(circulation.agents, anew=False)

    def _close(self, agents: Agents, *, anew: bool) -> None:
        """Beds and lumens are told what closed them; `anew` after a restore, when they know already."""
        harms = self._session.blood.harms
        if harms is None:
            return
        harms.lodged.factors = agents.factors()
        casts = tuple(agents.casts.values())
        if anew:
            harms.narrowed.treated[NAME] = casts
        elif casts:
            harms.narrowed.treat(NAME, casts)

    def _let_pieces_go(self, blood: Circulation, placed: Placed) -> None:
        if not self._pieces:
            return
        given_ml = self._session.blood.desk.given_ml
        moved, self._tip_ml = given_ml - self._tip_ml, given_ml
        for piece in list(self._pieces):
            piece[2] -= moved
            if piece[2] > 0.0:
                continue
            self._pieces.remove(piece)
            self._carry(self.preparations[int(piece[0])], piece[1], blood, placed)

    def _carry(self, one: Preparation, um: float, blood: Circulation, placed: Placed) -> None:
        session = self._session
        mm3 = pi / 6.0 * (1e-3 * um) ** 3
        release = Release("gelatin", mm3, placed.tip.vessel, placed.tip.at_mm, tool_of(placed), one.device)
        aftermath = session.instruments.aftermath
        stops_um = um * one.stops
        found = aftermath.emboli.carry_piece(release, 1e-3 * stops_um, blood, aftermath.harms.mean_ml_s)
        where = "lost" if found is None else found.vessel or found.bed
        held = self._pieces_ml.setdefault(one.number, {})
        held[where] = held.get(where, 0.0) + 1e-3 * mm3
        if found is not None and found.vessel:
            aftermath.harms.apply(found)
        elif found is not None:
            blood.agents_begun().plug((found.bed, found.feeder), stops_um)
        target = beds_beyond(blood, placed.tip.vessel, placed.tip.at_mm)
        missed = found is not None and bool(found.bed) and (found.bed, found.feeder) not in target
        data = {"device": one.device, "number": one.number, "um": round(um), "where": where, "missed": missed}
        session.event(
            "agent-piece", data, f"A piece of {um / 1e3:.1f} mm is stuck: {where.replace('-', ' ')}"
        )

    # ---- the lumen and the tip -----------------------------------------------------------------------------

    def _look_at_lumen(self, placed: Placed, seconds: float) -> None:
        """Glue in the lumen sets where it met blood or salt, or stands at the tip."""
        tool = tool_of(placed)
        if tool not in self._lumen:
            return
        shares = [self._share_of_glue(n) for n, _ in self._column().content.agents]
        share = max(shares, default=0.0)
        busy = self._session.blood.injecting.is_busy
        if share <= 0.0:
            if not busy:
                del self._lumen[tool]
            return
        safe, had_s = self._lumen[tool]
        if not safe or not busy:
            had_s += seconds
        self._lumen[tool] = safe, had_s
        if had_s > glue.set_s(share) and tool not in self.blocked:
            self._block(tool, "set", None)

    def _look_at_cast(self, blood: Circulation, placed: Placed, seconds: float) -> None:
        """A tip that lies in a cast of glue."""
        tool, vessel = tool_of(placed), placed.tip.vessel
        cast = None if blood.agents is None else blood.agents.casts.get(vessel)
        shares = [one.glue_share for one in self.preparations.values() if one.glue_share > 0.0]
        if cast is None or not shares:
            return
        near = placed.tip.at_mm + np.array([-CAST_MM, 0.0, CAST_MM])
        if 1.0 - float(cast.share(near).min()) < CAST_SHARE:
            self._in_cast.pop(tool, None)
            return
        self._in_cast[tool] = self._in_cast.get(tool, 0.0) + seconds
        held = glue.is_catheter_glued(self._in_cast[tool], shares[-1], glue.ENDOTHELIUM)
        if held and tool not in self.glued:
            self.glued.append(tool)
            data = {"tool": tool, "vessel": vessel, "at_mm": round(placed.tip.at_mm, 1)}
            self._session.event("catheter-glued", data, "The catheter is held fast by the glue")

    def _block(self, tool: str, why: str, one: Preparation | None) -> None:
        self.blocked[tool] = why
        self._session.blood.desk.jam(JAMMED_SHARE)
        data: dict[str, Any] = {"tool": tool, "why": why}
        if one is not None:
            data |= {"device": one.device, "dilution": round(1.0 / max(one.packed_share, 1e-9), 1)}
        words = {"jammed": "The particles jam the catheter", "set": "Glue has set in the catheter"}
        self._session.event("catheter-blocked", data, words[why])

    def _look_for_stasis(self, blood: Circulation, placed: Placed, seconds: float) -> None:
        """Flow ahead of the tip, beside that before the first agent came there."""
        harms, vessel = self._session.blood.harms, placed.tip.vessel
        if harms is None or vessel not in self._flow_before or vessel in self._still:
            return
        self._rested_s = 0.0 if self._session.blood.injecting.is_busy else self._rested_s + seconds
        if self._rested_s < RESTS_S:
            return
        now = self._flow_ml_s(blood, placed)
        self._flow_before[vessel] = max(self._flow_before[vessel], now)
        if now < STASIS_SHARE * self._flow_before[vessel]:
            self._still.append(vessel)
            data = {"vessel": vessel, "flow_share": round(now / self._flow_before[vessel], 3)}
            self._session.event("stasis", data, "Blood stands in the artery that is treated")

    def _flow_ml_s(self, blood: Circulation, placed: Placed) -> float:
        harms = self._session.blood.harms
        edge, _ = blood.edge_at(placed.tip.vessel, placed.tip.at_mm)
        mean = harms.mean_ml_s if harms is not None else blood.network.flow_ml_s
        return abs(float(mean[edge]))

    # ---- what is told ------------------------------------------------------------------------------------

    def _begin_delivery(self, one: Preparation, placed: Placed) -> None:
        blood = self._session.blood.blood
        vessel, at_mm = placed.tip.vessel, placed.tip.at_mm
        self._flow_before.setdefault(vessel, self._flow_ml_s(blood, placed))
        target = beds_beyond(blood, vessel, at_mm)
        self._delivery = Delivery.begun(one.number, vessel, at_mm, target, self._agents())

    def _follow_delivery(self, agents: Agents, seconds: float) -> None:
        delivery = self._delivery
        assert delivery is not None
        busy = self._session.blood.injecting.is_busy
        delivery.step(seconds, is_given=busy)
        missed = delivery.missed(self._session.blood.graph, agents)
        if missed and not delivery.is_told:
            delivery.is_told = True
            organ = max(missed, key=lambda one: missed[one])
            data = {"organs": {name: round(ml, 5) for name, ml in missed.items()}, "vessel": delivery.vessel}
            one = self.preparations[delivery.number]
            text = f"{one.title} goes to the wrong place: {organ}"
            self._session.event("agent-reflux", {"device": one.device, **data}, text)
        if delivery.is_over(agents):
            self._end_delivery()

    def _end_delivery(self) -> None:
        delivery, self._delivery = self._delivery, None
        circulation = self._session.blood.circulation
        if delivery is None or circulation is None or circulation.agents is None:
            return
        one, graph = self.preparations[delivery.number], self._session.blood.graph
        told = delivery.told(graph, circulation.agents)
        share = one.mixture.agent_share
        data = {
            "device": one.device,
            "number": one.number,
            "ml": round(told.pop("agent_ml") / share, 3),
            **told,
        }
        text = f"{one.title}: {data['ml']:.2f} ml given, {shares_told(data['organs'])}"
        self._session.event("agent-given", data, text)

    # ---- seen and shown ----------------------------------------------------------------------------------

    def tools(self) -> list[ToolSeen]:
        """Casts of glue and oil, which are opaque."""
        circulation = self._session.blood.circulation
        if circulation is None or circulation.agents is None or not circulation.agents.casts:
            return []
        opaque = [one.mixture.iodine_mg_ml for one in self.preparations.values() if one.kind == "glue"]
        if not opaque:
            return []
        return casts_seen(self._session.blood.graph, circulation.agents.casts.values(), 1e-3 * max(opaque))

    def left(self) -> list[dict[str, Any]]:
        """What lodged for good, by preparation and place."""
        circulation, found = self._session.blood.circulation, []
        agents = None if circulation is None else circulation.agents
        for number, one in self.preparations.items():
            places: dict[str, float] = dict(self._pieces_ml.get(number, {}))
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
                {**one.told(), "left_ml": round(self.left_ml(number), 2)}
                for number, one in self.preparations.items()
            ],
            "lumen": {
                "dextrose": any(n == DEXTROSE for n, _ in held),
                "agent_ml": round(sum(ml for n, ml in held if n != DEXTROSE), 3),
            },
            "clearing": self.clearing.told(),
            "blocked": dict(self.blocked),
            "glued": list(self.glued),
            "still": list(self._still),
        }

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
            "blocked": dict(self.blocked),
            "glued": list(self.glued),
            "still": list(self._still),
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
            "delivery": None if self._delivery is None else self._delivery.state(),
            "pieces": [list(one) for one in self._pieces],
            "pieces_ml": [[n, dict(held)] for n, held in self._pieces_ml.items()],
            "drawn": self._drawn,
            "tip_ml": self._tip_ml,
            "lumen": {tool: list(one) for tool, one in self._lumen.items()},
            "in_cast": dict(self._in_cast),
            "glued": list(self.glued),
            "blocked": dict(self.blocked),
            "flow_before": dict(self._flow_before),
            "rested_s": self._rested_s,
            "still": list(self._still),
            "version": self._version,
            "agents": None if agents is None else agents.told(),
        }
        return plain, {}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`, the blood's having been brought back."""
        self.preparations = {one["number"]: _preparation(one) for one in plain["preparations"]}
        self.clearing.restore(plain["clearing"])
        self._delivery = None if plain["delivery"] is None else Delivery.restored(plain["delivery"])
        self._pieces = [list(one) for one in plain["pieces"]]
        self._pieces_ml = {n: dict(held) for n, held in plain["pieces_ml"]}
        self._drawn, self._tip_ml = plain["drawn"], plain["tip_ml"]
        self._lumen = {tool: (bool(one[0]), float(one[1])) for tool, one in plain["lumen"].items()}
        self._in_cast, self.glued = dict(plain["in_cast"]), list(plain["glued"])
        self.blocked, self._flow_before = dict(plain["blocked"]), dict(plain["flow_before"])
        self._rested_s, self._still = plain["rested_s"], list(plain["still"])
        self._version = plain["version"]
        circulation = self._session.blood.circulation
        if plain["agents"] is not None and circulation is not None:
            agents = circulation.agents_begun()
            agents.recall(plain["agents"])
            self._close(agents, anew=True)


def tool_of(placed: Placed) -> str:
    """Which catheter it is: the instrument's id where hands have led it, else that of its device."""
    return placed.led.tool if placed.led is not None else placed.device.id


def _preparation(kept: Mapping[str, Any]) -> Preparation:
    values = dict(kept)
    values["mixture"] = Mixture(**values["mixture"])
    values["fractions"] = tuple(Fraction(**one) for one in values["fractions"])
    return Preparation(**values)
