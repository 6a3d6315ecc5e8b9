"""The socket of a session: commands and acknowledgements in; state, events and frames out."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from angiosuite.kit.errors import AngiosuiteError, RefusedInput

from .access import OWN, Caller
from .client import Client
from .live import LiveSession
from .services import Services
from .sessions import spec_of
from .wire import CODECS, decode_text

router = APIRouter()
HELLO_TIMEOUT_S = 10.0
BAD_MESSAGES = 50
"""Unreadable messages after which a socket is closed."""


@router.websocket("/api/sessions/{session_id}/stream", dependencies=[OWN])
async def stream(socket: WebSocket, caller: Caller, session_id: str) -> None:
    """Join a session (token, host and origin were checked by the guard)."""
    services: Services = socket.app.state.services
    await socket.accept()
    client = Client(socket, _is_loopback(socket))
    sender = asyncio.create_task(client.run())
    live: LiveSession | None = None
    try:
        role = await _hello(client)
        live = await services.live.open(spec_of(services, caller, session_id))
        live.join(client, role)
        await _listen(client, live)
    except AngiosuiteError as error:
        client.text({"t": "error", "error": error.as_dict()})
        client.close(4404 if error.code.startswith("no-such") else 4400, error.code)
    except TimeoutError:
        client.close(4400, "no-hello")
    except (WebSocketDisconnect, RuntimeError):
        sender.cancel()
    finally:
        if live is not None:
            live.leave(client)
        await asyncio.wait({sender}, timeout=2.0)
        sender.cancel()


def _is_loopback(socket: WebSocket) -> bool:
    try:
        return socket.client is not None and ipaddress.ip_address(socket.client.host).is_loopback
    except ValueError:
        return False


async def _receive(client: Client) -> dict[str, Any]:
    """The next readable message; unreadable ones are answered by name."""
    for _ in range(BAD_MESSAGES):
        raw = await client.socket.receive()
        if raw["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(raw.get("code", 1006))
        try:
            if raw.get("text") is None:
                raise RefusedInput(
                    "Pages send text, not bytes",
                    code="bad-message",
                    where="stream",
                    value=len(raw.get("bytes") or b""),
                )
            return decode_text(raw["text"])
        except RefusedInput as error:
            client.text({"t": "error", "error": error.as_dict()})
    raise RefusedInput("Too many unreadable messages", code="bad-messages", where="stream")


async def _hello(client: Client) -> str:
    message = await asyncio.wait_for(_receive(client), HELLO_TIMEOUT_S)
    if message["t"] != "hello":
        raise RefusedInput(
            "The first message is a hello", code="no-hello", where="stream", value=message["t"][:40]
        )
    role, codec, name = message.get("role", "operator"), message.get("codec"), message.get("client")
    if role not in ("operator", "watch"):
        raise RefusedInput(
            "A role is 'operator' or 'watch'", code="bad-role", where="hello", value=str(role)[:40]
        )
    client.codec = codec if codec in CODECS else None
    client.name = name if isinstance(name, str) and 0 < len(name) <= 64 else None
    return str(role)


async def _listen(client: Client, live: LiveSession) -> None:
    while True:
        message = await _receive(client)
        live.alive(client)
        kind = message["t"]
        if kind == "ack" and type(message.get("frame")) is int:
            client.acknowledge(message["frame"])
        elif kind == "cmd":
            _command(client, live, message)
        elif kind not in ("ping", "hello"):
            client.text(
                {
                    "t": "error",
                    "error": RefusedInput(
                        "The stream does not know this message",
                        code="bad-message",
                        where="stream",
                        value=kind[:40],
                        way_out="It takes hello, cmd, ack and ping.",
                    ).as_dict(),
                }
            )


def _command(client: Client, live: LiveSession, message: dict[str, Any]) -> None:
    name, args, n = message.get("name"), message.get("args", {}), message.get("n")
    if not isinstance(n, (int, str, type(None))):
        n = None
    if not isinstance(name, str) or not isinstance(args, dict):
        live.done(client, n, "bad-command", "A command has a name and an object of arguments", str(name)[:60])
    else:
        live.command(client, name, args, n)
