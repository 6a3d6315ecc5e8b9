"""What every request passes first: known host name, same origin, token, size; and strict headers."""

from __future__ import annotations

import hmac
import json
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from angiosuite.kit.people import Principal

from .configuration import ServerSettings

if TYPE_CHECKING:
    from .services import Services

JSON_LIMIT_BYTES = 1_000_000
"""Largest request body, uploads apart."""
UPLOAD_PATH = "/api/imports"
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
"""Sent with every answer."""


class TooLarge(HTTPException):
    """A request body went over its limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(413, f"At most {limit_bytes} bytes are taken here")


def cookie_name(port: int) -> str:
    """Name of the token's cookie; cookies do not tell ports apart, so the name does."""
    return f"angiosuite_{port}"


def host_of(value: str) -> str:
    """Host name of a ``Host`` header, lower case, without port; brackets of IPv6 stay."""
    value = value.strip().lower()
    if value.startswith("["):
        return value[: value.find("]") + 1]
    return value.partition(":")[0]


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        send = _with_headers(send)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
            return
        if scope["type"] == "http":
            if await self._start_url(scope, headers, receive, send):
                return
            limit = self._limit(scope)
            length = headers.get("content-length", "")
            if length and (not length.isdecimal() or int(length) > limit):
                await _refuse(
                    scope, receive, send, 413, "too-large", f"At most {limit} bytes are taken here", length
                )
                return
            receive = _limited(receive, limit)
        try:
            await self.app(scope, receive, send)
        except TooLarge as error:
            await _refuse(scope, receive, send, 413, "too-large", error.detail, None)

    def _limit(self, scope: Scope) -> int:
        upload = scope["path"] == UPLOAD_PATH and scope["method"] == "POST"
        return self.settings.upload_limit_mb * 1_000_000 if upload else JSON_LIMIT_BYTES

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str, str, str | None] | None:
        host = headers.get("host", "")
        if host_of(host) not in self.settings.host_names:
            return 403, "unknown-host", "This server does not answer under that name", host
        origin = headers.get("origin")
        unsafe = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if unsafe and origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, "other-origin", "Only this server's own pages may ask for this", origin
        if scope["path"].startswith("/api"):
            principal = self.recognise(scope)
            if principal is None:
                return 401, "no-token", "Open the start URL that the server printed", None
            scope.setdefault("state", {})["principal"] = principal
        return None

    def recognise(self, scope: Scope) -> Principal | None:
        """The person whose key a request carries (cookie, bearer or own header); None without one."""
        given = _key_of(Headers(scope=scope))
        return None if given is None else self._person(scope, given)

    def _person(self, scope: Scope, key: str) -> Principal | None:
        services: Services = scope["app"].state.services
        if hmac.compare_digest(key.encode(), self.settings.token.encode()):
            return services.local
        return services.identify(key)

    async def _start_url(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> bool:
        query = parse_qsl(scope.get("query_string", b"").decode("latin-1"))
        given = dict(query).get("token")
        if scope["path"].startswith("/api") or scope["method"] != "GET" or given is None:
            return False
        if self._person(scope, given) is None:
            await _refuse(
                scope,
                receive,
                send,
                401,
                "wrong-token",
                "This start URL is of another start of the server; open the one that it printed last",
                None,
            )
            return True
        rest = urlencode([(k, v) for k, v in query if k != "token"])
        path = "/" + scope["path"].lstrip("/")
        cookie = f"{cookie_name(_port(headers))}={given}; HttpOnly; SameSite=Strict; Path=/"
        await send(
            {
                "type": "http.response.start",
                "status": 303,
                "headers": [
                    (b"location", (path + (f"?{rest}" if rest else "")).encode("latin-1", "replace")),
                    (b"set-cookie", cookie.encode()),
                    (b"cache-control", b"no-store"),
                    (b"content-length", b"0"),
                ],
            }
        )
        await send({"type": "http.response.body", "body": b""})
        return True


def _key_of(headers: Headers) -> str | None:
    given = headers.get("x-angiosuite-token")
    bearer = headers.get("authorization", "")
    if given is None and bearer.lower().startswith("bearer "):
        given = bearer[7:].strip()
    if given is None:
        try:
            jar: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
        except Exception:  # a cookie that cannot be read is no cookie
            return None
        morsel = jar.get(cookie_name(_port(headers)))
        given = morsel.value if morsel is not None else None
    return given


def _port(headers: Headers) -> int:
    _, _, port = headers.get("host", "").rpartition(":")
    return int(port) if port.isdecimal() and len(port) <= 5 else 80


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sender


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def receiver() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge(limit)
        return message

    return receiver


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, code: str, message: str, value: str | None
) -> None:
    error = {
        "code": code,
        "message": message,
        "where": scope["path"],
        "value": value,
        "way_out": "Run 'angiosuite serve' again to see the start URL." if status == 401 else None,
    }
    if scope["type"] == "http":
        body, kind = json.dumps({"error": error}).encode(), b"application/json"
        if not scope["path"].startswith("/api") and b"text/html" in dict(scope["headers"]).get(
            b"accept", b""
        ):
            body, kind = _page(message).encode(), b"text/html; charset=utf-8"
        start, text = "http.response", body
    elif "websocket.http.response" in scope.get("extensions", {}):
        start, text, kind = (
            "websocket.http.response",
            json.dumps({"error": error}).encode(),
            b"application/json",
        )
        await receive()
    else:
        await receive()
        await send({"type": "websocket.close", "code": 4401 if status == 401 else 4403, "reason": code})
        return
    await send(
        {
            "type": f"{start}.start",
            "status": status,
            "headers": [(b"content-type", kind), (b"content-length", str(len(text)).encode())],
        }
    )
    await send({"type": f"{start}.body", "body": text})


def _page(message: str) -> str:
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Angiosuite</title>"
        f"<h1>Angiosuite</h1><p>{message}.</p>"
    )
