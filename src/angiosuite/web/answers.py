"""Every fault leaves as one named error, ``{"error": {code, message, where, value, way_out}}``."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from angiosuite.kit.errors import AngiosuiteError, RefusedInput, WrongUse

log = logging.getLogger("angiosuite.web")
PIECE_BYTES = 1 << 20


class Strict(BaseModel):
    """Root of all request bodies: no unknown field, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ErrorBody(BaseModel):
    """What is wrong, where, the value, and the way out."""

    code: str
    message: str
    where: str | None = None
    value: Any = None
    way_out: str | None = None


class ErrorAnswer(BaseModel):
    """Body of every answer that is not a success."""

    error: ErrorBody


class NotFound(RefusedInput):
    """Nothing is kept under this name (HTTP 404)."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(
            f"No {what} of this name",
            code=f"no-such-{what}",
            where=what,
            value=name[:100],
            way_out=f"The list of {what}s shows what there is.",
        )


FAULTS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": text}
    for status, text in {
        400: "not readable",
        401: "no token",
        403: "other host or origin",
        404: "not there",
        409: "not now",
        413: "too large",
        415: "other kind of content",
        422: "refused with a reason",
    }.items()
}
"""Answers that any route may give."""


def answer(status: int, error: dict[str, object]) -> JSONResponse:
    """One named error as an HTTP answer."""
    return JSONResponse({"error": error}, status_code=status)


def pieces_of(path: Path, start: int, length: int) -> Iterator[bytes]:
    """That part of a file, bytes, a piece at a time: it may grow meanwhile."""
    with open(path, "rb") as file:
        file.seek(start)
        while length > 0:
            piece = file.read(min(PIECE_BYTES, length))
            if not piece:
                return
            length -= len(piece)
            yield piece


def status_of(error: AngiosuiteError) -> int:
    """HTTP status for one of our errors."""
    if isinstance(error, NotFound) or error.code.endswith("-not-known"):
        return 404
    if isinstance(error, WrongUse):
        return 400
    if isinstance(error, RefusedInput):
        return {"upload-too-large": 413, "restore-taken": 409, "not-in-trash": 404, "no-such-build": 404}.get(
            error.code, 422
        )
    return 409


def install(app: FastAPI) -> None:
    """Make an application answer every fault by name."""

    @app.exception_handler(AngiosuiteError)
    async def ours(request: Request, error: AngiosuiteError) -> JSONResponse:
        return answer(status_of(error), error.as_dict())

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return answer(
            422,
            {
                "code": "invalid-request",
                "message": str(first["msg"]),
                "where": where,
                "value": repr(first.get("input"))[:200],
                "way_out": "See /api/openapi.json.",
            },
        )

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        codes = {404: "not-found", 405: "method-not-allowed", 400: "bad-request", 413: "too-large"}
        made = answer(
            error.status_code,
            {
                "code": codes.get(error.status_code, "http"),
                "message": str(error.detail),
                "where": request.url.path[:200],
                "value": None,
                "way_out": None,
            },
        )
        for name, value in (error.headers or {}).items():
            made.headers[name] = value
        return made

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.exception("fault in %s %s", request.method, request.url.path)
        return answer(
            500,
            {
                "code": "internal",
                "message": "Our fault; the server's output has the details",
                "where": request.url.path,
                "value": type(error).__name__,
                "way_out": "Please report it with the lines that the server printed.",
            },
        )
