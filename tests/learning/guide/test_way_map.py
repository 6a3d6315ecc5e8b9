"""The map of the way holds every page once, with something to do; the written page is what content says."""

from __future__ import annotations

from pathlib import Path

from angiosuite.content import load_library
from angiosuite.content.guide import PAGE_KINDS
from angiosuite.learning.guide.way_map import PARTS, readme_map, the_way_markdown, way_map

ROOT = Path(__file__).resolve().parents[3]


def test_every_page_is_one_station_with_something_to_do() -> None:
    library = load_library()
    parts = way_map(library)
    stations = [station for part in parts for station in part.stations]
    assert sorted(s.id for s in stations if s.id) == sorted(library.items["guide"])
    assert all(station.do_now for station in stations)
    assert [part.title for part in parts] == [*(title for title, _, _ in PARTS), "The field"]
    assert {kind for _, _, kinds in PARTS for kind in kinds} == set(PAGE_KINDS)


def test_the_written_page_is_what_the_content_says_now() -> None:
    written = (ROOT / "docs" / "learn" / "the-way.md").read_text("utf-8")
    assert written == the_way_markdown(), "run: python docs/generate.py"


def test_the_table_of_the_readme_has_a_row_for_each_part() -> None:
    rows = readme_map().splitlines()
    assert len(rows) == 2 + len(PARTS) + 1
    assert all(row.count("|") - row.count("\\|") == 5 for row in rows)
