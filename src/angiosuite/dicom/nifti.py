"""A NIfTI file as HU on the patient's axes; its header's free texts are never read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.archive import BOMB_BYTES, BOMB_RATIO
from angiosuite.dicom.geometry import MIN_EXTENT_MM
from angiosuite.dicom.inspection import Inspection, SeriesSummary
from angiosuite.dicom.pixels import as_hounsfield
from angiosuite.dicom.placement import placed
from angiosuite.dicom.reading import averaged, averaging
from angiosuite.dicom.refusal import IsCancelled, Progress, refused, stop_if
from angiosuite.dicom.series import MIN_SLICES
from angiosuite.dicom.volume import CtVolume, SeriesFacts

MAX_VOXELS = 1_500_000_000
HEADER_BYTES = 540


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


def inspect_nifti(path: Path) -> Inspection:
    """The one series of a NIfTI file."""
    header = _header(path)
    shape, affine = _shape(header), _affine(header)
    steps = np.linalg.norm(affine[:3, :3], axis=0)
    spacing = (float(steps[2]), float(steps[1]), float(steps[0]))
    told = f"It is the only series: {shape[2]} slices every {steps[2]:.2f} mm."
    only = SeriesSummary("1", "CT", shape[2], (shape[1], shape[0]), spacing, (), True)
    return Inspection((only,), "1", told)


def read_nifti(path: Path, most_voxels: int, progress: Progress, cancelled: IsCancelled) -> CtVolume:
    """A NIfTI file on the patient's axes.

    Notes
    -----
    **Model** the affine maps indices to RAS; x and y change sign to give LPS (NIfTI-1 standard, DICOM PS3.3
    C.7.6.2). Read plane by plane, so that no copy of the file's voxels is held; an oblique volume is
    resampled.

    Raises
    ------
    RefusedInput
        Not three-dimensional, no orientation, colour, not finite, too large, cut short, a bomb.
    """
    header = _header(path)
    shape, affine, kind = _shape(header), _affine(header), header.get_data_dtype()
    slope, intercept = _scaling(header)
    first = _first_byte(header)
    _check_bomb(path, int(np.prod(shape)) * kind.itemsize)
    factor = averaging(shape[2], shape[1], shape[0])
    hu: NDArray[np.int16] = np.empty((shape[2], shape[1] // factor, shape[0] // factor), np.int16)
    for index, plane in enumerate(_planes(path, first, shape, kind)):
        stop_if(cancelled)
        values = plane.astype(np.float64) * slope + intercept
        _check_finite(values)
        hu[index] = averaged(as_hounsfield(values), factor)
        progress("read", (index + 1) / shape[2])
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
    across, down, along = lps[:3, 0], lps[:3, 1], lps[:3, 2]
    steps = np.column_stack([along, down * factor, across * factor])
    corner = lps[:3, 3] + (factor - 1) / 2 * (down + across)
    turned, origin, spacing = placed(hu, corner, steps, most_voxels, lambda _: stop_if(cancelled))
    notices = [f"averaged {factor} x {factor} in the plane while reading"] if factor > 1 else []
    lean = _lean_deg(steps)
    if lean > 0.5:
        notices.append(f"tilt of {lean:.1f} degrees straightened (oblique volume)")
    if spacing[0] * (len(turned) - 1) < MIN_EXTENT_MM:
        raise refused(
            "too-few-slices",
            f"A patient needs at least {MIN_EXTENT_MM:g} mm of height",
            value=f"{spacing[0] * (len(turned) - 1):.1f} mm",
            way_out="Import the whole volume.",
        )
    facts = SeriesFacts("nifti", turned.shape[0], (turned.shape[1], turned.shape[2]))
    return CtVolume(turned, origin, spacing, facts, tuple(notices), inspect_nifti(path))


def _lean_deg(steps: NDArray[np.float64]) -> float:
    cosines = np.abs(steps / np.linalg.norm(steps, axis=0)).max(axis=0)
    return float(np.degrees(np.arccos(np.clip(cosines.min(), 0.0, 1.0))))


def _check_bomb(path: Path, voxel_bytes: int) -> None:
    packed = path.stat().st_size
    if voxel_bytes > BOMB_BYTES and voxel_bytes > BOMB_RATIO * packed:
        raise refused(
            "decompression-bomb",
            "The file unpacks to far more than any CT would",
            value=f"{voxel_bytes / 2**20:.0f} MB out of {packed / 2**20:.1f} MB",
            way_out="Save the CT itself.",
        )


def _first_byte(header: Any) -> int:
    offset = float(header["vox_offset"])
    if not 348 <= offset <= 10_000_000:  # extensions may stand between header and voxels
        raise _malformed(ValueError())
    return int(offset)


def _check_finite(values: NDArray[np.float64]) -> None:
    wrong = int(np.sum(~np.isfinite(values)))
    if wrong:
        raise refused(
            "not-finite",
            "Some voxels are not numbers (NaN or infinite)",
            value=f"{wrong} voxels of one slice",
            way_out="Fill them with air (-1024) and save again.",
        )


def _scaling(header: Any) -> tuple[float, float]:
    """Slope and intercept from stored values to HU; 1 and 0 when the header has none."""
    try:
        slope, intercept = header.get_slope_inter()
    except Exception as error:  # nibabel may fail anywhere in a malformed file
        raise _malformed(error) from error
    slope, intercept = float(1.0 if slope is None else slope), float(intercept or 0.0)
    if not (1e-3 <= slope <= 100 and abs(intercept) <= 35_000):
        raise refused(
            "absurd-value",
            "The scaling of the voxels cannot be right",
            value=f"{slope:g} x + {intercept:g}",
            way_out="Save HU without scaling.",
        )
    return slope, intercept


def _header(path: Path) -> Any:
    head = unpacked_head(path)
    cls = nibabel.Nifti2Header if head[4:8] == b"n+2\0" else nibabel.Nifti1Header
    try:
        return cls.from_fileobj(BytesIO(head[: 540 if cls is nibabel.Nifti2Header else 348]), check=True)
    except Exception as error:  # nibabel may fail anywhere in a malformed file
        raise _malformed(error) from error


def _malformed(error: Exception) -> Exception:
    return refused(
        "nifti-malformed",
        "The NIfTI file is malformed or cut short",
        value=type(error).__name__,
        way_out="Write it again, for example with nibabel.save.",
    )


def _shape(header: Any) -> tuple[int, int, int]:
    shape = tuple(int(n) for n in header.get_data_shape())
    if len(shape) < 3 or any(n != 1 for n in shape[3:]):
        raise refused(
            "not-a-volume",
            "The NIfTI file is not one volume",
            value=shape,
            way_out="Save one volume.",
        )
    kind = header.get_data_dtype()
    if kind.names is not None or kind.kind not in "iuf" or kind.itemsize > 8:
        raise refused(
            "colour",
            "The voxels are not single real numbers",
            value=str(kind),
            way_out="Save HU.",
        )
    if int(np.prod(shape[:3], dtype=np.float64)) > MAX_VOXELS:
        raise refused(
            "too-large",
            "The volume is too large",
            value=shape,
            way_out="Crop or resample it first.",
        )
    if min(shape[:3]) < MIN_SLICES:
        raise refused(
            "too-few-slices",
            f"A patient needs at least {MIN_SLICES} slices",
            value=shape,
            way_out="Import the whole volume.",
        )
    return shape[0], shape[1], shape[2]


def _affine(header: Any) -> NDArray[np.float64]:
    if int(header["sform_code"]) <= 0 and int(header["qform_code"]) <= 0:
        raise refused(
            "no-orientation",
            "The NIfTI file does not say how it lies in the patient, so left and right are unknown",
            way_out="Convert the DICOM series again, keeping its orientation.",
        )
    if int(header["xyzt_units"]) % 8 not in (0, 2):
        raise refused(
            "not-millimetres",
            "The NIfTI file is not in millimetres",
            way_out="Save it with xyzt_units = mm.",
        )
    try:
        affine = np.array(header.get_best_affine(), dtype=np.float64)
    except Exception as error:  # nibabel may fail anywhere in a malformed file
        raise _malformed(error) from error
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
            value="x".join(f"{s:.3g}" for s in steps) + " mm",
            way_out="Convert the DICOM series again.",
        )
    if abs(float(np.linalg.det(affine[:3, :3] / steps))) < 0.5:
        raise refused(
            "orientation",
            "The directions of the axes do not span a volume",
            way_out="Convert the DICOM series again.",
        )
    return affine


def _planes(path: Path, first: int, shape: tuple[int, int, int], kind: np.dtype) -> Iterator[NDArray[Any]]:
    """The file's planes in order, each (second, first axis); reads no further: a bomb stops there."""
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
    size = shape[0] * shape[1] * kind.itemsize
    try:
        with gzip.open(path) if is_gzip else path.open("rb") as file:
            file.seek(first)
            for _ in range(shape[2]):
                data = file.read(size)
                if len(data) < size:
                    raise EOFError
                yield np.frombuffer(data, kind).reshape(shape[1], shape[0])
    except (OSError, EOFError, zlib.error) as error:
        raise _malformed(error) from error
