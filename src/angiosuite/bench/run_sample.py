"""A session's folder with runs in it, made without X-rays: something for the review to open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.log import LogWriter
from angiosuite.suite.folder import SessionFacts, SessionFolder

SIGNAL_KNEE = 0.01
TOP = 4095
TUBE_LOG = 0.9
"""What the filled tube takes from the logarithm of the signal."""
NOISE_LOG = 0.03
NOISES = 8
INJECTION_FRAME = 4
POSE = {
    "rotation_deg": 0.0, "angulation_deg": 0.0, "sid_mm": 1100.0, "sod_mm": 785.0,
    "table_x_mm": 0.0, "table_y_mm": 0.0, "table_z_mm": 0.0, "table_tilt_deg": 0.0,
    "detector_rotation_deg": 0.0,
}  # fmt: skip


def stored(log_signal: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Logarithms of the signal as the detector stores them, 12 bits."""
    x = np.exp(log_signal)
    return np.asarray(np.round(TOP * np.log1p(x / SIGNAL_KNEE) / np.log(4001.0)), "<u2")


def frames(count: int, rows: int, seed: int = 1) -> Iterator[NDArray[np.uint16]]:
    """Frames of a trunk with a spine, before which a forked tube with a narrow place fills and empties."""
    rng = np.random.Generator(np.random.Philox(seed))
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, rows), indexing="ij")
    still = (
        0.3
        - 0.9 * np.sqrt(np.clip(1 - (x / 0.95) ** 2, 0, 1))
        - 0.5 * ((np.abs(x) < 0.16) & (y % 0.25 < 0.19))
    )
    width = 0.06 - 0.035 * np.exp(-(((y - 0.35) / 0.08) ** 2)) * (x < 0)
    middle = np.where(y < 0, 0.0, np.sign(x) * 0.55 * y)
    depth = np.sqrt(np.clip(1 - ((x - middle) / width) ** 2, 0, 1))
    noises = [rng.normal(0, NOISE_LOG, (rows, rows)) for _ in range(NOISES)]
    for k in range(1, count + 1):
        front = (k - INJECTION_FRAME) / max(1.0, 0.35 * count)
        share = np.clip(front * 3 - (y + 1), 0, 1) * np.clip(2.4 - front, 0, 1) if front > 0 else 0.0
        yield stored((still - TUBE_LOG * depth * share + noises[k % NOISES]).astype(np.float32))


class SampleSession:
    """Writes a session's folder and its log as a room would.

    Parameters
    ----------
    path : Path
        Folder that does not exist yet; its name is the session's.
    """

    def __init__(self, path: Path) -> None:
        self.folder = SessionFolder(path)
        self.folder.make(
            SessionFacts(
                path.name,
                "sample",
                "Sample",
                "0" * 16,
                "ceiling-single-plane",
                1,
                "2026-11-29T09:00:00+00:00",
                "0",
            )
        )
        self.log = LogWriter(self.folder.log, {"session": path.name})
        self._index = 0
        self._t_us = 0

    def start(
        self,
        number: int,
        kind: str = "dsa",
        rows: int = 512,
        rate_hz: float = 3.0,
        phantom: str | None = None,
    ) -> None:
        """Press the pedal."""
        self._t_us += 1_000_000
        self._begun_us = self._t_us
        data = {
            "run": number,
            "kind": kind,
            "programme": f"{kind}-sample",
            "title": f"{kind.upper()} sample",
            "level": "normal",
            "matrix": rows,
            "phases": [{"rate_hz": rate_hz, "seconds": None}],
            "mask": {"when": "first", "frame": 1, "count": 1},
            "injection": {"coupled": False, "xray_delay_s": 0.0, "injection_delay_s": 0.0},
            "phantom": phantom,
            "text": f"Run {number}",
        }
        self.log.append(self._t_us, "event", "run-started", data)

    def frame(self, number: int, k: int, image: NDArray[np.uint16], rate_hz: float = 3.0) -> None:
        """Keep one frame and tell of it."""
        self._index += 1
        raw = self.folder.path / "runs" / f"{number:03d}.u16"
        raw.parent.mkdir(exist_ok=True)
        with open(raw, "ab") as file:
            file.write(image.tobytes())
        self._t_us = self._begun_us + round((k - 1) * 1e6 / rate_hz)
        grey = np.clip(image.astype(np.int32) * 255 // TOP, 0, 255).astype(np.uint8)
        picture, digest = self.folder.write_frame(self._index, grey[::2, ::2])
        facts: dict[str, Any] = {
            "index": self._index,
            "mode": "run",
            "pose": POSE,
            "pixel_mm_iso": round(200.0 / image.shape[0], 6),
            "size": list(image.shape),
            "fov_cm": 42,
            "blades": dict.fromkeys(("left", "right", "top", "bottom"), 0.95),
            "technique": {
                "kv": 75.0,
                "ma": 400.0,
                "ms": 80.0,
                "cu_mm": 0.1,
                "focal_mm": 0.7,
                "limited_by": "",
            },
            "kar_mgy": 1.2,
            "pka_ugy_m2": 30.0,
            "run": number,
            "run_frame": k,
            "run_t_us": self._t_us - self._begun_us,
            "rate_hz": rate_hz,
            "phase": 0,
            "settling": k == 1,
            "subtracted": k > 1,
            "raw": f"runs/{number:03d}.u16",
            "file": picture,
            "picture": digest,
        }
        self.log.append(self._t_us, "observation", "frame", facts)
        if k == INJECTION_FRAME:
            self.log.append(
                self._t_us,
                "event",
                "injection-started",
                {"run": number, "by": "hand", "frame": self._index, "text": "Injection"},
            )

    def end(self, number: int, count: int, mask: list[int]) -> None:
        """Let the pedal go; the mask is what the room chose."""
        self._t_us += 100_000
        self.log.append(
            self._t_us,
            "event",
            "run-changed",
            {"run": number, "mask": mask, "shift_px": [0.0, 0.0], "landmark": 0.0, "text": "Mask"},
        )
        self.log.append(
            self._t_us,
            "event",
            "run-ended",
            {"run": number, "frames": count, "reason": "released", "text": "Run ended"},
        )

    def run(
        self,
        number: int,
        count: int,
        rows: int = 512,
        kind: str = "dsa",
        rate_hz: float = 3.0,
        phantom: str | None = None,
    ) -> None:
        """A whole run."""
        self.start(number, kind, rows, rate_hz, phantom)
        for k, image in enumerate(frames(count, rows, seed=number), start=1):
            self.frame(number, k, image, rate_hz)
        self.end(number, count, [2] if kind == "dsa" else [])
