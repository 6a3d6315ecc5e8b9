"""A page's text as safe HTML: numbered citations, statements with their basis, figures, terms on first use.

Raw HTML of a text comes out as plain words, links lead within the product or to https, pictures come from the
page's own folder; everything else is left as its words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from angiosuite.content.address import PAGES, item_of
from angiosuite.content.guide import Figure, GuidePageItem, Statement
from angiosuite.content.markdown import keys_of, make_parser

UNSURE = "check with your programme"
"""What stands beside a statement whose source was not read."""

_Env = MutableMapping[str, Any]
PAGE_ADDRESSES = {"suite": "#/room", "home": "#/"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the second level: the id that deep links use, and its words."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A text as HTML.

    Parameters
    ----------
    html : str
        Safe to put into a page.
    headings : tuple of Heading
        Those of the second level, in order.
    numbers : dict of source key to int
        Number of each source, from 1, in the order of citation.
    """

    html: str
    headings: tuple[Heading, ...]
    numbers: dict[str, int]


@dataclass(slots=True)
class Vocabulary:
    """The terms of the glossary by their names, for linking their first use on a page."""

    ids: dict[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def add(self, identity: str, names: Sequence[str]) -> None:
        """Take in one term with its names; the first term with a name keeps it."""
        for name in names:
            self.ids.setdefault(_word_key(name), identity)
        self._pattern = None

    def first_uses(self, text: str, used: set[str]) -> list[tuple[int, int, str]]:
        """Start, end and id of each term that this text is the first to use; notes them in `used`."""
        if not self.ids:
            return []
        if self._pattern is None:
            longest_first = sorted(self.ids, key=len, reverse=True)
            self._pattern = re.compile(
                r"(?<![\w-])(" + "|".join(map(_pattern_of, longest_first)) + r")(?![\w-])"
            )
        found = []
        for match in self._pattern.finditer(text):
            identity = self.ids.get(_word_key(match[1])) or self.ids.get(
                _word_key(match[1].removesuffix("s"))
            )
            if identity is not None and identity not in used:
                used.add(identity)
                found.append((match.start(1), match.end(1), identity))
        return found


def _is_abbreviation(name: str) -> bool:
    return sum(letter.isupper() for letter in name) > 1 or len(name) < 4


def _word_key(name: str) -> str:
    return name if _is_abbreviation(name) else name.casefold()


def _pattern_of(name: str) -> str:
    return re.escape(name) + "s?" if _is_abbreviation(name) else f"(?i:{re.escape(name)}s?)"


def slug(words: str, taken: Collection[str]) -> str:
    """Id of a heading, unlike those that are taken: "what-to-log", "what-to-log-2"."""
    base = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-") or "part"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def href_of(address: str, known: Mapping[str, Collection[str]]) -> str | None:
    """Where a link of content leads in the page: `#/…`; None when it leads nowhere."""
    if address.startswith("https://"):
        return address
    named = item_of(address)
    if named is not None:
        kinds, identity = named
        there = any(identity in known.get(kind, ()) for kind in kinds)
        return f"#/{address.partition(':')[0]}/{quote(identity)}" if there else None
    if address.startswith("evidence:add:"):
        return f"#/evidence/add/{quote(address.removeprefix('evidence:add:'))}"
    return PAGE_ADDRESSES.get(address, f"#/{address}") if address in PAGES else None


def render(
    page: GuidePageItem, text: str, known: Mapping[str, Collection[str]], vocabulary: Vocabulary
) -> RenderedText:
    """The text of a page as HTML.

    Parameters
    ----------
    page : GuidePageItem
        Its statements, figures and sources.
    text : str
        Markdown.
    known : dict of kind to ids
        What links may lead to.
    vocabulary : Vocabulary
        Terms to link.
    """
    env = _Environment(page, known)
    tokens = _parser().parse(text)
    cited = [key for token in _inlines(tokens) if token.type == "citation" for key in keys_of(token.content)]
    stated = {statement.id: statement for statement in page.statements}
    keys = [source.key for source in page.sources]
    for token in _inlines(tokens):
        if token.type == "statement" and token.content in stated:
            cited.append(stated[token.content].source or "")
    order = dict.fromkeys([key for key in cited if key in keys] + keys)
    env.numbers = {key: number for number, key in enumerate(order, 1)}
    env.statements = stated
    headings = _shape(tokens, vocabulary, stated)
    html = _parser().renderer.render(tokens, _parser().options, {"page": env})
    return RenderedText(html, tuple(headings), env.numbers)


def render_line(text: str, known: Mapping[str, Collection[str]]) -> str:
    """A short text of a term or an entry as HTML: paragraphs, emphasis and links."""
    env = _Environment(None, known)
    tokens = _parser().parse(text)
    return str(_parser().renderer.render(tokens, _parser().options, {"page": env}))


@dataclass(slots=True)
class _Environment:
    """What the rules of rendering look up."""

    page: GuidePageItem | None
    known: Mapping[str, Collection[str]]
    numbers: dict[str, int] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)

    def figure(self, source: str) -> Figure | None:
        """The figure that a picture names, None when the page has none of this name."""
        file = source.removeprefix("figure:")
        figures = self.page.figures if self.page is not None and file != source else ()
        return next((figure for figure in figures if figure.file == file), None)

    def citation(self, keys: Sequence[str]) -> str:
        """Numbers that lead to the sources."""
        links = [
            f'<a href="#source-{key}" data-source="{key}" aria-label="Source {self.numbers[key]}">'
            f"{self.numbers[key]}</a>"
            for key in keys
            if key in self.numbers
        ]
        return f'<sup class="cite">{", ".join(links)}</sup>' if links else ""


def _inlines(tokens: Sequence[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def _shape(tokens: list[Token], vocabulary: Vocabulary, stated: Mapping[str, Statement]) -> list[Heading]:
    """Give headings their ids, pictures and statements that stand alone their frame, terms their links."""
    headings: list[Heading] = []
    taken: set[str] = set()
    within = ""
    used = {
        named[1]
        for token in _inlines(tokens)
        if token.type == "link_open"
        and (named := item_of(str(token.attrGet("href") or ""))) is not None
        and "glossary" in named[0]
    }
    for index, token in enumerate(tokens):
        if token.type != "inline":
            continue
        before, after = tokens[index - 1], tokens[index + 1]
        children = token.children or []
        for word, mark in pairwise(children):
            if word.type == "text" and mark.type == "citation":
                word.content = word.content.rstrip()
        if before.type == "heading_open":
            words = "".join(c.content for c in children if c.type in ("text", "code_inline")).strip()
            identity = slug(words if before.tag == "h2" else f"{within} {words}", taken)
            taken.add(identity)
            before.attrSet("id", identity)
            if before.tag == "h2":
                within = words
                headings.append(Heading(identity, words))
        elif before.type == "paragraph_open" and [c.type for c in children] == ["image"]:
            before.tag = after.tag = "figure"
            before.hidden = after.hidden = False
            children[0].meta["alone"] = True
        elif [c.type for c in children] == ["statement"] and children[0].content in stated:
            before.attrSet("class", "rule")
            before.attrSet("data-basis", stated[children[0].content].basis)
            children[0].meta["alone"] = True
        else:
            token.children = _with_terms(children, vocabulary, used)
    return headings


def _with_terms(children: list[Token], vocabulary: Vocabulary, used: set[str]) -> list[Token]:
    shaped: list[Token] = []
    within = 0
    for child in children:
        within += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or within:
            shaped.append(child)
            continue
        done = 0
        for start, end, identity in vocabulary.first_uses(child.content, used):
            shaped.append(_text(child.content[done:start]))
            shaped.append(Token("link_open", "a", 1, attrs={"href": f"glossary:{identity}"}))
            shaped += [_text(child.content[start:end]), Token("link_close", "a", -1)]
            done = end
        shaped.append(_text(child.content[done:]))
    return shaped


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


@cache
def _parser() -> MarkdownIt:
    made = make_parser(html=False)
    for name in ("citation", "statement", "image", "link_open", "link_close"):
        made.add_render_rule(name, globals()[f"_{name}"])
    return made


def _citation(self: Any, tokens: Sequence[Token], at: int, options: Any, env: _Env) -> str:
    return env["page"].citation(keys_of(tokens[at].content))


def _statement(self: Any, tokens: Sequence[Token], at: int, options: Any, env: _Env) -> str:
    page: _Environment = env["page"]
    statement = page.statements.get(tokens[at].content)
    if statement is None:
        return ""
    cited = page.citation([statement.source]) if statement.source is not None else ""
    mark = "" if statement.basis == "read" else f' <em class="unsure">({UNSURE})</em>'
    html = f"{escape(statement.text)}{cited}{mark}"
    if tokens[at].meta.get("alone"):
        return html
    return f'<span class="rule-inline" data-basis="{statement.basis}">{html}</span>'


def _image(self: Any, tokens: Sequence[Token], at: int, options: Any, env: _Env) -> str:
    page: _Environment = env["page"]
    token = tokens[at]
    figure = page.figure(str(token.attrGet("src") or ""))
    alternative = figure.alt if figure is not None else token.content.strip()
    if figure is None or page.page is None:
        return f"<em>{escape(alternative)}</em>" if alternative else ""
    source = f"/api/guide/figures/{page.page.id}/{figure.file}"
    html = f'<img src="{source}" alt="{escape(alternative)}" loading="lazy">'
    if token.meta.get("alone"):
        html += f"<figcaption>{escape(figure.caption)}</figcaption>"
    return html


def _link_open(self: Any, tokens: Sequence[Token], at: int, options: Any, env: _Env) -> str:
    page: _Environment = env["page"]
    href = href_of(str(tokens[at].attrGet("href") or ""), page.known)
    if href is None:
        return "<span>"
    outside = ' target="_blank" rel="noreferrer noopener"' if href.startswith("https://") else ""
    return f'<a href="{escape(href)}"{outside}>'


def _link_close(self: Any, tokens: Sequence[Token], at: int, options: Any, env: _Env) -> str:
    page: _Environment = env["page"]
    depth = 0
    for token in reversed(tokens[:at]):
        depth += {"link_close": 1, "link_open": -1}.get(token.type, 0)
        if depth < 0:
            known = href_of(str(token.attrGet("href") or ""), page.known) is not None
            return "</a>" if known else "</span>"
    return "</span>"
