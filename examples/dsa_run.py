"""A subtraction run from Python: the session's own commands, its frames as arrays, its log untouched."""

import sys
from pathlib import Path

import numpy as np
import simplejpeg

from angiosuite.suite import Patient, Room, Session
from angiosuite.suite.outputs import FrameOut


def main(target: Path) -> None:
    """Make a DSA of the test phantom while the patient holds their breath, and save its fullest frame."""
    session = Session(Room.of(Patient.builtin()), seed=1)
    for name, arguments in (
        ("patient.breathe", {"to": "hold"}),
        ("phantom.set", {"id": "renal-abdominal-tubes"}),
        ("acquisition.set", {"programme": "dsa-body", "matrix": 512, "phases": [[3.0, 5.0]]}),
        ("injection.set", {"coupled": True, "injection_delay_s": 1.2}),
        ("xray.press", {"pedal": "acquire"}),
    ):
        session.command(name, arguments)
    frames = [out for out in session.advance(6_000_000) if isinstance(out, FrameOut)]
    darkest = min(frames, key=lambda frame: frame.image.mean() if frame.meta["subtracted"] else np.inf)
    run = session.snapshot()["runs"][0]
    print(f"{run['title']}: {run['frames']} frames, {run['kar_mgy']:.1f} mGy, mask {run['mask']}")
    jpeg = simplejpeg.encode_jpeg(np.ascontiguousarray(darkest.image)[:, :, None], colorspace="GRAY")
    (target / "dsa.jpg").write_bytes(jpeg)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
