"""Measure what vessel templates hang on, on the reference body: vertebrae, ribs, its arteries.

    python scripts/measure_vessels.py FOLDER

FOLDER holds `spl-arterial-centrelines.json`, derived from the SPL abdominal atlas (3D Slicer part B).
Writes `reference.json` and `hollows.npz` below `angiosuite_content/vessels/_reference`, base millimetres.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from aortic_axis import aortic_axis, pieces
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.labelsource import BaseBody, ShippedLabels

TARGET = Path(__file__).parents[1] / "src/angiosuite_content/vessels/_reference/reference.json"
VERTEBRAE = {**{k: f"t{k}" for k in range(1, 13)}, **{12 + k: f"l{k}" for k in range(1, 6)}}
#: Room between a rib's lower edge and the artery's middle, mm.
UNDER_MM = 2.6
STEP_DEG = 5.0
#: Tissues that no artery runs through: bowel, stomach, disc, lung, bladder, spinal canal, airway.
HOLLOW = (9, 11, 14, 15, 17, 18, 19)
#: Their distance field: every how many voxels, and mm per step of it.
EVERY, HOLLOW_STEP_MM = 2, 0.0625


def main() -> None:
    """Write the reference file."""
    atlas = json.loads((Path(sys.argv[1]) / "spl-arterial-centrelines.json").read_text(encoding="utf-8"))
    base = ShippedLabels().load()
    lines = {
        name.lower().replace(" ", "-"): [[round(v, 1) for v in point] for point in line["points_mm"]]
        for name, line in atlas["vessels"].items()
    }
    for name, (middle, radius) in pieces(*aortic_axis(base)).items():
        lines[name] = [[round(float(v), 1) for v in point] for point in middle]
        shares = np.linspace(0.0, len(radius) - 1.0, 8)
        print(name, "diameters, mm:", (2.0 * np.interp(shares, np.arange(len(radius)), radius)).round(1))
    marks: dict[str, list[float]] = {}
    for number, name in VERTEBRAE.items():
        bone = (base.bone_number == number) & (base.bone_distance < 128) & (base.bone_kind == 1)
        marks[name] = [round(v, 1) for v in _places(base, bone).mean(0)]
    for tissue, name in (
        (4, "spleen"),
        (6, "pancreas"),
        (17, "bladder"),
        (10, "gallbladder"),
        (11, "stomach"),
    ):
        marks[name] = [round(v, 1) for v in _places(base, base.labels == tissue).mean(0)]
    for tissue, name in ((5, "kidney"), (13, "adrenal")):
        places = _places(base, base.labels == tissue)
        for side, sign in (("right", -1.0), ("left", 1.0)):
            own = places[sign * (places[:, 0] - base.midline_mm) > 0.0]
            marks[f"{side}-{name}"] = [round(v, 1) for v in own.mean(0)]
    for side, first, sign in (("right", 40, -1), ("left", 60, 1)):
        for rib in range(3, 13):
            lines[f"{side}-rib-t{rib}"] = _under(base, first + rib, sign)
    _write_hollows(base)
    told = {
        "frame": "base mm: x left, y posterior, z superior, as patients/built-in-adult/base.json",
        "licence": atlas["licence"],
        "landmarks_mm": marks,
        "lines_mm": lines,
    }
    text = json.dumps(told, separators=(",", ":"))
    TARGET.write_text(text.replace('],"', '],\n"').replace('{"', '{\n"') + "\n", encoding="utf-8")


def _places(base: BaseBody, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Base mm of the voxels of a mask."""
    k, j, i = np.nonzero(mask)
    return np.stack([i, j, k], axis=1) * base.spacing_mm + np.asarray(base.origin_mm)


def _write_hollows(base: BaseBody) -> None:
    """Signed distance to the nearest hollow, as a coarse 8-bit field: 128 is the surface, less is inside."""
    hollow = np.isin(base.labels, HOLLOW)
    out = ndimage.distance_transform_edt(~hollow)[::EVERY, ::EVERY, ::EVERY]
    deep = ndimage.distance_transform_edt(hollow)[::EVERY, ::EVERY, ::EVERY]
    signed = (np.where(deep > 0, 0.5 - deep, out - 0.5) * base.spacing_mm).astype(np.float32)
    signed = ndimage.gaussian_filter(signed, 0.6)
    steps = np.clip(np.rint(signed / HOLLOW_STEP_MM / 4.0) * 4 + 128, 0, 255).astype(np.uint8)
    np.savez_compressed(
        TARGET.with_name("hollows.npz"),
        distance=steps,
        origin_mm=np.asarray(base.origin_mm),
        spacing_mm=np.asarray(EVERY * base.spacing_mm),
        step_mm=np.asarray(HOLLOW_STEP_MM),
    )


def _under(base: BaseBody, number: int, sign: int) -> list[list[float]]:
    """Line along the lower inner edge of a rib, from its head to the front."""
    places = _places(base, (base.bone_number == number) & (base.bone_distance < 128) & (base.bone_kind == 7))
    middle = np.array([base.midline_mm, 205.0])
    about = places[:, :2] - middle
    angle = np.degrees(np.arctan2(sign * about[:, 0], about[:, 1]))  # 0 behind, 90 at the side, 180 in front
    reach = np.linalg.norm(about, axis=1)
    rows = []
    for low in np.arange(20.0, 150.0, STEP_DEG):
        here = (angle >= low) & (angle < low + STEP_DEG)
        if here.sum() < 12:
            continue
        bottom = float(np.percentile(places[here, 2], 4))
        edge = here & (places[:, 2] < bottom + 4.0)
        inner = float(np.percentile(reach[edge], 45))
        turn = np.radians(low + 0.5 * STEP_DEG)
        rows.append(
            [middle[0] + sign * inner * np.sin(turn), middle[1] + inner * np.cos(turn), bottom - UNDER_MM]
        )
    line = ndimage.gaussian_filter1d(np.array(rows), 1.2, axis=0, mode="nearest")
    return [[round(float(v), 1) for v in row] for row in line]


if __name__ == "__main__":
    main()
