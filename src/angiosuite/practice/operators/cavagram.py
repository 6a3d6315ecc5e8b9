"""The cava filmed from a groin: a wire up to it, a marked pigtail over the wire, and a run."""

from __future__ import annotations

from .injecting import few_frames, inject
from .stage import Do, Script, Stage
from .steering import Held, Road, depth_mm, find, lit, load, out, pick, to_depth, to_sheath

VEIN = "right-femoral-vein"
FLUSH = "pigtail-marked-5f"
ROAD = Road(
    ("right-common-femoral-vein", "right-external-iliac-vein", "right-common-iliac-vein"),
    ("inferior-vena-cava",),
)
DEEPEST_MM = 420.0
RATE_ML_S, VOLUME_ML = 15.0, 30.0


def wire_up(me: Stage, wire: Held, beyond_mm: float, step_mm: float = 10.0) -> Script:
    """A wire through the sheath of the groin to some way up the cava."""
    yield from load(me, wire, VEIN)
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    yield from find(me, wire, ROAD, DEEPEST_MM, beyond_mm, step_mm)
    yield from lit(me, False)


def cavagram(me: Stage, wire: Held, tube: Held, behind_mm: float) -> Script:
    """The pigtail over the wire until it lies so far behind its tip, the wire out, a run and a look at it."""
    yield from pick(me, FLUSH, tube)
    yield from load(me, tube, VEIN, over=wire)
    yield from to_depth(me, tube, depth_mm(me, wire.tool) - behind_mm, 100.0, 20.0)
    yield from out(me, wire)
    yield Do("instrument.connect", {"tool": tube.tool})
    yield from few_frames(me, (3.0, None))
    yield from inject(me, RATE_ML_S, VOLUME_ML, 4.0 if me.skill.spares else 8.0)
    yield from me.think()
