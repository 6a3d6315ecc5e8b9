"""Every page of the manual: its links lead somewhere, and what it names exists."""

import re
from pathlib import Path

import pytest
import typer

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


def headings(text: str) -> set[str]:
    """Anchors of a page, as the usual Markdown viewers make them."""
    found = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_to_a_file_and_a_heading(page):
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in headings(file.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_page_names_a_place_on_someones_disk(page):
    places = r"(?<![\w.~])/(?:tmp|work|root|home|srv|opt|mnt|Users)/"
    assert re.findall(places, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_verb_of_the_command_that_a_page_names_exists(page):
    from angiosuite.cli.application import app

    verbs = set(getattr(typer.main.get_command(app), "commands", {}))
    named = set(re.findall(r"(?:`|^|\s)angiosuite ([a-z]+)\b", "\n".join(code_of(page)), flags=re.MULTILINE))
    assert named - verbs == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_session_command_that_a_page_names_exists(page):
    from angiosuite.suite.commands import COMMANDS

    rooms = "|".join(sorted({name.split(".")[0] for name in COMMANDS}))
    named = set(re.findall(rf"`((?:{rooms})\.(?!jsonl?`)[a-z_]+)`", page.read_text(encoding="utf-8")))
    assert named - set(COMMANDS) == set()


def code_of(page: Path) -> list[str]:
    """Everything in a page that is set as code."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return blocks + re.findall(
        r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    )


def test_every_page_is_reached_from_the_index():
    reached, open_pages = set(), [ROOT / "docs" / "index.md"]
    while open_pages:
        page = open_pages.pop()
        if page in reached:
            continue
        reached.add(page)
        for target in re.findall(r"\]\(([^)\s#]+\.md)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                open_pages.append((page.parent / target).resolve())
    lost = [
        page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md") if page not in reached
    ]
    assert lost == []
