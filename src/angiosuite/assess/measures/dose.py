"""Measures of the dose to the patient and of what it was spent on, from the doses that the log holds."""

from __future__ import annotations

from angiosuite.assess.session_log import Frame, Point, SessionLog
from angiosuite.kit.log import Entry

from .reading import MEASURES, Asked, Found, Moment, not_done, not_recorded, of_frame
from .windows import moment_of

UGYM2_PER_GYCM2 = 100.0


def _total(log: SessionLog, course: list[Point], words: str) -> Found:
    """The last value of a cumulative reading; nothing exposed is 0."""
    if not course:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "there was none until the end"),))
    last = course[-1]
    moment = Moment(last.t_us, last.frame, last.seq, words.format(last.value))
    return Found(last.value, (moment,), tuple(course))


def _of_last_run(log: SessionLog, key: str, scale: float, words: str) -> Found:
    runs = log.run_frames()
    if not runs:
        return not_done("there is no run")
    frames = list(runs.values())[-1]
    value = sum(float(frame.facts.get(key, 0.0)) for frame in frames) * scale
    return Found(value, (of_frame(frames[-1], words.format(value)),))


@MEASURES.enter("reference-air-kerma")
def reference_air_kerma(log: SessionLog, asked: Asked) -> Found:
    """Air kerma at the reference point, mGy."""
    words = "{0:.2f} mGy in all"
    if asked.within == "last-run":
        return _of_last_run(log, "kar_mgy", 1.0, "{0:.2f} mGy in the run")
    return _total(log, log.dose_course(0), words)


@MEASURES.enter("kerma-area-product")
def kerma_area_product(log: SessionLog, asked: Asked) -> Found:
    """Kerma-area product, Gy·cm²; 1 µGy m² is 0.01 Gy·cm²."""
    if asked.within == "last-run":
        return _of_last_run(log, "pka_ugy_m2", 1 / UGYM2_PER_GYCM2, "{0:.3f} Gy·cm² in the run")
    course = [Point(p.t_us, p.seq, p.frame, p.value / UGYM2_PER_GYCM2) for p in log.dose_course(1)]
    return _total(log, course, "{0:.3f} Gy·cm² in all")


@MEASURES.enter("kerma-ratio-to-reference")
def kerma_ratio_to_reference(log: SessionLog, asked: Asked) -> Found:
    """Air kerma over the median of reference runs on the same patient."""
    median = asked.reference.get("reference-air-kerma")
    if not median:
        return not_recorded("there are no reference runs of this drill on this patient")
    course = [Point(p.t_us, p.seq, p.frame, p.value / median) for p in log.dose_course(0)]
    return _total(log, course, "{0:.2f} times the reference operator's kerma")


@MEASURES.enter("fluoroscopy-time")
def fluoroscopy_time(log: SessionLog, asked: Asked) -> Found:
    """Time with fluoroscopy on, s, by the room's clock; where that is not logged, from pedal to pedal."""
    course = log.dose_course(2)
    if not course:
        seconds = 0.0
        for beam in log.beams:
            if beam.pedal == "fluoro":
                seconds += (beam.to_us - beam.from_us) * 1e-6
                course.append(Point(beam.to_us, beam.seq, log.frame_at(beam.to_us), seconds))
    return _total(log, course, "{0:.1f} s in all")


@MEASURES.enter("frames")
def frames(log: SessionLog, asked: Asked) -> Found:
    """Pictures of single shots and runs."""
    made = [frame for frame in log.exposures() if frame.mode in ("shot", "run")]
    course = [Point(frame.t_us, frame.seq, frame.index, float(n)) for n, frame in enumerate(made, 1)]
    return _total(log, course, "exposure {0:.0f}")


@MEASURES.enter("runs")
def runs(log: SessionLog, asked: Asked) -> Found:
    """Runs that exposed a frame, those that were taken out of the list too."""
    first: dict[int, Frame] = {}
    for frame in log.exposures():
        if frame.run is not None:
            first.setdefault(frame.run, frame)
    course = [Point(f.t_us, f.seq, f.index, float(n)) for n, f in enumerate(first.values(), 1)]
    return _total(log, course, "run {0:.0f}")


def _skin(log: SessionLog) -> list[Entry]:
    return [entry for entry in log.observation("skin") if "peak_mgy" in entry.data]


@MEASURES.enter("peak-skin-dose")
def peak_skin_dose(log: SessionLog, asked: Asked) -> Found:
    """Largest dose at any point of the skin, mGy."""
    readings = _skin(log)
    if not readings:
        return _no_reading(log, "the log holds no skin dose")
    course = [Point(e.t_us, e.seq, log.frame_at(e.t_us), float(e.data["peak_mgy"])) for e in readings]
    return _total(log, course, "{0:.0f} mGy at the hottest point")


@MEASURES.enter("skin-dose-added")
def skin_dose_added(log: SessionLog, asked: Asked) -> Found:
    """Growth of the peak skin dose beyond what the session began with, mGy."""
    readings = _skin(log)
    before = log.event("skin-prior")
    if not readings or any("peak_mgy" not in entry.data for entry in before):
        return _no_reading(log, "the log does not say how much the peak grew")
    begin = float(before[-1].data["peak_mgy"]) if before else 0.0
    grown = [(entry, max(float(entry.data["peak_mgy"]) - begin, 0.0)) for entry in readings]
    course = [Point(e.t_us, e.seq, log.frame_at(e.t_us), value) for e, value in grown]
    return _total(log, course, "{0:.1f} mGy added to the peak")


@MEASURES.enter("largest-beam-share")
def largest_beam_share(log: SessionLog, asked: Asked) -> Found:
    """Share of the peak skin dose that one beam direction gave."""
    readings = [e for e in _skin(log) if (e.data.get("peak_beam") or {}).get("share") is not None]
    if not readings:
        return _no_reading(log, "the log holds no skin dose of single beams")
    last = readings[-1]
    share = float(last.data["peak_beam"]["share"])
    return Found(share, (moment_of(log, last.seq, last.t_us, f"{share:.2f} of the peak from one direction"),))


def _no_reading(log: SessionLog, why: str) -> Found:
    return not_recorded(why) if log.beams else not_done("no exposure was made")


@MEASURES.enter("open-field")
def open_field(log: SessionLog, asked: Asked) -> Found:
    """Open share of the field; over a session the mean of all exposures, weighed with their kerma."""
    if asked.within == "session":
        made = list(log.exposures())
        if not made:
            return _no_reading(log, "the log holds no exposure")
    elif asked.within == "last-run":
        made = list(log.run_frames().values())[-1] if log.run_frames() else []
    else:
        made = [f for f in log.frames if f.mode == asked.within.removeprefix("last-")][-1:]
    if not made:
        return not_done("there is no such picture")
    weights = [float(frame.facts.get("kar_mgy", 1.0)) for frame in made]
    areas = [_open(frame) for frame in made]
    total = sum(weights)
    value = sum(w * a for w, a in zip(weights, areas, strict=True)) / total if total else areas[-1]
    widest = max(zip(made, areas, strict=True), key=lambda pair: pair[1])
    return Found(value, (of_frame(widest[0], f"{widest[1]:.2f} of the field open"),))


def _open(frame: Frame) -> float:
    blades = frame.facts["blades"]
    return float((blades["left"] + blades["right"]) * (blades["top"] + blades["bottom"]) / 4.0)


@MEASURES.enter("high-level-time")
def high_level_time(log: SessionLog, asked: Asked) -> Found:
    """Time with X-rays on while high-level control was held, s."""
    held: list[tuple[int, int, int]] = []
    since: Entry | None = None
    for entry in log.event("high-level"):
        if entry.data["on"]:
            since = since or entry
        elif since is not None:
            held.append((since.t_us, entry.t_us, since.seq))
            since = None
    if since is not None:
        held.append((since.t_us, log.end_us, since.seq))
    seconds, course = 0.0, []
    for beam in log.beams:
        if beam.pedal != "fluoro":
            continue
        for begun, ended, seq in held:
            both = min(ended, beam.to_us) - max(begun, beam.from_us)
            if both > 0:
                seconds += both * 1e-6
                t_us = max(begun, beam.from_us)
                course.append(Point(t_us, max(seq, beam.seq), log.frame_at(t_us), seconds))
    return _total(log, course, "{0:.1f} s of high level in all")


@MEASURES.enter("beam-without-target")
def beam_without_target(log: SessionLog, asked: Asked) -> Found:
    """Share of exposures, each weighed with the time until the next, with the target outside the field."""
    made = [f for f in log.exposures() if "in_field" in (f.judged(asked.target) or {})]
    if not made:
        return _no_reading(log, "the log does not say where the target lay during exposures")
    ends = {beam.from_us: beam.to_us for beam in log.beams}
    inside = outside = 0.0
    moments = []
    for place, frame in enumerate(made):
        off_us = min((to for begun, to in ends.items() if begun <= frame.t_us <= to), default=frame.t_us)
        until = min(made[place + 1].t_us if place + 1 < len(made) else off_us, off_us)
        weight = max((until - frame.t_us) * 1e-6, 1e-3)
        found = frame.judged(asked.target)
        assert found is not None
        if found["in_field"]:
            inside += weight
        else:
            outside += weight
            moments.append(of_frame(frame, "the target lies outside the open field"))
    return Found(outside / (inside + outside), tuple(moments[:20]))
