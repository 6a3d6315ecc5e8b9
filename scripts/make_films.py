"""Make the films of docs/films again: contrast in the built-in patient, as animated WebP.

    python scripts/make_films.py docs/films [--only NAME …] [--sheets FOLDER]

Everything is computed by the product itself: the patient is told to breathe out, the injector is filled,
purged, looked at and armed, and the acquisition pedal injects after a delay of a second. With `--sheets` a
contact sheet of each film is written too, to look at.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from film_reel import make, write
from numpy.typing import NDArray

from angiosuite.suite import Room, Session
from angiosuite.suite.opening import create_session
from angiosuite.suite.outputs import FrameOut, Mode

SIDE_PX = 400
MOST_BYTES = 1_500_000


@dataclass(frozen=True, slots=True)
class Film:
    """One film: where the tip lies, what is injected, where the beam points, how long."""

    device: str
    vessel: str
    at_mm: float
    centre_mm: tuple[float, float, float]
    rate_ml_s: float
    volume_ml: float
    seconds: float
    rise_s: float = 0.0
    rate_hz: float = 3.0
    fov_cm: float = 42.0
    breath: str = "out"
    medium: str = "iohexol-300"
    gas_ml: float = 0.0
    pose: Mapping[str, float] = field(default_factory=dict)


FILMS = {
    "aortogram": Film("pigtail-5f", "abdominal-aorta", 12.0, (12, -20, 180), 15.0, 30.0, 7.0, rate_hz=6.0),
    "coeliac-to-portal": Film(
        "rosch-coeliac-5f", "coeliac-trunk", 20.0, (10, -30, 225), 6.0, 30.0, 20.0, rise_s=0.3
    ),
    "renal": Film(
        "cobra-2-5f", "right-renal-artery", 24.0, (-25, -5, 195), 5.0, 10.0, 11.0, rise_s=0.3, fov_cm=32.0
    ),
    "reflux": Film(
        "cobra-2-5f", "inferior-mesenteric-artery", 20.0, (5, -25, 125), 9.0, 12.0, 5.0, rate_hz=6.0,
        fov_cm=32.0,
    ),
    "pelvis": Film("pigtail-5f", "abdominal-aorta", 140.0, (0, -25, 45), 10.0, 20.0, 9.0),
    "breathing": Film(
        "cobra-2-5f", "right-renal-artery", 24.0, (-25, -5, 195), 5.0, 10.0, 7.0, rise_s=0.3, breath="free"
    ),
    "carbon-dioxide": Film(
        "omni-flush-5f", "abdominal-aorta", 120.0, (0, -25, 70), 1.0, 1.0, 6.0, rate_hz=6.0, gas_ml=30.0,
        medium="carbon-dioxide",
    ),
    "pulmonary": Film(
        "pigtail-5f", "pulmonary-trunk", 25.0, (10, -30, 385), 20.0, 40.0, 9.0, rate_hz=6.0
    ),
}  # fmt: skip


def ready(room: Room, film: Film, folder: Path) -> Session:
    """A session at the moment before the pedal."""
    session = create_session(folder, room, 7)
    x, _, z = room.reference_mm - np.asarray(film.centre_mm, np.float64)
    place = {"device": film.device, "vessel": film.vessel, "at_mm": film.at_mm}
    setting = {
        "rate_ml_s": film.rate_ml_s,
        "volume_ml": film.volume_ml,
        "rise_s": film.rise_s,
        "limit_psi": 1000,
    }
    steps: list[tuple[str, dict[str, Any]]] = [
        ("gantry.goto", {"pose": {"table_x_mm": x, "table_z_mm": z, **film.pose}}),
        ("exposure.set", {"fov_cm": film.fov_cm}),
        ("catheter.place", place),
        ("acquisition.set", {"programme": "dsa-body", "matrix": 512, "phases": [[film.rate_hz, None]]}),
        ("injection.set", {"coupled": film.gas_ml == 0.0, "injection_delay_s": 1.0}),
    ]
    if film.gas_ml:
        steps += [("gas.fill", {"ml": film.gas_ml}), ("gas.purge", {}), ("gas.purge", {})]
    else:
        steps += [("injector.fill", {"medium": film.medium}), ("injector.purge", {}), ("injector.check", {})]
        steps += [("injector.set", setting), ("injector.arm", {})]
    session.command("patient.breathe", {"to": film.breath})
    for name, arguments in steps:
        session.command(name, arguments)
        pictures(session, 0.1)
    while session.gantry.is_moving or session.now_us < 3_000_000:
        pictures(session, 0.2)
    return session


def pictures(session: Session, seconds: float) -> list[NDArray[np.uint8]]:
    """Pictures of a run that a session gives in some simulated seconds."""
    out = session.advance(session.now_us + round(seconds * 1e6))
    return [o.image for o in out if isinstance(o, FrameOut) and o.mode is Mode.RUN]


def taken(room: Room, film: Film) -> list[NDArray[np.uint8]]:
    """The pictures of a film, from just before the contrast on."""
    with tempfile.TemporaryDirectory() as folder:
        session = ready(room, film, Path(folder) / "session")
        session.command("xray.press", {"pedal": "acquire"})
        found: list[NDArray[np.uint8]] = []
        given = film.gas_ml == 0.0
        while len(found) < (film.seconds + 1.0) * film.rate_hz:
            found += pictures(session, 0.25)
            if not given and len(found) >= film.rate_hz:
                session.command("gas.inject", {"ml": film.gas_ml})
                given = True
        session.command("xray.release", {})
        pictures(session, 0.3)
        print("   ", *[e["text"] for e in session.events][-4:], sep=" | ")
    return found[round(0.7 * film.rate_hz) :]


def keep(path: Path, film: Film, frames: list[NDArray[np.uint8]]) -> None:
    """Write a film at its own rate."""
    write(path, frames, film.rate_hz, SIDE_PX, MOST_BYTES, (70, 55, 40, 28, 18))


if __name__ == "__main__":
    make(__doc__, FILMS, taken, keep)
