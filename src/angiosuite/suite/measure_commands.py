"""Commands that measure on a picture: length, angle, stenosis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.imaging.stenosis import measure

from . import measuring, run_review
from .arguments import Choice, Number, Points, Record
from .command_table import command

if TYPE_CHECKING:
    from .session import Session

_IMAGE = Number(0, 1e9, whole=True)
_CALIBRATION = Record(
    {
        "kind": Choice(("isocentre", "known", "height", "marker")),
        "length_mm": Number(0.1, 1000.0, "mm"),
        "points": Points(2, 2),
        "height_mm": Number(0.0, 600.0, "mm"),
        "spacing_mm": Number(0.1, 200.0, "mm"),
        "count": Number(1, 200, whole=True),
    },
    default=None,
)


def _scale(session: Session, image: int, calibration: Mapping[str, Any] | None) -> float | None:
    facts = session.frames_seen.facts(image)
    return measuring.mm_per_px(calibration, facts, session.room.table_below_mm)


@command(
    "measure.add",
    "Measure a length on a picture",
    image=_IMAGE,
    points=Points(2, 20),
    calibrated=_CALIBRATION,
)
def _measure_add(session: Session, a: Mapping[str, Any]) -> None:
    found = measuring.length(a["points"], _scale(session, a["image"], a["calibrated"]))
    mark = {"image": a["image"], "points": a["points"], "calibrated": a["calibrated"], **found}
    item = session.marks.add("measurement", mark)
    mm = found["length_mm"]
    shown = f"{found['length_px']:.0f} px" if mm is None else f"{mm:.1f} mm"
    session.event("measured", {"id": item["id"], "image": a["image"], **found}, f"Measured {shown}")


@command("measure.angle", "Measure an angle: three points, or two lines", image=_IMAGE, points=Points(3, 4))
def _measure_angle(session: Session, a: Mapping[str, Any]) -> None:
    session.frames_seen.facts(a["image"])
    degrees = round(measuring.angle_deg(a["points"]), 2)
    item = session.marks.add("angle", {"image": a["image"], "points": a["points"], "angle_deg": degrees})
    facts = {"id": item["id"], "image": a["image"], "angle_deg": degrees}
    session.event("measured", facts, f"Measured {degrees:.0f}°")


@command(
    "measure.stenosis",
    "Measure a stenosis along a vessel",
    image=_IMAGE,
    points=Points(2, 20),
    calibrated=_CALIBRATION,
)
def _measure_stenosis(session: Session, a: Mapping[str, Any]) -> None:
    scale = _scale(session, a["image"], a["calibrated"])
    found = measure(run_review.logs_of_image(session, a["image"]), a["points"], scale).as_dict()
    mark = {"image": a["image"], "points": a["points"], "calibrated": a["calibrated"], **found}
    item = session.marks.add("stenosis", mark)
    facts = {name: value for name, value in found.items() if not isinstance(value, list)}
    text = f"Stenosis {found['diameter_percent']:.0f} % of the diameter"
    session.event("measured", {"id": item["id"], "image": a["image"], **facts}, text)
