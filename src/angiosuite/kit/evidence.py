"""Evidence: what a person did on their way, by kind; what is simulated never counts as real."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from .people import Principal, Visibility


class EvidenceKind(StrEnum):
    """The kinds, kept apart in every count."""

    REAL_CASE = "real-case"
    """A procedure on a patient."""
    SUITE_PRACTICE = "suite-practice"
    """Practice in the simulated suite."""
    OBSERVATION = "observation"
    """Work that another person watched and rated."""
    EXAM = "exam"
    CREDIT = "credit"
    """Credits of continuing education."""
    COURSE = "course"
    ROTATION = "rotation"
    """Time on a service; with `until`."""
    TEACHING = "teaching"
    """Teaching given."""
    MEETING = "meeting"
    """A meeting attended."""
    CREDENTIAL = "credential"
    """A licence, certificate or permit; `until` is its expiry."""
    DOCUMENT = "document"
    """A letter, a checklist, a project: something that exists or not."""
    ATTESTATION = "attestation"
    """Somebody's statement that something was done, for example a review."""
    ENTRUSTMENT = "entrustment"
    """A human decision on a level of entrustment; `level` on the scale of `scheme`."""


class CaseRole(StrEnum):
    """What the person did in a procedure."""

    OBSERVER = "observer"
    ASSISTANT = "assistant"
    FIRST_SUPERVISED = "first-operator-supervised"
    FIRST_INDEPENDENT = "first-operator-independent"
    SUPERVISOR = "supervisor"


class Status(StrEnum):
    """How far a piece of evidence is vouched for."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEEDS_REVISION = "needs-revision"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence as it stands after all corrections.

    Parameters
    ----------
    id : str
        Random, never derived from a person or patient.
    owner : str
        Id of the person whose evidence it is.
    kind : EvidenceKind
        Which kind it is.
    on : date
        Day it happened or began, in the person's own calendar.
    until : date, optional
        Last day of a rotation; last valid day of a credential.
    terms : tuple of str
        What it is about, as ids: procedure terms ("arterial-embolisation"), an exam ("abr-core"), a rotation
        ("icu"), a credential ("acls"), an item of a framework. The first is the primary one.
    amount : float, optional
        Number of `unit`; a case without one counts once.
    unit : str, optional
        "credit", "hour", "day", "week"; None for a plain count.
    role : CaseRole, optional
        Part taken in a procedure.
    result : str, optional
        "pass", "fail", "conditional" of an exam; "success", "failure" of a case; free for others.
    level : str, optional
        Level on the scale of `scheme`.
    scheme : str, optional
        Framework, scale or credit scheme: "abr-cme-1", "rcr-cpd", "acgme-ir-milestones-2".
    rater, rater_role, site, patient : str, optional
        Aliases and random handles, never names or record numbers.
    status : Status
        How far it is vouched for.
    visibility : Visibility
        Who besides the owner may read it.
    note : str
        Free text of the owner.
    source : str
        "hand", "import" or "suite:<session>".
    data : dict
        Further plain JSON values of the kind (dose, fluoroscopy time, ratings).
    recorded_at : datetime
        When the last entry was made, UTC.
    revision : int
        Number of entries that made it what it is.
    """

    id: str
    owner: str
    kind: EvidenceKind
    on: date
    until: date | None = None
    terms: tuple[str, ...] = ()
    amount: float | None = None
    unit: str | None = None
    role: CaseRole | None = None
    result: str | None = None
    level: str | None = None
    scheme: str | None = None
    rater: str | None = None
    rater_role: str | None = None
    site: str | None = None
    patient: str | None = None
    status: Status = Status.DRAFT
    visibility: Visibility = Visibility.PRIVATE
    note: str = ""
    source: str = "hand"
    data: dict[str, Any] = field(default_factory=dict)
    recorded_at: datetime | None = None
    revision: int = 1

    @property
    def simulated(self) -> bool:
        """Whether it was practice on a simulated patient; such evidence never fills a real count."""
        return self.kind is EvidenceKind.SUITE_PRACTICE


class EvidenceSink(Protocol):
    """Where rooms that know no database hand in evidence."""

    def put(self, principal: Principal, evidence: Evidence) -> None:
        """Record it, or correct what came from the same `source` before."""
        ...
