"""Measures of agents that embolise: how much, where it went, when it was enough, and what they jammed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from angiosuite.assess.session_log import Point, SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import done, shown
from .harm import count, happened
from .reading import MEASURES, Asked, Found, not_done, not_recorded, of_frame
from .tools_seen import vessel_of
from .windows import moment_of

NOTHING = "no agent was given"
STANDS = 30
"""Beats after which nobody waits longer, as the engine has it."""
GLUE = ("glue", "oil")
SALTY = ("hand.puff", "agent.inject")
"""Commands that put something else than dextrose into a lumen."""
ANEW = ("injection-started", "agent-flushed", "catheter-placed", "instrument-loaded")
"""Events after which something else lies in it, but for a flush with dextrose."""


def _given(log: SessionLog, *kinds: str) -> list[Entry]:
    """Injections that have lodged, of some kinds or of all."""
    return [one for one in log.event("agent-given") if not kinds or one.data.get("kind") in kinds]


def _solid_ml(one: Entry) -> float:
    return float(one.data["solid_ml"])


def _sum_ml(log: SessionLog, *kinds: str) -> Found:
    total, course = 0.0, []
    found = _given(log, *kinds)
    for one in found:
        total += float(one.data["ml"])
        course.append(Point(one.t_us, one.seq, log.frame_at(one.t_us), total))
    if not found:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "none was given"),))
    most = max(found, key=lambda one: (float(one.data["ml"]), -one.seq))
    return Found(total, (shown(log, most, f"{most.data['ml']:g} ml of it here"),), tuple(course))


@MEASURES.enter("particles-given")
def particles_given(log: SessionLog, asked: Asked) -> Found:
    """Mixture of particles that left the tip, ml."""
    return _sum_ml(log, "particles")


@MEASURES.enter("glue-given")
def glue_given(log: SessionLog, asked: Asked) -> Found:
    """Mixture of glue and oil that left the tip, ml."""
    return _sum_ml(log, *GLUE)


@MEASURES.enter("pieces-given")
def pieces_given(log: SessionLog, asked: Asked) -> Found:
    """Single pieces of gelatin that have lodged."""
    return count(log, "a piece is stuck", "agent-piece")


@MEASURES.enter("pieces-missed")
def pieces_missed(log: SessionLog, asked: Asked) -> Found:
    """Single pieces of gelatin that went to vessels or beds which are not beyond the tip."""
    missed = [one for one in happened(log, "agent-piece") if one.data.get("missed")]
    if not missed:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "none went elsewhere"),))
    why = f"went to the {str(missed[0].data['where']).replace('-', ' ')}"
    return Found(float(len(missed)), (shown(log, missed[0], why),))


# ---- where it went ---------------------------------------------------------------------------------------


def _place(log: SessionLog, target: str) -> Mapping[str, Any] | None:
    """The bed that a target is in this patient, and its organ; None where no picture was judged for it."""
    for frame in log.frames:
        if (found := frame.judged(target)) is not None and found.get("bed"):
            return found
    return None


def _shared(
    log: SessionLog, share_of: Callable[[Entry], float], words: Callable[[Entry, float], str], *, worst: bool
) -> Found:
    """A share of all the solid that was given; shown by the injection in which it is greatest, or least."""
    given = _given(log)
    whole = sum(_solid_ml(one) for one in given)
    if whole <= 0.0:
        return not_done(NOTHING)
    parts = [(share_of(one), one) for one in given]
    share, entry = (max if worst else min)(parts, key=lambda one: (one[0], one[1].seq))
    value = sum(share * _solid_ml(one) for share, one in parts) / whole
    return Found(value, (shown(log, entry, words(entry, share)),))


@MEASURES.enter("agent-in-target")
def agent_in_target(log: SessionLog, asked: Asked) -> Found:
    """Share of all the agent given that lodged in the target's bed.

    Notes
    -----
    **Model** solid volume by bed, summed over all injections that have lodged; what still is carried, what
    stopped in drawn arteries and what is gone counts as not there. **Source** own definition.
    """
    place = _place(log, asked.target)
    if place is None:
        return not_recorded("no picture says which bed the target is")
    bed = str(place["bed"])
    return _shared(
        log,
        lambda one: float(one.data["beds"].get(bed, 0.0)),
        lambda one, share: f"{100.0 * share:.0f} % of it came there",
        worst=False,
    )


@MEASURES.enter("agent-off-target")
def agent_off_target(log: SessionLog, asked: Asked) -> Found:
    """Share of all the agent given that lodged in other organs than the target's."""
    place = _place(log, asked.target)
    if place is None or not place.get("organ"):
        return not_recorded("no picture says which organ the target is in")
    organ = str(place["organ"])

    def elsewhere(one: Entry) -> dict[str, float]:
        return {name: float(share) for name, share in one.data["organs"].items() if name != organ}

    def words(one: Entry, share: float) -> str:
        others = elsewhere(one)
        most = max(others, key=lambda name: others[name], default="")
        return f"{100.0 * others[most]:.0f} % of it: {most}" if most else "none of it went elsewhere"

    return _shared(log, lambda one: sum(elsewhere(one).values()), words, worst=True)


@MEASURES.enter("agent-reflux")
def agent_reflux(log: SessionLog, asked: Asked) -> Found:
    """Greatest share of one injection that lodged in beds which are not beyond the tip."""
    given = _given(log)
    if not given:
        return not_done(NOTHING)
    worst = max(given, key=lambda one: (float(one.data["missed_share"]), -one.seq))
    share = float(worst.data["missed_share"])
    return Found(share, (shown(log, worst, f"{100.0 * share:.0f} % came back past the tip"),))


@MEASURES.enter("agent-gone")
def agent_gone(log: SessionLog, asked: Asked) -> Found:
    """Share of all the agent given that went through and lodged nowhere."""
    return _shared(
        log,
        lambda one: float(one.data["gone_share"]),
        lambda one, share: f"{100.0 * share:.0f} % of it is gone",
        worst=True,
    )


# ---- when it was enough ----------------------------------------------------------------------------------


@MEASURES.enter("beats-to-clear")
def beats_to_clear(log: SessionLog, asked: Asked) -> Found:
    """Beats until contrast had gone from the target after the last injection that was watched there.

    Notes
    -----
    **Model** the last count of the engine (`Clearing`); one that was not waited for to its end is told as
    far as it went: it took no fewer. **Source** own definition.
    """
    vessel = vessel_of(log, asked.target)
    if vessel is None:
        return not_recorded("no picture says where the target lies")
    last: tuple[Entry, Mapping[str, Any]] | None = None
    for entry in log.observation("treating"):
        told = (entry.data.get("agents") or {}).get("clearing")
        if told is not None and told.get("vessel") == vessel:
            last = entry, told
    if last is None:
        return not_done("no injection was watched there")
    entry, told = last
    beats = int(told["beats"])
    least = "" if told.get("clear") or beats >= STANDS else "at least "
    return Found(float(beats), (shown(log, entry, f"{least}{beats} beats"),))


@MEASURES.enter("filled-after-agent")
def filled_after_agent(log: SessionLog, asked: Asked) -> Found:
    """Greatest share of the target that a run showed filled after the last injection of an agent.

    Notes
    -----
    **Model** a run counts from the last command that pushed an agent; the target must lie in the open field.
    **Source** own definition.
    """
    pushed = done(log, "agent.inject")
    if not pushed or not _given(log):
        return not_done(NOTHING)
    last_us = pushed[-1].t_us
    shares = [
        (float(found.get("filled", 0.0)), frame)
        for frames in log.run_frames().values()
        for frame in frames
        if frame.t_us > last_us
        and (found := frame.judged(asked.target)) is not None
        and found.get("in_field", True)
    ]
    if not shares:
        return not_done("no run shows it afterwards")
    share, frame = max(shares, key=lambda one: (one[0], -one[1].seq))
    return Found(share, (of_frame(frame, f"{100.0 * share:.0f} % of it filled afterwards"),))


@MEASURES.enter("stasis-made")
def stasis_made(log: SessionLog, asked: Asked) -> Found:
    """Arteries in which blood was made to stand."""
    return count(log, "blood stands here", "stasis")


# ---- catheters -------------------------------------------------------------------------------------------


@MEASURES.enter("catheters-blocked")
def catheters_blocked(log: SessionLog, asked: Asked) -> Found:
    """Catheters that an agent jammed or set in."""
    return count(log, "the lumen is shut", "catheter-blocked")


@MEASURES.enter("catheters-glued")
def catheters_glued(log: SessionLog, asked: Asked) -> Found:
    """Catheters that glue held fast."""
    return count(log, "glue holds it", "catheter-glued")


@MEASURES.enter("dextrose-before-glue")
def dextrose_before_glue(log: SessionLog, asked: Asked) -> Found:
    """1 when each injection of glue found dextrose in the lumen, or glue that had found it.

    Notes
    -----
    **Model** what was pushed last through the connected catheter: dextrose, or glue after it. Saline,
    contrast, another agent or another catheter undo it. **Source** own definition.
    """
    kinds = {int(one.data["number"]): str(one.data["kind"]) for one in log.event("agent-prepared")}
    steps = [*done(log, *SALTY), *happened(log, *ANEW)]
    sweet, glues = False, []
    for one in sorted(steps, key=lambda one: one.seq):
        if one.name == "agent.inject":
            number = one.data["args"].get("number")
            known = [n for n in kinds if _prepared_before(log, n, one)]
            number = max(known, default=0) if number is None else int(number)
            if kinds.get(number) == "glue":
                glues.append((sweet, one))
            else:
                sweet = False
        else:
            sweet = one.name == "agent-flushed" and one.data.get("fluid") == "dextrose"
    if not glues:
        return not_done("no glue was given")
    bad = [one for safe, one in glues if not safe]
    if bad:
        return Found(0.0, (shown(log, bad[0], "no dextrose lay in the lumen"),))
    return Found(1.0, (shown(log, glues[0][1], "dextrose lay in the lumen"),))


def _prepared_before(log: SessionLog, number: int, entry: Entry) -> bool:
    return any(int(p.data["number"]) == number and p.seq < entry.seq for p in log.event("agent-prepared"))


# ---- what was chosen -------------------------------------------------------------------------------------


def _sizes(log: SessionLog) -> list[tuple[float, float, Entry]]:
    """Label of what was drawn up and then given, um, and the entry that says so."""
    numbers = {int(one.data["number"]) for one in happened(log, "agent-given", "agent-piece")}
    return [
        (float(one.data["size_um"][0]), float(one.data["size_um"][1]), one)
        for one in log.event("agent-prepared")
        if "size_um" in one.data and int(one.data["number"]) in numbers
    ]


@MEASURES.enter("smallest-particle")
def smallest_particle(log: SessionLog, asked: Asked) -> Found:
    """Lower end of the smallest label of all particles that were given, um."""
    found = _sizes(log)
    if not found:
        return not_done("no particles were given")
    um, _, entry = min(found, key=lambda one: (one[0], one[2].seq))
    return Found(um, (shown(log, entry, f"from {um:.0f} um on"),))


@MEASURES.enter("largest-particle")
def largest_particle(log: SessionLog, asked: Asked) -> Found:
    """Upper end of the largest label of all particles that were given, um."""
    found = _sizes(log)
    if not found:
        return not_done("no particles were given")
    _, um, entry = max(found, key=lambda one: (one[1], -one[2].seq))
    return Found(um, (shown(log, entry, f"up to {um:.0f} um"),))
