"""The angular table of docs/explain/staff-dose.md is that of the product."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_angular_table_of_the_page_is_what_the_product_computes():
    path = ROOT / "scripts" / "write_staff_dose_table.py"
    spec = importlib.util.spec_from_file_location("write_staff_dose_table", path)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = script.PAGE.read_text(encoding="utf-8")
    printed = page.partition(script.BEGIN)[2].partition(script.END)[0]
    assert len(printed.splitlines()) == 14
    numbers = [
        [float(cell.strip("° ")) for row in table.splitlines()[2:] for cell in row.split("|")[1:-1]]
        for table in (printed, script.table())
    ]
    # A last figure may round the other way on another processor.
    assert numbers[0] == pytest.approx(numbers[1], abs=0.0101)
