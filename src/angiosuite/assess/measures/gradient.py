"""Measures of the pressure gradient across a narrowing, before and after its treatment, at rest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

from .after_harm import VASODILATORS
from .contrast_given import shown
from .dilated import TREATED, met
from .harm import happened
from .reading import MEASURES, Asked, Found, not_done, not_recorded
from .tools_seen import vessel_of

PAIR_US = 120_000_000
"""Two pressures make a gradient when at most so much time lies between them."""
REST_US = 600_000_000
"""A drug that widens vessels, given less than so long before, is no rest."""
DOWN_US = 10_000_000
"""Blood that was stopped by a balloon flows more for a while; so long after it, it counts as at rest."""


@dataclass(frozen=True, slots=True)
class Side:
    """A pressure that was recorded on one side of the target."""

    entry: Entry
    is_distal: bool

    def matches(self, other: Side) -> bool:
        """Whether the two make a gradient: both sides, one catheter, one zero, one height, soon enough."""
        ours, theirs = self.entry.data, other.entry.data
        return (
            self.is_distal != other.is_distal
            and ours.get("device") == theirs.get("device")
            and bool(ours.get("zeroed") and theirs.get("zeroed"))
            and ours.get("level_cm") == theirs.get("level_cm")
            and abs(self.entry.t_us - other.entry.t_us) <= PAIR_US
        )


def _sides(log: SessionLog, place: str) -> list[Side]:
    return [
        Side(entry, one["side"] == "distal")
        for entry in happened(log, "pressure-recorded")
        for one in entry.data.get("lesions", ())
        if place in (one["lesion"], one["vessel"])
    ]


def _is_at_rest(log: SessionLog, t_us: int) -> bool:
    """Whether no drug and no balloon has widened what lies behind the target."""
    drugs = [e for e in log.event("drug-given") if e.data.get("drug") in VASODILATORS]
    if any(0 <= t_us - entry.t_us < REST_US for entry in drugs):
        return False
    turns = [e for e in happened(log, "balloon-up", "balloon-down") if e.t_us <= t_us]
    if not turns:
        return True
    return turns[-1].name == "balloon-down" and t_us - turns[-1].t_us >= DOWN_US


def _gradient(log: SessionLog, asked: Asked, figure: str, is_after: bool) -> Found:
    """The last gradient before the first treatment of the target, or after its last one, mmHg.

    Notes
    -----
    **Model** the pressure before the narrowing less the one behind it, of two that follow each other, by the
    same catheter, both zeroed, at one height of the transducer, at rest. **Source** own definition.
    """
    place = vessel_of(log, asked.target)
    if place is None:
        return not_recorded("the log does not say where the target lies")
    treated = [entry.t_us for entry, _ in met(log, asked.target, *TREATED)]
    if is_after and not treated:
        return not_done("it was not treated")
    bound = (treated[-1] if is_after else treated[0]) if treated else None
    sides = [
        side
        for side in _sides(log, place)
        if bound is None or (side.entry.t_us > bound if is_after else side.entry.t_us < bound)
    ]
    when = "after" if is_after else "before"
    if not sides:
        return not_done(f"no pressure was recorded {when} it was treated")
    at_rest = [side for side in sides if _is_at_rest(log, side.entry.t_us)]
    pairs = [(a, b) for a, b in pairwise(at_rest) if a.matches(b)]
    if not pairs:
        return not_done(
            f"no two pressures {when} it make a gradient: both sides, one catheter, zeroed, at rest"
        )
    first, second = pairs[-1]
    before, behind = (second, first) if first.is_distal else (first, second)
    mmhg = float(before.entry.data[figure]) - float(behind.entry.data[figure])
    return Found(mmhg, (shown(log, second.entry, f"{mmhg:.0f} mmHg across it"),))


@MEASURES.enter("gradient-before")
def gradient_before(log: SessionLog, asked: Asked) -> Found:
    """Mean pressure that is lost across the target before it is treated, mmHg."""
    return _gradient(log, asked, "mean", False)


@MEASURES.enter("gradient-after")
def gradient_after(log: SessionLog, asked: Asked) -> Found:
    """Mean pressure that is lost across the target after its last treatment, mmHg."""
    return _gradient(log, asked, "mean", True)


@MEASURES.enter("systolic-gradient-before")
def systolic_before(log: SessionLog, asked: Asked) -> Found:
    """Systolic pressure that is lost across the target before it is treated, mmHg."""
    return _gradient(log, asked, "systolic", False)


@MEASURES.enter("systolic-gradient-after")
def systolic_after(log: SessionLog, asked: Asked) -> Found:
    """Systolic pressure that is lost across the target after its last treatment, mmHg."""
    return _gradient(log, asked, "systolic", True)
