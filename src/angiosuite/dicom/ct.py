"""The one door: a CT at a path becomes HU with geometry and a few facts, or is refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.container import Container, Entry, only_file, open_container
from angiosuite.dicom.header import is_dicom, is_directory, parse, slice_header, without_warnings
from angiosuite.dicom.inspection import Inspection, SeriesSummary
from angiosuite.dicom.nifti import is_nifti, read_nifti, unpacked_head
from angiosuite.dicom.pixels import hounsfield
from angiosuite.dicom.plausible import check_hounsfield
from angiosuite.dicom.refusal import IsCancelled, Progress, never, refused, silent, stop_if
from angiosuite.dicom.series import Slice, Stack, stack
from angiosuite.dicom.volume import CtVolume, SeriesFacts

READ_VOXELS = 256_000_000
"""Larger volumes are averaged in the plane while they are read, to keep memory below about 1 GB."""


def inspect(path: Path | str, progress: Progress = silent, cancelled: IsCancelled = never) -> Inspection:
    """The series at a path, which of them can be read, and which `read_ct` would take."""
    return read_ct(path, progress, cancelled).inspection


def read_ct(
    path: Path | str,
    progress: Progress = silent,
    cancelled: IsCancelled = never,
    series: str | None = None,
) -> CtVolume:
    """One plain CT from a folder, a zip archive, or a NIfTI file.

    Parameters
    ----------
    path : path
        Folder or zip of one DICOM series, or ``.nii``/``.nii.gz``; told apart by content, not by name.
    progress : callable
        ``progress(step, fraction)`` with the steps "look", "read", "check".
    cancelled : callable
        Polled between files.
    series : str, optional
        Key of the series to read, from `inspect`; the best one otherwise.

    Raises
    ------
    RefusedInput
        When the input is not plain; says what, where, the value and the way out.
    Cancelled
        When `cancelled` turned true.
    """
    path = Path(path).expanduser()
    stop_if(cancelled)
    if path.is_dir():
        path = only_file(path) or path
    if path.is_file() and is_nifti(unpacked_head(path)):
        hu, origin, spacing = read_nifti(path, progress, cancelled)
        volume = CtVolume(hu, origin, spacing, SeriesFacts("nifti", hu.shape[0], (hu.shape[1], hu.shape[2])))
    else:
        with open_container(path) as container, without_warnings():
            volume = _read_dicom(container, progress, cancelled)
    progress("check", 0.0)
    check_hounsfield(volume.hu, path.name)
    stop_if(cancelled)
    progress("check", 1.0)
    z_mm, y_mm, x_mm = volume.spacing_zyx_mm
    facts = volume.facts
    only = SeriesSummary("1", "CT", facts.slices, facts.matrix, (z_mm, y_mm, x_mm), (), True)
    return replace(volume, inspection=Inspection((only,), "1", "It is the only series."))


def _read_dicom(container: Container, progress: Progress, cancelled: IsCancelled) -> CtVolume:
    slices: list[Slice] = []
    for index, entry in enumerate(container.entries):
        stop_if(cancelled)
        found = _look(container, entry)
        if found is not None:
            slices.append(found)
        progress("look", (index + 1) / len(container.entries))
    if not slices:
        raise refused(
            "directory-only",
            "This is a DICOM directory (DICOMDIR) without its images",
            way_out="Name the folder of one series.",
        )
    series = stack(slices)
    hu, factor = _voxels(container, series, progress, cancelled)
    return _oriented(hu, series, factor)


def _look(container: Container, entry: Entry) -> Slice | None:
    """Header of one file, None for a DICOM directory."""
    where = container.label(entry)
    data = container.read(entry)
    if not is_dicom(data):
        _explain(data, where)
    dataset = parse(data, where)
    if is_directory(dataset):
        return None
    return Slice(entry, slice_header(dataset, where))


def _explain(data: bytes, where: str) -> None:
    """Refuse a file that is not DICOM but something we can name."""
    name, way_out = "", ""
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        name, way_out = "a zip archive inside", "Import that archive itself."
    elif is_nifti(unpacked_head(BytesIO(data))):
        name, way_out = "a NIfTI volume inside", "Import that file itself."
    elif data[:2] == b"\x1f\x8b":
        name, way_out = "a gzip-compressed file that is no NIfTI volume", "Unpack it first."
    if name:
        raise refused("not-dicom", f"This is {name}, not a DICOM image", where=where, way_out=way_out)


def _voxels(
    container: Container, series: Stack, progress: Progress, cancelled: IsCancelled
) -> tuple[NDArray[np.int16], int]:
    """HU of all slices in stacking order, and the factor of averaging in the plane."""
    header = series.slices[0].header
    factor = 1
    while len(series.slices) * (header.rows // factor) * (header.columns // factor) > READ_VOXELS:
        factor += 1
    hu = np.empty((len(series.slices), header.rows // factor, header.columns // factor), np.int16)
    for index, part in enumerate(series.slices):
        stop_if(cancelled)
        where = container.label(part.entry)
        image = hounsfield(container.read(part.entry), part.header, where)
        hu[index] = _averaged(image, factor)
        progress("read", (index + 1) / len(series.slices))
    return hu, factor


def _averaged(image: NDArray[np.int16], factor: int) -> NDArray[np.int16]:
    if factor == 1:
        return image
    rows, columns = (n // factor for n in image.shape)
    blocks = image[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor)
    return np.rint(blocks.mean(axis=(1, 3), dtype=np.float32)).astype(np.int16)


def _oriented(hu: NDArray[np.int16], series: Stack, factor: int) -> CtVolume:
    """The stack turned to (z, y, x) with rising axes."""
    header = series.slices[0].header
    spacing = [series.spacing_mm[0], series.spacing_mm[1] * factor, series.spacing_mm[2] * factor]
    origin = list(series.first_mm)
    for index in range(3):
        if index > 0:  # the centre of the first averaged block
            origin[series.axes[index]] += series.signs[index] * (factor - 1) / 2 * series.spacing_mm[index]
        if series.signs[index] < 0:
            origin[series.axes[index]] -= (hu.shape[index] - 1) * spacing[index]
            hu = np.flip(hu, axis=index)
    order = [series.axes.index(patient_axis) for patient_axis in (2, 1, 0)]
    turned = np.ascontiguousarray(hu.transpose(order))
    words = dict(header.facts)
    kept: dict[str, Any] = {
        name: words.get(name) for name in ("kvp", "kernel", "phase", "contrast_given", "sex", "age_band")
    }

    facts = SeriesFacts(
        "dicom",
        len(series.slices),
        (header.rows, header.columns),
        **kept,
        is_head=bool(words.get("is_head")),
    )
    notices = (f"averaged {factor} x {factor} in the plane while reading",) if factor > 1 else ()
    x, y, z = origin
    z_mm, y_mm, x_mm = (spacing[axis] for axis in order)
    return CtVolume(turned, (x, y, z), (z_mm, y_mm, x_mm), facts, notices)
