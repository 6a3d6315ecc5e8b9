"""Scripts of the drills about views, and of any drill that has none."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.drill import DrillItem

from .scripts import answer, guess, of_kind, script
from .stage import Do, Script, Stage, Wait

Pixels = NDArray[np.float64]

SIDE_DEG = 90.0
OBLIQUE_DEG = 45.0


def as_asked(drill: DrillItem, me: Stage) -> Script:
    """Each target into the middle, runs where runs are judged, each question answered by chance."""
    if me.skill.spares:
        yield from me.spare(0.6)
    for target in of_kind(drill, "object", "structure"):
        yield from me.centre(target)
    if of_kind(drill, "run", "tubes"):
        yield from me.acquire(5.0)
    yield from guess(me, drill)
    yield from me.screen()
    yield from me.finish()


@script("isocentre")
def isocentre(drill: DrillItem, me: Stage) -> Script:
    """In front by left-right and head-feet, from the side by height, then a look back."""
    (target,) = of_kind(drill, "object", "structure")
    yield from begin(me, 0.7)
    yield from me.centre(target)
    if me.skill.tries > 1:
        yield from turn(me, SIDE_DEG)
        yield from me.centre(target)
    if me.skill.checks:
        yield from turn(me, 0.0)
        yield from me.centre(target)
        yield from me.screen(0.4)
    yield from me.finish()


@script("parallax")
def parallax(drill: DrillItem, me: Stage) -> Script:
    """Two views; what lies before goes the other way than what lies behind, by so much."""
    large, small = of_kind(drill, "object")
    yield from begin(me, 0.7)
    yield from me.screen()
    front = apart(me, large, small)
    if me.skill.tries > 1:
        yield from turn(me, OBLIQUE_DEG if me.skill.spares else 20.0)
        yield from me.screen()
        yield from me.think()
    oblique = apart(me, large, small)
    angle = np.deg2rad(me.pose.rotation_deg)
    if front is None or oblique is None or abs(np.sin(angle)) < 0.1:
        yield from guess(me, drill)
    else:
        depth_mm = (oblique - front * np.cos(angle)) / np.sin(angle)
        side, depth = drill.questions
        yield from answer(me, drill, side.id, "before" if depth_mm < 0 else "behind")
        yield from answer(me, drill, depth.id, nearest_option(depth, abs(depth_mm)))
    yield from me.finish()


def apart(me: Stage, one: str, two: str) -> float | None:
    """Sideways distance of two things in the picture, mm; None when one is not seen."""
    first, second = me.find(one), me.find(two)
    return None if first is None or second is None else second.u_mm - first.u_mm


def nearest_option(question: object, value: float) -> str:
    """The option whose text names the nearest number."""
    options = question.options  # type: ignore[attr-defined]
    numbers = {
        one.id: float(found[0]) for one in options if (found := re.findall(r"\d+(?:\.\d+)?", one.text))
    }
    return min(numbers, key=lambda name: abs(numbers[name] - value))


@script("en-face-pedicle")
def en_face(drill: DrillItem, me: Stage) -> Script:
    """From in front, tilt and turn in steps until the ring is roundest; then into the middle."""
    (target,) = of_kind(drill, "structure")
    left = "left" in str(drill.targets[0].structure)
    yield from begin(me, 0.6)
    towards = -1.0 if left else 1.0
    if me.skill.tries == 1:
        yield from me.go(rotation_deg=towards * 35.0)
        yield from me.screen()
        yield from me.finish()
        return
    yield from me.go(rotation_deg=towards * 8.0, angulation_deg=0.0)
    yield from me.centre(target)
    rounds = (
        ((-12.0, -6.0, 0.0, 6.0, 12.0), (-8.0, -4.0, 0.0, 4.0, 8.0)) if me.skill.spares else ((-10.0, 10.0),)
    )
    for steps in rounds:
        for axis in ("angulation_deg", "rotation_deg"):
            yield from roundest(me, target, axis, steps)
    yield from me.centre(target)
    yield from me.screen()
    yield from me.finish()


def roundest(me: Stage, target: str, axis: str, steps: tuple[float, ...]) -> Script:
    """Look at several angles and go where end plates and ring seem right, between looks too."""
    begun = float(getattr(me.pose, axis))
    seen: list[tuple[float, float]] = []
    for step in steps:
        yield from me.go(**{axis: begun + step})
        yield from me.screen(0.4)
        sight = me.find(target)
        if sight is not None and sight.read.get("tilt_deg") is not None:
            seen.append((begun + step, -(float(sight.read["tilt_deg"]) ** 2)))
    best = max(seen, key=lambda one: one[1])[0] if seen else begun
    if len(seen) > 3:
        a, b, _ = np.polyfit([x for x, _ in seen], [y for _, y in seen], 2)
        if a < 0:
            best = float(np.clip(-b / (2 * a), min(steps) + begun, max(steps) + begun))
    yield from me.go(**{axis: best})


@script("femoral-head-for-access")
def femoral_head(drill: DrillItem, me: Stage) -> Script:
    """Angles to zero before the beam, the head into the middle, blades half closed."""
    (target,) = of_kind(drill, "structure")
    if me.skill.tries > 1:
        yield from me.go(rotation_deg=0.0, angulation_deg=0.0)
    yield from begin(me, 0.8)
    yield from me.centre(target)
    if me.skill.spares:
        yield Do("collimator.set", {"left": 0.6, "right": 0.6, "top": 0.6, "bottom": 0.6})
        yield Wait(1.0)
    yield from me.screen(0.5)
    yield from me.finish()


def begin(me: Stage, blades: float) -> Script:
    """Before the first look: what spares dose, for those who think of it; the rest press at once."""
    yield from me.think()
    if me.skill.spares:
        yield from me.spare(blades)
    elif me.skill.tries == 1:
        yield Do("xray.high_level", {"on": True})


def turn(me: Stage, degrees: float) -> Script:
    """Turn the C-arm; where it would touch something, as far as it goes."""
    yield from me.go(rotation_deg=degrees)
    for less in (75.0, 60.0, 45.0):
        if abs(me.pose.rotation_deg - degrees) < 1.0 or abs(degrees) <= less:
            return
        yield from me.go(rotation_deg=less if degrees > 0 else -less)
        degrees = less if degrees > 0 else -less


@script("measure-and-calibrate")
def measure(drill: DrillItem, me: Stage) -> Script:
    """At right angles to the rod, calibrated on the bands beside it, measured from end to end."""
    target, catheter = of_kind(drill, "object")
    if me.skill.tries > 1:
        yield from me.go(angulation_deg=0.0 if me.skill.spares else 6.0)
    yield from begin(me, 0.8)
    yield from me.centre(target)
    yield from me.screen(0.6)
    yield from me.think()
    sight = me.find(target)
    if sight is not None and sight.read.get("ends_px") is not None:
        points = [[float(x), float(y)] for x, y in sight.read["ends_px"]]
        ruler = me.find(catheter)
        calibrated: dict[str, Any] = {"kind": "isocentre"}
        if me.skill.spares and ruler is not None and ruler.read.get("ends_px") is not None:
            calibrated = on_bands(drill, catheter, np.asarray(ruler.read["ends_px"], float))
        yield Do("measure.add", {"image": sight.frame, "points": points, "calibrated": calibrated})
        yield Wait(0.2)
    yield from me.finish()


def on_bands(drill: DrillItem, catheter: str, ends_px: Pixels) -> dict[str, Any]:
    """A calibration from the first to the last platinum band of a catheter whose ends are seen."""
    made = next(one for one in drill.objects if one.id == catheter).plain(0, "", {})
    a, b = (np.array([end["x_mm"], end["y_mm"], end["z_mm"]], float) for end in (made["at"], made["to"]))
    length_mm = float(np.linalg.norm(b - a))
    bands = made["bands_mm"]
    points = [
        (ends_px[0] + (ends_px[1] - ends_px[0]) * at / length_mm).tolist() for at in (bands[0], bands[-1])
    ]
    spacing_mm = (bands[-1] - bands[0]) / (len(bands) - 1)
    return {"kind": "marker", "points": points, "spacing_mm": spacing_mm, "count": len(bands) - 1}
