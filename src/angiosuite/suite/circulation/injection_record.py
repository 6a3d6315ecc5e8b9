"""What the log is told of an injection when all of it is given: how, where, how much, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import wall_mm

from .catheter import Placed
from .circulation import Circulation
from .desk import Desk

__all__ = ["InjectionRecord", "Recorder"]

By = Literal["injector", "hand", "gas"]
UPSTREAM_MM = 60.0
"""In the aorta contrast comes back when it passes so far above the tip, mm."""
AORTA = ("ascending-aorta", "descending-thoracic-aorta", "abdominal-aorta")
MEMORY_S = 2.0
"""Time constant with which the flow before an injection is known, s."""
RISEN_S = 0.3
"""After the rise and this the rate is steady, s."""


@dataclass(slots=True)
class InjectionRecord:
    """One injection while it goes on."""

    by: By
    device: str
    vessel: str
    at_mm: float
    contact: str
    medium: str
    set_rate_ml_s: float
    set_volume_ml: float
    max_psi: float
    run: int | None
    flow_before_ml_s: float
    origin: tuple[str, float]
    before: tuple[float, float, float, float]
    """Given before: ml, mg of iodine, ml of air, ml of medium."""
    seconds: float = 0.0
    peak_psi: float = 0.0
    limited_share: float = 0.0
    back_mg: float = 0.0
    back_ml: float = 0.0
    gas_ml: float = 0.0
    gas_air_ml: float = 0.0


class Recorder:
    """Follows the blood at a catheter's tip, and each injection from its beginning to its end.

    Notes
    -----
    **Model** iodine that came back is what crosses the origin of the vessel against the blood until the
    injection ends, from flow and concentration there every 20 ms; in the aorta 60 mm above the tip. The flow
    before is a mean with a memory of 2 s. **Source** own definition.
    **Valid for** the measures `reflux` and `rate-over-flow`. Held by
    ``tests/suite/circulation/test_injection_record.py``.
    """

    def __init__(self) -> None:
        self.flow_ml_s = 0.0
        self.record: InjectionRecord | None = None
        self._known_s = 0.0

    def moved(self) -> None:
        """The tip lies elsewhere."""
        self.flow_ml_s = self._known_s = 0.0

    def begin(
        self,
        by: By,
        placed: Placed,
        graph: VesselGraph,
        desk: Desk,
        run: int | None,
        medium: str,
        rate_ml_s: float,
        volume_ml: float,
    ) -> None:
        """An injection begins."""
        self.record = InjectionRecord(
            by,
            placed.device.id,
            placed.tip.vessel,
            round(placed.tip.at_mm, 1),
            placed.contact,
            medium,
            rate_ml_s,
            volume_ml,
            float(placed.device.catheter.max_psi),
            run,
            abs(self.flow_ml_s),
            _origin(graph, placed.tip),
            given(desk),
        )

    def listen(
        self, blood: Circulation, placed: Placed, graph: VesselGraph, desk: Desk, seconds: float
    ) -> None:
        """The next 20 ms."""
        record = self.record
        if record is None:
            flow = blood.flow_ml_s(placed.tip.vessel, placed.upstream_mm(graph))
            share = max(seconds / MEMORY_S, seconds / (self._known_s + seconds))
            self.flow_ml_s += min(share, 1.0) * (flow - self.flow_ml_s)
            self._known_s += seconds
            return
        record.seconds += seconds
        injector = desk.injector
        if record.by == "injector":
            record.peak_psi = max(record.peak_psi, injector.psi)
            if injector.limited and record.seconds > injector.setting.rise_s + RISEN_S:
                short = 1.0 - injector.flow_ml_s / injector.setting.rate_ml_s
                record.limited_share = max(record.limited_share, short)
        flow = blood.flow_ml_s(*record.origin)
        if flow < 0.0 and not blood.transport.empty:
            edge, share = blood.edge_at(*record.origin)
            mg_ml = float(blood.transport.at(np.array([edge]), np.array([share]))[0])
            record.back_mg -= flow * mg_ml * seconds

    def back(self, ml: float) -> None:
        """Blood ran back upstream of the tip."""
        if self.record is not None:
            self.record.back_ml += ml

    def gas(self, co2_ml: float, air_ml: float) -> None:
        """Gas left the tip."""
        if self.record is not None:
            self.record.gas_ml += co2_ml + air_ml
            self.record.gas_air_ml += air_ml

    def end(self, desk: Desk) -> dict[str, Any] | None:
        """All is given: what the log is told; None where nothing was followed."""
        record, self.record = self.record, None
        if record is None:
            return None
        ml, mg, air_ml, medium_ml = (a - b for a, b in zip(given(desk), record.before, strict=True))
        told = asdict(record)
        for name in ("origin", "before", "back_mg", "back_ml", "gas_air_ml"):
            del told[name]
        rounded = {
            name: round(value, 3) if isinstance(value, float) else value for name, value in told.items()
        }
        return rounded | {
            "ml": round(record.set_volume_ml if record.by == "gas" else ml, 2),
            "contrast_ml": round(medium_ml, 2),
            "iodine_mg": round(mg, 1),
            "air_ml": round(air_ml + record.gas_air_ml, 3),
            "reflux_ml": round(record.back_ml, 2),
            "reflux_share": round(min(record.back_mg / mg, 1.0), 4) if mg > 0.0 else 0.0,
            "limited": record.by == "injector" and desk.injector.was_limited,
        }

    def state(self) -> dict[str, Any]:
        """Everything that its next answers depend on."""
        record = None if self.record is None else asdict(self.record)
        return {"flow_ml_s": self.flow_ml_s, "known_s": self._known_s, "record": record}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.flow_ml_s, self._known_s = state["flow_ml_s"], state["known_s"]
        self.record = None
        if (kept := state["record"]) is not None:
            vessel, at_mm = kept["origin"]
            a, b, c, d = kept["before"]
            self.record = InjectionRecord(**{**kept, "origin": (vessel, at_mm), "before": (a, b, c, d)})


def given(desk: Desk) -> tuple[float, float, float, float]:
    """What left the tip so far: ml, mg of iodine, ml of air, ml of medium."""
    return desk.given_ml, desk.given_mg, desk.air_ml, sum(desk.used.values())


def _origin(graph: VesselGraph, tip: Junction) -> tuple[str, float]:
    """Where an injection's contrast counts as come back."""
    vessel = graph.vessels[tip.vessel]
    if vessel.id not in AORTA:
        return vessel.id, min(wall_mm(graph, vessel), tip.at_mm)
    at_mm = tip.at_mm - UPSTREAM_MM
    while at_mm < 0.0 and (parent := vessel.parent) is not None:
        vessel, at_mm = graph.vessels[parent.vessel], parent.at_mm + at_mm
    return vessel.id, max(at_mm, 0.0)
