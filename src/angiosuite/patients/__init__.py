"""The store of patients: built-in ones grown from content, and imported CTs.

A patient is a folder below `Home.patients`, which is the truth: `patient.json` says what it is, a body
folder holds what X-rays pass through. There is no index; `PatientStore.list` scans. Everything is built in
the scratch folder and moved into place whole, so that a kill at any moment leaves either the patient or
nothing. Not here: reading CTs (`dicom`), making bodies (`anatomy`). Start reading in `store`.
"""

from angiosuite.patients.record import PatientRecord
from angiosuite.patients.store import PatientStore

__all__ = ["PatientRecord", "PatientStore"]
