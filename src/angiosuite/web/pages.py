"""The built page, as it lies in the wheel; its own places are in the fragment of the address."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from .answers import answer
from .configuration import ServerSettings
from .guard import Guard

STATIC = Path(__file__).parent / "static"
"""Where the build puts the front end."""
router = APIRouter(include_in_schema=False)
_WITHOUT_TOKEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Angiosuite</title>
<h1>Angiosuite</h1><p>This page opens with the start URL that <code>angiosuite serve</code> printed.
Run the command again: it opens the running server.</p></html>"""
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Angiosuite</title>
<h1>Angiosuite</h1><p>The pages are not built. Run <code>pip install -e .</code> in the clone.</p></html>"""


@router.get("/{path:path}")
def page(request: Request, path: str) -> Response:
    """A built file, or the page itself."""
    if path == "api" or path.startswith("api/"):
        return answer(
            404,
            {
                "code": "not-found",
                "message": "No such route",
                "where": f"/{path}"[:200],
                "value": None,
                "way_out": "See /api/openapi.json.",
            },
        )
    found = _inside(path)
    if found is not None:
        cache = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
        return FileResponse(found, headers={"Cache-Control": cache})
    if path:
        return answer(
            404,
            {
                "code": "not-found",
                "message": "No such file",
                "where": f"/{path}"[:200],
                "value": None,
                "way_out": None,
            },
        )
    settings: ServerSettings = request.app.state.settings
    if Guard(request.app, settings).recognise(request.scope) is None:
        return HTMLResponse(_WITHOUT_TOKEN, status_code=401)
    index = STATIC / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=404)
    return FileResponse(index, headers={"Cache-Control": "no-cache"})


def _inside(path: str) -> Path | None:
    """The built file of this path; None for anything outside, hidden or not a file."""
    parts = path.split("/")
    if not path or "\\" in path or "\0" in path or any(part.startswith(".") or not part for part in parts):
        return None
    try:
        found = STATIC.joinpath(*parts).resolve()
        inside = found.is_relative_to(STATIC.resolve()) and found.is_file() and found.name != "index.html"
    except (OSError, ValueError):
        return None
    return found if inside else None
