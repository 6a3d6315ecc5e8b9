"""The runs of a session: what each was and what was chosen for it since, read from the log's own words.

A live session and a reader of its log go through the same three doors (`Runs.event`, `Runs.frame`), so that
what the page shows, what is exported and what a later reader finds cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from angiosuite.kit.errors import WrongUse
from angiosuite.kit.log import Entry


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One press of the acquisition pedal.

    Parameters
    ----------
    number : int
        1, 2, 3 … in the session.
    kind : {"cine", "dsa", "series"}
    programme, title, level : str
        Acquisition programme, its name for people, and its dose level.
    t_us : int
        Simulated time of the press, microseconds.
    matrix : int
        Rows and columns.
    phases : tuple of {"rate_hz", "seconds"}
        As chosen; the last may be open (None).
    mask_when : {"first", "later"}
        Whether a mask was taken while the run was made.
    mask : tuple of int
        Numbers within the run of the frames whose mean is the mask; empty without one.
    shift_px : (x, y) float
        Pixel shift of the mask: right and down.
    landmark : float
        Share of the anatomy that comes back, 0 to 1.
    phantom : str or None
        Test phantom in the beam.
    injection_us : int or None
        Simulated time at which the contrast's injection began.
    frames : int
        How many there are.
    first_index, first_us : int or None
        Index in the session and simulated time of the first frame; the others follow without a gap.
    seconds : float
        From the first exposure to the last.
    fov_cm, pose, pixel_mm_iso
        Field, gantry and table, and pixel at the isocentre of the first frame.
    kar_mgy, pka_ugy_m2 : float
        Reference air kerma and kerma-area product of the run.
    ended : bool
        Whether the pedal was let go.
    removed : bool
        Whether it was taken out of the list.
    """

    number: int
    kind: str
    programme: str
    title: str
    level: str
    t_us: int
    matrix: int
    phases: tuple[Mapping[str, Any], ...]
    mask_when: str
    mask: tuple[int, ...] = ()
    shift_px: tuple[float, float] = (0.0, 0.0)
    landmark: float = 0.0
    phantom: str | None = None
    injection_us: int | None = None
    frames: int = 0
    first_index: int | None = None
    first_us: int | None = None
    seconds: float = 0.0
    fov_cm: float = 0.0
    pose: Mapping[str, Any] | None = None
    pixel_mm_iso: float = 0.0
    kar_mgy: float = 0.0
    pka_ugy_m2: float = 0.0
    ended: bool = False
    removed: bool = False

    @property
    def thumb_index(self) -> int | None:
        """Index of the frame that stands for the run: the one in its middle."""
        return None if self.first_index is None else self.first_index + self.frames // 2

    @property
    def injection_s(self) -> float | None:
        """Start of the injection after the first exposure, seconds (negative where X-rays waited for it)."""
        if self.injection_us is None or self.first_us is None:
            return None
        return round((self.injection_us - self.first_us) * 1e-6, 3)

    @property
    def file(self) -> str:
        """Its frames at 12 bits, below the session's folder."""
        return f"runs/{self.number:03d}.u16"

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values for the page."""
        return {
            "number": self.number,
            "kind": self.kind,
            "programme": self.programme,
            "title": self.title,
            "level": self.level,
            "t_us": self.t_us,
            "frames": self.frames,
            "seconds": round(self.seconds, 3),
            "rate_hz": self.phases[0]["rate_hz"],
            "matrix": self.matrix,
            "fov_cm": self.fov_cm,
            "pose": self.pose,
            "pixel_mm_iso": self.pixel_mm_iso,
            "first_index": self.first_index,
            "thumb_index": self.thumb_index,
            "mask": list(self.mask),
            "shift_px": list(self.shift_px),
            "landmark": self.landmark,
            "phantom": self.phantom,
            "injection_s": self.injection_s,
            "kar_mgy": round(self.kar_mgy, 4),
            "pka_gycm2": round(self.pka_ugy_m2 / 100.0, 5),
            "removed": self.removed,
        }


class Runs:
    """All runs of a session, by number."""

    def __init__(self) -> None:
        self._runs: dict[int, RunRecord] = {}

    def __len__(self) -> int:
        return len(self._runs)

    def all(self) -> tuple[RunRecord, ...]:
        """In the order in which they were made."""
        return tuple(self._runs.values())

    def get(self, number: int) -> RunRecord:
        """One run.

        Raises
        ------
        WrongUse
            When there is none of this number.
        """
        if number not in self._runs:
            raise WrongUse(
                "No run has this number",
                code="run-unknown",
                value=number,
                way_out=f"The session has {len(self._runs)} runs.",
            )
        return self._runs[number]

    def event(self, name: str, data: Mapping[str, Any], t_us: int) -> None:
        """Take in an event of the log; those of other things pass by."""
        if name == "run-started":
            self._runs[data["run"]] = RunRecord(
                number=data["run"],
                kind=data["kind"],
                programme=data["programme"],
                title=data["title"],
                level=data["level"],
                t_us=t_us,
                matrix=data["matrix"],
                phases=tuple(data["phases"]),
                mask_when=data["mask"]["when"],
                phantom=data["phantom"],
            )
        elif name == "injection-started":
            if data["run"] is not None:
                self._change(data["run"], injection_us=t_us)
        elif name == "run-changed":
            changes = {key: data[key] for key in ("mask", "shift_px", "landmark", "removed") if key in data}
            for key in ("mask", "shift_px"):
                if key in changes:
                    changes[key] = tuple(changes[key])
            self._change(data["run"], **changes)
        elif name == "run-ended":
            self._change(data["run"], ended=True)

    def frame(self, facts: Mapping[str, Any], t_us: int) -> None:
        """Take in a frame of the log; those that belong to no run pass by."""
        if "run" not in facts:
            return
        run = self._runs[facts["run"]]
        if run.first_index is None:
            run = replace(
                run,
                first_index=facts["index"],
                first_us=t_us,
                fov_cm=facts["fov_cm"],
                pose=facts["pose"],
                pixel_mm_iso=facts["pixel_mm_iso"],
            )
        assert run.first_us is not None
        self._runs[run.number] = replace(
            run,
            frames=facts["run_frame"],
            seconds=(t_us - run.first_us) * 1e-6,
            kar_mgy=run.kar_mgy + facts["kar_mgy"],
            pka_ugy_m2=run.pka_ugy_m2 + facts["pka_ugy_m2"],
        )

    def _change(self, number: int, **changes: Any) -> None:
        self._runs[number] = replace(self._runs[number], **changes)

    def state(self) -> dict[str, Any]:
        """Plain values, for checkpoints."""
        return {"runs": [asdict(run) for run in self._runs.values()]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._runs = {run["number"]: _record(run) for run in state["runs"]}


def _record(plain: Mapping[str, Any]) -> RunRecord:
    tuples = {"phases", "mask", "shift_px"}
    members: Any = {f.name: plain[f.name] for f in fields(RunRecord)}
    members |= {name: tuple(members[name]) for name in tuples}
    return RunRecord(**members)


def read_runs(entries: Iterable[Entry]) -> tuple[RunRecord, ...]:
    """The runs that a log tells of, the removed ones too."""
    runs = Runs()
    for entry in entries:
        if entry.kind == "event":
            runs.event(entry.name, entry.data, entry.t_us)
        elif entry.name == "frame":
            runs.frame(entry.data, entry.t_us)
    return runs.all()
