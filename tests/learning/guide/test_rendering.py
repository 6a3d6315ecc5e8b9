"""Markdown becomes safe HTML: no markup of a text survives but what the guide knows."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.content.guide import GuidePageItem
from angiosuite.learning.guide.rendering import Vocabulary, href_of, render, render_line, slug

TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "em", "strong", "a", "span", "sup", "ul", "ol", "li", "code",
    "pre", "hr", "blockquote", "br", "table", "thead", "tbody", "tr", "th", "td", "figure",
    "figcaption", "img",
}  # fmt: skip
ATTRIBUTES = {
    "href", "id", "class", "data-source", "data-basis", "aria-label", "target", "rel", "src", "alt",
    "loading", "start", "style",
}  # fmt: skip
KNOWN = {
    "guide": {"a-page"}, "glossary": {"roadmap", "dsa"}, "field": set(), "pathways": {"uk"},
    "drills": {"isocentre"}, "procedures": {"leg-pain"},
}  # fmt: skip
PAGE = GuidePageItem.model_validate_json("""
{"id": "a-page", "title": "A page", "summary": "s", "kind": "day", "order": 1, "written_on": "2026-11-29",
 "verify_every_months": 12, "do_now": [{"label": "l", "go": "suite"}],
 "rules": [{"id": "sure", "text": "It is <so>", "basis": "read", "source": "two"},
           {"id": "unsure", "text": "It may be so", "basis": "memory"}],
 "figures": [{"file": "view.svg", "alt": "Seen", "caption": "A \\"view\\""}],
 "sources": [{"key": "one", "citation": "c", "url": "https://e.org", "supports": "s",
              "read_on": "2026-11-29"},
             {"key": "two", "citation": "c", "url": "https://e.org", "supports": "s",
              "read_on": "2026-11-29"}]}
""")


class Reader(HTMLParser):
    """Notes every tag and attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("img", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    for tag, name, value in reader.attributes:
        assert name in ATTRIBUTES, (tag, name)
        if name == "href":
            assert value.startswith(("#", "https://")), value
        if name == "src":
            assert value.startswith("/api/guide/figures/"), value
        if name == "style":
            assert value.startswith("text-align:"), value
    return reader


def html_of(text: str, vocabulary: Vocabulary | None = None) -> str:
    return render(PAGE, text, KNOWN, vocabulary or Vocabulary()).html


PARTS = [
    *'ab \n#*_[]()<>!`|\\"\'&;:/@{}-=', "<script>", "</p>", "](", "![", "javascript:", "{{rule:sure}}",
    "[@one]", "figure:view.svg", "onerror=", "style=", "https://e.org", "guide:a-page", "&lt;",
]  # fmt: skip
MARKUP = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)


@settings(max_examples=300)
@given(MARKUP)
def test_whatever_is_written_only_known_tags_and_safe_addresses_come_out(text: str) -> None:
    read(html_of(text))
    read(render_line(text, KNOWN))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://elsewhere.example/track.gif)",
        "![x](javascript:alert(1))",
        "[x](vbscript:x)",
        "[x]: javascript:alert(1)\n\n[x]",
        "<https://e.org/\"onclick=alert(1)>",
        "[x](https://e.org/\"onclick=\"alert)",
        "## <b>x</b>",
        "`<script>`",
        "<!-- x --><svg/onload=alert(1)>",
    ],
)  # fmt: skip
def test_attacks_come_out_as_words(text: str) -> None:
    html = html_of(text)
    read(html)
    assert "<script" not in html and "<svg" not in html and "elsewhere" not in html


def test_citations_are_numbered_in_the_order_of_the_text_and_lead_to_their_sources() -> None:
    rendered = render(PAGE, "First [@two], then [@one; @two] and [@none].", KNOWN, Vocabulary())
    assert rendered.numbers == {"two": 1, "one": 2}
    links = [
        (name, value) for _, name, value in read(rendered.html).attributes if name in ("href", "data-source")
    ]
    assert links == [("href", "#source-two"), ("data-source", "two"), ("href", "#source-one"),
                     ("data-source", "one"), ("href", "#source-two"), ("data-source", "two")]  # fmt: skip


def test_a_number_stands_at_the_word_it_belongs_to() -> None:
    assert "<p>A fact<sup" in html_of("A fact [@one].")
    assert "A fact<sup" in html_of("A *b* A fact  [@one; @two] and more")


def test_a_statement_is_a_fact_only_when_it_was_read() -> None:
    sure, unsure = html_of("{{rule:sure}}"), html_of("{{rule:unsure}}")
    assert 'data-basis="read"' in sure and "check with your programme" not in sure
    assert "It is &lt;so&gt;" in sure and "#source-two" in sure
    assert 'data-basis="memory"' in unsure and "check with your programme" in unsure
    assert html_of("before {{rule:unsure}} after").startswith('<p>before <span class="rule-inline"')
    assert html_of("{{rule:nothing}}") == "<p></p>\n"


def test_a_figure_that_stands_alone_has_its_caption() -> None:
    assert html_of("![](figure:view.svg)") == (
        '<figure><img src="/api/guide/figures/a-page/view.svg" alt="Seen" loading="lazy">'
        "<figcaption>A &quot;view&quot;</figcaption></figure>\n"
    )
    assert "<figcaption>" not in html_of("see ![x](figure:view.svg) here")


def test_links_lead_to_pages_of_the_product_and_dead_ones_become_words() -> None:
    for address, href in (
        ("guide:a-page", "#/guide/a-page"),
        ("glossary:dsa", "#/glossary/dsa"),
        ("pathway:uk", "#/pathway/uk"),
        ("evidence:add:real-case", "#/evidence/add/real-case"),
        ("suite", "#/room"),
        ("practice:isocentre", "#/practice/isocentre"),
        ("practice:leg-pain", "#/practice/leg-pain"),
        ("practice:leg-pane", None),
        ("field", "#/field"),
        ("https://e.org", "https://e.org"),
        ("guide:none", None),
        ("elsewhere", None),
    ):
        assert href_of(address, KNOWN) == href
    assert html_of("[here](guide:none)") == "<p><span>here</span></p>\n"
    assert 'target="_blank" rel="noreferrer noopener"' in html_of("[here](https://e.org)")


def test_a_term_is_linked_where_a_page_first_uses_it() -> None:
    words = Vocabulary()
    words.add("roadmap", ("Roadmap", "road map"))
    words.add("dsa", ("Digital subtraction angiography", "DSA"))
    html = html_of("## Roadmap\n\nA roadmap, DSA, more DSAs, road maps and a dsa of roadmaps.", words)
    assert html.count("#/glossary/roadmap") == 1 and html.count("#/glossary/dsa") == 1
    assert '<a href="#/glossary/roadmap">roadmap</a>' in html and '<a href="#/glossary/dsa">DSA</a>' in html
    assert html_of("[a word](glossary:dsa) and DSA", words).count("#/glossary/dsa") == 1
    assert "#/glossary" not in html_of("`DSA` roadmapping", words)


def test_headings_have_ids_of_their_own_for_deep_links() -> None:
    rendered = render(PAGE, "## What to log\n\n### Kit\n\n## What to log\n\n## ?\n", KNOWN, Vocabulary())
    assert [(heading.id, heading.title) for heading in rendered.headings] == [
        ("what-to-log", "What to log"),
        ("what-to-log-2", "What to log"),
        ("part", "?"),
    ]
    assert 'id="what-to-log-kit"' in rendered.html
    assert slug("Dose & kit", ()) == "dose-kit"


def test_the_page_of_the_test_is_a_page() -> None:
    assert PAGE.written_on == date(2026, 11, 29)
