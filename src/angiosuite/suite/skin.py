"""The skin of the patient on the table, followed pulse by pulse; dose levels and the question at 3 Gy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.dose_levels import load_dose_levels

from .arguments import Text
from .command_table import command
from .dose_notices import DoseNotices
from .skin_map import NO_PEAK, BeamKey, SkinMap
from .skin_review import prior_beams, skin_of_events, skin_of_log
from .skin_told import told
from .watchers import Arrays, Plain, PulseTaken, watcher

if TYPE_CHECKING:
    from .session import Session

__all__ = ["SkinWatch", "skin_of_events", "skin_of_log"]

SPREAD_US = 500_000
"""While X-rays are on, pulses reach the map at most once in this time, microseconds."""


@watcher
class SkinWatch:
    """Follows the dose to one patient's skin.

    Pulses of equal beams are added up and reach the map twice a second and when X-rays go off; then the
    levels are looked at. A map of live pulses and one of the log (:func:`skin_of_log`) are the same.
    """

    name = "skin"

    def __init__(self, session: Session) -> None:
        room = session.room
        self._session = session
        self._skin = SkinMap(room.body, room.equipment, room.reference_mm)
        self.notices = DoseNotices(load_dose_levels(tuple(pack.folder for pack in room.content.packs)))
        self._press = np.zeros(self._skin.skin.cells, np.float32)
        self._spread_us = 0
        self._part: Plain | None = None

    # ---- pulses -------------------------------------------------------------------------------

    def pulse(self, pulse: PulseTaken) -> None:
        """A pulse was made."""
        wedges = self._session.collimator.wedges.values()
        key = BeamKey.of(
            pulse.pose,
            pulse.field_mm,
            pulse.blades,
            pulse.technique.kv,
            pulse.technique.filter_cu_mm,
            pulse.moment.shift_mm,
            tuple((wedge.side, wedge.insert, wedge.angle_deg) for wedge in wedges),
        )
        self._skin.add(key, pulse.kar_mgy)
        if pulse.t_us >= self._spread_us:
            self._spread_us = pulse.t_us + SPREAD_US
            self._spread()

    def _spread(self) -> None:
        added = self._skin.spread()
        if added is not None:
            self._press += added
            self._part = None
            self._look()

    def _look(self) -> None:
        """Tell the levels that are reached now."""
        session, dose, peak = self._session, self._session.picture.dose, self._skin.peak()
        values = {
            "peak-skin-dose": 0.0 if peak is None else peak.dose_mgy / 1000.0,
            "reference-air-kerma": dose.kar_mgy / 1000.0,
            "kerma-area-product": dose.pka_ugy_m2 / 100.0,
            "fluoroscopy-time": dose.fluoroscopy_s / 60.0,
        }
        was_asked = self.notices.is_asked
        for notice in self.notices.look(values, session.now_us):
            self._part = None
            session.event("dose-notification", notice.as_event(), notice.text)
        question = self.notices.question()
        if question is not None and not was_asked:
            facts = {"id": question["id"], "level": question["level"]}
            session.event("dose-question", facts, "Go on, stage or stop?")

    def beam_off(self) -> Mapping[str, Any] | None:
        """X-rays went off: peak, its place and beam, and what this press added where it added most."""
        self._spread()
        self._spread_us = 0
        added = float(self._press.max())
        self._press[:] = 0.0
        peak = self._skin.peak()
        return {**(NO_PEAK if peak is None else peak.as_dict()), "added_mgy": round(added, 4)}

    # ---- what is done -------------------------------------------------------------------------

    def begin(self, prior: Sequence[Mapping[str, Any]]) -> None:
        """The patient comes with these earlier exposures: pose, fov_cm, kar_mgy; blades, kv, cu_mm if known.

        They are logged as the event `skin-prior`, so that a review of the log knows them.
        """
        if not prior:
            return
        for key, kar_mgy in prior_beams(prior, self._session.room):
            self._skin.add(key, kar_mgy)
        self._skin.spread()
        self._part = None
        count, peak = len(prior), self._skin.peak()
        text = f"The skin has been exposed before ({count} beam{'s' if count > 1 else ''})"
        facts = {"beams": [dict(beam) for beam in prior], "peak_mgy": 0.0 if peak is None else peak.dose_mgy}
        self._session.event("skin-prior", facts, text)
        self._look()

    def decide(self, level: str, choice: str, reason: str) -> None:
        """Answer the open question; `WrongUse` when none is open or the answer is none of its options."""
        answer = self.notices.decide(level, choice, reason, self._session.now_us)
        peak = self._skin.peak()
        self._part = None
        facts = {key: answer[key] for key in ("level", "choice", "reason")}
        facts["peak_mgy"] = 0.0 if peak is None else round(peak.dose_mgy, 3)
        self._session.event("dose-decided", facts, f"Decided: {choice}")

    # ---- out ----------------------------------------------------------------------------------

    def part(self) -> Mapping[str, Any]:
        """Its part of the visible state."""
        if self._part is None:
            self._part = told(self._skin, self.notices)
        return self._part

    def state(self) -> tuple[Plain, Arrays]:
        """Everything that its next answers depend on."""
        plain, arrays = self._skin.state()
        pressed = np.flatnonzero(self._press)
        arrays |= {"press-cells": pressed.astype(arrays["cells"].dtype), "press": self._press[pressed]}
        return {"map": plain, "notices": self.notices.state(), "spread_us": self._spread_us}, arrays

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._skin.restore(plain["map"], arrays)
        self.notices.restore(plain["notices"])
        self._spread_us = plain["spread_us"]
        self._press[:] = 0.0
        self._press[arrays["press-cells"].astype(np.intp)] = arrays["press"]
        self._part = None


@command(
    "dose.decide",
    "Answer the question at a dose level: go on, stage, stop",
    level=Text(64),
    choice=Text(64),
    reason=Text(500, default=""),
)
def _decide(session: Session, a: Mapping[str, Any]) -> None:
    watch = session.watchers["skin"]
    assert isinstance(watch, SkinWatch)
    watch.decide(a["level"], a["choice"], a["reason"])
