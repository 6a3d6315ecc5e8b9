"""A session's log written by hand, for tests that know what must come out.

An item is ``{at: seconds, frame: {…}}``, ``{at, event: name, …}``, ``{at, command: name, …}`` or
``{at, observation: name, …}``; what is left out of a frame is in `FRAME`. Numbers of entries and pictures
follow from the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

POSE = {
    "rotation_deg": 0.0,
    "angulation_deg": 0.0,
    "sid_mm": 1050.0,
    "table_x_mm": 0.0,
    "table_y_mm": 0.0,
    "table_z_mm": 0.0,
    "table_tilt_deg": 0.0,
    "detector_rotation_deg": 0.0,
    "sod_mm": 785.0,
}
FRAME = {
    "pixel_mm_iso": 0.5,
    "size": [512, 512],
    "fov_cm": 42.0,
    "blades": {"left": 1.0, "right": 1.0, "top": 1.0, "bottom": 1.0},
}


def entries(items: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The log's entries."""
    made: list[Entry] = []
    pictures = 0
    for seq, item in enumerate(items, 1):
        rest = {key: value for key, value in item.items() if key not in ("at", "v")}
        kind = next(name for name in ("event", "command", "observation", "frame") if name in rest)
        name = rest.pop(kind)
        if kind == "frame":
            pictures += 1
            facts = dict(name)
            pose = POSE | facts.pop("pose", {})
            kind, name, rest = "observation", "frame", {"index": pictures, **FRAME, **facts, "pose": pose}
        elif kind == "command":
            rest = {"args": rest, "who": "operator"}
        made.append(Entry(seq, round(item.get("at", 0) * 1e6), kind, name, item.get("v", 1), rest))
    return made


def log(items: Iterable[Mapping[str, Any]]) -> SessionLog:
    """The same as measures read it."""
    return SessionLog.of(entries(items))
