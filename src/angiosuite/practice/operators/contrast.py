"""Scripts of the drills about blood and contrast."""

from __future__ import annotations

from angiosuite.content.drill import DrillItem
from angiosuite.suite.pose import detector_axes

from .injecting import few_frames, fill, fullest, inject, place, prove, puff, read
from .scripts import answer, guess, script, value_of
from .stage import Do, Script, Stage, Wait

MEDIUM = "iohexol-300"
SEEN = 0.5
NARROW = 0.55
"""Least width of an origin, as a share of its widest, below which it is called narrowed."""
PROFILE = 0.97
"""Share of an origin's length with which the eye is content where the drills ask for 0.9 and 0.95.

It errs, and the held breath of the run tilts the artery another way than the puff saw it."""
RIGHT, LEFT = (25.0, 10.0, 40.0, -5.0), (7.0, -8.0, 20.0, -22.0)
"""Views that are tried for the origin of a renal artery, LAO positive, degrees."""
NEAR_MM = 13.0
"""Tip just inside the mesenteric artery, above what leaves its first centimetres, mm."""
LEFT_MM = 25.0
"""A cloud so far to the patient's left of the coeliac trunk lies at the spleen's artery."""


@script("purge-check-puff")
def purge_check_puff(drill: DrillItem, me: Stage) -> Script:
    """Fill, purge, look, puff, free, and one short run."""
    (question,) = drill.questions
    yield from me.think()
    yield from few_frames(me, (2.0, None))
    yield from me.spare(0.7) if me.skill.spares else ()
    yield from fill(me, MEDIUM)
    if me.skill.checks:
        yield from puff(me)
        lay = value_of(me, "catheter", "wall")
        yield from answer(me, drill, question.id, "free" if lay == "free" else "wall")
        if lay != "free":
            yield Do("catheter.free")
            yield Wait(0.3)
            yield from prove(me)
    else:
        yield from guess(me, drill)
    yield from inject(me, 15.0 if me.skill.tries > 1 else 25.0, 20.0, 4.5 if me.skill.spares else 9.0)
    yield from me.finish()


@script("aortogram-from-a-puff")
def aortogram(drill: DrillItem, me: Stage) -> Script:
    """A puff, the field over renal and iliac arteries, and one run that fits."""
    yield from me.think()
    yield from few_frames(me, (2.0, None))
    if me.skill.checks:
        yield from me.spare(1.0)
        yield from prove(me, 3.0)
        yield from me.centre("aorta")
        yield from inject(me, 15.0, 27.0, 6.5)
    elif me.skill.tries > 1:
        yield from inject(me, 8.0, 20.0, 6.0)
    else:
        yield from inject(me, 30.0, 60.0, 8.0)
    yield from me.finish()


def best_view(
    me: Stage, target: str, angles: tuple[float, ...], enough: float, ml: float = 3.0, ml_s: float = 3.0
) -> Script:
    """Puff at some angles until the target is seen at length; stay at the best."""
    seen: list[tuple[float, float]] = []
    for degrees in angles:
        yield from me.go(rotation_deg=degrees)
        before = me.last_index
        yield from puff(me, ml, ml_s, whole=True)
        sight = me.watched(target, before)
        if sight is None or sight.read.get("foreshortening") is None:
            continue
        liking = float(sight.read["foreshortening"]) - float(sight.read.get("overlap") or 0.0)
        seen.append((liking, degrees))
        if liking >= enough:
            return
    yield from me.go(rotation_deg=max(seen)[1] if seen else angles[0])


@script("unfold-the-renal-origin")
def unfold(drill: DrillItem, me: Stage) -> Script:
    """The angle from a puff, then one run; narrowed is what is narrow in profile."""
    (question,) = drill.questions
    right = "the right renal" in str(value_of(me, "task", "brief", default=""))
    yield from me.think()
    yield from few_frames(me, (4.0, None))
    if me.skill.checks:
        yield from me.spare(0.7)
        yield from prove(me)
        yield from me.go(rotation_deg=25.0 if right else 7.0)
        yield from me.centre("origin")
        yield Do("exposure.set", {"pulse_rate": 15.0})
        yield from best_view(me, "origin", RIGHT if right else LEFT, PROFILE, 9.0, 6.0)
        yield from inject(me, 20.0, 25.0, 3.5)
    elif me.skill.tries > 1:
        yield from me.go(rotation_deg=0.0)
        yield from inject(me, 10.0, 30.0, 7.0)
    else:
        yield from inject(me, 30.0, 60.0, 8.0)
    side, other = ("right", "left") if right else ("left", "right")
    if me.skill.checks:
        yield from answer(me, drill, question.id, narrowed(me, side, other))
    else:
        yield from guess(me, drill)
    yield from me.finish()


def narrowed(me: Stage, side: str, other: str) -> str:
    """Which side looks narrowed in the last run."""
    for name, target in ((side, "origin"), (other, "other")):
        width = read(me, target, "narrowest", most=False)
        if width is not None and width < NARROW:
            return name
    return "none"


@script("open-the-iliac-bifurcation")
def open_iliac(drill: DrillItem, me: Stage) -> Script:
    """The oblique of the other side, a puff to see it, and one run."""
    (question,) = drill.questions
    left = "left common" in str(value_of(me, "task", "brief", default=""))
    sign = -1.0 if left else 1.0
    yield from me.think()
    yield from few_frames(me, (2.0, None))
    if me.skill.checks:
        yield from me.spare(1.0)
        yield from prove(me)
        yield from me.go(rotation_deg=0.0)
        yield from me.centre("external")
        yield from me.go(rotation_deg=sign * 28.0, angulation_deg=-5.0)
        yield from me.centre("internal")
        yield from best_view(me, "internal", tuple(sign * a for a in (28.0, 40.0, 18.0)), 0.85)
        yield from me.centre("internal")
        yield from inject(me, 8.0, 16.0, 6.0)
        yield from answer(me, drill, question.id, "right" if left else "left")
    else:
        yield from me.go(rotation_deg=0.0 if me.skill.tries > 1 else -sign * 20.0)
        yield from inject(me, 8.0 if me.skill.tries > 1 else 20.0, 25.0, 8.0)
        yield from guess(me, drill)
    yield from me.finish()


@script("coeliac-to-the-portal-phase")
def coeliac(drill: DrillItem, me: Stage) -> Script:
    """A long run of the coeliac trunk; the mesenteric artery when the right lobe stays pale."""
    (question,) = drill.questions
    yield from me.think()
    yield from few_frames(me, (2.0, 5.0), (1.0, None))
    if not me.skill.checks:
        yield from inject(me, 4.0 if me.skill.tries > 1 else 12.0, 20.0, 7.0)
        yield from guess(me, drill)
        yield from me.finish()
        return
    yield from me.spare(0.9)
    yield from prove(me)
    yield from me.centre("right-hepatic")
    yield from inject(me, 6.0, 30.0, 20.0)
    origin = "coeliac"
    if (read(me, "right-hepatic", "filled") or 0.0) < SEEN:
        origin = "mesenteric"
        yield from place(me, "sos-omni-5f", "superior-mesenteric-artery", NEAR_MM)
        yield from prove(me)
        yield from inject(me, 6.0, 30.0, 20.0)
    yield from answer(me, drill, question.id, origin)
    yield from me.finish()


@script("find-the-bleeding")
def bleeding(drill: DrillItem, me: Stage) -> Script:
    """Both trunks to the end of the run, again while nothing is seen; then where the cloud lies."""
    (question,) = drill.questions
    yield from me.think()
    yield from few_frames(me, (1.0, None))
    if not me.skill.checks:
        yield from inject(me, 5.0 if me.skill.tries > 1 else 15.0, 25.0, 8.0)
        yield from guess(me, drill)
        yield from me.finish()
        return
    yield from me.spare(1.0)
    at: str | None = None
    for turn in range(3):
        if turn:
            yield from place(me, "sos-omni-5f", "coeliac-trunk", 12.0)
        yield from prove(me, 2.0)
        yield from inject(me, 6.0, 24.0, 15.0)
        at = beside(me) if at is None else at
        yield from place(me, "sos-omni-5f", "superior-mesenteric-artery", 25.0)
        yield from prove(me, 2.0)
        yield from inject(me, 6.0, 24.0, 15.0)
        if at is None and (read(me, "cloud", "filled") or 0.0) >= SEEN:
            at = "jejunal"
        if at is not None:
            break
        yield Wait(45.0)
        yield from fill(me, MEDIUM)
    yield from (guess(me, drill) if at is None else answer(me, drill, question.id, at))
    yield from me.finish()


def beside(me: Stage) -> str | None:
    """Which branch of the coeliac trunk a cloud lies beside; None where there is none."""
    if (read(me, "cloud", "filled") or 0.0) < SEEN:
        return None
    cloud, trunk = fullest(me, "cloud"), fullest(me, "coeliac")
    if cloud is None or trunk is None:
        return None
    along = float(detector_axes(me.pose)[0][0])
    to_left = (float(cloud["u_mm"]) - float(trunk["u_mm"])) * along
    return "splenic" if to_left > LEFT_MM else "gastroduodenal"


@script("kidney-with-least-iodine")
def kidney(drill: DrillItem, me: Stage) -> Script:
    """The tip in the renal artery itself, the weaker medium, little of it, and a look at the nephrogram."""
    (question,) = drill.questions
    right = "the right renal" in str(value_of(me, "task", "brief", default=""))
    side = "right" if right else "left"
    yield from me.think()
    yield from few_frames(me, (2.0, 4.0), (0.5, None))
    if not me.skill.checks:
        yield from fill(me, MEDIUM)
        yield from inject(me, 12.0 if me.skill.tries > 1 else 25.0, 30.0 if me.skill.tries > 1 else 60.0, 7.0)
        yield from guess(me, drill)
        yield from me.finish()
        return
    yield from me.spare(1.0)
    yield from fill(me, "iohexol-240")
    yield from me.go(rotation_deg=25.0 if right else 7.0)
    yield from me.centre("origin")
    yield from place(me, "cobra-2-5f", f"{side}-renal-artery", 8.0)
    yield from prove(me, 1.0)
    yield Do("exposure.set", {"pulse_rate": 15.0})
    yield from best_view(me, "origin", RIGHT if right else LEFT, PROFILE, 1.2, 2.5)
    yield from inject(me, 5.0, 7.0, 8.0)
    width = read(me, "origin", "narrowest", most=False)
    yield from answer(me, drill, question.id, "narrowed" if width is not None and width < NARROW else "wide")
    yield from me.finish()


@script("carbon-dioxide")
def carbon_dioxide(drill: DrillItem, me: Stage) -> Script:
    """Below the diaphragm, purged, cleared with a little, then one run with gas."""
    yield from me.think()
    yield from few_frames(me, (4.0, None))
    if me.skill.checks:
        yield from me.spare(1.0)
        yield from place(me, "omni-flush-5f", "abdominal-aorta", 135.0)
        for _ in range(3):
            yield Do("gas.purge")
            yield Wait(0.8)
        yield Do("gas.inject", {"ml": 3.0})
        yield Wait(3.0)
        yield from me.centre("right-iliac")
    elif me.skill.tries > 1:
        yield from place(me, "omni-flush-5f", "abdominal-aorta", 60.0)
    if me.skill.spares:
        yield Do("patient.breathe", {"to": "hold"})
        yield Wait(1.0)
    yield Do("xray.press", {"pedal": "acquire"})
    yield Wait(1.2)
    yield Do("gas.inject", {"ml": 40.0 if me.skill.tries > 1 else 90.0})
    yield Wait(5.0)
    yield Do("xray.release", {"pedal": "acquire"})
    yield Do("patient.breathe", {"to": "free"})
    yield Wait(0.5)
    yield from me.finish()
