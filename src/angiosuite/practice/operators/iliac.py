"""Script of the procedure at an iliac artery: run, pressure, stent, the same again, and the groin dry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from angiosuite.content.drill import DrillItem

from .closing import closed
from .dilating import (
    COMPLIANT,
    HARD,
    NARROWING,
    WIRE,
    Filmed,
    dilated,
    flushed_up,
    groin,
    looked_at,
    sheathed,
    side_of,
    threaded,
    withdrawn,
)
from .injecting import inject, last_run, read
from .leading import PELVIS_Z
from .scripts import script, value_of
from .stage import Do, Script, Stage, Wait
from .steering import Held, out, pick
from .stenting import MORE_MM, again, both_sides, opened, returned

OBLIQUE_DEG = 28.0
"""To the other side: so the internal iliac artery leaves apart from the external one."""
OPEN_BLADES, PULSES_HZ = 0.8, 7.5
PHASES = ((3.0, 5.0), (1.0, None))
"""Frames a second of a run, s: as the artery fills, and as it empties."""
RUN_S, RATE_ML_S, VOLUME_ML = 8.0, 10.0, 20.0
HEPARIN_IU, CIRCULATES_S = 5000.0, 120.0
"""What is given before a balloon goes up, and how long it is given to go round."""
WIRE_MM_S, UNSURE_MM_S, HASTE_MM_S = 15.0, 25.0, 40.0
"""A wire is led so fast by who watches its tip, by who is unsure, and in haste."""
LOOK_S = 3.0
"""A look at what moves while hands are at the groin, and before a run."""
SPARE_MM = 3.0
"""A stent's lower end stays so far above the mouth of the internal iliac artery."""
MOUTH_MM = 22.0
"""From the middle of the piece that is looked at up to the upper edge of the artery's mouth."""
NOT_WIDER_MM = 0.3
"""A stent may be so much wider than the artery seems: what is read off a picture errs by as much."""
WINGED = ("balloon", "stent-system")
"""Families with a balloon, whose wings may not go back into a sheath."""
CLOSURE = "closure-anchor-plug-8f"


@dataclass(frozen=True, slots=True)
class Stent:
    """One on the shelf: how long it is, and how far its middle lies behind its tip, mm."""

    device: str
    long_mm: float
    middle_mm: float


STENTS: Mapping[float, Stent] = {
    7.0: Stent("stent-balloon-7x27-035-80", 27.0, 19.1),
    8.0: Stent("stent-balloon-8x27-035-80", 27.0, 19.1),
    9.0: Stent("stent-balloon-9x37-035-80", 37.0, 23.9),
    10.0: Stent("stent-balloon-10x37-035-80", 37.0, 23.9),
}
"""By diameter, mm."""


def prepared(me: Stage, side: str) -> Script:
    """The pelvis under the beam, some pulses and blades as a department has them, and the aid."""
    yield from me.think()
    if me.skill.spares:
        yield Do("exposure.set", {"dose_level": "normal", "pulse_rate": PULSES_HZ})
        yield Do("collimator.set", dict.fromkeys(("left", "right", "top", "bottom"), OPEN_BLADES))
    yield Do("instrument.aid", {"on": True})
    yield from me.go(table_z_mm=PELVIS_Z)
    if me.skill.checks:
        yield from me.go(rotation_deg=OBLIQUE_DEG * (-1.0 if side == "left" else 1.0))


def filming(me: Stage) -> Script:
    """Frames of a run: those who spare dose take fewer once the artery is full."""
    if me.skill.spares:
        yield Do("acquisition.set", {"phases": [list(phase) for phase in PHASES], "level": "normal"})
        yield Wait(0.1)


def anticoagulated(me: Stage) -> Script:
    """Heparin, some minutes for it to go round, and its clotting time."""
    yield Do("drug.give", {"drug": "heparin", "dose": HEPARIN_IU, "route": "iv"})
    if me.skill.checks:
        yield Wait(CIRCULATES_S)
        yield Do("drug.measure_act")


def fitting(wide_mm: float | None) -> Stent:
    """The widest stent on the shelf that is no wider than the artery."""
    fit = [mm for mm in STENTS if wide_mm is not None and mm <= wide_mm + NOT_WIDER_MM]
    return STENTS[max(fit, default=min(STENTS))]


def spared_mm(me: Stage, seen: Filmed, stent: Stent) -> float:
    """How far a stent has to lie above the narrowing's middle, so that the internal iliac artery stays free.

    The mouth is taken from the last run, in which both arteries were seen apart. How much shorter the artery
    looks than it is, the distance of a balloon's two markers tells.
    """
    run = last_run(me)
    shown = [one for one in me.pictures if one["mode"] == "run" and one.get("run") == run]
    best = max(
        shown,
        key=lambda one: float((one.get("judged", {}).get("internal") or {}).get("filled") or 0.0),
        default=None,
    )
    mouth, shown_share = me.eye.find("internal", best), read(me, NARROWING, "foreshortening")
    if mouth is None or seen.sight is None or not shown_share:
        return 0.0
    below_mm = mouth.v_mm - MOUTH_MM - SPARE_MM - seen.sight.v_mm
    if mouth.v_mm < seen.sight.v_mm:  # the narrowing lies beyond it
        return 0.0
    return max(0.0, 0.5 * stent.long_mm - below_mm / min(shown_share, 1.0))


def treated(me: Stage, wire: Held, seen: Filmed, side: str) -> Script:
    """A stent no wider than the artery, clear of the internal one; a balloon brings it to the wall."""
    stent = fitting(seen.wide_mm) if me.skill.tries > 1 else STENTS[10.0]
    above_mm = spared_mm(me, seen, stent) if me.skill.checks else 0.0
    watched = me.skill.checks
    yield from opened(me, wire, seen, side, stent.device, stent.middle_mm + above_mm, watched)
    if not me.skill.checks or seen.wide_mm is None:
        return
    balloons = HARD if "calcium" in str(value_of(me, "task", "brief", default="")).split() else COMPLIANT
    wider = Filmed(seen.sight, seen.wide_mm + MORE_MM)
    ball = yield from dilated(me, wire, wider, side, balloons, watched=watched)
    yield from withdrawn(me, ball)


@script("iliac-angioplasty-and-stent")
def iliac(drill: DrillItem, me: Stage) -> Script:
    """Across, filmed, weighed by pressure; heparin, stent, balloon; the same again; the groin closed."""
    side, wire, tube, inflator = side_of(me), Held(), Held(), Held()
    yield from prepared(me, side)
    mm_s = WIRE_MM_S if me.skill.checks else UNSURE_MM_S if me.skill.tries > 1 else HASTE_MM_S
    yield from pick(me, WIRE, wire)
    if me.skill.tries > 1 and not me.skill.checks:  # who checks has wetted it already
        yield Do("instrument.wet", {"tool": wire.tool})
    yield from threaded(me, wire, side, mm_s)
    yield from filming(me)
    films = yield from flushed_up(me, wire, tube, side)
    if films:
        yield from me.screen(LOOK_S)
        yield from inject(me, RATE_ML_S, VOLUME_ML, RUN_S)
    seen = yield from looked_at(me)
    if films:
        if me.skill.checks:
            yield Do("pressure.zero")
        yield from both_sides(me, tube, seen)
        yield from again(me, wire, tube, side, mm_s)
        yield from out(me, tube)
    if me.skill.checks:
        yield from anticoagulated(me)
    yield from sheathed(me, side)
    if me.skill.checks:
        yield from me.screen(LOOK_S)
    yield from pick(me, "inflator-20ml-40atm", inflator)
    yield from treated(me, wire, seen, side)
    if me.skill.checks:
        yield from completed(me, wire, tube, seen, side)
    yield from emptied(me, side)
    yield from closed(me, groin(side), CLOSURE)
    yield from me.finish()


def completed(me: Stage, wire: Held, tube: Held, seen: Filmed, side: str) -> Script:
    """The flush catheter above it once more: the same run, and both pressures."""
    yield from returned(me, wire, tube, side)
    yield from me.screen(LOOK_S)
    yield from inject(me, RATE_ML_S, VOLUME_ML, RUN_S)
    yield from me.think()
    yield from both_sides(me, tube, seen)


def emptied(me: Stage, side: str) -> Script:
    """Everything out of the sheath; the wire goes last."""
    stack = value_of(me, "instruments", "stacks", default={}).get(groin(side), {})
    lying = list(stack.get("tools", ()))
    for one in sorted(lying, key=lambda one: one["kind"] == "guide-wire"):
        held, family = Held(str(one["tool"])), one.get("family")
        yield from withdrawn(me, held) if family in WINGED else out(me, held)
