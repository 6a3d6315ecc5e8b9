"""The guide as a reader has it: order, staleness, neighbours; what is kept is the reader's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from angiosuite.content import load_library
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal
from angiosuite.learning.guide import Guide
from angiosuite.records.database import Database
from angiosuite.records.records import Records

DAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """Records of a test's own."""
    opened = Records(Database(f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.sqlite'}"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def guide(records: Records, tmp_path_factory: pytest.TempPathFactory) -> Guide:
    """The guide that ships."""
    cache = tmp_path_factory.mktemp("cache")
    return Guide(load_library(), records.positions, records.notes, records.reflections, cache)


@pytest.fixture
def reader(records: Records) -> Principal:
    """The person of the installation."""
    return records.people.local()


def test_contents_list_every_page_once_by_kind(guide: Guide, reader: Principal) -> None:
    lines = [(s.kind, line.order, line.id) for s in guide.contents(reader, DAY).sections for line in s.pages]
    assert {identity for _, _, identity in lines} == set(load_library().items["guide"])
    assert len({identity for _, _, identity in lines}) == len(lines)
    for section in guide.contents(reader, DAY).sections:
        assert [line.order for line in section.pages] == sorted(line.order for line in section.pages)


def test_every_page_can_be_read_and_leads_to_the_next(guide: Guide, reader: Principal) -> None:
    pages = [guide.page(reader, identity, DAY) for identity in guide.titles()]
    for before, after in pairwise(pages):
        assert before["next"] == {"id": after["id"], "title": after["title"]}
        assert after["previous"] == {"id": before["id"], "title": before["title"]}
    assert pages[0]["previous"] is None and pages[-1]["next"] is None
    for page in pages:
        assert page["minutes"] >= 1 and page["words"] > 100 and page["html"].startswith(("<h2", "<p"))
        assert [source["number"] for source in page["sources"]] == list(range(1, len(page["sources"]) + 1))
        assert len({heading["id"] for heading in page["headings"]}) == len(page["headings"])


def test_a_page_grows_stale_on_the_day_after_its_months_are_over(guide: Guide, reader: Principal) -> None:
    page = guide.page(reader, next(iter(guide.titles())), DAY)
    year, month, day = map(int, page["written_on"].split("-"))
    assert page["verify_every_months"] == 12
    assert not guide.page(reader, page["id"], date(year + 1, month, day))["stale"]
    assert guide.page(reader, page["id"], date(year + 1, month, day + 1))["stale"]


def test_a_place_on_a_page_is_kept(guide: Guide, reader: Principal) -> None:
    identity = next(iter(guide.titles()))
    guide.keep_position(reader, identity, "dose", 0.4, False)
    assert guide.page(reader, identity, DAY)["position"].fraction == 0.4
    line = next(line for s in guide.contents(reader, DAY).sections for line in s.pages if line.id == identity)
    assert line.position is not None and line.position.anchor == "dose"


@pytest.mark.parametrize("identity", ["nothing", "", "../x"])
def test_what_is_not_there_is_refused_by_name(guide: Guide, reader: Principal, identity: str) -> None:
    for call in (
        lambda: guide.page(reader, identity, DAY),
        lambda: guide.keep_position(reader, identity, "", 0, False),
        lambda: guide.figure(identity, "x.svg"),
        lambda: guide.reflect(reader, identity, {"a": 1}, DAY, ""),
    ):
        with pytest.raises(RefusedInput, match="no page"):
            call()
    with pytest.raises(RefusedInput, match="about a page"):
        guide.add_note(reader, f"guide:{identity}", "", "wrong", "")


def test_figures_are_those_that_a_page_names_and_no_other_file(guide: Guide, reader: Principal) -> None:
    identity = next(iter(guide.titles()))
    for file in ("page.yaml", "text.md", "../page.yaml", "/etc/passwd"):
        with pytest.raises(RefusedInput, match="no figure"):
            guide.figure(identity, file)
    for page in (guide.page(reader, one, DAY) for one in guide.titles()):
        for figure in page["figures"]:
            assert guide.figure(page["id"], figure["file"]).stat().st_size <= 40_000


def test_answers_must_fit_their_questions(guide: Guide, reader: Principal) -> None:
    page = next(p for p in (guide.page(reader, one, DAY) for one in guide.titles()) if p["reflection"])
    kinds = {q["kind"]: q["id"] for q in page["reflection"]["questions"]}
    wrong: list[dict[str, int | str]] = [
        {},
        {"nothing": 3},
        {kinds["scale"]: 0},
        {kinds["scale"]: 6},
        {kinds["scale"]: "3"},
        {kinds["scale"]: True},
        {kinds["text"]: 3},
        {kinds["text"]: "x" * 5001},
    ]
    for answers in wrong:
        with pytest.raises(RefusedInput):
            guide.reflect(reader, page["id"], answers, DAY, "")
    for day in (DAY, date(2027, 2, 1)):
        guide.reflect(reader, page["id"], {kinds["scale"]: 4, kinds["text"]: "yes"}, day, "after surgery")
    kept = guide.reflections(reader)
    assert [one.on for one in kept] == [date(2027, 2, 1), DAY]
    guide.withdraw_reflection(reader, kept[0].id)
    assert [one.on for one in guide.reflections(reader)] == [DAY]
    with pytest.raises(RefusedInput, match="asks nothing"):
        guide.reflect(reader, next(iter(guide.titles())), {"a": 1}, DAY, "")


def test_the_glossary_is_in_order_and_plain(guide: Guide) -> None:
    terms = guide.glossary()
    assert [term.title.casefold() for term in terms] == sorted(term.title.casefold() for term in terms)
    assert all("](" not in term.text for term in terms)


def test_search_finds_the_pages_of_the_guide(guide: Guide) -> None:
    for identity, title in list(guide.titles().items())[:5]:
        assert guide.search(title)[0].id == identity


def test_the_cache_is_used_again(records: Records, tmp_path: Path) -> None:
    for _ in range(2):
        made = Guide(load_library(), records.positions, records.notes, records.reflections, tmp_path)
        assert made.search("interventional")
    assert len(list(tmp_path.iterdir())) == 1
