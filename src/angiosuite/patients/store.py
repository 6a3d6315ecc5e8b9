"""`PatientStore`: list, open, import, build, remove and bring back the patients of one home."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from angiosuite.anatomy.body import Body, load_body
from angiosuite.content.loader import Library, LoadedItem, load_library
from angiosuite.content.packs import directories_of
from angiosuite.content.patient import PatientItem
from angiosuite.dicom.refusal import IsCancelled, Progress, never, silent
from angiosuite.kit.errors import RefusedInput, WrongUse, did_you_mean
from angiosuite.kit.home import Home, size_of
from angiosuite.kit.ids import is_safe_id
from angiosuite.kit.stored_folder import StoredFolderError
from angiosuite.patients import preview, shelf
from angiosuite.patients.chart import read_chart, write_chart
from angiosuite.patients.record import PatientRecord

if TYPE_CHECKING:
    from angiosuite.anatomy.vessels.graph import VesselGraph
    from angiosuite.dicom.inspection import Inspection
    from angiosuite.patients.importing import FirstPicture, Wish

_SCAN = (
    "source", "slices", "matrix", "ct_spacing_zyx_mm", "kvp", "kernel", "contrast_given",
    "series_found", "series_why", "turned",
)  # fmt: skip
"""Members of a chart that tell how a CT was made and read."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A patient made from a CT, and which series the input held."""

    record: PatientRecord
    inspection: Inspection


class PatientStore:
    """The patients below one home folder; the folders are the truth, nothing is indexed.

    Parameters
    ----------
    home : Home
        An opened home folder.
    directories : iterable of path, optional
        Content packs beside the built-in one; those that the settings file names when None.
    """

    def __init__(self, home: Home, directories: Iterable[Path | str] | None = None) -> None:
        self.home = home
        self._directories = None if directories is None else tuple(directories)

    def content(self) -> Library:
        """The content that built-in patients are grown from."""
        given = self._directories
        return load_library(directories_of(self.home) if given is None else given)

    def list(self) -> list[PatientRecord]:
        """Every patient: built-in ones first (the default one at the top), then imported ones by title."""
        shelf.sweep(self.home)
        items = self.content().items["patients"]
        grown = [self._builtin(loaded) for loaded in sorted(items.values(), key=_order)]
        folders = [path for path in self.home.patients.iterdir() if path.is_dir() and is_safe_id(path.name)]
        stored = [self._stored(folder) for folder in folders if folder.name not in items]
        return grown + sorted(stored, key=lambda record: (record.title, record.id))

    def get(self, patient_id: str) -> PatientRecord:
        """One patient.

        Raises
        ------
        WrongUse
            When there is none with this id; names the nearest.
        """
        items = self.content().items["patients"]
        if patient_id in items:
            return self._builtin(items[patient_id])
        folder = self._folder(patient_id)
        if not folder.is_dir():
            known = [*items, *(entry.name for entry in self.home.patients.iterdir() if entry.is_dir())]
            raise WrongUse(
                f"Patient '{patient_id}' is not known",
                code="patient-not-known",
                way_out=f"{did_you_mean(patient_id, known)} See: angiosuite list patients.".strip(),
            )
        return self._stored(folder)

    def open(self, patient_id: str, content_hash: str | None = None) -> Body:
        """The finest body of a patient, its voxels mapped from disk; or the one with a certain hash.

        Parameters
        ----------
        patient_id : str
        content_hash : str, optional
            Hash of the body that a recorded session was made with.

        Raises
        ------
        WrongUse
            When the patient is not known.
        RefusedInput
            When no body is built yet, none has the hash, or nobody has accepted the patient.
        """
        record = self.get(patient_id)
        if not record.checked:
            raise RefusedInput(
                "Nobody has looked at this CT yet",
                code="patient-not-checked",
                where=patient_id,
                way_out="Open its page under 'To check', and accept or discard it.",
            )
        for path in shelf.bodies_of(self._folder(patient_id)):
            try:
                body = load_body(path)
            except StoredFolderError:
                continue
            if content_hash in (None, body.content_hash):
                return body
        if content_hash is not None and record.is_ready:
            raise RefusedInput(
                "The patient has changed since then",
                code="patient-changed",
                where=patient_id,
                value=content_hash[:12],
                way_out="Its log and pictures can still be taken out: angiosuite export SESSION --to FOLDER.",
            )
        raise RefusedInput(
            "The patient is not built yet"
            if record.kind == "builtin"
            else "The patient's body cannot be read",
            code="patient-not-ready",
            where=patient_id,
            way_out="Wait for the build."
            if record.kind == "builtin"
            else "Delete the patient and import again.",
        )

    def vessels(self, patient_id: str, content_hash: str | None = None) -> VesselGraph:
        """The vessels of a patient: grown into a built-in body, or extracted from the imported CT.

        Made on first use (seconds), and kept. What the CT does not show comes from the default patient.

        Raises
        ------
        WrongUse
            When the patient is not known.
        RefusedInput
            As `open`; or nothing was kept of an imported CT's vessels.
        """
        from angiosuite.patients.vessels import vessels_of_body

        body = self.open(patient_id, content_hash)
        library = self.content()
        if patient_id not in library.items["patients"]:
            return self._filled(patient_id, body)
        return vessels_of_body(
            self._body_folder(patient_id, body), body, library.patient(patient_id), library
        )

    def _filled(self, patient_id: str, body: Body) -> VesselGraph:
        """An imported patient's own vessels, with those of the default patient where the CT shows none.

        Nothing is built for that: without the default patient's body the own ones are all there are.
        """
        from angiosuite.anatomy.vessels.extraction.template import filled, placed

        own = self.own_vessels(patient_id)
        with suppress(RefusedInput, WrongUse):
            default = self._item(None).item.id
            reference = self.vessels(default)
            if own.vessels:
                return filled(own, reference)
            return placed(own, reference, body.landmarks, self.open(default).landmarks)
        return own

    def own_vessels(self, patient_id: str, progress: Progress = silent) -> VesselGraph:
        """The vessels of an imported patient, extracted from its CT and corrected.

        Raises
        ------
        WrongUse
            When the patient is not known.
        RefusedInput
            When nothing was kept of the CT's vessels, or the patient is built in.
        """
        from angiosuite.patients.ct_vessels import vessels_of_import

        return vessels_of_import(self.folder_of_import(patient_id), progress)

    def folder_of_import(self, patient_id: str) -> Path:
        """The folder of an imported patient (see `patients.ct_vessels`).

        Raises
        ------
        WrongUse
            When the patient is not known.
        RefusedInput
            When it is built in.
        """
        if self.get(patient_id).kind == "builtin":
            raise RefusedInput(
                "The vessels of a built-in patient are not those of a CT",
                code="patient-builtin",
                where=patient_id,
                way_out="Only those of imported patients are extracted and corrected.",
            )
        return self._folder(patient_id)

    def _body_folder(self, patient_id: str, body: Body) -> Path:
        """Where a stored body lies."""
        for path in shelf.bodies_of(self._folder(patient_id)):
            with suppress(StoredFolderError):
                if load_body(path).content_hash == body.content_hash:
                    return path
        raise RefusedInput(
            "The patient's body is gone",
            code="patient-not-ready",
            where=patient_id,
            way_out="Build it again.",
        )

    def import_path(
        self, path: Path | str, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> PatientRecord:
        """Import a CT and accept it at once; see :meth:`bring_in`."""
        return self.bring_in(path, progress, cancelled).record

    def bring_in(
        self,
        path: Path | str,
        progress: Progress = silent,
        cancelled: IsCancelled = never,
        wish: Wish | None = None,
        picture: FirstPicture | None = None,
    ) -> Imported:
        """Import a CT (folder, zip, DICOMDIR medium, multi-frame file or NIfTI), whole or not at all.

        Parameters
        ----------
        path : path
            See `dicom.read_ct`.
        progress : callable
            ``progress(step, fraction)``, the fraction of the whole import.
        cancelled : callable
            Polled; true stops and leaves nothing.
        wish : Wish, optional
            Series, corrected orientation, and whether a person checks the patient first.
        picture : callable, optional
            Makes the first projection of the body, a JPEG that is kept with the preview.

        Raises
        ------
        RefusedInput
            When the input holds no CT that can be read.
        Cancelled
            When `cancelled` turned true.
        """
        from angiosuite.patients.importing import import_ct

        shelf.sweep(self.home)
        identity, volume = import_ct(self.home, Path(path), progress, cancelled, wish, picture)
        return Imported(self.get(identity), volume.inspection)

    def accept(self, patient_id: str) -> PatientRecord:
        """A person has looked at what was found in a CT: sessions may take the patient from now on."""
        record = self.get(patient_id)
        if not record.checked:
            folder = self._folder(patient_id)
            write_chart(folder, {**read_chart(folder), "checked": True, "import": None})
        return self.get(patient_id)

    def preview(self, patient_id: str) -> dict[str, Any] | None:
        """Shape, place and voxel size of an imported patient's preview; None where there is none."""
        return preview.describe(self._folder(patient_id))

    def preview_file(self, patient_id: str, name: str) -> Path | None:
        """One file of a patient's preview (see `patients.preview`); None where there is none."""
        path = self._folder(patient_id) / "preview" / name
        return path if path.is_file() else None

    def ensure_builtin(
        self,
        patient_id: str | None = None,
        spacing_mm: float = 1.5,
        progress: Progress = silent,
        cancelled: IsCancelled = never,
    ) -> PatientRecord:
        """Build a built-in patient at a voxel size, or find it built; the same parameters give the same body.

        The record names that very body (`spacing_mm`, `content_hash`), also when a finer one is there.

        Parameters
        ----------
        patient_id : str, optional
            Id of the content item; the default patient when None.
        spacing_mm : float
            Voxel edge: 1.5 first, 1.2 to refine.
        progress, cancelled
            See `import_path`.

        Raises
        ------
        WrongUse
            When there is no such patient.
        Cancelled
            When `cancelled` turned true; nothing is left behind.
        """
        from angiosuite.patients.growing import grow

        shelf.sweep(self.home)
        loaded = self._item(patient_id)
        return self._builtin(loaded, load_body(grow(self.home, loaded, spacing_mm, progress, cancelled)))

    def delete(self, patient_id: str) -> str:
        """Move an imported patient to the trash and return the key under which it can be restored.

        Raises
        ------
        WrongUse
            When there is no such patient, or it is built in.
        """
        if self.get(patient_id).kind == "builtin":
            raise WrongUse(
                "A built-in patient cannot be removed",
                code="patient-builtin",
                where=patient_id,
                way_out="Only imported patients can.",
            )
        return self.home.discard(self._folder(patient_id), "patient")

    def restore(self, patient_id: str) -> PatientRecord:
        """Bring a removed patient back; raises RefusedInput when it is not in the trash."""
        self.home.restore(f"patient--{patient_id}", self.home.patients)
        return self.get(patient_id)

    def disk_use(self) -> dict[str, int]:
        """Bytes that each stored patient occupies, by id."""
        folders = [entry for entry in self.home.patients.iterdir() if entry.is_dir()]
        return {folder.name: size_of(folder) for folder in sorted(folders)}

    def _folder(self, patient_id: str) -> Path:
        if not is_safe_id(patient_id):
            raise WrongUse(
                "This is not the id of a patient",
                code="patient-not-known",
                value=patient_id[:80],
                way_out="See: angiosuite list patients.",
            )
        return self.home.patients / patient_id

    def _item(self, patient_id: str | None) -> LoadedItem:
        library = self.content()
        if patient_id is not None:
            return library.get("patients", patient_id)
        items = sorted(library.items["patients"].values(), key=_order)
        if not items:
            problem = "No built-in patient is installed"
            raise WrongUse(problem, code="no-patient", way_out="See: angiosuite check.")
        return items[0]

    def _builtin(self, loaded: LoadedItem, body: Body | None = None) -> PatientRecord:
        item = loaded.item
        assert isinstance(item, PatientItem)
        folder = self.home.patients / item.id
        return PatientRecord(
            id=item.id,
            title=item.title,
            kind="builtin",
            quality=item.quality,
            sex=item.sex,
            age_years=item.age_years,
            height_cm=item.height_cm,
            mass_kg=round(item.body_mass_kg, 1),
            bmi=round(item.bmi_kg_m2, 1),
            habitus=item.habitus,
            egfr_ml_min=item.egfr_ml_min,
            conditions=item.conditions,
            sources=tuple(source.citation for source in item.sources),
            summary=item.summary,
            compare_with=item.compare_with,
            **_body_facts(folder, body),
        )

    def _stored(self, folder: Path) -> PatientRecord:
        try:
            facts = read_chart(folder)
        except RefusedInput as error:
            notice = f"{error.message}: {error.way_out}"
            return PatientRecord(folder.name, folder.name, "imported", False, notices=(notice,))
        body = _body_facts(folder)
        return PatientRecord(
            id=folder.name,
            title=str(facts.get("title") or folder.name),
            kind="imported",
            sex=facts.get("sex"),
            age_band=facts.get("age_band"),
            phase=facts.get("phase"),
            notices=tuple(facts.get("notices", ())),
            checked=bool(facts.get("checked", True)),
            import_id=facts.get("import"),
            scan={name: facts.get(name) for name in _SCAN},
            findings=facts.get("findings"),
            **body,
        )


def _order(loaded: LoadedItem) -> tuple[int, str]:
    assert isinstance(loaded.item, PatientItem)
    return loaded.item.order, loaded.item.id


def _body_facts(folder: Path, body: Body | None = None) -> dict[str, Any]:
    """Grid and hash of a body, the finest below a patient's folder when none is given; size of the folder."""
    body = shelf.finest(folder) if body is None else body
    size = size_of(folder) if folder.is_dir() else 0
    if body is None:
        return {"is_ready": False, "disk_bytes": size}
    return {
        "is_ready": True,
        "grid": body.layers[0].shape,
        "spacing_mm": body.layers[0].spacing_mm,
        "content_hash": body.content_hash,
        "disk_bytes": size,
    }
