"""A study's data: who agreed, without who they are; so that the validity of a score can be measured by
anyone.

Rows are attempts by people, one line each; people and sessions become random codes that are kept nowhere,
days become days since each person's first attempt, free text stays at home.
"""

from __future__ import annotations

import csv
import io
import json
import secrets
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from angiosuite import __version__
from angiosuite.content.case_id import case_parts
from angiosuite.kit.errors import RefusedInput, WrongUse
from angiosuite.kit.home import Home

from .attempt import PERSON
from .attempts import Attempt, Attempts

COLUMNS = (
    "participant", "group", "drill", "drill_hash", "occasion", "day", "patient", "mode", "help",
    "input_device", "seconds", "passed", "score", "gate", "goals", "stewardship", "faults", "angiosuite",
    "procedure", "variant", "level",
)  # fmt: skip
MEASURE_COLUMNS = ("participant", "drill", "occasion", "measure", "version", "of", "value", "unit")


@dataclass(frozen=True, slots=True)
class Participant:
    """One person who agreed to take part.

    Parameters
    ----------
    person : str
        Id of the person in this installation ("local" for the one person of a local one).
    group : str
        For example "novice" or "expert"; the study's own words.
    agreed_on : date
        Day of consent.
    """

    person: str
    group: str
    agreed_on: date


def read_participants(path: Path) -> list[Participant]:
    """The list of those who agreed: a CSV with the columns person, group, agreed_on.

    Raises
    ------
    RefusedInput
        When a column is missing, a day is no day, or somebody stands there twice; with the line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(
            "The list of participants cannot be read",
            code="participants-unreadable",
            where=str(path),
            value=type(error).__name__,
            way_out="Give a CSV file in UTF-8 with the columns person, group, agreed_on.",
        ) from error
    found: list[Participant] = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            one = Participant(
                row["person"].strip(), row["group"].strip(), date.fromisoformat(row["agreed_on"].strip())
            )
        except (KeyError, AttributeError, ValueError, TypeError) as error:
            raise _line(path, number, "needs person, group and the day of consent", dict(row)) from error
        if not one.person or not one.group:
            raise _line(path, number, "names nobody or no group", dict(row))
        if any(each.person == one.person for each in found):
            raise _line(path, number, "names a person twice", one.person)
        found.append(one)
    if not found:
        raise WrongUse(
            "Nobody agreed",
            code="participants-none",
            where=str(path),
            way_out="List those who signed the consent.",
        )
    return found


def _line(path: Path, number: int, problem: str, value: object) -> RefusedInput:
    return RefusedInput(
        f"A line of the list {problem}",
        code="participants-line",
        where=f"{path}:{number}",
        value=str(value)[:120],
        way_out="person,group,agreed_on — for example: local,novice,2026-11-29.",
    )


def export(
    home: Home, attempts: Attempts, participants: Sequence[Participant], local: str, target: Path
) -> dict[str, int]:
    """Write the data of those who agreed into a zip, whole or not at all; how much it holds.

    Attempts before the day of consent, tried again from a moment, made by a script or not finished are left
    out.

    Parameters
    ----------
    home : Home
        Whose sessions; the zip must not lie within it.
    attempts : Attempts
        All attempts.
    participants : sequence of Participant
        Those who agreed.
    local : str
        Id of the person whom sessions without an owner belong to.
    target : Path
        The zip.
    """
    if target.resolve().is_relative_to(home.root):
        raise WrongUse(
            "The data would lie in the home folder",
            code="study-target",
            value=str(target),
            way_out="Name a file elsewhere.",
        )
    agreed = {local if one.person == "local" else one.person: one for one in participants}
    by_person: dict[str, list[Attempt]] = {}
    for one in attempts.scan():
        person = one.owner or local
        if person in agreed and _is_taken(one, agreed[person]):
            by_person.setdefault(person, []).append(one)
    people = sorted(by_person)
    secrets.SystemRandom().shuffle(people)
    rows: list[dict[str, Any]] = []
    measures: list[dict[str, Any]] = []
    for number, person in enumerate(people, 1):
        code = f"P{number:03d}"
        for row, more in _rows(code, agreed[person].group, by_person[person]):
            rows.append(row)
            measures += more
    about = {"angiosuite": __version__, "participants": len(people), "attempts": len(rows)}
    partial = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("attempts.csv", _csv(COLUMNS, rows))
            out.writestr("measures.csv", _csv(MEASURE_COLUMNS, measures))
            out.writestr("about.json", json.dumps(about, indent=1))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return {"participants": len(people), "attempts": len(rows), "measures": len(measures)}


def _is_taken(one: Attempt, agreed: Participant) -> bool:
    made = datetime.fromisoformat(one.facts.on).date()
    whole = one.judgement is not None and one.facts.operator == PERSON and one.facts.branched_from is None
    return whole and made >= agreed.agreed_on


def _rows(
    code: str, group: str, attempts: Iterable[Attempt]
) -> Iterable[tuple[dict[str, Any], list[dict[str, Any]]]]:
    ordered = sorted(attempts, key=lambda one: one.facts.on)
    first = datetime.fromisoformat(ordered[0].facts.on).date()
    occasions: dict[str, int] = {}
    for one in ordered:
        facts, judged = one.facts, one.judgement or {}
        occasion = occasions[facts.drill] = occasions.get(facts.drill, 0) + 1
        parts = {part["id"]: part["points"] for part in judged["parts"]}
        row = {
            "participant": code,
            "group": group,
            "drill": facts.drill,
            "drill_hash": facts.drill_hash[:12],
            "occasion": occasion,
            "day": (datetime.fromisoformat(facts.on).date() - first).days,
            "patient": facts.patient,
            "mode": facts.mode,
            "help": judged["help"]["level"],
            "input_device": judged.get("input_device"),
            "seconds": judged.get("duration_s"),
            "passed": int(bool(judged["passed"])),
            "score": judged["score"],
            "gate": int(bool(judged["gate"]["passed"])),
            "goals": parts.get("goals"),
            "stewardship": parts.get("stewardship"),
            "faults": len(judged["faults"]),
            "angiosuite": one.judged_by,
            **(case._asdict() if (case := case_parts(facts.drill)) is not None else {}),
        }
        key = {"participant": code, "drill": facts.drill, "occasion": occasion}
        yield (
            row,
            [
                {
                    **key,
                    "measure": m["id"],
                    **{name: m.get(name) for name in ("version", "of", "value", "unit")},
                }
                for m in judged["measures"]
            ],
        )


def _csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
