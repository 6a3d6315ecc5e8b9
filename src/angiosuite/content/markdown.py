"""Markdown of content: CommonMark with tables, ``[@key]`` for sources and ``{{rule:id}}`` for statements.

One parser serves the checker, which wants lines, and the guide, which wants HTML. Raw HTML is never passed
on: the checker reads it as a token to refuse it, the guide has it off, so that it comes out as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

CITATION = re.compile(r"\[@([a-z0-9-]+(?:\s*[;,]\s*@[a-z0-9-]+)*)\]")
STATEMENT = re.compile(r"\{\{\s*rule:([a-z0-9-]+)\s*\}\}")
LEAST_OWN_WORDS = 12
"""A shorter paragraph may be the same on two pages."""


def _citation(state: StateInline, silent: bool) -> bool:
    return _own(state, silent, "[", CITATION, "citation")


def _statement(state: StateInline, silent: bool) -> bool:
    return _own(state, silent, "{", STATEMENT, "statement")


def _own(state: StateInline, silent: bool, first: str, pattern: re.Pattern[str], kind: str) -> bool:
    if state.src[state.pos] != first:
        return False
    found = pattern.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    if not silent:
        state.push(kind, "", 0).content = found[1]
    state.pos = found.end()
    return True


def make_parser(html: bool) -> MarkdownIt:
    """A parser of one's own; with `html` raw HTML becomes tokens, else plain text."""
    made = MarkdownIt("commonmark", {"html": html}).enable("table")
    made.inline.ruler.before("link", "citation", _citation)
    made.inline.ruler.before("link", "statement", _statement)
    return made


@cache
def parser(html: bool = False) -> MarkdownIt:
    """The parser that everybody here shares."""
    return make_parser(html)


def keys_of(citation: str) -> list[str]:
    """The keys in a citation's content: ``a; @b`` names two."""
    return [key.strip().lstrip("@") for key in re.split("[;,]", citation)]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a text and the line (from 1) it stands on."""

    line: int
    name: str
    text: str = ""


@dataclass(slots=True)
class MarkedText:
    """What a text holds, with lines.

    Parameters
    ----------
    headings : list of (level, Mark)
        In order; the mark's name is the heading's text.
    citations, statements, links, figures, html : list of Mark
        Keys of sources, ids of statements, targets of links, targets of pictures with their alternative
        text, raw HTML.
    paragraphs : list of Mark
        Normalised words of each paragraph and list entry that is long enough to be someone's own.
    words : int
        Words in all.
    """

    headings: list[tuple[int, Mark]] = field(default_factory=list)
    citations: list[Mark] = field(default_factory=list)
    statements: list[Mark] = field(default_factory=list)
    links: list[Mark] = field(default_factory=list)
    figures: list[Mark] = field(default_factory=list)
    html: list[Mark] = field(default_factory=list)
    paragraphs: list[Mark] = field(default_factory=list)
    words: int = 0


def read_text(text: str) -> MarkedText:
    """Everything that a text holds, with lines."""
    marked = MarkedText()
    tokens = parser(html=True).parse(text)
    line = 1
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "html_block":
            marked.html.append(Mark(line, token.content.strip().splitlines()[0]))
        elif token.type == "inline":
            plain = _inline(marked, token, line)
            words = re.findall(r"\w[\w'’-]*", plain)
            marked.words += len(words)
            before = tokens[index - 1]
            if before.type == "heading_open":
                marked.headings.append((int(before.tag[1]), Mark(line, plain.strip())))
            elif len(words) >= LEAST_OWN_WORDS:
                marked.paragraphs.append(Mark(line, " ".join(words).casefold()))
    return marked


def _inline(marked: MarkedText, token: Token, line: int) -> str:
    """Note what a line of text holds; its plain words."""
    plain = ""
    for child, at in _with_lines(token, line):
        if child.type in ("softbreak", "hardbreak"):
            plain += " "
        elif child.type in ("text", "code_inline"):
            plain += child.content
        elif child.type == "citation":
            marked.citations += [Mark(at, key) for key in keys_of(child.content)]
        elif child.type == "statement":
            marked.statements.append(Mark(at, child.content))
        elif child.type == "link_open":
            marked.links.append(Mark(at, str(child.attrGet("href") or "")))
        elif child.type == "image":
            marked.figures.append(Mark(at, str(child.attrGet("src") or ""), child.content.strip()))
        elif child.type == "html_inline":
            marked.html.append(Mark(at, child.content))
    return plain


def _with_lines(token: Token, line: int) -> Iterator[tuple[Token, int]]:
    for child in token.children or ():
        yield child, line
        line += child.type in ("softbreak", "hardbreak")


def plain_text(text: str) -> str:
    """The words of a Markdown text without its marks, in one line."""
    return " ".join(plain for _, plain in plain_blocks(text))


def plain_blocks(text: str) -> list[tuple[str, str]]:
    """Each block of a text as (heading it stands below, plain words), without the headings themselves."""
    blocks: list[tuple[str, str]] = []
    heading, tokens = "", parser().parse(text)
    for index, token in enumerate(tokens):
        if token.type != "inline":
            continue
        plain = _inline(MarkedText(), token, 1).strip()
        if tokens[index - 1].type == "heading_open":
            heading = plain if tokens[index - 1].tag == "h2" else heading
        elif plain:
            blocks.append((heading, plain))
    return blocks
