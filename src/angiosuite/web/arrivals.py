"""CTs that arrive: built as patients, looked at by a person, then accepted or discarded.

The uploaded files stay in a scratch folder of this server while another series or another orientation can
still be asked for: until the person decides, the server ends, or `KEPT_S` has passed. An unchecked patient
outlives the server; its import is then found again by the id in its chart, without the files.
"""

from __future__ import annotations

import os
import shutil
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psutil

from angiosuite.kit.errors import RefusedInput, WrongUse
from angiosuite.kit.home import Home
from angiosuite.runtime.jobs import Job, Jobs

from .answers import NotFound
from .live import NotNow

if TYPE_CHECKING:
    from angiosuite.patients.record import PatientRecord
    from angiosuite.patients.store import PatientStore
    from angiosuite.patients.turn import Turn

KEPT_S = 4 * 3600.0
"""Longest time that uploaded files wait for a decision, seconds."""
MOST_KEPT, MOST_REMEMBERED = 4, 50
"""Uploads that wait at once, and imports that are remembered; the oldest go first."""

State = Literal["working", "to-check", "accepted", "discarded", "refused", "stopped"]


@dataclass(slots=True)
class Arrival:
    """One CT on its way to a patient; `built` is the series and turn of the patient that is there."""

    id: str
    source: Path | None = None
    path: Path | None = None
    job: Job | None = None
    patient_id: str | None = None
    series: str | None = None
    turn: Turn | None = None
    built: tuple[str | None, Turn | None] = (None, None)
    inspection: dict[str, Any] | None = None
    refusal: dict[str, Any] | None = None
    timer: threading.Timer | None = field(default=None, repr=False)

    @property
    def is_working(self) -> bool:
        """Whether a patient is being made."""
        return self.job is not None and not self.job.ended.is_set()

    def release(self) -> None:
        """Let the uploaded files go."""
        if self.timer is not None:
            self.timer.cancel()
        source, self.source, self.path = self.source, None, None
        if source is not None:
            shutil.rmtree(source, ignore_errors=True)


class Arrivals:
    """The imports of one server."""

    def __init__(self, home: Home, jobs: Jobs) -> None:
        self._home, self._jobs = home, jobs
        self._lock = threading.Lock()
        self._arrivals: dict[str, Arrival] = {}

    @property
    def store(self) -> PatientStore:
        """The patients of this home; imported at the first question, so that the server starts at once."""
        from angiosuite.patients.store import PatientStore

        return PatientStore(self._home)

    def scratch(self) -> Path:
        """A folder for the files of one upload, which names this process as its owner."""
        return self._home.scratch(f"upload-{os.getpid()}")

    def sweep(self) -> None:
        """Remove uploads of servers that are gone; called at the start, when this one has none yet."""
        for entry in self._home.tmp.glob("upload-*"):
            owner = entry.name.split("-")[1]
            if owner.isdigit() and (int(owner) == os.getpid() or not psutil.pid_exists(int(owner))):
                shutil.rmtree(entry, ignore_errors=True)

    def close(self) -> None:
        """Let all uploaded files go."""
        for arrival in list(self._arrivals.values()):
            arrival.release()

    def refuse_when_busy(self) -> None:
        """One import at a time: each takes both cores and much memory."""
        if any(arrival.is_working for arrival in self._arrivals.values()):
            raise NotNow(
                "Another CT is being imported",
                code="import-busy",
                where="imports",
                way_out="Wait until it is done, or stop it.",
            )

    def begin(self, source: Path, path: Path) -> Arrival:
        """Import what was uploaded; the files are owned from here on."""
        arrival = Arrival(uuid.uuid4().hex[:12], source, path)
        with self._lock:
            self._arrivals[arrival.id] = arrival
            self._forget()
        self._work(arrival)
        return arrival

    def _forget(self) -> None:
        """Keep the number of waiting uploads and of remembered imports bounded, oldest first."""
        at_rest = [one for one in self._arrivals.values() if not one.is_working]
        waiting = [one for one in at_rest if one.source is not None and one.job is not None]
        for arrival in waiting[: max(0, len(waiting) - MOST_KEPT + 1)]:
            arrival.release()
        for arrival in at_rest[: max(0, len(self._arrivals) - MOST_REMEMBERED)]:
            arrival.release()
            del self._arrivals[arrival.id]

    def list(self) -> list[Arrival]:
        """Imports since the server started, and unchecked patients of earlier ones, newest last."""
        earlier = [
            self._earlier(record)
            for record in self.store.list()
            if not record.checked and record.import_id not in self._arrivals
        ]
        return [*(one for one in earlier if one is not None), *self._arrivals.values()]

    def get(self, import_id: str) -> Arrival:
        """One import; `NotFound` when there is none."""
        found = self._arrivals.get(import_id)
        if found is None:
            found = next((one for one in self.list() if one.id == import_id), None)
        if found is None:
            raise NotFound("import", import_id)
        return found

    def _earlier(self, record: PatientRecord) -> Arrival | None:
        return None if record.import_id is None else Arrival(record.import_id, patient_id=record.id)

    def record(self, arrival: Arrival) -> PatientRecord | None:
        """The patient that came of it, as long as there is one."""
        if arrival.patient_id is None:
            return None
        try:
            return self.store.get(arrival.patient_id)
        except WrongUse:
            return None

    def state(self, arrival: Arrival) -> State:
        """How far it is; what the store holds decides."""
        return self.seen(arrival)[0]

    def seen(self, arrival: Arrival) -> tuple[State, PatientRecord | None]:
        """How far it is, and the patient of that very moment.

        Work is asked for first: what ends just after is told as working, never as done without its patient.
        """
        working = arrival.is_working
        record = self.record(arrival)
        if working:
            return "working", record
        if record is not None:
            return ("accepted" if record.checked else "to-check"), record
        if arrival.patient_id is not None:
            return "discarded", None
        return ("stopped" if arrival.refusal is None else "refused"), None

    # ---- what a person decides ---------------------------------------------------------------------

    def accept(self, arrival: Arrival) -> None:
        """The patient may be used; the files go."""
        self._unless_working(arrival)
        if self.state(arrival) not in ("to-check", "accepted") or arrival.patient_id is None:
            raise NotNow(
                "There is no patient to accept",
                code="import-without-patient",
                where=arrival.id,
                way_out="Import a CT first.",
            )
        self.store.accept(arrival.patient_id)
        arrival.release()

    def discard(self, arrival: Arrival) -> None:
        """Stop the work; or move the unchecked patient to the trash, or forget what came to nothing."""
        if arrival.is_working and arrival.job is not None:
            self._jobs.cancel(arrival.job.id)
            return
        if self.state(arrival) == "to-check" and arrival.patient_id is not None:
            self.store.delete(arrival.patient_id)
        elif arrival.patient_id is None:
            self._arrivals.pop(arrival.id, None)
        arrival.release()

    def rebuild(self, arrival: Arrival, *, series: str | None = None, turn: Turn | None = None) -> None:
        """Make the patient again of the same files: of another series, or turned further."""
        from angiosuite.patients.turn import STRAIGHT

        self._unless_working(arrival)
        self.refuse_when_busy()
        if arrival.path is None or self.state(arrival) in ("accepted", "discarded"):
            raise NotNow(
                "The files of this import are no longer here",
                code="import-files-gone",
                where=arrival.id,
                way_out="Import the CT again; accept or discard this one first.",
            )
        if series is not None:
            known = {one["key"]: one for one in (arrival.inspection or {}).get("series", ())}
            if series not in known or not known[series]["usable"]:
                raise RefusedInput(
                    "This series cannot be used",
                    code="series-not-usable",
                    where="key",
                    value=series,
                    way_out="Choose one that the list calls usable.",
                )
            arrival.series, arrival.turn = series, STRAIGHT
        if turn is not None:
            arrival.turn = (arrival.turn or STRAIGHT).then(turn)
        self._work(arrival)

    def _unless_working(self, arrival: Arrival) -> None:
        if arrival.is_working:
            raise NotNow(
                "The patient is still being made",
                code="import-working",
                where=arrival.id,
                way_out="Wait until it is done, or stop it.",
            )

    # ---- the work ----------------------------------------------------------------------------------

    def _work(self, arrival: Arrival) -> None:
        if arrival.timer is not None:
            arrival.timer.cancel()
        arguments: dict[str, Any] = {
            "home": str(self._home.root),
            "path": str(arrival.path),
            "series": arrival.series,
            "check": arrival.id,
            "replaces": arrival.patient_id,
        }
        if arrival.turn is not None:
            arguments |= {"axes": arrival.turn.axes, "flips": arrival.turn.flips}
        arrival.refusal = None
        arrival.job = self._jobs.start(
            "angiosuite.runtime.preparation:import_patient",
            arguments,
            name="import",
            title="Import a CT",
            finished=lambda job: self._finished(arrival, job),
        )

    def _finished(self, arrival: Arrival, job: Job) -> None:
        outcome = job.result if isinstance(job.result, dict) else {}
        arrival.refusal = outcome.get("refusal") or (job.error if job.state == "failed" else None)
        arrival.inspection = outcome.get("inspection") or arrival.inspection
        arrival.patient_id = outcome.get("patient_id") or arrival.patient_id
        if job.state == "done" and outcome.get("patient_id"):
            arrival.built = arrival.series, arrival.turn
        else:
            arrival.series, arrival.turn = arrival.built
        if self._may_choose_again(arrival):
            arrival.timer = threading.Timer(KEPT_S, arrival.release)
            arrival.timer.daemon = True
            arrival.timer.start()
        else:
            arrival.release()

    def _may_choose_again(self, arrival: Arrival) -> bool:
        """Whether something else could still be made of the files."""
        record = self.record(arrival)
        if record is not None:
            return not record.checked
        seen = (arrival.inspection or {}).get("series", ())
        return any(one["usable"] and one["key"] != (arrival.inspection or {}).get("chosen") for one in seen)
