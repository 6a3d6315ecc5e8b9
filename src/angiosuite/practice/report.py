"""A debrief as a PDF: what was asked and reached, what it cost, what to practise; some pages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from angiosuite.kit.errors import AngiosuiteError

from .attempt import AttemptFolder

INK, SOFT, LINE, BAD, OK = (
    colors.HexColor(x) for x in ("#14181d", "#5b6670", "#c9d0d6", "#b3261e", "#14704a")
)
PLAIN, BOLD = "Vera", "VeraBd"
"""Fonts that come with the PDF library and hold the signs of the field (µ, ², ·, ≤)."""
WIDTH = A4[0] - 36 * mm
FOOT = (
    "Practice in a simulated suite. It is no certificate and says nothing about work on patients; "
    "what the score cannot tell is in the documentation."
)


def report_pdf(debrief: Mapping[str, Any], folder: AttemptFolder) -> bytes:
    """A debrief as PDF bytes.

    Parameters
    ----------
    debrief : mapping
        As the debrief's route tells it, with its score.
    folder : AttemptFolder
        For the picture of the costliest fault.
    """
    _fonts()
    out = io.BytesIO()
    attempt = debrief["attempt"]
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=f"{attempt['title']}: debrief",
        author="Angiosuite",
        subject="Debrief of a drill in a simulated angiography suite",
    )
    parts = [
        *_head(debrief),
        *_goals(debrief["score"]),
        *_faults(debrief["score"], folder),
        *_dose(debrief),
        *_words(debrief),
    ]
    document.build(parts, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


@cache
def _fonts() -> None:
    place = Path(reportlab.__file__).parent / "fonts"
    for name, file in ((PLAIN, "Vera.ttf"), (BOLD, "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(place / file)))


def _style(size: float = 9.0, font: str = PLAIN, colour: Any = INK, space: float = 0.0) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}-{colour}",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        textColor=colour,
        spaceBefore=space,
    )


def _text(words: object, style: ParagraphStyle | None = None) -> Paragraph:
    return Paragraph(escape(str(words)), style or _style())


def _title(words: str) -> Paragraph:
    return _text(words, _style(11, BOLD, space=10))


def _head(debrief: Mapping[str, Any]) -> list[Flowable]:
    attempt, score = debrief["attempt"], debrief["score"]
    errors = score["gate"]["errors"]
    verdict = "Passed" if score["passed"] else "Not passed"
    if errors:
        verdict += f": {len(errors)} critical error{'s' if len(errors) > 1 else ''}"
    facts = (
        f"{attempt['on'][:16].replace('T', ' ')} UTC · {attempt['patient']['title']} · "
        f"{attempt['mode']} mode · help level {score['help']['level']} · "
        f"{score.get('input_device') or 'input device not told'} · "
        f"{clock(debrief['timeline']['end_us'])} min (shown, never scored)"
    )
    parts = ", ".join(
        f"{part['title'].lower()} {part['points']:g} of {part['of']:g}" for part in score["parts"]
    )
    colour = OK if score["passed"] else BAD
    notices = [_text(f"Note: {one}", _style(8, colour=SOFT)) for one in debrief["notices"]]
    case = debrief["drill"]["case"]
    level = [] if case is None else [_text(f"{case['level_title']}: {case['about']}", _style(9, colour=SOFT))]
    return [
        _text(attempt["title"], _style(16, BOLD)),
        *level,
        _text(facts, _style(8, colour=SOFT)),
        Spacer(1, 4 * mm),
        _text(f"{verdict} · {score['score']:g} of {score['of']:g} ({parts})", _style(12, BOLD, colour)),
        *notices,
    ]


def _goals(score: Mapping[str, Any]) -> list[Flowable]:
    rows = [
        (
            goal["text"],
            f"{_number(goal['value'])} {goal['unit'] or ''}".strip(),
            goal["wanted"],
            {"met": "met", "missed": "missed", "not-judged": "not judged"}[goal["state"]],
            f"{goal['points']:g} / {goal['of']:g}",
        )
        for goal in score["goals"]
    ]
    return [
        _title("Goals"),
        _table(("Goal", "Reached", "Wanted", "State", "Points"), rows, (0.46, 0.15, 0.19, 0.1, 0.1)),
    ]


def _faults(score: Mapping[str, Any], folder: AttemptFolder) -> list[Flowable]:
    faults = score["faults"]
    if not faults:
        return [_title("Faults"), _text("None: no point was lost.")]
    rows = [
        (
            "" if one["t_us"] is None else clock(one["t_us"]),
            f"{one['text']}. {one['why']}".replace("..", "."),
            "gate" if one["kind"] == "critical" else f"−{one['points_lost']:g}",
            f"{one['measure']} v{one['version']}",
        )
        for one in faults
    ]
    shown: list[Flowable] = [
        _title("Faults"),
        _table(("At", "What and why", "Points", "Measure"), rows, (0.08, 0.62, 0.1, 0.2)),
    ]
    picture = _picture(next((one for one in faults if one.get("frame")), None), folder)
    return [*shown, *([KeepTogether(picture)] if picture else [])]


def _picture(fault: Mapping[str, Any] | None, folder: AttemptFolder) -> list[Flowable]:
    if fault is None:
        return []
    try:
        jpeg = folder.session.frame_jpeg(int(fault["frame"]))
    except (AngiosuiteError, ValueError):
        return []
    side = 62 * mm
    caption = f"Picture {fault['frame']} at {clock(fault['t_us'])}: {fault['text']}"
    return [
        Spacer(1, 3 * mm),
        Image(io.BytesIO(jpeg), side, side, hAlign="LEFT"),
        _text(caption, _style(8, colour=SOFT)),
    ]


def _dose(debrief: Mapping[str, Any]) -> list[Flowable]:
    dose = debrief["dose"]
    skin, staff = dose.get("skin") or {}, dose.get("staff") or {}
    rows: list[Sequence[str]] = [
        ("Kerma at the reference point", f"{dose['kar_mgy']:.1f} mGy"),
        ("Kerma-area product", f"{dose['pka_gycm2']:.2f} Gy·cm²"),
        ("Fluoroscopy time", f"{dose['fluoro_s'] / 60:.1f} min"),
        ("Runs, and their share of the kerma", f"{dose['runs']}, {dose['from_runs_percent']} %"),
    ]
    if skin.get("peak_mgy") is not None:
        rows.append(("Peak skin dose", f"{skin['peak_mgy']:.1f} mGy"))
    for who, kinds in staff.items():
        if isinstance(kinds, Mapping) and "chest_usv" in kinds:
            rows.append(
                (
                    f"{who.capitalize()}: eye, chest, hand",
                    " · ".join(f"{kinds[k]:.2f} µSv" for k in _KINDS if k in kinds),
                )
            )
    shown: list[Flowable] = [_title("Dose"), _table(("Quantity", "Value"), rows, (0.55, 0.45))]
    band = debrief["reference"]["band"]
    if band:
        lines = [
            (
                one["title"],
                f"{_number(one['you'])} {one['unit']}",
                f"{one['low']:g} to {one['high']:g}",
                f"{one['median']:g}",
                str(one["n"]),
            )
            for one in band
        ]
        shown += [
            _title(f"Beside: {debrief['reference']['operator']}"),
            _table(("Measure", "You", "10th to 90th", "Median", "Runs"), lines, (0.4, 0.2, 0.2, 0.1, 0.1)),
        ]
    return shown


_KINDS = ("eye_usv", "chest_usv", "hand_usv")


def _words(debrief: Mapping[str, Any]) -> list[Flowable]:
    shown: list[Flowable] = []
    if debrief["next"]:
        shown.append(_title("Next practice"))
        shown += [_text(f"{one['title']} ({one['minutes']} min): {one['reason']}") for one in debrief["next"]]
    if debrief["takeaways"]:
        shown.append(_title("Takeaways"))
        shown += [_text(f"{number}. {one}") for number, one in enumerate(debrief["takeaways"], 1)]
    if debrief["notes"]:
        shown.append(_title("Notes"))
        shown += [
            _text(f"{clock(one['t_us'])} {one['by']}: {one['text']}".replace(" :", ":"))
            for one in debrief["notes"]
        ]
    return shown


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], shares: Sequence[float]) -> Table:
    cells = [
        [_text(x, _style(8, BOLD, SOFT)) for x in head],
        *([_text(x, _style(8.5)) for x in row] for row in rows),
    ]
    table = Table(cells, colWidths=[WIDTH * share for share in shares], repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return table


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(PLAIN, 6.5)
    canvas.setFillColor(SOFT)
    canvas.drawString(18 * mm, 10 * mm, FOOT)
    canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(document.page))
    canvas.restoreState()


def _number(value: object) -> str:
    if value is None:
        return "not judged"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def clock(t_us: int | None) -> str:
    """Minutes and seconds of simulated time."""
    seconds = int(t_us or 0) // 1_000_000
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
