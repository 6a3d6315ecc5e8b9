"""What every DICOM object that leaves a session has in common: whose, of which study, by which machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian

PATIENT_NAME = "ANGIOSUITE^SIMULATED"
"""Name of every patient: nobody's."""
NOTICE = "Simulated by Angiosuite for training; no patient was exposed"
"""Said by every object, in a place that viewers show."""
IMPLEMENTATION = UID("2.25.245396471880154712310476283650271958421")
"""Implementation class UID: which program wrote the file."""
CHUNK_BYTES = 4 * 2**20
LARGEST_BYTES = 2**32 - 2
"""A value of defined length holds no more (PS3.5 §7.1.2)."""

Chunks = Iterator[bytes | memoryview]


@dataclass(frozen=True, slots=True)
class Study:
    """One session as a DICOM study.

    Parameters
    ----------
    session_id : str
        Root of all unique identifiers: the same session gives the same ones.
    patient_id : str
        Identifier in the store of patients, never a hospital's.
    begun : datetime
        When the session was made, with its time zone.
    machine : str
        Identifier of the simulated machine.
    version : str
        Of Angiosuite.
    """

    session_id: str
    patient_id: str
    begun: datetime
    machine: str
    version: str

    @property
    def uid(self) -> UID:
        """Study Instance UID."""
        return self.made_uid("study")

    def made_uid(self, *parts: object) -> UID:
        """A unique identifier that depends on the session and these words alone.

        Model
        -----
        ``2.25.`` and a UUID as a whole number; the UUID (RFC 9562, version 8) holds the first bits of the
        SHA-256 of session and words. **Source**: DICOM PS3.5 §B.2. Held by ``tests/dicom/test_xa.py``.
        """
        words = "/".join(["angiosuite", self.session_id, self.begun.isoformat(), *map(str, parts)])
        bits = bytearray(hashlib.sha256(words.encode()).digest()[:16])
        bits[6] = bits[6] & 0x0F | 0x80
        bits[8] = bits[8] & 0x3F | 0x80
        return UID(f"2.25.{UUID(bytes=bytes(bits)).int}")

    def at(self, t_us: int) -> datetime:
        """The moment of a simulated time."""
        return self.begun + timedelta(microseconds=t_us)


@dataclass(frozen=True, slots=True)
class Series:
    """One series of the study: what it holds, its number, its modality, its description."""

    key: str
    number: int
    modality: str
    description: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One object, ready to be written any number of times.

    Parameters
    ----------
    dataset : Dataset
        Everything but the pixels.
    file_id : str
        Name of its file, at most eight capitals and digits, as a file-set wants them (PS3.10 §8).
    pixel_bytes : int
        Length of the pixels; 0 for an object without.
    pixels : callable
        Opens the pixels, chunk by chunk, little-endian.
    """

    dataset: Dataset
    file_id: str
    pixel_bytes: int = 0
    pixels: Callable[[], Chunks] = lambda: iter(())

    @property
    def uid(self) -> str:
        """SOP Instance UID."""
        return str(self.dataset.SOPInstanceUID)

    @property
    def series_uid(self) -> str:
        """Series Instance UID."""
        return str(self.dataset.SeriesInstanceUID)

    def head(self) -> bytes:
        """The file up to the first pixel."""
        out = BytesIO()
        dcmwrite(out, self.dataset, enforce_file_format=True)
        if self.pixel_bytes:
            length = self.pixel_bytes + self.pixel_bytes % 2
            out.write(b"\xe0\x7f\x10\x00OW\x00\x00" + length.to_bytes(4, "little"))
        return out.getvalue()

    def chunks(self) -> Chunks:
        """The whole file, never all of it in memory at once."""
        yield self.head()
        yield from self.pixels()
        if self.pixel_bytes % 2:
            yield b"\x00"

    def write(self, out: BinaryIO, stop: Callable[[], None] = lambda: None) -> int:
        """Write the file; `stop` is called between chunks and may raise. The number of bytes."""
        count = 0
        for chunk in self.chunks():
            stop()
            out.write(chunk)
            count += len(chunk)
        return count

    @property
    def size_bytes(self) -> int:
        """Bytes of the whole file."""
        return len(self.head()) + self.pixel_bytes + self.pixel_bytes % 2


def begin(study: Study, series: Series, sop_class: str, uid: UID, number: int, t_us: int) -> Dataset:
    """A data set with the modules that all composite objects share (PS3.3 C.7.1 to C.7.5, C.12.1).

    Parameters
    ----------
    study, series : Study, Series
        Where it belongs.
    sop_class : str
        What it is.
    uid : UID
        SOP Instance UID.
    number : int
        Instance number in the series.
    t_us : int
        Simulated time of its content, microseconds.
    """
    moment = study.at(t_us)
    made = Dataset()
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION
    meta.ImplementationVersionName = f"ANGIOSUITE_{study.version}"[:16]
    made.file_meta = meta
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID = UID(sop_class), uid
    made.PatientName, made.PatientID = PATIENT_NAME, study.patient_id[:64]
    made.PatientBirthDate = made.PatientSex = ""
    made.PatientIdentityRemoved = "YES"
    made.DeidentificationMethod = "Simulated: there is no such patient"
    made.PatientComments = NOTICE
    made.StudyInstanceUID = study.uid
    made.StudyDate, made.StudyTime = _date(study.begun), _time(study.begun)
    made.StudyID = re.sub(r"[^0-9A-Za-z]", "", study.session_id)[-16:]
    made.AccessionNumber = made.ReferringPhysicianName = ""
    made.StudyDescription = "Angiosuite session (simulated)"
    made.SeriesInstanceUID = study.made_uid("series", series.key)
    made.SeriesNumber, made.Modality = series.number, series.modality
    made.SeriesDescription = series.description[:64]
    made.SeriesDate, made.SeriesTime = _date(study.begun), _time(study.begun)
    made.InstanceNumber = number
    made.ContentDate, made.ContentTime = _date(moment), _time(moment)
    made.TimezoneOffsetFromUTC = moment.strftime("%z") or "+0000"
    made.Manufacturer, made.ManufacturerModelName = "Angiosuite", study.machine[:64]
    made.DeviceSerialNumber, made.SoftwareVersions = "SIMULATED", study.version[:64]
    return made


def acquired(made: Dataset, study: Study, t_us: int, event_uid: UID | None, number: int) -> None:
    """When an image was exposed, and in which irradiation event (PS3.3 C.7.6.1, C.7.10.1)."""
    moment = study.at(t_us)
    made.AcquisitionDate, made.AcquisitionTime = _date(moment), _time(moment)
    made.AcquisitionDateTime = dicom_datetime(moment)
    made.AcquisitionNumber = number
    if event_uid is not None:
        made.IrradiationEventUID = event_uid


def dicom_datetime(moment: datetime) -> str:
    """A moment as a DT value; its time zone is that of the data set (dcmtk 3.6.7 refuses ``+0000`` here)."""
    return moment.strftime("%Y%m%d%H%M%S.%f")


def dicom_time(moment: datetime) -> str:
    """A moment as a TM value."""
    return _time(moment)


def _date(moment: datetime) -> str:
    return moment.strftime("%Y%m%d")


def _time(moment: datetime) -> str:
    return moment.strftime("%H%M%S.%f")
