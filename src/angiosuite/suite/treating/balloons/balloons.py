"""Balloons of one session: inflated by an inflator, against plaques and walls, and what that leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.inflator import Inflator
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.balloon import BalloonForm, burst_atm, emptying_s, free_mm, volume_ml
from angiosuite.physics.xray.instrument_shadow import Drawn
from angiosuite.suite.circulation.harm import Release
from angiosuite.suite.instruments.instrument import Instrument
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.blocked import Blocked
from angiosuite.suite.treating.part import Arrays
from angiosuite.suite.treating.plaques.met import met_by
from angiosuite.suite.treating.plaques.plaques import Plaques
from angiosuite.suite.treating.site import Site, site_of

from .dilating import Dilating
from .drawn import with_balloon
from .inflation import Inflation
from .refolding import MOUTH_MM, held_back_mm, refolded_mm

if TYPE_CHECKING:
    from angiosuite.suite.circulation.harms import Harms
    from angiosuite.suite.circulation.narrowed import Share
    from angiosuite.suite.session import Session

__all__ = ["Balloons"]

Floats = NDArray[np.float64]

TOLD_MM = 0.05
"""Flow and picture are told of a balloon's width again once it has changed by so much."""
TOUCH_SHARE = 0.02
"""A balloon touches the wall where it leaves less of the lumen's area than this."""
WAIST_SHARE = 0.9
"""A balloon has a waist where it is narrower than this share of its width."""
BESIDE_MM = 2.0
"""A course so near to the skin of a balloon lies beside it."""
LUMEN_OF_SHAFT = 0.45
"""Bore of the inflation lumen as a share of the shaft's diameter (own estimate; draft)."""


class Balloons:
    """All balloons of one session.

    Parameters
    ----------
    session : Session
    plaques : Plaques
        What they are inflated in.

    Notes
    -----
    **Model** the inflator's pressure sets a balloon's own width (`physics.treating.balloon`); in a plaque it
    is held in until that yields, elsewhere the wall gives way; where it fills the lumen no blood passes and
    the catheter is anchored. When it empties, plaques recoil, and walls may be dissected or torn
    (`physics.treating.lesion_response`); its wings may not go into the sheath again (`refolding`).
    Held by ``tests/suite/treating/balloons/test_balloons.py``.
    """

    def __init__(self, session: Session, plaques: Plaques) -> None:
        self._session = session
        self._plaques = plaques
        self._dilating = Dilating(session, plaques, self._tell)
        self.of: dict[str, Inflation] = {}
        self._shown: dict[str, tuple[float, ...]] = {}
        self._pressed: dict[str, tuple[float, float, int]] = {}
        """Of each balloon that is up: width, pressure, and the lumens' version that it was looked at with."""
        self._done: list[tuple[str, Site, Floats]] = []
        self._drawn: dict[str, tuple[tuple[float, ...], Drawn]] = {}

    # ---- hands -------------------------------------------------------------------------------------------

    def prepare(self, tool: str) -> None:
        """Draw the air out of a balloon and fill its lumen with thinned contrast."""
        one, inflator = self._of(self._instrument(tool)), self._inflator()
        if one.is_up:
            raise WrongUse("The balloon is up", code="balloon-up", value=tool, way_out="Deflate it first.")
        one.is_prepared, one.contrast = True, inflator.contrast_share
        self._tell("balloon-prepared", one, "The air is out of the balloon", {})

    def inflate(self, tool: str, atm: float) -> None:
        """Turn the inflator to a pressure."""
        one, inflator = self._of(self._instrument(tool)), self._inflator()
        self._session.instruments.lying(tool)
        if one.is_burst:
            raise WrongUse(
                "The balloon has burst", code="balloon-burst", value=tool, way_out="Take another one."
            )
        if atm > inflator.most_atm:
            raise WrongUse(
                f"The inflator goes to {inflator.most_atm:g} atm",
                code="inflator-limit",
                value=atm,
                way_out="Choose an inflator for high pressure.",
            )
        one.goal_atm = atm

    def deflate(self, tool: str) -> None:
        """Pull the inflator's plunger back: vacuum."""
        self._of(self._instrument(tool)).goal_atm = 0.0

    def _instrument(self, tool: str) -> Instrument:
        table, inside = self._session.instruments.table.items, self._session.instruments.inside
        one = table.get(tool) or inside.get(tool)
        if one is None or _balloon_of(one) is None:
            raise WrongUse(
                f"'{tool}' has no balloon",
                code="no-balloon",
                value=tool,
                way_out="Pick a balloon catheter. See: angiosuite list devices.",
            )
        return one

    def _inflator(self) -> Inflator:
        """The best inflator on the table."""
        parts = [one.device.part for one in self._session.instruments.table.items.values()]
        found = [part for part in parts if isinstance(part, Inflator)]
        if not found:
            raise WrongUse(
                "No inflator is on the table", code="no-inflator", way_out="Pick an inflation device."
            )
        return max(found, key=lambda part: part.most_atm)

    def _of(self, instrument: Instrument) -> Inflation:
        known = self.of.get(instrument.id)
        if known is None:
            form = _form(instrument)
            rng = generator(self._session.seed, "balloon", int(instrument.id[1:]))
            known = Inflation(
                instrument.id, form, burst_atm(form, float(rng.random())), free_mm=form.folded_mm
            )
            self.of[instrument.id] = known
        return known

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Balloons that are used go on."""
        for one in self.of.values():
            if one.goal_atm > 0.0 or one.atm > 0.0 or one.is_up or one.was_up:
                self._step(one, seconds)
            if one.times:
                self._look_at_wings(one)

    def _look_at_wings(self, one: Inflation) -> None:
        """Emptied again it is wider than it came: what its wings do not go into holds it."""
        session = self._session
        if one.tool not in session.instruments.inside:
            one.binds, one.turned_rad = False, 0.0
            return
        stack, lying = session.instruments.lying(one.tool)
        balloon, turn = lying.instrument.device.catheter.balloon, lying.turn
        assert balloon is not None
        one.turned_rad = 0.0 if one.is_up else one.turned_rad + abs(turn - one.turn_was)
        one.turn_was = turn
        across = refolded_mm(balloon.folded_mm, balloon.refolded_mm, one.turned_rad)
        across = max(across, one.free_mm) if one.is_up else across
        bore = session.instruments.sheath_bore_mm(stack.access)
        end = balloon.from_tip_mm + balloon.length_mm
        lying.least_mm = held_back_mm(stack, stack.index(one.tool), across, end, bore)
        binds = lying.least_mm is not None and lying.stalled and lying.depth_mm < lying.least_mm + MOUTH_MM
        if binds and not one.binds:
            data = {"across_mm": round(across, 2), "depth_mm": round(lying.depth_mm, 1)}
            text = "The emptied balloon does not go into the sheath: turn it as you draw, or take both out"
            self._tell("balloon-binds", one, text, data)
        one.binds = binds

    def _step(self, one: Inflation, seconds: float) -> None:
        session = self._session
        if one.tool not in session.instruments.inside:
            one.goal_atm = one.atm = 0.0
            one.free_mm, one.site, one.was_up = one.form.folded_mm, None, False
            return
        stack, lying = session.instruments.lying(one.tool)
        part = lying.instrument.device.catheter
        ml = volume_ml(one.form, max(one.atm, one.form.nominal_atm))
        empties_s = max(emptying_s(ml, LUMEN_OF_SHAFT * part.outer_mm, 10.0 * part.length_cm), 0.2)
        one.turn(seconds, empties_s, one.form.folded_mm if one.is_burst else free_mm(one.form, one.atm))
        if one.is_up and one.site is None:
            self._plaques.look()
            assert part.balloon is not None
            one.site = site_of(
                stack, stack.index(one.tool), session.blood.graph, part.balloon.from_tip_mm,
                part.balloon.length_mm, session.instruments.sheath_bore_mm(stack.access),
            )  # fmt: skip
        if one.site is None:
            return
        now = (round(one.free_mm, 2), round(one.atm, 2), self._harms.narrowed.version)
        if now != self._pressed.get(one.tool):
            self._dilating.press(one, one.site)
            lying.anchored = self._block(one, one.site) and one.is_up
            self._pressed[one.tool] = (*now[:2], self._harms.narrowed.version)
        if one.is_up:
            one.seconds += seconds
            if not one.was_up:
                one.was_up, one.seconds, one.most_atm = True, seconds, one.atm
                one.times += 1
                self._tell("balloon-up", one, "The balloon goes up", self._up(one, one.site))
            if one.atm >= one.bursts_atm and not one.is_burst:
                self._burst(one)
        elif one.was_up:
            self._down(one, one.site)
            lying.anchored = False

    def _block(self, one: Inflation, site: Site) -> bool:
        """Blood passes beside it only where it does not fill the lumen; whether it touches a wall."""
        told = tuple(round(float(w) / TOLD_MM) * TOLD_MM for w in one.width_mm) if one.is_up else ()
        if told != self._shown.get(one.tool, ()):
            self._shown[one.tool] = told
            shares = self._shares(one.tool, site, np.array(told)) if one.is_up else []
            self._harms.narrowed.treat("balloons", [*self._others(one), *shares])
        left = [share.left for share in self._shares(one.tool, site, one.width_mm)]
        return any(bool((share < TOUCH_SHARE).any()) for share in left)

    def _shares(self, tool: str, site: Site, width_mm: Floats) -> list[Blocked]:
        """What a balloon so wide leaves of the lumens that it lies in."""
        found = []
        for vessel, _, _ in site.stretches():
            here = site.in_vessel(vessel) & site.is_free
            if here.any():
                lumen = self._plaques.lumen_mm(vessel, site.at_mm[here], self._harms)
                left = 1.0 - np.minimum(width_mm[here] / lumen, 1.0) ** 2
                found.append(Blocked.along(vessel, site.at_mm[here], left, tool))
        return found

    def _others(self, one: Inflation) -> list[Share]:
        treated = self._harms.narrowed.treated.get("balloons", ())
        return [share for share in treated if getattr(share, "by", "") != one.tool]

    def _burst(self, one: Inflation) -> None:
        one.is_burst, one.goal_atm = True, 0.0
        vessel, at_mm = _somewhere(one)
        data = {"atm": round(one.atm, 1), "rated_atm": one.form.rated_atm, "vessel": vessel}
        self._tell("balloon-burst", one, f"The balloon bursts at {one.atm:.0f} atm", data)
        if not one.is_prepared and vessel:
            ml = volume_ml(one.form, one.atm)
            self._session.instruments.harming.release(Release("air", 1e3 * ml, vessel, at_mm, one.tool))

    def _down(self, one: Inflation, site: Site) -> None:
        """It is down again: what it leaves."""
        self._harms.narrowed.treat("balloons", self._others(one))
        self._shown.pop(one.tool, None)
        self._pressed.pop(one.tool, None)
        self._dilating.leave(one, site)
        data = {
            "atm": round(one.most_atm, 1), "rated_atm": one.form.rated_atm, "seconds": round(one.seconds, 1),
            "balloon_mm": round(free_mm(one.form, one.most_atm), 2), **self._place(one),
            "lesions": met_by(site, self._plaques),
        }  # fmt: skip
        self._tell("balloon-down", one, f"The balloon is down after {one.seconds:.0f} s", data)
        self._done.append((one.tool, site, one.widest_mm))
        one.was_up, one.site, one.width_mm, one.widest_mm = False, None, np.zeros(0), np.zeros(0)
        one.torn.clear()

    def take_done(self) -> list[tuple[str, Site, Floats]]:
        """Balloons that came down since the last call: where each was, and how wide at each place."""
        done, self._done = self._done, []
        return done

    # ---- what is told ------------------------------------------------------------------------------------

    @property
    def _harms(self) -> Harms:
        return self._session.instruments.aftermath.harms

    def _place(self, one: Inflation) -> dict[str, Any]:
        vessel, at_mm = ("", 0.0) if one.site is None else one.site.middle
        return {"vessel": vessel, "at_mm": round(at_mm, 1)}

    def _up(self, one: Inflation, site: Site) -> dict[str, Any]:
        stretches = [[v, round(a, 1), round(b, 1)] for v, a, b in site.stretches()]
        sizes = {"diameter_mm": one.form.diameter_mm, "length_mm": one.form.length_mm}
        return {**self._place(one), **sizes, "rated_atm": one.form.rated_atm, "stretches": stretches}

    def _tell(self, name: str, one: Inflation, text: str, data: Mapping[str, Any]) -> None:
        device = self._instrument(one.tool).device.id
        self._session.event(name, {"tool": one.tool, "device": device, **data}, text)

    def drawn(self, instrument: Instrument, base: Drawn) -> Drawn:
        """A balloon catheter as it is drawn now; asked again, the same object while nothing changes."""
        one = self.of.get(instrument.id)
        if one is None or one.site is None or not one.is_up:
            return base
        key = (*self._shown.get(one.tool, ()), one.contrast)
        known = self._drawn.get(one.tool)
        if known is None or known[0] != key:
            width = np.array(key[:-1])
            known = self._drawn[one.tool] = key, with_balloon(base, one.site.from_tip_mm, width, one.contrast)
        return known[1]

    def fills_mm(self, tool: str) -> tuple[float, float] | None:
        """From where to where behind its tip a balloon fills the lumen; None while it is down."""
        one = self.of.get(tool)
        if one is None or one.site is None or not one.is_up:
            return None
        return float(one.site.from_tip_mm[0]) - 0.5, float(one.site.from_tip_mm[-1]) + 0.5

    def beside(self, course_mm: Floats, within_mm: float) -> bool:
        """Whether a balloon that is up presses a tool so near its end against the wall.

        `course_mm` is the tool's course to its tip, (n, 3); only its last `within_mm` count.
        """
        back = np.cumsum(np.linalg.norm(np.diff(course_mm[::-1], axis=0), axis=1))
        last = course_mm[::-1][: int(np.searchsorted(back, within_mm)) + 2]
        for one in self.of.values():
            if not one.is_up or one.site is None or not len(one.width_mm):
                continue
            for vessel, _, _ in one.site.stretches():
                here = one.site.in_vessel(vessel)
                rest = one.site.rest_mm[here]
                now = rest + self._session.instruments.moved_mm(vessel, one.site.at_mm[here], rest)
                away = np.linalg.norm(last[:, None] - now[None], axis=2)
                if (away < 0.5 * one.width_mm[here] + BESIDE_MM).any():
                    return True
        return False

    def tools(self) -> list[ToolSeen]:
        """Balloons are drawn with their catheters."""
        return []

    def left(self) -> list[dict[str, Any]]:
        """No balloon stays."""
        return []

    def show(self) -> list[dict[str, Any]]:
        """For the page: gauge, time, form."""
        return [self._shown_of(one) for one in self.of.values()]

    def _shown_of(self, one: Inflation) -> dict[str, Any]:
        narrow = float(one.width_mm.min()) if len(one.width_mm) else one.free_mm
        return {
            "tool": one.tool,
            "atm": round(one.atm, 1),
            "goal_atm": round(one.goal_atm, 1),
            "nominal_atm": one.form.nominal_atm,
            "rated_atm": one.form.rated_atm,
            "diameter_mm": one.form.diameter_mm,
            "length_mm": one.form.length_mm,
            "free_mm": round(one.free_mm, 1),
            "up": one.is_up,
            "seconds": int(one.seconds) if one.was_up else 0,
            "prepared": one.is_prepared,
            "burst": one.is_burst,
            "binds": one.binds,
            "waist": bool(one.is_up and narrow < WAIST_SHARE * one.free_mm),
        }

    def observed(self) -> list[dict[str, Any]]:
        """For the log."""
        return [
            {
                "tool": one.tool,
                "atm": round(one.atm, 1),
                "free_mm": round(one.free_mm, 1),
                "least_mm": round(float(one.width_mm.min()), 1) if len(one.width_mm) else None,
                **self._place(one),
            }
            for one in self.of.values()
            if one.is_up or one.goal_atm > 0.0
        ]

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values."""
        shown = {tool: list(widths) for tool, widths in self._shown.items()}
        pressed = {tool: list(seen) for tool, seen in self._pressed.items()}
        return {"of": [one.state() for one in self.of.values()], "shown": shown, "pressed": pressed}, {}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`."""
        self.of = {}
        for kept in plain["of"]:
            one = self._of(self._instrument(kept["tool"]))
            one.restore(kept)
        self._shown = {tool: tuple(widths) for tool, widths in plain["shown"].items()}
        self._pressed = {tool: (seen[0], seen[1], seen[2]) for tool, seen in plain["pressed"].items()}
        shares = []
        for one in self.of.values():
            told = self._shown.get(one.tool, ())
            if one.site is not None and told:
                shares += self._shares(one.tool, one.site, np.array(told))
        if shares:
            self._harms.narrowed.treated["balloons"] = tuple(shares)


def _balloon_of(one: Instrument) -> Any:
    part = one.device.part
    return part.balloon if isinstance(part, Catheter) else None


def _form(one: Instrument) -> BalloonForm:
    balloon = _balloon_of(one)
    assert balloon is not None
    return BalloonForm(
        balloon.diameter_mm, balloon.length_mm, balloon.nominal_atm, balloon.rated_atm, balloon.growth,
        balloon.folded_mm,
    )  # fmt: skip


def _somewhere(one: Inflation) -> tuple[str, float]:
    return ("", 0.0) if one.site is None else one.site.middle
