"""Key bindings and the page's settings: `/api/settings`, kept in the home's one settings file."""

from __future__ import annotations

import json
import threading
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, JsonValue, RootModel, StringConstraints

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home, atomic_write

from .access import MACHINE
from .answers import FAULTS
from .services import Given

router = APIRouter(prefix="/api/settings", tags=["settings"], responses=FAULTS, dependencies=[MACHINE])
LARGEST_BYTES = 64_000
"""Largest set of settings, as JSON."""
DEEPEST = 8
"""Deepest nesting of a setting."""
_writing = threading.Lock()

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[a-zA-Z][a-zA-Z0-9_.-]*$")]


class Preferences(RootModel[dict[Name, JsonValue]]):
    """What a person set on the pages, by name; the page that owns a name knows its form."""

    model_config = ConfigDict(strict=True, frozen=True)
    root: dict[Name, JsonValue] = Field(max_length=200)


def depth(value: JsonValue) -> int:
    """Levels of nesting; a plain value has none."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    deepest = max((depth(item) for item in inner), default=0)
    return deepest + isinstance(value, (dict, list))


def _file(home: Home) -> dict[str, Any]:
    try:
        whole = json.loads(home.settings_file.read_text("utf-8"))
        if not isinstance(whole, dict) or not isinstance(whole.get("page", {}), dict):
            raise ValueError("not an object")
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise RefusedInput(
            "The settings file cannot be read",
            code="settings-broken",
            where=str(home.settings_file),
            value=str(error)[:80],
            way_out="Mend it, or remove it to go back to the defaults.",
        ) from error
    return whole


def page_settings(home: Home) -> dict[str, JsonValue]:
    """Key bindings and settings of the pages; empty until something was changed."""
    page: dict[str, JsonValue] = _file(home).get("page", {})
    return page


@router.get("")
def get(services: Given) -> dict[str, JsonValue]:
    """Key bindings and settings; empty until something was changed."""
    return page_settings(services.home)


@router.put("")
def put(services: Given, preferences: Preferences) -> dict[str, JsonValue]:
    """Replace key bindings and settings; written whole or not at all."""
    try:
        text = json.dumps(preferences.root, allow_nan=False, ensure_ascii=False)
        size = len(text.encode())
    except ValueError as error:
        raise RefusedInput(
            "Settings hold finite numbers and whole characters", code="settings-not-json", where="settings"
        ) from error
    if size > LARGEST_BYTES or depth(preferences.root) > DEEPEST:
        raise RefusedInput(
            "These settings are too large",
            code="settings-too-large",
            where="settings",
            value=size,
            way_out=f"At most {LARGEST_BYTES} bytes and {DEEPEST} levels.",
        )
    with _writing:
        whole = {**_file(services.home), "page": preferences.root}
        atomic_write(services.home.settings_file, json.dumps(whole, indent=1))
    return preferences.root
