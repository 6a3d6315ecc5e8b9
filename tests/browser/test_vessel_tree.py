"""The vessels of an imported CT on their page: named, cut, joined, sought, undone, kept when loaded anew."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from angiosuite.bench.served import Served
from angiosuite.kit.home import Home
from angiosuite.patients import ct_vessels
from angiosuite.patients.chart import write_chart

pytestmark = pytest.mark.ci

ROOT = [[40.0, 45.0, 5.0], [40.0, 45.0, 135.0]]
TRUNK = [[40.0, 40.0, 95.0], [40.0, 8.0, 85.0]]
SECOND = [[40.0, 40.0, 70.0], [40.0, 10.0, 45.0]]
APART = [[66.0, 45.0, 60.0], [66.0, 20.0, 60.0]]


def accessible(page: Page) -> None:
    """No fault by axe, with the rule and the place of each in the message."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a patient whose CT showed an aorta and two trunks, and one of a native CT."""
    path = Path(__file__).parents[1] / "anatomy" / "vessels" / "extraction" / "conftest.py"
    spec = importlib.util.spec_from_file_location("phantoms", path)
    assert spec is not None and spec.loader is not None
    phantoms = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(phantoms)
    home = Home(tmp_path_factory.mktemp("served") / "home").open()
    tubes = [(ROOT, 9.0, 350.0), (TRUNK, 3.5, 350.0), (SECOND, 3.5, 350.0), (APART, 3.0, 350.0)]
    for name, title, lumen in (
        ("ct-00000001", "Own CT 1", phantoms.make_phantom(tubes)),
        ("ct-00000002", "Own CT 2", None),
    ):
        folder = home.patients / name
        chart = {"id": name, "kind": "imported", "title": title, "checked": True, "notices": []}
        write_chart(folder, chart)
        ct_vessels.keep_lumen(folder, lumen)
        ct_vessels.vessels_of_import(folder)
    with Served(home.root, {"ANGIOSUITE_PREPARE": "false"}) as server:
        yield server


@pytest.fixture
def page(new_page: Any, served: Served) -> Any:
    """The page of the first patient's vessels, reached from the list of patients."""
    opened = new_page()
    opened.goto(f"{served.base}/#/room")
    opened.get_by_role("link", name="Vessels of Own CT 1").click()
    expect(opened.get_by_role("heading", level=1)).to_have_text("Vessels of Own CT 1")
    expect(opened.get_by_role("table", name="Vessels of this CT")).to_be_visible()
    return opened


def vessel(page: Page, name: str) -> Any:
    """The row of a vessel."""
    return page.get_by_role("table").get_by_role("row").filter(has=page.get_by_role("button", name=name))


def choose(page: Page, name: str) -> None:
    """Choose a vessel in the list."""
    page.get_by_role("table").get_by_role("button", name=name).click()
    expect(page.get_by_role("region", name="Correct").locator("strong")).to_have_text(name)


def corrections(page: Page, words: str) -> None:
    """Wait until the page says how many corrections are kept."""
    expect(page.get_by_role("region", name="Correct").get_by_role("status")).to_contain_text(words)


def test_vessels_are_named_accepted_cut_and_undone_and_stay_when_the_page_is_loaded_anew(page: Page) -> None:
    expect(page.get_by_role("img", name=re.compile("^Axial slice"))).to_be_visible()
    expect(page.get_by_role("img", name="Vessel tree from the front")).to_be_visible()
    accessible(page)
    choose(page, "Coeliac trunk")
    page.get_by_label("Name").select_option("Left gastric artery")
    page.get_by_role("button", name="Rename").click()
    corrections(page, "1 correction is kept")
    expect(vessel(page, "Left gastric artery")).to_contain_text("checked")

    choose(page, "Superior mesenteric artery")
    page.keyboard.press("a")
    corrections(page, "2 corrections are kept")
    expect(vessel(page, "Superior mesenteric artery")).to_contain_text("checked")
    before = vessel(page, "Superior mesenteric artery").inner_text()
    page.get_by_role("button", name="Cut here").click()
    corrections(page, "3 corrections are kept")
    assert vessel(page, "Superior mesenteric artery").inner_text() != before
    page.keyboard.press("Control+KeyZ")
    corrections(page, "2 corrections are kept")
    assert vessel(page, "Superior mesenteric artery").inner_text() == before
    accessible(page)

    page.reload()
    corrections(page, "2 corrections are kept")
    expect(vessel(page, "Left gastric artery")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    corrections(page, "1 correction is kept")
    page.get_by_role("button", name="Undo").click()
    corrections(page, "No corrections yet")
    expect(vessel(page, "Coeliac trunk")).to_be_visible()


def test_a_vessel_that_was_missed_is_sought_where_a_person_presses_and_joined_to_the_aorta(
    page: Page,
) -> None:
    slider = page.get_by_role("slider", name="Axial slice")
    slider.fill("60")
    film = page.get_by_role("img", name="Axial slice 61 of 140")
    expect(film).to_be_visible()
    box = film.bounding_box()
    assert box is not None
    scale = min(box["width"], box["height"]) / 80.0
    left = box["x"] + (box["width"] - 80.0 * scale) / 2.0
    top = box["y"] + (box["height"] - 80.0 * scale) / 2.0
    page.mouse.click(left + 66.5 * scale, top + 30.5 * scale)
    page.get_by_role("button", name="Seed here").click()
    corrections(page, "1 correction is kept")
    found = page.get_by_role("region", name="Correct").locator("strong")
    expect(found).to_contain_text("no name")
    page.get_by_role("slider", name="Place along it").fill("0")
    page.get_by_role("button", name="Join from here").click()
    choose(page, "Abdominal aorta")
    page.keyboard.press("j")
    corrections(page, "2 corrections are kept")
    expect(page.get_by_role("region", name="What must be known")).not_to_contain_text("does not fit")
    page.get_by_role("button", name="Undo").click()
    corrections(page, "1 correction is kept")
    page.keyboard.press("Control+KeyZ")
    corrections(page, "No corrections yet")


def test_a_native_ct_says_that_it_has_no_vessels_of_its_own(new_page: Any, served: Served) -> None:
    page = new_page()
    page.goto(f"{served.base}/#/vessels/ct-00000002")
    page.goto(f"{served.base}/#/vessels/ct-00000002")
    expect(page.get_by_role("heading", name="No vessels of its own")).to_be_visible()
    expect(page.get_by_text("no enhanced arteries")).to_be_visible()
    accessible(page)
