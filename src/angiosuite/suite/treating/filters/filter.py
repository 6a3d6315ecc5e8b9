"""`Filters`: cava filters go in, stand, catch what comes, and are taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.delivery import delivers, takes_back
from angiosuite.content.sheath import Sheath
from angiosuite.content.snare import Snare
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.filter import (
    BEST_GRIP,
    capture_probability,
    clot_out_share,
    embedded_probability,
    fits_cava,
    hard_retrieval_probability,
)
from angiosuite.physics.treating.snare import STOP_N, comes_free, why_not
from angiosuite.suite.circulation.harm import Release
from angiosuite.suite.circulation.narrowed import Stretch
from angiosuite.suite.instruments.instrument import Instrument, device_named
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.instruments.stack import Stack
from angiosuite.suite.treating.part import Arrays

from .standing import Standing, Tip, level_mm, looks_away, opened, reach, stood, struts

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Filters"]

TRAVELS_MM_S = 40.0
"""How fast a filter that is too small goes with the blood (own choice; draft)."""
PLAIN_GRIP, MANY_LEGS = 1.5, 6
"""Grip of a filter of fewer legs than this, as `BEST_GRIP` (own choice; draft)."""
CLOT_LONG = 4.0
"""A clot from a leg is so many times as long as it is thick (own choice; draft)."""
FULL = 0.95
CLOT_G_MM3 = 1.05e-3
DIRECTION_MM = 15.0
"""Length of a sheath's end that its direction is taken over."""
BEATS = 6
"""Extra beats when a filter comes into the heart (own choice; draft)."""


class Filters:
    """Cava filters of one session.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** a filter is let out at the end of a sheath that hands have led (`opened`), holds by its legs or
    goes with the blood where the vein is wider than it is for, catches clot by its tilt, and is taken by a
    snare through a sheath led to its hook (`reach`), into the access's own sheath. Clot in it narrows the
    cava. It does not move with breath; penetration and fracture are not modelled.
    Held by ``tests/suite/treating/filters/test_filter.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.standing: list[Standing] = []
        self._loaded: tuple[Instrument, str] | None = None
        """A filter in a sheath, by the sheath's id."""
        self._snared: tuple[Instrument, str, int] | None = None
        """A snare that holds the filter of this place in the list, and the sheath that it came through."""
        self._draws = 0
        self._coming: list[tuple[int, float, str]] = []
        """Clots that come loose later: when (us), how thick (mm), in which vein."""

    def begin(self, filters: Sequence[Mapping[str, Any]], clots: Sequence[Mapping[str, Any]]) -> None:
        """Filters that stand as a task begins, and clots that come loose while the person works."""
        for told in filters:
            self.stand(told["device"], told["vessel"], told["at_mm"], told["tilt_deg"], told["days"])
            self.standing[-1].clot_mm3 = clot_mm3(float(told.get("clot_mm") or 0.0))
        for told in clots:
            at_us = self._session.now_us + round(1e6 * float(told["after_s"]))
            self._coming.append((at_us, float(told["thick_mm"]), str(told["vessel"])))
        self._coming.sort()
        if any(one.clot_mm3 for one in self.standing):
            self._session.blood.begin_flow()
            self._settle()

    # ---- in ----------------------------------------------------------------------------------------------

    def load(self, tool: str, into: str) -> None:
        """Push a filter from the table into a sheath that lies in the patient."""
        mine = self._session.instruments
        one = mine.table.on_it(tool)
        part = one.device.part
        if not isinstance(part, CavaFilter):
            raise _refused(f"{one.device.title} is no cava filter", "not-a-filter", tool, "Pick a filter.")
        if self._loaded is not None:
            raise _refused("A filter is loaded already", "filter-loaded", tool, "Open it, or draw it out.")
        self._through(into, one)
        mine.table.take(tool)
        self._loaded = one, into
        self._event("loaded", {"tool": tool, "device": one.device.id}, f"{one.device.title} is in the sheath")

    def open(self) -> None:
        """Draw the sheath back over the filter: it stands where it was."""
        if self._loaded is None:
            raise _refused("No filter is loaded", "no-filter", None, "Load one into a sheath: filter.load.")
        instrument, into = self._loaded
        part = instrument.device.part
        assert isinstance(part, CavaFilter)
        stack, k, _ = self._sheath(into)
        tip = self._tip(stack, k)
        graph = self._session.blood.graph
        uneven = generator(self._session.seed, "cava-filter", self._number()).standard_normal(2)
        name = instrument.id, instrument.device.id, instrument.device.title
        one = opened(graph, tip, part, (float(uneven[0]), float(uneven[1])), name)
        self._loaded = None
        wide_mm = 2.0 * graph.vessels[one.vessel].at(one.foot_mm)[1]
        one.travels = wide_mm > part.cava_mm.high
        self.standing.append(one)
        level = level_mm(graph, one)
        data = {
            **_where(one),
            "device": one.device,
            "tilt_deg": round(one.tilt_deg, 1),
            "cava_mm": round(wide_mm, 1),
            "level_mm": None if level is None else round(level, 1),
            "fits": fits_cava(wide_mm, part.cava_mm.high),
        }
        vein = graph.vessels[one.vessel].said
        self._event("opened", data, f"The filter is open in the {vein}")
        self._settle()

    def stand(self, device: str, vessel: str, at_mm: float, tilt_deg: float, days: float) -> None:
        """A filter that was put in so many days ago: how a case of retrieval begins."""
        item = device_named(self._session.room.content, device)
        part = item.part
        if not isinstance(part, CavaFilter):
            raise _refused(f"{item.title} is no cava filter", "not-a-filter", device, "Name a filter.")
        one = stood(part, ("", item.id, item.title), vessel, at_mm, tilt_deg, days)
        one.is_embedded = self._chance() < embedded_probability(tilt_deg, days)
        self.standing.append(one)

    # ---- what it catches ---------------------------------------------------------------------------------

    def clot(self, thick_mm: float, vessel: str) -> None:
        """A clot comes loose in a vein: a filter on its way catches it, or it goes on to the lungs."""
        session = self._session
        line = session.blood.graph.vessels.get(vessel)
        if line is None or line.system != "vein":
            raise _refused("A clot comes from a vein", "not-a-vein", vessel, "Name a vein of the leg.")
        session.blood.begin_flow()
        mm3 = clot_mm3(thick_mm)
        for one in self.standing:
            if one.travels or not self._passes(vessel, one):
                continue
            legs = self._part(one).legs
            grip = BEST_GRIP if legs >= MANY_LEGS else PLAIN_GRIP
            if self._chance() < capture_probability(thick_mm, one.tilt_deg, grip, one.clot_mm3 > 0.0):
                one.clot_mm3 += mm3
                data = {**_where(one), "thick_mm": thick_mm, "mm3": round(mm3)}
                self._event("caught", data, "A clot is caught in the filter")
                self._settle()
                return
        session.instruments.harming.release(Release("clot", mm3, vessel, 0.5 * line.length_mm))

    def _passes(self, vessel: str, one: Standing) -> bool:
        """Whether blood of a vein comes through a filter on its way to the heart."""
        vessels = self._session.blood.graph.vessels
        name: str | None = vessel
        while name is not None and name != one.vessel:
            parent = vessels[name].parent
            if parent is not None and parent.vessel == one.vessel:
                return parent.at_mm > one.at_mm
            name = None if parent is None else parent.vessel
        return name == one.vessel

    # ---- out ---------------------------------------------------------------------------------------------

    def snare(self, tool: str, through: str) -> None:
        """Open a snare at a sheath's end and close it: it holds a filter's hook, or says why not."""
        mine, graph = self._session.instruments, self._session.blood.graph
        instrument = mine.table.on_it(tool)
        snare = instrument.device.part
        if not isinstance(snare, Snare):
            raise _refused(f"{instrument.device.title} is no snare", "not-a-snare", tool, "Pick a snare.")
        if self._snared is not None:
            raise _refused("A snare holds one already", "snared", tool, "Pull, or let go: filter.let_go.")
        stack, k = self._through(through, instrument)
        tip = self._tip(stack, k)
        here = [n for n, one in enumerate(self.standing) if one.vessel == tip.vessel]
        if not here:
            self._event("snare-missed", {"tool": tool, "why": "nothing is there"}, "The snare takes nothing")
            return
        n = min(here, key=lambda n: abs(self.standing[n].at_mm - tip.at_mm))
        one, part = self.standing[n], self._part(self.standing[n])
        why = "it has no hook" if part.hook is None else None
        loop = snare.loop_mm.low, snare.loop_mm.high
        why = why or ("the hook looks the other way" if looks_away(graph, part, tip) else None)
        why = why or why_not(reach(graph, one, part, tip, loop))
        if why is not None:
            self._event("snare-missed", {"tool": tool, **_where(one), "why": why}, "The snare takes nothing")
            return
        mine.table.take(tool)
        self._snared = instrument, through, n
        self._event("snared", {"tool": tool, **_where(one)}, "The snare holds the hook")

    def pull(self, force_n: float) -> None:
        """Pull on the snare against the sheath: the filter folds and comes out, or holds."""
        if self._snared is None:
            raise _refused("No snare holds a filter", "not-snared", None, "Close a snare on its hook.")
        snare, through, n = self._snared
        one = self.standing[n]
        part = self._part(one)
        stack, _, _ = self._sheath(through)
        outer = device_named(self._session.room.content, stack.access.sheath).part
        assert isinstance(outer, Sheath)
        fit = takes_back(part, outer)
        if not fit.fits:
            raise _refused(fit.words, "does-not-fit", one.device, fit.way_out)
        firm = generator(self._session.seed, "cava-filter-holds", n)
        is_hard = firm.random() < hard_retrieval_probability(one.tilt_deg, one.dwell_days, one.is_embedded)
        holds_n = STOP_N if is_hard else 0.0
        data = {**_where(one), "force_n": round(force_n, 1), "dwell_days": one.dwell_days}
        if not comes_free(force_n, float(firm.random()), holds_n):
            self._event("held", data, "The filter holds")
            return
        del self.standing[n]
        self._snared = None
        self._session.instruments.table.lay(snare)
        out = clot_out_share(CLOT_G_MM3 * one.clot_mm3, float(firm.random())) if one.clot_mm3 else 1.0
        data |= {"clot_mm3": round(one.clot_mm3), "clot_out_share": round(out, 2)}
        self._event("retrieved", data, "The filter is out")
        if one.clot_mm3 * (1.0 - out) > 0.0:
            left = Release("clot", one.clot_mm3 * (1.0 - out), one.vessel, one.at_mm)
            self._session.instruments.harming.release(left)
        self._settle()

    def let_go(self) -> None:
        """Open the snare and draw it back."""
        if self._snared is None:
            raise _refused("No snare holds a filter", "not-snared", None, "Close a snare on its hook.")
        self._session.instruments.table.lay(self._snared[0])
        self._snared = None
        self._event("let-go", {}, "The snare lets go")

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """A filter that does not hold goes to the heart; what came out of the patient is on the table."""
        while self._coming and self._coming[0][0] <= self._session.now_us:
            _, thick_mm, vessel = self._coming.pop(0)
            self.clot(thick_mm, vessel)
        inside = self._session.instruments.inside if self._loaded or self._snared else {}
        if self._loaded is not None and self._loaded[1] not in inside:
            self._session.instruments.table.lay(self._loaded[0])
            self._loaded = None
        if self._snared is not None and self._snared[1] not in inside:
            self.let_go()
        for one in self.standing:
            if one.travels:
                self._travel(one, seconds)

    def _travel(self, one: Standing, seconds: float) -> None:
        vessels, part = self._session.blood.graph.vessels, self._part(one)
        one.at_mm -= TRAVELS_MM_S * seconds
        if one.at_mm <= 0.0:
            one.at_mm, one.travels = 0.0, False
            heart = vessels[one.vessel].parent is None
            if heart:
                self._session.heart.provoke(BEATS, "atrium")
            self._event("migrated", {**_where(one), "heart": heart}, "The filter has gone with the blood")
        elif 2.0 * vessels[one.vessel].at(one.foot_mm)[1] <= part.cava_mm.high:
            one.travels = False
            self._event("migrated", {**_where(one), "heart": False}, "The filter has moved")
        self._settle()

    def _settle(self) -> None:
        """Clot in filters narrows their veins."""
        harms = self._session.instruments.aftermath.harms
        stretches = self._filled()
        if stretches != list(harms.narrowed.treated.get("filter", ())):
            harms.narrowed.treat("filter", stretches)

    def _filled(self) -> list[Stretch]:
        found = []
        for one in self.standing:
            radius = self._session.blood.graph.vessels[one.vessel].at(one.at_mm)[1]
            share = min(one.clot_mm3 / (pi * radius**2 * one.length_mm), FULL)
            if share > 0.0:
                found.append(Stretch(one.vessel, one.at_mm, one.foot_mm, 1.0 - share))
        return found

    # ---- where things are --------------------------------------------------------------------------------

    def _sheath(self, tool: str) -> tuple[Stack, int, Sheath]:
        """A sheath that hands have led, with nothing in it."""
        stack, lying = self._session.instruments.lying(tool)
        part, k = lying.instrument.device.part, stack.index(tool)
        if not isinstance(part, Sheath):
            title = lying.instrument.device.title
            raise _refused(f"{title} is no sheath", "not-a-sheath", tool, "Lead a guiding sheath.")
        if k > 0:
            inner = stack.lying[k - 1].instrument
            raise _refused(
                f"{inner.device.title} lies in the sheath", "sheath-in-use", inner.id, "Draw it out first."
            )
        return stack, k, part

    def _through(self, into: str, instrument: Instrument) -> tuple[Stack, int]:
        """Stack and place in it of such a sheath that an instrument from the table goes through."""
        stack, k, sheath = self._sheath(into)
        part = instrument.device.part
        assert isinstance(part, (CavaFilter, Snare))
        fit = delivers(sheath, part)
        if not fit.fits:
            raise _refused(fit.words, "does-not-fit", instrument.device.id, fit.way_out)
        return stack, k

    def _tip(self, stack: Stack, k: int) -> Tip:
        if stack.lying[k].depth_mm <= 0.0:
            way_out = "Advance it beyond."
            raise _refused("The sheath ends within the access's own", "within-sheath", None, way_out)
        point, vessel, at_mm = self._session.instruments.whereabouts.tip(stack, k)
        if vessel is None or self._session.blood.graph.vessels[vessel].system != "vein":
            raise _refused(
                "The sheath's end lies in no vein", "not-in-a-vein", vessel, "Lead it into the vena cava."
            )
        course = stack.course_mm(k)
        back = np.cumsum(np.linalg.norm(np.diff(course[::-1], axis=0), axis=1))
        behind = course[::-1][1:][min(int(np.searchsorted(back, DIRECTION_MM)), len(back) - 1)]
        ahead = (point - behind) / np.linalg.norm(point - behind)
        return Tip(stack.at_rest(point), ahead, vessel, at_mm)

    def _part(self, one: Standing) -> CavaFilter:
        part = device_named(self._session.room.content, one.device).part
        assert isinstance(part, CavaFilter)
        return part

    def _chance(self) -> float:
        return float(generator(self._session.seed, "cava-filter", self._number()).random())

    def _number(self) -> int:
        self._draws += 1
        return self._draws

    def _event(self, name: str, data: Mapping[str, Any], text: str) -> None:
        self._session.event(f"filter-{name}", data, text)

    # ---- what is seen and told ---------------------------------------------------------------------------

    def tools(self) -> list[ToolSeen]:
        """Legs and hooks of all that stand."""
        graph = self._session.blood.graph if self.standing else None
        if graph is None:
            return []
        return [leg for one in self.standing for leg in struts(graph, one, self._part(one))]

    def left(self) -> list[dict[str, Any]]:
        """Filters that stand in the patient."""
        return [
            {"kind": "cava-filter", "title": one.title, **_where(one), "dwell_days": one.dwell_days}
            for one in self.standing
        ]

    def show(self) -> dict[str, Any]:
        """For the page: nobody is told tilt or level, which the picture shows."""
        return {
            "loaded": None if self._loaded is None else {"tool": self._loaded[0].id, "in": self._loaded[1]},
            "standing": [{"title": one.title, "vessel": one.vessel} for one in self.standing],
            "snared": self._snared is not None,
        }

    def observed(self) -> list[dict[str, Any]]:
        """For the log."""
        return [
            {**_where(one), "tilt_deg": round(one.tilt_deg, 1), "clot_mm3": round(one.clot_mm3)}
            for one in self.standing
        ]

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values."""
        loaded, snared = self._loaded, self._snared
        plain = {
            "standing": [one.state() for one in self.standing],
            "loaded": None if loaded is None else [loaded[0].state(), loaded[1]],
            "snared": None if snared is None else [snared[0].state(), *snared[1:]],
            "draws": self._draws,
            "coming": [list(one) for one in self._coming],
        }
        return plain, {}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`."""
        content = self._session.room.content
        self.standing = [Standing.of(one) for one in plain["standing"]]
        loaded, snared = plain["loaded"], plain["snared"]
        self._loaded = None if loaded is None else (Instrument.of(content, loaded[0]), loaded[1])
        self._snared = None if snared is None else (Instrument.of(content, snared[0]), snared[1], snared[2])
        self._draws = plain["draws"]
        self._coming = [(int(us), float(mm), str(vein)) for us, mm, vein in plain.get("coming", ())]
        if filled := self._filled():  # the network knows it: no new version
            self._session.instruments.aftermath.harms.narrowed.treated["filter"] = tuple(filled)


def clot_mm3(thick_mm: float) -> float:
    """Volume of a clot from a leg, so thick: a rod, `CLOT_LONG` times as long."""
    return 0.25 * pi * thick_mm**2 * CLOT_LONG * thick_mm


def _where(one: Standing) -> dict[str, Any]:
    return {"vessel": one.vessel, "at_mm": round(one.at_mm, 1)}


def _refused(message: str, code: str, value: str | None, way_out: str) -> WrongUse:
    return WrongUse(message, code=code, where="filter", value=value, way_out=way_out)
