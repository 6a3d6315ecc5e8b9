"""Operators that know nothing of the task: idle, at random, and greedy for whatever is shown.

Where a drill has blood they inject too: else no run of theirs could show a vessel, and that none passed would
say nothing of the goals.
"""

from __future__ import annotations

from collections.abc import Callable

from angiosuite.content.drill import DrillItem

from .fumbling import greedy_hands, hand_moves, has_hands
from .injecting import puff
from .scripts import guess, of_kind, value_of
from .stage import Do, Script, Stage, Wait

RANDOM_STEPS, GREEDY_STEPS = 24, 14
"""Steps of one attempt."""


def idle(drill: DrillItem, stage: Stage) -> Script:
    """Nothing, then the end."""
    yield Wait(5.0)
    yield Do("task.finish")


def at_random(drill: DrillItem, stage: Stage) -> Script:
    """Controls, pedals and answers by chance."""
    yield Do("acquisition.set", {"matrix": 512})  # a run then takes a quarter of the time to draw
    moves = _moves(stage) + (_blood_moves(stage) if _has_blood(drill) else [])
    if has_hands(drill):
        moves = [*_moves(stage), *hand_moves(stage), *hand_moves(stage)]
    for _ in range(int(stage.rng.integers(4, RANDOM_STEPS))):
        yield from moves[int(stage.rng.integers(len(moves)))]()
    yield from guess(stage, drill)
    yield Do("task.finish")


def greedy(drill: DrillItem, stage: Stage) -> Script:
    """Climbs what a picture shows: keeps a change when the things of the drill look better placed or clearer.

    It is told nothing of the goals; it wants every thing of the drill near the middle, clear, and little
    dose.
    """
    if has_hands(drill):
        yield from greedy_hands(stage)
        yield from guess(stage, drill)
        yield Do("task.finish")
        return
    flows = _has_blood(drill)
    targets = of_kind(drill, "object", "structure", *(("vessel", "bed", "lesion") if flows else ()))

    def look() -> Script:
        if flows:
            yield Do("xray.press", {"pedal": "fluoro"})
            yield Do("hand.puff", {"ml": 2.0, "rate_ml_s": 3.0})
        yield from stage.screen(0.9 if flows else 0.4)

    yield Do("acquisition.set", {"matrix": 512})
    yield from look()
    best = _liking(stage, targets)
    for _ in range(GREEDY_STEPS):
        pose = stage.pose
        axis = str(
            stage.rng.choice(["table_x_mm", "table_z_mm", "table_y_mm", "rotation_deg", "angulation_deg"])
        )
        step = float(stage.rng.normal(0.0, 25.0 if axis.endswith("mm") else 12.0))
        yield from stage.go(**{axis: getattr(pose, axis) + step})
        yield from look()
        liking = _liking(stage, targets)
        if liking > best:
            best = liking
        else:
            yield from stage.go(**{axis: getattr(pose, axis)})
    if flows:
        yield from _filled(stage)
        yield from _injected(stage)
    elif any(target.kind in ("run", "tubes") for target in drill.targets):
        yield from stage.acquire(4.0)
    yield from guess(stage, drill)
    yield from stage.screen(0.4)
    yield Do("task.finish")


def _liking(stage: Stage, targets: list[str]) -> float:
    total = 0.0
    for target in targets:
        sight = stage.find(target)
        if sight is not None:
            total += 100.0 - sight.off_mm + 20.0 * float(sight.read.get("shape") or 0.0)
            total += min(float(sight.read.get("cnr") or 0.0), 20.0)
    return total


def _has_blood(drill: DrillItem) -> bool:
    return drill.start.blood is not None


def _filled(stage: Stage) -> Script:
    """The injector filled with a medium that is at hand, purged and looked at by chance."""
    rng = stage.rng
    media = [one["id"] for one in value_of(stage, "injector", "media", default=[])]
    at_hand = [name for name in media if name in (value_of(stage, "allowed", "media") or media)]
    if at_hand:
        yield Do("injector.fill", {"medium": str(rng.choice(at_hand))})
        yield Wait(1.5)
    for name in ("injector.purge", "injector.check"):
        if rng.integers(2):
            yield Do(name)
            yield Wait(0.8)


def _injected(stage: Stage) -> Script:
    """A run with contrast at any rate and volume."""
    rng = stage.rng
    rate, volume = float(rng.uniform(2.0, 25.0)), float(rng.uniform(4.0, 40.0))
    yield Do("injector.set", {"rate_ml_s": rate, "volume_ml": volume})
    yield Do("injector.arm")
    yield from stage.acquire(float(rng.uniform(4.0, 15.0)))


def _blood_moves(stage: Stage) -> list[Callable[[], Script]]:
    """What hands can do with catheter, injector, syringe and gas."""
    rng = stage.rng

    def place() -> Script:
        offered = value_of(stage, "allowed", default={})
        tables = [one["id"] for one in value_of(stage, "catheters", default=[])]
        devices, vessels = offered.get("devices") or tables, offered.get("vessels")
        if devices and vessels:
            where = {"device": str(rng.choice(devices)), "vessel": str(rng.choice(vessels))}
            yield Do("catheter.place", {**where, "at_mm": float(rng.uniform(2.0, 140.0))})
            yield Wait(0.5)

    def touch() -> Script:
        yield Do("catheter.free")
        yield Wait(0.3)

    def try_puff() -> Script:
        yield from puff(stage, float(rng.uniform(1.0, 6.0)), float(rng.uniform(0.5, 3.0)))

    def prepare() -> Script:
        yield from _filled(stage)

    def inject() -> Script:
        yield from _injected(stage)

    def gas() -> Script:
        for _ in range(int(rng.integers(4))):
            yield Do("gas.purge")
            yield Wait(0.8)
        if rng.integers(2):
            yield Do("gas.inject", {"ml": float(rng.uniform(1.0, 5.0))})
            yield Wait(2.0)
        yield Do("xray.press", {"pedal": "acquire"})
        yield Wait(1.0)
        yield Do("gas.inject", {"ml": float(rng.uniform(5.0, 100.0))})
        yield Wait(float(rng.uniform(2.0, 6.0)))
        yield Do("xray.release", {"pedal": "acquire"})

    gases = [gas, gas] if value_of(stage, "gas", "state") == "filled" else []
    pumps = [inject, inject] if not gases else []
    return [place, touch, try_puff, try_puff, prepare, *pumps, *gases]


def _moves(stage: Stage) -> list[Callable[[], Script]]:
    rng = stage.rng

    def table() -> Script:
        pose = stage.pose
        axis = str(rng.choice(["table_x_mm", "table_y_mm", "table_z_mm"]))
        yield from stage.go(**{axis: getattr(pose, axis) + float(rng.normal(0.0, 50.0))})

    def arm() -> Script:
        yield from stage.go(
            rotation_deg=float(rng.uniform(-60, 60)), angulation_deg=float(rng.uniform(-25, 25))
        )

    def look() -> Script:
        yield from stage.screen(float(rng.uniform(0.2, 2.0)))

    def shot() -> Script:
        yield Do("xray.press", {"pedal": "shot"})
        yield Wait(0.4)

    def run() -> Script:
        yield from stage.acquire(float(rng.uniform(1.0, 4.0)))

    def blades() -> Script:
        yield Do(
            "collimator.set",
            {edge: float(rng.uniform(0.2, 1.0)) for edge in ("left", "right", "top", "bottom")},
        )
        yield Wait(0.5)

    def settings() -> Script:
        exposure = stage.state.get("exposure", {})
        changes = {
            "fov_cm": float(rng.choice(exposure.get("fovs") or [32.0])),
            "pulse_rate": float(rng.choice(exposure.get("pulse_rates") or [7.5])),
        }
        yield Do("exposure.set", changes)

    def people() -> Script:
        who = str(rng.choice(["operator", "assistant", "nurse"]))
        yield Do(
            "staff.move",
            {"who": who, "x_mm": float(rng.uniform(-2500, 2500)), "z_mm": float(rng.uniform(-2500, 2500))},
        )
        yield Do(
            "shield.use",
            {"shield": str(rng.choice(["ceiling-screen", "table-skirt"])), "on": bool(rng.integers(2))},
        )

    def breath() -> Script:
        yield Do("patient.breathe", {"to": str(rng.choice(["in", "out", "hold", "free"]))})

    def decide() -> Script:
        question = (stage.state.get("skin") or {}).get("question")
        if question:
            option = str(rng.choice([one["id"] for one in question["options"]]))
            yield Do("dose.decide", {"level": question["id"], "choice": option, "reason": ""})

    return [table, arm, look, look, shot, run, blades, settings, people, breath, decide]
