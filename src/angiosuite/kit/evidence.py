"""Evidence: what a session can say about a person's practice, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Visibility(StrEnum):
    """Who may read an object; private unless its owner says otherwise."""

    PRIVATE = "private"
    TEACHERS = "teachers"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Principal:
    """The person on whose behalf a call is made."""

    id: str
    display_name: str


LOCAL_USER = Principal("local", "This computer")
"""The one person of a local installation."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact about practice, taken from a session's log."""

    owner: str
    session_id: str
    kind: str
    t_us: int
    data: Mapping[str, object]
    visibility: Visibility = Visibility.PRIVATE


class EvidenceSink(Protocol):
    """Where evidence goes; given to whatever runs sessions."""

    def put(self, principal: Principal, evidence: Evidence) -> None:
        """Store one piece of evidence for its owner."""
