"""Stents of one session: opened by a balloon or by themselves, what they bear on, what they cover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.stent import Stent
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.lesion_response import deficit_share
from angiosuite.physics.treating.stent import (
    jump_mm,
    length_mm,
    off_balloon_mm,
    settled_mm,
)
from angiosuite.physics.xray.instrument_shadow import Drawn
from angiosuite.suite.instruments.instrument import Instrument, device_named
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.balloons.balloons import Balloons
from angiosuite.suite.treating.part import Arrays
from angiosuite.suite.treating.plaques.met import met_by
from angiosuite.suite.treating.plaques.plaques import Plaques
from angiosuite.suite.treating.site import Site, site_of

from .drawn import with_packed
from .ground import StentGround, stent_of
from .parts import form_of, packed_metal_share, shaft_stiffness_n
from .placing import StentPlacing, facts_of
from .scaffold import Scaffold
from .seen import StentSeen

if TYPE_CHECKING:
    from angiosuite.suite.instruments.stack import Lying, Stack
    from angiosuite.suite.session import Session

__all__ = ["Stents"]

Floats = NDArray[np.float64]

OPENS_MM_S = 4.0
"""How fast a hand draws a sleeve back (own choice; draft)."""
OPENED = 1.15
"""A stent on a balloon begins to open where that is so much wider than folded."""
PACKED_MM = 2.0
EDGE_MM = 1.5
"""So far beyond the last place that was looked at in a vessel a balloon still counts as there."""


class Stents:
    """All stents of one session.

    Parameters
    ----------
    session : Session
    plaques : Plaques
    balloons : Balloons

    Notes
    -----
    **Model** one that opens itself does so from its distal end as its sleeve is drawn back, and comes to rest
    between its own pressure and the wall's; one on a balloon goes up with it, short of its chart in a plaque,
    and recoils. A plaque does not fall back below a stent in it; a flap under one is tacked down; a cover
    closes branches and holes under it. What does not hold against the blood floats off. Fracture is not
    modelled. Held by ``tests/suite/treating/stents/test_stents.py``.
    """

    def __init__(self, session: Session, plaques: Plaques, balloons: Balloons) -> None:
        self._session, self._plaques, self._balloons = session, plaques, balloons
        self.of: list[Scaffold] = []
        self._drawing: dict[str, float] = {}
        """Sleeves that a hand draws back: how much of each is yet to come, mm."""
        self._ground = StentGround(session, plaques)
        self._placing = StentPlacing(self._ground, self._tell)
        self._seen = StentSeen(session)
        self._packed: dict[tuple[str, float], Drawn] = {}

    # ---- hands -------------------------------------------------------------------------------------------

    def draw_back(self, tool: str, mm: float) -> None:
        """Draw the sleeve of a self-expanding stent back by so much, or push it on over an open part."""
        instrument, part = self._system(tool)
        stent = stent_of(part)
        if stent.opens != "self":
            raise WrongUse(
                f"{instrument.device.title} is opened by its balloon",
                code="stent-on-balloon",
                value=tool,
                way_out="Inflate it.",
            )
        self._session.instruments.lying(tool)
        known = self._on(tool)
        if known is not None and known.is_free:
            raise WrongUse(
                "The stent is out", code="stent-gone", value=tool, way_out="Take the catheter out."
            )
        if mm < 0.0 and known is not None and known.open_share > stent.recaptured_to:
            raise WrongUse(
                "So far open it cannot be taken back",
                code="not-recaptured",
                value=f"{100.0 * known.open_share:.0f} %",
                way_out="Open it wholly." if not stent.recaptured_to else "Earlier, next time.",
            )
        self._drawing[tool] = self._drawing.get(tool, 0.0) + mm

    def halt(self) -> None:
        """The hand comes off the sleeve."""
        self._drawing.clear()

    def _system(self, tool: str) -> tuple[Instrument, Catheter]:
        inside, table = self._session.instruments.inside, self._session.instruments.table.items
        one = inside.get(tool) or table.get(tool)
        part = None if one is None else one.device.part
        if one is None or not isinstance(part, Catheter) or part.stent is None:
            raise WrongUse(
                f"'{tool}' brings no stent",
                code="no-stent",
                value=tool,
                way_out="Pick a stent. See: angiosuite list devices.",
            )
        return one, part

    def _on(self, tool: str) -> Scaffold | None:
        return next((one for one in self.of if one.tool == tool), None)

    def is_loaded(self, tool: str) -> bool:
        """Whether a catheter still has its stent on it, wholly packed."""
        return self._on(tool) is None

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Sleeves come back, balloons under stents go up and down."""
        for tool in list(self._drawing):
            self._draw(tool, seconds)
        for tool, inflation in self._balloons.of.items():
            if inflation.site is None or not inflation.is_up:
                continue
            if inflation.free_mm > OPENED * inflation.form.folded_mm:
                self._on_balloon(tool)
        for tool, site, widest in self._balloons.take_done():
            self._off_balloon(tool, site, widest)

    # ---- by itself ---------------------------------------------------------------------------------------

    def _draw(self, tool: str, seconds: float) -> None:
        """A sleeve comes back a little more."""
        if tool not in self._session.instruments.inside:
            del self._drawing[tool]
            return
        stack, lying = self._session.instruments.lying(tool)
        part = lying.instrument.device.catheter
        stent, left = stent_of(part), self._drawing[tool]
        step = float(np.clip(left, -OPENS_MM_S * seconds, OPENS_MM_S * seconds))
        self._drawing[tool] = left - step
        if abs(self._drawing[tool]) < 1e-9:
            del self._drawing[tool]
        one = self._on(tool)
        if one is None:
            if step <= 0.0:
                return
            one = self._begun(stack, lying, part, stent)
        one.open_share = float(np.clip(one.open_share + step / stent.packed_length_mm, 0.0, 1.0))
        self._settle_self(one, stent)
        lying.anchored = one.open_share > 0.0
        if one.open_share <= 0.0:
            self.of.remove(one)
            self._tell("stent-recaptured", one, "The stent is back in its catheter", {})
        elif one.open_share >= 1.0 - 1e-9:
            lying.anchored = False
            self._drawing.pop(tool, None)
            self._placing.free(one, self.of)

    def _begun(self, stack: Stack, lying: Lying, part: Catheter, stent: Stent) -> Scaffold:
        """A self-expanding stent begins to open: its distal end stays where it is from now on."""
        form, session = form_of(stent), self._session
        self._plaques.look()
        jump = jump_mm(lying.push_n, 10.0 * part.length_cm, shaft_stiffness_n(part), stent.jump_mm)
        begin = max(stent.from_tip_mm - jump, 0.0)
        k, bore = stack.index(lying.instrument.id), session.instruments.sheath_bore_mm(stack.access)
        packed = site_of(stack, k, session.blood.graph, begin, stent.packed_length_mm, bore)
        expected = np.minimum(self._ground.lumen_mm(packed), stent.diameter_mm)
        length = length_mm(form, float(np.mean(expected)))
        site = site_of(stack, k, session.blood.graph, begin, length, bore)
        one = Scaffold(f"stent-{len(self.of) + 1}", lying.instrument.device.id, lying.instrument.id, site)
        one.width_mm = np.full(len(site.vessels), PACKED_MM)
        self.of.append(one)
        where = {"vessel": site.middle[0], "at_mm": round(site.middle[1], 1), "jump_mm": round(jump, 1)}
        self._tell("stent-opening", one, "The stent begins to open", where)
        return one

    def _settle_self(self, one: Scaffold, stent: Stent) -> None:
        """What is open of it rests between its pressure and the wall's."""
        form, walls = form_of(stent), self._ground.walls(one.site)
        for k in range(len(walls)):
            if one.is_open[k] and one.width_mm[k] <= PACKED_MM:
                bore = float(one.site.bore_mm[k])
                one.width_mm[k] = min(settled_mm(form, walls[k], PACKED_MM), bore)
            elif not one.is_open[k]:
                one.width_mm[k] = PACKED_MM

    # ---- on a balloon ------------------------------------------------------------------------------------

    def _on_balloon(self, tool: str) -> None:
        """A stent on a balloon goes up with it."""
        session, inflation = self._session, self._balloons.of[tool]
        if tool not in session.instruments.inside:
            return
        stack, lying = session.instruments.lying(tool)
        part = lying.instrument.device.catheter
        if part.stent is None or inflation.site is None:
            return
        stent, one = part.stent, self._on(tool)
        if one is not None and one.is_free:
            return
        if one is None:
            k, bore = stack.index(tool), session.instruments.sheath_bore_mm(stack.access)
            site = site_of(stack, k, session.blood.graph, stent.from_tip_mm, stent.length_mm, bore)
            one = Scaffold(f"stent-{len(self.of) + 1}", lying.instrument.device.id, tool, site, 1.0)
            one.width_mm = np.full(len(site.vessels), inflation.form.folded_mm)
            self.of.append(one)
            self._placing.hold_plaques(one)
            self._tell("stent-opening", one, "The stent begins to open", {"vessel": site.middle[0]})
        one.width_mm = np.maximum(one.width_mm, self._under(one, inflation.site, inflation.width_mm))

    def _under(self, one: Scaffold, site: Site, width_mm: Floats) -> Floats:
        """Width of a balloon at the places of a stent, short of its chart in a plaque."""
        width = np.zeros(len(one.site.vessels))
        for vessel, low, high in one.site.stretches():
            here, there = one.site.in_vessel(vessel), site.in_vessel(vessel)
            if not there.any():
                continue
            order = np.argsort(site.at_mm[there], kind="stable")
            at, wide = site.at_mm[there][order], width_mm[there][order]
            places = one.site.at_mm[here]
            beyond = (places < at[0] - EDGE_MM) | (places > at[-1] + EDGE_MM)
            found = np.where(beyond, 0.0, np.interp(places, at, wide))
            healthy = self._plaques.healthy_mm(vessel, one.site.at_mm[here])
            for plaque in self._plaques.at(vessel, low, high):
                u = float(generator(self._session.seed, f"deficit:{plaque.lesion}", 0).random())
                short = deficit_share(float(wide.max()) / plaque.healthy_mm, u)
                narrow = np.abs(one.site.at_mm[here] - plaque.at_mm) < 0.5 * plaque.length_mm
                bears = narrow & (found > healthy * plaque.drawn_mm / plaque.healthy_mm)
                found = np.where(
                    bears, found * (1.0 - short * (1.0 - plaque.throat_mm / plaque.healthy_mm)), found
                )
            width[here] = found
        return width

    def _off_balloon(self, tool: str, site: Site, widest_mm: Floats) -> None:
        """A balloon is down: the stent on it is free, and stents around it are as wide as it made them."""
        own = self._on(tool)
        if own is not None and not own.is_free:
            stent = self._ground.stent(own)
            self._rest_off_balloon(own, stent, own.width_mm)
            self._placing.free(own, self.of)
            return
        for one in self.of:
            if not one.is_free:
                continue
            under = self._under(one, site, widest_mm)
            if (under > one.width_mm + 0.05).any():
                stent, before = self._ground.stent(one), one.width_mm.copy()
                self._rest_off_balloon(one, stent, np.maximum(under, one.width_mm))
                self._placing.plaques_under(one)
                self._placing.look_at_strength(one, stent, float(under.max()))
                self._placing.look_at_gap(one)
                data = {
                    "before_mm": round(float(before.min()), 1),
                    "least_mm": round(float(one.width_mm.min()), 1),
                    "gap_mm": round(one.gap_mm, 2), "lesions": met_by(one.site, self._plaques),
                }  # fmt: skip
                self._tell("stent-dilated", one, "The stent is dilated further", data)

    def _rest_off_balloon(self, one: Scaffold, stent: Stent, opened_mm: Floats) -> None:
        form, walls = form_of(stent), self._ground.walls(one.site)
        rests = [off_balloon_mm(form, float(mm), wall) for mm, wall in zip(opened_mm, walls, strict=True)]
        one.width_mm = np.minimum(np.array(rests), opened_mm)

    def _tell(self, name: str, one: Scaffold, text: str, data: Mapping[str, Any]) -> None:
        self._session.event(name, {"tool": one.tool, "device": one.device, "stent": one.name, **data}, text)

    def drawn(self, instrument: Instrument, base: Drawn) -> Drawn:
        """A delivery catheter with what of its stent is still packed in it; the same object again."""
        part = instrument.device.part
        if not isinstance(part, Catheter) or part.stent is None:
            return base
        one = self._on(instrument.id)
        packed = 1.0 if one is None else 0.0 if part.stent.opens == "balloon" else 1.0 - one.open_share
        key = (instrument.device.id, round(packed, 2))
        if packed < 0.01:
            return base
        if key not in self._packed:
            wide = part.outer_mm if part.balloon is None else part.balloon.folded_mm
            share = packed_metal_share(part.stent, wide)
            self._packed[key] = with_packed(
                base, part.stent, key[1] * part.stent.packed_length_mm, wide, share
            )
        return self._packed[key]

    def tools(self) -> list[ToolSeen]:
        """The struts of all, as far as they are open."""
        return [tool for one in self.of for tool in self._seen.tools(one, self._ground.stent(one))]

    def left(self) -> list[dict[str, Any]]:
        """Stents that have left their catheters."""
        content = self._session.room.content
        return [
            {"kind": "stent", "title": device_named(content, one.device).title, **facts_of(one)}
            for one in self.of
            if one.is_free
        ]

    def show(self) -> list[dict[str, Any]]:
        """For the page: those on catheters that lie on the table or in the patient."""
        mine = {**self._session.instruments.table.items, **self._session.instruments.inside}
        found = []
        for tool, instrument in mine.items():
            part = instrument.device.part
            if isinstance(part, Catheter) and part.stent is not None:
                one = self._on(tool)
                found.append(
                    {
                        "tool": tool,
                        "opens": part.stent.opens,
                        "diameter_mm": part.stent.diameter_mm,
                        "length_mm": part.stent.length_mm,
                        "open_share": 0.0 if one is None else round(one.open_share, 2),
                        "placed": one is not None and one.is_free,
                        "recaptured_to": part.stent.recaptured_to,
                    }
                )
        return found

    def observed(self) -> list[dict[str, Any]]:
        """For the log."""
        return [{**facts_of(one), "open_share": round(one.open_share, 2)} for one in self.of]

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values."""
        return {"of": [one.state() for one in self.of], "drawing": dict(self._drawing)}, {}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`."""
        self.of = [Scaffold.restored(kept) for kept in plain["of"]]
        self._drawing = dict(plain["drawing"])
        if any(one.is_free for one in self.of):
            self._ground.harms.narrowed.treated["stents"] = tuple(self._placing.covers(self.of))
