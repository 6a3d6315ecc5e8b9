"""Which slices belong together: groups by identifier, patient and geometry; copies dropped, phases parted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from angiosuite.dicom.container import Entry
from angiosuite.dicom.header import SliceHeader
from angiosuite.dicom.refusal import refused
from angiosuite.kit.errors import RefusedInput

MIN_SLICES = 8
SAME_PLACE_MM = 0.01
MAX_SERIES = 1000
"""Of one input; more are refused, which also bounds the work of telling them apart."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice: where its bytes are and its checked header."""

    entry: Entry
    header: SliceHeader


@dataclass(frozen=True, slots=True)
class Group:
    """Slices that belong together, or why they cannot be stacked, and what was done to them."""

    slices: tuple[Slice, ...]
    notices: tuple[str, ...] = ()
    problem: RefusedInput | None = None


def groups(slices: Sequence[Slice]) -> list[list[Slice]]:
    """The slices parted into series, in the order of their first slices.

    Notes
    -----
    **Model** slices go together when patient, study and frame of reference, series identifier and number,
    kind of image, kernel and phase, matrix, pixel size (0.1 %) and orientation (0.1 degree) agree. An empty
    identifier is one like any other, so the rest decides; where every image has one of its own, as after a
    careless anonymiser, it is passed over.

    Raises
    ------
    RefusedInput
        More than `MAX_SERIES`.
    """
    per_kind: dict[tuple, list[Slice]] = defaultdict(list)
    for one in slices:
        per_kind[_kind(one.header)].append(one)
    found: list[list[Slice]] = []
    for alike in per_kind.values():
        is_careless = len(alike) >= MIN_SLICES and len({s.header.series for s in alike}) == len(alike)
        mine: dict[bytes, list[list[Slice]]] = defaultdict(list)
        for one in alike:
            series = mine[b"" if is_careless else one.header.series]
            for group in series:
                if _lies_like(one.header, group[0].header):
                    group.append(one)
                    break
            else:
                series.append([one])
                found.append(series[-1])
                _check_number(len(found))
    return sorted(found, key=lambda group: (group[0].entry.place, group[0].header.frame))


def _check_number(count: int) -> None:
    if count > MAX_SERIES:
        raise refused(
            "too-many-series",
            f"There are more than {MAX_SERIES} series",
            way_out="Name the folder of one series.",
        )


def _kind(header: SliceHeader) -> tuple:
    facts = header.facts
    words = tuple(facts.get(name) for name in ("number", "image", "kernel", "phase"))
    return (header.kin, header.rows, header.columns, *words)


def _lies_like(one: SliceHeader, other: SliceHeader) -> bool:
    turned = max(abs(a - b) for a, b in zip(one.orientation, other.orientation, strict=True))
    sizes = zip(one.pixel_spacing_mm, other.pixel_spacing_mm, strict=True)
    return turned < 2e-3 and all(abs(a - b) <= 1e-3 * b for a, b in sizes)


def parted(slices: Sequence[Slice], digest: Callable[[Slice], bytes]) -> list[Group]:
    """The slices of one series with at most one at each place: copies dropped, phases made series.

    Parameters
    ----------
    slices : sequence of Slice
        A group as from `groups`.
    digest : callable
        Digest of a slice's pixels; asked only of slices that share their place.

    Notes
    -----
    **Model** slices whose pixels are equal too are copies. What still shares a place is parted by acquisition
    number, else, when every place has as many, by the order of the image numbers.
    """
    header = slices[0].header
    if np.linalg.norm(np.cross(header.orientation[:3], header.orientation[3:])) < 0.5:
        return [Group(tuple(slices))]  # no direction to stack in, which `geometry.stack` says
    places = _places(slices)
    if all(len(place) == 1 for place in places):
        return [Group(tuple(slices))]
    kept: list[list[Slice]] = []
    for place in places:
        different: dict[bytes, Slice] = {}
        for one in place if len(place) > 1 else ():
            different.setdefault(digest(one), one)
        kept.append(list(different.values()) if len(place) > 1 else place)
    left = [one for place in kept for one in place]
    dropped = len(slices) - len(left)
    notices = (f"{dropped} {'copy' if dropped == 1 else 'copies'} of slices left out",) if dropped else ()
    depth = max(len(place) for place in kept)
    if depth == 1:
        return [Group(tuple(left), notices)]
    acquisitions: dict[int, list[Slice]] = defaultdict(list)
    for one in left:
        acquisitions[one.header.order[0]].append(one)
    parts = list(acquisitions.values())
    if len(parts) < 2 or any(len(part) < MIN_SLICES or len(_places(part)) < len(part) for part in parts):
        ranked = [sorted(place, key=lambda one: one.header.order) for place in kept]
        is_whole = len(kept) >= MIN_SLICES and all(len(place) == depth for place in kept)
        parts = [[place[rank] for place in ranked] for rank in range(depth)] if is_whole else []
    if not parts:
        shared = sum(len(place) > 1 for place in kept)
        return [Group(tuple(left), notices, _tangled(shared, len(left)))]
    return [
        Group(tuple(part), (*notices, f"part {number} of {len(parts)} of a series with several phases"))
        for number, part in enumerate(parts, 1)
    ]


def _places(slices: Sequence[Slice]) -> list[list[Slice]]:
    """Slices by their place along the stacking direction."""
    header = slices[0].header
    normal = np.cross(header.orientation[:3], header.orientation[3:])
    along = np.array([s.header.position_mm for s in slices]) @ normal
    places: list[list[Slice]] = []
    last = -np.inf
    for index in np.argsort(along, kind="stable"):
        if along[index] - last > SAME_PLACE_MM:
            places.append([])
        places[-1].append(slices[index])
        last = along[index]
    return places


def _tangled(shared: int, count: int) -> RefusedInput:
    return refused(
        "duplicate-slices",
        "Several different slices lie at the same place",
        value=f"{shared} such places among {count} slices",
        way_out="Export one phase and one reconstruction, each slice once.",
    )
