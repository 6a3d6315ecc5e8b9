"""The home: what to do today and why, where I am, what is due, last sessions, skills: `/api/home`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter

from angiosuite.assess.skills import Skill, summary
from angiosuite.assess.standing import State
from angiosuite.content.requirement import Count
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.evidence import Evidence, EvidenceKind, Status
from angiosuite.kit.people import Principal
from angiosuite.kit.terms import term_words
from angiosuite.learning.field.directory import Entry
from angiosuite.learning.guide.guide import PageLine
from angiosuite.learning.pathway.pathways import Looked
from angiosuite.learning.pathway.telling import standing_told
from angiosuite.learning.today.plan import Due, Facts, Reading, plan
from angiosuite.practice import tree
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.practice.procedures import proposals
from angiosuite.suite.folder import SessionFacts, SessionFolder

from .access import OWN, Caller
from .answers import FAULTS
from .room_tasks import standings_of
from .services import Given, Services
from .sessions import scan_facts

router = APIRouter(prefix="/api/home", tags=["home"], responses=FAULTS, dependencies=[OWN])

SESSIONS, SKILLS, DUES, COMING = 5, 6, 6, 4
"""Most of each that the home shows."""
ENOUGH = 5
"""Pieces of evidence below which nothing is said of a skill but their number."""
SECTIONS_BY_STAGE = {
    "school": ("welcome", "why", "stage"),
    "medical-student": ("welcome", "why", "stage", "skill"),
    "first-years": ("stage", "why", "skill", "day"),
    "radiology-training": ("skill", "procedure", "stage", "day"),
    "ir-training": ("procedure", "skill", "day", "stage"),
    "certified": ("day", "skill", "procedure", "stage"),
}
"""Kinds of pages in the order in which they are proposed; a choice of ours."""
ANYBODY = ("welcome", "why", "stage", "skill", "day", "procedure")


@router.get("")
def home(services: Given, caller: Caller) -> dict[str, Any]:
    """What the home shows of the caller, on this machine's day."""
    today = date.today()
    looked = [
        services.pathways.look(caller, one.id, today)
        for one in services.pathways.enrolled(caller)
        if one.ended is None or one.ended >= today
    ]
    evidence = services.records.evidence.current(caller, caller.person)
    followed = services.field.followed(caller, today)
    requirements = [due for one in looked for due in _requirements(one)]
    credentials = list(_credentials(evidence))
    facts = Facts(
        today=today,
        enrolled=bool(looked),
        requirements=requirements,
        credentials=credentials,
        drafts=sum(_is_draft_case(one) for one in evidence),
        last_practice=max(
            (one.on for one in evidence if one.kind is EvidenceKind.SUITE_PRACTICE), default=None
        ),
        rotation_ended=_rotation_ended(evidence, today),
        reflected=max((one.on for one in services.guide.reflections(caller)), default=None),
        reminders=[_reminder(entry) for entry in followed if entry.mine and entry.mine.remind_on],
        **_readings(services, caller, today),
    )
    return {
        "date": today,
        "today": [asdict(task) for task in plan(facts)],
        "where": _where(looked[0], today) if looked else None,
        "enrolments": [{"id": one.enrolment.id, "title": one.pathway.title} for one in looked],
        "due": [_due_told(one) for one in _soonest([*requirements, *credentials], today)][:DUES],
        "practice": _practice(services, caller),
        "sessions": [_session(services, facts, evidence) for facts in _newest(services, caller)],
        "skills": [_skill(one) for one in summary(evidence, today)[:SKILLS]],
        "coming": [
            {"title": entry.item.title, "month_words": entry.month_words, "go": f"field:{entry.item.id}"}
            for entry in followed
            if entry.month_words is not None
        ][:COMING],
    }


def _practice(services: Services, caller: Principal) -> dict[str, Any]:
    """Five minutes now, and the last fault from its moment; null where there is none."""
    found = standings_of(services, caller)
    return {
        "five_minutes": tree.five_minutes(found.drills, proposals(found.procedures)),
        "last_fault": tree.last_fault(found.attempts),
    }


def _is_draft_case(one: Evidence) -> bool:
    return one.kind is EvidenceKind.REAL_CASE and one.status is Status.DRAFT


def _requirements(looked: Looked) -> Iterator[Due]:
    titles = {each.id: each.title for each in looked.pathway.requirements}
    for one in looked.standings:
        go = f"pathway:{looked.enrolment.id}/{one.requirement}"
        yield Due(
            f"{looked.enrolment.id}/{one.requirement}",
            titles.get(one.requirement, one.requirement),
            str(one.state),
            one.due,
            one.arithmetic,
            go,
        )


def _credentials(evidence: Iterable[Evidence]) -> Iterator[Due]:
    """The latest of each licence, certificate and permit that expires."""
    latest: dict[str, Evidence] = {}
    for one in evidence:
        if one.kind is EvidenceKind.CREDENTIAL and one.until is not None and one.terms:
            known = latest.get(one.terms[0])
            if known is None or known.until is None or known.until < one.until:
                latest[one.terms[0]] = one
    for term, one in latest.items():
        yield Due(one.id, term_words(term), "held", one.until, "", f"evidence:{one.id}")


def _reminder(entry: Entry) -> Due:
    assert entry.mine is not None
    return Due(
        entry.item.id,
        entry.item.title,
        "reminder",
        entry.mine.remind_on,
        entry.mine.note,
        f"field:{entry.item.id}",
    )


def _rotation_ended(evidence: Iterable[Evidence], today: date) -> tuple[str, date] | None:
    ended = [
        (one.until, term_words(one.terms[0]))
        for one in evidence
        if one.kind is EvidenceKind.ROTATION and one.until is not None and one.until <= today and one.terms
    ]
    return (max(ended)[1], max(ended)[0]) if ended else None


def _readings(services: Services, caller: Principal, today: date) -> dict[str, list[Reading]]:
    """Pages begun, last read first; unread ones in the order that fits the person's stage."""
    contents = services.guide.contents(caller, today)
    lines = {line.id: line for section in contents.sections for line in section.pages}
    begun = [
        _reading(lines[one.page], one.fraction)
        for one in services.records.positions.list(caller)
        if one.page in lines and not one.read and 0.02 < one.fraction < 1.0
    ]
    stage = services.records.people.profile(caller).stage or ""
    kinds = SECTIONS_BY_STAGE.get(stage, ANYBODY)
    unread = [
        _reading(line, 0.0, f"The next unread page of “{section.title}”, which fits where you are")
        for kind in kinds
        for section in contents.sections
        if section.kind == kind
        for line in section.pages
        if line.position is None or not (line.position.read or line.position.fraction > 0.02)
    ]
    return {"begun": begun, "next_pages": unread[:1]}


def _reading(line: PageLine, fraction: float, fits: str = "") -> Reading:
    return Reading(line.id, line.title, line.minutes, fraction, fits)


def _soonest(dues: Iterable[Due], today: date) -> list[Due]:
    """What is not met and has a day, the most pressing first."""
    open_ones = [one for one in dues if one.due is not None and one.state not in ("met", "unknown")]
    return sorted(
        open_ones, key=lambda one: (one.state not in ("overdue", "at-risk"), one.due or today, one.id)
    )


def _due_told(one: Due) -> dict[str, Any]:
    return {"title": one.title, "state": one.state, "due": one.due, "words": one.words, "go": one.go}


def _where(looked: Looked, today: date) -> dict[str, Any]:
    asked = {each.id: each for each in looked.pathway.requirements}
    clock = looked.plan.clock
    exams = [one for one in looked.exams if one.passed_on is None and one.earliest is not None]
    following = min(exams, key=lambda one: (one.sure == "unknown", one.earliest or date.max), default=None)
    counts = [one for one in looked.standings if isinstance(asked[one.requirement], Count) and one.target]
    headline = min(
        counts,
        key=lambda one: (one.state is State.MET, one.state is State.UNKNOWN, -(one.target or 0.0)),
        default=None,
    )
    return {
        "enrolment": looked.enrolment.id,
        "pathway": looked.pathway.id,
        "title": looked.pathway.title,
        "stages": [
            {
                "id": place.stage.id,
                "title": place.stage.title,
                "state": place.state(today),
                "fraction": round(place.fraction(today, clock), 4),
            }
            for place in looked.plan.places
        ],
        "next_milestone": following
        and {"title": following.exam.title, "due": following.earliest, "words": following.words},
        "headline": headline and standing_told(headline, asked[headline.requirement]),
    }


def _newest(services: Services, caller: Principal) -> list[SessionFacts]:
    """Sessions to go on with; an attempt that is over has its debrief instead."""
    found = []
    for facts in scan_facts(services, caller):
        if not _is_over(AttemptFolder(services.home.sessions / facts.id)):
            found.append(facts)
        if len(found) == SESSIONS:
            break
    return found


def _session(services: Services, facts: SessionFacts, evidence: Iterable[Evidence]) -> dict[str, Any]:
    """A session with its last picture, and its length where its practice was recorded."""
    folder = SessionFolder(services.home.sessions / facts.id)
    frames = sorted(path.stem for path in folder.frames.glob("*.jpg")) if folder.frames.is_dir() else []
    practice = next((one for one in evidence if one.source == f"suite:{facts.id}"), None)
    data = practice.data if practice is not None else {}
    return {
        "id": facts.id,
        "title": _title(folder, facts),
        "changed": _changed(folder) or facts.created,
        "minutes": data.get("minutes"),
        "runs": data.get("runs"),
        "frames": len(frames),
        "running": services.live.get(facts.id) is not None,
        "picture": f"/api/sessions/{facts.id}/frames/{int(frames[-1])}.jpg" if frames else None,
    }


def _is_over(attempt: AttemptFolder) -> bool:
    """Whether a session is an attempt with nothing more to do; one that cannot be read is a session still."""
    try:
        return attempt.exists and attempt.is_over
    except AngiosuiteError:
        return False


def _title(folder: SessionFolder, facts: SessionFacts) -> str:
    """Who lies on the table, and at which drill."""
    try:
        return f"{AttemptFolder(folder.path).facts().title}: {facts.patient_title}"
    except AngiosuiteError:
        return facts.patient_title


def _changed(folder: SessionFolder) -> str | None:
    """When a session's log was last written, ISO."""
    try:
        return datetime.fromtimestamp(folder.log.stat().st_mtime, UTC).isoformat(timespec="seconds")
    except OSError:
        return None


def _skill(skill: Skill) -> dict[str, Any]:
    """A skill in numbers, spread and recency; real, observed and simulated apart."""
    number = skill.real.number + skill.observed.number + skill.simulated.number
    last = max((day for day in (skill.last, skill.simulated.last) if day is not None), default=None)
    spread = [
        _counted(skill.real.sites, "site"),
        _counted(max(skill.real.raters, skill.observed.raters), "rater"),
    ]
    return {
        "id": skill.term,
        "title": term_words(skill.term),
        "real": skill.real.number,
        "observed": skill.observed.number,
        "simulated": skill.simulated.number,
        "spread": ", ".join(part for part in spread if part),
        "last": last,
        "enough": number >= ENOUGH,
    }


def _counted(number: int, what: str) -> str:
    return "" if not number else f"1 {what}" if number == 1 else f"{number} {what}s"
