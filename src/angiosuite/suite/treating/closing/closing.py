"""`Closing`: sheaths come out, a hand presses or a device holds, and blood is lost meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.closure import Closure
from angiosuite.content.sheath import Sheath
from angiosuite.content.sizing import closes as suits
from angiosuite.kit.errors import WrongUse, did_you_mean
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.haemostasis import CLOSURES, ClosureKind, closes, stays_closed_s
from angiosuite.suite.circulation.narrowed import Stretch
from angiosuite.suite.instruments.access import Access
from angiosuite.suite.instruments.instrument import device_named
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.part import Arrays

from .puncture import LATE_S, Now, Puncture, hole_mm2

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Closing"]

KIND: Mapping[str, ClosureKind] = {
    "suture": "suture",
    "anchor-plug": "anchor",
    "clip": "clip",
    "sealant": "sealant",
}
"""Devices that hold by themselves, as the physics knows them; a pad lies under a hand."""
TISSUE_ML_MMHG = 20.0
"""How much the thigh takes for 1 mmHg: the low end of the retroperitoneum's 20 to 50 (own choice; draft)."""
HAND_MM = 24.0
"""Of the vessel that a hand lies on."""
CALCIUM_FAILS = 4.0
"""So many times as often a stitch fails in a wall of calcium: needles turn aside (own choice; draft)."""
SYSTOLIC_MMHG, FELT_S = 120.0, 10.0
"""First guess, and the time over which a hand feels the artery's pressures."""
PULSE_SHARE = 0.1
"""Share of a lumen under a hand from which a pulse is felt beyond (own choice; draft)."""
PALE_S = 120.0
"""Nothing beyond the hand for so long, and the leg is pale."""
SEEN_ML_S = 0.05
SWELLINGS = (
    (30.0, "swelling", "A swelling comes up at the puncture"),
    (65.0, "haematoma", "A haematoma of 5 cm at the puncture"),
    (250.0, "large-haematoma", "A large haematoma: everything around is tense"),
)
"""Blood under the skin, ml, from which it is told: 65 ml are a ball of 5 cm."""


class Closing:
    """All punctures of one session whose sheath is out.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** the hole is an opening of the vessel's wall into the tissue (`Harms.puncture`), whose share is
    what clot and hand leave of it; a hand that presses hard narrows the vessel under it for flow and picture.
    A pad under the hand changes nothing (no figure was found). What happens after the session, infection, and
    a closure's parts in the picture are not modelled. **Valid for** the groin; a neck vein is taken like it.
    Held by ``tests/suite/treating/closing/test_closing.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.punctures: dict[str, Puncture] = {}
        self._systolic_mmhg = SYSTOLIC_MMHG
        self._mean_mmhg = 0.0
        self._shares: list[float] = []
        self._told: dict[str, list[str]] = {}
        """What was told of each puncture already."""

    # ---- what hands do -----------------------------------------------------------------------------------

    def remove_sheath(self, access: str, share: float = 0.0) -> None:
        """The sheath comes out; a hand presses at once with so much of the mean pressure, 0 for none."""
        self._session.blood.begin_flow()
        self._punctured(self._session.instruments.take_sheath_out(access))
        if share:
            self.press(access, share)
        self._settle()

    def press(self, access: str, share: float) -> None:
        """A hand presses on a puncture, as hard as this share of the artery's mean pressure now."""
        one = self._of(access)
        anew = not one.pressed_mmhg
        one.press(share * self._mean_mmhg)
        data = {"access": access, "mmhg": round(one.pressed_mmhg), "share": share}
        words = "A hand presses on" if anew else "The hand presses differently on"
        self._tell("pressed", one, data, f"{words} the puncture")
        self._settle()

    def release(self, access: str) -> None:
        """The hand goes: the puncture is dry, or it bleeds."""
        one = self._of(access)
        if not one.pressed_mmhg:
            raise WrongUse(
                "No hand presses there",
                code="not-pressed",
                value=access,
                way_out="Press first: closing.press.",
            )
        held_s = one.held_s
        bleeds = self._let_go(one)
        data = {"access": access, "held_s": round(held_s)}
        self._tell("released", one, data, f"The hand goes after {held_s / 60.0:.0f} min")
        if bleeds:
            self._tell("rebleeding", one, data, "It bleeds again")
        elif one.is_dry:
            self._tell("haemostasis", one, data, "The puncture is dry")
        self._settle()

    def device(self, tool: str, access: str) -> None:
        """Close a puncture with a device from the table, as the sheath comes out over it."""
        mine = self._session.instruments
        instrument = mine.table.on_it(tool)
        part, title = instrument.device.part, instrument.device.title
        if not isinstance(part, Closure):
            raise WrongUse(
                f"{title} closes no puncture", code="not-a-closure", value=tool,
                way_out="Pick a closure from the cupboard, or press.",
            )  # fmt: skip
        if part.radial or part.kind_of == "band":
            raise WrongUse(
                f"{title} is for the wrist", code="not-for-the-groin", value=instrument.device.id,
                way_out="Pick another, or press.",
            )  # fmt: skip
        kind = KIND.get(part.kind_of)
        if kind is None:
            one = self._of(access)
            mine.table.take(tool)
            one.pad = title
            self._tell(
                "pad-laid", one, {"access": access, "device": instrument.device.id}, f"{title} lies on it"
            )
            return
        if access in self.punctures:
            raise WrongUse(
                "The sheath is out already, and the device needs its way in", code="sheath-out", value=access,
                way_out="Press: closing.press.",
            )  # fmt: skip
        self._session.blood.begin_flow()
        where = mine.take_sheath_out(access)
        mine.table.take(tool)
        one = self._punctured(where)
        self._deploy(one, kind, part, instrument.device.id, title)
        self._settle()

    def _deploy(self, one: Puncture, kind: ClosureKind, part: Closure, device: str, title: str) -> None:
        vessel = self._session.blood.graph.vessels[one.vessel]
        fit = suits(part, one.sheath_f, 2.0 * vessel.at(one.at_mm)[1])
        practice = 1.0 + (CALCIUM_FAILS - 1.0) * vessel.calcium if kind == "suture" else 1.0
        data = {"access": one.access, "device": device, "fits": fit.fits}
        if not fit.fits or not closes(kind, self._chance(one), practice):
            why = fit.words if not fit.fits else "it does not hold"
            self._tell("closure-failed", one, data, f"{title}: {why}")
            return
        dry_s, again = stays_closed_s(kind, self._chance(one)), None
        if self._chance(one) < CLOSURES[kind].again:
            again = LATE_S[0] + (LATE_S[1] - LATE_S[0]) * self._chance(one)
        one.hold(title, dry_s, again)
        self._tell("closure-set", one, data, f"{title} is set")

    # ---- what it does ------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Clot grows or goes; blood, swelling and a pale leg are told."""
        circulation = self._session.blood.circulation
        if not self.punctures or circulation is None:
            return
        mmhg = float(circulation.network.pressure_mmhg[circulation.control.places.arterial])
        part = min(1.0, seconds / FELT_S)
        self._systolic_mmhg = max(self._systolic_mmhg + (mmhg - self._systolic_mmhg) * part, mmhg)
        self._mean_mmhg += (circulation.control.reflex.map_mmhg - self._mean_mmhg) * part
        now = self._now
        for one in self.punctures.values():
            change = one.step(seconds, now)
            if change == "again":
                self._tell("rebleeding", one, {"access": one.access}, "It bleeds again")
                self._told[one.access] = [told for told in self._told[one.access] if told != "bleeds"]
            elif change == "dry" or (one.is_shut_by_itself and not self._let_go(one)):
                self._tell("haemostasis", one, {"access": one.access}, "The puncture is dry")
            self._look(one)
        self._settle()

    def _look(self, one: Puncture) -> None:
        """What anybody at the table sees."""
        harms = self._session.instruments.aftermath.harms
        ml = harms.bled_ml(one.hole)
        for least_ml, name, words in SWELLINGS:
            if ml >= least_ml:
                self._once(name, one, {"ml": round(ml)}, words)
        if harms.bleeding_ml_s(one.hole) > SEEN_ML_S and not one.pressed_mmhg:
            self._once("bleeds", one, {}, "Blood comes from the puncture")
        if one.occluded_s > PALE_S and not one.is_vein:
            self._once("leg-pale", one, {}, "The leg is pale: nothing passes the hand")

    def _once(self, name: str, one: Puncture, data: Mapping[str, Any], words: str) -> None:
        told = self._told.setdefault(one.access, [])
        if name not in told:
            told.append(name)
            self._tell(name, one, {"access": one.access, **data}, words)

    def _settle(self) -> None:
        """Tell the circulation what clot and hands leave of holes and lumens."""
        now, harms = self._now, self._session.instruments.aftermath.harms
        for one in self.punctures.values():
            harms.held[one.hole] = one.bleeds_share(now)
        shares = [round(one.lumen_share(now), 2) for one in self.punctures.values()]
        if shares != self._shares:
            self._shares = shares
            harms.narrowed.treat("closing", self._pressed())

    def _pressed(self) -> list[Stretch]:
        """Vessels that hands narrow."""
        return [
            Stretch(one.vessel, one.at_mm - 0.5 * HAND_MM, one.at_mm + 0.5 * HAND_MM, share)
            for one, share in zip(self.punctures.values(), self._shares, strict=True)
            if share < 1.0
        ]

    @property
    def _now(self) -> Now:
        session = self._session
        takes = bool(session.room.about.get("antiplatelets", False))
        return Now(session.remedies.act_s, self._systolic_mmhg, self._mean_mmhg, takes)

    def _punctured(self, where: Access) -> Puncture:
        session = self._session
        sheath = device_named(session.room.content, where.sheath).part
        assert isinstance(sheath, Sheath)
        harms = session.instruments.aftermath.harms
        slow = float(generator(session.seed, "closing", self._number(where.id)).random())
        one = Puncture(where.id, where.vessel, where.at_mm, sheath.label_f, where.system == "vein", slow)
        if not self.punctures:
            self._mean_mmhg = session.blood.blood.control.reflex.map_mmhg
        one.hole = harms.puncture(one.vessel, one.at_mm, hole_mm2(sheath.outer_mm), TISSUE_ML_MMHG)
        self.punctures[where.id] = one
        self._told[where.id] = []
        return one

    def _let_go(self, one: Puncture) -> bool:
        return one.let_go(self._chance(one), self._chance(one))

    def _chance(self, one: Puncture) -> float:
        """The next number of chance for a puncture, 0 to 1."""
        one.tries += 1
        draw = generator(self._session.seed, "closing", self._number(one.access) + one.tries)
        return float(draw.random())

    def _number(self, access: str) -> int:
        return 10_000 * (1 + list(self._session.instruments.accesses).index(access))

    def _of(self, access: str) -> Puncture:
        if access not in self.punctures:
            raise WrongUse(
                f"No puncture of '{access}' is to be closed",
                code="sheath-in",
                value=access,
                way_out=did_you_mean(access, self.punctures)
                or "Take the sheath out first: closing.remove_sheath.",
            )
        return self.punctures[access]

    def _tell(self, name: str, one: Puncture, data: Mapping[str, Any], words: str) -> None:
        where = {"vessel": one.vessel, "at_mm": round(one.at_mm, 1)}
        self._session.event(f"closing-{name}", {**where, **data}, words)

    # ---- what is seen and told ---------------------------------------------------------------------------

    def tools(self) -> list[ToolSeen]:
        """Nothing: stitches and collagen are not seen, a clip is not drawn."""
        return []

    def left(self) -> list[dict[str, Any]]:
        """Closures that lie in the patient."""
        return [
            {
                "kind": "closure", "title": one.device, "vessel": one.vessel, "at_mm": round(one.at_mm, 1),
                "access": one.access,
            }
            for one in self.punctures.values()
            if one.device
        ]  # fmt: skip

    def show(self) -> list[dict[str, Any]]:
        """What anybody at the table sees: never how far the plug has grown."""
        if not self.punctures:
            return []
        now, harms = self._now, self._session.instruments.aftermath.harms
        return [
            {
                "access": one.access,
                "pressed_mmhg": round(one.pressed_mmhg),
                "held_s": int(one.held_s) if one.pressed_mmhg else 0,
                "bleeds": harms.bleeding_ml_s(one.hole) > SEEN_ML_S,
                "swelling_ml": 10 * round(harms.bled_ml(one.hole) / 10.0),
                "pulse_beyond": one.lumen_share(now) > PULSE_SHARE,
                "device": one.device or None,
                "pad": one.pad or None,
            }
            for one in self.punctures.values()
        ]

    def observed(self) -> dict[str, dict[str, Any]]:
        """For the log: the plug too, which measures may read."""
        if not self.punctures:
            return {}
        now, harms = self._now, self._session.instruments.aftermath.harms
        return {
            one.access: {
                "open_share": round(one.open_share, 2),
                "pressed_mmhg": round(one.pressed_mmhg),
                "dry": one.is_dry,
                "ml": round(harms.bled_ml(one.hole)),
                "passes": one.lumen_share(now) > PULSE_SHARE,
            }
            for one in self.punctures.values()
        }

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values, and the pressures."""
        plain = {
            "punctures": [one.state() for one in self.punctures.values()],
            "shares": list(self._shares),
            "told": {access: list(told) for access, told in self._told.items()},
        }
        return plain, {"felt_mmhg": np.array([self._systolic_mmhg, self._mean_mmhg])}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`; after the circulation's own restore."""
        flows = self._session.blood.circulation is not None  # not where the vessels are made anew
        made = [Puncture.of(one) for one in plain["punctures"]] if flows else []
        self.punctures = {one.access: one for one in made}
        self._shares = list(plain["shares"])
        self._told = {access: list(told) for access, told in plain["told"].items()}
        self._systolic_mmhg, self._mean_mmhg = (float(mmhg) for mmhg in arrays["felt_mmhg"])
        harms = self._session.instruments.aftermath.harms
        if self.punctures:
            harms.held.update({one.hole: one.bleeds_share(self._now) for one in made})
        if made:  # the network knows it: no new version
            harms.narrowed.treated["closing"] = tuple(self._pressed())
