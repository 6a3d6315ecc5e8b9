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
ACTS = 0.1
"""A drug acts on a spasm from so much of its strength on that it takes away."""
SAME_MM = 1.0
DRAWN_MM = 5.0
"""A tool is drawn back when its tip lies so much less deep."""
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
    """1 when each spasm was answered: by a drug that reached it, or drawn back from and eased; 1 without one.

    Notes
    -----
    **Model** a drug that widens vessels, given after the spasm, answers it once the log tells that it acts
    there (`relaxes` of the `spasms` observation), and at once where it goes in through a tube in that very
    vessel. Without a drug a spasm is answered when it has fallen to half of the strength that it had and what
    made it was drawn back before; one that the task began with needs nothing drawn back.
    **Source** own definition. Held by ``tests/assess/test_spasm_relieved.py``.
    """
    harms = happened(log, "spasm")
    if not harms:
        return Found(1.0, (moment_of(log, log.last_seq, log.end_us, "there was no spasm"),))
    answers = []
    for harm in harms:
        answer = _drug_that_reached(log, harm) or _eased(log, harm)
        if answer is None:
            return Found(0.0, (shown(log, harm, "nothing took this away"),))
        answers.append(answer)
    last, why = max(answers, key=lambda one: one[0].seq)
    return Found(1.0, (shown(log, last, why),))


def _told_of(log: SessionLog, harm: Entry) -> list[tuple[Entry, float, float]]:
    """Strength of a spasm, and how far a drug takes it away, as told from its beginning on."""
    vessel, at_mm = harm.data.get("vessel"), float(harm.data.get("at_mm") or 0.0)
    found = []
    for entry in log.observation("spasms"):
        if entry.t_us >= harm.t_us:
            mine = [
                one
                for one in entry.data["spasms"]
                if one["vessel"] == vessel and abs(float(one["at_mm"]) - at_mm) < SAME_MM
            ]
            strength = max((float(one["strength"]) for one in mine), default=0.0)
            found.append((entry, strength, max((float(one["relaxes"]) for one in mine), default=0.0)))
    return found


def _drug_that_reached(log: SessionLog, harm: Entry) -> tuple[Entry, str] | None:
    """The dose that answered a spasm."""
    told = _told_of(log, harm)
    for drug in log.event("drug-given"):
        if drug.t_us < harm.t_us or drug.data.get("drug") not in VASODILATORS:
            continue
        there = drug.data.get("route") == "ia" and drug.data.get("vessel") == harm.data.get("vessel")
        if there or any(entry.t_us >= drug.t_us and relaxes >= ACTS for entry, _, relaxes in told):
            return drug, "given against it"
    return None


def _eased(log: SessionLog, harm: Entry) -> tuple[Entry, str] | None:
    """The spasm when it has fallen to half of its strength after what made it was drawn back."""
    most, tool = 0.0, str(harm.data.get("tool") or "")
    for entry, strength, _ in _told_of(log, harm):
        most = max(most, strength)
        if most > 0.0 and strength <= 0.5 * most and _drawn_back(log, harm, tool, entry.t_us):
            return harm, f"eased {1e-6 * (entry.t_us - harm.t_us):.0f} s after this"
    return None


def _drawn_back(log: SessionLog, harm: Entry, tool: str, t_us: int) -> bool:
    """Whether a tool lies less deep than it did at a harm, or is out; a harm of no tool needs none to."""
    if not tool:
        return True
    before = [stay for stay in stays(log) if stay.t_us <= harm.t_us]
    after = [stay for stay in stays(log) if stay.t_us <= t_us]
    was = before[-1].find(tool) if before else None
    now = after[-1].find(tool) if after else None
    return was is None or now is None or now.depth_mm <= was.depth_mm - DRAWN_MM
