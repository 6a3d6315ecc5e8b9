"""A CT becomes a patient: read and de-identified, split into water and bone, stored whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from angiosuite.anatomy.body import Body, load_body
from angiosuite.anatomy.findings import CtBody
from angiosuite.anatomy.from_ct import body_from_hu
from angiosuite.anatomy.vessels.extraction.lumen import Lumen, lumen_of
from angiosuite.dicom import CtVolume, read_ct
from angiosuite.kit.errors import Cancelled, RefusedInput
from angiosuite.kit.home import Home
from angiosuite.patients import preview, shelf
from angiosuite.patients.chart import chart_of, read_chart, write_chart
from angiosuite.patients.ct_vessels import keep_lumen
from angiosuite.patients.progress import IsCancelled, Progress, monotone
from angiosuite.patients.turn import STRAIGHT, Turn

FirstPicture = Callable[[Body], bytes]
"""Makes the first projection of a stored body: a JPEG. Given from above, where bodies meet machines."""

MAX_VOXELS = 64_000_000
"""Larger CTs are worked on a coarser grid, which the page says."""

_SHARES = {
    "look": (0.0, 0.02),
    "read": (0.02, 0.08),
    "check": (0.08, 0.09),
    "finding the body": (0.09, 0.66),
    "water and bone": (0.66, 0.80),
    "vessels": (0.80, 0.85),
    "finishing": (0.85, 0.86),
    "store": (0.86, 0.87),
    "first picture": (0.87, 1.0),
}
"""Share of the whole import of each step, from measured times."""
_FINDING = ((0.0, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0), (0.0, 0.1, 0.35, 0.83, 0.94, 0.98, 1.0))
"""What finding the body reports, and the share of its time that has then passed; measured on 89 slices."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of an import beside the files.

    Parameters
    ----------
    series : str or None
        Key of the series to read (`dicom.inspect`); the one that is judged best when None.
    turn : Turn
        Correction of the orientation.
    check : str or None
        Id of the import under which a person will look at the patient before it is used; None when it is
        accepted at once.
    replaces : str or None
        An unchecked patient of the same files that goes when this one is there; its title stays.
    """

    series: str | None = None
    turn: Turn = STRAIGHT
    check: str | None = None
    replaces: str | None = None


def import_ct(
    home: Home,
    path: Path,
    progress: Progress,
    cancelled: IsCancelled,
    wish: Wish | None = None,
    picture: FirstPicture | None = None,
) -> tuple[str, CtVolume]:
    """Import the CT at a path; the patient's id (the same for the same CT) and the volume as it was read.

    Raises
    ------
    RefusedInput
        When the input holds no CT that can be read; nothing is left behind.
    Cancelled
        When `cancelled` turned true; nothing is left behind.
    """
    wish = wish or Wish()
    report = monotone(progress, _SHARES)

    def within_body(step: str, fraction: float) -> None:
        if cancelled():
            raise Cancelled("The import")
        report(step, float(np.interp(fraction, *_FINDING)) if step == "finding the body" else fraction)

    volume = read_ct(path, report, cancelled, series=wish.series)
    volume = volume if wish.turn.is_identity else volume.turned(wish.turn.axes, wish.turn.flips)
    identity = "ct-" + _digest(volume)
    target = home.patients / identity
    if shelf.is_readable(target):
        _take_again(target, wish)
        _remove_replaced(home, identity, wish)
        report("first picture", 1.0)
        return identity, volume
    made = body_from_hu(
        volume.hu, volume.origin_mm, volume.spacing_zyx_mm, identity, within_body,
        is_head_hint=volume.facts.is_head, phase_hint=volume.facts.phase,
    )  # fmt: skip
    within_body("vessels", 0.0)
    lumen = _lumen(volume, made)
    within_body("store", 0.0)
    with shelf.scratch(home) as scratch:
        built = scratch / identity
        _write(built, _title(home, wish), volume, made, wish)
        body = shelf.write_body(built, made.body, made.body.layers[0].spacing_mm, made.body.content_hash)
        keep_lumen(built, lumen)
        within_body("first picture", 0.0)
        preview.write(
            built,
            preview.preview_of(made.body, made.opacified),
            picture(load_body(body)) if picture else None,
        )
        if cancelled():
            raise Cancelled("The import")
        shelf.place(built, target, scratch)
    _remove_replaced(home, identity, wish)
    report("first picture", 1.0)
    return identity, volume


def _lumen(volume: CtVolume, made: CtBody) -> Lumen | None:
    """What the CT shows of its vessels; nothing of a head, of which no face is to be kept."""
    if made.masks.head is not None:
        return None
    return lumen_of(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, made.masks)


def _digest(volume: CtVolume) -> str:
    """Eight hex digits that are the same for the same voxels and geometry."""
    digest = hashlib.sha256(np.ascontiguousarray(volume.hu).data)
    digest.update(repr((volume.origin_mm, volume.spacing_zyx_mm)).encode())
    return digest.hexdigest()[:8]


def _write(built: Path, title: str, volume: CtVolume, made: CtBody, wish: Wish) -> None:
    """The chart of a new patient."""
    chart = chart_of(built.name, title, volume, made.findings, wish.turn, _notices(volume, made))
    write_chart(built, {**chart, "checked": wish.check is None, "import": wish.check})


def _take_again(target: Path, wish: Wish) -> None:
    """The same CT once more: an unchecked patient is accepted, or goes on under the new import's id."""
    chart = read_chart(target)
    if not chart["checked"]:
        write_chart(target, {**chart, "checked": wish.check is None, "import": wish.check})


def _remove_replaced(home: Home, identity: str, wish: Wish) -> None:
    """Let the unchecked patient go in whose place this one comes."""
    if wish.replaces in (None, identity):
        return
    folder = home.patients / str(wish.replaces)
    try:
        unchecked = not read_chart(folder)["checked"]
    except RefusedInput:
        return
    if unchecked:
        with shelf.scratch(home) as scratch:
            os.replace(folder, scratch / "replaced")


def _title(home: Home, wish: Wish) -> str:
    """The title of the patient that is replaced, or the next free number."""
    taken = [0]
    for folder in home.patients.iterdir() if home.patients.is_dir() else []:
        try:
            title = str(read_chart(folder).get("title", ""))
        except RefusedInput:  # a damaged neighbour must not stop an import
            continue
        if folder.name == wish.replaces:
            return title
        if title.startswith("Own CT ") and title[7:].isdigit():
            taken.append(int(title[7:]))
    return f"Own CT {max(taken) + 1}"


def _notices(volume: CtVolume, made: CtBody) -> tuple[str, ...]:
    """What the page must say of an imported patient beside what reading and segmenting said."""
    notices = []
    facts, findings = volume.facts, made.findings
    still = made.body.layers[0]
    voxels = facts.slices * facts.matrix[0] * facts.matrix[1]
    if voxels > MAX_VOXELS:
        grid = " x ".join(str(n) for n in still.shape)
        worked = still.water_mg_cm3.size / 1e6
        notices.append(
            f"worked on a grid of {worked:.0f} million voxels ({grid}, {still.spacing_mm:.2f} mm) "
            f"instead of the CT's {voxels / 1e6:.0f} million"
        )
    if volume.spacing_zyx_mm[0] > 2.0:
        notices.append(f"slices every {volume.spacing_zyx_mm[0]:.1f} mm: edges across them look soft")
    if findings.phase == "unknown" and facts.phase is None:
        notices.append(
            "contrast medium was given, but its phase was not found"
            if facts.contrast_given
            else "neither the voxels nor the file say whether contrast medium was given"
        )
    return tuple(notices)
