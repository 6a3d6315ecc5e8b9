"""Full-text search over content: a read-only SQLite FTS5 file in the home's cache, named by its content.

Titles weigh more than other names, these more than headings, and these more than text; diacritics and case
do not matter, every word may be a beginning, and American spellings find British ones. Any text is safe.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

FORMAT = 1
"""Changes whenever the tables do, so that an older file is not read."""
MOST_WORDS = 12
LONGEST_WORD = 40
WEIGHTS = (12.0, 8.0, 5.0, 1.0)
"""Of title, other names, heading and text in the ranking."""
_HIT, _END = "\x02", "\x03"
_SPELLINGS = (
    ("iz", "is"), ("yz", "ys"), ("hemo", "haemo"), ("hem", "haem"), ("emia", "aemia"), ("tumor", "tumour"),
    ("ped", "paed"), ("anes", "anaes"), ("edem", "oedem"), ("eso", "oeso"), ("ischem", "ischaem"),
    ("color", "colour"), ("fiber", "fibre"), ("center", "centre"), ("cecum", "caecum"),
)  # fmt: skip
"""American beginnings and middles of words, and what the texts write."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of content to be found.

    Parameters
    ----------
    kind : str
        "guide", "drill", "procedure", "glossary", "field", "pathway" or "requirement".
    id : str
        Id of its item; of a requirement `pathway/requirement`.
    go : str
        Address it opens.
    name : str
        Title to show.
    title, also, heading, body : str
        What is searched, in falling weight.
    """

    kind: str
    id: str
    go: str
    name: str
    title: str
    also: str
    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a snippet: its words, and whether they are what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One item that was found."""

    kind: str
    id: str
    title: str
    go: str
    snippet: tuple[Piece, ...]


class SearchIndex:
    """The index of some passages; made when it is first asked.

    Parameters
    ----------
    folder : Path
        Where the file is kept.
    key : str
        Hash of the content: another one is another file.
    passages : callable
        Gives what can be found; asked only when the file is not there.
    """

    def __init__(self, folder: Path, key: str, passages: Callable[[], Iterable[Passage]]) -> None:
        self._passages = passages
        self.path = folder / f"guide-{key}-{FORMAT}.sqlite"
        self._lock = threading.Lock()
        self._memory: sqlite3.Connection | None = None

    def search(self, text: str, limit: int = 20) -> list[Found]:
        """What matches every word of a text best, or any word when nothing has all; any text is safe."""
        words = words_of(text)
        if not words or limit < 1:
            return []
        with self._open() as connection:
            rows = _rows(connection, " AND ".join(map(_term, words)), limit)
            if not rows and len(words) > 1:
                rows = _rows(connection, " OR ".join(map(_term, words)), limit)
        wanted = " ".join(words)
        best: dict[tuple[str, str], Found] = {}
        for kind, identity, go, name, _, _, snippet in sorted(rows, key=lambda row: _rank(row, wanted)):
            key = (kind, identity)
            if key not in best:
                best[key] = Found(kind, identity, name, go, _pieces(snippet))
        return list(best.values())[:limit]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if self._memory is None and not self.path.is_file():
            with self._lock:
                if self._memory is None and not self.path.is_file():
                    self._make()
        if self._memory is not None:
            with self._lock:
                yield self._memory
            return
        address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            yield connection

    def _make(self) -> None:
        """Write the file whole or not at all; on a full or closed disk the index lives in memory."""
        part = self.path.with_name(f".{self.path.name}.{uuid.uuid4().hex[:8]}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(part)) as connection:
                _fill(connection, self._passages())
            os.replace(part, self.path)
            for other in self.path.parent.glob("guide-*.sqlite"):
                if other != self.path:
                    other.unlink(missing_ok=True)
        except (OSError, sqlite3.Error):
            self._memory = sqlite3.connect(":memory:", check_same_thread=False)
            _fill(self._memory, self._passages())
        finally:
            try:
                part.unlink(missing_ok=True)
            except OSError:
                pass


def folded(text: str) -> str:
    """A text without case and diacritics."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The words of a query, folded; at most `MOST_WORDS`."""
    return [word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", folded(text[:1000]))][:MOST_WORDS]


def _term(word: str) -> str:
    """One word as an expression of FTS5: a beginning, in the spelling given and in the texts' own."""
    forms = {word}
    for american, british in _SPELLINGS:
        if american in word and british not in word:
            forms.add(word.replace(american, british))
    return "(" + " OR ".join(f'"{form}"*' for form in sorted(forms)) + ")"


def _fill(connection: sqlite3.Connection, passages: Iterable[Passage]) -> None:
    connection.execute(
        "CREATE VIRTUAL TABLE passages USING fts5(title, also, heading, body, kind UNINDEXED, id UNINDEXED, "
        "go UNINDEXED, name UNINDEXED, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    connection.executemany(
        "INSERT INTO passages (kind, id, go, name, title, also, heading, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        map(astuple, passages),
    )
    connection.execute("INSERT INTO passages (passages) VALUES ('optimize')")
    connection.commit()


def _rows(connection: sqlite3.Connection, query: str, limit: int) -> list[tuple]:
    return connection.execute(
        "SELECT kind, id, go, name, bm25(passages, ?, ?, ?, ?) AS rank, also, "
        f"snippet(passages, 3, '{_HIT}', '{_END}', '…', 18) "
        "FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?",
        (*WEIGHTS, query, min(limit, 100) * 5 + 20),
    ).fetchall()


def _rank(row: tuple, wanted: str) -> tuple[int, float]:
    """What is called exactly so comes first, then what is also called so, then the rest by weight."""
    _, _, _, name, rank, also, _ = row
    if " ".join(words_of(name)) == wanted:
        return 0, rank
    if wanted in [" ".join(words_of(other)) for other in also.split("\n")]:
        return 1, rank
    return 2, rank


def _pieces(snippet: str) -> tuple[Piece, ...]:
    """A marked snippet as pieces."""
    pieces = []
    for part in re.split(f"({_HIT}[^{_END}]*{_END})", snippet):
        hit = part.startswith(_HIT)
        words = part.replace(_HIT, "").replace(_END, "")
        if words:
            pieces.append(Piece(words, hit))
    return tuple(pieces)
