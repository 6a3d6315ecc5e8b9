"""A NIfTI file as HU on the patient's axes; its header's free texts are never read."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.pixels import as_hounsfield
from angiosuite.dicom.refusal import IsCancelled, Progress, refused, stop_if
from angiosuite.dicom.series import MAX_ANGLE_DEG, MIN_EXTENT_MM, MIN_SLICES

MAX_VOXELS = 1_500_000_000
HEADER_BYTES = 540
CHUNK = 8 * 2**20


def is_nifti(head: bytes) -> bool:
    """Whether unpacked bytes begin like a NIfTI-1 or NIfTI-2 file."""
    return head[344:348] == b"n+1\0" or head[4:8] == b"n+2\0"


def unpacked_head(file: Path | BytesIO) -> bytes:
    """First bytes of a file, unpacked when it is gzip; empty when they cannot be read."""
    try:
        with file.open("rb") if isinstance(file, Path) else file as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            return bytes(gzip.GzipFile(fileobj=raw).read(HEADER_BYTES) if packed else raw.read(HEADER_BYTES))
    except (OSError, EOFError, zlib.error):
        return b""


def read_nifti(
    path: Path, progress: Progress, cancelled: IsCancelled
) -> tuple[NDArray[np.int16], tuple[float, float, float], tuple[float, float, float]]:
    """HU (z, y, x) int16, origin (x, y, z) LPS mm, and spacing (z, y, x) mm of a NIfTI file.

    Model
    -----
    The affine maps indices to RAS; x and y change sign to give LPS (NIfTI-1 standard, DICOM PS3.3 C.7.6.2).

    Raises
    ------
    RefusedInput
        Not three-dimensional, no orientation, oblique, colour, not finite, too large, cut short.
    """
    where = path.name
    header = _header(path, where)
    shape = _shape(header, where)
    affine = _affine(header, where)
    slope, intercept = _scaling(header, where)
    kind = header.get_data_dtype()
    first = _first_byte(header, where)
    data = _unpacked(path, first + int(np.prod(shape)) * kind.itemsize, where, progress, cancelled)
    stored = np.frombuffer(data, kind, count=int(np.prod(shape)), offset=first).reshape(shape, order="F")
    turned, origin, spacing = _oriented(stored, affine)
    hu: NDArray[np.int16] = np.empty(turned.shape, np.int16)
    for index in range(len(turned)):
        stop_if(cancelled)
        values = turned[index].astype(np.float64) * slope + intercept
        _check_finite(values, where)
        hu[index] = as_hounsfield(values)
        progress("read", 0.8 + 0.2 * (index + 1) / len(turned))
    return hu, origin, spacing


def _first_byte(header: Any, where: str) -> int:
    offset = float(header["vox_offset"])
    if not 348 <= offset <= 10_000_000:  # extensions may stand between header and voxels
        raise _malformed(where, ValueError())
    return int(offset)


def _check_finite(values: NDArray[np.float64], where: str) -> None:
    wrong = int(np.sum(~np.isfinite(values)))
    if wrong:
        raise refused(
            "not-finite",
            "Some voxels are not numbers (NaN or infinite)",
            where=where,
            value=f"{wrong} voxels of one slice",
            way_out="Fill them with air (-1024) and save again.",
        )


def _scaling(header: Any, where: str) -> tuple[float, float]:
    """Slope and intercept from stored values to HU; 1 and 0 when the header has none."""
    try:
        slope, intercept = header.get_slope_inter()
    except Exception as error:  # nibabel may fail anywhere in a malformed file
        raise _malformed(where, error) from error
    slope, intercept = float(1.0 if slope is None else slope), float(intercept or 0.0)
    if not (1e-3 <= slope <= 100 and abs(intercept) <= 35_000):
        raise refused(
            "absurd-value",
            "The scaling of the voxels cannot be right",
            where=where,
            value=f"{slope:g} x + {intercept:g}",
            way_out="Save HU without scaling.",
        )
    return slope, intercept


def _header(path: Path, where: str) -> Any:
    head = unpacked_head(path)
    cls = nibabel.Nifti2Header if head[4:8] == b"n+2\0" else nibabel.Nifti1Header
    try:
        return cls.from_fileobj(BytesIO(head[: 540 if cls is nibabel.Nifti2Header else 348]), check=True)
    except Exception as error:  # nibabel may fail anywhere in a malformed file
        raise _malformed(where, error) from error


def _malformed(where: str, error: Exception) -> Exception:
    return refused(
        "nifti-malformed",
        "The NIfTI file is malformed or cut short",
        where=where,
        value=type(error).__name__,
        way_out="Write it again, for example with nibabel.save.",
    )


def _shape(header: Any, where: str) -> tuple[int, int, int]:
    shape = tuple(int(n) for n in header.get_data_shape())
    if len(shape) < 3 or any(n != 1 for n in shape[3:]):
        raise refused(
            "not-a-volume",
            "The NIfTI file is not one volume",
            where=where,
            value=shape,
            way_out="Save one volume.",
        )
    kind = header.get_data_dtype()
    if kind.names is not None or kind.kind not in "iuf" or kind.itemsize > 8:
        raise refused(
            "colour",
            "The voxels are not single real numbers",
            where=where,
            value=str(kind),
            way_out="Save HU.",
        )
    if int(np.prod(shape[:3], dtype=np.float64)) > MAX_VOXELS:
        raise refused(
            "too-large",
            "The volume is too large",
            where=where,
            value=shape,
            way_out="Crop or resample it first.",
        )
    if min(shape[:3]) < MIN_SLICES:
        raise refused(
            "too-few-slices",
            f"A patient needs at least {MIN_SLICES} slices",
            where=where,
            value=shape,
            way_out="Import the whole volume.",
        )
    return shape[0], shape[1], shape[2]


def _affine(header: Any, where: str) -> NDArray[np.float64]:
    if int(header["sform_code"]) <= 0 and int(header["qform_code"]) <= 0:
        raise refused(
            "no-orientation",
            "The NIfTI file does not say how it lies in the patient, so left and right are unknown",
            where=where,
            way_out="Convert the DICOM series again, keeping its orientation.",
        )
    if int(header["xyzt_units"]) % 8 not in (0, 2):
        raise refused(
            "not-millimetres",
            "The NIfTI file is not in millimetres",
            where=where,
            way_out="Save it with xyzt_units = mm.",
        )
    try:
        affine = np.array(header.get_best_affine(), dtype=np.float64)
    except Exception as error:  # nibabel may fail anywhere in a malformed file
        raise _malformed(where, error) from error
    steps = np.linalg.norm(affine[:3, :3], axis=0)
    if (
        not np.isfinite(affine).all()
        or steps.min() < 0.05
        or steps.max() > 10
        or np.abs(affine).max() > 10_000
    ):
        raise refused(
            "absurd-value",
            "The voxel size or position cannot be right",
            where=where,
            value="x".join(f"{s:.3g}" for s in steps) + " mm",
            way_out="Convert the DICOM series again.",
        )
    cosines = np.abs(affine[:3, :3] / steps)
    axes = np.argmax(cosines, axis=0)
    leans = np.degrees(np.arccos(np.clip(cosines.max(axis=0), 0, 1)))
    if sorted(axes) != [0, 1, 2] or leans.max() > MAX_ANGLE_DEG:
        raise refused(
            "tilted",
            "The volume is oblique",
            where=where,
            value=f"{leans.max():.1f} degrees",
            way_out="Resample it on the patient's axes first.",
        )
    return affine


def _unpacked(path: Path, wanted: int, where: str, progress: Progress, cancelled: IsCancelled) -> bytearray:
    """The file's bytes up to the end of its voxels, never more: a gzip bomb stops there."""
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
    buffer = bytearray()
    try:
        with gzip.open(path) if is_gzip else path.open("rb") as file:
            while len(buffer) < wanted:
                stop_if(cancelled)
                chunk = file.read(min(CHUNK, wanted - len(buffer)))
                if not chunk:
                    break
                buffer += chunk
                progress("read", 0.8 * len(buffer) / wanted)
    except (OSError, EOFError, zlib.error) as error:
        raise _malformed(where, error) from error
    if len(buffer) < wanted:
        raise _malformed(where, EOFError())
    return buffer


def _oriented(
    values: NDArray[Any], affine: NDArray[np.float64]
) -> tuple[NDArray[Any], tuple[float, float, float], tuple[float, float, float]]:
    """A view of the voxels on rising (z, y, x), its origin (x, y, z) and spacing (z, y, x), LPS mm."""
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
    axes = np.argmax(np.abs(lps[:3, :3]), axis=0)  # patient axis of each array axis
    order = [int(np.flatnonzero(axes == patient)[0]) for patient in (2, 1, 0)]
    spacing = [float(np.linalg.norm(lps[:3, axis])) for axis in order]
    corner = np.zeros(3)
    flips = []
    for axis in order:
        falls = lps[axes[axis], axis] < 0
        flips.append(slice(None, None, -1) if falls else slice(None))
        corner[axis] = values.shape[axis] - 1 if falls else 0
    origin = lps[:3, :3] @ corner + lps[:3, 3]
    turned = values.transpose(order)[tuple(flips)]
    height_mm = spacing[0] * (turned.shape[0] - 1)
    if height_mm < MIN_EXTENT_MM:
        raise refused(
            "too-few-slices",
            f"A patient needs at least {MIN_EXTENT_MM:g} mm of height",
            value=f"{height_mm:.1f} mm",
            way_out="Import the whole volume.",
        )
    return (
        turned,
        (float(origin[0]), float(origin[1]), float(origin[2])),
        (spacing[0], spacing[1], spacing[2]),
    )
