"""What the instruments of one session do to its patient: to walls, and by what leaves their lumens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from angiosuite.kit import clock as ticks
from angiosuite.physics.physiology.heart_rhythm import Origin
from angiosuite.suite.circulation.harm import Release

from .aftermath import Aftermath
from .contact import Contact
from .instrument import Instrument
from .patient_facts import PatientFacts, of_chart
from .tube_lumens import TubeLumens

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Harming"]

HAND_S = ticks.HAND_STEP_US * 1e-6


class Harming:
    """Judges contacts, carries what comes loose, lets harms take effect.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.aftermath = Aftermath(session.room.content, session.seed, self._tell, session.blood)
        session.blood.harms = self.aftermath.harms
        self.lumens = TubeLumens()
        self._patient: PatientFacts | None = None
        self._air_ml = 0.0
        self._told: list[dict[str, Any]] = []

    def step(self, contacts: Sequence[Contact], inside: Mapping[str, Instrument]) -> None:
        """The next 20 ms, of the instruments in the patient by id."""
        session, act_s = self._session, self._session.remedies.act_s
        if inside:
            self.lumens.advance(HAND_S, inside, act_s)
        releases = self._released(inside)
        if contacts or releases:
            patient = self._facts()
            self.aftermath.judge(contacts, HAND_S, patient)
            for release in releases:
                self.aftermath.release(release, patient)
        if session.blood.circulation is not None:
            session.blood.circulation.act_s = act_s
            self.aftermath.step(HAND_S, act_s, session.remedies.relaxes)

    def release(self, what: Release) -> None:
        """Something comes loose that no instrument pushed: the blood carries it."""
        self.aftermath.carry(what, self._facts())

    def observe(self) -> None:
        """Write into the log what spasms there are, where that changed; no page is told.

        Notes
        -----
        **Model** of each spasm its strength and how far a drug takes it away at this moment, 0 to 1, told to
        a tenth: whoever judges afterwards sees whether it came back open, and by what. Held by
        ``tests/suite/instruments/test_harming.py``.
        """
        relaxes = self._session.remedies.relaxes
        now = [
            {
                "vessel": one.vessel,
                "at_mm": round(one.at_mm, 1),
                "strength": round(one.strength, 1),
                "relaxes": round(relaxes(one.vessel), 1),
            }
            for one in self.aftermath.harms.narrowed.spasms
        ]
        if now != self._told:
            self._session.write("observation", "spasms", {"spasms": now})
            self._told = now

    def _tell(self, name: str, data: dict[str, Any], text: str) -> None:
        """What happened goes into the log; extra beats go through the heart too."""
        self._session.event(name, data, text)
        if name == "ectopy":
            origin: Origin = "atrium" if "atrium" in data["chamber"] else "ventricle"
            self._session.heart.provoke(int(data["beats"]), origin)

    def _released(self, inside: Mapping[str, Instrument]) -> list[Release]:
        """What left the connected catheter's tip: air and clot."""
        placed, desk = self._session.blood.placed, self._session.blood.desk
        air_ml, self._air_ml = desk.air_ml - self._air_ml, desk.air_ml
        if placed is None or placed.led is None or placed.led.tool not in inside:
            return []
        return self.lumens.released(inside[placed.led.tool], air_ml, placed.tip.vessel, placed.tip.at_mm)

    def _facts(self) -> PatientFacts:
        """The patient as hazards see one."""
        session = self._session
        patient, frame = session.blood.patient, session.last_frame
        if self._patient is None or self._patient.graph is not patient.drawn:
            effects = () if patient.afflicted is None else patient.afflicted.effects
            self._patient = PatientFacts.of(patient.drawn, effects, **of_chart(session.room.about))
        return replace(
            self._patient,
            relaxes=session.remedies.relaxes,
            frame=-1 if frame is None else frame,
            moment_s=1e-6 * session.clock.now_us,
        )

    # ---- state -----------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        aftermath, harmed = self.aftermath.state()
        lumens, columns = self.lumens.state()
        arrays: dict[str, NDArray[Any]] = {f"harm.{name}": value for name, value in harmed.items()}
        arrays |= {f"lumen.{name}": value for name, value in columns.items()}
        plain = {"aftermath": aftermath, "lumens": lumens, "air_ml": self._air_ml, "told": self._told}
        return plain, arrays

    def restore_vessels(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Bring back what was done to the vessels: while the blood is brought back, before it flows."""
        self.aftermath.restore(plain["aftermath"], _under("harm.", arrays))

    def restore(
        self, instruments: Sequence[Instrument], plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> None:
        """Bring back the rest; `instruments` are all on the table and in the patient."""
        self._air_ml, self._told = plain["air_ml"], list(plain.get("told", []))
        self.lumens.restore(instruments, plain["lumens"], _under("lumen.", arrays))


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
