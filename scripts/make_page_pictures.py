"""Make the pictures of the pages in docs/pictures again, from the product in headless Chromium.

    python scripts/make_page_pictures.py docs/pictures

A resident of the United States in the fifth year: enrolled, with invented evidence, one session with the
built-in patient in which the pedal was held.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from angiosuite.bench.page import browser, drawn, open_suite, until
from angiosuite.bench.served import Served
from angiosuite.bench.way_sample import BEGUN, PATHWAY, STAGE, pieces
from angiosuite.records.database import Database
from angiosuite.records.records import Records

DESK, PHONE = (1440, 900), (390, 844)
HELD_FRAMES = 20


def fill(home: Path) -> None:
    """Evidence of four years, invented."""
    records = Records(Database.at(home))
    person = records.people.local()
    records.evidence.add_all(person, pieces(person.person, 420, seed=5))
    records.close()


def settle(served: Served) -> str:
    """Answer the first run, enrol, and add what has a date; the enrolment's id."""
    today = date.today()
    served.ask("/api/me", "PUT", {"country": "US", "stage": "ir-training", "language": "en"})
    enrolment = served.ask(
        "/api/enrolments", "POST", {"pathway": PATHWAY, "from_stage": STAGE, "start": BEGUN.isoformat()}
    )
    for months in range(6, 52, 6):
        day = BEGUN + timedelta(days=round(months * 30.4))
        review = {
            "kind": "attestation",
            "on": day.isoformat(),
            "terms": ["milestone-review"],
            "status": "signed",
            "rater": "CCC",
        }
        served.ask("/api/evidence", "POST", review)
    permit = {
        "kind": "credential", "on": "2025-01-10", "until": (today + timedelta(days=52)).isoformat(),
        "terms": ["advanced-life-support"],
    }  # fmt: skip
    served.ask("/api/evidence", "POST", permit)
    return str(enrolment["id"])


def practise(opened: Any, served: Served) -> None:
    """Hold the pedal in a session until there is a picture to come back to."""
    page = open_suite(opened, served)
    page.keyboard.down("Space")
    until(page, f"window.__probe.drawn.length > {HELD_FRAMES}")
    page.keyboard.up("Space")
    page.wait_for_timeout(1500)
    print("frames:", len(drawn(page)))
    page.close()


def picture(
    opened: Any, served: Served, target: Path, address: str, size: tuple[int, int], theme: str = "light"
) -> None:
    """One page as a JPEG."""
    phone = size == PHONE
    context = opened.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=theme, is_mobile=phone, has_touch=phone
    )  # fmt: skip
    page = context.new_page()
    page.goto(served.url)
    page.goto(f"{served.base}/{address}")
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_timeout(2000)
    page.screenshot(path=str(target), type="jpeg", quality=80)
    context.close()
    print("written:", target.name)


def main() -> None:
    """Make every picture of the pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    target = parser.parse_args().target
    with tempfile.TemporaryDirectory() as scratch, browser() as opened:
        home = Path(scratch)
        fill(home)
        with Served(home) as served:
            enrolment = settle(served)
            served.wait_ready()
            practise(opened, served)
            for name, address, size, theme in (
                ("home.jpg", "#/", DESK, "light"),
                ("home-dark.jpg", "#/", DESK, "dark"),
                ("home-phone.jpg", "#/", PHONE, "light"),
                ("pathway.jpg", f"#/pathway/{enrolment}", DESK, "light"),
                ("guide.jpg", "#/guide/peripheral-arterial-disease/anatomy-and-variants", DESK, "light"),
                ("guide-phone.jpg", "#/guide/what-is-interventional-radiology", PHONE, "light"),
                ("evidence-phone.jpg", "#/evidence/add/real-case", PHONE, "light"),
                ("field.jpg", "#/field", DESK, "light"),
            ):
                picture(opened, served, target / name, address, size, theme)


if __name__ == "__main__":
    main()
