"""Links of content: every address that an item or its text gives, its form, and whether it answers."""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from angiosuite.content.faults import Fault, dotted
from angiosuite.content.item_file import ItemFile
from angiosuite.content.markdown import read_text

TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|igshid|ref_src|srsltid|_hs\w+|yclid)$")
"""Names of parameters that follow a reader and change nothing of the page."""
AT_ONCE = 8
TIMEOUT_S = 15.0
_AGENT = "Mozilla/5.0 (compatible; angiosuite check --online)"
_UNWILLING = (401, 403, 405, 406, 429, 999)
"""Answers of servers that are there and do not like to be asked by a program."""


@dataclass(frozen=True, slots=True)
class Link:
    """One address and the file, line and field that give it."""

    url: str
    path: Path
    line: int
    field: str = ""

    @property
    def where(self) -> str:
        """File and line as people write them."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an address.

    Parameters
    ----------
    link : Link
        The address.
    state : str
        "fine", "moved", "gone", "unwilling" or "silent".
    detail : str
        The new address, the status, or why nothing came.
    seconds : float
        How long it took.
    """

    link: Link
    state: str
    detail: str
    seconds: float


def links_of(read: ItemFile) -> Iterator[Link]:
    """Every https or http address of an item's file and of its text."""
    if read.marked.value is not None:
        yield from _values(read.marked.value, (), read)
    if read.kind.text_file is not None:
        path = read.marked.path.with_name(read.kind.text_file)
        if path.is_file():
            for mark in read_text(path.read_text("utf-8-sig", errors="replace")).links:
                if mark.name.startswith("http"):
                    yield Link(mark.name, path, mark.line)


def _values(value: Any, location: tuple[str | int, ...], read: ItemFile) -> Iterator[Link]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _values(entry, (*location, key), read)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _values(entry, (*location, index), read)
    elif isinstance(value, str) and re.match(r"https?://\S+$", value):
        yield Link(value, read.marked.path, read.marked.line_of(location), dotted(location))


def link_faults(read: ItemFile) -> Iterator[Fault]:
    """A fault for each address of an item or its text that is not well formed."""
    for link in links_of(read):
        wrong = form_problem(link.url)
        if wrong is not None:
            yield Fault(link.path, link.line, link.field, wrong[0], link.url, wrong[1])


def form_problem(url: str) -> tuple[str, str] | None:
    """What is wrong with the form of an address and the way out; None when nothing is."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is not an address", "https://…"
    if parts.scheme != "https":
        return "is not https", url.replace("http://", "https://", 1)
    if "." not in host or any(c.isspace() for c in url) or parts.username is not None or port is not None:
        return "is not a public address", "https://host/path"
    followed = [name for name, _ in parse_qsl(parts.query) if TRACKING.match(name)]
    return ("follows the reader", f"without {', '.join(followed)}") if followed else None


def follow(links: Iterable[Link], told: Callable[[int, int], None] = lambda done, all_: None) -> list[Answer]:
    """Ask for every address once, several at a time; answers in the order of the links.

    Parameters
    ----------
    links : iterable of Link
        What to ask for; an address that stands in several places is asked once, for the first.
    told : callable
        Told how many of how many are done.
    """
    first: dict[str, Link] = {}
    for link in links:
        first.setdefault(link.url, link)
    done, lock = 0, threading.Lock()

    def one(link: Link) -> Answer:
        nonlocal done
        answer = ask(link)
        with lock:
            done += 1
            told(done, len(first))
        return answer

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, first.values()))


class _Remembering(HTTPRedirectHandler):
    """Follows redirects and keeps the status of the first."""

    def __init__(self) -> None:
        self.first_status = 0

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        """Note the first status and go on, by the same method."""
        self.first_status = self.first_status or code
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        if made is not None and req.get_method() == "HEAD":
            made.method = "HEAD"
        return made


def ask(link: Link) -> Answer:
    """What becomes of one address: HEAD, then GET where HEAD is not liked."""
    began = time.monotonic()
    state, detail = "silent", ""
    for method in ("HEAD", "GET"):
        state, detail = _ask(link.url, method)
        if state in ("fine", "moved"):
            break
    return Answer(link, state, detail, time.monotonic() - began)


def _ask(url: str, method: str) -> tuple[str, str]:
    remembering = _Remembering()
    opener = build_opener(remembering)
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(fragment=""))
    request = Request(bare, method=method, headers={"User-Agent": _AGENT, "Accept": "*/*"})
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            arrived = answer.geturl()
    except HTTPError as error:
        error.close()
        return ("unwilling" if error.code in _UNWILLING else "gone"), f"status {error.code}"
    except (URLError, OSError, HTTPException, ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return "silent", str(reason)[:120] or type(error).__name__
    if arrived.rstrip("/") != bare.rstrip("/"):
        lasting = "for good" if remembering.first_status in (301, 308) else "for a time"
        return "moved", f"{lasting} to {arrived}"
    return "fine", ""
