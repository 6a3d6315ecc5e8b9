"""`angiosuite dose`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import out, out_json, table

if TYPE_CHECKING:
    from angiosuite.dicom.dose_table import DoseTable

SHOWN = ("number", "plane", "type", "kerma_gy", "kerma_area_gy_m2", "kv", "ma", "pulse_ms", "pulses",
         "copper_mm", "primary_deg", "secondary_deg", "sid_mm")  # fmt: skip
"""Columns that fit a terminal; CSV and JSON have all."""


def dose(
    path: Annotated[Path, typer.Argument(help="A DICOM dose report (X-Ray Radiation Dose SR).")],
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the events as CSV, every column.")] = False,
) -> None:
    """Show a dose report as a table: one row an irradiation event.

    Units are one each, whatever the report writes: Gy at the reference point, Gy m² kerma-area product, kV,
    mA, ms, mm, degrees (LAO and cranial positive). What is missing stays empty; what is wrong is said.
    """
    from angiosuite.dicom.dose_table import read_dose_report

    read = read_dose_report(path.expanduser())
    if json:
        out_json(read.as_dict())
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(read.columns())
        writer.writerows([getattr(event, name) for name in read.columns()] for event in read.events)
    else:
        _show(read)


def _show(read: DoseTable) -> None:
    out(f"{read.manufacturer} {read.model}")
    table(SHOWN, [[_short(getattr(event, name)) for name in SHOWN] for event in read.events])
    for total in read.totals:
        out(
            f"{total.plane or 'plane not named'}: {_short(total.kerma_gy) or '?'} Gy, "
            f"{_short(total.kerma_area_gy_m2) or '?'} Gy.m2, "
            f"fluoroscopy {_short(total.fluoroscopy_s) or '?'} s; events add up to "
            f"{_short(total.summed_kerma_gy) or '?'} Gy, {_short(total.summed_kerma_area_gy_m2) or '?'} Gy.m2"
        )
    for finding in read.findings:
        out(f"finding: {finding}")


def _short(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value
