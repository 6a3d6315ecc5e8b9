"""A whole hour of use as a log, written by hand in seconds from what a short real session wrote.

Entries, keys and digits are those of a real session: an hour of observations in the form that the session
writes, 20 minutes of fluoroscopy at 7.5 a second, runs, C-arm and table moving a third of the time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from angiosuite.kit.clock import OBSERVATION_US
from angiosuite.kit.log import Entry, LogWriter, read_entries, read_header
from angiosuite.suite.folder import SessionFolder
from angiosuite.suite.observed import WHOLE_US
from angiosuite.suite.pose import Pose

HOUR_US = 3_600_000_000
PULSE_US = 134_000
CYCLE_US = 30_000_000
"""Twenty seconds of rest or movement, ten of fluoroscopy: 20 minutes an hour."""


def write_hour(sample: Path, into: Path, end_us: int = HOUR_US) -> Path:
    """An hour's log in a folder, from a real session's.

    Parameters
    ----------
    sample : Path
        Folder of a real session with fluoroscopy and a run: its frames and watchers' observations are used
        again and again, with new numbers and times.
    into : Path
        The new folder; its light checkpoints, 10 s apart, are the sample's first with another time; it has no
        pictures.
    end_us : int
        How long, simulated microseconds.
    """
    entries = list(read_entries(sample / "log.jsonl"))
    header = {k: v for k, v in read_header(sample / "log.jsonl").items() if k != "format"}
    for name in ("frames", "checkpoints"):
        (into / name).mkdir(parents=True)
    facts = json.loads((sample / "session.json").read_text("utf-8"))
    (into / "session.json").write_text(json.dumps({**facts, "id": into.name}), "utf-8")
    log = LogWriter(into / "log.jsonl", header)
    hour, folder = _Hour(log, entries), SessionFolder(into)
    first = next(entry.data["file"] for entry in entries if entry.kind == "checkpoint")
    state, arrays = SessionFolder(sample).read_checkpoint(first)
    for t_us in range(0, end_us, OBSERVATION_US):
        if t_us % WHOLE_US == 0:
            name = folder.write_checkpoint(t_us, {**state, "now_us": t_us}, arrays)
            log.append(t_us, "checkpoint", name, {"file": name, "frames": hour.frames})
        hour.observe(t_us)
    log.close()
    return into


class _Hour:
    """Writes the entries of each fortieth of a second."""

    def __init__(self, log: LogWriter, entries: list[Entry]) -> None:
        self._log = log
        frames = [entry.data for entry in entries if entry.name == "frame"]
        self._pulse = next(f for f in frames if f["mode"] == "fluoro")
        self._run = next((f for f in frames if f["mode"] == "run"), self._pulse)
        names = ("skin", "staff")
        self._watched = {e.name: e.data for e in entries if e.kind == "observation" and e.name in names}
        self._index, self._due_us, self._dose = 0, 0, 0.0

    @property
    def frames(self) -> int:
        """Frames so far."""
        return self._index

    def observe(self, t_us: int) -> None:
        """The room, and what X-rays made since the last time."""
        within = t_us % CYCLE_US
        turning = min(within, 10_000_000) * 1e-6
        pose = Pose(rotation_deg=2.5 * turning, table_z_mm=12.3456 * turning).as_dict()
        changed: dict[str, Any] = {}
        if within < 10_000_000 or t_us % WHOLE_US == 0:
            changed["pose"] = pose
        if t_us % WHOLE_US == 0:
            changed["blades"] = self._pulse["blades"]
        changed["breath_mm"] = round(7.5 + 0.001 * (t_us // 40_000 % 7919), 3)
        changed["heart"] = [t_us // 882_353, round(t_us % 882_353 / 882_353, 4), 68.13]
        beam = within >= 20_000_000
        if beam or t_us % WHOLE_US == 0:
            changed["dose"] = [round(self._dose, 6), round(self._dose * 31.7, 6), round(t_us * 3.3e-7, 4)]
        if beam:
            self._beam(t_us, within, pose)
        self._log.append(t_us, "observation", "room", changed, 2)

    def _beam(self, t_us: int, within: int, pose: Mapping[str, float]) -> None:
        if within == 20_000_000:
            press = {"args": {"pedal": "fluoro", "latched": False}, "who": "operator"}
            self._log.append(t_us, "command", "xray.press", press)
            on = {"pedal": "fluoro", "latched": False, "text": "X-rays on"}
            self._log.append(t_us, "event", "xray-on", on)
            self._due_us = t_us
        run = t_us // CYCLE_US % 10 == 9
        while self._due_us <= t_us:
            self._index += 1
            self._dose += 0.012345
            facts = {**(self._run if run else self._pulse), "index": self._index, "pose": pose}
            self._log.append(self._due_us, "observation", "frame", facts)
            self._due_us += PULSE_US
        if within == CYCLE_US - OBSERVATION_US:
            for name, data in self._watched.items():
                self._log.append(t_us, "observation", name, data)
            off = {"pedal": "fluoro", "reason": "released", "text": "X-rays off (released)"}
            self._log.append(t_us, "event", "xray-off", off)
