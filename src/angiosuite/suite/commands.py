"""What a person may do in the room, as data: each command's arguments and its effect.

`COMMANDS` is the one table; the socket, the Python face, the manual and the conformance test read it.
A command is checked when it arrives and takes effect at the next 20 ms of simulated time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.kit.errors import WrongUse, did_you_mean
from angiosuite.physics.physiology.breathing import BreathState

from . import measure_commands, run_commands, skin, staff_commands, strip, task_commands
from .arguments import Argument, Choice, Flag, Number, Points, Record, Text
from .circulation import commands as blood_commands
from .collimator import EDGES, Wedge
from .command_table import COMMANDS, checked, command
from .gantry import AXES
from .instruments import commands as instrument_commands
from .remedies import commands as remedy_commands
from .treating.agents import commands as agent_commands
from .treating.balloons import commands as balloon_commands
from .treating.closing import commands as closing_commands
from .treating.coils import commands as coil_commands
from .treating.filters import commands as filter_commands
from .treating.snares import commands as snare_commands
from .treating.stents import commands as stent_commands
from .treating.vacuum import commands as aspiration_commands

if TYPE_CHECKING:
    from .session import Session

__all__ = [
    "COMMANDS",
    "agent_commands",
    "aspiration_commands",
    "balloon_commands",
    "blood_commands",
    "checked",
    "closing_commands",
    "coil_commands",
    "filter_commands",
    "instrument_commands",
    "measure_commands",
    "remedy_commands",
    "run_commands",
    "skin",
    "snare_commands",
    "staff_commands",
    "stent_commands",
    "task_commands",
]

_PEDALS = ("fluoro", "shot", "acquire")
_RATE = Number(-1.0, 1.0)
_SLOT = Text(40)
_FRACTION = Number(0.0, 1.0, default=None)
_POSE: dict[str, Argument] = {
    "rotation_deg": Number(-185.0, 185.0, "deg"),
    "angulation_deg": Number(-90.0, 90.0, "deg"),
    "sid_mm": Number(500.0, 1500.0, "mm"),
    "table_x_mm": Number(-500.0, 500.0, "mm"),
    "table_y_mm": Number(-500.0, 500.0, "mm"),
    "table_z_mm": Number(-1500.0, 1500.0, "mm"),
    "table_tilt_deg": Number(-30.0, 30.0, "deg"),
    "detector_rotation_deg": Number(-180.0, 180.0, "deg"),
}


@command("xray.press", "Press an X-ray pedal", pedal=Choice(_PEDALS), latched=Flag(default=False))
def _press(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.press(a["pedal"], a["latched"])


@command("xray.release", "Let go of the X-ray pedal", pedal=Choice(_PEDALS, default=None))
def _release(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.release(a["pedal"], "released")


@command("xray.high_level", "Hold high-level control", on=Flag())
def _high_level(session: Session, a: Mapping[str, Any]) -> None:
    session.set_high_level(a["on"])


@command("gantry.move", "Drive one axis of gantry or table", axis=Choice(tuple(AXES)), rate=_RATE)
def _gantry_move(session: Session, a: Mapping[str, Any]) -> None:
    session.gantry.move(a["axis"], a["rate"])


@command("gantry.goto", "Travel to a pose", pose=Record(_POSE))
def _gantry_goto(session: Session, a: Mapping[str, Any]) -> None:
    session.gantry.go_to(session.gantry.pose.moved(a["pose"]))


@command("gantry.store", "Store the position under a name", slot=_SLOT)
def _gantry_store(session: Session, a: Mapping[str, Any]) -> None:
    session.gantry.stored = {**session.gantry.stored, a["slot"]: session.gantry.pose}
    session.event("position-stored", {"slot": a["slot"]}, f"Position {a['slot']} stored")


@command("gantry.recall", "Travel to a stored position", slot=_SLOT)
def _gantry_recall(session: Session, a: Mapping[str, Any]) -> None:
    if a["slot"] not in session.gantry.stored:
        raise WrongUse(
            "No position is stored under this name",
            code="slot-unknown",
            where="gantry.recall",
            value=a["slot"],
            way_out=did_you_mean(a["slot"], session.gantry.stored) or "Store one first.",
        )
    session.gantry.go_to(session.gantry.stored[a["slot"]])


@command("gantry.halt", "Stop all movement")
def _gantry_halt(session: Session, a: Mapping[str, Any]) -> None:
    session.gantry.halt()
    for edge in EDGES:
        session.collimator.move(edge, 0.0)


@command("collimator.move", "Drive the collimator's blades", edge=Choice(tuple(EDGES)), rate=_RATE)
def _collimator_move(session: Session, a: Mapping[str, Any]) -> None:
    session.collimator.move(a["edge"], a["rate"])


@command(
    "collimator.set",
    "Place the collimator's blades (fractions of the half field)",
    left=_FRACTION,
    right=_FRACTION,
    top=_FRACTION,
    bottom=_FRACTION,
)
def _collimator_set(session: Session, a: Mapping[str, Any]) -> None:
    session.collimator.set_blades({name: value for name, value in a.items() if value is not None})


@command(
    "wedge.set",
    "Place a wedge filter",
    side=Choice(("left", "right", "top", "bottom")),
    insert=Number(0.0, 1.0),
    angle_deg=Number(-45.0, 45.0, "deg", default=0.0),
)
def _wedge_set(session: Session, a: Mapping[str, Any]) -> None:
    session.collimator.set_wedge(Wedge(a["side"], a["insert"], a["angle_deg"]))


@command(
    "exposure.set",
    "Choose field of view, pulse rate, dose level, grid, matrix",
    fov_cm=Number(5.0, 60.0, "cm", default=None),
    pulse_rate=Number(0.5, 60.0, "1/s", default=None),
    dose_level=Text(20, default=None),
    grid=Flag(default=None),
    frame_size=Choice((512, 1024), default=None),
)
def _exposure_set(session: Session, a: Mapping[str, Any]) -> None:
    session.set_exposure({name: value for name, value in a.items() if value is not None})


@command(
    "display.set",
    "Window, level, edges, recursive filter, harmonisation, inversion",
    window=Number(0.05, 4.0, default=None),
    level=Number(-1.0, 1.0, default=None),
    edge=Number(0.0, 2.0, default=None),
    recursive=Number(0.0, 1.0, default=None),
    harmonise=Number(0.0, 1.0, default=None),
    invert=Flag(default=None),
)
def _display_set(session: Session, a: Mapping[str, Any]) -> None:
    session.set_display({name: value for name, value in a.items() if value is not None})


@command("patient.breathe", "Ask the patient for a breath", to=Choice(("in", "out", "hold", "free")))
def _breathe(session: Session, a: Mapping[str, Any]) -> None:
    told = {"in": BreathState.IN, "out": BreathState.OUT, "hold": BreathState.HOLD, "free": BreathState.FREE}
    session.breathing.tell(told[a["to"]])
    said = {"in": "Breathe in", "out": "Breathe out", "hold": "Stop breathing", "free": "Breathe"}
    session.event("patient-told", {"to": a["to"]}, f"“{said[a['to']]}”")


@command("store.fluoro", "Store the held or last picture")
def _store_fluoro(session: Session, a: Mapping[str, Any]) -> None:
    strip.store_last(session)


@command(
    "store.reference", "Show a stored picture on the reference monitor", index=Number(0, 1e9, whole=True)
)
def _store_reference(session: Session, a: Mapping[str, Any]) -> None:
    strip.set_reference(session, a["index"])


@command("store.remove", "Take a picture out of the strip", index=Number(0, 1e9, whole=True))
def _store_remove(session: Session, a: Mapping[str, Any]) -> None:
    strip.unstore(session, a["index"])


@command(
    "annotate.add",
    "Write on a picture",
    image=Number(0, 1e9, whole=True),
    points=Points(1, 2),
    text=Text(120),
)
def _annotate_add(session: Session, a: Mapping[str, Any]) -> None:
    session.frames_seen.facts(a["image"])
    session.marks.add("annotation", {"image": a["image"], "points": a["points"], "text": a["text"]})


@command("annotate.remove", "Remove an annotation or measurement", id=Number(1, 1e9, whole=True))
def _annotate_remove(session: Session, a: Mapping[str, Any]) -> None:
    session.marks.remove(a["id"])


@command("annotate.undo", "Undo the last change of annotations and measurements")
def _annotate_undo(session: Session, a: Mapping[str, Any]) -> None:
    session.marks.undo()


@command("dose.reset_signal", "Acknowledge the five-minute signal")
def _reset_signal(session: Session, a: Mapping[str, Any]) -> None:
    session.picture.dose.reset_signal()
    session.event("five-minute-signal-reset", {}, "Five-minute signal reset")


@command("session.note", "Write a note into the log", text=Text(500))
def _note(session: Session, a: Mapping[str, Any]) -> None:
    session.event("note", {"text": a["text"]}, a["text"])


@command("session.pause", "Pause: time stands, X-rays off")
def _pause(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.release(None, "paused")
    session.gantry.halt()
    session.paused = True


@command("session.resume", "Go on")
def _resume(session: Session, a: Mapping[str, Any]) -> None:
    session.paused = False


@command(
    "session.branch",
    "Go on from here as a session of its own: X-rays and movement off, panel and display afresh",
    session=Text(200),
    t_us=Number(0, 1e15, whole=True),
    pictures=Choice(("all", "asked")),
)
def _branch(session: Session, a: Mapping[str, Any]) -> None:
    session.forget_pictures()
    _safe(session, {"reason": "branched"})
    session.pictures = a["pictures"]
    session.event(
        "session-branched", {"session": a["session"], "t_us": a["t_us"]}, "From here a session of its own"
    )


@command("session.safe", "Stop X-rays and movement (lost contact, new process)", reason=Text(80))
def _safe(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.release(None, a["reason"])
    session.set_high_level(False)
    session.instruments.halt()
    session.treating.halt()
    for axis in session.gantry.rates:
        session.gantry.move(axis, 0.0)
    for edge in EDGES:
        session.collimator.move(edge, 0.0)
