"""Measures of the dose to the people in the room, from what the log holds of each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from angiosuite.assess.session_log import Point, SessionLog

from .reading import MEASURES, Asked, Found, Moment, not_done, not_recorded

Value = Callable[[Mapping[str, Any]], float | None]


def _read(log: SessionLog, value_of: Value, words: str) -> Found:
    """A cumulative reading of the observation `staff`."""
    course = []
    for entry in log.observation("staff"):
        value = value_of(entry.data)
        if value is not None:
            course.append(Point(entry.t_us, entry.seq, log.frame_at(entry.t_us), value))
    if not course:
        if not log.beams:
            return not_done("no exposure was made")
        return not_recorded("the log holds no dose of the staff")
    last = course[-1]
    told = Moment(last.t_us, last.frame, last.seq, words.format(last.value))
    return Found(last.value, (told,), tuple(course))


def _enter(identity: str, person: str, place: str, words: str) -> None:
    """Enter the dose of one person at one place of the body."""

    def value_of(data: Mapping[str, Any]) -> float | None:
        own = data.get(person)
        return float(own[place]) if isinstance(own, Mapping) and place in own else None

    @MEASURES.enter(identity)
    def read(log: SessionLog, asked: Asked) -> Found:
        return _read(log, value_of, words)


_enter("staff-operator-eye", "operator", "eye_usv", "{0:.3f} µSv at the operator's eye")
_enter("staff-operator-chest", "operator", "chest_usv", "{0:.3f} µSv at the operator's chest")
_enter("staff-operator-hand", "operator", "hand_usv", "{0:.3f} µSv at the operator's hand")
_enter("staff-assistant-chest", "assistant", "chest_usv", "{0:.3f} µSv at the assistant's chest")
_enter("staff-nurse-chest", "nurse", "chest_usv", "{0:.3f} µSv at the nurse's chest")


@MEASURES.enter("staff-total")
def staff_total(log: SessionLog, asked: Asked) -> Found:
    """Doses at the chests of all people, added up, µSv."""

    def value_of(data: Mapping[str, Any]) -> float | None:
        own = [one["chest_usv"] for one in data.values() if isinstance(one, Mapping) and "chest_usv" in one]
        return float(sum(own)) if own else None

    return _read(log, value_of, "{0:.3f} µSv at all chests")


@MEASURES.enter("beam-unprotected")
def beam_unprotected(log: SessionLog, asked: Asked) -> Found:
    """Time with X-rays on while anyone within 2 m wore no apron, s; the room adds it up pulse by pulse."""

    def value_of(data: Mapping[str, Any]) -> float | None:
        return float(data["unprotected_s"]) if "unprotected_s" in data else None

    return _read(log, value_of, "{0:.1f} s beside someone without an apron")
