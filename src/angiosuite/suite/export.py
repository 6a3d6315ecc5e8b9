"""Export: a session's log and frames as a folder that needs nothing of ours to be read."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from angiosuite.kit.errors import RefusedInput

from .folder import SessionFolder

README = """Angiosuite session {id}

session.json   what the session is
log.jsonl      one JSON object a line: a header, then commands, observations, events, decisions, checkpoints
frames/*.jpg   8-bit pictures as shown, grey JPEG
frames/*.pgm   12-bit pictures (held images, single shots), portable grey map, 16 bits, big-endian

Simulated pictures of a simulated or de-identified patient, for training only.
"""


def export(source: Path, target: Path) -> int:
    """Copy a session to a new folder, 12-bit pictures as PGM; the number of pictures written.

    Raises
    ------
    RefusedInput
        When the target exists already.
    """
    folder = SessionFolder(source)
    facts = folder.facts()
    if target.exists():
        raise RefusedInput(
            "The target exists already",
            code="export-target-exists",
            where=str(target),
            way_out="Name a folder that does not exist yet.",
        )
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    (part / "frames").mkdir(parents=True)
    try:
        shutil.copy2(folder.path / "session.json", part)
        shutil.copy2(folder.log, part)
        (part / "README.txt").write_text(README.format(id=facts.id))
        count = 0
        for frame in sorted(folder.frames.iterdir()):
            if frame.suffix == ".jpg":
                shutil.copy2(frame, part / "frames")
                count += 1
            elif frame.suffix == ".npy":
                raw = np.load(frame, allow_pickle=False)
                head = f"P5\n{raw.shape[1]} {raw.shape[0]}\n4095\n".encode()
                (part / "frames" / f"{frame.stem}.pgm").write_bytes(head + raw.astype(">u2").tobytes())
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count
