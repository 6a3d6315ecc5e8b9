"""Who lies on the table, for scripts and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.kit.home import Home
from angiosuite.patients.record import PatientRecord
from angiosuite.patients.store import PatientStore

Progress = Callable[[str, float], None]


def _quiet(step: str, fraction: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of the home folder with the body that X-rays see."""

    id: str
    title: str
    body: Body
    about: Mapping[str, Any] = field(default_factory=dict)
    grow_vessels: Callable[[], VesselGraph] | None = field(default=None, repr=False)
    """Gives the vessels; some seconds the first time, from the patient's folder afterwards."""

    @classmethod
    def builtin(
        cls,
        patient_id: str | None = None,
        spacing_mm: float = 1.5,
        home: Path | None = None,
        progress: Progress = _quiet,
    ) -> Patient:
        """A built-in patient; grown on first use (under a minute), from the cache afterwards.

        Parameters
        ----------
        patient_id : str, optional
            Id of the content item (`angiosuite list patients`); the default patient when None.
        spacing_mm : float
            Edge of the voxels, mm: 1.5, or 1.2 for the finest pictures.
        home : Path, optional
            Another home folder.
        progress : callable
            Told a step's name and a fraction.
        """
        store = PatientStore(Home(home).open())
        record = store.ensure_builtin(patient_id, spacing_mm, progress)
        return cls._of(store, record, store.open(record.id, record.content_hash))

    @classmethod
    def stored(cls, patient_id: str, content_hash: str | None = None, home: Path | None = None) -> Patient:
        """A patient that is there already; with a hash, the very body that a session was made with."""
        store = PatientStore(Home(home).open())
        record = store.get(patient_id)
        return cls._of(store, record, store.open(patient_id, content_hash))

    @classmethod
    def imported(cls, path: Path | str, home: Path | None = None, progress: Progress = _quiet) -> Patient:
        """Import a plain CT (folder, zip or NIfTI) and take it as the patient.

        Raises
        ------
        RefusedInput
            With the reason, when the input is not a plain CT; nothing then remains.
        """
        store = PatientStore(Home(home).open())
        record = store.import_path(Path(path), progress)
        return cls._of(store, record, store.open(record.id))

    @classmethod
    def _of(cls, store: PatientStore, record: PatientRecord, body: Body) -> Patient:
        grow = partial(store.vessels, record.id, body.content_hash)
        return cls(record.id, record.title, body, record.about(), grow)
