"""The room as a scripted operator has it before it: what is shown, and its hands on the controls.

A script is a generator that yields what it does next: a command (`Do`) or time that passes (`Wait`).
Between two yields it may look at what is shown. It never touches the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.suite.outputs import EventOut, FrameOut, Output, StateOut
from angiosuite.suite.pose import Pose, detector_axes, detector_direction, room_from_patient

from .eye import Eye, Sight
from .skill import Skill


@dataclass(frozen=True, slots=True)
class Do:
    """A command, as a person would give it."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """Simulated time that passes, s."""

    seconds: float


Step = Do | Wait
Script = Iterator[Step]


class Stage:
    """What a person sees of a session, and the movements of the hands made of commands.

    Parameters
    ----------
    skill : Skill
        The manner of working.
    seed : int
        Root of errors of eye and hand.
    """

    def __init__(self, skill: Skill, seed: int) -> None:
        self.skill = skill
        self.rng = np.random.Generator(np.random.Philox(key=[seed, 0x0FE7]))
        self.eye = Eye(skill, self.rng)
        self.state: dict[str, Any] = {}
        self.picture: Mapping[str, Any] | None = None
        self.pictures: list[Mapping[str, Any]] = []
        self.looked: list[Mapping[str, Any]] = []
        """Pictures of the last seconds that the eye is told of, those of a running fluoroscopy among them."""
        self.events: list[Mapping[str, Any]] = []
        self.tips: dict[str, tuple[float, ...]] = {}
        """Where tips of instruments were last seen under X-rays, mm; read by `tip`, with the eye's error."""
        self.reference_mm: tuple[float, ...] = (0.0, 0.0, 0.0)
        """The patient's place in the isocentre when the table stands at zero, for where tips are shown."""
        self.subtraction: Mapping[str, Any] | None = None
        """What the log says of the subtraction that is looked at; the eye reads it with its error."""

    def show(self, outputs: Iterable[Output]) -> None:
        """Take in what came out of the session."""
        for one in outputs:
            if isinstance(one, FrameOut):
                self.picture = one.meta
                self.watch([one.meta])
                if one.meta["mode"] != "fluoro":
                    self.pictures = [*self.pictures[-200:], one.meta]
            elif isinstance(one, StateOut):
                self.state.update(one.patch)
            elif isinstance(one, EventOut):
                self.events = [*self.events[-100:], one.event]

    def watch(self, pictures: Iterable[Mapping[str, Any]]) -> None:
        """Take in facts of pictures that were shown, in their order; those known are passed over."""
        last = self.looked[-1]["index"] if self.looked else -1
        fresh = [one for one in pictures if one["index"] > last and one.get("judged")]
        self.looked = [*self.looked, *fresh][-60:]

    # ---- looking ------------------------------------------------------------------------------------

    @property
    def pose(self) -> Pose:
        """Gantry and table as the display shows them."""
        names = Pose.__dataclass_fields__
        return Pose(**{name: value for name, value in self.state["pose"].items() if name in names})

    def find(self, target: str) -> Sight | None:
        """A thing in the picture that stands on the monitor."""
        return self.eye.find(target, self.picture)

    def watched(self, target: str, since: int) -> Sight | None:
        """A vessel in the picture since another one that showed it fullest: contrast comes in beats.

        Parameters
        ----------
        target : str
            Which vessel.
        since : int
            Index of the last picture before.
        """
        shown = [one for one in self.looked if one["index"] > since and target in one["judged"]]
        best = max(shown, key=lambda one: float(one["judged"][target].get("filled") or 0.0), default=None)
        return self.eye.find(target, best)

    @property
    def last_index(self) -> int:
        """Index of the picture that stands on the monitor; -1 before the first."""
        return -1 if self.picture is None else int(self.picture["index"])

    def tip(self, tool: str) -> tuple[float, float] | None:
        """Where an instrument's tip is in the picture, mm across and along; None where it was not seen."""
        place = self.tips.get(tool)
        if place is None:
            return None
        off = self.rng.normal(0.0, self.skill.eye_mm, 2)
        u, v = (float(axis @ np.array(place)) for axis in detector_axes(self.pose))
        return u + float(off[0]), v + float(off[1])

    def stands(self, tool: str) -> tuple[float, float] | None:
        """Where an instrument's tip is in the picture from its middle, as `find` tells of things, mm.

        Returns
        -------
        tuple of float or None
            To the right and downwards at the isocentre; None where the tip was not seen.
        """
        place = self.tips.get(tool)
        if place is None:
            return None
        u, v = self.shown(place)
        off = self.rng.normal(0.0, self.skill.eye_mm, 2)
        return u + float(off[0]), v + float(off[1])

    def shown(self, place: Sequence[float] | NDArray[np.float64]) -> tuple[float, float]:
        """Where a place of the patient, LPS mm, is in the picture from its middle, mm at the isocentre."""
        pose = self.pose
        turn, shift = room_from_patient(pose)
        point = turn @ (np.array(place) - np.array(self.reference_mm)) + shift
        grows = pose.sod_mm / (pose.sod_mm + float(detector_direction(pose) @ point))
        u, v = (grows * float(axis @ point) for axis in detector_axes(pose))
        return u, v

    # ---- hands --------------------------------------------------------------------------------------

    def think(self, times: float = 1.0) -> Script:
        """The pause between looking and acting."""
        yield Wait(self.skill.pause_s * times)

    def screen(self, seconds: float | None = None) -> Script:
        """Press the fluoroscopy pedal for a while; the last image is held."""
        yield Do("xray.press", {"pedal": "fluoro"})
        yield Wait(seconds or self.skill.press_s)
        yield Do("xray.release", {"pedal": "fluoro"})
        yield Wait(0.2)

    def acquire(self, seconds: float) -> Script:
        """Press the acquisition pedal for a while."""
        yield Do("xray.press", {"pedal": "acquire"})
        yield Wait(seconds)
        yield Do("xray.release", {"pedal": "acquire"})
        yield Wait(0.3)

    def go(self, **pose: float) -> Script:
        """Travel, and wait until gantry and table stand."""
        limits = {name: value for name, value in pose.items() if value is not None}
        yield Do("gantry.goto", {"pose": limits})
        before: Pose | None = None
        for _ in range(120):
            yield Wait(0.25)
            if self.pose == before:
                return
            before = self.pose

    def shift(self, sight: Sight) -> Script:
        """Move the table so that what was seen comes into the middle of this view."""
        pose = self.pose
        u, v = detector_axes(pose)
        move = -(sight.u_mm * u + sight.v_mm * v)
        changes = {"table_z_mm": pose.table_z_mm + float(move[2])}
        if abs(u[0]) > 0.5:
            changes["table_x_mm"] = pose.table_x_mm - sight.u_mm / float(u[0])
        else:
            changes["table_y_mm"] = pose.table_y_mm + sight.u_mm / float(u[1])
        yield from self.go(**changes)

    def lift(self, sight: Sight) -> Script:
        """Change the table's height so that what was seen comes into the middle of an oblique view."""
        pose = self.pose
        across = float(detector_axes(pose)[0][1])
        yield from self.go(table_y_mm=pose.table_y_mm + sight.u_mm / across)

    def centre(self, target: str, by_height: bool = False) -> Script:
        """Screen, look, move; until it seems near enough to the middle."""
        lost = 0
        for _ in range(self.skill.tries):
            yield from self.screen()
            yield from self.think()
            sight = self.find(target)
            if sight is None:
                lost += 1
                if lost > 1:
                    return
                yield Do("collimator.set", {"left": 1.0, "right": 1.0, "top": 1.0, "bottom": 1.0})
                yield from self.widest()
                continue
            content_mm = max(self.skill.content_mm, sight.sure_mm)
            if (abs(sight.u_mm) if by_height else sight.off_mm) <= content_mm:
                return
            yield from (self.lift(sight) if by_height else self.shift(sight))

    def widest(self) -> Script:
        """The largest field of view."""
        offered = self.state.get("exposure", {}).get("fovs") or []
        if offered:
            yield Do("exposure.set", {"fov_cm": max(offered)})

    def spare(self, blades: float = 0.5) -> Script:
        """Choose what spares dose: lowest level, few pulses, a smaller field."""
        exposure = self.state.get("exposure", {})
        levels, rates = exposure.get("dose_levels") or [], exposure.get("pulse_rates") or []
        if levels:
            yield Do("exposure.set", {"dose_level": levels[0]["id"]})
        if rates:
            yield Do(
                "exposure.set",
                {"pulse_rate": sorted(rates)[len(rates) // 2 - 1] if len(rates) > 2 else min(rates)},
            )
        yield Do("collimator.set", {"left": blades, "right": blades, "top": blades, "bottom": blades})
        yield Wait(1.0)

    def finish(self) -> Script:
        """Say that it is done."""
        yield from self.think()
        yield Do("task.finish")
        yield Wait(0.1)
