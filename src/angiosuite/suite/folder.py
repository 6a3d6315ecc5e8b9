"""A session's folder: who and what it is, its log, its frames and its checkpoints."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import atomic_write

JPEG_QUALITY = 90
HEAVY = "-images"
HEAVY_KEPT = 3


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a session is, as its `session.json` says."""

    id: str
    patient_id: str
    patient_title: str
    patient_hash: str
    equipment_id: str
    seed: int
    created: str
    version: str
    owner: str = ""
    """Id of the person whose session it is; empty for the one person of a local installation."""


class SessionFolder:
    """Reads and writes the files of one session; the folder is the truth."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log.jsonl"
        self.frames = path / "frames"
        self.checkpoints = path / "checkpoints"
        self.task = path / "task.json"

    def make(self, facts: SessionFacts) -> None:
        """Create the folder and its sub-folders."""
        for folder in (self.path, self.frames, self.checkpoints):
            folder.mkdir(parents=True, exist_ok=True)
        atomic_write(self.path / "session.json", json.dumps(asdict(facts), indent=1))

    def facts(self) -> SessionFacts:
        """What `session.json` says; `RefusedInput` when it cannot be read."""
        try:
            return SessionFacts(**json.loads((self.path / "session.json").read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise RefusedInput(
                "This is not a session's folder",
                code="session-unreadable",
                where=self.path.name,
                value=type(error).__name__,
                way_out="See: angiosuite list sessions.",
            ) from error

    def write_frame(self, index: int, image: NDArray[np.uint8]) -> tuple[str, str]:
        """Keep the 8-bit picture as it was shown; file name and hash of the *picture's* bytes."""
        name = f"{index:06d}.jpg"
        jpeg = simplejpeg.encode_jpeg(
            np.ascontiguousarray(image)[:, :, None], quality=JPEG_QUALITY, colorspace="GRAY", fastdct=False
        )
        (self.frames / name).write_bytes(jpeg)
        return name, picture_hash(image)

    def write_raw(self, index: int, raw: NDArray[np.uint16]) -> str:
        """Keep a 12-bit picture lossless; its file name."""
        name = f"{index:06d}.npy"
        np.save(self.frames / name, raw)
        return name

    def read_raw(self, index: int) -> NDArray[np.uint16] | None:
        """A picture at 12 bits; None where it was not kept so."""
        try:
            stored: NDArray[np.uint16] = np.load(self.frames / f"{index:06d}.npy", allow_pickle=False)
            return stored
        except (OSError, ValueError):
            return None

    def frame_jpeg(self, index: int) -> bytes:
        """The stored JPEG of a frame; `RefusedInput` when there is none."""
        try:
            return (self.frames / f"{index:06d}.jpg").read_bytes()
        except OSError as error:
            raise RefusedInput("No frame has this index", code="frame-unknown", value=index) from error

    def write_checkpoint(
        self, t_us: int, state: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> str:
        """Keep everything that the next step depends on; the file's name.

        A checkpoint with images (X-rays were on lately) is a few megabytes; of those only the newest
        `HEAVY_KEPT` stay. A seek to an older moment starts at the light one before it. Arrays of watchers
        (``skin/…``) are small and make none heavy.
        """
        heavy = any("/" not in key for key in arrays)
        name = f"{t_us:012d}{HEAVY if heavy else ''}.npz"
        parts: dict[str, Any] = dict(arrays)
        parts["_state"] = np.frombuffer(json.dumps(state).encode(), np.uint8)
        buffer = io.BytesIO()
        (np.savez if heavy else np.savez_compressed)(buffer, **parts)
        atomic_write(self.checkpoints / name, buffer.getvalue(), sync=not heavy)
        for old in sorted(self.checkpoints.glob(f"*{HEAVY}.npz"))[:-HEAVY_KEPT]:
            old.unlink(missing_ok=True)
        return name

    def read_checkpoint(self, name: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """State and arrays of a checkpoint."""
        with np.load(self.checkpoints / name, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files if key != "_state"}
            return json.loads(stored["_state"].tobytes()), arrays


def picture_hash(image: NDArray[np.uint8]) -> str:
    """First 32 hexadecimal digits of the SHA-256 of a picture's bytes."""
    return hashlib.sha256(np.ascontiguousarray(image).tobytes()).hexdigest()[:32]
