"""A session's course at a glance: X-rays, kerma, staff dose, events, hints and answers, from its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from angiosuite.kit.log import Entry

POINTS = 400
"""Most points of a curve; the picture is no wider."""
QUIET = {"xray-on", "xray-off", "image-stored", "measured"}
"""Events that the timeline shows otherwise, or that would crowd it."""
_KINDS = {"fluoro": "fluoro", "acquire": "run", "shot": "shot"}


def timeline(entries: Iterable[Entry]) -> dict[str, Any]:
    """What the timeline of the debrief shows.

    Parameters
    ----------
    entries : iterable of Entry
        The whole log, in order.

    Returns
    -------
    dict
        ``end_us``; ``xray`` [[from_us, to_us, "fluoro" | "run" | "shot"]]; ``kerma`` [[t_us, mGy]] at the
        reference point, cumulative; ``staff`` [[t_us, µSv]] of the operator's chest behind the apron,
        cumulative; ``events``, ``hints``, ``answers``. Held by ``tests/practice/test_timeline.py``.
    """
    xray: list[list[Any]] = []
    kerma: list[list[float]] = [[0, 0.0]]
    staff: list[list[float]] = []
    events: list[dict[str, Any]] = []
    hints: list[int] = []
    answers: list[dict[str, Any]] = []
    total_mgy, end_us, begun_us, pedal = 0.0, 0, None, "fluoro"
    for entry in entries:
        end_us = max(end_us, entry.t_us)
        data = entry.data
        if entry.kind == "observation":
            if entry.name == "frame" and "kar_mgy" in data:
                total_mgy += float(data["kar_mgy"])
                kerma.append([entry.t_us, total_mgy])
            elif entry.name == "staff":
                staff.append([entry.t_us, _of_operator(data)])
        elif entry.kind == "event":
            if entry.name == "xray-on":
                begun_us, pedal = entry.t_us, str(data.get("pedal", "fluoro"))
            elif entry.name == "xray-off" and begun_us is not None:
                xray.append([begun_us, entry.t_us, _KINDS.get(pedal, "fluoro")])
                begun_us = None
            elif entry.name == "hint-shown":
                hints.append(entry.t_us)
            elif entry.name == "answered":
                answers.append(
                    {"t_us": entry.t_us, "question": data.get("question"), "answer": data.get("answer")}
                )
            if entry.name not in QUIET:
                events.append(
                    {"t_us": entry.t_us, "name": entry.name, "text": str(data.get("text", entry.name))}
                )
    if begun_us is not None:
        xray.append([begun_us, end_us, _KINDS.get(pedal, "fluoro")])
    kerma.append([end_us, total_mgy])
    return {
        "end_us": end_us,
        "xray": xray,
        "kerma": [[int(t), round(v, 4)] for t, v in thinned(kerma)],
        "staff": [[int(t), round(v, 4)] for t, v in thinned(staff)],
        "events": events,
        "hints": hints,
        "answers": answers,
    }


def thinned(points: list[list[float]], most: int = POINTS) -> list[list[float]]:
    """At most so many points of a curve that never falls; the first and last stay."""
    if len(points) <= most:
        return points
    step = (len(points) - 1) / (most - 1)
    return [points[round(i * step)] for i in range(most)]


def _of_operator(data: Mapping[str, Any]) -> float:
    person = data.get("operator")
    return float(person.get("chest_usv", 0.0)) if isinstance(person, Mapping) else 0.0
