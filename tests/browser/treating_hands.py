"""Hands of a person at the tab *Treat*, and where things are on its page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

LOADED_MS = 240_000


def live(page: Page) -> Locator:
    return page.get_by_role("region", name="Live monitor")


def table(page: Page) -> Locator:
    return page.get_by_role("region", name="Instrument table")


def inside(page: Page) -> Locator:
    return page.get_by_role("region", name="In the patient").locator("li[data-tool]")


def treatment(page: Page) -> Locator:
    return page.get_by_role("group", name="Treatment", exact=True)


def gauge(page: Page) -> Locator:
    return treatment(page).get_by_role("meter", name="Gauge of the inflator")


def atm(page: Page) -> float:
    return float(gauge(page).get_attribute("aria-valuenow") or "nan")


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(400)


def picked(page: Page, words: str, name: str) -> None:
    """The first device of the cupboard with these words, onto the table, chosen there."""
    live(page).focus()
    press(page, "z")
    field = page.get_by_role("combobox", name="Find a device")
    field.fill(words)
    expect(page.get_by_role("listbox", name="Devices").get_by_role("option").first).to_contain_text(name)
    field.press("Enter")
    press(page, "Escape")
    table(page).get_by_role("option", name=re.compile(name)).first.click()
    live(page).focus()


def loaded(page: Page, keys: tuple[str, ...], count: int) -> None:
    press(page, "t", *keys)
    expect(table(page)).not_to_contain_text("coat is dry")
    press(page, "l")
    expect(inside(page)).to_have_count(count, timeout=LOADED_MS)


def wait_for_hands(page: Page) -> None:
    """Until the first start has compiled what moves wires; the page refuses to load before."""
    for _ in range(300):
        steps = page.evaluate("fetch('/api/start').then(answer => answer.json())")["steps"]
        if not any(step["name"] == "hands" and step["state"] in ("waiting", "running") for step in steps):
            return
        page.wait_for_timeout(2000)
    pytest.fail(f"wires and catheters do not become ready: {steps}")


def logged(page: Page, session: str) -> list[dict[str, Any]]:
    """The lines of a session's log."""
    text = page.evaluate(f"fetch('/api/sessions/{session}/log').then(answer => answer.text())")
    return [json.loads(line) for line in str(text).splitlines() if line.strip()]


def commands(page: Page, session: str) -> list[dict[str, Any]]:
    """What hands did with balloons, as the log of a session has it."""
    return [one for one in logged(page, session) if str(one.get("name", "")).startswith("balloon.")]
