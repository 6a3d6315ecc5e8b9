"""Run the server on this machine, once: a second start finds the first."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import urllib.request
import webbrowser
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from angiosuite.kit import kernel_cache
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.home import Home

from .app import create_app
from .configuration import ServerSettings


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs: process, address and token, as the home's runtime file has them."""

    pid: int
    host: str
    port: int
    token: str

    @property
    def url(self) -> str:
        """Start URL with its token; opens the page and sets the cookie."""
        return f"http://{_name_for_url(self.host)}:{self.port}/?token={self.token}"


def _name_for_url(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host in ("::1", "[::1]")


def find_running(home: Home) -> Running | None:
    """The server of this home if it answers with its own token; a stale file is no server."""
    try:
        running = Running(**json.loads(home.runtime_file.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    request = urllib.request.Request(
        f"http://{_name_for_url(running.host)}:{running.port}/api/start",
        headers={"X-Angiosuite-Token": running.token},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=3.0) as answer:
            return running if answer.status == 200 and "steps" in json.load(answer) else None
    except (OSError, ValueError):
        return None


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises
    ------
    WrongUse
        When the port is taken or the address is not ours; says which and what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise WrongUse(
            f"Port {port} on {host} cannot be used",
            code="port-taken",
            where="serve --port",
            value=error.strerror,
            way_out="Another program may listen there. Choose another: angiosuite serve --port "
            f"{port + 1 if port < 65535 else 0}, or --port 0 for any free one.",
        ) from error
    return listener


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    os.replace(temporary, path)


def kept_token(home: Home) -> str:
    """The token of this home, made once, so that open pages come back after a restart of the server."""
    path = home.root / "token"
    try:
        token = path.read_text().strip()
        if len(token) >= 24:
            return token
    except OSError:
        pass
    token = secrets.token_urlsafe(24)
    write_private(path, token)
    return token


def has_display() -> bool:
    """Whether a browser can be opened for the person who started us."""
    if os.name == "nt" or "darwin" in os.uname().sysname.lower():
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER"))


def serve(
    settings: ServerSettings, *, open_browser: bool, say: Callable[[str], None], page: str = ""
) -> None:
    """Serve until interrupted; when this home is served already, open that instead.

    Parameters
    ----------
    settings : ServerSettings
        Home, address, token and limits.
    open_browser : bool
        Open the start URL where there is a display.
    say : callable
        Told each line for standard output.
    page : str
        Address within the page that is opened, ``#/practice/isocentre``; the home page when empty.
    """
    home = Home(settings.home).open()
    running = find_running(home)
    if running is not None:
        say(f"Angiosuite runs already (process {running.pid}).")
        say(running.url)
        if open_browser and has_display():
            webbrowser.open(running.url)
        return
    kernel_cache.activate(home.kernels)
    if "token" not in settings.model_fields_set:
        settings = settings.model_copy(update={"token": kept_token(home)})
    listener = listen(settings.host, settings.port)
    here = Running(os.getpid(), settings.host, listener.getsockname()[1], settings.token)
    write_private(home.runtime_file, json.dumps(asdict(here)))

    def started() -> None:
        say("Angiosuite is ready in the browser at")
        say(here.url + page)
        if not _is_loopback(settings.host):
            say(
                "Other machines reach it too; whoever has this URL may operate. Name each host: --allow-host."
            )
        if open_browser and has_display():
            webbrowser.open(here.url + page)

    try:
        _run(settings, listener, started)
    finally:
        listener.close()
        if _is_ours(home, here):
            home.runtime_file.unlink(missing_ok=True)


def _is_ours(home: Home, here: Running) -> bool:
    try:
        return bool(json.loads(home.runtime_file.read_text()) == asdict(here))
    except (OSError, ValueError):
        return False


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(settings: ServerSettings, listener: socket.socket, started: Callable[[], None]) -> None:
    config = uvicorn.Config(
        create_app(settings),
        ws_per_message_deflate=False,
        ws_max_size=65_536,
        ws_ping_interval=3.0,
        ws_ping_timeout=6.0,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
    )
    signal.signal(signal.SIGTERM, _interrupt)  # uvicorn raises it again when it has closed
    server = _Server(config, started)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
