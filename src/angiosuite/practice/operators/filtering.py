"""Script of the drill with a cava filter: filmed, measured, let out below the renal veins, filmed, closed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from angiosuite.content.drill import DrillItem

from .cavagram import VEIN, cavagram, wire_up
from .closing import Hand, held
from .injecting import inject, last_run, read
from .leading import LONG_J
from .scripts import script
from .stage import Do, Script, Stage, Step, Wait
from .steering import Held, depth_mm, lit, load, out, pick, ready, to_depth, to_sheath

OUTER, GUIDING = "sheath-8f-11cm", "sheath-guiding-over-5f-45cm"
FILTER = "filter-cone-5f"
CAVA_Z = -30.0
"""Where the table stands for the cava below the renal veins, mm."""
HIGH_MM, PIGTAIL_MM = 90.0, 60.0
"""How far the wire goes up the cava, and how far its tip lies beyond the flush catheter's."""
LOW_MM = 20.0
"""So far within the cava the sheath waits while it is filmed."""
BELOW_MM = 13.0
"""From the middle of the lower renal vein, as the run in held breath shows it, to the filter's end: past its
lower edge, a little, and what the kidney comes down as the breath goes on."""
BANDS, BAND_MM = 5, 10.0
"""Of the marked catheter, that a width is measured against."""
SOFT = Hand(share=0.2, first_s=420.0, again_s=240.0)
"""On a vein: of the mean pressure of the arteries more than it needs (own choice of the script)."""


@dataclass(frozen=True, slots=True)
class Filmed:
    """What the run told: where the lower renal vein joins, mm below the picture's middle."""

    level_mm: float | None


def sheathed(me: Stage, wire: Held, guiding: Held) -> Script:
    """A larger sheath, a wire into the cava, and the long sheath after it."""
    outer = Held()
    yield from ready(me, CAVA_Z)
    yield from pick(me, OUTER, outer)
    yield Do("access.sheath", {"access": VEIN, "tool": outer.tool})
    yield from pick(me, LONG_J, wire)
    yield from pick(me, GUIDING, guiding)
    yield from wire_up(me, wire, HIGH_MM)
    yield from load(me, guiding, VEIN, over=wire)
    yield from to_sheath(me, guiding)
    yield from lit(me, True)
    yield from to_depth(me, guiding, depth_mm(me, wire.tool) - HIGH_MM + LOW_MM)
    yield from lit(me, False)


def filmed(me: Stage, wire: Held, tube: Held) -> Generator[Step, None, Filmed]:
    """The marked pigtail at the lower end of the cava, a run, the width against its bands, the level."""
    yield from cavagram(me, wire, tube, PIGTAIL_MM)
    yield from measured(me)
    level = level_mm(me)
    yield from out(me, tube)
    return Filmed(level)


def measured(me: Stage) -> Script:
    """A line across the cava, and one along the bands of the catheter that lies in it, as deep as it."""
    run, wide_mm = last_run(me), read(me, "cava", "widest_mm")
    shown = [one for one in me.pictures if one["mode"] == "run" and one.get("run") == run]
    best = max(
        shown,
        key=lambda one: float((one.get("judged", {}).get("cava") or {}).get("filled") or 0.0),
        default=None,
    )
    sight = me.eye.find("cava", best)
    if best is None or sight is None or wide_mm is None:
        return
    pixel_mm = float(best["pixel_mm_iso"])
    u, v = sight.u_mm / pixel_mm, sight.v_mm / pixel_mm
    x, y = (float(0.5 * side + off) for side, off in zip(best["size"], (u, v), strict=True))
    half, span = 0.5 * wide_mm / pixel_mm, BANDS * BAND_MM / pixel_mm
    calibrated = {
        "kind": "marker",
        "points": [[x, y - 0.5 * span], [x, y + 0.5 * span]],
        "spacing_mm": BAND_MM,
        "count": BANDS,
    }
    asked = {"image": sight.frame, "points": [[x - half, y], [x + half, y]], "calibrated": calibrated}
    yield Do("measure.add", asked)
    yield Wait(0.2)


def level_mm(me: Stage) -> float | None:
    """Where the lower renal vein joins, below the picture's middle: it is looked at in every picture."""
    run = last_run(me)
    seen = [
        sight.v_mm
        for one in me.pictures
        if one["mode"] == "run" and one.get("run") == run
        for sight in (me.eye.find("renal", one),)
        if sight is not None
    ]
    return sum(seen) / len(seen) if seen else None


def levelled(me: Stage, guiding: Held, seen: Filmed) -> Script:
    """The sheath on until its end stands just below the vein; who has no picture goes by the depth."""
    yield from lit(me, True)
    for _ in range(40):
        there = me.stands(guiding.tool)
        if seen.level_mm is None or there is None:
            gap_mm = 8.0
            if seen.level_mm is None and depth_mm(me, guiding.tool) > 300.0:
                break
        else:
            gap_mm = there[1] - (seen.level_mm + BELOW_MM)
            if abs(gap_mm) < 1.0:
                break
        before = depth_mm(me, guiding.tool)
        yield from to_depth(me, guiding, before + max(min(gap_mm, 15.0), -15.0), 30.0, 4.0)
        if abs(depth_mm(me, guiding.tool) - before) < 0.5:
            break
    yield from lit(me, False)


def released(me: Stage, guiding: Held) -> Script:
    """The filter into the sheath, a last look, and the sheath back over it."""
    one = Held()
    yield from pick(me, FILTER, one)
    yield Do("filter.load", {"tool": one.tool, "into": guiding.tool})
    yield from me.screen()
    yield from me.think()
    yield Do("filter.open")
    yield Wait(0.5)


def ended(me: Stage, guiding: Held) -> Script:
    """The sheaths out, a hand on the vein, and a look whether it is dry."""
    yield from out(me, guiding)
    yield from held(me, (VEIN,), SOFT)


@script("filter-below-the-renal-veins")
def filter_below(drill: DrillItem, me: Stage) -> Script:
    """Filmed and measured, the filter just below the lower renal vein, filmed again, the vein held."""
    wire, guiding, tube = Held(), Held(), Held()
    yield from sheathed(me, wire, guiding)
    seen = Filmed(None)
    if me.skill.tries > 1:
        seen = yield from filmed(me, wire, tube)
    else:
        yield from out(me, wire)
    yield from levelled(me, guiding, seen)
    yield from released(me, guiding)
    if me.skill.checks:
        yield from completed(me, guiding, tube)
    yield from ended(me, guiding)
    yield from me.finish()


def completed(me: Stage, guiding: Held, tube: Held) -> Script:
    """The sheath back from the filter's feet, the pigtail through it, and a short run."""
    yield from to_depth(me, guiding, depth_mm(me, guiding.tool) - 75.0, 40.0, 8.0)
    yield from load(me, tube, VEIN)
    yield from to_depth(me, tube, depth_mm(me, guiding.tool) + 15.0, 100.0, 20.0)
    yield Do("instrument.connect", {"tool": tube.tool})
    yield from inject(me, 15.0, 25.0, 3.5)
    yield from out(me, tube)
