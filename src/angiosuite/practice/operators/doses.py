"""Scripts of the drills about dose: same picture with less, staff, large bodies, subtraction, skin."""

from __future__ import annotations

from collections.abc import Callable

from angiosuite.content.drill import DrillItem

from .scripts import guess, of_kind, script
from .stage import Do, Script, Stage, Wait

WANTED_CNR = 12.0
"""What the eye is content with where the drills ask for 11: an eye errs."""
RUN_S = 7.0
CLEAN = 1.7
"""Artefact that the eye takes for clean, times the noise."""


def cheap(drill: DrillItem, me: Stage) -> Script:
    """The least dose that can be made: one short look, blades closed, lowest level, then the end."""
    yield from me.spare(0.15)
    yield from me.screen(0.15)
    yield from guess(me, drill)
    yield Do("task.finish")
    yield Wait(0.1)


@script("half-the-dose")
@script("obese-patient")
def least_dose(drill: DrillItem, me: Stage) -> Script:
    """Geometry and settings before the first pulse, then only as much dose as the eye needs."""
    (target,) = of_kind(drill, "object")
    yield from me.think()
    if not me.skill.spares:
        yield from lavish(me)
        yield from me.centre(target)
        yield from me.screen()
        yield from me.finish()
        return
    yield from me.go(table_y_mm=me.pose.table_y_mm + 80.0)
    yield from close_detector(me)
    yield from me.widest()
    yield from me.spare(0.8)
    yield from me.centre(target)
    yield Do("collimator.set", dict.fromkeys(("left", "right", "top", "bottom"), 0.25))
    yield Wait(1.5)
    for level in levels(me):
        yield Do("exposure.set", {"dose_level": level})
        yield from me.screen(0.6)
        yield from me.think()
        sight = me.find(target)
        if sight is not None and float(sight.read.get("cnr") or 0.0) >= WANTED_CNR:
            break
    yield from me.finish()


def lavish(me: Stage) -> Script:
    """What a hurried hand leaves as it is, or turns up."""
    if me.skill.tries == 1:
        rate = max(me.state["exposure"]["pulse_rates"])
        yield Do("exposure.set", {"dose_level": levels(me)[-1], "pulse_rate": rate})
        yield Do("xray.high_level", {"on": True})


def levels(me: Stage) -> list[str]:
    """Dose levels that the machine offers, lowest first."""
    return [one["id"] for one in me.state["exposure"]["dose_levels"]]


def close_detector(me: Stage) -> Script:
    """Bring the detector as close as it goes: where it would touch, a little less."""
    for sid_mm in (900.0, 950.0, 1000.0, 1050.0, 1100.0):
        yield from me.go(sid_mm=sid_mm)
        if abs(me.pose.sid_mm - sid_mm) < 1.0:
            return


@script("protect-the-team")
def protect(drill: DrillItem, me: Stage) -> Script:
    """Clothing, shields and distance before the run; then the ball, a smaller field, and the run."""
    (target,) = of_kind(drill, "object")
    yield from me.think()
    if me.skill.spares:
        for who in ("operator", "assistant", "nurse"):
            for item in ("apron", "collar", "glasses"):
                yield Do("staff.wear", {"who": who, "item": item, "on": True})
        yield Do("shield.use", {"shield": "table-skirt", "on": True})
        yield Do("shield.move", {"shield": "ceiling-screen", "x_mm": -300.0, "z_mm": -200.0, "turn_deg": 0.0})
        yield Do("shield.use", {"shield": "ceiling-screen", "on": True})
        for who, x_mm, z_mm in (
            ("operator", -1500.0, -2000.0),
            ("assistant", -700.0, -2300.0),
            ("nurse", -1500.0, 2300.0),
        ):
            yield Do("staff.move", {"who": who, "x_mm": x_mm, "z_mm": z_mm})
        yield from me.spare(0.6)
    elif me.skill.tries > 1:
        yield Do("staff.wear", {"who": "nurse", "item": "apron", "on": True})
        yield Do("shield.use", {"shield": "table-skirt", "on": True})
    yield from me.centre(target)
    if me.skill.spares:
        yield Do("collimator.set", dict.fromkeys(("left", "right", "top", "bottom"), 0.3))
        yield Wait(1.5)
    yield from me.acquire(5.0 if me.skill.spares else 12.0)
    yield from me.finish()


@script("rescue-the-subtraction")
def rescue(drill: DrillItem, me: Stage) -> Script:
    """Breath held before the run, then the mask nearest to the filling and the shift that fits."""
    yield from me.think()
    runs = 4 if me.skill.spares else 1
    for _ in range(runs):
        if me.skill.tries > 1:
            yield Do("patient.breathe", {"to": "out"})
            yield Wait(3.0 if me.skill.spares else 1.0)
            if me.skill.spares:
                yield Do("patient.breathe", {"to": "hold"})
                yield Wait(1.0)
        yield from me.acquire(RUN_S if me.skill.spares else 9.0)
        yield Do("patient.breathe", {"to": "free"})
        yield from me.think()
        if artefact(me) < CLEAN:
            break  # what is clean is left alone: a shift that fits the vessels may spoil the rest
        if me.skill.spares:
            yield from review(me)
    yield from me.finish()


def review(me: Stage) -> Script:
    """Choose another mask and let the shift be found; keep what looks cleanest."""
    made = [run for run in me.state.get("runs", []) if not run.get("removed")]
    if not made:
        return
    run = made[-1]
    fullest = max(int(run["frames"] * 0.7), 1)
    best: tuple[float, int] = (artefact(me), 0)
    for mask in (1, 2, 3, 4, 5):
        if mask < run["frames"]:
            yield Do("run.mask", {"run": run["number"], "frames": [mask]})
            yield Do("run.auto_shift", {"run": run["number"], "frame": fullest})
            yield Wait(0.3)
            best = min(best, (artefact(me), mask))
    if best[1]:
        yield Do("run.mask", {"run": run["number"], "frames": [best[1]]})
        yield Do("run.auto_shift", {"run": run["number"], "frame": fullest})
        yield Wait(0.3)


def artefact(me: Stage) -> float:
    """What the eye makes of the remains in the subtraction that is looked at, times the noise."""
    shown = me.subtraction
    return 99.0 if shown is None or shown.get("artefact") is None else me.eye.level(float(shown["artefact"]))


@script("spread-the-skin-dose")
def spread(drill: DrillItem, me: Stage) -> Script:
    """Another way in than the hot spot's, a smaller field, the question answered, one run."""
    yield from me.think()
    if me.skill.spares:
        yield from me.go(rotation_deg=57.0)
        yield from me.spare(0.9)
        yield Do("collimator.set", {"left": 0.5, "right": 0.5, "top": 0.9, "bottom": 0.9})
        yield Wait(1.5)
    elif me.skill.tries > 1:
        yield from me.go(rotation_deg=12.0)
    yield from decide(me, lambda: me.skill.spares)
    yield from me.screen(0.4)
    yield from decide(me, lambda: me.skill.spares)
    if me.skill.tries > 1:
        yield Do("patient.breathe", {"to": "hold"})
    yield from me.acquire(RUN_S if me.skill.spares else 12.0)
    yield Do("patient.breathe", {"to": "free"})
    yield from decide(me, lambda: me.skill.spares)
    yield from me.finish()


def decide(me: Stage, thinks: Callable[[], bool]) -> Script:
    """Answer the question at a level of dose, where one is asked and the script attends to it."""
    question = (me.state.get("skin") or {}).get("question")
    if question and thinks():
        yield from me.think(0.5)
        why = "One run from another side is needed"
        yield Do("dose.decide", {"level": question["id"], "choice": "go-on", "reason": why})
        yield Wait(0.2)
