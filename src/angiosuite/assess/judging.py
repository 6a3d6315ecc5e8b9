"""The judgement of an attempt: the gate of critical errors, then the goals, then stewardship.

It reads measures of the log and nothing else. Each point that is missing has a fault with the moment, the
picture and the reason. Time is shown and never scored; between exposures nothing is judged, so that
thinking and talking cost nothing. Dose counts once the required goals are met: it cannot rescue a picture
that does not show what was asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from .criteria import TENTHS, Criterion, Kind, State, criteria_of, shown
from .measures import MEASURES
from .measures.reading import Moment, Reading, Value
from .session_log import SessionLog

SHOWN = (
    "reference-air-kerma",
    "kerma-area-product",
    "fluoroscopy-time",
    "runs",
    "peak-skin-dose",
    "staff-operator-eye",
    "staff-total",
    "duration",
    "input-device",
)
"""Measures that every judgement tells, scored or not."""
SHOWN_AFTER = {
    "filter-opened": ("filter-level", "filter-tilt"),
    "sheath-removed": ("held-against-need", "rebleeds", "puncture-swelling", "artery-pressed-shut"),
}
"""Measures that it tells where such an event is in the log."""
LATER = "It counts once the required goals are met"
"""Said of what was spared or avoided while what was asked is not done."""


class Drill(Protocol):
    """What is needed of a drill's item: that it tells itself as plain JSON."""

    def model_dump(self, *, mode: str, by_alias: bool) -> dict[str, Any]:
        """All its fields under the names of its file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cost points, or failed the attempt.

    Parameters
    ----------
    id, kind : str
        Of the criterion: "critical", "goal", "limit" or "stewardship".
    t_us, frame : int or None
        The moment and the picture that show it.
    text, why : str
        What was found, and why it matters.
    points_lost : float
        Exactly what it cost; a critical error costs none and fails the attempt.
    source, measure, version
        Who says so, and which reckoning found it.
    """

    id: str
    kind: Kind
    t_us: int | None
    frame: int | None
    text: str
    why: str
    points_lost: float
    source: str
    measure: str
    version: int


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal and whether it was met."""

    id: str
    text: str
    state: State
    measure: str
    version: int
    value: Value
    unit: str
    wanted: str
    points: float
    of: float
    required: bool
    t_us: int | None
    frame: int | None
    found: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came out of one attempt; `as_dict` is what is kept.

    Parameters
    ----------
    passed : bool
        The gate held, every required goal is met, the score reaches the pass mark, and no more help was
        taken than a pass allows.
    score, of : float
        Points, and all that there were.
    errors : tuple of Fault
        Critical errors.
    parts : tuple of dict
        Points of the goals and of stewardship.
    goals, faults, measures
        Each with the version of the measure that it was read with.
    help_level : int
        Highest hint taken.
    duration_s, input_device
        Shown, never scored.
    drill : dict
        Id and hash of the drill as it was.
    """

    passed: bool
    score: float
    of: float
    errors: tuple[Fault, ...]
    unjudged: tuple[str, ...]
    parts: tuple[dict[str, Any], ...]
    goals: tuple[Goal, ...]
    faults: tuple[Fault, ...]
    measures: tuple[dict[str, Any], ...]
    help_level: int
    duration_s: float
    input_device: str | None
    drill: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "passed": self.passed,
            "score": self.score,
            "of": self.of,
            "gate": {
                "passed": not self.errors,
                "errors": [asdict(one) for one in self.errors],
                "not_judged": list(self.unjudged),
            },
            "parts": list(self.parts),
            "goals": [asdict(one) for one in self.goals],
            "faults": [asdict(one) for one in self.faults],
            "measures": list(self.measures),
            "help": help_counts(self.help_level),
            "duration_s": self.duration_s,
            "input_device": self.input_device,
            "drill": self.drill,
        }


def help_counts(level: int) -> dict[str, Any]:
    """What an attempt with so much help counts for: level 2 is a pass, but not for mastery; 3 is neither."""
    return {"level": level, "counts_for_pass": level < 3, "counts_for_mastery": level < 2}


def judge(
    drill: Drill | Mapping[str, Any],
    log: SessionLog,
    answers: Mapping[str, str] | None = None,
    reference: Mapping[str, float] | None = None,
) -> Judgement:
    """Judge one attempt by this version's measures.

    Parameters
    ----------
    drill : drill item or mapping
        The drill as it was asked.
    log : SessionLog
        The attempt.
    answers : mapping of str to str
        The right option of each question.
    reference : mapping of str to float
        Medians of reference runs on the same patient, by measure.

    Notes
    -----
    **Laws** the score never falls when a measure gets better; the score is the sum of its parts, and the
    points of all faults are what is missing to the whole; an attempt in which nothing was done does not
    pass. Held by ``tests/assess/test_judging_laws.py``.
    """
    return _Judge(_plain(drill), log, answers or {}, reference or {}).judgement()


class _Judge:
    """Judges one attempt; keeps each reading, so that none is made twice."""

    def __init__(
        self,
        drill: Mapping[str, Any],
        log: SessionLog,
        answers: Mapping[str, str],
        reference: Mapping[str, float],
    ) -> None:
        self.drill, self.log = drill, log
        self.answers, self.reference = answers, reference
        self.criteria = criteria_of(drill)
        self.readings: dict[tuple[str, str | None, str | None], Reading] = {}

    def reading(self, measure: str, of: str | None = None, within: str | None = None) -> Reading:
        """A measure of the attempt."""
        key = measure, of, within
        if key not in self.readings:
            self.readings[key] = MEASURES[measure].read(self.log, of, within, self.answers, self.reference)
        return self.readings[key]

    def judgement(self) -> Judgement:
        """The whole."""
        errors, unjudged = self._gate()
        asked = self.criteria["goal"]
        complete = all(self._state(one) == "met" for one in asked if one.required)
        goals = tuple(self._goal(one, complete) for one in asked)
        faults = [*errors, *(f for one in asked if (f := self._goal_fault(one, complete)) is not None)]
        kept = 0
        for one in (*self.criteria["limit"], *self.criteria["stewardship"]):
            earned, fault = self._stewardship(one, complete)
            kept += earned
            faults += [] if fault is None else [fault]
        reached = sum(round(goal.points * TENTHS) for goal in goals)
        whole_goals = sum(one.tenths for one in self.criteria["goal"])
        whole_kept = sum(one.tenths for kind in ("limit", "stewardship") for one in self.criteria[kind])
        score = (reached + kept) / TENTHS
        level = max((int(entry.data.get("level", 0)) for entry in self.log.event("hint-shown")), default=0)
        mark = float((self.drill.get("pass") or {}).get("score") or 0.0)
        passed = not errors and bool(goals) and complete and reached > 0 and score >= mark
        device = self.reading("input-device").value
        return Judgement(
            passed=passed and help_counts(level)["counts_for_pass"],
            score=score,
            of=(whole_goals + whole_kept) / TENTHS,
            errors=errors,
            unjudged=unjudged,
            parts=(
                _part("goals", "Goals", reached, whole_goals),
                _part("stewardship", "Dose, once the goals are met", kept, whole_kept),
            ),
            goals=goals,
            faults=tuple(faults),
            measures=self._measures(),
            help_level=level,
            duration_s=float(self.reading("duration").value or 0.0),
            input_device=device if isinstance(device, str) else None,
            drill={"id": str(self.drill.get("id", "")), "hash": drill_hash(self.drill)},
        )

    # ---- parts ----------------------------------------------------------------------------------

    def _gate(self) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
        """Critical errors made, and those that could not be judged; what was never done is none."""
        errors, unjudged = [], []
        for one in self.criteria["critical"]:
            reading = self.reading(one.measure, one.of, one.within)
            state = one.state(reading)
            if state == "not-judged":
                unjudged.append(one.text)
            elif state == "met":
                errors.append(self._fault(one, reading, 0, self._text(one, reading)))
        return tuple(errors), tuple(unjudged)

    def _state(self, one: Criterion) -> State:
        return one.state(self.reading(one.measure, one.of, one.within))

    def _goal(self, one: Criterion, complete: bool) -> Goal:
        reading = self.reading(one.measure, one.of, one.within)
        state, moment = one.state(reading), self._moment(one, reading)
        counts = state == "met" and (complete or one.shows_success)
        return Goal(
            id=one.id,
            text=one.text,
            state=state,
            measure=one.measure,
            version=reading.version,
            value=reading.value,
            unit=reading.unit,
            wanted=one.wanted,
            points=one.tenths / TENTHS if counts else 0.0,
            of=one.tenths / TENTHS,
            required=one.required,
            t_us=moment.t_us,
            frame=moment.frame,
            found=_found(reading),
            why=one.why,
            source=one.source,
        )

    def _goal_fault(self, one: Criterion, complete: bool) -> Fault | None:
        reading = self.reading(one.measure, one.of, one.within)
        if one.state(reading) != "met":
            return self._fault(one, reading, one.tenths, self._text(one, reading))
        if complete or one.shows_success:
            return None
        return self._fault(one, reading, one.tenths, f"{self._text(one, reading)}. {LATER}")

    def _stewardship(self, one: Criterion, complete: bool) -> tuple[int, Fault | None]:
        """Tenths that a limit or a dose earns, and the fault that names what is missing."""
        reading = self.reading(one.measure, one.of, one.within)
        if one.kind == "limit":
            held = one.state(reading) == "met"
            earned = one.tenths if held else 0
        else:
            earned = one.earned(reading.value)
            held = earned == one.tenths
        if not complete:
            if not one.tenths and held:
                return 0, None
            text = f"{self._text(one, reading)}. {LATER}"
            return 0, self._fault(one, reading, one.tenths, text)
        fault = None if held else self._fault(one, reading, one.tenths - earned, self._text(one, reading))
        return earned, fault

    def _measures(self) -> tuple[dict[str, Any], ...]:
        """Every measure that was read, with those that are always shown."""
        scored = {(one.measure, one.of, one.within) for group in self.criteria.values() for one in group}
        after = [name for event, names in SHOWN_AFTER.items() if self.log.event(event) for name in names]
        for name in (*SHOWN, *after):
            self.reading(name)
        told, seen = [], set()
        for key, reading in self.readings.items():
            known = MEASURES[reading.measure].definition
            if (reading.measure, reading.of, reading.within) in seen:
                continue
            seen.add((reading.measure, reading.of, reading.within))
            told.append(
                {
                    "id": reading.measure,
                    "version": reading.version,
                    "title": known.title,
                    "unit": reading.unit,
                    "value": reading.value,
                    "of": reading.of,
                    "within": reading.within,
                    "better": known.better,
                    "scored": key in scored,
                    "missing": reading.missing,
                }
            )
        return tuple(told)

    # ---- faults ---------------------------------------------------------------------------------

    def _moment(self, one: Criterion, reading: Reading) -> Moment:
        """The moment that shows it: where a limit was passed, else what the measure names, else the end."""
        passed = None if one.limit is None else reading.passing(one.limit)
        if passed is not None:
            return passed
        if reading.moments:
            return reading.moments[0]
        log = self.log
        return Moment(log.end_us, log.frame_at(log.end_us), log.last_seq, reading.why)

    def _text(self, one: Criterion, reading: Reading) -> str:
        if reading.missing == "not-recorded":
            return f"{one.text}: not judged, {reading.why}"
        if one.kind == "critical":
            return f"{one.text}: {_found(reading)}"
        return f"{one.text}: {_found(reading)}; asked: {one.wanted}"

    def _fault(self, one: Criterion, reading: Reading, tenths: int, text: str) -> Fault:
        moment = self._moment(one, reading)
        return Fault(
            id=one.id,
            kind=one.kind,
            t_us=moment.t_us,
            frame=moment.frame,
            text=text,
            why=one.why,
            points_lost=tenths / TENTHS,
            source=one.source,
            measure=one.measure,
            version=reading.version,
        )


def _found(reading: Reading) -> str:
    """What was found, for people: the measure's own words, else its value."""
    if reading.value is None:
        return reading.why
    return reading.moments[0].why if reading.moments else shown(reading.value, reading.unit)


def _part(identity: str, title: str, tenths: int, whole: int) -> dict[str, Any]:
    return {"id": identity, "title": title, "points": tenths / TENTHS, "of": whole / TENTHS}


def _plain(drill: Drill | Mapping[str, Any]) -> Mapping[str, Any]:
    return drill if isinstance(drill, Mapping) else drill.model_dump(mode="json", by_alias=True)


def drill_hash(drill: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a drill's values, whatever the order of its file."""
    text = json.dumps(drill, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# ---- judgements that were kept --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """In what a kept judgement and a new one differ.

    Parameters
    ----------
    what : str
        "score", "passed", or the measure.
    before, after : value
        As it was kept, and as it would be now.
    versions : (int, int) or None
        Of the measure, before and after.
    """

    what: str
    before: Any
    after: Any
    versions: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The same for people."""
        by = "" if self.versions is None else f" (version {self.versions[0]} → {self.versions[1]})"
        return f"{self.what}{by}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A kept judgement, which stays as it was, and what would be said now."""

    kept: Mapping[str, Any]
    now: Judgement
    differences: tuple[Difference, ...]


def rejudge(
    kept: Mapping[str, Any],
    drill: Drill | Mapping[str, Any],
    log: SessionLog,
    answers: Mapping[str, str] | None = None,
    reference: Mapping[str, float] | None = None,
) -> Rejudged:
    """Judge again, and name every difference from a judgement that was kept; that one is never changed."""
    now = judge(drill, log, answers, reference)
    return Rejudged(kept, now, tuple(differences(kept, now.as_dict())))


def differences(kept: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[Difference]:
    """Differences of two judgements in plain JSON: pass, score, and the versions and values of measures."""
    for name in ("passed", "score"):
        if kept.get(name) != now.get(name):
            yield Difference(name, kept.get(name), now.get(name))
    before = {_key(one): one for one in kept.get("measures", ())}
    for one in now.get("measures", ()):
        old = before.get(_key(one))
        if old is None:
            continue
        versions = (int(old["version"]), int(one["version"]))
        if old["value"] != one["value"] or versions[0] != versions[1]:
            yield Difference(one["title"], old["value"], one["value"], versions)


def _key(measure: Mapping[str, Any]) -> tuple[Any, ...]:
    return measure["id"], measure.get("of"), measure.get("within")
