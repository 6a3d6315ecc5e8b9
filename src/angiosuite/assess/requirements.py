"""The evaluator: where every requirement of a pathway stands on a day, from the evidence alone.

It is a pure function: the same pathway, enrolment, evidence and day give the same answer, in whatever order
the evidence comes. It reads no clock; days are the person's own calendar days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from angiosuite.assess import counting, holding, joining, time_spent, windows
from angiosuite.assess.ledger import Ledger
from angiosuite.assess.months import amount_words, counted
from angiosuite.assess.reckoning import Reckoning
from angiosuite.assess.stages import plan, stages_of
from angiosuite.assess.standing import Standing, State
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.programme import as_set
from angiosuite.content.requirement import AllOf, AnyOf, Asked, Order
from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.evidence import Evidence

KNOWN_BASES = ("read", "programme")
"""A requirement of any other basis is unknown until somebody sets it."""

BAD = (State.AT_RISK, State.OVERDUE)
GOOD = (State.MET, State.ON_TRACK)

_OF_KIND: dict[str, Callable[[Reckoning, Any], Standing]] = {
    "count": counting.count,
    "sub-quota": counting.sub_quota,
    "maximum": counting.maximum,
    "distinct": counting.distinct,
    "yearly-minimum": counting.yearly_minimum,
    "duration": time_spent.duration,
    "rotation-mix": time_spent.rotation_mix,
    "leave-cap": time_spent.leave_cap,
    "exam": holding.exam,
    "credential": holding.credential,
    "evidence": holding.document,
    "attestation": holding.attestation,
    "entrustment": holding.entrustment,
    "cadence": holding.cadence,
    "credits": windows.credits,
    "recency": windows.recency,
}
_FIGURES = {"target": 1.0, "target_months": 1.0, "target_days": 1.0, "every_months": 12.0}
"""Stand-ins for a figure that nobody knows, so that what is there can still be counted."""


def evaluate(
    pathway: PathwayItem,
    enrolment: Enrolment,
    evidence: Iterable[Evidence] | Ledger,
    as_of: date,
    overrides: Mapping[str, Mapping[str, Any]] = {},
    *,
    pace: float = 1.0,
) -> tuple[Standing, ...]:
    """Where each requirement stands at the end of a day.

    Parameters
    ----------
    pathway : PathwayItem
        Whole: one that extends another goes through `programme.resolve` first.
    enrolment : Enrolment
        With part-time, leave, extension and what the person set.
    evidence : iterable of Evidence, or Ledger
        As it stands after corrections, without what was withdrawn. A ledger can be used for several pathways.
    as_of : date
        The day. Evidence after it does not count; after the enrolment's end the end is looked at.
    overrides : mapping
        Set besides the enrolment's own, which they replace.
    pace : float
        What if the work went on at so many times the present pace; numbers that grow are judged by it.

    Returns
    -------
    tuple of Standing
        One for each requirement that is asked of the enrolment's variant, in the pathway's order.

    Notes
    -----
    **States.** *Met*: the evidence is there. *Overdue*: its day has passed. *At risk*: at the pace of the
    last twelve months of training a number will not be reached in time; what takes time no longer fits; a
    single thing is missing in the last 90 days (an exam: 180). *On track*: otherwise. *Unknown*: the basis is
    neither `read` nor set by a programme or person, or no figure is known.

    **Leave.** Due days and stages move with the clock of training. Should something be at risk or overdue
    that would not be without any leave, it is on track.
    """
    whole = as_set(pathway, {**enrolment.overrides, **overrides})
    if enrolment.ended is not None:
        as_of = min(as_of, enrolment.ended)
    ledger = evidence if isinstance(evidence, Ledger) else Ledger(evidence)
    now = Reckoning(whole, enrolment, ledger, plan(whole, enrolment), as_of, pace)
    plain = None
    if enrolment.leave:
        rested = replace(enrolment, leave=())
        plain = Reckoning(whole, rested, ledger, plan(whole, rested), as_of, pace)
    asked = {each.id: each for each in asked_of(whole, enrolment)}
    standings: dict[str, Standing] = {}

    def look(identity: str) -> Standing | None:
        if identity in asked and identity not in standings:
            standings[identity] = _stand(asked[identity], now, plain, look)
        return standings.get(identity)

    return tuple(standing for identity in asked if (standing := look(identity)) is not None)


def asked_of(pathway: PathwayItem, enrolment: Enrolment) -> tuple[Asked, ...]:
    """The requirements that are asked of an enrolment's variant."""
    stages = {stage.id for stage in stages_of(pathway, enrolment.variant)}
    variant = enrolment.variant or (pathway.variants[0].id if pathway.variants else None)
    return tuple(
        each
        for each in pathway.requirements
        if each.variant in (None, variant) and (each.stage is None or each.stage in stages)
    )


def _stand(
    asked: Asked, now: Reckoning, plain: Reckoning | None, look: Callable[[str], Standing | None]
) -> Standing:
    if asked.basis not in KNOWN_BASES or not asked.settled:
        return _unknown(asked, now)
    if isinstance(asked, AnyOf | AllOf):
        return joining.some_of(asked, look)
    if isinstance(asked, Order):
        return joining.order(asked, look)
    reckon = _OF_KIND[_kind(asked)]
    standing = reckon(now, asked)
    if standing.state in BAD and _was_before(asked, now):
        words = "taken as done: the enrolment began after it"
        return replace(standing, state=State.MET, arithmetic=f"{words}; {standing.arithmetic}")
    if plain is not None and standing.state in BAD and reckon(plain, asked).state in GOOD:
        words = f"{standing.arithmetic}; leave alone puts nothing at risk"
        return replace(standing, state=State.ON_TRACK, arithmetic=words)
    return standing


def _kind(asked: Asked) -> str:
    return cast("str", getattr(asked, "kind"))  # noqa: B009


def _was_before(asked: Asked, now: Reckoning) -> bool:
    """Whether it belongs to a stage that was taken as done."""
    names = [asked.stage, asked.due.stage_end if asked.due is not None else None]
    places = [now.plan.place(name) for name in names if name is not None]
    return any(place is not None and place.given for place in places)


def _unknown(asked: Asked, now: Reckoning) -> Standing:
    """What is there so far, without a judgement."""
    why = {
        "memory": "what is asked is remembered, not read; check with your programme",
        "open": "what is asked was looked for and not found; check with your programme",
    }.get(asked.basis, "no figure is known; check with your programme")
    reckon = _OF_KIND.get(_kind(asked))
    if reckon is None or (_kind(asked) == "entrustment" and not asked.settled):
        return Standing(asked.id, State.UNKNOWN, why, basis=asked.basis)
    settled = asked.settled
    known = type(asked).model_fields
    if not settled:
        stand_in = {
            name: value for name, value in _FIGURES.items() if name in known and getattr(asked, name) is None
        }
        asked = asked.model_copy(update=stand_in)
    standing = reckon(now, asked)
    target = standing.target if settled else None
    words = ""
    if standing.value is not None and standing.unit:
        words = f"{counted(standing.value, standing.unit)} so far; "
    if asked.basis == "memory" and target is not None and standing.unit and target != 1:
        why = f"{amount_words(target)} is remembered, not read; check with your programme"
    return replace(
        standing,
        state=State.UNKNOWN,
        arithmetic=words + why,
        target=target,
        due=standing.due if settled else None,
        met_on=standing.met_on if _kind(asked) == "exam" else None,  # a pass is a fact, whatever is asked
        expected_on=None,
    )
