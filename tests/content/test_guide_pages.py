"""Pages of the guide: every fault of page.yaml and text.md has its file, its line and a way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from angiosuite.content import check, load_library
from angiosuite.content.guide import HEADINGS, MEASURED, GuidePageItem
from angiosuite.content.markdown import plain_blocks, plain_text, read_text
from angiosuite.content.scaffold import new

SENTENCE = re.compile(r"^(?P<file>.+):(?P<line>\d+): (?P<rest>.+); try (?P<way_out>.+)$")


PARTS = [
    *"ab \n#*_[]()<>!`|-&", "\n\n", "## What it is\n", "[@own-page]", "[@x]", "{{rule:own-limits}}",
    "{{rule:x}}", "](guide:a-page)", "](nowhere)",
    "![", "figure:x.svg", "<b>", "<div>", "\n    ", "&lt;", "\\", "\t", "\0",
]  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A fresh page's folder."""
    return new("guide", "a-page", tmp_path)


def faults_of(page: Path) -> list[str]:
    found = [str(fault) for fault in check([page])]
    for sentence in found:
        assert SENTENCE.match(sentence.replace("\n", " ")), sentence
    return found


def changed(page: Path, file: str, old: str, to: str) -> list[str]:
    path = page / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (old, text)
    path.write_text(text.replace(old, to), "utf-8")
    return faults_of(page)


@pytest.mark.parametrize(
    ("old", "to", "line", "words"),
    [
        ("## What it is", "## What is it", 1, ["needs the heading 'What it is'", "instead of 'What is it'"]),
        ("## What it is", "# What it is", 1, ["has a title of its own", "## What it is"]),
        ("## What good", "#### What good", 7, ["jumps from level 2 to level 4", "level 3"]),
        ("[@own-page]", "[@own-pag]", 3, ["not a source of the page", "'own-pag'", "'own-page'"]),
        ("{{rule:own-limits}}", "{{rule:own-limit}}", 5, ["not a rule of the page", "'own-limits'"]),
        ("[suite](suite)", "[suite](suit)", 13, ["leads nowhere", "'suit'", "'suite'"]),
        ("[suite](suite)", "[suite](guide:a-pag)", 13, ["no item of guide", "'guide:a-pag'", "'a-page'"]),
        ("[suite](suite)", "[suite](glossary:nothing-like-it)", 13, ["no item of glossary"]),
        ("[suite](suite)", "[suite](field:nothing-like-it)", 13, ["no item of field"]),
        ("[suite](suite)", "[suite](evidence:add:cake)", 13, ["not a kind of evidence"]),
        ("[suite](suite)", "[suite](http://example.org)", 13, ["leads nowhere"]),
        ("[suite](suite)", "[suite](javascript:alert(1))", None, []),
        ("[suite](suite)", "![](figure:none.svg)", 13, ["not a figure of the page", "figure:none.svg"]),
        ("[suite](suite)", "<b>suite</b>", 13, ["has HTML", "<b>"]),
        ("- One thing", "<div>\n\n- One thing", 9, ["has HTML", "<div>"]),
    ],
)  # fmt: skip
def test_a_fault_of_the_text_is_named_with_its_line(
    page: Path, old: str, to: str, line: int | None, words: list[str]
) -> None:
    found = changed(page, "text.md", old, to)
    text = "\n".join(found)
    assert all(word in text for word in words), text
    if line is not None:
        assert f"{page / 'text.md'}:{line}: " in text, text
    else:
        assert found == []


@pytest.mark.parametrize(
    ("old", "to", "words"),
    [
        ("go: suite", "go: suit", ["do_now[0].go", "not an address", "'suite'"]),
        ("go: suite", "go: guide:a-pag", ["do_now[0].go", "no item of guide", "'a-page'"]),
        ("go: suite", "go: pathway:nowhere-at-all", ["do_now[0].go", "no item of pathways"]),
        ("go: suite", "go: evidence:add:real-cas", ["not a kind of evidence", "'real-case'"]),
        ("basis: open", "basis: read", ["rules[0].basis", "read without a source"]),
        ("basis: open", "basis: read\n    source: own-pag", ["rules[0].source", "'own-page'"]),
        ("text: Programmes say who may do this alone\n    basis: open",
         "text: At least 250 procedures\n    basis: memory",
         ["rules[0].text", "a number with a unit and no source", "250 procedures"]),
        ("kind: day ", "kind: procedure ", ["procedure: is missing", "has too few for a procedure page"]),
        ("kind: day ", "kind: procedure ", ["too short for a procedure page", "1200 words or more"]),
        ("kind: day ", "kind: procedure ", ["needs the heading 'Contraindications'"]),
        ("kind: day ", "kind: stage ", ["needs the heading 'What is asked of you'"]),
        ("kind: day ", "kind: reflection ", ["reflection: is missing"]),
        ("figures: []", "figures: [{file: none.svg, alt: x, caption: y}]",
         ["figures[0].file", "not beside the page", "never shown"]),
        ("figures: []", "figures: [{file: none.svg, caption: y}]", ["figures[0].alt: is missing"]),
        ("figures: []", "figures: [{file: ../none.svg, alt: x, caption: y}]", ["figures[0].file"]),
        ("    read_on: \"2026-11-29\"\n", "", ["sources[0].read_on: is missing", "2026-11-29"]),
        ("url: https://example.org/page", "url: http://example.org/page", ["sources[0].url", "is not https"]),
        ("    url: https://example.org/page\n", "", ["sources[0].url: is missing"]),
        ("    supports: In your own words, what the passage says that you read", "",
         ["sources[0].supports: is missing"]),
        ("  - key: own-page ",
         "  - {key: other, citation: c, url: u, read_on: \"2026-11-29\", supports: s}\n  - key: own-page ",
         ["sources[0].key", "is never cited", "[@other]"]),
        ("written_on: \"2026-11-29\"", "written_on: yesterday", ["written_on", "'yesterday'", "2026-11-29"]),
        ("countries: []", "countries: [Germany]", ["countries[0]"]),
    ],
)  # fmt: skip
def test_a_fault_of_the_page_is_named_with_its_field(page: Path, old: str, to: str, words: list[str]) -> None:
    text = "\n".join(changed(page, "page.yaml", old, to))
    assert all(word in text for word in words), text


def test_a_page_without_its_text_is_left_out_and_named(page: Path) -> None:
    (page / "text.md").unlink()
    assert "the text of the page is missing" in faults_of(page)[0]
    assert "a-page" not in load_library([page.parent.parent]).items["guide"]


def test_a_paragraph_on_two_pages_is_named_on_both_whatever_its_marks(page: Path, tmp_path: Path) -> None:
    other = new("guide", "another", tmp_path)
    shared = "Twelve words that somebody wrote once and that now stand on two pages."
    for folder, words in ((page, shared), (other, shared.replace("once", "**Once**").replace(".", ""))):
        path = folder / "text.md"
        path.write_text(path.read_text("utf-8") + f"\n{words}\n", "utf-8")
    found = faults_of(tmp_path)
    assert len(found) == 2
    for sentence, name in zip(found, ("another", "a-page"), strict=True):
        assert f"the paragraph is also on another page, {name}/text.md:15" in sentence
    assert all("text.md:15: " in sentence for sentence in found)


def test_text_that_is_no_text_is_a_fault_with_its_line(page: Path) -> None:
    (page / "text.md").write_bytes(b"## What it is\n\xff\n")
    assert f"{page / 'text.md'}:2: is not UTF-8 text" in faults_of(page)[0]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_any_text_gives_sentences_with_lines_and_never_a_traceback(page: Path, text: str) -> None:
    (page / "text.md").write_text(text, "utf-8")
    lines = text.count("\n") + 1
    for fault in check([page]):
        sentence = SENTENCE.match(str(fault).replace("\n", " "))
        assert sentence, str(fault)
        assert fault.path.name == "page.yaml" or 1 <= fault.line <= lines + 1


def test_short_texts_of_terms_and_entries_link_and_do_nothing_else(tmp_path: Path) -> None:
    term = new("term", "a-term", tmp_path)
    path = term / "term.yaml"
    path.write_text(
        path.read_text("utf-8").replace(
            "it may link to a page.", "it has <b>bold</b>, [@x] and [a](guide:y)."
        ),
        "utf-8",
    )
    text = "\n".join(map(str, check([term])))
    assert "text: has HTML" in text and "text: cites by key" in text and "no item of guide" in text


def test_a_number_with_its_unit_is_recognised() -> None:
    for text in (
        "250 procedures",
        "80 h",
        "5 mGy",
        "three and 2.5 mm",
        "60 %",
        "24 months",
        "48 hours",
        "7 years",
    ):
        assert MEASURED.search(text), text
    for text in ("Step 2 CK", "the 2028 model", "five", "EPA 3", "PGY-2"):
        assert not MEASURED.search(text), text


def test_lines_headings_and_words_of_a_text_are_counted() -> None:
    text = read_text("## One\n\nfirst [@a; @b]\nsecond {{rule:r}}\n\n- x ![alt](figure:f.svg)\n")
    assert [(level, mark.name, mark.line) for level, mark in text.headings] == [(2, "One", 1)]
    assert [(mark.name, mark.line) for mark in text.citations] == [("a", 3), ("b", 3)]
    assert [(mark.name, mark.line) for mark in text.statements] == [("r", 4)]
    assert [(mark.name, mark.text, mark.line) for mark in text.figures] == [("figure:f.svg", "alt", 6)]
    assert text.words == 4
    assert plain_blocks("## One\n\na **b** [c](suite) [@d]\n") == [("One", "a b c")]
    assert plain_text("a\nb") == "a b"


def test_the_guide_has_pages_of_every_kind_and_each_is_honest_about_itself() -> None:
    pages = [loaded.item for loaded in load_library().items["guide"].values()]
    assert {page.kind for page in pages if isinstance(page, GuidePageItem)} == set(HEADINGS)
    assert all(page.do_now for page in pages if isinstance(page, GuidePageItem))
