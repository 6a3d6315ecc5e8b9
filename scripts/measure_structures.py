"""Measure the pedicles of the reference body: `structures.json` beside its volumes.

The isthmus of a pedicle is where a plane cuts the least bone between vertebral body and lamina: all
directions and places about a first guess are tried, on the atlas's own signed distance to bone.
Run: python scripts/measure_structures.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy import ndimage

from angiosuite.anatomy.labelsource import BaseBody, ShippedLabels

LEVELS = {"l2": 14, "l3": 15, "l4": 16}
"""Number of each vertebra in the atlas's volume of bone numbers."""
STEP_MM = 0.6
HALF_MM = 21.0
"""Side of a sample of the cutting plane, and half the plane's side."""


def field_of(base: BaseBody, number: int) -> np.ndarray:
    """Signed distance to one vertebra's surface, mm, negative inside."""
    distance = (base.bone_distance.astype(np.float32) - 128.0) * base.distance_step_mm
    return np.where(base.bone_number == number, distance, 4.0)


def axes_of(medial_deg: float, up_deg: float, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Direction to the front and the plane's two axes, for angles to the midline and to the head."""
    a, b = np.deg2rad(medial_deg), np.deg2rad(up_deg)
    axis = np.array([-side * np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)])
    across = np.cross(axis, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across)
    return axis, across, np.cross(across, axis)


def section(field, base, centre, axis, across, up):
    """The island of bone about a place in a plane: area, middle, moments; None if cut off."""
    t = np.arange(-HALF_MM, HALF_MM + 1e-9, STEP_MM)
    points = centre + t[:, None, None] * up + t[None, :, None] * across
    index = (points - np.array(base.origin_mm)) / base.spacing_mm
    values = ndimage.map_coordinates(field, index[..., ::-1].transpose(2, 0, 1), order=1, mode="nearest")
    parts, count = ndimage.label(values < 0.0)
    if count == 0:
        return None
    middle = len(t) // 2
    near = ndimage.distance_transform_edt(parts == 0, return_indices=True, return_distances=False)
    number = parts[near[0][middle, middle], near[1][middle, middle]]
    k, i = np.nonzero(parts == number)
    if k.min() == 0 or i.min() == 0 or k.max() == len(t) - 1 or i.max() == len(t) - 1:
        return None
    place = np.array([t[i].mean(), t[k].mean()])
    if np.hypot(*place) > 6.0:
        return None
    spread = np.cov(np.stack([t[i], t[k]])) + np.eye(2) * STEP_MM**2 / 12.0
    return len(k) * STEP_MM**2, place, spread


def pedicle_of(field, base, landmark, side):
    """The least section over directions and places."""
    best = None
    guesses = [
        np.array(landmark) + np.array([side * x, y, z])
        for x in (12.0, 15.0) for y in (14.0, 17.0, 20.0, 23.0) for z in (0.0, 4.0, 8.0)
    ]  # fmt: skip
    for medial in np.arange(-5.0, 36.0, 5.0):
        for up in np.arange(-15.0, 31.0, 5.0):
            for guess in guesses:
                best = better(best, field, base, guess, medial, up, side)
    for step in (2.0, 1.0):
        for _ in range(6):
            before = best
            for d_medial in (-step, 0.0, step):
                for d_up in (-step, 0.0, step):
                    for along in (-step, 0.0, step):
                        medial, up = before[2] + d_medial, before[3] + d_up
                        axis, _, _ = axes_of(medial, up, side)
                        best = better(best, field, base, before[1] + along * axis, medial, up, side)
            if best[0] >= before[0]:
                break
    return best


def better(best, field, base, guess, medial, up, side):
    """The smaller of the best section so far and the one here."""
    axis, across, high = axes_of(medial, up, side)
    found = section(field, base, guess, axis, across, high)
    if found is None or found[0] < 40.0 or (best is not None and found[0] >= best[0]):
        return best
    centre = guess + found[1][0] * across + found[1][1] * high
    return found[0], centre, medial, up, found[2]


def main() -> None:
    base = ShippedLabels().load()
    told = {}
    for level, number in LEVELS.items():
        landmark = base.landmarks_mm[level]
        field = field_of(base, number)
        for name, side in (("left", 1), ("right", -1)):
            area, centre, medial, up, spread = pedicle_of(field, base, landmark, side)
            axis, across, high = axes_of(medial, up, side)
            values, vectors = np.linalg.eigh(spread)
            long = vectors[0, 1] * across + vectors[1, 1] * high
            halves = 2.0 * np.sqrt(values[::-1])
            print(f"{level} {name}: {area:.0f} mm2, {medial:.0f} deg medial, {up:.0f} deg to the head, "
                  f"half axes {halves[0]:.1f} {halves[1]:.1f}, {np.round(centre - landmark, 1)}")  # fmt: skip
            told[f"{level}-{name}-pedicle"] = {
                "centre_mm": [round(float(v), 2) for v in centre],
                "axis": [round(float(v), 4) for v in axis],
                "long_axis": [round(float(v), 4) for v in long],
                "half_axes_mm": [round(float(v), 2) for v in halves],
            }
    target = Path(ShippedLabels().folder) / "structures.json"
    target.write_text(json.dumps({"quality": "draft", "pedicles": told}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
