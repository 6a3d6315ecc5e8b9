"""Measures of what was done after a spasm or a dissection: stopped, kept, proved, treated, called."""

from __future__ import annotations

from angiosuite.assess.session_log import Point, SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import HARD_ML_S, LOOKED_S, counted, done, given, shown
from .harm import happened
from .reading import MEASURES, Asked, Found, not_done
from .tools_seen import lit, moves, stays
from .windows import moment_of

WALL = ("spasm", "dissection")
NONE = "there was neither a spasm nor a dissection"
PROOF_ML = 4.0
"""A puff of at most so much, at most 1 ml/s, shows whether blood flows on and drives no flap."""
VASODILATORS = ("nitroglycerin", "nitroglycerine", "glyceryl-trinitrate", "verapamil", "papaverine")


def _first(log: SessionLog) -> Entry | None:
    found = happened(log, *WALL)
    return found[0] if found else None


@MEASURES.enter("injected-after-harm")
def injected_after_harm(log: SessionLog, asked: Asked) -> Found:
    """Injections by pump, or faster than 1 ml/s by hand, that began after a spasm or dissection."""
    harm = _first(log)
    if harm is None:
        return Found(0.0, why=NONE)
    bad = [
        entry
        for entry in given(log)
        if entry.t_us - 1e6 * float(entry.data.get("seconds", 0.0)) >= harm.t_us
        and (entry.data.get("by") == "injector" or float(entry.data.get("set_rate_ml_s", 0.0)) > HARD_ML_S)
    ]
    return counted(log, bad, "an injection into a harmed vessel")


@MEASURES.enter("pushed-after-harm")
def pushed_after_harm(log: SessionLog, asked: Asked) -> Found:
    """How far free tips were pushed on in the harmed vessel after a spasm or dissection, mm."""
    harm = _first(log)
    if harm is None:
        return not_done(NONE)
    total, course = 0.0, []
    for move in moves(log):
        there = move.now.is_bare and move.now.vessel == harm.data.get("vessel")
        if move.stay.t_us > harm.t_us and there and move.onward_mm > 0.0:
            total += move.onward_mm
            course.append(Point(move.stay.t_us, move.stay.seq, log.frame_at(move.stay.t_us), total))
    if not course:
        return Found(0.0, (shown(log, harm, "nothing was pushed on after this"),))
    return Found(
        total,
        (moment_of(log, course[0].seq, course[0].t_us, f"{total:.0f} mm on after it"),),
        tuple(course),
    )


@MEASURES.enter("lumen-kept")
def lumen_kept(log: SessionLog, asked: Asked) -> Found:
    """1 when at the end a wire's or catheter's tip lies in the harmed vessel beyond the place of the harm."""
    harm, seen = _first(log), stays(log)
    if harm is None:
        return not_done(NONE)
    vessel, at_mm = harm.data.get("vessel"), float(harm.data.get("at_mm") or 0.0)
    kept = bool(seen) and any(one.vessel == vessel and one.at_mm >= at_mm for one in seen[-1].tools)
    why = "the way through is kept" if kept else "the way through was given up"
    return Found(float(kept), (moment_of(log, log.last_seq, log.end_us, why),))


@MEASURES.enter("help-after")
def help_after(log: SessionLog, asked: Asked) -> Found:
    """From a spasm or dissection to the call for help, s."""
    harm = _first(log)
    if harm is None:
        return not_done(NONE)
    calls = [entry for entry in done(log, "help.call") if entry.t_us >= harm.t_us]
    if not calls:
        return not_done("nobody was called")
    after_s = 1e-6 * (calls[0].t_us - harm.t_us)
    return Found(after_s, (shown(log, calls[0], f"called {after_s:.0f} s after it"),))


@MEASURES.enter("flow-proved")
def flow_proved(log: SessionLog, asked: Asked) -> Found:
    """1 when after a spasm or dissection a gentle puff was looked at: at most 4 ml, at most 1 ml/s."""
    harm = _first(log)
    if harm is None:
        return not_done(NONE)
    for puff in done(log, "hand.puff"):
        given_ml = float(puff.data["args"].get("ml") or 0.0)
        rate_ml_s = float(puff.data["args"].get("rate_ml_s") or 0.0)
        gentle = 0.0 < given_ml <= PROOF_ML and rate_ml_s <= HARD_ML_S
        looked = any(lit(log, puff.t_us + round(1e6 * s)) for s in (0.0, LOOKED_S / 2, LOOKED_S))
        if puff.t_us > harm.t_us and gentle and looked:
            return Found(1.0, (shown(log, puff, "looked whether blood flows on"),))
    return Found(0.0, (shown(log, harm, "no gentle puff was looked at after this"),))


@MEASURES.enter("spasm-relieved")
def spasm_relieved(log: SessionLog, asked: Asked) -> Found:
    """1 when each spasm was followed by a drug that widens vessels; 1 where there was none."""
    harms = happened(log, "spasm")
    if not harms:
        return Found(1.0, (moment_of(log, log.last_seq, log.end_us, "there was no spasm"),))
    drugs = [e for e in done(log, "drug.give") if e.data["args"].get("drug") in VASODILATORS]
    for harm in harms:
        if not any(drug.t_us >= harm.t_us for drug in drugs):
            return Found(0.0, (shown(log, harm, "nothing was given against this"),))
    return Found(1.0, (shown(log, drugs[-1], "given against it"),))
