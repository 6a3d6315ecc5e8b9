"""Make the films of docs/films/hands again: what hands do with wires and catheters, as animated WebP.

    python scripts/make_hand_films.py docs/films/hands [--only NAME …] [--sheets FOLDER]

Each film is a list of hand commands, given to a session of the built-in patient; what the room's own
fluoroscopy shows of them is kept, nothing is drawn in. All films together stay below 300 kB. With `--sheets`
a contact sheet of each is written too, to look at.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from film_reel import make, write
from numpy.typing import NDArray

from angiosuite.suite import Room, Session
from angiosuite.suite.opening import create_session
from angiosuite.suite.outputs import FrameOut, Mode

SIDE_PX = 224
PULSES_HZ = 7.5
MOST_BYTES = 36_000
ACCESS = "right-femoral-artery"
WIRE = "wire-hydrophilic-035-angled-180"

Move = tuple[Any, ...]
"""("pick", device), ("load", tool, over), ("to", tool, depth mm, mm/s), ("turn", tool, degrees),
("pin", tool, on), ("out", tool) or ("wait", seconds)."""


@dataclass(frozen=True, slots=True)
class Film:
    """One manoeuvre: what is done before X-rays are on, what is seen, and where the beam points."""

    before: Sequence[Move]
    seen: Sequence[Move]
    centre_mm: tuple[float, float, float]
    fov_cm: float = 32.0
    pose: dict[str, float] = field(default_factory=dict)


def wire_up(depth_mm: float, device: str = WIRE) -> list[Move]:
    """A wet wire from the groin to a depth."""
    return [("pick", device), ("load", "w1", None), ("to", "w1", depth_mm, 80.0)]


def over(device: str, depth_mm: float, tool: str = "c1") -> list[Move]:
    """A flushed catheter over the wire to a depth."""
    return [("pick", device), ("load", tool, "w1"), ("to", tool, depth_mm, 80.0)]


IN_RENAL: list[Move] = [
    *wire_up(410.0), *over("cobra-2-5f", 310.0),
    ("to", "w1", 150.0, 100.0), ("turn", "c1", 210.0), ("wait", 0.5),
]  # fmt: skip
FILMS = {
    "pass-a-wire": Film(wire_up(-5.0, "wire-j3-035-145"), [("to", "w1", 230.0, 50.0)], (10, -20, 70), 42.0),
    "catheter-over-a-wire": Film(
        [*wire_up(330.0), *over("cobra-2-5f", 60.0)], [("to", "c1", 300.0, 55.0)], (15, -15, 170), 42.0
    ),
    "up-and-over": Film(
        [*wire_up(60.0), *over("cobra-2-5f", 40.0)],
        [("to", "w1", 250.0, 50.0), ("to", "c1", 190.0, 60.0)],
        (5, -25, 60), 42.0,
    ),
    "exchange": Film(
        [*wire_up(300.0, "wire-j3-035-260"), *over("multipurpose-5f", 250.0)],
        [("to", "c1", 20.0, 75.0), ("wait", 0.5)],
        (15, -15, 140), 42.0,
    ),
    "pigtail-uncurls": Film(
        [*wire_up(420.0, "wire-j3-035-145"), *over("pigtail-5f", 290.0), ("turn", "c1", 90.0)],
        [("to", "w1", 255.0, 60.0), ("wait", 0.3), ("to", "w1", 420.0, 60.0)],
        (15, -15, 215), 22.0,
    ),
    "reform": Film(
        [*wire_up(330.0), *over("sos-omni-5f", 290.0)],
        [("to", "w1", 200.0, 35.0), ("to", "c1", 310.0, 25.0)],
        (15, -15, 225), 22.0,
    ),
    "engage": Film(IN_RENAL, [("to", "c1", 222.0, 16.0), ("wait", 0.6)], (5, -15, 215), 22.0),
    "micro-change": Film(
        [
            *wire_up(410.0), *over("cobra-2-5f", 310.0), ("to", "w1", 305.0, 80.0), ("pin", "w1", False),
            ("turn", "c1", 210.0), ("wait", 0.5), ("to", "c1", 237.0, 20.0), ("pin", "w1", True),
            ("to", "w1", 270.0, 10.0), ("to", "c1", 252.0, 10.0), ("out", "w1"),
            ("pick", "microwire-016-angled-180"), ("load", "w2", None), ("to", "w2", 245.0, 100.0),
            ("pick", "microcatheter-2-4f"), ("load", "m1", "w2"), ("to", "m1", 238.0, 100.0),
        ],
        [("to", "w2", 285.0, 20.0), ("to", "m1", 280.0, 20.0), ("to", "w2", 230.0, 50.0)],
        (-10, -8, 195), 22.0,
    ),
}  # fmt: skip


class Hands:
    """The hands of a film on one session; frames are kept while X-rays are on."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.frames: list[NDArray[np.uint8]] = []
        self._is_on = False

    def go(self, seconds: float) -> None:
        """Let time pass."""
        for out in self.session.advance(self.session.now_us + round(seconds * 1e6)):
            if self._is_on and isinstance(out, FrameOut) and out.mode is Mode.FLUORO:
                self.frames.append(out.image)

    def ask(self, name: str, **arguments: Any) -> None:
        """One command."""
        self.session.command(name, arguments)
        self.go(0.06)

    def light(self, is_on: bool) -> None:
        """X-rays on or off."""
        self._is_on = is_on
        self.ask("xray.press" if is_on else "xray.release", pedal="fluoro")

    def do(self, move: Move) -> None:
        """One move of the hands, to its end."""
        kind, *rest = move
        if kind == "pick":
            self.ask("instrument.pick", device=rest[0])
            one = self.session.snapshot()["instruments"]["table"][-1]
            if one["kind"] == "catheter":
                self.ask("instrument.flush", tool=one["tool"])
            if one["coat"]:
                self.ask("instrument.wet", tool=one["tool"])
        elif kind == "load":
            self.ask("instrument.load", tool=rest[0], access=ACCESS, over=rest[1])
        elif kind == "to":
            tool, depth_mm, mm_s = rest
            self.ask("instrument.goal", tool=tool, depth_mm=depth_mm, mm_s=mm_s)
            self._until_still(tool, depth_mm)
        elif kind == "turn":
            self.ask("instrument.move", tool=rest[0], mm=0.0, deg=rest[1])
            self.go(0.3 + abs(rest[1]) / 180.0)
        elif kind == "pin":
            self.ask("instrument.pin", tool=rest[0], on=rest[1])
        elif kind == "out":
            self.ask("instrument.remove", tool=rest[0])
            while rest[0] in self.session.instruments.inside:
                self.go(0.1)
        else:
            self.go(rest[0])

    def _until_still(self, tool: str, depth_mm: float) -> None:
        last = None
        while True:
            self.go(0.2)
            now = self.session.instruments.lying(tool)[1].depth_mm
            if abs(now - depth_mm) < 0.5 or now == last:
                break
            last = now
        self.ask("instrument.halt")


def taken(room: Room, film: Film) -> list[NDArray[np.uint8]]:
    """The pictures of a film."""
    with tempfile.TemporaryDirectory() as folder:
        session = create_session(Path(folder) / "session", room, 1)
        hands = Hands(session)
        x, _, z = room.reference_mm - np.asarray(film.centre_mm, np.float64)
        hands.ask("gantry.goto", pose={"table_x_mm": x, "table_z_mm": z, **film.pose})
        hands.ask("exposure.set", fov_cm=film.fov_cm, pulse_rate=PULSES_HZ)
        hands.ask("patient.breathe", to="out")
        while session.gantry.is_moving:
            hands.go(0.2)
        for move in film.before:
            hands.do(move)
        hands.light(True)
        hands.go(0.5)  # the exposure settles
        hands.frames.clear()
        for move in film.seen:
            hands.do(move)
        hands.go(0.5)
        hands.light(False)
        refused = [e["text"] for e in session.events if e["name"] == "command-refused"]
        places = [
            stack.tip(k)[1] for stack in session.instruments.stacks.values() for k in range(len(stack.lying))
        ]
        print("   ", *refused, "tips in", *places, flush=True)
        session.close()
        return hands.frames


def keep(path: Path, _: Film, frames: Sequence[NDArray[np.uint8]]) -> None:
    """Write a film with two pulses in one picture, as an averaging monitor shows them."""
    pairs = [np.mean(frames[k : k + 2], axis=0).astype(np.uint8) for k in range(0, len(frames) - 1, 2)]
    write(path, pairs, PULSES_HZ / 2, SIDE_PX, MOST_BYTES, (40, 20, 10, 4))


if __name__ == "__main__":
    make(__doc__, FILMS, taken, keep)
