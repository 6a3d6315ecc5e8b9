"""The service of pathways: lists, comparison, enrolments, standing, what-if, exams and change of version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from angiosuite.assess.comparison import Row, compared, figure_words, total_months
from angiosuite.assess.exams import ExamPlan, planned
from angiosuite.assess.ledger import Ledger
from angiosuite.assess.projection import what_if
from angiosuite.assess.requirements import asked_of, evaluate
from angiosuite.assess.stages import Plan, plan, stages_of
from angiosuite.assess.standing import Standing
from angiosuite.assess.versions import crosswalk_between, move
from angiosuite.content.faults import nearest
from angiosuite.content.loader import Library
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.programme import as_set, overridden, read_overrides, resolve
from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal
from angiosuite.records.enrolments import Enrolments
from angiosuite.records.evidence import EvidenceStore

from .telling import enrolment_told, exam_told, is_stale, move_told, source_told, standing_told, summary
from .timeline import timeline

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 1, 1)
"""Days that an enrolment may name; beyond them it is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One enrolment on one day, reckoned through.

    Parameters
    ----------
    enrolment : Enrolment
        As it is, or as it would be.
    pathway : PathwayItem
        Whole, with everything that was set.
    plan : Plan
        Its stages on the calendar.
    ledger : Ledger
        The person's evidence.
    standings : tuple of Standing
        Of every requirement that is asked.
    exams : tuple of ExamPlan
        Of every exam.
    as_of : date
        The day.
    pace : float
        Factor of the pace.
    """

    enrolment: Enrolment
    pathway: PathwayItem
    plan: Plan
    ledger: Ledger
    standings: tuple[Standing, ...]
    exams: tuple[ExamPlan, ...]
    as_of: date
    pace: float = 1.0


class Pathways:
    """Pathways of the library and the enrolments of people on them.

    Parameters
    ----------
    library : Library
        Content.
    enrolments : Enrolments
        Who is on what.
    evidence : EvidenceStore
        What they have done.
    """

    def __init__(self, library: Library, enrolments: Enrolments, evidence: EvidenceStore) -> None:
        self._library = library
        self._enrolments = enrolments
        self._evidence = evidence
        self._whole: dict[str, PathwayItem] = {}

    def pathway(self, identity: str) -> PathwayItem:
        """One pathway made whole; raises WrongUse when there is none."""
        if identity not in self._whole:
            item = self._library.get("pathways", identity).item
            assert isinstance(item, PathwayItem)
            self._whole[identity] = resolve(item, self._found)
        return self._whole[identity]

    def _found(self, identity: str) -> PathwayItem | None:
        loaded = self._library.items["pathways"].get(identity)
        return loaded.item if loaded is not None and isinstance(loaded.item, PathwayItem) else None

    def all(self) -> tuple[PathwayItem, ...]:
        """Every pathway that can be made whole: current ones first, then in their order."""
        made = []
        for identity in self._library.items["pathways"]:
            try:
                made.append(self.pathway(identity))
            except RefusedInput:
                continue
        ranks = {"current": 0, "draft": 1, "superseded": 2}
        return tuple(sorted(made, key=lambda one: (ranks[one.status], one.order, one.title)))

    def summaries(self, today: date) -> list[dict[str, Any]]:
        """Every pathway as a line of a list."""
        return [summary(one, today) for one in self.all()]

    def shown(self, identity: str, today: date) -> dict[str, Any]:
        """One pathway with everything in it, as plain values."""
        item = self.pathway(identity)
        kept = self._library.get("pathways", identity)
        told = item.model_dump(mode="json", exclude={"overrides"})
        told["requirements"] = [
            each.model_dump(mode="json") | {"figure": figure_words(each)} for each in item.requirements
        ]
        return told | {
            "stale": is_stale(item, today),
            "months": total_months(item),
            "pack": kept.pack,
            "newer": [one.id for one in self.newer(item.id, item.version)],
        }

    def comparison(self, a: str, b: str) -> tuple[Row, ...]:
        """Two pathways side by side."""
        return compared(self.pathway(a), self.pathway(b))

    def enrolled(self, principal: Principal) -> tuple[Enrolment, ...]:
        """Enrolments of the caller, latest start first."""
        return tuple(self._enrolments.list(principal))

    def enrolment(self, principal: Principal, identity: str) -> Enrolment:
        """One of them."""
        return self._enrolments.get(principal, identity)

    def enrol(self, principal: Principal, wanted: Enrolment) -> Enrolment:
        """Put the caller on a pathway, its present version pinned."""
        item = self.pathway(wanted.pathway)
        made = replace(wanted, version=wanted.version or item.version, owner=principal.person)
        self._check(item, made)
        return self._enrolments.add(principal, made)

    def change(
        self, principal: Principal, identity: str, changes: Mapping[str, Any], reason: str = ""
    ) -> Enrolment:
        """Change fields of an enrolment; its former words stay in its history."""
        old = self._enrolments.get(principal, identity)
        new = replace(old, **changes)
        self._check(self.pathway(new.pathway), new)
        return self._enrolments.change(principal, identity, new, reason)

    def end(self, principal: Principal, identity: str, on: date) -> Enrolment:
        """Say that the caller left or finished."""
        return self._enrolments.end(principal, identity, on)

    def look(
        self,
        principal: Principal,
        identity: str,
        as_of: date,
        enrolment: Enrolment | None = None,
        pace: float = 1.0,
    ) -> Looked:
        """An enrolment on a day; with another `enrolment`, as it would be then."""
        enrolment = enrolment or self._enrolments.get(principal, identity)
        return self._looked(principal, enrolment, as_of, pace)

    def _looked(self, principal: Principal, enrolment: Enrolment, as_of: date, pace: float) -> Looked:
        item = self.pathway(enrolment.pathway)
        ledger = Ledger(self._evidence.current(principal, principal.person))
        day = min(as_of, enrolment.ended) if enrolment.ended is not None else as_of
        standings = evaluate(item, enrolment, ledger, day, pace=pace)
        whole = as_set(item, enrolment.overrides)
        laid = plan(whole, enrolment)
        exams = planned(whole, laid, {one.requirement: one for one in standings}, day)
        return Looked(enrolment, whole, laid, ledger, standings, exams, day, pace)

    def standing(self, principal: Principal, identity: str, as_of: date) -> dict[str, Any]:
        """Where an enrolment stands, with its timeline, as plain values."""
        return self.told(self.look(principal, identity, as_of))

    def what_if(
        self,
        principal: Principal,
        identity: str,
        as_of: date,
        *,
        pace: float = 1.0,
        pause_months: float = 0.0,
        fraction: float | None = None,
        since: date | None = None,
    ) -> dict[str, Any]:
        """The same with another pace, a pause or another share of full time; nothing is kept."""
        enrolment = self._enrolments.get(principal, identity)
        begin = (since or as_of + timedelta(days=1)) - timedelta(days=1)
        would = what_if(enrolment, begin, pause_months=pause_months, fraction=fraction)
        return self.told(self.look(principal, identity, as_of, would, pace))

    def exams(self, principal: Principal, identity: str, as_of: date) -> list[dict[str, Any]]:
        """The exam planner of an enrolment."""
        looked = self.look(principal, identity, as_of)
        return [exam_told(one) for one in looked.exams]

    def newer(self, identity: str, version: str) -> tuple[PathwayItem, ...]:
        """Versions to move to: the item itself when it is another one, and items with a crosswalk from it."""
        found = []
        for one in self.all():
            if (one.id == identity and one.version != version) or (
                one.id != identity
                and any(
                    walk.from_pathway == identity and walk.from_version == version for walk in one.crosswalks
                )
            ):
                found.append(one)
        return tuple(found)

    def move(
        self,
        principal: Principal,
        identity: str,
        version: str,
        as_of: date,
        *,
        pathway: str | None = None,
        dry: bool = False,
    ) -> dict[str, Any]:
        """Move an enrolment to another version, or with `dry` only say what would become of it."""
        enrolment = self._enrolments.get(principal, identity)
        offered = self.newer(enrolment.pathway, enrolment.version)
        fitting = [one for one in offered if one.version == version and pathway in (None, one.id)]
        if not fitting:
            versions = [one.version for one in offered]
            raise RefusedInput(
                "There is no way from this version to that one",
                code="version-not-offered",
                where="version",
                value=version,
                way_out="one of " + ", ".join(versions) if versions else "staying with the present one",
            )
        after = fitting[0]
        before = self.pathway(enrolment.pathway)
        if before.version != enrolment.version:
            # the older text is no longer there: the crosswalk names what it asked
            before = before.model_copy(update={"version": enrolment.version})
        made = move(before, after, enrolment, self._evidence.current(principal, principal.person), as_of)
        self._check(after, made.enrolment)
        if not dry:
            walk = crosswalk_between(before, after)
            reason = f"Moved from {enrolment.pathway} {enrolment.version} to {after.id} {after.version}"
            reason += "" if walk is not None else " without a crosswalk"
            self._enrolments.change(principal, identity, made.enrolment, reason)
        return move_told(made, before, after)

    def told(self, looked: Looked) -> dict[str, Any]:
        """An enrolment that was looked at, as plain values."""
        item, enrolment = looked.pathway, looked.enrolment
        sources = {source.key: source for source in item.sources}
        asked = {each.id: each for each in asked_of(item, enrolment)}
        versions = [one.version for one in self.newer(item.id, enrolment.version)]
        return {
            "enrolment": enrolment_told(enrolment),
            "pathway": summary(item, looked.as_of),
            "title": item.title,
            "on": looked.as_of,
            "newer": versions[0] if versions else None,
            "pinned_version_kept": self.pathway(item.id).version == enrolment.version,
            "stages": [
                {
                    "id": place.stage.id,
                    "title": place.stage.title,
                    "from": place.begins,
                    "until": place.ends,
                    "state": place.state(looked.as_of),
                    "fraction": round(place.fraction(looked.as_of, looked.plan.clock), 4),
                    "basis": place.stage.basis,
                    "given": place.given,
                }
                for place in looked.plan.places
            ],
            "requirements": [
                standing_told(one, asked[one.requirement])
                | {"source": source_told(asked[one.requirement].source, sources)}
                for one in looked.standings
            ],
            "exams": [exam_told(one) for one in looked.exams],
            "timeline": timeline(
                item,
                enrolment,
                looked.plan,
                looked.ledger,
                looked.standings,
                looked.exams,
                looked.as_of,
                looked.pace,
            ),
        }

    def _check(self, item: PathwayItem, enrolment: Enrolment) -> None:
        """Refuse an enrolment that its pathway has no place for."""
        variants = [variant.id for variant in item.variants]
        if enrolment.variant is not None and enrolment.variant not in variants:
            raise _refused("variant", enrolment.variant, variants, "a variant of this pathway")
        stages = [stage.id for stage in stages_of(item, enrolment.variant)]
        if enrolment.from_stage is not None and enrolment.from_stage not in stages:
            raise _refused("from_stage", enrolment.from_stage, stages, "a stage of this variant")
        days = [enrolment.start, *(each.since for each in enrolment.fte)]
        days += [day for each in enrolment.leave for day in (each.since, each.until)]
        for day in days:
            if not EARLIEST <= day <= LATEST:
                raise _refused("start", day.isoformat(), [], f"a day from {EARLIEST} to {LATEST}")
        for each in enrolment.leave:
            if each.until < each.since:
                raise _refused("leave", each.until.isoformat(), [], "a last day that is not before the first")
        if enrolment.ended is not None and enrolment.ended < enrolment.start:
            raise _refused("ended", enrolment.ended.isoformat(), [], "a day on or after the first")
        known = {each.id: each for each in item.requirements}
        for identity, override in read_overrides(enrolment.overrides).items():
            if identity not in known:
                raise _refused("overrides", identity, list(known), "a requirement of this pathway")
            overridden(known[identity], override)
            for name in (override.due.stage_end, override.due.stage_start) if override.due else ():
                if name is not None and name not in stages:
                    raise _refused("overrides", name, stages, "a stage of this variant")


def _refused(field: str, value: str, known: list[str], what: str) -> RefusedInput:
    way_out = nearest(value, known) or ("one of " + ", ".join(known) if known else what)
    return RefusedInput(
        f"'{value[:100]}' is not {what}",
        code=f"enrolment-{field.replace('_', '-')}-not-possible",
        where=field,
        value=value[:100],
        way_out=f"Try {way_out}.",
    )
