"""One attempt at a drill: a session's folder with a sub-folder of what practice keeps beside the log.

`practice/attempt.json` says which drill, patient and seed; `practice/drill.json` holds the drill as it was,
so that a later edit never changes what was asked. All else is written by the debrief: the self-assessment,
the judgement, notes, takeaways, disputes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from angiosuite.content.case import drill_from
from angiosuite.content.drill import DrillItem
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import atomic_write
from angiosuite.kit.log import Entry, read_entries
from angiosuite.suite.folder import SessionFolder

Mode = Literal["practice", "assessed"]
State = Literal["going", "finished", "judged"]
PERSON = "person"
FORMAT = 1
"""Version of the files in `practice/`."""


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """What an attempt is, as its `attempt.json` says.

    Parameters
    ----------
    id : str
        Name of the session's folder.
    drill, drill_hash, title : str
        The drill as it was.
    patient, seed
        Id of the patient, and the root of all that was drawn.
    mode : {"practice", "assessed"}
        As it was chosen; a branch is always practice.
    on : str
        When it began, ISO, UTC.
    operator : str
        "person", or the name of the scripted operator that made it.
    branched_from : mapping or None
        ``{"attempt": …, "t_us": …}`` of one that was tried again from a moment.
    challenge : str
        Who set it, when it came as a file; empty otherwise.
    """

    id: str
    drill: str
    drill_hash: str
    title: str
    patient: str
    patient_title: str
    seed: int
    mode: Mode
    on: str
    operator: str = PERSON
    branched_from: Mapping[str, Any] | None = None
    challenge: str = ""
    format: int = FORMAT


class AttemptFolder:
    """Reads and writes what practice keeps of one attempt; the folder is the truth.

    Parameters
    ----------
    path : Path
        The session's folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.session = SessionFolder(path)
        self.kept = path / "practice"

    @property
    def exists(self) -> bool:
        """Whether this session is an attempt at a drill."""
        return (self.kept / "attempt.json").is_file()

    def make(self, facts: AttemptFacts, drill: DrillItem) -> None:
        """Begin an attempt: its facts and the drill as it is now."""
        self.kept.mkdir(parents=True, exist_ok=True)
        self.write("drill", drill.model_dump(mode="json", by_alias=True))
        self.write("attempt", asdict(facts))

    def facts(self) -> AttemptFacts:
        """What `attempt.json` says.

        Raises
        ------
        RefusedInput
            When it is not there or cannot be read.
        """
        try:
            return AttemptFacts(**json.loads((self.kept / "attempt.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise RefusedInput(
                "This is not an attempt at a drill",
                code="attempt-unreadable",
                where=self.path.name,
                value=type(error).__name__,
                way_out="Its session can still be opened and reviewed.",
            ) from error

    def drill(self) -> DrillItem:
        """The drill as it was when the attempt began."""
        try:
            text = (self.kept / "drill.json").read_text("utf-8")
            return drill_from(text)
        except (OSError, ValueError, TypeError) as error:
            raise RefusedInput(
                "The drill of this attempt cannot be read",
                code="attempt-drill-unreadable",
                where=self.path.name,
                value=type(error).__name__,
                way_out="It was made by another version, or its file was changed; the replay still works.",
            ) from error

    def read(self, name: str) -> Any:
        """A file of `practice/` as plain JSON; None when it is not there or torn."""
        try:
            return json.loads((self.kept / f"{name}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, name: str, value: Any) -> None:
        """Write a file of `practice/`, whole or not at all."""
        self.kept.mkdir(parents=True, exist_ok=True)
        atomic_write(self.kept / f"{name}.json", json.dumps(value, ensure_ascii=False, indent=1))

    def entries(self) -> list[Entry]:
        """The whole lines of its log."""
        return list(read_entries(self.session.log)) if self.session.log.is_file() else []

    def is_finished(self) -> bool:
        """Whether the learner said that it is done; read from the log's end, which it is near to."""
        try:
            with open(self.session.log, "rb") as f:
                f.seek(0, 2)
                f.seek(max(f.tell() - TAIL_BYTES, 0))
                return b'"kind":"event","name":"task-finished"' in f.read()
        except OSError:
            return False

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done in it: it was finished, or a script made it."""
        return self.is_finished() or self.facts().operator != PERSON

    def state(self) -> State:
        """Going, finished, or judged."""
        if (self.kept / "judgement.json").is_file():
            return "judged"
        return "finished" if self.is_finished() else "going"


TAIL_BYTES = 262_144
"""Nothing but a few lines follows the end of a task: the session pauses there."""
