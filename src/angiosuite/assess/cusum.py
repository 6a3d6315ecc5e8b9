"""CUSUM of passes and failures: whether the rate of failure is acceptable, unacceptable, or not yet known."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from angiosuite.kit.errors import WrongUse

Decision = Literal["", "acceptable", "unacceptable"]


@dataclass(frozen=True, slots=True)
class Rates:
    """What is asked of the rate of failure; a drill or a programme sets its own.

    Parameters
    ----------
    p0 : float
        Acceptable rate of failure.
    p1 : float
        Unacceptable rate of failure.
    alpha : float
        Chance of calling an acceptable rate unacceptable.
    beta : float
        Chance of calling an unacceptable rate acceptable.

    Notes
    -----
    **Model** with P = ln(p1/p0) and Q = ln((1 − p0)/(1 − p1)) each success lowers the sum by s = Q/(P + Q),
    each failure raises it by 1 − s; the rate is acceptable below −h0, h0 = ln((1 − alpha)/beta)/(P + Q),
    and unacceptable above h1 = ln((1 − beta)/alpha)/(P + Q): the sequential probability ratio test of two
    rates. **Source** the form that studies of learning curves in procedures use, for instance of
    gastrostomy with 5 % and 15 %: there s = 0.0919 and h = 1.816. The rates that stand here when nobody
    sets others are a choice of this project. Held by ``tests/assess/test_cusum.py``.
    """

    p0: float = 0.10
    p1: float = 0.30
    alpha: float = 0.10
    beta: float = 0.10

    def __post_init__(self) -> None:
        if not (0.0 < self.p0 < self.p1 < 1.0 and 0.0 < self.alpha < 0.5 and 0.0 < self.beta < 0.5):
            raise WrongUse(
                "These rates of failure cannot be told apart",
                code="cusum-rates",
                value=asdict(self),
                way_out="Give 0 < p0 < p1 < 1, and alpha and beta below 0.5.",
            )

    @property
    def _p_and_q(self) -> float:
        return math.log(self.p1 / self.p0) + math.log((1.0 - self.p0) / (1.0 - self.p1))

    @property
    def step(self) -> float:
        """s: what a success lowers the sum by; a failure raises it by 1 − s."""
        return math.log((1.0 - self.p0) / (1.0 - self.p1)) / self._p_and_q

    @property
    def lower(self) -> float:
        """−h0: at or below it the rate of failure is acceptable."""
        return -math.log((1.0 - self.alpha) / self.beta) / self._p_and_q

    @property
    def upper(self) -> float:
        """h1: at or above it the rate of failure is unacceptable."""
        return math.log((1.0 - self.beta) / self.alpha) / self._p_and_q

    @property
    def successes_to_decide(self) -> int:
        """How many successes from the beginning, without a failure, reach the lower line."""
        return math.ceil(-self.lower / self.step - 1e-9)


@dataclass(frozen=True, slots=True)
class Step:
    """The sum after one attempt, and the decision where it reached a line."""

    value: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Course:
    """The sum over all attempts.

    Parameters
    ----------
    steps : tuple of Step
        One for each attempt, in order.
    state : str
        The decision that stands; "undecided" before the first.
    relapsed : bool
        Whether an unacceptable rate followed an acceptable one and stands.
    """

    rates: Rates
    steps: tuple[Step, ...]
    state: Literal["acceptable", "unacceptable", "undecided"]
    relapsed: bool

    def as_dict(self, on: Iterable[str] = ()) -> dict[str, Any]:
        """Plain JSON for the page; `on` are the days of the attempts."""
        return {
            "points": [
                {"on": day, "value": round(step.value, 4), "decision": step.decision}
                for day, step in zip(on, self.steps, strict=True)
            ],
            "upper": round(self.rates.upper, 4),
            "lower": round(self.rates.lower, 4),
            "step": round(self.rates.step, 4),
            "state": self.state,
            "relapsed": self.relapsed,
            **asdict(self.rates),
        }


def course(failures: Iterable[bool], rates: Rates | None = None) -> Course:
    """The sum over attempts, True for a failure; where a line is reached it begins again at zero.

    Notes
    -----
    It runs on after a decision: what was acceptable may cease to be, and that is a relapse.
    """
    rates = rates or Rates()
    steps: list[Step] = []
    value, state, was_acceptable = 0.0, "undecided", False
    for failed in failures:
        value += 1.0 - rates.step if failed else -rates.step
        decision: Decision = ""
        if value <= rates.lower + 1e-12:
            decision = "acceptable"
        elif value >= rates.upper - 1e-12:
            decision = "unacceptable"
        steps.append(Step(value, decision))
        if decision:
            state, value = decision, 0.0
            was_acceptable |= decision == "acceptable"
    relapsed = was_acceptable and state == "unacceptable"
    return Course(rates, tuple(steps), state, relapsed)  # type: ignore[arg-type]
