"""A whole procedure on the page by keys and clicks: an iliac artery, from the sheath to the closed groin."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.treating_hands import (
    accessible,
    gauge,
    inside,
    live,
    logged,
    picked,
    press,
    table,
    treatment,
    wait_for_hands,
)

from angiosuite.bench.page import until
from angiosuite.bench.served import Served

pytestmark = pytest.mark.ci

CASE = "iliac-angioplasty-and-stent/left-common/guided"
WIRE, FLUSH, BALLOON = "Hydrophilic wire", "Straight flush", "Balloon"
LONGEST_CM = {"external iliac": 9.5, "common iliac": 17.0}
"""So far from the sheath a tip is still in these; deeper it has turned round or stands in a small branch."""
BACK_CM, MOST_N = 1.0, 2.5
"""A tip that is astray is drawn back to here; nobody pushes on against more."""
SLOW_MS = 90_000


def begun(page: Page) -> None:
    """The case from the page of the procedure, until the room and what moves wires are ready."""
    page.get_by_role("button", name="Begin in the suite").press("Enter")
    live(page).wait_for()
    until(page, "window.__probe.sockets.some((one) => one.readyState === 1)")
    until(page, "!document.querySelector('[data-panel=live]').textContent.includes('Getting ready')")
    wait_for_hands(page)
    live(page).focus()
    press(page, "b", "Shift+M")
    expect(table(page)).to_be_visible()


def held(page: Page, key: str, ms: int) -> None:
    page.keyboard.down(key)
    page.wait_for_timeout(ms)
    page.keyboard.up(key)


def tool(page: Page, words: str) -> Locator:
    return inside(page).filter(has_text=re.compile(words)).first


def loaded(page: Page, words: str, *keys: str) -> None:
    """What lies on the table, into the left groin."""
    count = inside(page).count()
    table(page).get_by_role("option", name=re.compile(words)).first.click()
    live(page).focus()
    press(page, "t", *keys)
    for _ in range(4):
        if "left" in table(page).inner_text().lower():
            break
        press(page, "a")
    press(page, "l")
    expect(inside(page)).to_have_count(count + 1, timeout=SLOW_MS)
    press(page, "Escape")


def in_hand(page: Page, words: str) -> None:
    """This one into the hand, by its number."""
    number = tool(page, words).inner_text().split()[0]
    live(page).focus()
    press(page, number)
    expect(tool(page, words)).to_contain_text("in the hand")


def removed(page: Page, words: str) -> None:
    count = inside(page).count()
    in_hand(page, words)
    press(page, "Alt+Delete")
    expect(inside(page)).to_have_count(count - 1, timeout=SLOW_MS)


def deep_cm(said: str) -> float:
    """How far beyond the sheath the ruler says that a tip is."""
    found = re.search(r"(−?[0-9.]+) cm [0-9]+ out", said)
    assert found is not None, said
    return float(found[1].replace("−", "-"))


def is_astray(said: str) -> bool:
    """Whether a tip is where it should not be, or is pressed against a wall."""
    here = next((cm for words, cm in LONGEST_CM.items() if words in said), None)
    force_n = re.search(r"wall ([0-9.]+) N", said)
    if force_n is not None and float(force_n[1]) > MOST_N:
        return True
    return deep_cm(said) > here if here is not None else not re.search("femoral|Abdominal aorta", said)


def led_up(page: Page, words: str, longest_s: float = 150.0) -> None:
    """Forward under X-rays until the page says that the tip is in the aorta.

    A tip that goes astray is drawn back and turned, as anybody does.
    """
    one, ends = tool(page, words), time.monotonic() + longest_s
    page.keyboard.down("Space")
    page.keyboard.down("w")
    while "Abdominal aorta" not in (said := one.inner_text()):
        assert time.monotonic() < ends, said
        if is_astray(said):
            page.keyboard.up("w")
            page.keyboard.down("s")
            while deep_cm(one.inner_text()) > BACK_CM and time.monotonic() < ends:
                page.wait_for_timeout(150)
            page.keyboard.up("s")
            held(page, "d", 900)
            page.keyboard.down("w")
        page.wait_for_timeout(150)
    page.keyboard.up("w")
    page.keyboard.up("Space")


def filmed(page: Page) -> None:
    """The flush catheter over the wire, the wire out, a run, and the pressure there."""
    loaded(page, FLUSH, "f")
    led_up(page, FLUSH)
    held(page, "w", 1500)
    removed(page, WIRE)
    in_hand(page, FLUSH)
    press(page, "Shift+F", "y")
    held(page, "Enter", 7000)
    page.wait_for_timeout(1500)
    press(page, "Alt+z")
    page.wait_for_timeout(2000)
    press(page, "Alt+w")


def dilated(page: Page) -> None:
    """A balloon over the wire, its tip at the aorta's end; up to its nominal pressure, down, out."""
    picked(page, "balloon-8x40-035-80", BALLOON)
    press(page, "Alt+Shift+A", "i", "p", "Escape")
    loaded(page, BALLOON, "f", "w")
    led_up(page, BALLOON)
    press(page, "Alt+Shift+A", "n")
    expect(gauge(page)).to_have_attribute("aria-valuetext", "8 atm, screw at 8 atm")
    page.wait_for_timeout(5000)
    accessible(page)
    press(page, "v")
    expect(treatment(page)).to_contain_text("down")
    page.wait_for_timeout(5000)
    press(page, "Escape")
    removed(page, BALLOON)


def test_a_narrowed_iliac_artery_is_treated_from_the_sheath_to_the_closed_groin(
    new_page: Callable[..., Any], served: Served
) -> None:
    page: Page = new_page(f"{served.url}#/practice/{CASE}")
    begun(page)
    accessible(page)
    picked(page, "wire-hydrophilic-035-angled-260", WIRE)
    loaded(page, WIRE, "w")
    led_up(page, WIRE)
    held(page, "w", 3500)
    picked(page, "sheath-7f-11cm", "Sheath")
    press(page, "t", "s", "Escape")
    expect(page.get_by_text(re.compile("sheath 7 F"))).to_be_visible()
    picked(page, "straight-flush-5f", FLUSH)
    filmed(page)

    loaded(page, WIRE)
    press(page, "q")  # coarse, through the catheter
    led_up(page, WIRE)
    press(page, "q")
    held(page, "w", 3000)
    removed(page, FLUSH)
    press(page, "Alt+Shift+R")
    expect(page.get_by_role("radio", name="Heparin")).to_be_checked()
    press(page, "Alt+Shift+Enter")
    dilated(page)
    filmed(page)
    removed(page, FLUSH)

    picked(page, "closure-anchor-plug-8f", "Closure")
    press(page, "Alt+Shift+X", "v")
    page.wait_for_timeout(20_000)
    accessible(page)
    press(page, "Shift+F7", "Shift+F7")
    page.wait_for_url(re.compile("#/debrief/"))
    page.get_by_role("button", name="Show the score without it").click()
    expect(page.get_by_role("main")).to_contain_text("No sheath left in")
    accessible(page)

    attempt = page.url.rsplit("/", 1)[1]
    assert served.ask(f"/api/practice/attempts/{attempt}")["state"] == "judged"
    names = [one.get("name") for one in logged(page, attempt)]
    for name in ("sheath-changed", "drug-given", "balloon-up", "balloon-down", "sheath-removed"):
        assert name in names, name
    assert names.count("run-ended") == 2
    assert names.index("drug-given") < names.index("balloon-up") < names.index("sheath-removed")
