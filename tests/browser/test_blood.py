"""Blood on the suite page: a catheter placed, a puff, the injector made ready, a subtracted run, pressure."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.ci


def live(page: Page):
    return page.get_by_role("region", name="Live monitor")


def panel(page: Page):
    return page.get_by_role("region", name="C-arm and table")


def opened(page: Page, tab: str):
    """A page of the place beside the table."""
    panel(page).get_by_role("tab", name=re.compile(f"^{tab}")).click()
    return panel(page).get_by_role("tabpanel")


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def test_an_injection_is_made_ready_given_and_seen(suite_page: Page) -> None:
    page = suite_page
    place = opened(page, "Catheter")
    place.get_by_label("Search the vessels").fill("left renal artery")
    place.get_by_role("listbox", name="Vessels").get_by_role(
        "option", name=re.compile("^left renal artery", re.I)
    ).first.click()
    catheters = place.get_by_role("listbox", name="Catheters")
    catheters.get_by_role("option", name=re.compile("cobra", re.I)).first.click()
    place.get_by_role("button", name="Place the catheter there").click()
    lies = place.get_by_role("group", name="The catheter in the patient")
    expect(lies).to_contain_text(re.compile("cobra.* in left renal artery", re.I))
    accessible(page)

    pressure = opened(page, "Pressure")
    pressure.get_by_role("button", name=re.compile("zero", re.I)).click()
    expect(pressure).to_contain_text(re.compile(r"\d{2,3}/\d{2,3} mean \d{2,3} mmHg"))
    accessible(page)

    injector = opened(page, "Injector")
    injector.get_by_role("button", name=re.compile("^Fill")).click()
    expect(injector).to_contain_text(re.compile(r"1[45]\d ml, 37 °C"))
    injector.get_by_role("button", name=re.compile("^Purge")).click()
    injector.get_by_role("button", name=re.compile("^Look for air")).click()
    expect(injector).to_contain_text(re.compile("no air seen|air seen"))
    injector.get_by_role("option", name=re.compile("renal", re.I)).first.click()
    accessible(page)
    live(page).focus()
    page.keyboard.press("x")
    count = injector.get_by_role("group", name="Contrast so far")
    expect(count).to_contain_text(re.compile(r"[1-9]\d* ml"))
    injector.get_by_role("button", name=re.compile("^Arm")).click()
    expect(injector).to_contain_text(re.compile("armed", re.I))

    page.get_by_role("tab", name=re.compile("^Runs")).click()
    page.get_by_role("radio", name="DSA body", exact=True).click()
    live(page).focus()
    page.keyboard.down("Enter")
    expect(live(page)).to_contain_text(re.compile(r"run \d+ · frame (?:[7-9]|\d{2,}).*subtracted"))
    injector.get_by_role("button", name=re.compile("^Inject now")).click()
    expect(count).to_contain_text(re.compile(r"(?:[89]|[1-9]\d) ml"))
    page.keyboard.up("Enter")
    expect(live(page)).to_contain_text("Last frame of the run")
    runs = page.get_by_role("list", name="Runs")
    expect(runs.get_by_role("button", name=re.compile(r"Run 1, DSA"))).to_be_visible()
