"""Make the pictures of docs/pictures again: the built-in patients, and a real CT where it is at hand.

    python scripts/make_pictures.py docs/pictures [--ct FOLDER_OR_ZIP] [--native NIFTI]

Everything is computed by the product itself: exposure control settled, held image of the last pulses.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import simplejpeg

from angiosuite.suite import Patient, Pose, Room

POSES = {
    "abdomen": Pose(sod_mm=785, sid_mm=1100),
    "pelvis": Pose(sod_mm=785, sid_mm=1100, table_z_mm=190),
    "chest": Pose(sod_mm=785, sid_mm=1100, table_z_mm=-300),
    "groin": Pose(sod_mm=785, sid_mm=1100, table_z_mm=250, table_x_mm=70),
    "oblique": Pose(sod_mm=785, sid_mm=1150, rotation_deg=30),
    "lateral": Pose(sod_mm=785, sid_mm=1200, rotation_deg=90),
}


def save(path: Path, rows: list[list[np.ndarray]]) -> None:
    """Write a montage of equally large pictures, two dark pixels between."""
    gap = 2
    height, width = rows[0][0].shape
    sheet = np.zeros((len(rows) * (height + gap) - gap, len(rows[0]) * (width + gap) - gap), np.uint8)
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            y, x = r * (height + gap), c * (width + gap)
            sheet[y : y + height, x : x + width] = picture
    path.write_bytes(simplejpeg.encode_jpeg(sheet[:, :, None], quality=82, colorspace="GRAY"))
    print(path, sheet.shape)


def main() -> None:
    """Parse the command line and make every picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("--ct", type=Path, help="a CT with contrast (folder or zip)")
    parser.add_argument("--native", type=Path, help="a native CT (NIfTI)")
    parser.add_argument("--spacing", type=float, default=1.2, help="voxels of the built-in patients, mm")
    given = parser.parse_args()
    given.target.mkdir(parents=True, exist_ok=True)
    average = Room.of(Patient.builtin(spacing_mm=given.spacing))
    shown = {name: average.expose(pose).image for name, pose in POSES.items()}
    names = list(POSES)
    save(given.target / "built-in-adult.jpg", [[shown[n] for n in names[:3]], [shown[n] for n in names[3:]]])
    bodies = []
    for patient_id in ("built-in-slim", "built-in-adult", "built-in-obese", "built-in-woman"):
        room = average if patient_id == "built-in-adult" else Room.of(Patient.builtin(patient_id, 1.5))
        made = room.expose(POSES["abdomen"])
        technique = made.facts["technique"]
        print(
            f"{patient_id}: {technique['kv']} kV, {technique['cu_mm']} mm Cu, "
            f"{made.facts['kar_mgy'] * 15 * 60:.1f} mGy/min at 15/s"
        )
        bodies.append(made.image)
    save(given.target / "four-bodies.jpg", [bodies])
    levels = [
        average.expose(POSES["pelvis"], kind="fluoro", dose_level=level).image for level in ("low", "high")
    ]
    shot = average.expose(POSES["pelvis"], kind="shot").image
    save(given.target / "dose-levels.jpg", [[*levels, shot]])
    beside = [shown["abdomen"]]
    for path in (given.ct, given.native):
        if path is not None:
            beside.append(Room.of(Patient.imported(path)).expose(Pose(sod_mm=785, sid_mm=1100)).image)
    if len(beside) > 1:
        save(given.target / "beside-a-real-ct.jpg", [beside])


if __name__ == "__main__":
    main()
