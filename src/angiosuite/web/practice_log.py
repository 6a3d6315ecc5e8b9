"""Practice in the suite as evidence: handed in when a session rests, or at the next start."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from angiosuite.content.loader import Library
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.evidence import EvidenceKind
from angiosuite.kit.home import Home
from angiosuite.kit.ids import is_safe_id
from angiosuite.kit.people import Principal
from angiosuite.practice.attempt import PERSON, AttemptFolder
from angiosuite.practice.bands import OwnBands
from angiosuite.practice.debrief import debrief_of
from angiosuite.practice.evidence import evidence_of
from angiosuite.records.evidence import EvidenceStore
from angiosuite.suite.folder import SessionFolder
from angiosuite.suite.moments import Moments

log = logging.getLogger("angiosuite.web")


class PracticeLog:
    """Hands sessions to the store of evidence, one after the other, away from the server's event loop.

    Parameters
    ----------
    home : Home
        Whose sessions.
    store : EvidenceStore
        The sink.
    local : callable
        The person to whom a session without an owner belongs.
    content : callable
        Gives the library as it was read last.
    bands : OwnBands
        A programme's own bands.
    """

    def __init__(
        self,
        home: Home,
        store: EvidenceStore,
        local: Callable[[], Principal],
        content: Callable[[], Library],
        bands: OwnBands,
    ) -> None:
        self._home, self._store, self._local = home, store, local
        self._content, self._bands = content, bands
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._sweep: threading.Thread | None = None

    def start(self) -> None:
        """Begin to hand in what a killed server left behind."""
        self._sweep = threading.Thread(target=self.sweep, name="practice", daemon=True)
        self._sweep.start()

    def close(self) -> None:
        """Stop after the session at hand."""
        self._stopped.set()
        if self._sweep is not None:
            self._sweep.join(timeout=30.0)

    def sweep(self) -> None:
        """Every session whose log is newer than its evidence."""
        for path in sorted(self._home.sessions.iterdir()):
            if self._stopped.is_set():
                return
            if is_safe_id(path.name) and self._is_newer(path):
                self.record(path.name)

    def record(self, session_id: str) -> None:
        """Hand one session in; a fault is logged and stops nothing."""
        path = self._home.sessions / session_id
        try:
            with self._lock:
                self._hand_in(path)
        except AngiosuiteError as error:
            log.warning("practice of session %s was not recorded: %s", session_id, error)

    def _hand_in(self, path: Path) -> None:
        from angiosuite.runtime.practised import hand_in

        folder, owner = AttemptFolder(path), self._owner(path)
        if not folder.exists:
            hand_in(path, owner, self._store)
            return
        Moments(path)  # makes the index that a scrubber needs, so that no first seek waits for it
        if folder.is_finished() and folder.facts().operator == PERSON:
            debrief_of(folder, self._content(), self._bands).judged()  # it counts, opened or not
        evidence = evidence_of(folder, owner.person)
        if evidence is not None:
            self._store.put(owner, evidence)

    def _owner(self, path: Path) -> Principal:
        owner = SessionFolder(path).facts().owner
        return Principal(owner) if owner else self._local()

    def _is_newer(self, path: Path) -> bool:
        try:
            changed_s = (path / "log.jsonl").stat().st_mtime
            pieces = self._store.list(self._owner(path), kinds=(EvidenceKind.SUITE_PRACTICE,), limit=100_000)
        except (OSError, AngiosuiteError):
            return False
        recorded = [piece.recorded_at for piece in pieces if piece.source == f"suite:{path.name}"]
        return not recorded or recorded[0] is None or recorded[0].timestamp() < changed_s
