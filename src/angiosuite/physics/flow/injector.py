"""The power injector: filled, purged, looked at for air, armed; then rise, rate, volume, pressure limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.injection_line import SALINE, Bore, Fluid, Line
from angiosuite.physics.flow.injector_setting import Limits, Push, Setting
from angiosuite.physics.flow.lumen_column import LumenColumn, Parcel

__all__ = ["Injector", "Limits", "Push", "Setting"]

Floats = NDArray[np.float64]
Stage = Literal["idle", "filled", "armed", "waiting", "injecting", "emptying", "ended", "aborted"]
_STAGES: tuple[Stage, ...] = (
    "idle", "filled", "armed", "waiting", "injecting", "emptying", "ended", "aborted",
)  # fmt: skip
Air = Literal["unknown", "seen", "clear"]
_AIR: tuple[Air, ...] = ("unknown", "seen", "clear")

_NUMBERS = (
    "temperature_c", "fill_ml", "syringe_air_ml", "injected_ml", "flow_ml_s", "used_ml", "air_out_ml",
    "limited", "was_limited", "purged", "_pushed_ml", "_clock_s", "_delay_s",
)  # fmt: skip

#: Volume of the high-pressure tubing, ml: full of air until it is purged.
TUBING_ML = 3.0
#: What one purge pushes out, ml.
PURGE_ML = 6.0
#: Air that an eye finds in a lit syringe and line, ml.
_SEEN_ML = 0.02


class Injector:
    """Pure state machine, stepped with the blood; the X-ray side of a delay is the room's.

    **Model.** The piston follows a linear rise to the rate, a soft line (`Line`) lies between it and the
    catheter; where the pressure would pass the limit, the piston slows so that it is the limit. It stops at
    the volume, at an empty syringe or when told; the line then empties itself. What leaves the tip is what
    lay in the lumen first (`LumenColumn`), air included.
    **Valid for** one syringe. Held by tests/physics/flow/test_injector.py.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.setting = Setting()
        self.fluid, self.temperature_c = SALINE, 20.0
        self.stage: Stage = "idle"
        self.air: Air = "unknown"
        self.fill_ml = self.syringe_air_ml = self.injected_ml = self.flow_ml_s = 0.0
        self.used_ml = 0.0
        self.limited = self.was_limited = self.purged = False
        self.air_out_ml = self._pushed_ml = 0.0
        self._tubing = LumenColumn(TUBING_ML)
        self._bore: Bore | None = None
        self._column: LumenColumn | None = None
        self._line: Line | None = None
        self._clock_s = self._delay_s = 0.0
        self._events: list[tuple[str, dict[str, float]]] = []
        self._tubing.push(Parcel(TUBING_ML, 0.0, TUBING_ML))

    # what hands do

    def fill(self, fluid: Fluid, temperature_c: float, ml: float = 150.0, chance: float = 0.5) -> None:
        """Draw up `ml`; `chance` (0 to 1) sets how much air comes with it. The line empties."""
        self._rest()
        self.fluid, self.temperature_c = fluid, temperature_c
        self.fill_ml = min(max(ml, 0.0), self.limits.syringe_ml)
        self.syringe_air_ml = 0.5 + 4.0 * chance
        self._tubing.push(Parcel(TUBING_ML, 0.0, TUBING_ML))
        self.stage, self.air, self.purged = "filled", "unknown", False

    def purge(self, chance: float = 0.5) -> None:
        """Push air out, then `PURGE_ML` of medium; below a `chance` of 0.15 a bubble stays behind."""
        if self.stage == "idle":
            return
        self._rest()
        self.syringe_air_ml = 0.3 * (1.0 + 5.0 * chance) if chance < 0.15 else 0.0
        gone = min(PURGE_ML, self.fill_ml)
        self.fill_ml -= gone
        self.used_ml += gone
        if gone >= TUBING_ML:
            self._tubing.push(Parcel(TUBING_ML, TUBING_ML * self.fluid.iodine_mg_ml))
            self.purged = True
        self.air = "unknown"

    def check(self) -> Air:
        """Look along syringe and line for air."""
        if self.stage != "idle":
            self.air = "seen" if self.air_ml > _SEEN_ML else "clear"
        return self.air

    def connect(self, bore: Bore, column: LumenColumn) -> None:
        """To a catheter and what lies in it."""
        self._rest()
        self._bore, self._column, self._line = bore, column, None

    def disconnect(self) -> None:
        """From the catheter."""
        self._rest()
        self._bore = self._column = self._line = None

    def set(self, **values: float) -> Setting:
        """Dial; what it took, within `limits`. Disarms."""
        self._rest()
        self.setting = self.limits.clip(replace(self.setting, **values))
        return self.setting

    def arm(self) -> tuple[str, ...]:
        """Arm; the reasons why not, empty when armed. Air is no reason: looking for it is a person's task."""
        why = []
        if self.stage in ("waiting", "injecting", "emptying"):
            why.append("injecting")
        if self.stage == "idle" or self.fill_ml <= 0.0:
            why.append("not filled")
        if self.fill_ml < self.setting.volume_ml:
            why.append("volume exceeds what is in the syringe")
        if self._bore is None:
            why.append("no catheter connected")
        if not why and self._bore is not None:
            self._line = Line(self._bore, self.fluid, self.temperature_c)
            self.stage = "armed"
            if self.air != "clear":
                self._events.append(("armed-without-air-check", {"air_ml": self.air_ml}))
        return tuple(why)

    def disarm(self) -> None:
        """Back to filled."""
        self._rest()

    def start(self, delay_s: float = 0.0) -> bool:
        """Begin, after a delay; False when it is not armed."""
        if self.stage != "armed":
            return False
        self.stage, self._clock_s, self._delay_s = "waiting", 0.0, delay_s
        self.injected_ml, self.air_out_ml, self.was_limited = 0.0, 0.0, False
        return True

    def abort(self) -> None:
        """Stop the piston at once; what the soft line holds still leaves."""
        if self.stage == "waiting":
            self.stage = "aborted"
        elif self.stage == "injecting":
            self._finish("aborted")

    # what physics does

    def step(self, seconds: float = 0.002) -> Push:
        """One step; what leaves the catheter's tip."""
        if self.stage == "waiting":
            self._delay_s -= seconds
            if self._delay_s <= 1e-9:
                self.stage, self._clock_s = "injecting", 0.0
                return self._inject(seconds)
            return Push()
        if self.stage == "injecting":
            return self._inject(seconds)
        if self._line is not None and self._line.psi > 0.0:
            return self._leave(0.0, seconds)
        self.flow_ml_s = 0.0
        return Push()

    def _inject(self, seconds: float) -> Push:
        self._clock_s += seconds
        s = self.setting
        rate = s.rate_ml_s * min(1.0, self._clock_s / s.rise_s if s.rise_s > 0.0 else 1.0)
        left = min(s.volume_ml - self.injected_ml, self.fill_ml + self.syringe_air_ml)
        push = self._leave(min(rate, left / seconds), seconds)
        if left - self._pushed_ml <= 1e-9:
            self._finish("ended")
        return push

    def _leave(self, rate: float, seconds: float) -> Push:
        assert self._line is not None and self._column is not None
        out_ml_s, pushed, limited = self._line.push(rate, self.setting.limit_psi, seconds)
        if limited and not self.was_limited:
            self._events.append(
                ("pressure-limited", {"psi": self._line.psi, "set_ml_s": rate, "given_ml_s": pushed})
            )
        self.limited, self.was_limited = limited, self.was_limited or limited
        self._pushed_ml = pushed * seconds
        self.injected_ml += self._pushed_ml
        ml = out_ml_s * seconds  # the soft line counts as fluid that waits before the tubing
        gas = min(self.syringe_air_ml, ml)
        self.syringe_air_ml -= gas
        self.fill_ml = max(self.fill_ml - (self._pushed_ml - gas), 0.0)
        self.used_ml += self._pushed_ml - gas
        tip = self._column.push(self._tubing.push(Parcel(ml, (ml - gas) * self.fluid.iodine_mg_ml, gas)))
        self.flow_ml_s = out_ml_s
        if tip.gas_ml > 0.0 and self.air_out_ml == 0.0:
            self._events.append(("air-injected", {"ml": tip.gas_ml}))
        self.air_out_ml += tip.gas_ml
        if rate == 0.0 and self._line.psi < 1e-3:
            self._line.psi = 0.0
        return Push(out_ml_s, tip.iodine_mg_ml, tip.gas_ml, self._line.psi, limited)

    def _finish(self, stage: Stage) -> None:
        self.stage = stage
        self._events.append((stage, {"ml": self.injected_ml, "air_ml": self.air_out_ml}))

    def _rest(self) -> None:
        """Hands on it: nothing runs and nothing is armed."""
        if self.stage != "idle":
            self.stage = "filled"
        self.limited = False
        self._line = None
        self.flow_ml_s = 0.0

    # what can be seen

    @property
    def air_ml(self) -> float:
        """In syringe and tubing, whether anybody looked or not."""
        return self.syringe_air_ml + self._tubing.content.gas_ml

    @property
    def psi(self) -> float:
        """In the line."""
        return self._line.psi if self._line is not None else 0.0

    @property
    def busy(self) -> bool:
        """Whether anything moves or waits to."""
        return self.stage in ("waiting", "injecting") or self.psi > 0.0

    @property
    def shown(self) -> str:
        """The state as a panel names it."""
        if self.stage == "filled":
            before = "purged" if self.purged else "filled"
            return "checked" if self.air == "clear" else before
        if self.stage == "injecting":
            rising = self._clock_s < self.setting.rise_s
            return "limited" if self.limited else "rising" if rising else "steady"
        return self.stage

    def facts(self) -> dict[str, Any]:
        """What a panel shows, plain values."""
        return {
            "state": self.shown,
            "fill_ml": self.fill_ml,
            "air": self.air,
            "temperature_c": self.temperature_c,
            "rate_ml_s": self.setting.rate_ml_s,
            "volume_ml": self.setting.volume_ml,
            "rise_s": self.setting.rise_s,
            "limit_psi": self.setting.limit_psi,
            "injected_ml": self.injected_ml,
            "flow_ml_s": self.flow_ml_s,
            "psi": self.psi,
            "limited": self.limited,
            "was_limited": self.was_limited,
            "used_ml": self.used_ml,
        }

    def state(self) -> dict[str, Floats]:
        """Everything that changes, but the catheter and what lies in it: they are the room's."""
        s, f = self.setting, self.fluid
        return {
            "stage": np.array([_STAGES.index(self.stage), _AIR.index(self.air)], np.float64),
            "setting": np.array([s.rate_ml_s, s.volume_ml, s.rise_s, s.limit_psi]),
            "fluid": np.array([f.iodine_mg_ml, f.viscosity_20_mpas, f.viscosity_37_mpas, f.density_g_ml]),
            "numbers": np.array([float(getattr(self, name)) for name in _NUMBERS]),
            "psi": np.array([self.psi, float(self._line is not None)]),
            **self._tubing.state(),
        }

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`; the same catheter is connected before."""
        stage, air = (int(x) for x in arrays["stage"])
        self.stage, self.air = _STAGES[stage], _AIR[air]
        self.setting = Setting(*(float(x) for x in arrays["setting"]))
        self.fluid = Fluid(*(float(x) for x in arrays["fluid"]))
        for name, value in zip(_NUMBERS, arrays["numbers"], strict=True):
            flag = isinstance(getattr(self, name), bool)
            setattr(self, name, bool(value) if flag else float(value))
        self._tubing.restore(arrays)
        self._line = None
        if arrays["psi"][1] and self._bore is not None:
            self._line = Line(self._bore, self.fluid, self.temperature_c)
            self._line.psi = float(arrays["psi"][0])

    def take_events(self) -> list[tuple[str, dict[str, float]]]:
        """What happened since the last call: name and figures."""
        events, self._events = self._events, []
        return events
