"""From one version of a pathway to another: what maps how, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from angiosuite.assess.ledger import Ledger
from angiosuite.assess.requirements import evaluate
from angiosuite.assess.standing import Standing
from angiosuite.content.pathway import Crosswalk, PathwayItem, Relation
from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Moved:
    """One requirement before and after.

    Parameters
    ----------
    before, after : str, optional
        Ids; None where there is none.
    title : str
        Of the one after, else of the one before.
    relation : str
        "exact", "broader" (the new holds more kinds of thing), "narrower", "related", "none" or "new".
    was, becomes : Standing, optional
        Where it stood and will stand.
    note : str
        What the crosswalk says.
    """

    before: str | None
    after: str | None
    title: str
    relation: str
    was: Standing | None
    becomes: Standing | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of version and what it does.

    Parameters
    ----------
    enrolment : Enrolment
        As it would be.
    moved : tuple of Moved
        Every requirement of both versions.
    evidence : int
        Pieces of evidence before and after: the same, none is touched.
    no_longer_used : tuple of str
        Evidence that counted for something before and counts for nothing after; it is kept.
    """

    enrolment: Enrolment
    moved: tuple[Moved, ...]
    evidence: int
    no_longer_used: tuple[str, ...]


def crosswalk_between(before: PathwayItem, after: PathwayItem) -> Crosswalk | None:
    """The crosswalk that leads from one version to another; None when nobody wrote one."""
    return next(
        (
            walk
            for walk in after.crosswalks
            if walk.from_version == before.version and (walk.from_pathway or after.id) == before.id
        ),
        None,
    )


def move(
    before: PathwayItem,
    after: PathwayItem,
    enrolment: Enrolment,
    evidence: Iterable[Evidence],
    as_of: date,
) -> Move:
    """What becomes of an enrolment in another version.

    Notes
    -----
    What the crosswalk does not name keeps its id where there is one, and is gone or new otherwise. Evidence
    is never changed: it is filed under terms of procedures and exams, not under requirements. What was set by
    a programme or person goes along to the requirement that took the place exactly; to others it does not.
    """
    ledger = evidence if isinstance(evidence, Ledger) else Ledger(evidence)
    walk = crosswalk_between(before, after)
    named = {} if walk is None else {entry.before: entry for entry in walk.map}
    new_ids = [each.id for each in after.requirements]
    pairs: list[tuple[str | None, str | None, Relation | str, str]] = []
    for each in before.requirements:
        entry = named.get(each.id)
        if entry is not None:
            pairs.append((each.id, entry.after, entry.relation, entry.note))
        elif each.id in new_ids:
            pairs.append((each.id, each.id, "exact", ""))
        else:
            pairs.append((each.id, None, "none", ""))
    old_ids = {each.id for each in before.requirements}
    pairs += [
        (entry.before, entry.after, entry.relation, entry.note)
        for entry in named.values()
        if entry.before not in old_ids
    ]
    reached = {name for _, name, _, _ in pairs}
    pairs += [(None, name, "new", "") for name in new_ids if name not in reached]

    overrides: dict[str, dict[str, Any]] = {}
    for old, new, relation, _ in pairs:
        if old is not None and new is not None and relation == "exact" and old in enrolment.overrides:
            overrides[new] = enrolment.overrides[old]
    changed = replace(
        enrolment,
        pathway=after.id,
        version=after.version,
        variant=_kept(enrolment.variant, [variant.id for variant in after.variants]),
        from_stage=_kept(enrolment.from_stage, [stage.id for stage in after.stages]),
        overrides=overrides,
    )
    was = {standing.requirement: standing for standing in evaluate(before, enrolment, ledger, as_of)}
    becomes = {standing.requirement: standing for standing in evaluate(after, changed, ledger, as_of)}
    moved = tuple(
        Moved(
            old,
            new,
            _title(after, new) or _title(before, old) or "",
            relation,
            was.get(old or ""),
            becomes.get(new or ""),
            note,
        )
        for old, new, relation, note in pairs
    )
    used_before = {name for standing in was.values() for name in standing.used}
    used_after = {name for standing in becomes.values() for name in standing.used}
    idle = tuple(row.id for row in ledger.rows if row.id in used_before - used_after)
    return Move(changed, moved, len(ledger), idle)


def _kept(name: str | None, known: list[str]) -> str | None:
    return name if name in known else None


def _title(pathway: PathwayItem, identity: str | None) -> str | None:
    found = pathway.requirement(identity) if identity is not None else None
    return None if found is None else found.title
