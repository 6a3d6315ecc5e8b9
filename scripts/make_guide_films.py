"""Make the films of guide pages again: what the reference operator sees of a treatment, as animated WebP.

    python scripts/make_guide_films.py [--only NAME …] [--sheets FOLDER] [--home HOME]

Each film is the live monitor of one attempt between two events of its log, nothing is drawn in; black around
the collimated field is cut off. They lie beside the pages that show them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from film_reel import sheet, write
from numpy.typing import NDArray

from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.kit import kernel_cache
from angiosuite.kit.errors import Cancelled
from angiosuite.kit.home import Home
from angiosuite.practice import operators
from angiosuite.practice.operators.scripts import script_for
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Stage
from angiosuite.suite.outputs import EventOut, FrameOut, Mode, Output

GUIDE = Path(__file__).resolve().parents[1] / "src" / "angiosuite_content" / "guide"
SIDE_PX = 224
RATE_HZ = 3.0
MOST_FRAMES = 30
MOST_BYTES = 40_000
QUALITIES = (50, 35, 25, 18, 12)
FIELD_GREY = 12
"""Darker than this is outside the collimated field."""
Frames = list[NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Film:
    """One attempt, and what is shown of it: from an event, of so many of its name, to the next of another."""

    task: str
    seed: int
    begins: str
    ends: str
    page: str
    number: int = 1
    mode: Mode = Mode.FLUORO


FILMS = {
    "waist-yields": Film(
        "size-and-place-a-balloon", 1, "balloon-up", "balloon-down", "peripheral-arterial-disease"
    ),
    "uterine-artery-fills": Film(
        "uterine-fibroid-embolisation.usual.alone",
        1,
        "run-started",
        "run-ended",
        "uterine-fibroid-embolisation",
        2,
        Mode.RUN,
    ),
    "bleeding-stays": Film(
        "find-the-bleeding", 1, "run-started", "run-ended", "gastrointestinal-haemorrhage", 2, Mode.RUN
    ),
}


class Watching(Stage):
    """The reference operator, whose monitor is kept between two events; live pictures or those of a run."""

    def __init__(self, film: Film) -> None:
        super().__init__(SKILLS["reference"], film.seed)
        self.film, self.frames = film, Frames()
        self.is_on = self.is_over = False
        self.before = film.number

    def show(self, outputs: Iterable[Output]) -> None:
        """Keep what fluoroscopy shows, then take it in."""
        every = list(outputs)
        for one in every:
            if isinstance(one, EventOut) and not self.is_over:
                self.is_over = self.is_on and one.name == self.film.ends
                self.before -= one.name == self.film.begins
                self.is_on = not self.is_over and self.before <= 0
            elif isinstance(one, FrameOut) and self.is_on and one.mode is self.film.mode:
                self.frames.append(one.image)
        super().show(every)


def taken(home: Home, film: Film) -> Frames:
    """The pictures of a film, cut to the field."""
    drill = load_library().drill(film.task).item
    assert isinstance(drill, DrillItem)
    stage = Watching(film)
    room = operators.room_for(home, drill, drill.patients[0])
    script = script_for("reference", drill, stage)
    longest_s = 180.0 * drill.minutes
    with tempfile.TemporaryDirectory() as folder, suppress(Cancelled):  # once the film is over
        operators.attempt(
            room,
            drill,
            film.seed,
            stage,
            script,
            Path(folder) / "run",
            pictures="all" if film.mode is Mode.FLUORO else "asked",
            longest_s=longest_s,
            cancelled=lambda: stage.is_over,
        )
    step = max(1, -(-len(stage.frames) // MOST_FRAMES))
    return cut(stage.frames[::step])


def from_fullest(frames: Frames) -> Frames:
    """The same loop, begun where most is dark: a page's still is its first picture, not a mask."""
    fullest = int(np.argmin([np.minimum(frame.astype(float) - frames[0], 0.0).mean() for frame in frames]))
    return [*frames[fullest:], *frames[:fullest]]


def cut(frames: Frames) -> Frames:
    """The square that holds the field of all frames."""
    lit = np.max(frames, axis=0) > FIELD_GREY
    rows, columns = (np.flatnonzero(lit.mean(axis=axis) > 0.1) for axis in (1, 0))
    side = max(np.ptp(rows), np.ptp(columns)) + 1
    first = [
        int(np.clip((ends[0] + ends[-1] + 1 - side) // 2, 0, lit.shape[0] - side)) for ends in (rows, columns)
    ]
    return [frame[first[0] : first[0] + side, first[1] : first[1] + side] for frame in frames]


def main() -> None:
    """Make the films that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=sorted(FILMS), default=list(FILMS))
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    home = Home(asked.home).open() if asked.home else Home().open()
    kernel_cache.activate(home.kernels, 1)
    for name in asked.only:
        film = FILMS[name]
        frames = taken(home, film)
        shown = from_fullest(frames) if film.mode is Mode.RUN else frames
        write(GUIDE / film.page / f"{name}.webp", shown, RATE_HZ, SIDE_PX, MOST_BYTES, QUALITIES)
        if asked.sheets:
            sheet(asked.sheets / f"{name}.png", frames)


if __name__ == "__main__":
    main()
