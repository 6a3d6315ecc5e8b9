"""A few seconds of use of a tiny room, so that every kernel that a session needs is compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from angiosuite.anatomy.body import Body, BodyLayer, grid_extent_mm, hash_layers, load_body, save_body
from angiosuite.anatomy.motion import Motion
from angiosuite.content.loader import load_library
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

SPACING_MM = 8.0
SHAPE = (40, 24, 36)

Progress = Callable[[str, float], None]

STEPS: tuple[tuple[str, tuple[tuple[str, dict[str, object]], ...], int], ...] = (
    ("first picture", (("xray.press", {"pedal": "fluoro"}),), 20_000),
    ("moving gantry", (("gantry.move", {"axis": "rotation", "rate": 1.0}),), 80_000),
    ("held breath", (("gantry.halt", {}), ("patient.breathe", {"to": "hold"})), 80_000),
    (
        "large picture",
        (
            ("exposure.set", {"frame_size": 1024, "grid": False}),
            ("display.set", {"edge": 1.0, "recursive": 0.5}),
        ),
        80_000,
    ),
    ("wedge", (("wedge.set", {"side": "left", "insert": 0.5, "angle_deg": 10.0}),), 80_000),
    ("held picture", (("xray.release", {}),), 40_000),
    ("single shot", (("xray.press", {"pedal": "shot"}),), 40_000),
    (
        "test phantom",
        (
            ("phantom.set", {"id": "straight-tubes"}),
            ("injection.start", {}),
            ("xray.press", {"pedal": "fluoro"}),
        ),
        80_000,
    ),
    (
        "run",
        (
            ("xray.release", {}),
            ("acquisition.set", {"matrix": 512, "phases": [[6.0, 0.9]]}),
            ("xray.press", {"pedal": "acquire"}),
        ),
        1_000_000,
    ),
)
"""What is done: a name, commands, and how long simulated time then runs, in microseconds."""


def tiny_body(scratch: Path) -> Body:
    """A box of water with bone and a layer of each motion and number type, read from disk like all."""
    z, y, x = SHAPE
    origin = (-0.5 * (x - 1) * SPACING_MM, -0.5 * (y - 1) * SPACING_MM, -0.5 * (z - 1) * SPACING_MM)
    water = np.zeros(SHAPE, np.int16)
    water[2:-2, 2:-2, 2:-2] = 1000
    bone = np.zeros(SHAPE, np.uint8)
    bone[4:-4, 14:18, 16:20] = 60
    part = np.zeros(SHAPE, np.int16)
    part[18:22, 8:16, 10:20] = 300
    less = part.copy()
    less[22:26, 8:16, 10:20] = -300  # organ minus what lies behind it
    layers = (
        BodyLayer("still", water, bone, origin, SPACING_MM),
        BodyLayer("ribs", part, bone, origin, SPACING_MM, Motion("breath-ribs", 0.1)),
        BodyLayer("abdomen", less, None, origin, SPACING_MM, Motion("breath-organ", 1.0)),
        BodyLayer("heart", part, None, origin, SPACING_MM, Motion("heart", 0.1)),
    )
    body = Body("tiny", hash_layers(layers), layers, extent_mm=grid_extent_mm(SHAPE, origin, SPACING_MM))
    save_body(body, scratch / "tiny")
    return load_body(scratch / "tiny")


def rehearse(
    scratch: Path, progress: Progress, share: tuple[float, float] = (0.0, 1.0), steps: int | None = None
) -> None:
    """Use a tiny room once with each projector; pictures are thrown away.

    Parameters
    ----------
    scratch : Path
        Folder for the tiny body; the caller removes it.
    progress : callable
        Told each step and the fraction of the whole, within `share`.
    steps : int, optional
        Only the first of `STEPS`.
    """
    machines = load_library().items["equipment"]
    loaded = machines[sorted(machines)[0]]
    room = Room("tiny", "Tiny", tiny_body(scratch), loaded.item, loaded.content_hash)  # type: ignore[arg-type]
    rounds = ("full", "draft")
    for turn, quality in enumerate(rounds):
        session = Session(room, 0)
        session.decide(quality, "rehearsal")
        for number, (name, commands, duration_us) in enumerate(STEPS[:steps]):
            done = (turn + number / len(STEPS)) / len(rounds)
            progress(f"{quality} projector, {name}", share[0] + (share[1] - share[0]) * done)
            for command, arguments in commands:
                session.command(command, arguments)
            session.advance(session.now_us + duration_us)
