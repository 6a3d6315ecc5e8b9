"""Commands of runs: what the pedal will make, contrast, roadmap, and how a run is looked at afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import run_review
from .arguments import Choice, Flag, Number, Numbers, OrNone, Phases, Text
from .command_table import command

if TYPE_CHECKING:
    from .session import Session

_RUN = Number(1, 100_000, whole=True)
_FRAME = Number(1, 100_000, whole=True)
_SHIFT_PX = Number(-64.0, 64.0, "px")
_SHIFT_MM = Number(-50.0, 50.0, "mm", default=0.0)
_DELAY = Number(0.0, 60.0, "s", default=None)


def _given(a: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in a.items() if value is not None}


@command(
    "acquisition.set",
    "Choose what the acquisition pedal makes: programme, dose level, matrix, phases, mask",
    programme=Text(60, default=None),
    level=Text(20, default=None),
    matrix=Choice((512, 1024), default=None),
    phases=Phases(6, default=None),
    mask_when=Choice(("first", "later"), default=None),
    mask_frame=Number(1, 100, whole=True, default=None),
    mask_count=Number(1, 16, whole=True, default=None),
)
def _acquisition_set(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.choose(_given(a))


@command(
    "injection.set",
    "Couple the injection to the acquisition pedal, with X-ray delay or injection delay",
    coupled=Flag(default=None),
    xray_delay_s=_DELAY,
    injection_delay_s=_DELAY,
)
def _injection_set(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.injection.set(_given(a))


@command("injection.start", "Inject by hand, now")
def _injection_start(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.inject("hand")


@command("phantom.set", "Put a test phantom into the beam, or take it out", id=OrNone(Text(60)))
def _phantom_set(session: Session, a: Mapping[str, Any]) -> None:
    session.set_phantom(a["id"])


@command(
    "patient.shift",
    "The patient moves on the table",
    x_mm=_SHIFT_MM,
    y_mm=_SHIFT_MM,
    z_mm=_SHIFT_MM,
)
def _patient_shift(session: Session, a: Mapping[str, Any]) -> None:
    session.movement.tell((a["x_mm"], a["y_mm"], a["z_mm"]))


@command("patient.restless", "How restless the patient is", level=Number(0.0, 1.0))
def _patient_restless(session: Session, a: Mapping[str, Any]) -> None:
    session.movement.restless = a["level"]


@command("roadmap.make", "The next fluoroscopy makes a roadmap")
def _roadmap_make(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.roadmap.arm()


@command(
    "roadmap.overlay",
    "Lay a run's vessels over live fluoroscopy: one frame, or the peak opacification",
    run=_RUN,
    frame=OrNone(_FRAME),
)
def _roadmap_overlay(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.roadmap.overlay(a["run"], a["frame"])


@command("roadmap.fade", "How strongly the vessels show over fluoroscopy", value=Number(0.0, 1.0))
def _roadmap_fade(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.roadmap.fade = a["value"]


@command("roadmap.off", "End roadmap or overlay")
def _roadmap_off(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.roadmap.off()


@command(
    "run.mask",
    "Choose the mask of a run: the mean of these frames, or none",
    run=_RUN,
    frames=Numbers(1, 100_000, 16),
)
def _run_mask(session: Session, a: Mapping[str, Any]) -> None:
    run_review.set_mask(session, a["run"], a["frames"])


@command("run.shift", "Shift the mask of a run, right and down", run=_RUN, x_px=_SHIFT_PX, y_px=_SHIFT_PX)
def _run_shift(session: Session, a: Mapping[str, Any]) -> None:
    run_review.set_shift(session, a["run"], a["x_px"], a["y_px"])


@command("run.auto_shift", "Find the pixel shift that fits mask and frame", run=_RUN, frame=_FRAME)
def _run_auto_shift(session: Session, a: Mapping[str, Any]) -> None:
    run_review.find_shift_of(session, a["run"], a["frame"])


@command("run.landmark", "Let part of the anatomy come back", run=_RUN, share=Number(0.0, 1.0))
def _run_landmark(session: Session, a: Mapping[str, Any]) -> None:
    share = round(a["share"], 3)
    session.xrays.change_run(a["run"], {"landmark": share}, f"landmark {100 * share:.0f} %")


@command("run.remove", "Take a run out of the list; its frames stay", run=_RUN)
def _run_remove(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.change_run(a["run"], {"removed": True}, "removed")


@command("run.restore", "Bring a removed run back", run=_RUN)
def _run_restore(session: Session, a: Mapping[str, Any]) -> None:
    session.xrays.change_run(a["run"], {"removed": False}, "restored")
