"""Id of a case, ``procedure.variant.level``: put together, taken apart."""

from __future__ import annotations

from typing import NamedTuple

from angiosuite.kit.ids import is_safe_id

CASE_MARK = "."
"""Between the parts of a case's id; no other id holds it."""


class CaseParts(NamedTuple):
    """Procedure, variant and level of a case."""

    procedure: str
    variant: str
    level: str


def case_id(procedure: str, variant: str, level: str) -> str:
    """The id of one person at one level of a procedure."""
    return CASE_MARK.join((procedure, variant, level))


def case_parts(identity: str) -> CaseParts | None:
    """What a case's id names; None when it is the id of a drill."""
    parts = identity.split(CASE_MARK)
    return CaseParts(*parts) if len(parts) == 3 else None


def is_task_id(identity: str) -> bool:
    """Whether a text has the form of a drill's id or of a case's."""
    parts = case_parts(identity)
    return is_safe_id(identity) if parts is None else all(map(is_safe_id, parts))
