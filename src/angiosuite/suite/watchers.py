"""What follows a session's pulses and keeps something of them: the skin, the staff, the task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from angiosuite.physics.xray.beam import Technique
from angiosuite.physics.xray.geometry import BeamGeometry

from .collimator import Blades
from .moment import Moment
from .order import PulseMode
from .pose import Pose

if TYPE_CHECKING:
    from .session import Session

Plain = dict[str, Any]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class PulseTaken:
    """One pulse that was made, as a watcher is told of it.

    Parameters
    ----------
    t_us : int
        Simulated time, microseconds.
    mode : {"fluoro", "shot", "run"}
        What it was for.
    pose : Pose
        Gantry and table.
    geometry : BeamGeometry
        Rays of the whole square field in patient space (LPS mm); the patient moved by `moment.shift_mm`.
    field_mm : float
        Side of the square field at the detector, mm.
    blades : Blades
        Collimator.
    technique : Technique
        kV, mA, ms, copper, focal spot.
    moment : Moment
        Where breath, heart, patient and contrast stood.
    kar_mgy, pka_ugy_m2 : float
        Kerma at the reference point, mGy, and kerma-area product, µGy m².
    interval_s : float
        Time the pulse stands for, s; 0 for a shot.
    thickness_cm : float
        Water-equivalent thickness that exposure control found, cm.
    """

    t_us: int
    mode: PulseMode
    pose: Pose
    geometry: BeamGeometry
    field_mm: float
    blades: Blades
    technique: Technique
    moment: Moment
    kar_mgy: float
    pka_ugy_m2: float
    interval_s: float
    thickness_cm: float


class Watcher(Protocol):
    """Follows pulses; its `name` is the key of its part of the visible state, checkpoints and log."""

    name: str

    def pulse(self, pulse: PulseTaken) -> None:
        """A pulse was made."""

    def beam_off(self) -> Mapping[str, Any] | None:
        """X-rays went off: what to write into the log as the observation `name`; None for nothing."""

    def part(self) -> Mapping[str, Any] | None:
        """Its part of the visible state, plain JSON, equal while nothing changed; None where it has none."""

    def state(self) -> tuple[Plain, Arrays]:
        """Everything that its next answers depend on."""

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`."""


Maker = Callable[["Session"], Watcher]

MAKERS: list[Maker] = []
"""Makes each watcher of a new session, in this order; a module enters its own by `watcher`."""


def watcher(maker: Maker) -> Maker:
    """Enter a class or function that makes a watcher of a session."""
    MAKERS.append(maker)
    return maker


class Watchers:
    """All watchers of one session.

    Parameters
    ----------
    session : Session
        The session they follow.
    """

    def __init__(self, session: Session) -> None:
        self._all: tuple[Watcher, ...] = tuple(make(session) for make in MAKERS)

    def __getitem__(self, name: str) -> Watcher:
        """The watcher of this name; `KeyError` when there is none."""
        return {one.name: one for one in self._all}[name]

    def pulse(self, pulse: PulseTaken) -> None:
        """A pulse was made."""
        for one in self._all:
            one.pulse(pulse)

    def beam_off(self) -> list[tuple[str, Mapping[str, Any]]]:
        """X-rays went off: observations to write."""
        told = ((one.name, one.beam_off()) for one in self._all)
        return [(name, data) for name, data in told if data is not None]

    def get(self, name: str) -> Watcher | None:
        """The watcher of this name; None when there is none."""
        return next((one for one in self._all if one.name == name), None)

    def parts(self) -> dict[str, Mapping[str, Any] | None]:
        """Their parts of the visible state."""
        return {one.name: one.part() for one in self._all}

    def state(self) -> tuple[dict[str, Plain], Arrays]:
        """States of all."""
        plain: dict[str, Plain] = {}
        arrays: Arrays = {}
        for one in self._all:
            plain[one.name], own = one.state()
            arrays |= {f"{one.name}/{key}": value for key, value in own.items()}
        return plain, arrays

    def restore(self, plain: Mapping[str, Plain], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to states taken by :meth:`state`; a watcher that an older version lacked starts anew."""
        for one in self._all:
            if one.name in plain:
                own = {k.partition("/")[2]: v for k, v in arrays.items() if k.startswith(f"{one.name}/")}
                one.restore(plain[one.name], own)
