"""Faults of texts: ``text.md`` of the guide's pages, and the short texts of terms and entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from angiosuite.content import address
from angiosuite.content.faults import Fault, Location, dotted, nearest
from angiosuite.content.guide import HEADINGS, LEAST_WORDS, GuidePageItem
from angiosuite.content.item_file import ItemFile
from angiosuite.content.markdown import MarkedText, read_text

MAX_BYTES = 200_000
"""A page of the guide is read in a quarter of an hour; anything larger is a mistake."""

_TEXTS: dict[Path, tuple[bytes, MarkedText]] = {}


class TextPool:
    """The texts of all pages, for what must not stand on two of them."""

    def __init__(self) -> None:
        self._owners: dict[str, list[tuple[Path, int]]] = {}
        self._added: set[Path] = set()

    def add(self, path: Path) -> None:
        """Take in the text of one page, once."""
        path = path.resolve()
        if path in self._added:
            return
        self._added.add(path)
        text, _ = marked_text(path)
        for paragraph in text.paragraphs if text is not None else ():
            self._owners.setdefault(paragraph.name, []).append((path, paragraph.line))

    def elsewhere(self, paragraph: str, path: Path) -> tuple[Path, int] | None:
        """Where another page has the same paragraph."""
        owners = self._owners.get(paragraph, ())
        return next((owner for owner in owners if owner[0] != path.resolve()), None)


def marked_text(path: Path) -> tuple[MarkedText | None, list[Fault]]:
    """A text with its lines, or why it cannot be read."""
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            problem = f"the text is larger than {MAX_BYTES // 1000} kB"
            return None, [Fault(path, 1, "", problem, None, "a shorter text, or two pages")]
        known = _TEXTS.get(path)
        if known is None or known[0] != raw:
            known = _TEXTS[path] = (raw, read_text(raw.decode("utf-8-sig")))
        return known[1], []
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        return None, [Fault(path, 1, "", problem, None, "the file's rights")]
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return None, [Fault(path, line, "", "is not UTF-8 text", None, "save it as UTF-8")]


def text_faults(read: ItemFile, known: Mapping[str, Iterable[str]], pool: TextPool) -> list[Fault]:
    """Every fault of the text beside an item, and of pictures and sources that it should use.

    Parameters
    ----------
    read : ItemFile
        A page, faulty or not.
    known : dict of kind to ids
        What links may name.
    pool : TextPool
        The texts of all pages, this one among them.
    """
    if read.kind.text_file is None:
        return []
    path = read.marked.path.with_name(read.kind.text_file)
    if not path.is_file():
        return []  # read_item says so
    text, faults = marked_text(path)
    if text is None:
        return faults
    faults += _markup_faults(path, text, known)
    page = read.readable
    if isinstance(page, GuidePageItem):
        faults += _page_faults(path, read, page, text)
    for paragraph in text.paragraphs:
        other = pool.elsewhere(paragraph.name, path)
        if other is not None:
            problem = f"is also on another page, {other[0].parent.name}/{other[0].name}:{other[1]}"
            faults.append(
                Fault(
                    path,
                    paragraph.line,
                    "",
                    f"the paragraph {problem}",
                    paragraph.name,
                    "saying it in one place",
                )
            )
    return faults


def prose_faults(read: ItemFile, known: Mapping[str, Iterable[str]]) -> list[Fault]:
    """Every fault of the `text` of a term or an entry."""
    prose = getattr(read.readable, "text", None)
    if not isinstance(prose, str) or read.is_invented(("text",)):
        return []
    line = read.marked.line_of(("text",))
    text = read_text(prose)
    faults = []
    for fault in _markup_faults(read.marked.path, text, known):
        faults.append(Fault(fault.path, line, "text", fault.problem, fault.got, fault.way_out))
    for marks, problem in (
        (text.citations, "cites by key"),
        (text.statements, "shows a rule"),
        (text.figures, "shows a picture"),
        ([mark for _, mark in text.headings], "has a heading"),
    ):
        for mark in marks:
            way_out = "plain sentences; sources stand below `sources`"
            faults.append(Fault(read.marked.path, line, "text", problem, mark.name, way_out))
    return faults


def _markup_faults(path: Path, text: MarkedText, known: Mapping[str, Iterable[str]]) -> Iterator[Fault]:
    for mark in text.html:
        yield Fault(path, mark.line, "", "has HTML", mark.name, "Markdown; in a text, write &lt; for <")
    for mark in text.links:
        if mark.name.startswith("https://"):
            continue
        wrong = address.problem(mark.name, known)
        if wrong is not None:
            yield Fault(path, mark.line, "", f"the link leads nowhere: {wrong[0]}", mark.name, wrong[1])


def _page_faults(path: Path, read: ItemFile, page: GuidePageItem, text: MarkedText) -> Iterator[Fault]:
    yield from _heading_faults(path, read, page, text)
    keys = [source.key for source in page.sources]
    for mark in text.citations:
        if mark.name not in keys:
            way_out = nearest(mark.name, keys) or f"a source with this key in {read.kind.file}"
            yield Fault(path, mark.line, "", "cites what is not a source of the page", mark.name, way_out)
    used = {mark.name for mark in text.citations} | {statement.source for statement in page.statements}
    if page.procedure is not None:
        used |= {window.source for window in page.procedure.dose_window}
        used |= {complication.source for complication in page.procedure.complications}
    for index, key in enumerate(keys):
        if key not in used:
            where = ("sources", index, "key")
            yield _at(read, where, "is never cited", key, f"[@{key}] in {read.kind.text_file}, or without it")
    ids = [statement.id for statement in page.statements]
    for mark in text.statements:
        if mark.name not in ids:
            way_out = nearest(mark.name, ids) or f"a rule with this id in {read.kind.file}"
            yield Fault(path, mark.line, "", "shows what is not a rule of the page", mark.name, way_out)
    yield from _figure_faults(path, read, page, text)
    least = LEAST_WORDS.get(page.kind, 0)
    if text.words < least and not read.is_invented(("kind",)):
        yield Fault(path, 1, "", f"is too short for a {page.kind} page", text.words, f"{least} words or more")


def _heading_faults(path: Path, read: ItemFile, page: GuidePageItem, text: MarkedText) -> Iterator[Fault]:
    wanted = () if read.is_invented(("kind",)) else HEADINGS[page.kind]
    yield from heading_faults(path, text, wanted, f"a {page.kind} page")


def heading_faults(path: Path, text: MarkedText, wanted: Sequence[str], whose: str) -> Iterator[Fault]:
    """Every fault of a text's headings: a title of its own, a level that is skipped, one that is missing."""
    level = 1
    for depth, mark in text.headings:
        if depth == 1:
            yield Fault(path, mark.line, "", "has a title of its own", mark.name, f"## {mark.name or '…'}")
        elif depth > level + 1:
            problem = f"jumps from level {level} to level {depth}"
            yield Fault(path, mark.line, "", f"the heading {problem}", mark.name, f"level {level + 1}")
        level = depth
    found = [mark.name for depth, mark in text.headings if depth == 2]
    for heading in wanted:
        if heading not in found:
            near = nearest(heading, [name for name in found if name not in wanted])
            way_out = f"## {heading}" + (f" instead of {near}" if near else "")
            yield Fault(path, 1, "", f"{whose} needs the heading '{heading}'", None, way_out)


def _figure_faults(path: Path, read: ItemFile, page: GuidePageItem, text: MarkedText) -> Iterator[Fault]:
    files = [figure.file for figure in page.figures]
    for mark in text.figures:
        file = mark.name.removeprefix("figure:")
        if file == mark.name or file not in files:
            way_out = (
                nearest(mark.name, [f"figure:{file}" for file in files]) or f"a figure in {read.kind.file}"
            )
            yield Fault(path, mark.line, "", "shows what is not a figure of the page", mark.name, way_out)
        elif not mark.text:
            yield Fault(
                path, mark.line, "", "the figure has no alternative text", mark.name, "![what is seen](…)"
            )
    for index, file in enumerate(files):
        where = ("figures", index, "file")
        if read.is_invented(where):
            continue
        if not path.with_name(file).is_file():
            yield _at(read, where, "is not beside the page", file, "making it, or without the figure")
        if f"figure:{file}" not in [mark.name for mark in text.figures]:
            yield _at(read, where, "is never shown", file, f"![…](figure:{file}) in {read.kind.text_file}")


def _at(read: ItemFile, where: Location, problem: str, got: object, way_out: str) -> Fault:
    return Fault(read.marked.path, read.marked.line_of(where), dotted(where), problem, got, way_out)
