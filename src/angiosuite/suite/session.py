"""One session: the fixed-step loop in which commands, body, X-rays and log meet.

The loop knows simulated time alone. Whoever runs it (a process, a test, a notebook) calls
`advance(until_us)` and takes what comes out; the same log gives the same pictures again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from angiosuite.kit import clock as ticks
from angiosuite.kit.clock import Clock, next_multiple
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.log import Entry, LogWriter
from angiosuite.kit.randomness import generator
from angiosuite.physics.physiology.breathing import Breathing
from angiosuite.physics.physiology.heart_rhythm import HeartRhythm
from angiosuite.physics.physiology.movement import Move, Movement

from . import visible
from .checkpoints import Checkpoints
from .circulation.blood import Blood
from .circulation.settling import REST_RATE_PER_MIN
from .collimator import Collimator
from .commands import COMMANDS, checked
from .folder import SessionFolder
from .frame_facts import facts_of
from .frames_seen import FramesSeen
from .gantry import Gantry
from .gliding import glide
from .instruments.going import check_ready
from .instruments.instruments import Instruments
from .kept_state import restore, state_of
from .marks import Marks
from .moment import Moment
from .monitor import Monitor
from .observed import VERSION, Observed
from .outputs import FLAG_DRAFT, FLAG_HELD, FLAG_PHANTOM, EventOut, FrameOut, Mode, Output, StateOut
from .pedals import Pedals
from .phantom import Phantom
from .picture import Exposure, Picture
from .remedies.remedies import Remedies
from .room import Room
from .settings import Settings
from .task import Task, read_task
from .task_watch import task_watch
from .treating.treating import Treating
from .watchers import Watchers
from .xrays import XRays

BASE_S = ticks.BASE_STEP_US * 1e-6
HAND_S = ticks.HAND_STEP_US * 1e-6
Pictures = Literal["all", "asked", "none"]
QUALITY = "projector"
"""Name of a governor's decision in the log."""


class Session:
    """A room in use: state, loop and log.

    Parameters
    ----------
    room : Room
        Patient and machine, ready to make pictures.
    seed : int
        Root of all randomness.
    folder : SessionFolder or None
        Where frames and checkpoints go; None keeps nothing (notebooks).
    log : LogWriter or None
        Where the log goes.
    pictures : {"all", "asked"}
        Which pictures are drawn: every one, or of fluoroscopy only those that somebody asks for
        (``docs/explain/headless.md``). "none" is for catching up with what is about to be forgotten.
    """

    def __init__(
        self,
        room: Room,
        seed: int,
        folder: SessionFolder | None = None,
        log: LogWriter | None = None,
        pictures: Pictures = "all",
    ) -> None:
        self.room = room
        self.seed = seed
        self.folder = folder
        self.log = log
        self.pictures: Pictures = pictures
        self.clock = Clock()
        self.gantry = Gantry(room.gantry, room.envelope)
        self.collimator = Collimator()
        self.pedals = Pedals()
        self.breathing = Breathing()
        self.heart = HeartRhythm(
            REST_RATE_PER_MIN, lambda beat: float(generator(seed, "heart", beat).standard_normal())
        )
        self.monitor = Monitor()
        self.picture: Picture = room.picture(seed)
        self.settings: Settings = room.default_settings()
        self.marks = Marks()
        self.movement = Movement(seed)
        self.phantom: Phantom | None = None
        """Test phantom in the beam."""
        self.paused = False
        self.quality: Literal["full", "draft"] = "full"
        self.quality_reason = ""
        self.stored: list[dict[str, Any]] = []
        self.reference: int | None = None
        self.events: list[dict[str, Any]] = []
        self.frame_count = 0
        self.last_frame: int | None = None
        self.speed = 1.0
        self.frames_seen = FramesSeen()
        self.silent = False
        """Catching up with a log: nothing is written, nothing comes out."""
        self.blood = Blood(self)
        self.remedies = Remedies(self)
        self.instruments = Instruments(self)
        self.treating = Treating(self)
        self.xrays = XRays(self)
        self.task: Task | None = None if folder is None else read_task(folder.task)
        self.watchers = Watchers(self)
        self.observed = Observed()
        self._checkpoints = Checkpoints(self)
        self._pending: list[tuple[str, dict[str, Any], str]] = []
        self._out: list[Output] = []
        self._sent: dict[str, Any] = {}
        self._shown: Exposure | None = None
        self._written_before = 0

    # ---- in -----------------------------------------------------------------------------------

    def command(self, name: str, arguments: Mapping[str, Any] | None = None, who: str = "operator") -> None:
        """Ask for something; checked now, done at the next 20 ms of simulated time.

        Raises
        ------
        WrongUse
            When the command or an argument does not fit; nothing then happens.
        """
        task_watch(self).refuse(name)
        if name == "instrument.load":
            check_ready()
        self._pending.append((name, checked(name, {} if arguments is None else arguments), who))

    def decide(self, quality: str, reason: str) -> None:
        """A governor's decision: which projector draws, and why; logged, obeyed by replays."""
        self._pending.append((QUALITY, {"quality": quality, "reason": reason}, "governor"))

    def release_xrays(self, reason: str) -> None:
        """Stop X-rays and movement now, as a logged command (lost contact, new process)."""
        moving = self.gantry.is_moving or self.collimator.is_moving or self.pedals.high_level
        self._pending = [
            p for p in self._pending if p[0] not in ("xray.press", "gantry.move", "collimator.move")
        ]
        if self.pedals.down is not None or moving:
            self.apply("session.safe", {"reason": reason}, "system")
            self._tell_state()

    @property
    def now_us(self) -> int:
        """Simulated time, microseconds."""
        return self.clock.now_us

    def advance(self, until_us: int) -> list[Output]:
        """Run the loop up to a simulated time and return what came out, in order."""
        if self.paused and self._pending:
            self._apply_pending()
            self._tell_state()
        while self.clock.now_us < until_us and not self.paused:
            self._step()
            if self.unwatched:
                glide(self, until_us, self._checkpoints.next_us)
        if self.pictures == "asked":
            self._tell_state()
        out, self._out = self._out, []
        return out

    @property
    def next_due_us(self) -> int:
        """The next simulated time at which something will come out."""
        due = next_multiple(self.clock.now_us + 1, ticks.OBSERVATION_US)
        pulse = self.xrays.due_us(self.clock.now_us)
        if pulse is not None:
            due = min(due, pulse)
        if self._pending:
            due = min(due, next_multiple(self.clock.now_us + 1, ticks.HAND_STEP_US))
        return due

    # ---- the loop -------------------------------------------------------------------------------

    @property
    def unwatched(self) -> bool:
        """Whether nobody follows the session: no patches of the visible state, no traces."""
        return self.silent or self.pictures != "all"

    def _step(self) -> None:
        now = self.clock.now_us
        if now % ticks.HAND_STEP_US == 0:
            self._apply_pending()
            if self.paused:  # time stands from here on: this step is made when it goes on
                self._tell_state()
                return
            reason = self.gantry.advance(HAND_S)
            if reason:
                self.event("movement-blocked", {"reason": reason}, f"Movement stopped: {reason}")
            self.collimator.advance(HAND_S)
            if self.pedals.latch_ran_out(now):
                self.xrays.release(None, "latch limit")
            self.remedies.advance(HAND_S)
            self.instruments.advance()
            self.treating.advance(HAND_S)
            self.blood.advance(self.heart, self.breathing)
        self._advance_body()
        self.xrays.advance(now)
        if now % ticks.OBSERVATION_US == 0:
            self._observe(now)
        if self.clock.step() >= self._checkpoints.next_us:
            self.checkpoint()

    def _apply_pending(self) -> None:
        pending, self._pending = self._pending, []
        for name, arguments, who in pending:
            self.apply(name, arguments, who)

    def apply(self, name: str, arguments: Mapping[str, Any], who: str) -> None:
        """Log one command and let it take effect now (the loop and replays call this)."""
        if name == QUALITY:
            self.write("quality", QUALITY, arguments)
            self.quality, self.quality_reason = arguments["quality"], arguments["reason"]
            return
        self.write("command", name, {"args": arguments, "who": who})
        try:
            task_watch(self).refuse(name)
            COMMANDS[name].effect(self, arguments)
        except AngiosuiteError as error:
            self.event("command-refused", {"command": name, **error.as_dict()}, str(error))

    def _advance_body(self) -> None:
        if self.breathing.advance(BASE_S):
            self.event("breath-hold-ended", {}, "The patient breathes again")
        self.heart.advance(BASE_S, self.breathing.phase)
        for move in self.movement.advance(BASE_S):
            self._tell_movement(move)
        if not self.unwatched:
            self.monitor.advance(self.clock.now_us, self.heart, self.breathing)

    def moment(self) -> Moment:
        """Where breath, heart, patient and contrast stand."""
        return Moment(
            breath_mm=self.breathing.dome_mm,
            cardiac_phase=self.heart.phase,
            shift_mm=self.movement.shift_mm,
            injections_s=self.xrays.injection.ages_s(self.clock.now_us),
            blood=self.blood.seen(),
            instruments=self.instruments.seen(),
        )

    def _tell_movement(self, move: Move) -> None:
        x, y, z = (round(value, 2) for value in move.shift_mm)
        text = "The patient starts: the contrast is felt" if move.why == "contrast" else "The patient moves"
        self.event("patient-moved", {"x_mm": x, "y_mm": y, "z_mm": z, "why": move.why}, text)

    # ---- pictures ---------------------------------------------------------------------------------

    def give_frame(
        self, exposure: Exposure, mode: Mode, more: Mapping[str, Any] | None = None, flags: int = 0
    ) -> None:
        """Number a picture, keep it, log it and give it out.

        Parameters
        ----------
        exposure : Exposure
            The picture.
        mode : Mode
            What kind it is.
        more : mapping, optional
            Facts that belong to its kind alone.
        flags : int
            Bits of the frame's header beside those of every picture.
        """
        self.frame_count += 1
        index = self.frame_count
        self.last_frame = index
        facts = facts_of(self, index, exposure, mode, more)
        if self.folder is not None and exposure.drawn and not self.silent:
            facts["file"], facts["picture"] = self.folder.write_frame(index, exposure.image)
            if exposure.raw is not None and mode is not Mode.RUN:
                facts["raw"] = self.folder.write_raw(index, exposure.raw)
        self.write("observation", "frame", facts)
        self.frames_seen.remember(facts)
        self.xrays.runs.frame(facts, self.clock.now_us)
        if not exposure.drawn or self.silent:
            return
        self._shown = exposure
        flags |= FLAG_HELD if mode is Mode.HELD else 0
        flags |= FLAG_PHANTOM if self.phantom is not None else 0
        flags |= FLAG_DRAFT if self.xrays.quality == "draft" else 0
        meta = {
            **facts,
            "dose": self.dose_state(),
            "vitals": self.monitor.take(self.heart, self.breathing, self.blood.pressures),
        }
        self._out.append(FrameOut(index, self.clock.now_us, mode, flags, exposure.image, meta))

    # ---- what commands do ---------------------------------------------------------------------------

    def set_high_level(self, on: bool) -> None:
        """High-level control, on only while it is held."""
        if on != self.pedals.high_level:
            self.pedals.high_level = on
            self.event("high-level", {"on": on}, f"High-level control {'on' if on else 'off'}")

    def set_phantom(self, name: str | None) -> None:
        """Put a test phantom into the beam, or take it out."""
        self.phantom = None if name is None else self.room.phantom(name)
        title = None if self.phantom is None else self.phantom.title
        self.event("phantom-set", {"id": name, "title": title}, title or "No test phantom")

    def set_exposure(self, changes: Mapping[str, Any]) -> None:
        """Choose among what the machine offers; `WrongUse` names what it offers."""
        self.settings = self.room.changed_settings(self.settings, changes)

    def set_display(self, changes: Mapping[str, float | bool]) -> None:
        """Change how pictures are shown."""
        self.settings = self.settings.displayed(changes)

    def last_facts(self) -> dict[str, Any] | None:
        """What is known of the last picture, for whoever joins."""
        return None if self.last_frame is None else dict(self.frames_seen.facts(self.last_frame))

    # ---- out ----------------------------------------------------------------------------------------

    def event(self, name: str, data: Mapping[str, Any], text: str) -> None:
        """Write a consequence into the log and show it."""
        seq = self.write("event", name, {**data, "text": text})
        self.xrays.runs.event(name, data, self.clock.now_us)
        out = EventOut(seq, self.clock.now_us, name, text, data)
        self.events = [*self.events[-39:], out.event]
        if not self.silent:
            self._out.append(out)

    def recall_events(self, entries: Iterable[Entry]) -> None:
        """The events that the log has, before those that were written since."""
        known = [EventOut.of(entry).event for entry in entries]
        last = known[-1]["seq"] if known else 0
        self.events = [*known, *(event for event in self.events if event["seq"] > last)][-40:]

    def write(self, kind: str, name: str, data: Mapping[str, Any], v: int = 1) -> int:
        """Append to the log; the entry's number, 0 when nothing was written."""
        if self.log is None or self.silent:
            return 0
        if self._written_before > 0 and kind != "checkpoint":
            self._written_before -= 1
            return 0
        return self.log.append(self.clock.now_us, kind, name, data, v)

    def _observe(self, now: int) -> None:
        self.xrays.roadmap.look()
        self.write("observation", "room", self.observed.changes(self), VERSION)
        self.instruments.observe()
        self.treating.observe()
        if not self.unwatched:
            self._tell_state()

    def look(self) -> Exposure | None:
        """The last picture as a monitor would show it, drawn now if it was not; None before the first.

        Changes nothing: whatever comes later is the same whether somebody looked or not.
        """
        return self.picture.look(self.settings) or self._shown

    def forget_pictures(self) -> None:
        """Whatever comes next depends on no picture that was made before."""
        self.picture.forget()
        self.xrays.roadmap.forget()
        self._shown = None

    def observe_beam(self) -> None:
        """X-rays went off: what the watchers have to say goes into the log."""
        for name, data in self.watchers.beam_off():
            self.write("observation", name, data)

    def dose_state(self) -> dict[str, Any]:
        """The dose display."""
        return self.picture.shown_dose(self.clock.now_us)

    def _tell_state(self) -> None:
        if self.silent:
            return
        parts = visible.parts(self)
        patch = {name: part for name, part in parts.items() if self._sent.get(name) != part}
        self._sent.update(patch)
        if self.pedals.down is None and self.monitor.is_due:
            patch["vitals"] = self.monitor.take(self.heart, self.breathing, self.blood.pressures)
        if patch:
            self._out.append(StateOut(patch))

    def snapshot(self) -> dict[str, Any]:
        """The whole visible state, for whoever joins."""
        return visible.snapshot(self)

    # ---- checkpoints ----------------------------------------------------------------------------------

    def checkpoint_soon(self) -> None:
        """X-rays begin: the next checkpoint comes earlier."""
        self._checkpoints.soon()

    def checkpoint(self) -> None:
        """Keep everything that the next step depends on."""
        self._checkpoints.take()

    def state(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Plain values and arrays that the next step depends on."""
        return state_of(self)

    def restore(self, state: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`; what an older version did not write stays as it is."""
        restore(self, state, arrays)
        self._checkpoints.restored()

    def feed(self, entries: Iterable[Entry], until_us: int) -> Iterator[int]:
        """Run through recorded commands and decisions up to a time; yields the times reached."""
        for entry in entries:
            if entry.t_us > self.clock.now_us:
                self.advance(entry.t_us)
                yield self.clock.now_us
            if entry.kind == "quality":
                self.apply(QUALITY, entry.data, "governor")
            else:
                self.apply(entry.name, entry.data["args"], entry.data["who"])
        self.advance(until_us)
        yield self.clock.now_us

    def rehearse(self, entries: Sequence[Entry], log: LogWriter) -> None:
        """Catch up with a log that goes on after the restored checkpoint.

        Everything before the log's last moment is simulated silently. The last moment may have been
        cut by a kill: what it had written is passed over, what it had not is written now.
        """
        end_us = entries[-1].t_us if entries else self.clock.now_us
        given = [e for e in entries if e.kind in ("command", "quality")]
        self.silent = True
        for _ in self.feed([e for e in given if e.t_us < end_us], end_us):
            pass
        self.silent = False
        self.log = log
        self._written_before = sum(e.t_us == end_us and e.kind != "checkpoint" for e in entries)
        for _ in self.feed([e for e in given if e.t_us == end_us], end_us + ticks.BASE_STEP_US):
            pass
        self._written_before = 0
        self._out.clear()

    def close(self) -> None:
        """Stop X-rays and movement, keep the state, close the log."""
        if self.log is not None:
            self.release_xrays("session closed")
            self.instruments.count()
            self.checkpoint()
            self.log.close()
            self.log = None
