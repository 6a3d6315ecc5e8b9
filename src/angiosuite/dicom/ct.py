"""The one door: a CT at a path becomes HU with geometry and a few facts, or is refused with a reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.choice import Candidate, chosen, inspection
from angiosuite.dicom.container import Container, only_file, open_container
from angiosuite.dicom.directory import listed_files
from angiosuite.dicom.geometry import Stack, stack
from angiosuite.dicom.header import without_warnings
from angiosuite.dicom.inspection import Inspection
from angiosuite.dicom.looking import Other, look
from angiosuite.dicom.nifti import inspect_nifti, is_nifti, read_nifti, unpacked_head
from angiosuite.dicom.pixels import images
from angiosuite.dicom.placement import placed
from angiosuite.dicom.plausible import check_hounsfield
from angiosuite.dicom.reading import READ_VOXELS, averaged, averaging, even
from angiosuite.dicom.refusal import IsCancelled, Progress, never, refused, silent, stop_if
from angiosuite.dicom.series import Slice, groups, parted
from angiosuite.dicom.volume import CtVolume, SeriesFacts
from angiosuite.kit.errors import RefusedInput


def inspect(path: Path | str, progress: Progress = silent, cancelled: IsCancelled = never) -> Inspection:
    """The series at a path, which of them can be read, and which `read_ct` would take; reads no pixels.

    Parameters
    ----------
    path, progress, cancelled
        As for `read_ct`; the only step is "look".

    Raises
    ------
    RefusedInput
        When the input as a whole is refused. Series that cannot be read are listed with the reason.
    Cancelled
        When `cancelled` turned true.
    """
    with _found(path, cancelled) as found:
        if isinstance(found, Path):
            return inspect_nifti(found)
        candidates, notices = _candidates(found, progress, cancelled)
        return inspection(candidates, chosen(candidates), notices)


def read_ct(
    path: Path | str,
    progress: Progress = silent,
    cancelled: IsCancelled = never,
    series: str | None = None,
) -> CtVolume:
    """One CT from a folder, a zip archive, a DICOMDIR beside its images, a multi-frame CT or a NIfTI file.

    Parameters
    ----------
    path : path
        Told apart by content, not by name.
    progress : callable
        ``progress(step, fraction)`` with the steps "look", "read", "check".
    cancelled : callable
        Polled between files.
    series : str, optional
        Key of the series to read, from `inspect`; the best one otherwise (the rule is in `choice.chosen`).

    Raises
    ------
    RefusedInput
        When nothing can be read; says what, where, the value and the way out.
    Cancelled
        When `cancelled` turned true.
    """
    with _found(path, cancelled) as found:
        if isinstance(found, Path):
            _check_key(series, ["1"])
            volume = read_nifti(found, READ_VOXELS, progress, cancelled)
        else:
            candidates, notices = _candidates(found, progress, cancelled)
            taken = _taken(candidates, series)
            volume = _read(found, taken, progress, cancelled)
            told = inspection(candidates, taken, notices)
            volume = replace(volume, notices=(*notices, *volume.notices), inspection=told)
    progress("check", 0.0)
    check_hounsfield(volume.hu)
    stop_if(cancelled)
    progress("check", 1.0)
    return volume


@contextmanager
def _found(path: Path | str, cancelled: IsCancelled) -> Iterator[Path | Container]:
    """A NIfTI file as its path, anything else opened."""
    path = Path(path).expanduser()
    stop_if(cancelled)
    if path.is_dir():
        path = only_file(path) or path
    if path.is_file() and is_nifti(unpacked_head(path)):
        yield path
        return
    with without_warnings():
        only = listed_files(path) if path.is_file() else None
        with open_container(path if only is None else path.parent, only) as container:
            yield container


def _candidates(
    container: Container, progress: Progress, cancelled: IsCancelled
) -> tuple[list[Candidate], tuple[str, ...]]:
    """Every series of the input, and what holds for the input as a whole."""
    slices: list[Slice] = []
    others: list[Other] = []
    for index, entry in enumerate(container.entries):
        stop_if(cancelled)
        found = look(container, entry)
        if isinstance(found, Other):
            others.append(found)
        else:
            slices += found
        progress("look", (index + 1) / len(container.entries))

    def digest(one: Slice) -> bytes:
        stop_if(cancelled)
        try:
            return hashlib.blake2b(next(images(container, [one])).data, digest_size=16).digest()
        except RefusedInput:  # shows when the series is read; until then it is like no other
            return repr((one.entry.place, one.header.frame)).encode()

    found_groups = [part for group in groups(slices) for part in parted(group, digest)]
    candidates = [_candidate(str(n), group.slices, group) for n, group in enumerate(found_groups, 1)]
    rest = Counter((one.kind, one.problem.code) for one in others if one.kind)
    for (kind, code), count in rest.items():
        problem = next(o.problem for o in others if (o.kind, o.problem.code) == (kind, code))
        candidates.append(Candidate(str(len(candidates) + 1), kind, count, None, {}, None, problem))
    if not candidates:
        raise (
            others[0].problem
            if others
            else refused(
                "directory-only",
                "This is a DICOM directory (DICOMDIR) without its images",
                way_out="Name the folder that holds the images.",
            )
        )
    return candidates, _strays(others)


def _strays(others: list[Other]) -> tuple[str, ...]:
    """What is said of files that are no images, or damaged."""
    strays = Counter(one.problem.code == "not-dicom" for one in others if not one.kind)
    told = []
    for is_stranger, word in ((True, "not DICOM"), (False, "damaged")):
        count = strays[is_stranger]
        if count:
            told.append(f"{count} file{'s' if count > 1 else ''} passed over: {word}")
    return tuple(told)


def _candidate(key: str, slices: tuple[Slice, ...], group: Any) -> Candidate:
    header = slices[0].header
    image = header.facts.get("image")
    kind = {"localizer": "localizer", "projection": "derived picture"}.get(str(image), "CT")
    made: Stack | None = None
    problem: RefusedInput | None = group.problem
    if kind != "CT":
        problem = refused(
            "localizer" if kind == "localizer" else "derived-picture",
            "These are localizers (scout views), which are not slices"
            if kind == "localizer"
            else "These are projections or maps computed from a CT, not its slices",
            value=f"{len(slices)} image{'s' if len(slices) > 1 else ''}",
            way_out="Name the folder of the axial series.",
        )
    elif problem is None:
        try:
            made = stack(slices)
        except RefusedInput as error:
            problem = error
    notices = (*group.notices, *(made.notices if made else ()))
    if header.facts.get("is_lossy"):
        notices = (*notices, "the images were compressed with loss")
    matrix = header.rows, header.columns
    return Candidate(key, kind, len(slices), matrix, header.facts, made, problem, notices)


def _check_key(series: str | None, keys: list[str]) -> None:
    if series is not None and series not in keys:
        raise refused(
            "no-such-series",
            "There is no such series in the input",
            value=series[:20],
            way_out=f"Choose one of {', '.join(keys[:20])}.",
        )


def _taken(candidates: list[Candidate], series: str | None) -> Candidate:
    """The series that was asked for, or the best; the reason of the nearest when none can be read."""
    _check_key(series, [one.key for one in candidates])
    taken = next((one for one in candidates if one.key == series), None) or chosen(candidates)
    if taken is not None and taken.stack is not None:
        return taken
    nearest = taken or max(candidates, key=lambda one: (one.kind == "CT", one.slices))
    assert nearest.problem is not None
    raise nearest.problem


def _read(container: Container, taken: Candidate, progress: Progress, cancelled: IsCancelled) -> CtVolume:
    series = taken.stack
    assert series is not None
    header = series.slices[0].header
    factor = averaging(series.count, header.rows, header.columns)
    shape = series.count, header.rows // factor, header.columns // factor
    hu: NDArray[np.int16] = np.empty(shape, np.int16)
    pictures = (averaged(image, factor) for image in images(container, series.slices))
    for index, image in enumerate(even(pictures, series)):
        stop_if(cancelled)
        hu[index] = image
        progress("read", (index + 1) / series.count)
    slice_mm, row_mm, column_mm = series.spacing_mm
    steps = np.column_stack(
        [series.along * slice_mm, series.down * row_mm * factor, series.across * column_mm * factor]
    )
    corner = series.first_mm + (factor - 1) / 2 * (series.down * row_mm + series.across * column_mm)
    turned, origin, spacing = placed(hu, corner, steps, READ_VOXELS, lambda _: stop_if(cancelled))
    names = ("kvp", "kernel", "phase", "contrast_given", "sex", "age_band")
    known: dict[str, Any] = {name: taken.facts.get(name) for name in names}
    facts = SeriesFacts(
        "dicom",
        len(series.slices),
        (header.rows, header.columns),
        **known,
        is_head=bool(taken.facts.get("is_head")),
    )
    coarser = (f"averaged {factor} x {factor} in the plane while reading",) if factor > 1 else ()
    return CtVolume(turned, origin, spacing, facts, (*taken.notices, *coarser))
