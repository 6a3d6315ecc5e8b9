"""Measures of cava filters: the run before, the width that was measured, where it stands, the run after."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from angiosuite.assess.session_log import Frame, SessionLog
from angiosuite.kit.log import Entry

from .answers import points_of, standing
from .contrast_given import counted, shown
from .contrast_seen import fullest_between
from .harm import count, happened
from .reading import MEASURES, Asked, Found, not_done, not_recorded, of_frame
from .tools_seen import vessel_of
from .windows import moment_of

BAND_MM = (0.0, 10.0)
"""Cranial end below the lower edge of the lower renal vein: just below it (own choice of how far)."""
SEEN = 0.5
"""A cava of which so much is filled shows where veins join it."""
BESIDE_MM = 15.0
"""A line whose middle lies further to the side of the cava measures something else, mm at the isocentre."""
NO_FILTER = "no filter was opened"


def _opened(log: SessionLog) -> list[Entry]:
    return happened(log, "filter-opened")


def _first_us(log: SessionLog) -> float:
    """When the first filter was opened; never, without one."""
    return min((entry.t_us for entry in _opened(log)), default=inf)


def _runs(log: SessionLog, from_us: float, until_us: float) -> Iterator[Frame]:
    """Pictures of runs in a time."""
    for frames in log.run_frames().values():
        yield from (frame for frame in frames if from_us <= frame.t_us < until_us)


@MEASURES.enter("filled-before-filter")
def filled_before(log: SessionLog, asked: Asked) -> Found:
    """Greatest share of the target that a run showed filled before the first filter was opened."""
    return fullest_between(log, asked.target, -inf, _first_us(log), "before the filter")


@MEASURES.enter("filled-after-filter")
def filled_after(log: SessionLog, asked: Asked) -> Found:
    """Greatest share of the target that a run showed filled after the last filter was opened."""
    last_us = max((entry.t_us for entry in _opened(log)), default=inf)
    return (
        not_done(NO_FILTER)
        if last_us == inf
        else fullest_between(log, asked.target, last_us, inf, "after it")
    )


@MEASURES.enter("mouth-before-filter")
def mouth_before(log: SessionLog, asked: Asked) -> Found:
    """1 when the target lay in the open field of a run, before the filter, that showed its parent filled.

    Notes
    -----
    **Model** the target is a vein that joins another one; that one is any target of the picture in which at
    least half is filled, beside it. Streams of blood without contrast are not drawn across a lumen, so that a
    mouth is told by the place of the vein itself. **Source** own definition.
    """
    for frame in _runs(log, -inf, _first_us(log)):
        found = frame.judged(asked.target)
        if found is not None and found.get("in_field") and _full(frame, asked.target):
            return Found(1.0, (of_frame(frame, "its mouth lies in the picture, beside contrast"),))
    return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "no run before the filter shows it"),))


def _full(frame: Frame, target: str) -> bool:
    """Whether a picture shows another vessel than the target's filled."""
    own = (frame.judged(target) or {}).get("vessel")
    seen: dict[str, Any] = frame.facts.get("judged") or {}
    others = [one for one in seen.values() if one.get("vessel") not in (None, own)]
    return any(one.get("in_field", True) and float(one.get("filled", 0.0)) >= SEEN for one in others)


@MEASURES.enter("cava-width-error")
def cava_width_error(log: SessionLog, asked: Asked) -> Found:
    """Width measured across the target before the filter against that at the filter's feet, mm.

    Notes
    -----
    **Model** the last length before the first filter was opened, with a calibration, on a picture that shows
    half of the target filled, whose line lies across it: its middle no more than 15 mm to the target's side.
    The true one is the vein's where the filter stands. **Source** own definition.
    """
    placed = [entry for entry in _opened(log) if "cava_mm" in entry.data]
    if not placed:
        return not_done(NO_FILTER)
    frames, drawn = {frame.index: frame for frame in log.frames}, points_of(log)
    for entry in reversed([one for one in standing(log) if one.t_us < placed[0].t_us]):
        frame = frames.get(entry.data["image"])
        found = None if frame is None else frame.judged(asked.target)
        if frame is None or found is None or float(found.get("filled", 0.0)) < SEEN:
            continue
        if entry.seq in drawn and not _is_beside(frame, found, drawn[entry.seq]):
            continue
        if entry.data.get("length_mm") is None:
            continue
        length, true = float(entry.data["length_mm"]), float(placed[0].data["cava_mm"])
        why = f"measured {length:.1f} mm; at the filter's feet it is {true:.1f} mm wide"
        return Found(abs(length - true), (shown(log, entry, why),))
    return not_done("its width was not measured on a picture that shows it, before the filter")


def _is_beside(frame: Frame, found: Any, points: Any) -> bool:
    """Whether the middle of a line lies near the target's, from side to side."""
    middle_px = 0.5 * (float(points[0][0]) + float(points[-1][0]))
    u_mm = (middle_px - 0.5 * float(frame.facts["size"][0])) * float(frame.facts["pixel_mm_iso"])
    return abs(u_mm - float(found.get("u_mm", u_mm))) <= BESIDE_MM


# ---- where it stands -------------------------------------------------------------------------------------


def _stands(log: SessionLog, asked: Asked) -> Entry | Found:
    """The last filter that was opened in the target, or why there is none."""
    vessel = vessel_of(log, asked.target)
    if vessel is None:
        return not_recorded("the log does not say where the target lies")
    here = [entry for entry in _opened(log) if entry.data.get("vessel") == vessel]
    if not here:
        return not_done("no filter was opened in it")
    gone = [entry for entry in happened(log, "filter-migrated") if entry.seq > here[-1].seq]
    return Found(None, (shown(log, gone[0], "it went"),), (), "not-done", "it went") if gone else here[-1]


@MEASURES.enter("filter-off-level")
def filter_off_level(log: SessionLog, asked: Asked) -> Found:
    """How far a filter's upper end lies outside 0 to 10 mm below the lower renal vein, mm."""
    entry = _stands(log, asked)
    if isinstance(entry, Found):
        return entry
    if entry.data.get("level_mm") is None:
        return not_recorded("no renal vein joins it")
    level = float(entry.data["level_mm"])
    off = max(0.0, BAND_MM[0] - level, level - BAND_MM[1])
    side = "below" if level >= 0.0 else "above"
    return Found(off, (shown(log, entry, f"{abs(level):.0f} mm {side} the lower edge of the lower one"),))


@MEASURES.enter("filter-level")
def filter_level(log: SessionLog, asked: Asked) -> Found:
    """How far the last filter's upper end lies below the lower renal vein, mm; below 0 above it."""
    placed = [entry for entry in _opened(log) if entry.data.get("level_mm") is not None]
    if not placed:
        return not_done("no filter was opened in a vein that renal veins join")
    level = float(placed[-1].data["level_mm"])
    return Found(level, (shown(log, placed[-1], f"{level:.0f} mm below it"),))


@MEASURES.enter("filter-tilt")
def filter_tilt(log: SessionLog, asked: Asked) -> Found:
    """How far the last filter leans as it was opened, degrees."""
    placed = [entry for entry in _opened(log) if "tilt_deg" in entry.data]
    if not placed:
        return not_done(NO_FILTER)
    tilt = float(placed[-1].data["tilt_deg"])
    return Found(tilt, (shown(log, placed[-1], f"it leans by {tilt:.0f} degrees"),))


@MEASURES.enter("filters-that-do-not-fit")
def filters_not_fitting(log: SessionLog, asked: Asked) -> Found:
    """Filters that were opened in a vein wider than they are for."""
    bad = [entry for entry in _opened(log) if entry.data.get("fits") is False]
    if not bad:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "there was none"),))
    return counted(log, bad, "the vein is too wide for it")


@MEASURES.enter("filters-gone")
def filters_gone(log: SessionLog, asked: Asked) -> Found:
    """Filters that went with the blood."""
    return count(log, "it went", "filter-migrated")


@MEASURES.enter("filters-opened")
def filters_opened(log: SessionLog, asked: Asked) -> Found:
    """Filters that were opened."""
    return count(log, "opened", "filter-opened")
