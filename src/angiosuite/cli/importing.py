"""`angiosuite import`: a CT of one's own, from the command line."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import Progress, out, table
from .serving import Home

if TYPE_CHECKING:
    from angiosuite.dicom.inspection import Inspection
    from angiosuite.patients.record import PatientRecord


class ProgressWithTimeLeft:
    """Progress of an import with the time that it will still take."""

    def __init__(self) -> None:
        self._line, self._began_s = Progress(), time.monotonic()

    def __call__(self, step: str, fraction: float) -> None:
        """Note progress."""
        from angiosuite.patients.progress import remaining_s

        left_s = remaining_s(time.monotonic() - self._began_s, fraction)
        self._line(step if left_s is None else f"{step}, about {left_s:.0f} s left", fraction)

    def done(self) -> None:
        """Clear the line."""
        self._line.done()


def import_(
    path: Annotated[
        Path, typer.Argument(help="A DICOM folder, medium (DICOMDIR), zip or file, or a NIfTI file.")
    ],
    series: Annotated[
        str | None, typer.Option("--series", metavar="KEY", help="Take this series; --list shows the keys.")
    ] = None,
    turn: Annotated[
        list[str] | None,
        typer.Option(
            "--turn",
            metavar="HOW",
            help="Correct the orientation: flip-left-right, flip-front-back, flip-head-feet, "
            "turn-about-left-right, turn-about-front-back or turn-about-head-feet (by 90 degrees); "
            "may be given again.",
        ),
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Show the series and import nothing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Look at the patient in the page before it may be used.")
    ] = False,
    home: Home = None,
) -> None:
    """Make a patient of a CT.

    Of several series the best is taken; which, and why, is printed. Names and all but a short list of
    attributes are dropped on entry. What cannot be imported is refused with the reason and leaves nothing
    behind. Ctrl-C stops; nothing remains.

    The patient can be used at once; with --check only after somebody has accepted it in the page.
    """
    from angiosuite.kit import kernel_cache
    from angiosuite.kit.home import Home as HomeFolder

    opened = HomeFolder(home).open()
    kernel_cache.activate(opened.kernels)
    place = path.expanduser()
    progress = ProgressWithTimeLeft()
    if only_list:
        from angiosuite.dicom import inspect

        try:
            seen = inspect(place, progress)
        finally:
            progress.done()
        _show_series(seen, None)
        return
    import uuid

    from angiosuite.patients.importing import Wish
    from angiosuite.patients.store import PatientStore
    from angiosuite.patients.turn import turn_of
    from angiosuite.runtime.first_picture import first_picture

    wish = Wish(series, turn_of(turn or ()), uuid.uuid4().hex[:12] if check else None)
    try:
        made = PatientStore(opened).bring_in(
            place, progress, wish=wish, picture=(lambda body: first_picture(opened, body)) if check else None
        )
    finally:
        progress.done()
    if len(made.inspection.series) > 1:
        _show_series(made.inspection, series)
    _show_findings(made.record)
    if made.record.import_id is not None:
        out(f"to check: run 'angiosuite serve' and open #/imports/{made.record.import_id}")
    out(f"patient {made.record.id}")


def _show_series(seen: Inspection, asked: str | None) -> None:
    """The series of an input, which is taken, and why the others are not."""
    rows = []
    for one in seen.series:
        size = "" if one.matrix is None else f"{one.matrix[0]} x {one.matrix[1]}"
        apart = "" if one.spacing is None else f"{one.spacing[0]:.2f} mm"
        taken = "taken" if one.key == (asked or seen.chosen) else ("" if one.usable else "cannot be used")
        says = "; ".join(filter(None, [", ".join(one.words), one.why_not, *one.notices]))
        rows.append([one.key, one.kind, one.slices, size, apart, taken, says])
    table(["series", "kind", "images", "matrix", "apart", "", "what is known"], rows)
    for line in [*([] if asked else [seen.why]), *seen.notices]:
        out(line)


def _show_findings(record: PatientRecord) -> None:
    """What was found in the CT."""
    scan, found = record.scan or {}, record.findings or {}
    if scan:
        spacing = " x ".join(f"{mm:.2f}" for mm in scan["ct_spacing_zyx_mm"])
        rows, columns = scan["matrix"]
        out(f"{scan['slices']} slices of {rows} x {columns}, spacing {spacing} mm")
    if found:
        out(f"contrast phase: {found['phase']} ({found['phase_why']})")
        if found["opacified_ml"]:
            out(f"opacified vessels: {found['opacified_ml']:.0f} ml, set to blood")
        out("table: removed" if found["table_removed"] else "table: none found")
        if found["is_head"]:
            out("head: its face is taken away")
    for notice in record.notices:
        out(f"note: {notice}")
