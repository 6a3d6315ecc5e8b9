"""`angiosuite serve`: one server a home, the start URL on standard output, a taken port named."""

from __future__ import annotations

import contextlib
import json
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from angiosuite.bench.served import Served

NO_PREPARATION = {"ANGIOSUITE_PREPARE": "false"}


def serve(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A further `angiosuite serve` in the foreground."""
    return subprocess.run(
        [sys.executable, "-m", "angiosuite", "serve", "--no-open", "--home", str(home), *arguments],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.ci
def test_a_second_serve_shows_the_running_one(home: Path) -> None:
    with Served(home, NO_PREPARATION) as first:
        second = serve(home)
        assert second.returncode == 0 and first.url in second.stdout
        command = [sys.executable, "-m", "angiosuite"]
        bare = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert bare.returncode == 0 and first.url in bare.stdout


@pytest.mark.ci
def test_a_restarted_server_has_the_same_token_so_that_open_pages_come_back(home: Path) -> None:
    with Served(home, NO_PREPARATION) as first:
        before = first.url.partition("token=")[2]
    assert stat.S_IMODE((home / "token").stat().st_mode) == 0o600
    with Served(home, NO_PREPARATION) as again:
        assert again.url.partition("token=")[2] == before


def test_the_token_is_private_and_leaves_with_the_server(home: Path) -> None:
    with Served(home, NO_PREPARATION) as running:
        file = home / "running.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        facts = json.loads(file.read_text())
        assert facts["token"] == running.token and facts["pid"] == running.process.pid
    assert not file.exists()


@pytest.mark.ci
def test_a_file_of_a_killed_server_does_not_stop_the_next(home: Path) -> None:
    first = Served(home, NO_PREPARATION)
    first.kill()
    assert (home / "running.json").exists()
    with Served(home, NO_PREPARATION) as second:
        assert second.ask("/api/start")["version"] and second.url != first.url


def test_a_taken_port_is_named_with_a_way_out(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = serve(home, "--port", str(port))
    assert refused.returncode == 2
    assert str(port) in refused.stderr and "--port" in refused.stderr and "Traceback" not in refused.stderr


def test_the_start_url_opens_the_page_and_nothing_opens_without_it(home: Path) -> None:
    with Served(home, NO_PREPARATION) as running:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            opener.open(running.base + "/api/start", timeout=10)
        assert refused.value.code == 401
        with contextlib.suppress(urllib.error.HTTPError):  # 404 where the pages were not built
            opener.open(running.url, timeout=10)
        with opener.open(running.base + "/api/start", timeout=10) as answer:
            assert answer.status == 200
