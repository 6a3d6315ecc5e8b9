"""Archives to send to: a small one in this process, and Debian's Orthanc behind a line that breaks."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
import pytest

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


@dataclass
class SmallArchive:
    """What a DICOMweb archive has stored, and how it answers."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    posts: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    before: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Answers that come first, each once, instead of storing."""
    stores_and_hangs_up: int = 0
    """Posts that are stored, but whose answer is lost."""
    refuses: str = ""
    """Reason by which every object is refused."""
    token: str = ""
    slow_s: float = 0.0
    """Time that it takes to store."""


def _handler(archive: SmallArchive) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
            data = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/dicom+json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _let_in(self) -> bool:
            archive.headers.append(dict(self.headers))
            if archive.token and self.headers.get("Authorization") != f"Bearer {archive.token}":
                self._answer(401)
                return False
            return True

        def do_GET(self) -> None:
            if self._let_in():
                if "/studies/" not in self.path:
                    self._answer(404)
                    return
                page = sorted(archive.objects) if "offset=0" in self.path else []
                self._answer(200, [{"00080018": {"vr": "UI", "Value": [uid]}} for uid in page])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            archive.posts += 1
            time.sleep(archive.slow_s)
            if not self._let_in():
                return
            if archive.before:
                self._answer(archive.before[0][0], None, archive.before.pop(0)[1])
                return
            if archive.refuses:
                reason = {"00081197": {"vr": "US", "Value": [int(archive.refuses, 16)]}}
                self._answer(409, {"00081198": {"vr": "SQ", "Value": [reason]}})
                return
            edge = re.search("boundary=(.*)", self.headers["Content-Type"])[1].encode()
            part = body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--" + edge, 1)[0]
            uid = str(pydicom.dcmread(BytesIO(part)).SOPInstanceUID)
            assert uid not in archive.objects, "sent twice"
            archive.objects[uid] = part
            if archive.stores_and_hangs_up:
                archive.stores_and_hangs_up -= 1
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self._answer(200, {"00081199": {"vr": "SQ", "Value": []}})

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def small_archive() -> Iterator[SmallArchive]:
    """An archive in this process."""
    archive = SmallArchive()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(archive)) as server:
        archive.url = f"http://127.0.0.1:{server.server_address[1]}/dicom-web"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield archive
        server.shutdown()


class Line:
    """A TCP line to a port that breaks when so many bytes have gone one way.

    Parameters
    ----------
    to_port : int
        Where it leads.
    breaks : list of (way, bytes)
        One for each connection, in order: "there" counts what is sent, "back" what is answered. Later
        connections hold.
    """

    def __init__(self, to_port: int, breaks: list[tuple[str, int]]) -> None:
        self._to, self._breaks = to_port, list(breaks)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.broken = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._socket.accept()
            except OSError:
                return
            theirs = socket.create_connection(("127.0.0.1", self._to))
            way, limit = self._breaks.pop(0) if self._breaks else ("", 0)
            for source, target, name in ((ours, theirs, "there"), (theirs, ours, "back")):
                most = limit if name == way else None
                threading.Thread(target=self._pump, args=(source, target, most), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, most: int | None) -> None:
        went = 0
        try:
            while chunk := source.recv(65536):
                went += len(chunk)
                if most is not None and went > most:
                    self.broken += 1
                    break
                target.sendall(chunk)
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no further connections."""
        self._socket.close()


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc with its DICOMweb plugin."""

    port: int
    user: str = "suite"
    password: str = "only-in-this-test"

    @property
    def url(self) -> str:
        """Root of its DICOMweb service."""
        return f"http://127.0.0.1:{self.port}/dicom-web"

    def ask(self, path: str) -> Any:
        """An answer of its own interface."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        word = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {word}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())


@pytest.fixture
def orthanc(tmp_path: Path, missing: Callable[[str, str], None]) -> Iterator[Orthanc]:
    """Debian's Orthanc on a free port of this machine, empty."""
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin:/usr/bin")
    if program is None or not PLUGIN.is_file():
        missing("orthanc", "no Orthanc with its DICOMweb plugin (Debian: orthanc orthanc-dicomweb)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = Orthanc(port)
    configuration = {
        "Name": "test", "StorageDirectory": str(tmp_path / "store"),
        "IndexDirectory": str(tmp_path / "store"), "OverwriteInstances": True,
        "HttpPort": port, "DicomServerEnabled": False, "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True, "RegisteredUsers": {running.user: running.password},
        "Plugins": [str(PLUGIN)], "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }  # fmt: skip
    (tmp_path / "orthanc.json").write_text(json.dumps(configuration))
    process = subprocess.Popen(
        [str(program), str(tmp_path / "orthanc.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 30
        while True:
            try:
                running.ask("/system")
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, "Orthanc does not come up"
                time.sleep(0.2)
        yield running
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def line() -> Iterator[Callable[[int, list[tuple[str, int]]], Line]]:
    """Makes lines that break."""
    made: list[Line] = []

    def make(to_port: int, breaks: list[tuple[str, int]]) -> Line:
        made.append(Line(to_port, breaks))
        return made[-1]

    yield make
    for one in made:
        one.close()
