"""What lies in the lumens of a session's catheters, on the table and in the patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.physics.flow.lumen_column import Agents
from angiosuite.suite.circulation.harm import Release

from .instrument import Instrument
from .tube_lumen import TubeLumen

__all__ = ["TubeLumens"]

Arrays = dict[str, NDArray[np.float64]]

TABLE_FLUSHES = 2.0
"""A flush on the table takes this many times the dead space."""
STANDS_S = 1.0
"""Blood that stands is looked at so often."""
TRACE_MM3 = 0.01


class TubeLumens:
    """One lumen a catheter that was picked."""

    def __init__(self) -> None:
        self.of: dict[str, TubeLumen] = {}
        self._clock_s = 0.0
        self.discarded_ml: dict[int, float] = {}
        """Of every preparation, what was flushed into the bowl, drawn back, or put away with its lumen."""

    def _discard(self, agents: Agents) -> None:
        for number, ml in agents:
            self.discarded_ml[number] = self.discarded_ml.get(number, 0.0) + ml

    def picked(self, one: Instrument) -> None:
        """A catheter comes from its packet: full of air."""
        part = one.device.part
        if isinstance(part, Catheter):
            self.of[one.id] = TubeLumen(part.bore_mm, 10.0 * part.length_cm, part.dead_space_ml)

    def put_back(self, tool: str) -> None:
        """An instrument is put away."""
        lumen = self.of.pop(tool, None)
        if lumen is not None:
            self._discard((*lumen.content.agents, *lumen.take_agents(), *lumen.drawn_ml.items()))

    def flush_on_table(self, tool: str) -> None:
        """Saline through a catheter that lies on the table."""
        lumen = self.of.get(tool)
        if lumen is not None:
            lumen.flush(TABLE_FLUSHES * lumen.volume_ml)
            lumen.take_clot_mm3()
            self._discard(lumen.take_agents())

    def advance(self, seconds: float, inside: Iterable[str], act_s: float) -> None:
        """Time goes on for those in the patient."""
        self._clock_s += seconds
        if self._clock_s < STANDS_S - 1e-9:
            return
        for tool in inside:
            if tool in self.of:
                self.of[tool].advance(self._clock_s, act_s)
        self._clock_s = 0.0

    def released(self, one: Instrument, air_ml: float, vessel: str, at_mm: float) -> list[Release]:
        """What left the tip of a catheter since the last look."""
        lumen = self.of.get(one.id)
        clot_mm3 = 0.0 if lumen is None else lumen.take_clot_mm3()
        found = []
        if clot_mm3 > TRACE_MM3:
            found.append(Release("clot", clot_mm3, vessel, at_mm, one.id, one.device.id))
        if 1e3 * air_ml > TRACE_MM3:
            found.append(Release("air", 1e3 * air_ml, vessel, at_mm, one.id, one.device.id))
        return found

    def show(self, tool: str) -> dict[str, Any]:
        """For the page: what is seen at the hub."""
        lumen = self.of.get(tool)
        return {"flushed": True, "clot": False, "air": False} if lumen is None else lumen.show()

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Plain values and arrays."""
        arrays = {
            f"{tool}.{key}": value for tool, one in self.of.items() for key, value in one.state().items()
        }
        return {"clock_s": self._clock_s, "discarded_ml": list(self.discarded_ml.items())}, arrays

    def restore(self, instruments: Iterable[Instrument], plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`; `instruments` are all on the table and in the patient."""
        self.of, self._clock_s = {}, plain["clock_s"]
        self.discarded_ml = dict(plain.get("discarded_ml", ()))
        for one in instruments:
            self.picked(one)
            if one.id in self.of:
                mark = f"{one.id}."
                own = {key.removeprefix(mark): value for key, value in arrays.items() if key.startswith(mark)}
                self.of[one.id].restore(own)
