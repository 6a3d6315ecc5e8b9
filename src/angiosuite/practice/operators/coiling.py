"""Script of the drill that closes a bleeding artery with coils, behind the leak and in front of it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np

from angiosuite.content.drill import DrillItem

from .injecting import few_frames, inject, read
from .scripts import script, value_of
from .stage import Do, Script, Stage, Step, Wait
from .steering import Held, lit, pick, ready

LOOPS: Mapping[float, str] = {4.0: "coil-push-018-4x50", 5.0: "coil-detach-018-5x100"}
"""By the width of their loops, mm: coils that suit a lumen of 0.56 mm. The detachable one of 4 mm curls."""
SMALL, WIDE = "coil-push-018-3x30", "coil-push-018-6x100"
LEAST_RATIO = 1.16
"""A loop is chosen this much wider than the artery seems, or the next larger one."""
USUAL_MM = 3.6
BEHIND_MM, FRONT_MM = 8.0, 9.0
"""How far from the leak the tip lies: loops come to lie on both sides of it."""
ALONG_MM, STEP_MM = 45.0, 0.5
"""So much of the catheter before its tip is looked at for the leak, and how finely."""
MANY = 2
TUBE_MM_S, TIP_MM_S = 100.0, 10.0
NEAR_MM = 30.0
"""So far before the tip X-rays go on."""
LONGEST_S, CLOSES_S = 90.0, 420.0
CLOSED = 0.99
MORE_S = 60.0


@script("coil-front-and-back")
def coil_artery(drill: DrillItem, me: Stage) -> Script:
    """A small run, two coils behind the leak, two in front, and time to clot; haste lays one where it is."""
    yield from ready(me)
    yield from few_frames(me, (2.0, None))
    if me.skill.checks:
        yield from me.centre("leak")
    before = me.last_index
    yield from inject(me, 2.0 if me.skill.tries > 1 else 3.0, 6.0 if me.skill.spares else 20.0, 6.0)
    yield from me.think()
    if me.skill.tries < 2:
        yield from coil(me, SMALL)
        yield from me.finish()
        return
    back_mm = behind_tip_mm(me, before)
    if not me.skill.checks:
        yield from drawn(me, back_mm + FRONT_MM)
        yield from coil(me, WIDE)
        yield from me.finish()
        return
    device = LOOPS[loop_mm(read(me, "artery", "widest_mm"))]
    for pull_mm in (back_mm - BEHIND_MM, BEHIND_MM + FRONT_MM):
        yield from drawn(me, pull_mm)
        for _ in range(MANY):
            yield from coil(me, device)
    yield from clotted(me)
    yield from me.finish()


def loop_mm(wide_mm: float | None) -> float:
    """Loops for an artery that seems so wide: the narrowest that are wider by enough."""
    least = LEAST_RATIO * (USUAL_MM if wide_mm is None else wide_mm)
    return min((loop for loop in LOOPS if loop >= least), default=max(LOOPS))


def behind_tip_mm(me: Stage, since: int) -> float:
    """How far behind the tip the leak is seen, along the catheter that lies past it, mm.

    Parameters
    ----------
    me : Stage
    since : int
        Index of the last picture before the run.

    Notes
    -----
    **Model** the place on the catheter, as the picture shows it, that is nearest to the leak; the middle of
    what is looked at where the leak is not seen. Held by ``tests/practice/test_coiling.py``.
    """
    seen = me.watched("leak", since)
    told = [*value_of(me, "catheter", "course_mm", default=[]), value_of(me, "catheter", "tip_mm")]
    if seen is None or len(told) < 3:
        return 0.5 * ALONG_MM
    course = np.array(told, np.float64)  # the course is told in steps, the last of them before the tip
    lengths = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(course, axis=0), axis=1))))
    back = np.arange(0.0, min(ALONG_MM, float(lengths[-1])), STEP_MM)
    points = np.stack([np.interp(lengths[-1] - back, lengths, course[:, k]) for k in range(3)], axis=1)
    shown = np.array([me.shown(point) for point in points])
    return float(back[np.argmin(np.hypot(shown[:, 0] - seen.u_mm, shown[:, 1] - seen.v_mm))])


def drawn(me: Stage, mm: float) -> Script:
    """The catheter drawn back under X-rays; negative goes on."""
    yield from lit(me, True)
    yield Do("catheter.pull", {"mm": round(mm, 1)})
    yield Wait(0.5)
    yield from lit(me, False)
    yield from me.think(0.5)


def delivery(me: Stage) -> dict[str, Any] | None:
    """What the page tells of a coil in the catheter."""
    found: dict[str, Any] | None = value_of(me, "treating", "coils", "delivery")
    return found


def coil(me: Stage, device: str, through: str | None = None, watched_mm: float = NEAR_MM) -> Script:
    """One coil: quick through a catheter, slow and seen on its last way and out of the tip, and let go."""
    held = Held()
    yield from pick(me, device, held)
    yield Do("coil.load", {"tool": held.tool, "through": through})
    yield Wait(0.1)
    yield Do("coil.push", {"mm_s": TUBE_MM_S})
    yield from until(me, watched_mm)
    yield Do("coil.push", {"mm_s": TIP_MM_S if me.skill.checks else TUBE_MM_S})
    yield from lit(me, True)
    is_out = yield from until(me)
    yield from lit(me, False)
    if is_out:
        yield Do("coil.detach")
    elif delivery(me) is not None:
        yield Do("coil.push", {"mm_s": -TUBE_MM_S})
        yield Wait(LONGEST_S / 4.0)
    yield Wait(0.5)


def until(me: Stage, near_mm: float | None = None) -> Generator[Step, None, bool]:
    """Until a coil is near the tip, or all of it is out; whether it waits to be let go."""
    for _ in range(int(LONGEST_S / 0.4)):
        now = delivery(me)
        if now is None or now["jam"]:
            return False
        if near_mm is not None and now["in_mm"] > now["tube_mm"] - near_mm:
            return False
        if now["junction_out"]:
            return bool(now["detachable"])
        yield Wait(0.4)
    return False


def clotted(me: Stage) -> Script:
    """Until the page says that clot has filled the coils; what was laid first may take longer."""
    for _ in range(int(CLOSES_S / 5.0)):
        packs = value_of(me, "treating", "coils", "vessels", default=[])
        shares = [one["clotted"] for one in packs if one["vessel"] == "gastroduodenal-artery"]
        if shares and min(shares) >= CLOSED:
            break
        yield Wait(5.0)
    yield Wait(MORE_S)
