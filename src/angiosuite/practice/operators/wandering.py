"""Operators that know nothing of the task: idle, at random, and greedy for whatever is shown."""

from __future__ import annotations

from collections.abc import Callable

from angiosuite.content.drill import DrillItem

from .scripts import guess, of_kind
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
    moves = _moves(stage)
    for _ in range(int(stage.rng.integers(4, RANDOM_STEPS))):
        yield from moves[int(stage.rng.integers(len(moves)))]()
    yield from guess(stage, drill)
    yield Do("task.finish")


def greedy(drill: DrillItem, stage: Stage) -> Script:
    """Climbs what a picture shows: keeps a change when the things of the drill look better placed or clearer.

    It is told nothing of the goals; it wants every thing of the drill near the middle, clear, and little
    dose.
    """
    targets = of_kind(drill, "object", "structure")
    yield Do("acquisition.set", {"matrix": 512})
    yield from stage.screen(0.4)
    best = _liking(stage, targets)
    for _ in range(GREEDY_STEPS):
        pose = stage.pose
        axis = str(
            stage.rng.choice(["table_x_mm", "table_z_mm", "table_y_mm", "rotation_deg", "angulation_deg"])
        )
        step = float(stage.rng.normal(0.0, 25.0 if axis.endswith("mm") else 12.0))
        yield from stage.go(**{axis: getattr(pose, axis) + step})
        yield from stage.screen(0.4)
        liking = _liking(stage, targets)
        if liking > best:
            best = liking
        else:
            yield from stage.go(**{axis: getattr(pose, axis)})
    if any(target.kind in ("run", "tubes") for target in drill.targets):
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
