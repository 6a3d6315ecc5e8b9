"""Links of content: their form, over all that is installed; what becomes of them, against our own server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer

from angiosuite.cli.content import check as check_command
from angiosuite.content import KINDS, load_library
from angiosuite.content.checker import files_at
from angiosuite.content.links import Link, ask, follow, form_problem, links_of
from angiosuite.content.marks import MarkedYaml
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import AngiosuiteError


class Site(BaseHTTPRequestHandler):
    """Answers by its path."""

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        status = {"/fine": 200, "/moved": 301, "/gone": 404, "/shy": 403}.get(
            self.path.partition("?")[0], 200
        )
        if self.path == "/only-get":
            status = 405 if self.command == "HEAD" else 200
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/fine")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Address of a server that runs in this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_every_link_of_the_content_is_https_and_follows_nobody() -> None:
    links = [link for read in files_at() for link in links_of(read)]
    assert len(links) > 20
    assert [(link.where, link.url, form_problem(link.url)) for link in links if form_problem(link.url)] == []


def test_no_day_of_the_content_lies_in_the_future() -> None:
    def later(value: Any, marked: MarkedYaml) -> Iterator[tuple[str, str]]:
        for name, entry in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(entry, (dict, list)):
                yield from later(entry, marked)
            elif name in ("read_on", "verified_on", "written_on") and entry > date.today().isoformat():
                yield str(marked.path), f"{name}: {entry}"

    assert [fault for read in files_at() for fault in later(read.marked.value, read.marked)] == []


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://example.org/a?page=2", None),
        ("http://example.org", "https"),
        ("ftp://example.org", "https"),
        ("https://localhost/x", "public"),
        ("https://user@example.org/", "public"),
        ("https://example.org:8443/", "public"),
        ("https://example.org/?utm_source=x&b=1", "without utm_source"),
        ("https://example.org/?fbclid=x", "without fbclid"),
        ("https://[", "address"),
    ],
)
def test_the_form_of_an_address_is_judged(url: str, problem: str | None) -> None:
    found = form_problem(url)
    assert (found is None) == (problem is None)
    assert problem is None or problem in str(found)


@pytest.mark.parametrize(
    ("path", "state", "detail"),
    [
        ("/fine", "fine", ""),
        ("/fine#part", "fine", ""),
        ("/only-get", "fine", ""),
        ("/moved", "moved", "for good to "),
        ("/gone", "gone", "status 404"),
        ("/shy", "unwilling", "status 403"),
    ],
)
def test_what_becomes_of_a_link_is_told(site: str, path: str, state: str, detail: str) -> None:
    answer = ask(Link(site + path, Path("here"), 1))
    assert answer.state == state
    assert answer.detail.startswith(detail)


def test_a_server_that_is_not_there_is_silent() -> None:
    assert ask(Link("http://127.0.0.1:9/", Path("here"), 1)).state == "silent"


def test_every_address_is_asked_once_and_progress_is_told(site: str) -> None:
    told: list[tuple[int, int]] = []
    links = [Link(f"{site}/fine?{n % 20}", Path("here"), 1) for n in range(60)]
    answers = follow(links, lambda done, all_: told.append((done, all_)))
    assert [answer.link.url for answer in answers] == [link.url for link in links[:20]]
    assert told == [(n, 20) for n in range(1, 21)]


def test_links_are_found_with_their_lines_in_file_and_text() -> None:
    library = load_library()
    folder = next(iter(library.items["guide"].values())).folder
    (read,) = files_at([folder])
    assert KINDS["guide"].text_file == "text.md"
    assert all(":" in link.where and link.url.startswith("http") for link in links_of(read))


def test_the_command_prints_a_table_of_what_became_of_links(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new("term", "a-term", tmp_path)
    path = folder / "term.yaml"
    path.write_text(path.read_text("utf-8").replace("https://example.org/page", f"{site}/gone"), "utf-8")
    with pytest.raises(typer.Exit) as ended:
        check_command([folder], online=True)
    printed = capsys.readouterr().out
    assert ended.value.exit_code == 3
    assert f"{site}/gone" in printed and "status 404" in printed and "1 link, 0 fine" in printed


def test_without_a_network_the_command_says_so(tmp_path: Path) -> None:
    folder = new("term", "a-term", tmp_path)
    path = folder / "term.yaml"
    path.write_text(
        path.read_text("utf-8").replace("https://example.org/page", "http://127.0.0.1:9/x"), "utf-8"
    )
    with pytest.raises(AngiosuiteError, match="No link answered"):
        check_command([folder], online=True)
