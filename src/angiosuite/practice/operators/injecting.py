"""Hands of a scripted operator on catheter, injector and syringe, and what it sees of contrast."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .scripts import value_of
from .stage import Do, Script, Stage, Step, Wait
from .steering import Held, lit

SOFT_ML_S = 0.9
"""Rate of a puff that does no harm at a wall, ml/s."""
USUAL_PSI = 900.0
FREED_MM, FREED_DEG = 2.0, 20.0
"""By so much a catheter is drawn back and turned at its hub to free its tip."""


def fill(me: Stage, medium: str) -> Script:
    """Fill the injector; who thinks of it purges and looks until no air is seen."""
    yield Do("injector.fill", {"medium": medium})
    yield Wait(1.5)
    if not me.skill.checks:
        if me.skill.tries > 1:
            yield Do("injector.purge")
        return
    for _ in range(4):
        yield Do("injector.purge")
        yield Wait(0.8)
        yield Do("injector.check")
        yield Wait(0.8)
        if value_of(me, "injector", "air") == "clear":
            return


def puff(me: Stage, ml: float = 2.5, rate_ml_s: float = SOFT_ML_S, whole: bool = False) -> Script:
    """A puff by hand under X-rays, and a look at it; `whole` watches it to its end."""
    yield Do("xray.press", {"pedal": "fluoro"})
    yield Wait(0.3)
    yield Do("hand.puff", {"ml": ml, "rate_ml_s": rate_ml_s})
    lasts_s = ml / rate_ml_s
    spared_s = lasts_s + 0.3 if whole else 0.75 * lasts_s + 0.1  # held while it flows
    yield Wait(spared_s if me.skill.spares else lasts_s + 2.0)
    yield Do("xray.release", {"pedal": "fluoro"})
    yield Wait(0.25 * lasts_s + 0.4)
    yield from me.think(0.5)


def contact(me: Stage) -> str | None:
    """How the tip lies, when somebody has seen it."""
    found: Any = value_of(me, "catheter", "wall")
    return None if found is None else str(found)


def prove(me: Stage, ml: float = 2.5) -> Script:
    """Puff until the tip is known to be free; a tip that is not is freed."""
    if not me.skill.checks:
        return
    for _ in range(6):
        yield from puff(me, ml)
        if contact(me) == "free":
            return
        yield from freed(me)


def freed(me: Stage) -> Script:
    """A tip that touches drawn back a little and turned: by hand where hands have led it there."""
    tool = connected(me)
    if tool is None:
        yield Do("catheter.free")
        yield Wait(0.5)
        return
    yield from lit(me, True)
    yield Do("instrument.move", {"tool": tool, "mm": -FREED_MM, "deg": FREED_DEG})
    yield Wait(0.5)
    yield from lit(me, False)


def connected(me: Stage) -> str | None:
    """Which of the catheters that hands have led is connected; None where none is."""
    stacks = value_of(me, "instruments", "stacks", default={})
    lying = [one for stack in stacks.values() for one in stack["tools"]]
    return next((str(one["tool"]) for one in lying if one.get("connected")), None)


def joined(me: Stage, tube: Held) -> Script:
    """Injector and syringe at a catheter that hands have led."""
    yield Do("instrument.connect", {"tool": tube.tool})
    yield Wait(0.5)


def place(me: Stage, device: str, vessel: str, at_mm: float) -> Script:
    """Put a catheter down and prove its tip."""
    yield Do("catheter.place", {"device": device, "vessel": vessel, "at_mm": at_mm})
    yield Wait(0.5)


def inject(
    me: Stage, rate_ml_s: float, volume_ml: float, seconds: float, proof: Iterable[Step] = ()
) -> Script:
    """A run with the injector, the breath held by those who think of it.

    `proof` is done before it, in that breath: a tip that was free in another one may lean now. Where it shows
    the tip against a wall after all, there is no run: it would tear the artery.
    """
    limit = float(value_of(me, "catheter", "max_psi", default=USUAL_PSI))
    setting = {"rate_ml_s": rate_ml_s, "volume_ml": volume_ml}
    if me.skill.tries > 1:
        setting["limit_psi"] = limit
    if me.skill.spares:
        yield from breathless(me)
    yield from proof
    if contact(me) != "wall":
        yield Do("injector.set", setting)
        yield Do("injector.arm")
        yield Wait(0.2)
        yield from me.acquire(seconds)
    yield Do("patient.breathe", {"to": "free"})
    yield Wait(0.5)


def breathless(me: Stage) -> Script:
    """Breathed out and held: what moves with the diaphragm stands where it stands in each such breath."""
    yield Do("patient.breathe", {"to": "out"})
    yield Wait(2.5)
    yield Do("patient.breathe", {"to": "hold"})
    yield Wait(0.6)


def few_frames(me: Stage, *phases: tuple[float, float | None]) -> Script:
    """Frames a second, one phase after the other, at the lowest level; for those who spare dose."""
    if me.skill.spares:
        yield Do("acquisition.set", {"phases": [list(phase) for phase in phases], "level": "low"})
        yield Wait(0.1)


def last_run(me: Stage) -> int | None:
    """Number of the last run whose pictures were seen."""
    runs = [one.get("run") for one in me.pictures if one["mode"] == "run"]
    return runs[-1] if runs else None


def read(me: Stage, target: str, figure: str, run: int | None = None, most: bool = True) -> float | None:
    """A figure of a target that the eye takes from a run's pictures: the greatest, or the least."""
    chosen = last_run(me) if run is None else run
    found = [
        float(one["judged"][target][figure])
        for one in me.pictures
        if one["mode"] == "run"
        and one.get("run") == chosen
        and one.get("judged", {}).get(target, {}).get(figure) is not None
    ]
    if not found:
        return None
    return me.eye.level(max(found) if most else min(found))


def fullest(me: Stage, target: str) -> dict[str, Any] | None:
    """What was seen of a target in the picture of the last run that shows it best."""
    run = last_run(me)
    seen = [
        one["judged"][target]
        for one in me.pictures
        if one["mode"] == "run" and one.get("run") == run and target in one.get("judged", {})
    ]
    return max(seen, key=lambda one: float(one.get("filled", 0.0)), default=None)
