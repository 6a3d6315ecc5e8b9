"""Drawings of geometry for the guide's figures: beams, distances, angles; numbers from the machine."""

from __future__ import annotations

import numpy as np
from guide_view import figure, room
from svg_sheet import COLOURS, INK, LINE, SOFT, Sheet


@figure("biopsy-and-abscess-drainage", "angle-and-depth.svg")
def angle(sheet: Sheet) -> None:
    depths = list(range(20, 121, 20))
    sheet.curves(
        [(f"{error}°", depths, [d * np.tan(np.deg2rad(error)) for d in depths]) for error in (5, 2, 1)],
        "depth of the target, mm",
        "miss, mm",
    )


@figure("arterial-access-and-angiography", "detector-distance.svg", 480)
def distance(sheet: Sheet) -> None:
    where = room()
    home = where.gantry.home
    thick = where.body.habitus["ap_thickness_mm"]
    for k, (name, sid) in enumerate((("detector close", 960.0), ("detector far", 1200.0))):
        facts = where.expose(home.moved({"sid_mm": sid}), kind="fluoro").facts
        x, scale, base = 190 + 350 * k, 0.32, 440.0

        def up(mm: float, base: float = base, scale: float = scale) -> float:
            return base - scale * mm

        half = 0.5 * 297 * scale
        sheet.line(
            [(x, up(0)), (x - half, up(sid)), (x + half, up(sid))],
            colour=COLOURS[0],
            fill=COLOURS[0],
            close=True,
            opacity=0.12,
        )
        sheet.line([(x - half, up(sid)), (x + half, up(sid))], wide=6)
        ring = np.linspace(0, 2 * np.pi, 60)
        middle = home.sod_mm
        sheet.line(
            [(x + 175 * scale * np.cos(a), up(middle + 0.5 * thick * np.sin(a))) for a in ring],
            close=True,
            fill="#e9d9c8",
            opacity=0.6,
        )
        back = up(middle - 0.5 * thick) + 4
        sheet.line([(x - 90, back), (x + 90, back)], wide=4, colour=SOFT)
        sheet.line([(x - 40, up(middle - 150)), (x + 40, up(middle - 150))], colour=COLOURS[1], dash="4 3")
        sheet.circle(x, up(0), 6, fill=INK)
        sheet.text(x, 30, f"{name}: {sid:.0f} mm from the focus", anchor="middle")
        sheet.text(
            x + 46, up(middle - 150) + 24, f"{1000 * facts['kar_mgy']:.1f} µGy a pulse", colour=COLOURS[1]
        )
    sheet.text(
        360,
        470,
        "dashed: the reference point, 150 mm before the isocentre; detector signal kept the same",
        size=14,
        colour=SOFT,
        anchor="middle",
    )


@figure("ivc-filter", "caval-magnification.svg", 560)
def magnification(sheet: Sheet) -> None:
    home = room().gantry.home
    for k, sid in enumerate((960.0, 1200.0)):
        x, scale, base = 180 + 360 * k, 0.3, 420.0
        sheet.circle(x, base, 6, fill=INK)
        sheet.text(x, 30, f"detector {sid:.0f} mm from the focus", anchor="middle")
        sheet.line([(x - 130, base - scale * sid), (x + 130, base - scale * sid)], wide=6)
        for number, height in enumerate((50.0, 0.0, -50.0)):
            y = base - scale * (home.sod_mm + height)
            shadow = 28 * sid / (home.sod_mm + height)
            measured = 28 * home.sod_mm / (home.sod_mm + height)
            wide = 4.0
            sheet.line([(x - 14 * wide, y), (x + 14 * wide, y)], colour=COLOURS[number], wide=4)
            for side in (-1, 1):
                sheet.line(
                    [(x, base), (x + side * 0.5 * shadow * wide, base - scale * sid)],
                    colour=COLOURS[number],
                    wide=1,
                    dash="4 3",
                )
            where = (
                "at the isocentre"
                if height == 0
                else f"{abs(height):.0f} mm {'above' if height > 0 else 'below'}"
            )
            words = f"{where}: shadow {shadow:.1f} mm, reads {measured:.1f} mm"
            sheet.text(x, 452 + 22 * number, words, size=13, colour=COLOURS[number], anchor="middle")
    sheet.text(
        360,
        540,
        "a width of 28 mm (drawn wider); the scale is set at the isocentre",
        size=14,
        colour=SOFT,
        anchor="middle",
    )


@figure("dialysis-access-intervention", "operator-hands.svg", 380)
def hands(sheet: Sheet) -> None:
    sheet.line([(40, 200), (330, 200), (330, 300), (40, 300)], close=True, fill="#e9e9e4", colour=LINE)
    sheet.line(
        [(220, 200), (220, 60), (250, 60), (250, 200)], close=True, fill="#e9d9c8", colour=SOFT, opacity=0.8
    )
    sheet.text(60, 256, "table and patient", colour=SOFT)
    field = (235.0, 130.0)
    sheet.circle(*field, 16, colour=COLOURS[1], fill="#f3d9c8")
    sheet.text(235, 46, "field on the arm", anchor="middle")
    parts = (("hand", 0.25, 312.0, 130.0), ("eye", 0.75, 460.0, 60.0), ("ankle", 1.3, 560.0, 300.0))
    for part, metres, x, y in parts:
        sheet.line([field, (x, y)], colour=COLOURS[0], dash="5 4")
        sheet.circle(x, y, 8, colour=COLOURS[0], fill=COLOURS[0])
        share = 100 * (0.25 / metres) ** 2
        words = "100 %" if part == "hand" else f"{share:.0f} % of the hand"
        sheet.text(x + 14, y + 4, f"{part}, {100 * metres:.0f} cm")
        sheet.text(x + 14, y + 23, words, size=14, colour=SOFT)
    sheet.text(
        40,
        356,
        "Inverse square of the distance alone, before any shield; distances are examples.",
        colour=SOFT,
    )
