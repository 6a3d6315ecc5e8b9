"""Make the figures of the guide's procedure pages again, from the product's own engine.

    python scripts/make_guide_figures.py src/angiosuite_content/guide [FILE.svg ...]

Pictures are held images of the built-in patients after exposure control has settled; dose is what the same
control asks for; outlines are the patient's own organs and bones, projected. Only labels are drawn by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import guide_drawings  # noqa: F401  (registers its figures)
import numpy as np
from guide_view import (
    HEIGHTS,
    MAKERS,
    PANEL,
    View,
    contrast,
    figure,
    hull,
    mean_of,
    moved,
    outline,
    panels,
    room,
    vertebra,
    voxels,
    widths,
)
from svg_sheet import SOFT, Sheet, save_jpeg

from angiosuite.suite import Room, Session
from angiosuite.suite.collimator import Collimator
from angiosuite.suite.outputs import FrameOut

LIVER, KIDNEY, SACRUM, HIP, FEMUR = 3, 5, 45, 44, 46
SPINE = (41, 42, 43, 52)
FIELDS_CM = (16, 22, 32, 42)
VIEWS = (("RAO 30°", -30.0), ("AP", 0.0), ("LAO 30°", 30.0))

# ---- projections --------------------------------------------------------------------------------


@figure("arterial-access-and-angiography", "groin-landmarks.svg", 500)
def groin(sheet: Sheet) -> None:
    where = room()
    head = np.array(where.body.landmarks["right-femoral-head"])
    view = View(where, head, fov_cm=22)
    sheet.picture(110, 10, 480, view.taken().image, 330)
    femur = voxels(where, FEMUR)
    near = femur[np.linalg.norm(femur - head, axis=1) < 27]
    radius_mm = float(np.percentile(np.linalg.norm(near - head, axis=1), 90))
    middle = view.places(head)[0]
    r = radius_mm * view.pose.sid_mm / view.pose.sod_mm / view.field_mm
    ring = [(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 73)]
    sheet.line(
        [(110 + 480 * (middle[0] + r * c), 10 + 480 * (middle[1] + r * s)) for c, s in ring],
        colour="#ffd166",
        wide=2.5,
        close=True,
    )
    third = [(c, s) for c, s in ring if abs(s) <= 1 / 3]
    band = [p for p in third if p[0] > 0] and sorted([p for p in third if p[0] > 0], key=lambda p: p[1])
    band += sorted([p for p in third if p[0] < 0], key=lambda p: -p[1])
    sheet.line(
        [(110 + 480 * (middle[0] + r * c), 10 + 480 * (middle[1] + r * s)) for c, s in band],
        colour="#ffd166",
        fill="#ffd166",
        close=True,
        opacity=0.4,
    )
    sheet.text(600, 250, "middle third")


@figure("biopsy-and-abscess-drainage", "breath-and-base.svg", 400)
def base(sheet: Sheet) -> None:
    where = room()
    dome = np.array(where.body.landmarks["dome-right"])
    views = [("End of expiration", 0.0), ("30 mm of inspiration", 30.0)]
    view = View(where, dome, fov_cm=32)
    images = [view.taken(breath_mm=breath).image for _, breath in views]
    sheet.width = 500
    placing = panels(sheet, [(name, view) for name, _ in views], images, 220)
    heights = [moved(dome[None], where, "abdomen", breath) for _, breath in views]
    for onto in placing:
        for point, colour in zip(heights, ("#ffd166", "#7fdbff"), strict=True):
            row = view.places(point)[0, 1]
            sheet.line(onto(np.array([[0.1, row], [0.9, row]])), colour=colour, wide=2)
    travel = float(heights[0][0, 2] - heights[1][0, 2])
    sheet.text(10, 320, f"The right dome goes down by {travel:.0f} mm: yellow before, blue after.")
    sheet.height = 340


@figure("central-venous-access", "tip-and-breath.svg", 340)
def tip(sheet: Sheet) -> None:
    where = room()
    carina = np.array(where.body.landmarks["carina"])
    dome = np.array(where.body.landmarks["dome-right"])
    views = [("End of expiration", 0.0), ("30 mm of inspiration", 30.0)]
    view = View(where, 0.5 * (carina + np.array([0, 0, dome[2]])), fov_cm=42)
    images = [view.taken(breath_mm=breath).image for _, breath in views]
    sheet.width = 500
    placing = panels(sheet, [(name, view) for name, _ in views], images, 220)
    for onto, (_, breath) in zip(placing, views, strict=True):
        here = view.places(carina)[0]
        sheet.line(onto(np.array([[0.3, here[1]], [0.7, here[1]]])), colour="#ffd166", wide=2)
        row = view.places(moved(dome[None], where, "abdomen", breath))[0, 1]
        sheet.line(onto(np.array([[0.1, row], [0.6, row]])), colour="#7fdbff", wide=2)
    sheet.text(10, 312, "Yellow: carina. Blue: the right dome, going down.")


@figure("ivc-filter", "caval-landmarks.svg", 500)
def caval(sheet: Sheet) -> None:
    where = room()
    view = View(where, np.array(where.body.landmarks["l2"]), fov_cm=32)
    sheet.picture(110, 10, 480, view.taken().image, 320)
    for name in ("l1", "l2"):
        line = hull(view.places(vertebra(where, name)))
        sheet.line(
            [(110 + 480 * c, 10 + 480 * r) for c, r in line],
            colour="#ffd166",
            fill="#ffd166",
            wide=2,
            close=True,
            opacity=0.25,
        )
        row = view.places(np.array(where.body.landmarks[name]))[0, 1]
        sheet.text(600, 16 + 480 * row, name.upper())
    for name in ("t12", "l3", "l4"):
        row = view.places(np.array(where.body.landmarks[name]))[0, 1]
        if 0 < row < 1:
            sheet.text(600, 16 + 480 * row, name.upper(), colour=SOFT)


@figure("hepatic-chemoembolisation", "liver-views.svg", 310)
def liver(sheet: Sheet) -> None:
    where = room()
    organ, spine = voxels(where, LIVER), voxels(where, *SPINE)
    views = [(name, View(where, mean_of(organ), rotation, sid_mm=960)) for name, rotation in VIEWS]
    placing = panels(sheet, views, [view.taken().image for _, view in views])
    for k, (onto, (_, view)) in enumerate(zip(placing, views, strict=True)):
        there = view.places(organ)
        sheet.line(onto(np.array(outline(there))), colour="#ffd166", wide=2, close=True)
        cells = _cells(there) & _cells(view.places(spine))
        share = 100 * cells.sum() / _cells(there).sum()
        sheet.text(10 + k * (PANEL + 12), 284, f"spine over {share:.0f} % of the liver")


def _cells(places: np.ndarray) -> np.ndarray:
    """Which of 128 × 128 cells of a picture some points fall into."""
    at = (places * 128).astype(int)
    inside = at[((at >= 0) & (at < 128)).all(1)]
    cells = np.zeros((128, 128), bool)
    cells[inside[:, 1], inside[:, 0]] = True
    return cells


@figure("nephrostomy-and-biliary-drainage", "kidney-oblique.svg", 310)
def kidney(sheet: Sheet) -> None:
    where = room()
    left = left_kidney(where)
    views = [
        (n, View(where, mean_of(left), r, 32)) for n, r in (("AP", 0.0), ("LAO 20°", 20.0), ("LAO 30°", 30.0))
    ]
    placing = panels(sheet, views, [view.taken().image for _, view in views])
    for onto, (_, view) in zip(placing, views, strict=True):
        for breath, colour in ((0.0, "#ffd166"), (30.0, "#7fdbff")):
            points = moved(left, where, "kidneys", breath)
            sheet.line(onto(np.array(outline(view.places(points)))), colour=colour, wide=2, close=True)
    travel = float((left - moved(left, where, "kidneys", 30.0))[0, 2])
    sheet.text(
        10,
        290,
        f"Left kidney at the end of expiration (yellow) and in inspiration (blue), {travel:.0f} mm lower.",
    )


@figure("tips", "liver-two-planes.svg", 350)
def two_planes(sheet: Sheet) -> None:
    where = room()
    organ = voxels(where, LIVER)
    views = [
        ("AP", View(where, mean_of(organ), sid_mm=960)),
        ("Lateral", View(where, mean_of(organ), 90, sid_mm=1100)),
    ]
    sheet.width = 500
    placing = panels(sheet, views, [view.taken().image for _, view in views], 220)
    for onto, (_, view) in zip(placing, views, strict=True):
        sheet.line(onto(np.array(outline(view.places(organ)))), colour="#ffd166", wide=2, close=True)
        sheet.line(onto(hull(view.places(vertebra(where, "l1")))), colour="#7fdbff", wide=2, close=True)
    sheet.text(10, 312, "Liver (yellow) and first lumbar vertebra (blue).")
    sheet.height = 330


@figure("uterine-fibroid-embolisation", "pelvis-oblique.svg", 330)
def female(sheet: Sheet) -> None:
    where = room("built-in-woman")
    sacrum = np.array(where.body.landmarks["sacrum"])
    head = np.array(where.body.landmarks["right-femoral-head"])
    target = np.array([0, 0.5 * (sacrum[1] + head[1]), 0.5 * (sacrum[2] + head[2])])
    views = [(name, View(where, target, rotation)) for name, rotation in VIEWS]
    taken = [view.taken() for _, view in views]
    placing = panels(sheet, views, [one.image for one in taken])
    bone, hip = voxels(where, SACRUM), voxels(where, HIP)
    joint = hip[_near(hip, bone, 4.0)]
    for k, (onto, (_, view), one) in enumerate(zip(placing, views, taken, strict=True)):
        for side in (-1, 1):
            points = view.places(joint[joint[:, 0] * side > 0])
            sheet.line(onto(hull(points)), colour="#ffd166", wide=2, close=True)
        sheet.text(10 + k * (PANEL + 12), 284, f"{1000 * one.facts['kar_mgy']:.0f} µGy a frame")
    sheet.text(10, 312, "Yellow: the sacroiliac joints. Air kerma at the reference point, fluoroscopy.")


def _near(points: np.ndarray, others: np.ndarray, within_mm: float) -> np.ndarray:
    from scipy.spatial import cKDTree

    return cKDTree(others).query(points, distance_upper_bound=within_mm)[0] < within_mm


@figure("trauma-embolisation", "pelvis-three-views.svg", 320)
def three_views(sheet: Sheet) -> None:
    where = room()
    tubes = {tube.name: tube for tube in where.phantom("renal-abdominal-tubes").tubes.tubes}
    origins = [tubes[f"{side} internal iliac artery"].line.points_mm[0] for side in ("Right", "Left")]
    target = np.mean(origins, 0)
    views = [
        (n, View(where, target, r, 32, phantom="renal-abdominal-tubes", injections_s=(2.0,)))
        for n, r in VIEWS
    ]
    placing = panels(sheet, views, [view.taken().image for _, view in views])
    for onto, (_, view) in zip(placing, views, strict=True):
        for origin in origins:
            ((x, y),) = onto(view.places(origin))
            sheet.circle(x, y, 9, colour="#ffd166")
    sheet.text(10, 290, "Rings: where the internal iliac arteries of the tube phantom begin.")


@figure("peripheral-arterial-disease", "iliac-obliques.svg", 330)
def iliac(sheet: Sheet) -> None:
    where = room()
    tubes = {tube.name: tube for tube in where.phantom("renal-abdominal-tubes").tubes.tubes}
    line = tubes["Left common iliac artery"].line
    target = line.at(32.0)[0]
    views = [(name, View(where, target, rotation, 16)) for name, rotation in VIEWS]
    shown, words = [], []
    for _, view in views:
        signal = contrast(view, "renal-abdominal-tubes", 2.0)
        shown.append(np.clip(225 - 200 * signal / np.percentile(signal, 99.7), 0, 255).astype(np.uint8))
        along = np.arange(8.0, 47.0, 1.0)
        points = view.places(np.array([line.at(float(a))[0] for a in along]))
        wide = np.array(widths(signal, points * len(signal)))
        narrow = wide[np.abs(along - 32.0) < 3].min()
        whole = np.median(wide[np.abs(along - 32.0) > 10])
        words.append(f"{100 * (1 - narrow / whole):.0f} % by diameter")
    panels(sheet, views, shown)
    for k, text in enumerate(words):
        sheet.text(10 + k * (PANEL + 12), 284, text)
    sheet.text(
        10, 312, "Left common iliac tube, made with a narrowing of 60 %; subtracted, widths at half height."
    )


# ---- curves and bars of dose --------------------------------------------------------------------


def middle_of(where: Room, name: str) -> np.ndarray:
    """A point of the body to look at."""
    if name == "liver":
        return mean_of(voxels(where, LIVER))
    if name == "kidney":
        return mean_of(left_kidney(where))
    if name == "pelvis":
        return np.array([0.0, 0.0, where.body.landmarks["sacrum"][2] - 40])
    return np.array(where.body.landmarks[{"chest": "carina", "abdomen": "l3"}[name]])


def left_kidney(where: Room) -> np.ndarray:
    """Voxels of the left kidney."""
    points = voxels(where, KIDNEY)
    return points[points[:, 0] > 0]


def spent(
    where: Room, target: np.ndarray, rotation_deg: float = 0, fov_cm: float = 42, **more: Any
) -> tuple[float, float]:
    """Air kerma at the reference point, µGy, and kerma–area product, mGy·cm², of one picture."""
    sid_mm = 1200 if abs(rotation_deg) > 60 else 1100
    facts = View(where, target, rotation_deg, fov_cm, sid_mm).taken(**{"kind": "fluoro", **more}).facts
    return 1000 * facts["kar_mgy"], 10 * facts["pka_ugy_m2"]


OPENINGS = (0.25, 0.5, 0.75, 1.0)


def collimated(where: Room, target: np.ndarray) -> tuple[list[float], list[float]]:
    """Side of the open field at the isocentre, cm, and kerma–area product of a pulse, mGy·cm²."""
    view = View(where, target)
    sides, areas = [], []
    for opening in OPENINGS:
        collimator = Collimator()
        collimator.set_blades(dict.fromkeys(("left", "right", "top", "bottom"), opening))
        sides.append(0.1 * opening * view.field_mm * view.pose.sod_mm / view.pose.sid_mm)
        areas.append(10 * view.taken(kind="fluoro", collimator=collimator).facts["pka_ugy_m2"])
    return [round(side, 1) for side in sides], areas


@figure("central-venous-access", "chest-dose.svg")
def chest_dose(sheet: Sheet) -> None:
    where = room()
    sides, areas = collimated(where, middle_of(where, "chest"))
    sheet.curves(
        [(f"{rate:g} pulses/s", sides, [rate * area for area in areas]) for rate in (15, 7.5, 3.75)],
        "side of the collimated field at the isocentre, cm",
        "kerma–area product, mGy·cm²/s",
    )


@figure("nephrostomy-and-biliary-drainage", "flank-dose.svg")
def flank_dose(sheet: Sheet) -> None:
    where = room()
    series = []
    for name in ("liver", "kidney"):
        sides, areas = collimated(where, middle_of(where, name))
        series.append((name, sides, [7.5 * 60 / 1000 * area for area in areas]))
    sheet.curves(
        series,
        "side of the collimated field at the isocentre, cm",
        "Gy·cm²/min at 7.5 pulses/s",
    )


@figure("uterine-fibroid-embolisation", "field-and-zoom.svg")
def zoom(sheet: Sheet) -> None:
    where = room("built-in-woman")
    both = [spent(where, middle_of(where, "pelvis"), fov_cm=fov) for fov in FIELDS_CM]
    kerma, area = ([100 * pair[n] / both[-1][n] for pair in both] for n in (0, 1))
    sheet.curves(
        [("air kerma", FIELDS_CM, kerma), ("kerma × area", FIELDS_CM, area)],
        "field (diagonal of the detector), cm",
        "% of the value at 42 cm",
    )


@figure("peripheral-arterial-disease", "oblique-cost.svg")
def oblique(sheet: Sheet) -> None:
    where = room()
    angles = (0, 15, 30, 45, 60, 75, 90)
    kerma = [spent(where, middle_of(where, "pelvis"), rotation_deg=a, kind="shot")[0] / 1000 for a in angles]
    sheet.curves([("pelvis", angles, kerma)], "rotation from AP, degrees", "air kerma of one frame, mGy")


@figure("tips", "lateral-dose.svg")
def lateral(sheet: Sheet) -> None:
    where = room()
    groups = []
    for name, rotation in (("AP", 0.0), ("RAO 30°", -30.0), ("lateral", 90.0)):
        kerma = spent(where, middle_of(where, "liver"), rotation)[0]
        groups.append((name, [(f"{rate:g} pulses/s", rate * 60 / 1000 * kerma) for rate in (3.75, 7.5, 15)]))
    sheet.bars(groups, "air kerma rate, mGy/min")


@figure("trauma-embolisation", "body-and-dose.svg")
def bodies(sheet: Sheet) -> None:
    groups = []
    for name, patient in (("slim", "built-in-slim"), ("average", None), ("obese", "built-in-obese")):
        where = room(patient)
        kerma = spent(where, middle_of(where, "pelvis"))[0]
        groups.append((f"{name}, {where.body.habitus['mass_kg']:.0f} kg", [("", 7.5 * 60 / 1000 * kerma)]))
    sheet.bars(groups, "air kerma rate at 7.5 pulses/s, mGy/min")


@cache
def run_frame() -> tuple[float, float]:
    """Kerma–area product of one subtraction frame of the abdomen, and of one fluoroscopy pulse, Gy·cm²."""
    session = Session(room(), seed=1)
    session.command("acquisition.set", {"programme": "dsa-body"})
    session.command("xray.press", {"pedal": "acquire"})
    frames = [out for out in session.advance(6_000_000) if isinstance(out, FrameOut)]
    totals = [frame.meta["dose"]["pka_gycm2"] for frame in frames[-6:]]
    return float(np.mean(np.diff(totals))), spent(room(), middle_of(room(), "abdomen"))[1] / 1000


@figure("gastrointestinal-haemorrhage", "run-cost.svg")
def run_cost(sheet: Sheet) -> None:
    frame, _ = run_frame()
    rates = (1, 2, 3, 6)
    sheet.curves(
        [(f"{seconds} s", rates, [seconds * rate * frame for rate in rates]) for seconds in (30, 20, 10)],
        "frames a second",
        "kerma–area product of the run, Gy·cm²",
    )


@figure("hepatic-chemoembolisation", "tace-budget.svg")
def budget(sheet: Sheet) -> None:
    frame, pulse = run_frame()
    groups = [
        (
            f"{rate} a second",
            [("20 min of fluoroscopy", 20 * 60 * 7.5 * pulse), ("6 runs of 15 s", 6 * 15 * rate * frame)],
        )
        for rate in (1, 2, 3, 6)
    ]
    sheet.bars(groups, "kerma–area product, Gy·cm²", stacked=True)


STRAIGHT = tuple(f"{diameter} mm, 300 mg/ml" for diameter in (2, 3, 5))


@figure("dialysis-access-intervention", "stenosis-profile.svg")
def profile(sheet: Sheet) -> None:
    where = room()
    tubes = [t for t in where.phantom("straight-tubes").tubes.tubes if t.name in STRAIGHT]
    middle = np.mean([tube.line.points_mm.mean(0) for tube in tubes], 0)
    view = View(where, middle, fov_cm=16)
    signal = contrast(view, "straight-tubes", 5.0)
    step_mm = view.field_mm / 1024 * view.pose.sod_mm / view.pose.sid_mm
    lines = []
    for tube in sorted(tubes, key=lambda t: t.name):
        column, row = view.places(tube.line.points_mm.mean(0))[0] * 1024
        band = signal[:, int(column) - 150 : int(column) + 150].mean(1)
        at = np.arange(int(row) - 45, int(row) + 46)
        values = band[at] - np.median(
            band[[*range(int(row) - 60, int(row) - 30), *range(int(row) + 30, int(row) + 60)]]
        )
        half = values > 0.5 * values.max()
        known = float(tube.name.split()[0])
        lines.append((f"{known:g} mm reads {half.sum() * step_mm:.1f}", (at - at[0]) * step_mm, values))
    top = max(values.max() for _, _, values in lines)
    ticks = [0, 2, 4, 6, 8]
    sheet.width = 780
    sheet.curves(
        [(name, list(x), list(100 * v / top)) for name, x, v in lines],
        "across the tube, mm",
        "signal, %",
        ticks,
    )


def false_stain() -> np.ndarray:
    """Subtraction with the breath held and free, the two largest differences ringed in the second."""
    from scipy.ndimage import gaussian_filter

    shown = []
    for breath in ("hold", "free"):
        session = Session(room(), 3)
        session.command("patient.breathe", {"to": breath})
        session.command("phantom.set", {"id": "renal-abdominal-tubes"})
        session.advance(500_000)
        session.command("acquisition.set", {"programme": "dsa-body", "matrix": 512})
        session.command("injection.set", {"coupled": True, "injection_delay_s": 1.2})
        session.command("xray.press", {"pedal": "acquire"})
        frames = [
            out.image for out in session.advance(session.now_us + 4_000_000) if isinstance(out, FrameOut)
        ]
        shown.append(frames[8][:512, :512].copy())
    strange = np.abs(gaussian_filter(shown[1].astype(float), 6) - gaussian_filter(shown[0].astype(float), 6))
    strange[:40], strange[-40:], strange[:, :40], strange[:, -40:] = 0, 0, 0, 0
    rows, columns = np.mgrid[:512, :512]
    for _ in range(2):
        row, column = np.unravel_index(int(np.argmax(strange)), strange.shape)
        away = np.hypot(rows - row, columns - column)
        shown[1][np.abs(away - 30) < 1.5] = 255
        strange[away < 90] = 0
    both = np.full((512, 1030), 255, np.uint8)
    both[:, :512], both[:, 518:] = shown
    return both


def main(target: Path, wanted: Sequence[str]) -> None:
    """Make every figure whose page is there, or those that are named."""
    for name, make in MAKERS.items():
        page, file = name.split("/")
        if (target / page).is_dir() and (not wanted or file in wanted):
            sheet = Sheet(720, HEIGHTS[name])
            make(sheet)
            sheet.save(target / page / file)
    page, file = "gastrointestinal-haemorrhage", "false-stain.jpg"
    if (target / page).is_dir() and (not wanted or file in wanted):
        save_jpeg(target / page / file, false_stain())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
