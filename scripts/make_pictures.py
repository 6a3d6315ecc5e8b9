"""Make the pictures of docs/pictures again: the built-in patients, and a real CT where it is at hand.

    python scripts/make_pictures.py docs/pictures [--ct FOLDER_OR_ZIP] [--native NIFTI]

Everything is computed by the product itself: exposure control settled, held image of the last pulses.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import simplejpeg

from angiosuite.suite import Patient, Pose, Room, Session
from angiosuite.suite.outputs import FrameOut

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


def taken(session: Session, seconds: float) -> list[np.ndarray]:
    """Pictures that a session gives in some simulated seconds, 512 × 512."""
    out = session.advance(session.now_us + round(seconds * 1e6))
    pictures = [o.image for o in out if isinstance(o, FrameOut)]
    return [p if len(p) == 512 else p.reshape(512, 2, 512, 2).mean(axis=(1, 3)) for p in pictures]


def with_phantom(room: Room, breath: str) -> Session:
    """A session with the tubes of the abdomen in the beam and the patient told to hold or to breathe."""
    session = Session(room, 3)
    session.command("patient.breathe", {"to": breath})
    session.command("phantom.set", {"id": "renal-abdominal-tubes"})
    taken(session, 0.5)
    return session


def runs(target: Path, room: Room) -> None:
    """DSA of the test phantom with the breath held and without, and a roadmap from mask to fade."""
    rows = []
    for breath in ("hold", "free"):
        session = with_phantom(room, breath)
        session.command("acquisition.set", {"programme": "dsa-body", "matrix": 1024})
        session.command("injection.set", {"coupled": True, "injection_delay_s": 1.2})
        session.command("xray.press", {"pedal": "acquire"})
        frames = taken(session, 4.0)
        rows.append([frames[k] for k in (0, 7, 8, 11)])
    save(target / "dsa-breath.jpg", rows)
    session = with_phantom(room, "hold")
    session.command("exposure.set", {"pulse_rate": 7.5})
    session.command("roadmap.make")
    session.command("xray.press", {"pedal": "fluoro"})
    first = taken(session, 1.3)
    session.command("injection.start")
    making = taken(session, 4.0)
    session.command("xray.release")
    taken(session, 10.0)
    session.command("xray.press", {"pedal": "fluoro"})
    live = taken(session, 1.5)
    session.command("roadmap.fade", {"value": 0.3})
    save(target / "roadmap.jpg", [[first[0], making[-1], live[-1], taken(session, 1.0)[-1]]])


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
    runs(given.target, average)
    beside = [shown["abdomen"]]
    for path in (given.ct, given.native):
        if path is not None:
            beside.append(Room.of(Patient.imported(path)).expose(Pose(sod_mm=785, sid_mm=1100)).image)
    if len(beside) > 1:
        save(given.target / "beside-a-real-ct.jpg", [beside])


if __name__ == "__main__":
    main()
