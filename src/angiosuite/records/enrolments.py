"""Enrolments: who is on which version of which pathway; changed by further entries, ended, never removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from angiosuite.kit.enrolment import Enrolment, Fte, Leave
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal, Visibility

from .database import Database
from .faults import NotThere
from .ledger import Action, Entry, Ledger, Place


class EnrolmentForm:
    """An enrolment in the ledger; its kind says no more than that it is one, its day is its first."""

    def place(self, value: Enrolment) -> tuple[str, date, Visibility]:
        """Private for good: what others may see of a way is a matter of the evidence."""
        return "enrolment", value.start, Visibility.PRIVATE

    def body(self, value: Enrolment) -> dict[str, Any]:
        """All fields but id, owner and start."""
        return {
            "pathway": value.pathway,
            "version": value.version,
            "variant": value.variant,
            "from_stage": value.from_stage,
            "fte": [[f.since.isoformat(), f.fraction] for f in value.fte],
            "leave": [[x.since.isoformat(), x.until.isoformat(), x.kind, x.why] for x in value.leave],
            "extension_months": value.extension_months,
            "ended": value.ended.isoformat() if value.ended else None,
            "overrides": value.overrides,
        }

    def value(self, place: Place, body: dict[str, Any]) -> Enrolment:
        """The enrolment."""
        iso = date.fromisoformat
        return Enrolment(
            id=place.id,
            owner=place.owner,
            pathway=body["pathway"],
            version=body["version"],
            start=place.day,
            variant=body["variant"],
            from_stage=body["from_stage"],
            fte=tuple(Fte(iso(since), fraction) for since, fraction in body["fte"]),
            leave=tuple(
                Leave(iso(since), iso(until), kind, why) for since, until, kind, why in body["leave"]
            ),
            extension_months=body["extension_months"],
            ended=iso(body["ended"]) if body["ended"] else None,
            overrides=body["overrides"],
        )


class Enrolments:
    """All enrolments of all people; one person may have several."""

    def __init__(self, database: Database) -> None:
        self._ledger: Ledger[Enrolment] = Ledger(database, "enrolment", EnrolmentForm())

    def add(self, principal: Principal, enrolment: Enrolment) -> Enrolment:
        """Enrol the caller; the id is made here."""
        if enrolment.owner not in ("", principal.person):
            raise NotThere("person", enrolment.owner)
        return self._ledger.add(principal, [replace(enrolment, owner=principal.person)])[0]

    def change(self, principal: Principal, name: str, enrolment: Enrolment, reason: str = "") -> Enrolment:
        """Let an enrolment say something else from now on: leave, part-time, another version, overrides."""
        return self._ledger.append(
            principal,
            name,
            Action.CORRECT,
            reason,
            lambda piece: replace(enrolment, id=piece.id, owner=piece.owner),
        )

    def end(self, principal: Principal, name: str, on: date, reason: str = "") -> Enrolment:
        """Say that the caller left or finished on this day."""

        def ended(old: Enrolment) -> Enrolment:
            if on < old.start:
                raise RefusedInput(
                    "An enrolment ends on or after its first day",
                    code="enrolment-ends-before-start",
                    where="on",
                    value=on.isoformat(),
                    way_out=f"It began on {old.start.isoformat()}.",
                )
            return replace(old, ended=on)

        return self._ledger.append(principal, name, Action.CORRECT, reason, lambda p: ended(p.value))

    def withdraw(self, principal: Principal, name: str, reason: str) -> Enrolment:
        """Take back an enrolment that was a mistake."""
        return self._ledger.append(principal, name, Action.WITHDRAW, reason, lambda piece: piece.value)

    def get(self, principal: Principal, name: str) -> Enrolment:
        """One enrolment as it stands."""
        piece = self._ledger.piece(principal, name)
        if piece.withdrawn:
            raise NotThere("enrolment", name)
        return piece.value

    def history(self, principal: Principal, name: str) -> tuple[Entry[Enrolment], ...]:
        """All entries, oldest first."""
        return self._ledger.history(principal, name)

    def list(self, principal: Principal, owner: str | None = None) -> tuple[Enrolment, ...]:
        """Enrolments of a person (the caller when None) that the caller may read, latest start first."""
        return tuple(piece.value for piece in self._ledger.pieces(principal, owner))
