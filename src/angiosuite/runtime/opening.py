"""From a session's specification, or its folder, to a running session."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from angiosuite.kit import kernel_cache
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.home import Home

from .base import SessionSpec

if TYPE_CHECKING:
    from angiosuite.suite.room import Room
    from angiosuite.suite.session import Session


def open_session(spec: SessionSpec) -> Session:
    """Make a session, or come back to it as its folder has it."""
    home = Home(Path(spec.home)).open()
    kernel_cache.activate(home.kernels, spec.threads)
    from angiosuite.suite.opening import create_session, resume_session

    folder = Path(spec.folder)
    if spec.create:
        room = make_room(home, spec.patient_id, spec.equipment_id)
        return create_session(folder, room, spec.seed, owner=spec.owner, task=spec.task)
    return resume_session(folder, room_of(home, folder))


def settle(spec: SessionSpec) -> None:
    """Load the compiled kernels by a moment's use, so that the first press finds them loaded."""
    from .rehearsal import rehearse

    scratch = Home(Path(spec.home)).open().scratch("settle")
    try:
        rehearse(scratch, lambda step, share: None, steps=2)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def room_of(home: Home, folder: Path) -> Room:
    """The patient and machine that a recorded session was made with."""
    from angiosuite.suite.folder import SessionFolder

    facts = SessionFolder(folder).facts()
    return make_room(home, facts.patient_id, facts.equipment_id, facts.patient_hash)


def make_room(home: Home, patient_id: str, equipment_id: str = "", patient_hash: str | None = None) -> Room:
    """A patient of the store in front of a machine (the first that there is, when none is named).

    `patient_hash` asks for the very body that a recorded session was made with.
    """
    from angiosuite.content.loader import load_library
    from angiosuite.content.packs import directories_of
    from angiosuite.patients.store import PatientStore
    from angiosuite.suite.room import Room

    library = load_library(directories_of(home))
    machines = library.items["equipment"]
    if not equipment_id and not machines:
        raise WrongUse("No equipment is installed", code="no-equipment", way_out="See: angiosuite check.")
    chosen = equipment_id or sorted(machines)[0]
    equipment = library.equipment(chosen)
    store = PatientStore(home)
    record = store.get(patient_id)
    body = store.open(patient_id, patient_hash)
    return Room(
        patient_id,
        record.title,
        body,
        equipment,
        machines[chosen].content_hash,
        record.about(),
        library,
        partial(store.vessels, patient_id, body.content_hash),
        home.cache,
    )
