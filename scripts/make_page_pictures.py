"""Make the pictures of the pages in docs/pictures again, from the product in headless Chromium.

    python scripts/make_page_pictures.py docs/pictures

A resident of the United States in the fifth year: enrolled, with invented evidence, one session with the
built-in patient in which the pedal was held, three invented attempts at drills, and one that is done here by
keys, with the scripted reference operator beside it. `--only` makes some of them; `--patients` takes patients
that another home has built.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from angiosuite.bench.attempt_sample import AttemptSample
from angiosuite.bench.page import PROBE, browser, drawn, open_suite, until
from angiosuite.bench.served import Served
from angiosuite.bench.way_sample import BEGUN, PATHWAY, STAGE, pieces
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.content.packs import directories_of
from angiosuite.kit.home import Home
from angiosuite.practice.debrief import Debrief
from angiosuite.records.database import Database
from angiosuite.records.records import Records

DESK, PHONE, TALL = (1440, 900), (390, 844), (1440, 1040)
HELD_FRAMES = 20
DRILL = "parallax"
PROCEDURE = "iliac-angioplasty-and-stent"
BEFORE = (
    ("isocentre", "Isocentre", "built-in-adult", 9),
    ("isocentre", "Isocentre", "built-in-woman", 6),
    ("femoral-head-for-access", "Femoral head for access", "built-in-adult", 2),
)
"""Invented attempts that passed: drill, title, patient, days ago."""
OF_PRACTICE = ("practice.jpg", "drill.jpg", "task.jpg", "debrief.jpg")
LONGEST_S = 240.0


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


def practised_before(home: Path) -> None:
    """Attempts of the last days, invented, each passed."""
    for number, (drill, title, patient, days) in enumerate(BEFORE):
        on = datetime.now(UTC) - timedelta(days=days)
        path = home / "sessions" / f"{on:%Y%m%d-%H%M%S}-{number:04x}"
        facts = {"drill": drill, "title": title, "patient": patient, "patient_title": patient}
        sample = AttemptSample(path, on=on.isoformat(timespec="seconds"), **facts)
        sample.held(22.0)
        sample.held(3.0)
        sample.answer("before")
        sample.finish()
        sample.attempt.write(
            "self", {"answers": {}, "text": "", "skipped": True, "on": sample.attempt.facts().on}
        )
        Debrief(sample.attempt).judged()


def seed_of(home: Path, wanted: dict[str, str]) -> int:
    """The first seed whose right answers are these."""
    item = load_library(directories_of(Home(home).open())).get("drills", DRILL).item
    assert isinstance(item, DrillItem)
    return next(seed for seed in range(1000) if item.answers(seed) == wanted)


def look(page: Any) -> None:
    """Hold the pedal until a picture has come, and let the held image settle."""
    live = page.get_by_role("region", name="Live monitor")
    page.keyboard.down("Space")
    live.get_by_text("X-RAY ON").first.wait_for(timeout=30_000)
    page.wait_for_timeout(1600)
    page.keyboard.up("Space")
    page.wait_for_timeout(1800)


def do_a_drill(opened: Any, served: Served, home: Path, target: Path | None) -> str:
    """Two looks from two sides, one right and one wrong answer; a picture of the task before the end."""
    seed = seed_of(home, {"side": "before", "depth": "near"})
    wanted = {"drill": DRILL, "patient": "built-in-adult", "mode": "practice", "seed": seed}
    attempt = str(served.ask("/api/practice/attempts", "POST", wanted)["id"])
    page = opened.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(path=PROBE)
    page.goto(served.url)
    page.goto(f"{served.base}/#/suite/{attempt}")
    live = page.get_by_role("region", name="Live monitor")
    live.wait_for(timeout=60_000)
    until(page, "window.__probe.sockets.some((one) => one.readyState === 1)")
    task = page.get_by_role("tabpanel", name="Task")
    task.wait_for()
    live.click()
    look(page)
    page.keyboard.down("KeyJ")
    page.wait_for_timeout(2200)
    page.keyboard.up("KeyJ")
    look(page)
    page.keyboard.press("Shift+F3")
    task.get_by_text("This attempt now counts in full.").wait_for()
    page.keyboard.press("Alt+KeyQ")
    for digit in ("Digit1", "Digit2"):
        page.keyboard.press(digit)
        page.wait_for_timeout(800)
    page.keyboard.press("Escape")
    page.wait_for_timeout(1000)
    if target is not None:
        page.screenshot(path=str(target), type="jpeg", quality=80)
        print("written:", target.name)
    page.keyboard.press("Shift+F7")
    task.get_by_role("button", name="Press again to finish the task").click()
    page.wait_for_url(re.compile(rf"#/debrief/{attempt}$"))
    page.close()
    served.ask(f"/api/practice/attempts/{attempt}/self", "PUT", {"skipped": True})
    return attempt


def reference_beside(served: Served, attempt: str) -> None:
    """Let the script do the same drill, and wait for it."""
    place = f"/api/practice/attempts/{attempt}/reference"
    served.ask(place, "POST")
    until_s = time.monotonic() + LONGEST_S
    while (state := served.ask(place))["state"] == "making" and time.monotonic() < until_s:
        time.sleep(1.0)
    print("reference:", state["state"], state["error"] or "")


def debrief_picture(opened: Any, served: Served, target: Path, attempt: str) -> None:
    """The debrief at its costliest fault, with the script's run beside."""
    page = opened.new_page(viewport={"width": TALL[0], "height": TALL[1]})
    page.goto(served.url)
    page.goto(f"{served.base}/#/debrief/{attempt}")
    page.get_by_role("heading", level=1).first.wait_for()
    page.get_by_role("button", name="Show the script’s run beside").click()
    slider = page.get_by_role("slider", name="Moment on the timeline")
    slider.press("Home")
    page.locator("body").press("BracketRight")
    page.wait_for_timeout(2500)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=str(target), type="jpeg", quality=80)
    page.close()
    print("written:", target.name)


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
    """Make every picture of the pages, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="file names")
    parser.add_argument("--patients", type=Path, help="a home whose built patients and kernels are copied")
    given = parser.parse_args()
    target: Path = given.target

    def wanted(name: str) -> bool:
        return given.only is None or name in given.only

    with tempfile.TemporaryDirectory() as scratch, browser() as opened:
        home = Path(scratch)
        for part in ("patients", "cache") if given.patients is not None else ():
            shutil.copytree(given.patients / part, home / part)
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
                ("procedure.jpg", f"#/practice/{PROCEDURE}", TALL, "light"),
            ):
                if wanted(name):
                    picture(opened, served, target / name, address, size, theme)
            if not any(wanted(name) for name in OF_PRACTICE):
                return
            practised_before(home)
            attempt = do_a_drill(opened, served, home, target / "task.jpg" if wanted("task.jpg") else None)
            if wanted("debrief.jpg"):
                reference_beside(served, attempt)
                debrief_picture(opened, served, target / "debrief.jpg", attempt)
            for name, address in (("practice.jpg", "#/practice"), ("drill.jpg", f"#/practice/{DRILL}")):
                if wanted(name):
                    picture(opened, served, target / name, address, TALL)


if __name__ == "__main__":
    main()
