"""Measures of how contrast was given: looked for air, puffed first, where it went, how much of it."""

from __future__ import annotations

from collections.abc import Sequence

from angiosuite.assess.session_log import Point, SessionLog
from angiosuite.kit.log import Entry

from .reading import MEASURES, Asked, Found, Moment, not_done, not_recorded
from .windows import moment_of

AFTER_S = 5.0
"""A run that goes on so long after its injection has filmed it to the end."""
LOOKED_S = 3.0
"""X-rays within so long after a puff have looked at it."""
HARD_ML_S = 1.0
"""A puff that is faster than this is an injection."""
CUT = 0.1
"""A rate that falls by this share below what was set was cut."""


def done(log: SessionLog, *names: str) -> list[Entry]:
    """Commands of some names that the room took, in order."""
    refused = {entry.seq - 1 for entry in log.event("command-refused")}
    found = [e for name in names for e in log.commands.get(name, []) if e.seq not in refused]
    return sorted(found, key=lambda entry: entry.seq)


def given(log: SessionLog, asked: Asked | None = None) -> list[Entry]:
    """Injections that ended, by pump, hand or gas; those of the last run where that is asked."""
    ended = log.event("injection-ended")
    if asked is None or asked.within == "session":
        return ended
    of_runs = [entry for entry in ended if entry.data.get("run") is not None]
    if asked.within == "last-run" and of_runs:
        last = max(log.run_frames(), default=of_runs[-1].data["run"])
        return [entry for entry in of_runs if entry.data["run"] == last]
    return of_runs


def pumped(log: SessionLog, asked: Asked | None = None) -> list[Entry]:
    """The same, of the injector alone."""
    return [entry for entry in given(log, asked) if entry.data.get("by") == "injector"]


def shown(log: SessionLog, entry: Entry, why: str) -> Moment:
    """An entry as a moment."""
    return moment_of(log, entry.seq, entry.t_us, why)


NONE = "there was no such injection"


def counted(log: SessionLog, entries: Sequence[Entry], why: str) -> Found:
    """How many entries, each of them a moment, with their course."""
    course = [Point(e.t_us, e.seq, log.frame_at(e.t_us), float(k)) for k, e in enumerate(entries, 1)]
    none = "" if entries else NONE
    return Found(float(len(entries)), tuple(shown(log, e, why) for e in entries), tuple(course), why=none)


def summed(log: SessionLog, name: str, scale: float, why: str) -> Found:
    """The sum of a figure of all injections, with its course."""
    total, course, moments = 0.0, [], []
    for entry in given(log):
        if amount := scale * float(entry.data.get(name, 0.0)):
            total += amount
            course.append(Point(entry.t_us, entry.seq, log.frame_at(entry.t_us), total))
            moments.append((amount, shown(log, entry, why.format(amount))))
    moments.sort(key=lambda one: -one[0])
    none = "" if moments else NONE
    return Found(total, tuple(moment for _, moment in moments[:3]), tuple(course), why=none)


# ---- order ------------------------------------------------------------------------------------------


@MEASURES.enter("injected-and-filmed")
def injected_and_filmed(log: SessionLog, asked: Asked) -> Found:
    """1 when contrast was injected with the tip in the target during a run that filmed it to the end."""
    vessels = {
        found["vessel"]
        for frame in log.frames
        if (found := frame.judged(asked.target)) is not None and "vessel" in found
    }
    if not vessels:
        return not_recorded("the log does not say which vessel the target is")
    for entry in given(log):
        if entry.data.get("vessel") in vessels and filmed_s(log, entry) >= AFTER_S:
            return Found(1.0, (shown(log, entry, "injected here and filmed on"),))
    tried = [entry for entry in given(log) if entry.data.get("vessel") in vessels]
    why = "the run ended too soon, or there was none" if tried else "nothing was injected there"
    return Found(0.0, tuple(shown(log, entry, why) for entry in tried[-1:]), why=why)


@MEASURES.enter("filmed-after")
def filmed_after(log: SessionLog, asked: Asked) -> Found:
    """How long a run went on after its injection had ended, s."""
    told = [(filmed_s(log, entry), entry) for entry in given(log, asked) if entry.data.get("run")]
    if not told:
        return not_done("no run had an injection")
    seconds, entry = max(told, key=lambda one: one[0])
    return Found(max(seconds, 0.0), (shown(log, entry, "the injection ended here"),))


def filmed_s(log: SessionLog, entry: Entry) -> float:
    """From an injection's end to the end of its run, s; below 0 without a run."""
    run = entry.data.get("run")
    ended = [one.t_us for one in log.event("run-ended") if one.data.get("run") == run]
    return -1.0 if run is None or not ended else (ended[-1] - entry.t_us) * 1e-6


@MEASURES.enter("puffed-first")
def puffed_first(log: SessionLog, asked: Asked) -> Found:
    """Share of the injector's injections before which a puff was looked at, at the same place."""
    shots = pumped(log)
    if not shots:
        return Found(1.0, why="nothing was injected")
    moves = [entry.t_us for name in ("catheter-placed", "catheter-moved") for entry in log.event(name)]
    bad = []
    for entry in shots:
        begun = _begun_us(entry)
        moved = max((t for t in moves if t < begun), default=0)
        if not any(moved < puff.t_us < begun and _looked(log, puff) for puff in done(log, "hand.puff")):
            bad.append(entry)
    moments = tuple(shown(log, entry, "no puff was looked at before this") for entry in bad)
    return Found(1.0 - len(bad) / len(shots), moments, why="" if bad else "a puff came before each")


def _begun_us(entry: Entry) -> int:
    return round(entry.t_us - 1e6 * float(entry.data.get("seconds", 0.0)))


def _looked(log: SessionLog, puff: Entry) -> bool:
    return any(
        frame.is_exposure and 0 <= frame.t_us - puff.t_us <= LOOKED_S * 1e6 for frame in log.frames
    ) or any(beam.from_us <= puff.t_us + LOOKED_S * 1e6 and beam.to_us >= puff.t_us for beam in log.beams)


@MEASURES.enter("air-checked")
def air_checked(log: SessionLog, asked: Asked) -> Found:
    """1 when the injector was purged and seen clear after its last filling, before it injected."""
    shots = pumped(log)
    if not shots:
        return Found(1.0, why="nothing was injected")
    first = shots[0]
    begun = _begun_us(first)
    filled = [entry.seq for entry in done(log, "injector.fill") if entry.t_us <= begun]
    purged = [entry.seq for entry in done(log, "injector.purge") if entry.t_us <= begun]
    looked = [entry for entry in log.event("air-checked") if entry.t_us <= begun]
    clear = [entry.seq for entry in looked if entry.data.get("air") == "clear"]
    since = filled[-1] if filled else -1
    if not filled and clear:
        return Found(1.0, (shown(log, first, "looked at before"),))
    if not any(seq > since for seq in purged):
        return Found(0.0, (shown(log, first, "it was not purged before this"),))
    if not any(seq > since for seq in clear):
        return Found(0.0, (shown(log, first, "nobody had found it clear of air"),))
    return Found(1.0, (shown(log, looked[-1], "found clear"),))


# ---- where and how hard ------------------------------------------------------------------------------


@MEASURES.enter("reflux")
def reflux(log: SessionLog, asked: Asked) -> Found:
    """Share of an injection's iodine that went backwards past its vessel's origin, percent; the largest."""
    told = [(100.0 * float(e.data["reflux_share"]), e) for e in given(log, asked) if "reflux_share" in e.data]
    if not told:
        return not_done("nothing was injected")
    share, entry = max(told, key=lambda one: one[0])
    return Found(share, (shown(log, entry, f"{share:.0f} % came back"),))


@MEASURES.enter("rate-over-flow")
def rate_over_flow(log: SessionLog, asked: Asked) -> Found:
    """Rate of the last injection over the flow in the vessel before it."""
    told = [e for e in pumped(log, asked) if float(e.data.get("flow_before_ml_s", 0.0)) > 0.0]
    if not told:
        return not_done("nothing was injected")
    last = told[-1].data
    ratio = float(last["set_rate_ml_s"]) / float(last["flow_before_ml_s"])
    why = f"{last['set_rate_ml_s']:.1f} ml/s into {last['flow_before_ml_s']:.1f} ml/s"
    return Found(ratio, (shown(log, told[-1], why),))


@MEASURES.enter("wall-injections")
def wall_injections(log: SessionLog, asked: Asked) -> Found:
    """Injections, puffs above 1 ml/s among them, through a tip at the wall or wedged."""
    bad = [
        entry
        for entry in given(log)
        if entry.data.get("contact") in ("wall", "wedged")
        and (entry.data.get("by") == "injector" or float(entry.data.get("set_rate_ml_s", 0.0)) > HARD_ML_S)
    ]
    return counted(log, bad, "the tip was not free")


@MEASURES.enter("limit-cut")
def limit_cut(log: SessionLog, asked: Asked) -> Found:
    """Injections whose rate the pressure limit cut by more than a tenth."""
    bad = [entry for entry in pumped(log, asked) if float(entry.data.get("limited_share", 0.0)) > CUT]
    return counted(log, bad, "the pressure limit held it back")


@MEASURES.enter("over-rating")
def over_rating(log: SessionLog, asked: Asked) -> Found:
    """Injections at a pressure above what the catheter bears."""
    bad = [
        entry
        for entry in pumped(log)
        if float(entry.data.get("peak_psi", 0.0)) > float(entry.data.get("max_psi", float("inf")))
    ]
    return counted(log, bad, "the catheter bears less")


@MEASURES.enter("air-injected")
def air_injected(log: SessionLog, asked: Asked) -> Found:
    """Air that went into the patient, ml."""
    return summed(log, "air_ml", 1.0, "{0:.2f} ml of air")


@MEASURES.enter("placements")
def placements(log: SessionLog, asked: Asked) -> Found:
    """How often a catheter was placed."""
    return counted(log, done(log, "catheter.place"), "placed")


# ---- how much ----------------------------------------------------------------------------------------


@MEASURES.enter("contrast-used")
def contrast_used(log: SessionLog, asked: Asked) -> Found:
    """Iodinated medium that went into the patient, ml."""
    return summed(log, "contrast_ml", 1.0, "{0:.1f} ml")


@MEASURES.enter("iodine-used")
def iodine_used(log: SessionLog, asked: Asked) -> Found:
    """Iodine that went into the patient, g."""
    return summed(log, "iodine_mg", 1e-3, "{0:.2f} g")


@MEASURES.enter("contrast-per-egfr")
def contrast_per_egfr(log: SessionLog, asked: Asked) -> Found:
    """Medium given, ml, over the patient's filtration rate, ml/min per 1.73 m2."""
    told = [e.data["egfr_ml_min"] for e in log.event("blood-begun") if e.data.get("egfr_ml_min")]
    if not told:
        return not_recorded("the log does not say what the kidneys clear")
    return summed(log, "contrast_ml", 1.0 / float(told[-1]), "{0:.2f} of the filtration rate")
