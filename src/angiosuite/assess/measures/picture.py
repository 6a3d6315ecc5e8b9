"""Measures on pictures: where a target lies, how clearly and from which side it is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from angiosuite.assess.session_log import KEPT, Frame, SessionLog
from angiosuite.kit.log import Entry

from .reading import MEASURES, Asked, Found, Moment, best, not_done, not_recorded, of_frame
from .windows import Look, Seen, angles_deg, look

ABOVE_MM = 100.0
"""Height above the target of the point whose shift tells of parallax, mm."""
STEEPEST_MM = 1000.0
"""The shift is no longer told beyond this, mm."""


def _key(name: str) -> Callable[[Frame, Mapping[str, Any]], float | None]:
    """Reads one figure that was found of a target."""

    def value_of(frame: Frame, found: Mapping[str, Any]) -> float | None:
        value = found.get(name)
        return None if value is None else abs(float(value))

    return value_of


def _enter(identity: str, key: str, words: str) -> None:
    """Enter a measure that is one figure of the judged pictures; `words` holds {0} for its value."""
    how = Look(_key(key), words.format)

    @MEASURES.enter(identity)
    def read(log: SessionLog, asked: Asked) -> Found:
        return look(log, asked, how)


_enter("off-centre", "off_mm", "{0:.1f} mm from the picture's centre")
_enter("iso-distance", "iso_mm", "{0:.1f} mm from the isocentre")
_enter("foreshortening", "foreshortening", "shown at {0:.2f} of its length")
_enter("overlap", "overlap", "{0:.2f} of it is covered")
_enter("tilt", "tilt_deg", "{0:.1f}° between beam and axis")
_enter("en-face-shape", "shape", "{0:.2f} of its en-face shape")


@MEASURES.enter("in-field")
def in_field(log: SessionLog, asked: Asked) -> Found:
    """1 where the target lies inside the open field."""

    def words(value: float) -> str:
        return "the target lies in the open field" if value else "the target lies outside the open field"

    def value_of(frame: Frame, found: Mapping[str, Any]) -> float | None:
        return float(bool(found["in_field"])) if "in_field" in found else None

    return look(log, asked, Look(value_of, words, needs_field=False))


@MEASURES.enter("contrast-to-noise")
def contrast_to_noise(log: SessionLog, asked: Asked) -> Found:
    """How clearly the target stands out; of a run its best frame, or the subtraction that is looked at."""
    subtracted = {number: entry for number, entry in _judged_runs(log).items() if "cnr" in entry.data}

    def of_run(number: int, frames: Sequence[Frame], asked: Asked) -> Seen | None:
        plain = [(frame.judged(asked.target) or {}).get("cnr") for frame in frames]
        if number in subtracted and all(value is None for value in plain):
            entry = subtracted[number]
            value = entry.data["cnr"]
            return None if value is None else Seen(_shown(frames, entry), float(value))
        values = how.all(frames, asked.target)
        return values[best([one.value for one in values], "higher")] if values else None

    how = Look(_key("cnr"), "contrast to noise {0:.1f}".format, of_run=of_run)
    return look(log, asked, how)


@MEASURES.enter("parallax-free-centring")
def parallax_free_centring(log: SessionLog, asked: Asked) -> Found:
    """Shift in the picture of a point 100 mm plumb above the target, mm, at the target's depth.

    Notes
    -----
    **Model** the ray through the target is SOD · n + u · e_u + v · e_v (n central ray; e_u, e_v the picture's
    axes in the room, u, v in the isocentre's plane); its horizontal over its vertical part is the tangent.
    **Valid for** rays less than 84° from the plumb line. Held by ``tests/golden/measures``.
    """

    def value_of(frame: Frame, found: Mapping[str, Any]) -> float | None:
        if "u_mm" not in found or "v_mm" not in found:
            return None
        pose = frame.facts["pose"]
        a, b, g = np.deg2rad(
            [pose["rotation_deg"], pose["angulation_deg"], pose.get("detector_rotation_deg", 0.0)]
        )
        ray = np.array([np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)])
        right = np.array([np.cos(a), np.sin(a), 0.0])
        down = np.array([np.sin(a) * np.sin(b), -np.cos(a) * np.sin(b), -np.cos(b)])
        e_u, e_v = np.cos(g) * right + np.sin(g) * down, np.cos(g) * down - np.sin(g) * right
        x, y, z = pose["sod_mm"] * ray + float(found["u_mm"]) * e_u + float(found["v_mm"]) * e_v
        plumb = max(abs(float(y)), 1e-9)
        return min(ABOVE_MM * float(np.hypot(x, z)) / plumb, STEEPEST_MM)

    return look(log, asked, Look(value_of, "a mark 100 mm above it is shown {0:.1f} mm beside it".format))


@MEASURES.enter("views-apart")
def views_apart(log: SessionLog, asked: Asked) -> Found:
    """Largest angle between two kept pictures; with a target, of two that show it."""
    frames = [frame for frame in log.frames if frame.mode in KEPT]
    if asked.of is not None:
        if frames and not log.is_judged:
            return not_recorded("the log does not say where the target lies in its pictures")
        frames = [f for f in frames if (f.judged(asked.of) or {}).get("in_field", False)]
    if not frames:
        return not_done("there is no held image or single shot of it")
    angles = angles_deg(frames)
    i, j = np.unravel_index(int(np.argmax(angles)), angles.shape)
    value = float(angles[i, j])
    why = f"{value:.0f}° between two views" if len(frames) > 1 else "the only view"
    pair = sorted({int(i), int(j)})
    return Found(round(value, 3), tuple(of_frame(frames[k], why) for k in pair))


@MEASURES.enter("subtraction-artefact")
def subtraction_artefact(log: SessionLog, asked: Asked) -> Found:
    """What is left of the anatomy in the subtraction as it was last looked at."""
    runs = log.run_frames()
    if not runs:
        return not_done("there is no run")
    judged = {n: e for n, e in _judged_runs(log).items() if n in runs and e.data.get("artefact") is not None}
    chosen = list(runs) if asked.within != "last-run" else list(runs)[-1:]
    read = [number for number in chosen if number in judged]
    if not read or (asked.within == "all-runs" and len(read) < len(chosen)):
        kinds = {e.data["run"]: e.data.get("kind") for e in log.event("run-started")}
        if log.is_judged and not any(kinds.get(number) == "dsa" for number in chosen):
            return not_done("no run was subtracted")
        return not_recorded("the log does not say what the subtraction left")
    way = "higher" if asked.within == "all-runs" else asked.better
    values = [float(judged[number].data["artefact"]) for number in read]
    place = best(values, way)
    entry = judged[read[place]]
    why = f"run {read[place]}: {values[place]:.2f} times the noise is left"
    moment = Moment(entry.t_us, _shown(runs[read[place]], entry).index, entry.seq, why)
    return Found(values[place], (moment,))


def _judged_runs(log: SessionLog) -> dict[int, Entry]:
    """What was last found of each run."""
    return {int(entry.data["run"]): entry for entry in log.observation("judged-run")}


def _shown(frames: Sequence[Frame], entry: Entry) -> Frame:
    """The frame that a run's judgement looked at: its number within the run, else the run's middle."""
    asked = entry.data.get("frame")
    found = [f for f in frames if asked is not None and asked in (f.facts.get("run_frame"), f.index)]
    return found[0] if found else frames[len(frames) // 2]
