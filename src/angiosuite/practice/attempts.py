"""All attempts of a home folder: begun, gone on with, branched; found again by scanning."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import Library
from angiosuite.kit.errors import AngiosuiteError, WrongUse
from angiosuite.kit.home import Home
from angiosuite.kit.ids import is_safe_id, session_id
from angiosuite.runtime.base import SessionSpec
from angiosuite.suite.branching import branch

from .attempt import PERSON, AttemptFacts, AttemptFolder, Mode, State
from .bands import shipped


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as lists show it.

    Parameters
    ----------
    facts : AttemptFacts
        Which drill, patient and seed.
    owner : str
        Id of the person whose session it is; empty for the local one.
    state : {"going", "finished", "judged"}
        How far it is.
    judgement : dict or None
        The judgement that was kept, as plain JSON.
    assessed_itself : bool
        Whether the self-assessment was given or passed over, after which the score is told.
    judged_by : str
        Version of the program that judged it.
    """

    facts: AttemptFacts
    owner: str
    state: State
    judgement: dict[str, Any] | None
    assessed_itself: bool = True
    judged_by: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether it passed; None before it is judged."""
        return None if self.judgement is None else bool(self.judgement["passed"])

    @property
    def help_level(self) -> int:
        """Highest hint that was taken."""
        return 0 if self.judgement is None else int(self.judgement["help"]["level"])

    def told(self) -> dict[str, Any]:
        """For the page; the score only after the self-assessment."""
        facts, judged = self.facts, self.judgement if self.assessed_itself else None
        return {
            "id": facts.id,
            "drill": facts.drill,
            "title": facts.title,
            "on": facts.on,
            "patient": {"id": facts.patient, "title": facts.patient_title},
            "mode": facts.mode,
            "state": "finished" if self.state == "judged" and judged is None else self.state,
            "passed": None if judged is None else self.passed,
            "score": None if judged is None else judged["score"],
            "help": None if judged is None else judged["help"]["level"],
            "input_device": None if judged is None else judged.get("input_device"),
            "branched_from": facts.branched_from,
            "operator": facts.operator,
            "challenge": facts.challenge,
            "seed": facts.seed,
        }


class Attempts:
    """Attempts in the sessions of a home folder.

    Parameters
    ----------
    home : Home
        Whose sessions.
    content : callable
        Gives the library as it was read last.
    """

    def __init__(self, home: Home, content: Callable[[], Library]) -> None:
        self._home, self._content = home, content
        self._known: dict[str, tuple[tuple[int, int], Attempt]] = {}

    def of(self, owners: Sequence[str], drill: str | None = None) -> list[Attempt]:
        """Attempts of a person (all ids that mean the person), newest first; scripted ones are left out."""
        found = (one for one in self.scan() if one.owner in owners and one.facts.operator == PERSON)
        return [one for one in found if drill is None or one.facts.drill == drill]

    def scan(self) -> Iterator[Attempt]:
        """Every attempt that can be read, newest first; one that has not changed is not read again."""
        for path in sorted(self._home.sessions.iterdir(), reverse=True):
            folder = AttemptFolder(path)
            if is_safe_id(path.name) and folder.exists:
                try:
                    yield self._read_once(folder)
                except (AngiosuiteError, OSError):
                    continue

    def _read_once(self, folder: AttemptFolder) -> Attempt:
        name, changed_ns = folder.path.name, folder.kept.stat().st_mtime_ns
        known = self._known.get(name)
        if known is not None and known[1].state == "judged" and known[0][0] == changed_ns:
            return known[1]
        stamp = (changed_ns, folder.session.log.stat().st_mtime_ns if folder.session.log.is_file() else 0)
        if known is None or known[0] != stamp:
            known = self._known[name] = (stamp, self.read(folder))
        return known[1]

    @staticmethod
    def read(folder: AttemptFolder) -> Attempt:
        """One attempt; `RefusedInput` when its files cannot be read.

        What it was judged as counts as soon as it is over; it is told once the self-assessment was given or
        passed over, as in the debrief.
        """
        kept = folder.read("judgement")
        judgement = kept["judgement"] if isinstance(kept, dict) and "judgement" in kept else None
        owner = folder.session.facts().owner
        itself = folder.read("self") is not None
        by = str(kept.get("version", "")) if isinstance(kept, dict) else ""
        return Attempt(folder.facts(), owner, folder.state(), judgement, itself, by)

    def begin(
        self,
        drill: str,
        patient: str,
        mode: Mode,
        owner: str,
        seed: int | None = None,
        challenge: str = "",
        patient_title: str = "",
    ) -> SessionSpec:
        """A new attempt's folder and what a host needs to open its session.

        Raises
        ------
        WrongUse
            When the drill is not known or not made for this patient; nothing then remains.
        """
        loaded = self._content().drill(drill)
        item = loaded.item
        assert isinstance(item, DrillItem)
        if patient not in item.patients:
            raise WrongUse(
                "The drill is not made for this patient",
                code="drill-patient",
                where=drill,
                value=patient,
                way_out=f"Choose {', '.join(item.patients)}.",
            )
        now = datetime.now(UTC)
        name = session_id(now)
        chosen = seed if seed is not None else int(now.timestamp() * 1000) % 2**31
        folder = AttemptFolder(self._home.sessions / name)
        facts = AttemptFacts(
            id=name,
            drill=drill,
            drill_hash=loaded.content_hash,
            title=item.title,
            patient=patient,
            patient_title=patient_title or patient,
            seed=chosen,
            mode=mode,
            on=now.isoformat(timespec="seconds"),
            challenge=challenge,
        )
        task = item.task(chosen, mode)
        folder.make(facts, item)
        bands = shipped(loaded.folder, item.banded_as(patient))
        folder.write("bands", {measure: asdict(band) for measure, band in bands.items()})
        return SessionSpec(
            name,
            str(self._home.root),
            str(folder.path),
            patient,
            chosen,
            create=True,
            equipment_id=item.equipment or "",
            owner=owner,
            task=task,
        )

    def branch(self, source: AttemptFolder, t_us: int, owner: str) -> str:
        """A new practice attempt that begins at a moment of another; its id."""
        before = source.facts()
        now = datetime.now(UTC)
        name = session_id(now)
        into = self._home.sessions / name
        try:
            branch(source.path, t_us, into, owner)
            facts = AttemptFacts(
                id=name,
                drill=before.drill,
                drill_hash=before.drill_hash,
                title=before.title,
                patient=before.patient,
                patient_title=before.patient_title,
                seed=before.seed,
                mode="practice",
                on=now.isoformat(timespec="seconds"),
                branched_from={"attempt": before.id, "t_us": t_us},
            )
            AttemptFolder(into).make(facts, source.drill())
        except BaseException:
            shutil.rmtree(into, ignore_errors=True)
            raise
        return name

    def folder(self, name: str) -> AttemptFolder | None:
        """The folder of an attempt by its id; None when there is none."""
        if not is_safe_id(name):
            return None
        folder = AttemptFolder(self._home.sessions / name)
        return folder if folder.exists else None
