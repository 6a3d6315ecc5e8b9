"""Drugs, fluid, oxygen, clotting times and help of one session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.drug import DrugItem
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator
from angiosuite.physics.physiology.coagulation import Coagulation
from angiosuite.physics.physiology.vasodilation import Vasodilation
from angiosuite.physics.physiology.volume import Volume
from angiosuite.suite.circulation.plumbing import RESERVOIR

from .clotting_times import ClottingTimes
from .dosing import Given, Running, drug_named, running_of, warnings_for, words_of
from .senior import Senior, advice_for, ago_of
from .way_in import Place, WayIn

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Remedies"]

SLOPE_SPREAD = 0.25
"""How patients differ in their answer to heparin: of the logarithm (research notes, memory)."""
OUTPUT_ML_S = 90.0
"""Of the heart while nothing flows yet: what a dose into a vein is thinned by."""
MOST_KEPT = 200


class Remedies:
    """What is given in one session, and what it does.

    Parameters
    ----------
    session : Session

    Notes
    -----
    Acts on the circulation through its hooks: the control's `outside` (resistance, contractility, room of the
    veins) and a source at the small veins. Saturation is not modelled: oxygen is logged. No allergy and no
    reaction to a drug is made up. Held by ``tests/suite/remedies``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        seed = session.seed
        mass_kg = float(session.room.plumbed["mass_kg"])
        slope = float(np.exp(SLOPE_SPREAD * generator(seed, "heparin-answer").standard_normal()))
        self.coagulation = Coagulation(mass_kg, slope)
        self.nitrates = Vasodilation(mass_kg)
        self.fluids = Volume()
        self.clotting_times = ClottingTimes(seed)
        self.senior = Senior(seed)
        self.way_in = WayIn(session)
        self.running: list[Running] = []
        self.given: tuple[Given, ...] = ()
        self.oxygen_l_min = 0.0
        self.said: tuple[str, ...] = ()
        """What help said last."""
        self._toned = False

    # ---- what hands do -------------------------------------------------------------------------------

    def give(
        self, drug: str, dose: float, route: str = "iv", tool: str | None = None, over_s: float | None = None
    ) -> None:
        """Give a dose; warnings are told, and nothing is refused but a route that does not exist.

        Raises
        ------
        WrongUse
            For a drug that is not known, or through a catheter where none is connected.
        """
        item = drug_named(self._session.room.content, drug)
        if item.acts == "oxygen":
            self.give_oxygen(dose)
            return
        if item.acts == "crystalloid":
            self._run(item, dose, over_s)
            return
        lasts_s = item.lasts_s if over_s is None else over_s
        place = self.way_in.place(tool) if route == "ia" else None
        self._order(item, dose, route, lasts_s, place)
        key = self.way_in.key(place)
        self.running.append(Running(item.id, item.acts, dose, dose, dose / lasts_s, key))
        if place is not None:
            self.way_in.flush()

    def give_fluid(self, ml: float, fluid: str) -> None:
        """Let fluid run into a vein, as fast as it goes."""
        item = drug_named(self._session.room.content, fluid)
        if item.acts != "crystalloid":
            raise WrongUse(
                f"{item.title} is no fluid",
                code="not-a-fluid",
                value=fluid,
                way_out="Choose a crystalloid, or give it with drug.give.",
            )
        self._run(item, ml, None)

    def _run(self, item: DrugItem, ml: float, over_s: float | None) -> None:
        """The largest dose that content offers runs in within its time; others as fast as that."""
        lasts_s = ml * item.lasts_s / item.doses[-1] if over_s is None else over_s
        self._order(item, ml, "iv", lasts_s, None)
        self.fluids.rate_ml_s = ml / lasts_s
        self.fluids.give(ml)

    def give_oxygen(self, l_min: float) -> None:
        """Set the flow of oxygen; it is logged, the monitor's saturation stays not modelled."""
        self.oxygen_l_min = l_min
        text = f"Oxygen {l_min:g} l/min" if l_min > 0.0 else "Oxygen off"
        self._session.event("oxygen-given", {"l_min": l_min}, text)

    def measure_act(self) -> None:
        """Draw blood for a clotting time; its result comes some minutes later."""
        self.clotting_times.draw(self.act_s, self._now_us)
        self._session.event("act-asked", {}, "Blood for a clotting time is drawn")

    def call_help(self) -> None:
        """Call a senior colleague."""
        self._session.event("help-called", {}, "Help is called")
        if self.senior.call(self._now_us):
            self._say("help-said")

    def _order(self, item: DrugItem, dose: float, route: str, over_s: float, place: Place | None) -> None:
        session = self._session
        order = Given(self._now_us, item.id, dose, route)
        warnings = warnings_for(item, order, over_s, self.coagulation.mass_kg, self.given)
        self.given = (*self.given, order)[-MOST_KEPT:]
        where = {} if place is None else {"vessel": place.vessel, "at_mm": round(place.at_mm, 1)}
        data = {"drug": item.id, "dose": dose, "unit": item.unit, "route": route, "over_s": over_s, **where}
        name = "fluid-given" if item.acts == "crystalloid" else "drug-given"
        session.event(name, data, words_of(item, dose, route))
        for warning in warnings:
            told = {"drug": item.id, "dose": dose, "of": warning.of, "above": warning.above}
            session.event("drug-warning", told, f"{item.title}: {warning.text}")

    # ---- what it does --------------------------------------------------------------------------------

    @property
    def _now_us(self) -> int:
        return self._session.clock.now_us

    @property
    def act_s(self) -> float:
        """Activated clotting time of the patient's blood now, s."""
        return self.coagulation.act_s

    def relaxes(self, vessel: str) -> float:
        """How far nitroglycerin takes a spasm of this vessel away now, 0 to 1."""
        return self.nitrates.relaxes(self.way_in.reaching(vessel)) if self.nitrates.given else 0.0

    def advance(self, seconds: float) -> None:
        """Time goes on; called before the blood of the same time flows."""
        protamine_mg_min = 0.0
        for one in self.running:
            part = one.run(seconds, self._flow_ml_s(one.place))
            if one.acts == "anticoagulant":
                self.coagulation.give_heparin(part)
            elif one.acts == "heparin-antidote":
                self.coagulation.give_protamine(part)
                protamine_mg_min += 60.0 * one.per_s
            elif one.acts == "nitrate" and one.left <= 0.0:
                self.nitrates.give(one.dose, one.flow_ml_s, one.place)
        if self.running:
            self.running = [one for one in self.running if one.left > 0.0]
        self.coagulation.advance(seconds)
        self.nitrates.advance(seconds, protamine_mg_min)
        ran = self.fluids.is_running
        self.fluids.advance(seconds)
        if ran and not self.fluids.is_running:
            self._session.event("fluid-ended", {"ml": round(self.fluids.given_ml)}, "The fluid has run in")
        self._act()
        self._tell()

    def _flow_ml_s(self, place: int) -> float:
        """Flow that carries a dose away."""
        circulation = self._session.blood.circulation
        if circulation is None:
            return OUTPUT_ML_S
        where = self.way_in.at(place)
        if where is None:
            return float(circulation.network.flow_ml_s[circulation.plumbing.edge["aortic-valve"]])
        return circulation.flow_ml_s(where.vessel, where.at_mm)

    def _act(self) -> None:
        """Take hold of the circulation."""
        circulation = self._session.blood.circulation
        if circulation is None:
            return
        busy = bool(self.nitrates.given) or self.nitrates.protamine_share > 0.0
        if busy or self._toned:
            tone = self.nitrates.tone
            circulation.control.outside[:] = tone.resistance, tone.contractility, tone.veins_ml
            self._toned = busy
        if self.fluids.flow_ml_s:
            veins = circulation.plumbing.node[RESERVOIR]
            circulation.network.sources_ml_s[veins] = self.fluids.flow_ml_s

    def _tell(self) -> None:
        for sample in self.clotting_times.come(self._now_us):
            data = {"act_s": round(sample.read_s), "drawn_us": sample.drawn_us}
            self._session.event("act-measured", data, f"Clotting time (ACT) {sample.read_s:.0f} s")
        if self.senior.arrives(self._now_us):
            self._say("help-arrived")

    def _say(self, name: str) -> None:
        said = advice_for(self._session.room.content, self.facts, ago_of(self._session.events, self._now_us))
        self.said = tuple(words for _, words in said)
        self._session.event(name, {"advice": [identity for identity, _ in said]}, " ".join(self.said))

    @property
    def facts(self) -> dict[str, float | bool | None]:
        """What help looks at."""
        circulation, last = self._session.blood.circulation, self.clotting_times.last
        heparin = [g.t_us for g in self.given if self._acts(g.drug) == "anticoagulant"]
        return {
            "map_mmhg": None if circulation is None else circulation.control.reflex.map_mmhg,
            "rate_per_min": self._session.heart.rate_now_per_min,
            "act_s": None if last is None else last.read_s,
            "act_unknown": bool(heparin) and (last is None or last.drawn_us < heparin[-1]),
            "tools_in": self._session.blood.placed is not None or not self._session.instruments.is_empty,
        }

    def _acts(self, drug: str) -> str:
        return drug_named(self._session.room.content, drug).acts

    # ---- state ---------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        plain = {
            "running": [one.state() for one in self.running],
            "given": [asdict(one) for one in self.given],
            "places": self.way_in.state(),
            "oxygen_l_min": self.oxygen_l_min,
            "clotting_times": self.clotting_times.state(),
            "senior": self.senior.state(),
            "said": list(self.said),
            "toned": self._toned,
        }
        arrays = {**self.coagulation.state(), **self.nitrates.state(), **self.fluids.state()}
        return plain, {f"remedies/{name}": value for name, value in arrays.items()}

    def restore(self, plain: Mapping[str, Any] | None, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`; logs of releases without remedies have none."""
        own = {k.removeprefix("remedies/"): v for k, v in arrays.items() if k.startswith("remedies/")}
        if plain is None or not own:
            return
        for part in (self.coagulation, self.nitrates, self.fluids):
            part.restore(own)
        self.running = [running_of(one) for one in plain["running"]]
        self.given = tuple(Given(**one) for one in plain["given"])
        self.way_in.restore(plain["places"])
        self.oxygen_l_min, self.said = plain["oxygen_l_min"], tuple(plain["said"])
        self.clotting_times.restore(plain["clotting_times"])
        self.senior.restore(plain["senior"])
        self._toned = plain["toned"]
