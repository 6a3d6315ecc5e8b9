"""A session's folder in which every pedal was pressed, made without X-rays: something to export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.log import LogWriter
from angiosuite.suite.folder import SessionFacts, SessionFolder
from angiosuite.suite.pose import Pose

CREATED = "2026-11-29T08:30:00+00:00"
FLUOROSCOPY = {"kv": 72.0, "ma": 90.0, "ms": 6.0, "cu_mm": 0.3, "focal_mm": 0.4, "limited_by": ""}
ACQUISITION = {"kv": 75.0, "ma": 400.0, "ms": 60.0, "cu_mm": 0.1, "focal_mm": 0.7, "limited_by": ""}


@dataclass(slots=True)
class Phase:
    """Frames at one rate."""

    rate_hz: float
    frames: int


class SessionSample:
    """Writes the folder and the log of a session as the suite would.

    Parameters
    ----------
    path : Path
        Folder that does not exist yet; its name is the session's.
    rows : int
        Rows and columns of every picture.
    """

    def __init__(self, path: Path, rows: int = 64) -> None:
        self.folder = SessionFolder(path)
        self.rows = rows
        facts = SessionFacts(
            path.name, "sample", "Sample", "0" * 16, "ceiling-single-plane", 1, CREATED, "0.2.0"
        )
        self.folder.make(facts)
        self.log = LogWriter(self.folder.log, {"session": path.name})
        self.t_us = 0
        self.index = 0
        self.runs = 0
        self.pose = Pose(sod_mm=785.0)
        self.blades = {"left": 1.0, "right": 0.8, "top": 0.9, "bottom": 1.0}
        self._noise = np.random.Generator(np.random.Philox(7))

    def image(self) -> NDArray[np.uint16]:
        """Some picture: a slope with noise, 0 to 4095."""
        slope = np.linspace(1500, 3000, self.rows)[:, None] + np.linspace(0, 600, self.rows)
        noisy = slope + self._noise.normal(0, 40, (self.rows, self.rows))
        return np.clip(noisy, 0, 4095).astype("<u2")

    def event(self, name: str, **data: Any) -> None:
        """A consequence."""
        self.log.append(self.t_us, "event", name, {**data, "text": name})

    def command(self, name: str, **args: Any) -> None:
        """What a person did."""
        self.log.append(self.t_us, "command", name, {"args": args, "who": "operator"})

    def frame(self, mode: str, technique: dict[str, Any], **more: Any) -> None:
        """One picture, made or held."""
        self.index += 1
        shown, digest = self.folder.write_frame(self.index, (self.image() >> 4).astype(np.uint8))
        facts: dict[str, Any] = {
            "index": self.index, "mode": mode, "pose": self.pose.as_dict(),
            "pixel_mm_iso": round(297.0 / self.rows * self.pose.sod_mm / self.pose.sid_mm, 6),
            "size": [self.rows, self.rows], "fov_cm": 42.0, "blades": self.blades, "breath_mm": 0.0,
            "cardiac_phase": 0.0, "quality": "full", "technique": technique, "file": shown, "picture": digest,
        }  # fmt: skip
        if mode != "held":
            scale = technique["ma"] * technique["ms"] / 24_000.0 * (1.0 + 0.01 * (self.index % 7))
            facts |= {"kar_mgy": round(1.3 * scale, 9), "pka_ugy_m2": round(41.0 * scale, 9)}
        self.log.append(self.t_us, "observation", "frame", facts | more)

    def fluoroscopy(self, frames: int, rate_hz: float = 15.0, turn_deg: float = 0.0) -> None:
        """A press of the fluoroscopy pedal, the arm turning by so much a frame; the last image is held."""
        self.t_us += 1_000_000
        self.event("xray-on", pedal="fluoro", latched=False)
        for _ in range(frames):
            self.frame("fluoro", FLUOROSCOPY)
            self.t_us += round(1e6 / rate_hz / 2000) * 2000
            self.pose = self.pose.moved({"rotation_deg": self.pose.rotation_deg + turn_deg})
        raw = self.folder.write_raw(self.index + 1, self.image())
        self.frame("held", FLUOROSCOPY, frames_averaged=4, raw=raw)
        self.event("xray-off", pedal="fluoro", reason="released")

    def shot(self) -> None:
        """A single shot."""
        self.t_us += 1_000_000
        self.event("xray-on", pedal="shot", latched=False)
        self.frame("shot", ACQUISITION, raw=self.folder.write_raw(self.index + 1, self.image()))
        self.event("xray-off", pedal="shot", reason="one exposure made")

    def run(
        self,
        phases: Iterable[Phase],
        kind: str = "dsa",
        *,
        mask: tuple[int, ...] = (),
        phantom: str | None = None,
        slide_mm: float = 0.0,
    ) -> None:
        """A run; with a mask it is injected after the second frame; the table may slide towards the feet."""
        parts = list(phases)
        self.runs += 1
        self.t_us += 1_000_000
        self.event(
            "run-started", run=self.runs, kind=kind, programme=f"{kind}-sample",
            title=f"{kind.upper()} sample", level="normal", matrix=self.rows, phantom=phantom,
            phases=[{"rate_hz": p.rate_hz, "seconds": p.frames / p.rate_hz} for p in parts],
            mask={"when": "first" if mask else "later", "frame": 1, "count": max(len(mask), 1)},
            injection={"coupled": True, "xray_delay_s": 0.0, "injection_delay_s": 0.5},
        )  # fmt: skip
        self.event("xray-on", pedal="acquire", latched=False)
        name = f"runs/{self.runs:03d}.u16"
        (self.folder.path / "runs").mkdir(exist_ok=True)
        number, begun_us = 0, self.t_us
        with open(self.folder.path / name, "wb") as file:
            for phase, part in enumerate(parts):
                for _ in range(part.frames):
                    number += 1
                    file.write(self.image().tobytes())
                    self.frame(
                        "run", ACQUISITION, run=self.runs, run_frame=number, run_t_us=self.t_us - begun_us,
                        rate_hz=part.rate_hz, phase=phase, settling=number == 1, subtracted=False, raw=name,
                    )  # fmt: skip
                    if mask and number == 2:
                        self.event("injection-started", run=self.runs, by="run", frame=self.index)
                    self.t_us += round(1e6 / part.rate_hz / 2000) * 2000
                    self.pose = self.pose.moved({"table_z_mm": self.pose.table_z_mm - slide_mm})
        if mask:
            self.event("run-changed", run=self.runs, mask=list(mask))
        self.event("xray-off", pedal="acquire", reason="released")
        self.event("run-ended", run=self.runs, frames=number, reason="released")

    def everything(self) -> SessionSample:
        """Fluoroscopy with a turning arm, two runs of which one is taken out, a sliding cine, a shot."""
        self.event("phantom-set", id="y-tube", title="Forked tube")
        self.fluoroscopy(9, turn_deg=0.6)
        self.run([Phase(2.0, 4), Phase(6.0, 5)], mask=(2, 3), phantom="y-tube")
        self.event("run-changed", run=1, shift_px=[0.5, -0.25])
        self.event("phantom-set", id=None, title=None)
        self.command("exposure.set", grid=False)
        self.run([Phase(3.0, 3)])
        self.event("run-changed", run=2, removed=True)
        self.run([Phase(15.0, 6)], "cine", slide_mm=4.0)
        self.fluoroscopy(1)
        self.shot()
        self.log.close()
        return self
