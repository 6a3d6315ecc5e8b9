"""A real server in its own process, for scripts that measure or test the pages over HTTP."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from angiosuite.kit.errors import AngiosuiteError

START_URL = re.compile(r"https?://\S+/\?token=\S+")


class Served:
    """`angiosuite serve` on a free port, from its start URL to its end.

    Parameters
    ----------
    home : Path
        Home folder of this server.
    environment : mapping, optional
        Variables besides those of this process; None takes one away.
    timeout_s : float
        Longest wait for the start URL.
    """

    def __init__(
        self, home: Path, environment: Mapping[str, str | None] | None = None, timeout_s: float = 60.0
    ) -> None:
        variables = {
            k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
        }
        variables |= {"ANGIOSUITE_HOME": str(home), "ANGIOSUITE_PORT": "0", "PYTHONUNBUFFERED": "1"}
        for name, value in (environment or {}).items():
            variables.pop(name, None)
            if value is not None:
                variables[name] = value
        self.lines: list[str] = []
        self._told: queue.Queue[str | None] = queue.Queue()
        self.began_s = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "angiosuite", "serve"], env=variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self._wait_for_url(timeout_s)
        self.up_s = time.monotonic() - self.began_s
        parts = urlsplit(self.url)
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.token = parse_qs(parts.query)["token"][0]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            self._told.put(line)
        self._told.put(None)

    def _wait_for_url(self, timeout_s: float) -> str:
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._told.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            found = START_URL.search(line)
            if found:
                return found[0]
        self.stop()
        raise AngiosuiteError(
            "The server did not come up", code="server-not-up", where="angiosuite serve",
            value="\n".join(self.lines[-20:]), way_out="Its output is above.",
        )  # fmt: skip

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        """JSON of one route; raises `urllib.error.HTTPError` for a refusal."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=120) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def wait_ready(self, timeout_s: float = 180.0) -> float:
        """Wait until a session can be opened; seconds since the process was started."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            state = self.ask("/api/start")
            if state["ready"]:
                return time.monotonic() - self.began_s
            failed = [step for step in state["steps"] if step["state"] == "failed"]
            if failed:
                raise AngiosuiteError(
                    "A step of the start failed", code="start-failed", where=failed[0]["name"],
                    value=json.dumps(failed[0]["error"]), way_out="The server's output has the details.",
                )  # fmt: skip
            time.sleep(0.1)
        raise AngiosuiteError("The start takes too long", code="start-slow", value=timeout_s)

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the process the way Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
