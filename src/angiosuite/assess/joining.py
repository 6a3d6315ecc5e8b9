"""Requirements that join others: any of them, all of them, one before the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from angiosuite.assess.months import amount_words, day_words
from angiosuite.assess.standing import RANK, Standing, State
from angiosuite.content.requirement import AllOf, AnyOf, Order

Look = Callable[[str], Standing | None]


def some_of(asked: AnyOf | AllOf, look: Look) -> Standing:
    """So many of the named ones: the state of the one that is needed last, best first.

    Notes
    -----
    From worst to best: overdue, at risk, unknown, on track, met. Any-of with `at_least` n has the n-th best
    state of its parts, all-of the worst.
    """
    parts = [standing for name in asked.of if (standing := look(name)) is not None]
    needed = asked.at_least if isinstance(asked, AnyOf) else len(parts)
    if not parts or needed > len(parts):
        return Standing(asked.id, State.UNKNOWN, "none of its parts is asked here", basis=asked.basis)
    ranked = sorted(parts, key=lambda part: RANK[part.state], reverse=True)
    state = ranked[needed - 1].state
    met = [part for part in parts if part.state is State.MET]
    words = f"{amount_words(len(met))} of {amount_words(needed)} met"
    lacking = [part for part in ranked[:needed] if part.state is not State.MET]
    if lacking:
        words += "; open: " + ", ".join(f"{part.requirement} ({part.state})" for part in lacking[:6])
    days = sorted(part.met_on for part in met if part.met_on is not None)
    dues = [part.due for part in ranked[:needed] if part.due is not None and part.state is not State.MET]
    return Standing(
        requirement=asked.id,
        state=state,
        arithmetic=words,
        value=float(min(len(met), needed)),
        target=float(needed),
        unit="part",
        due=min(dues, default=None),
        used=tuple(dict.fromkeys(name for part in met for name in part.used)),
        met_on=days[needed - 1] if state is State.MET and len(days) >= needed else None,
        basis=asked.basis,
    )


def order(asked: Order, look: Look) -> Standing:
    """The first is met no later than the second; out of order it is at risk until the programme decides."""
    first, then = look(asked.first), look(asked.then)
    if first is None or then is None:
        return Standing(asked.id, State.UNKNOWN, "one of the two is not asked here", basis=asked.basis)
    if State.UNKNOWN in (first.state, then.state):
        state, words = State.UNKNOWN, "one of the two is unknown"
    elif then.state is not State.MET:
        done = first.state is State.MET
        state = State.ON_TRACK
        words = "the first is met, the second still open" if done else "neither is met yet"
    elif first.state is not State.MET:
        state, words = State.AT_RISK, "the second is met and the first is not"
    elif _later(first.met_on, then.met_on):
        assert first.met_on is not None and then.met_on is not None
        state = State.AT_RISK
        words = f"the first on {day_words(first.met_on)}, after the second on {day_words(then.met_on)}"
    else:
        state, words = State.MET, "in this order"
    return Standing(
        requirement=asked.id,
        state=state,
        arithmetic=words,
        value=float(first.state is State.MET) + float(then.state is State.MET),
        target=2.0,
        unit="part",
        used=tuple(dict.fromkeys((*first.used, *then.used))),
        met_on=then.met_on if state is State.MET else None,
        basis=asked.basis,
    )


def _later(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one > other
