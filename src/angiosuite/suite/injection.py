"""When contrast begins: coupled to the acquisition pedal with one of two delays, or by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from angiosuite.kit.errors import WrongUse

SEEN_US = 120_000_000
"""An injection older than this leaves nothing to see, microseconds."""


@dataclass(frozen=True, slots=True)
class Coupling:
    """How a run and its injection hang together.

    Parameters
    ----------
    coupled : bool
        Whether the acquisition pedal starts the injection.
    xray_delay_s : float
        X-ray delay: the injection begins with the press, X-rays this much later.
    injection_delay_s : float
        Injection delay: X-rays begin with the press, the injection this much later (a mask is made before).
    """

    coupled: bool = False
    xray_delay_s: float = 0.0
    injection_delay_s: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "coupled": self.coupled,
            "xray_delay_s": self.xray_delay_s,
            "injection_delay_s": self.injection_delay_s,
        }


class Injection:
    """The coupling, an injection that waits, and those that may still be seen."""

    def __init__(self) -> None:
        self.coupling = Coupling()
        self.due_us: int | None = None
        """When a waiting injection begins; None when none waits."""
        self.run: int | None = None
        """Run that the waiting injection belongs to."""
        self.begun_us: tuple[int, ...] = ()

    def set(self, changes: Mapping[str, Any]) -> None:
        """Change the coupling.

        Raises
        ------
        WrongUse
            When both delays would be set: one of the two waits for the other.
        """
        plain = {**self.coupling.as_dict(), **changes}
        both = plain["xray_delay_s"] > 0 and plain["injection_delay_s"] > 0
        if both and "xray_delay_s" in changes and "injection_delay_s" in changes:
            raise WrongUse(
                "X-ray delay and injection delay exclude each other",
                code="two-delays",
                where="injection.set",
                value=[plain["xray_delay_s"], plain["injection_delay_s"]],
                way_out="Set one of them to 0.",
            )
        if both:
            other = "injection_delay_s" if "xray_delay_s" in changes else "xray_delay_s"
            plain[other] = 0.0
        self.coupling = Coupling(**plain)

    def plan(self, now_us: int, run: int) -> int:
        """The acquisition pedal went down for a run; when its X-rays may begin, microseconds."""
        if not self.coupling.coupled:
            return now_us
        self.due_us = now_us + round(self.coupling.injection_delay_s * 1e6)
        self.run = run
        return now_us + round(self.coupling.xray_delay_s * 1e6)

    def is_due(self, now_us: int) -> bool:
        """Whether the waiting injection begins now."""
        return self.due_us is not None and now_us >= self.due_us

    def begin(self, now_us: int) -> int | None:
        """Begin one; the run it belongs to."""
        run, self.run, self.due_us = self.run, None, None
        self.begun_us = (*(t for t in self.begun_us if now_us - t < SEEN_US), now_us)
        return run

    def call_off(self) -> None:
        """The pedal was let go before a waiting injection began."""
        self.due_us = self.run = None

    def ages_s(self, now_us: int) -> tuple[float, ...]:
        """Seconds since each injection that may still be seen."""
        return tuple((now_us - t) * 1e-6 for t in self.begun_us if now_us - t < SEEN_US)

    def show(self, now_us: int) -> dict[str, Any]:
        """For the page."""
        ages = self.ages_s(now_us)
        state = "waiting" if self.due_us is not None else "running" if ages and ages[-1] < 30.0 else "idle"
        return {**self.coupling.as_dict(), "state": state, "age_s": round(ages[-1], 1) if ages else None}

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "coupling": self.coupling.as_dict(),
            "due_us": self.due_us,
            "run": self.run,
            "begun_us": list(self.begun_us),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.coupling = Coupling(**state["coupling"])
        self.due_us, self.run = state["due_us"], state["run"]
        self.begun_us = tuple(state["begun_us"])
