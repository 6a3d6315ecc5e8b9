"""X-rays of a session: from a pedal that goes down to the last frame of a press, whatever the pedal makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from angiosuite.kit import clock as ticks
from angiosuite.kit.errors import WrongUse

from . import acquisition as acquisitions
from . import machine, strip
from .acquisition import Acquisition
from .injection import Injection
from .order import Order
from .outputs import FLAG_SUBTRACTED, Mode
from .picture import Exposure
from .roadmapping import RoadmapTool
from .run_frames import RunFrames
from .running import Running
from .runs import Runs
from .task_watch import task_watch
from .viewer import PlainView, Viewer

if TYPE_CHECKING:
    from .session import Session


class XRays:
    """Pulses, runs, injections and roadmap of one session.

    Parameters
    ----------
    session : Session
        The session that this belongs to.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.offers = {offer.id: offer for offer in session.room.equipment.exposure.acquisitions}
        self._programmes = machine.acquisition_offers(self.offers)
        self.acquisition = Acquisition.of(next(iter(self.offers.values())))
        self.injection = Injection()
        self.runs = Runs()
        self.frames = RunFrames(None if session.folder is None else session.folder.path)
        self.running: Running | None = None
        self.roadmap = RoadmapTool(session)
        self.next_pulse_us = 0
        self.is_on = False
        """Whether X-rays are on: a pedal is down and no X-ray delay runs."""
        self._signalled = False

    # ---- pedals -----------------------------------------------------------------------------------

    def press(self, pedal: str, latched: bool) -> None:
        """A pedal goes down; one that is down already changes nothing."""
        session, now = self._session, self._session.clock.now_us
        if session.paused:
            raise WrongUse("The session is paused", code="paused", way_out="Resume first.")
        if not session.pedals.press(pedal, latched, now):
            return
        self.next_pulse_us = now
        if pedal == "acquire":
            self.next_pulse_us = self._start_run(now)
        session.checkpoint_soon()
        session.picture.begin(now)
        if pedal == "acquire":
            session.picture.new_scene()
        if pedal == "fluoro":
            self.roadmap.pressed()
        if self.next_pulse_us == now:
            self._on(pedal, latched)

    def _on(self, pedal: str, latched: bool) -> None:
        self.is_on = True
        self._session.event("xray-on", {"pedal": pedal, "latched": latched}, "X-rays on")

    def release(self, pedal: str | None, reason: str) -> None:
        """A pedal goes up: the last image is held; a single shot that was pressed is always made."""
        session = self._session
        if session.pedals.down == "shot" and reason == "released":
            return
        ended = session.pedals.release(pedal)
        if ended is None:
            return
        if ended == "fluoro":
            self._hold()
        elif ended == "acquire":
            self._end_run(reason)
        session.picture.end()
        self._off(ended, reason, f"X-rays off ({reason})")

    def _off(self, pedal: str, reason: str, text: str) -> None:
        if self.is_on:
            self.is_on = False
            self._session.observe_beam()
            self._session.event("xray-off", {"pedal": pedal, "reason": reason}, text)

    def _hold(self) -> None:
        session = self._session
        if session.last_frame is not None:
            held = session.picture.hold(session.settings, self.roadmap, drawn=session.pictures != "none")
            if held is not None:
                flags, facts = self.roadmap.told(held.own_view)
                session.give_frame(held, Mode.HELD, facts, flags)
        self.roadmap.released()

    # ---- runs ---------------------------------------------------------------------------------------

    def _start_run(self, now: int) -> int:
        session, chosen = self._session, self.acquisition
        number = len(self.runs) + 1
        self.running = self._run(number, chosen)
        injection = self.injection.coupling
        session.event(
            "run-started",
            {
                "run": number,
                **{name: chosen.as_dict()[name] for name in ("kind", "programme", "title", "level")},
                **{name: chosen.as_dict()[name] for name in ("matrix", "phases", "mask")},
                "injection": injection.as_dict(),
                "phantom": None if session.phantom is None else session.phantom.id,
            },
            f"Run {number}: {chosen.title}",
        )
        return self.injection.plan(now, number)

    def _run(self, number: int, chosen: Acquisition) -> Running:
        def read_frame(of_run: int) -> Any:
            return self.frames.read(number, of_run, chosen.matrix)

        return Running(number, chosen, self.offers[chosen.programme].locked, read_frame)

    def _end_run(self, reason: str) -> None:
        run, self.running = self.running, None
        if run is None:
            return
        self.injection.call_off()
        self._session.event(
            "run-ended",
            {"run": run.number, "frames": run.frames, "reason": reason},
            f"Run {run.number} ended: {run.frames} frames ({reason})",
        )
        self._session.blood.end_run(run.number)
        task_watch(self._session).judge_run(run.number)

    def inject(self, by: str) -> None:
        """Contrast begins to flow."""
        session = self._session
        if by == "run":
            session.blood.start()
        number = self.injection.begin(session.clock.now_us)
        if by == "hand" and self.running is not None:
            number = self.running.number
        session.event(
            "injection-started",
            {"run": number, "by": by, "frame": session.last_frame},
            "Injection by hand" if by == "hand" else "Injection",
        )
        session.movement.injected()

    # ---- pulses ---------------------------------------------------------------------------------------

    def advance(self, now: int) -> None:
        """What is due at this moment: an injection, a pulse."""
        if self.injection.is_due(now):
            self.inject("run")
        if self._session.pedals.down is not None and now >= self.next_pulse_us:
            self._pulse(now)

    def due_us(self, now: int) -> int | None:
        """When the next pulse or injection is due, microseconds; None when nothing is."""
        due_us = self.waits_until_us
        return None if due_us is None else max(due_us, now + ticks.BASE_STEP_US)

    @property
    def waits_until_us(self) -> int | None:
        """When the next pulse or injection is due, also when that is past; None when nothing is."""
        waiting = [] if self.injection.due_us is None else [self.injection.due_us]
        if self._session.pedals.down is not None:
            waiting.append(self.next_pulse_us)
        return min(waiting) if waiting else None

    def _pulse(self, now: int) -> None:
        session = self._session
        pedal = session.pedals.down
        if not self.is_on:
            assert pedal is not None
            self._on(pedal, session.pedals.latched)
        if pedal == "acquire" and self.running is not None:
            self._run_frame(now, self.running)
        elif pedal == "shot":
            self._shot(now)
        else:
            self._fluoroscopy(now)

    def _expose(self, now: int, order: Order, viewer: Viewer) -> Exposure:
        session = self._session
        if session.room.paths.phantom is not session.phantom:
            session.room.paths.phantom = session.phantom
        session.room.paths.show_vessels(*session.blood.shown)
        exposure = session.picture.expose(
            t_us=now,
            pose=session.gantry.pose,
            settings=session.settings,
            collimator=session.collimator,
            order=order,
            moment=session.moment(),
            quality=self.quality,
            frame=session.frame_count + 1,
            viewer=viewer,
            drawn=self._is_drawn(order),
        )
        assert exposure.pulse is not None
        session.watchers.pulse(exposure.pulse)
        return exposure

    def _is_drawn(self, order: Order) -> bool:
        """Whether the picture is made now: of fluoroscopy that nobody watches, under a roadmap alone."""
        if self._session.pictures == "asked":
            return order.mode != "fluoro" or self.roadmap.is_active
        return self._session.pictures == "all"

    @property
    def quality(self) -> Literal["full", "draft"]:
        """Projector of the next picture: frames that are subtracted from each other are all drawn in full."""
        alike = self.running is not None or self.roadmap.is_active
        return "full" if alike else self._session.quality

    def _fluoroscopy(self, now: int) -> None:
        session = self._session
        high_level = session.pedals.high_level
        order = machine.fluoroscopy(session.room.equipment, session.settings, high_level)
        exposure = self._expose(now, order, self.roadmap)
        flags, facts = self.roadmap.told(exposure.own_view)
        session.give_frame(exposure, Mode.FLUORO, facts, flags)
        self.next_pulse_us += round(1e6 / order.rate_hz)
        dose = session.picture.dose
        if dose.signal and not self._signalled:
            minutes = round(dose.fluoroscopy_s / 60.0, 1)
            session.event("five-minute-signal", {"minutes": minutes}, f"{minutes:g} min of fluoroscopy")
        self._signalled = dose.signal

    def _shot(self, now: int) -> None:
        session = self._session
        order = machine.single_shot(session.room.equipment, session.settings)
        session.give_frame(self._expose(now, order, PlainView()), Mode.SHOT)
        strip.store(session, session.frame_count, "shot", "Single shot")
        session.pedals.release("shot")
        self._off("shot", "one exposure made", "Single shot taken")

    def _run_frame(self, now: int, run: Running) -> None:
        session = self._session
        if run.first_us is None:
            run.first_us = now
        chosen = run.acquisition
        number, phase, _ = chosen.phase_at(run.since_s(now))
        offer = self.offers[chosen.programme]
        order = machine.run_frame(offer, chosen, phase.rate_hz, run.locked)
        exposure = self._expose(now, order, run)
        session.blood.look_at_run(run.since_s(now))
        pulse = session.picture.last_pulse
        assert pulse is not None
        settling = run.took(exposure.facts["measured"], pulse)
        facts: dict[str, Any] = {
            "run": run.number,
            "run_frame": run.frames,
            "run_t_us": now - run.first_us,
            "rate_hz": phase.rate_hz,
            "phase": number,
            "settling": settling,
            "subtracted": exposure.own_view,
        }
        if not session.silent and exposure.raw is not None:
            facts["raw_hash"] = self.frames.write(run.number, run.frames, exposure.raw)
        facts["raw"] = f"runs/{run.number:03d}.u16"
        session.give_frame(exposure, Mode.RUN, facts, FLAG_SUBTRACTED if exposure.own_view else 0)
        if run.wants_mask():
            self.change_run(run.number, {"mask": list(run.first_mask())}, "mask taken")
        due_us = run.next_us(now)
        if due_us is None:
            self.release("acquire", "programme complete")
        else:
            self.next_pulse_us = due_us

    def change_run(self, number: int, changes: Mapping[str, Any], what: str) -> None:
        """Change what a run is looked at with: mask, pixel shift, landmark, removed; it is logged."""
        self.runs.get(number)
        self._session.event("run-changed", {"run": number, **changes}, f"Run {number}: {what}")
        run = self.running
        if run is not None and run.number == number:
            record = self.runs.get(number)
            if record.mask != run.mask:
                run.set_mask(record.mask)
            run.shift_px, run.landmark = record.shift_px, record.landmark
        task_watch(self._session).judge_run(number)

    # ---- what commands do -------------------------------------------------------------------------------

    def choose(self, changes: Mapping[str, Any]) -> None:
        """Choose what the acquisition pedal makes; a run that is being made keeps what it began with."""
        self.acquisition = acquisitions.changed(self.acquisition, self.offers, changes)

    def show(self, now: int) -> dict[str, Any]:
        """Parts of the visible state."""
        run = self.running
        return {
            "acquisition": {
                **self.acquisition.as_dict(),
                "programmes": machine.acquisition_offers(self.offers),
            },
            "injection": self.injection.show(now),
            "run": None if run is None else run.about(now, waiting=not self.is_on),
            "runs": [record.as_dict() for record in self.runs.all() if record.frames],
            "roadmap": self.roadmap.about(),
        }

    # ---- state ----------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Plain values and arrays that the next step depends on."""
        roadmap, arrays = self.roadmap.state_of()
        plain = {
            "acquisition": self.acquisition.as_dict(),
            "injection": self.injection.state(),
            "runs": self.runs.state(),
            "running": None if self.running is None else self.running.state(),
            "roadmap": roadmap,
            "pulse": [self.next_pulse_us, self._signalled, self.is_on],
        }
        return plain, arrays

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.acquisition = acquisitions.restored(plain["acquisition"], self.offers)
        self.injection.restore(plain["injection"])
        self.runs.restore(plain["runs"])
        self.running = None
        if plain["running"] is not None:
            state = plain["running"]
            chosen = acquisitions.restored(state["acquisition"], self.offers)
            fresh = self._run(state["number"], chosen)
            fresh.restore(state)
            self.running = fresh
        self.roadmap.restore(plain["roadmap"], arrays)
        self.next_pulse_us, self._signalled, self.is_on = plain["pulse"]
