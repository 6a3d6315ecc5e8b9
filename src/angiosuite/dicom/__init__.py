"""A hospital's CT in, or a refusal that says why; runs, pictures and dose reports out and in.

Reading has one door, `ct`: `inspect` tells the series of an input, `read_ct` reads the best or the one asked
for. It takes a folder, a zip archive, a DICOMDIR beside its images, single- and multi-frame CT, and NIfTI.
Behind it: `container` and `archive` (files within limits, no message with a file's name), `directory`,
`encoding` and `codestream` (deflated, run-length; the JPEG family with the extra `codecs`), `looking` (what
a file is), `header` and `multiframe` (the allow-list: the only attributes that are ever read), `facts` (what
of them may be kept), `series` (which slices belong together; copies and phases), `geometry` (order, gaps,
tilt), `choice` (the best series), `pixels` and `reading` (stored values to HU, evenly spaced), `placement`
(on the patient's axes), `nifti`, and `plausible` (are these CT numbers?).

Nothing identifying passes: what `CtVolume` holds is voxels, geometry and a handful of facts from closed
lists. Reading writes nothing to disk. Not here: text burned into images (such files are refused when they
say so), head or trunk, table and contrast, which the anatomy finds in the voxels.

Writing and reading back: `xa`, `secondary_capture`, `dose_report`, `media_directory`, `xa_reading`,
`dose_table`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from angiosuite.dicom.ct import inspect, read_ct
    from angiosuite.dicom.inspection import Inspection, SeriesSummary
    from angiosuite.dicom.volume import CtVolume, SeriesFacts

__all__ = ["CtVolume", "Inspection", "SeriesFacts", "SeriesSummary", "inspect", "read_ct"]

_AT = {
    "CtVolume": "volume",
    "Inspection": "inspection",
    "SeriesFacts": "volume",
    "SeriesSummary": "inspection",
    "inspect": "ct",
    "read_ct": "ct",
}


def __getattr__(name: str) -> Any:
    """Readers are loaded when they are asked for: who opens a session reads no CT."""
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_AT[name]}"), name)
