"""The shortest way from nothing to a picture: a patient, a room, one exposure."""

import sys
from pathlib import Path

import numpy as np
import simplejpeg

from angiosuite.suite import Patient, Pose, Room


def main(target: Path) -> None:
    """Take an AP picture of the abdomen and an oblique one of the pelvis, and say what they cost."""
    room = Room.of(Patient.builtin())
    views = {
        "abdomen-ap": Pose(sid_mm=1100, sod_mm=785),
        "pelvis-lao30": Pose(rotation_deg=30, sid_mm=1100, table_z_mm=180, sod_mm=785),
    }
    for name, pose in views.items():
        picture = room.expose(pose, fov_cm=42, kind="held")
        jpeg = simplejpeg.encode_jpeg(np.ascontiguousarray(picture.image)[:, :, None], colorspace="GRAY")
        (target / f"{name}.jpg").write_bytes(jpeg)
        technique = picture.facts["technique"]
        dose = f"{picture.facts['kar_mgy']:.4f} mGy a pulse"
        print(f"{name}: {technique['kv']} kV, {technique['cu_mm']} mm Cu, {dose}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
