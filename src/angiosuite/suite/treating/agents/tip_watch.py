"""`TipWatch`: what agents do to the catheter that they come through, and to the blood ahead of its tip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.treating import glue
from angiosuite.suite.circulation.catheter import Placed
from angiosuite.suite.circulation.circulation import Circulation

from .preparation import DEXTROSE, Preparation

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["TipWatch", "tool_of"]

JAMMED_SHARE = 1e-6
"""Of a jammed lumen's area that is open."""
SWEET_SHARE = 0.7
"""Of a lumen that dextrose must fill lest glue meets blood or salt in it (draft)."""
CAST_MM, CAST_SHARE = 3.0, 0.3
"""A tip is in the cast where so much of the lumen so near to it is filled (draft)."""
STASIS_SHARE, RESTS_S = 0.012, 4.0
"""Flow at the tip that counts as none, of that before: a mean over so long with nothing injected."""


class TipWatch:
    """Catheters that agents went through.

    Parameters
    ----------
    session : Session
    preparations : mapping of int to Preparation
        All of the session, as they are made.

    Notes
    -----
    **Model** glue that was injected behind less than 0.7 of a lumen of dextrose has met blood or salt and
    sets in the lumen at its set time; behind dextrose it does so once it has stood there that long. A tip
    that lies in a filled stretch of its vessel is held after half the set time, halved by the endothelium.
    Blood stands where the mean flow at the tip, with nothing injected, is below twelve thousandths of before.
    In the artery of a section of the liver contrast takes six beats at three hundredths and twelve at one, so
    that near stasis, five beats to ten, is no stand (memory of usual words; draft).
    Held by ``tests/suite/treating/agents/test_agents.py``.
    """

    def __init__(self, session: Session, preparations: Mapping[int, Preparation]) -> None:
        self._session = session
        self._preparations = preparations
        self._lumen: dict[str, tuple[bool, float]] = {}
        """By catheter: whether glue came behind dextrose, and how long it has had to set, s."""
        self._in_cast: dict[str, float] = {}
        self.glued: list[str] = []
        self.blocked: dict[str, str] = {}
        """Why each catheter is that is."""
        self._flow_before: dict[str, float] = {}
        self._rest: tuple[str, float, float] = "", 0.0, 0.0
        """Where the tip lies with nothing injected, since when a mean is taken, s, and what flowed by, ml."""
        self._usual_ml_s: dict[str, float] = {}
        """The last such mean, by vessel."""
        self.still: list[str] = []
        """Vessels in which blood stands."""

    def begin(self, one: Preparation, placed: Placed, blood: Circulation) -> None:
        """An agent is about to be injected."""
        vessel = placed.tip.vessel
        usual = self._usual_ml_s.get(vessel, self._mean_ml_s(blood, placed))
        self._flow_before.setdefault(vessel, usual)
        column = self._session.blood.desk.column
        if one.glue_share <= 0.0 or column is None:
            return
        tool, content = tool_of(placed), dict(column.content.agents)
        known = self._lumen.get(tool)
        if known is None or not any(self._glue_share(n) for n in content):
            safe = content.get(DEXTROSE, 0.0) >= SWEET_SHARE * column.volume_ml
            self._lumen[tool] = safe, 0.0

    def advance(self, blood: Circulation, placed: Placed, seconds: float) -> None:
        """Time goes on."""
        tool, column = tool_of(placed), self._session.blood.desk.column
        if tool in self.blocked and column is not None and column.open_share >= 1.0:
            del self.blocked[tool]  # another one of its make
        self._look_at_lumen(placed, seconds)
        self._look_at_cast(blood, placed, seconds)
        self._look_for_stasis(blood, placed, seconds)

    def block(self, tool: str, why: str, one: Preparation | None) -> None:
        """The connected catheter's lumen is shut from now on."""
        self.blocked[tool] = why
        self._session.blood.desk.jam(JAMMED_SHARE)
        data: dict[str, Any] = {"tool": tool, "why": why}
        if one is not None:
            data |= {"device": one.device, "packed_share": round(one.packed_share, 3)}
        words = {"jammed": "The particles jam the catheter", "set": "Glue has set in the catheter"}
        self._session.event("catheter-blocked", data, words[why])

    def refuse_glued(self, tool: str) -> None:
        """No hand moves a catheter whose tip glue holds: what tearing it off would do is not modelled."""
        if tool in self.glued:
            raise WrongUse(
                "The catheter is held fast by the glue",
                code="catheter-glued",
                value=tool,
                way_out="It stays, or is taken out by an operation.",
            )

    def _glue_share(self, number: int) -> float:
        return self._preparations[number].glue_share if number in self._preparations else 0.0

    def _look_at_lumen(self, placed: Placed, seconds: float) -> None:
        tool, column = tool_of(placed), self._session.blood.desk.column
        if tool not in self._lumen or column is None:
            return
        share = max((self._glue_share(n) for n, _ in column.content.agents), default=0.0)
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
            self.block(tool, "set", None)

    def _look_at_cast(self, blood: Circulation, placed: Placed, seconds: float) -> None:
        tool, vessel = tool_of(placed), placed.tip.vessel
        cast = None if blood.agents is None else blood.agents.casts.get(vessel)
        shares = [one.glue_share for one in self._preparations.values() if one.glue_share > 0.0]
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
            if placed.led is not None:
                self._session.instruments.lying(tool)[1].halt()
            data = {"tool": tool, "vessel": vessel, "at_mm": round(placed.tip.at_mm, 1)}
            self._session.event("catheter-glued", data, "The catheter is held fast by the glue")

    def _look_for_stasis(self, blood: Circulation, placed: Placed, seconds: float) -> None:
        if not self._preparations:
            return
        vessel = placed.tip.vessel
        before, rested_s, ml = self._rest
        if vessel != before or self._session.blood.injecting.is_busy:
            rested_s = ml = 0.0
        edge, _ = blood.edge_at(vessel, placed.tip.at_mm)
        rested_s, ml = rested_s + seconds, ml + seconds * float(blood.network.flow_ml_s[edge])
        self._rest = vessel, rested_s, ml
        if rested_s < RESTS_S:
            return
        now = self._usual_ml_s[vessel] = abs(ml) / rested_s
        self._rest = vessel, 0.0, 0.0
        if vessel not in self._flow_before or vessel in self.still:
            return
        usual = self._flow_before[vessel] = max(self._flow_before[vessel], now)
        if now < STASIS_SHARE * usual:
            self.still.append(vessel)
            data = {"vessel": vessel, "flow_share": round(now / usual, 3)}
            self._session.event("stasis", data, "Blood stands in the artery that is treated")

    def _mean_ml_s(self, blood: Circulation, placed: Placed) -> float:
        harms = self._session.blood.harms
        edge, _ = blood.edge_at(placed.tip.vessel, placed.tip.at_mm)
        mean = blood.network.flow_ml_s if harms is None else harms.mean_ml_s
        return abs(float(mean[edge]))

    def told(self) -> dict[str, Any]:
        """For the page and the log."""
        return {"blocked": dict(self.blocked), "glued": list(self.glued), "still": list(self.still)}

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            **self.told(),
            "lumen": {tool: list(one) for tool, one in self._lumen.items()},
            "in_cast": dict(self._in_cast),
            "flow_before": dict(self._flow_before),
            "rest": list(self._rest),
            "usual_ml_s": dict(self._usual_ml_s),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._lumen = {tool: (bool(one[0]), float(one[1])) for tool, one in state["lumen"].items()}
        self._in_cast, self._flow_before = dict(state["in_cast"]), dict(state["flow_before"])
        self.glued, self.blocked, self.still = (
            list(state["glued"]),
            dict(state["blocked"]),
            list(state["still"]),
        )
        vessel, rested_s, ml = state.get("rest", ("", 0.0, 0.0))
        self._rest = str(vessel), float(rested_s), float(ml)
        self._usual_ml_s = dict(state.get("usual_ml_s", {}))


def tool_of(placed: Placed) -> str:
    """Which catheter it is: the instrument's id where hands have led it, else that of its device."""
    return placed.led.tool if placed.led is not None else placed.device.id
