"""Narrowings of a session's patient as treatment finds and leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.lesion_courses import hump
from angiosuite.anatomy.vessels.lesion_effects import Narrowing
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.lesion_response import Kind, Lesion, yield_atm

if TYPE_CHECKING:
    from angiosuite.suite.circulation.harms import Harms
    from angiosuite.suite.session import Session

__all__ = ["Plaque", "Plaques"]

Floats = NDArray[np.float64]

KINDS: Mapping[str, Kind] = {"iliac": "iliac", "femoral": "femoral", "popliteal": "femoral"}
"""What a lesion answers like, by a part of its artery's id; all other arteries as soft ones."""
NEVER_ATM = 999.0
"""Pressure of what never yields: above all that an inflator gives."""


@dataclass(slots=True)
class Plaque:
    """A narrowing as it is now.

    Parameters
    ----------
    lesion, vessel : str
    at_mm, length_mm : float
    healthy_mm : float
        Diameter that its vessel would have there.
    drawn_mm : float
        Of its throat as the patient came: what pictures are drawn with.
    throat_mm : float
        Of its throat now, with no balloon up.
    calcium, eccentricity : float
        Shares of 0 to 1.
    yields_atm : float
        Pressure at which its waist gives way; `NEVER_ATM`: never.
    has_yielded : bool
    stretch : float
        Widest that it was dilated to, over its healthy diameter.
    grade : str
        Worst dissection so far, "none" or "A" to "F".
    stent_mm : float
        Diameter of a stent in it, 0 without one: it does not fall back below that.
    """

    lesion: str
    vessel: str
    at_mm: float
    length_mm: float
    healthy_mm: float
    drawn_mm: float
    throat_mm: float
    calcium: float
    eccentricity: float
    yields_atm: float
    has_yielded: bool = False
    stretch: float = 0.0
    grade: str = "none"
    stent_mm: float = 0.0

    @property
    def as_lesion(self) -> Lesion:
        """For the laws."""
        kind: Kind = next((kind for part, kind in KINDS.items() if part in self.vessel), "soft")
        if self.vessel.endswith("vein"):
            kind = "vein"
        return Lesion(self.healthy_mm, self.drawn_mm, self.length_mm, self.calcium, self.eccentricity, kind)

    @property
    def residual(self) -> float:
        """Share of its diameter that is lost now; below 0 where it is wider than healthy."""
        return 1.0 - self.throat_mm / self.healthy_mm

    def ratio(self, at_mm: Floats, throat_mm: float | None = None) -> Floats:
        """Diameter at places over what is drawn there, with this throat or the one that it has now."""
        form = hump(at_mm, self.at_mm, self.length_mm)
        was = 1.0 - (1.0 - self.drawn_mm / self.healthy_mm) * form
        now = 1.0 - (1.0 - (throat_mm or self.throat_mm) / self.healthy_mm) * form
        return np.asarray(now / was)

    def share(self, at_mm: Floats) -> Floats:
        """Share of the drawn area."""
        return self.ratio(at_mm) ** 2

    def flow_share(self, at_mm: Floats) -> Floats:
        """None of the healthy lumen: the network has its own loss of a narrowing."""
        return np.ones(len(at_mm))


class Plaques:
    """All narrowings of one session's patient.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.of: dict[str, Plaque] = {}
        self._known: object = None

    def look(self) -> None:
        """Find the narrowings of the patient that the session has; those that are known stay as they are."""
        patient = self._session.blood.patient
        if self._known is patient:
            return
        self._known = patient
        found = {}
        for effect in () if patient.afflicted is None else patient.afflicted.effects:
            if isinstance(effect, Narrowing):
                found[effect.lesion] = self.of.get(effect.lesion) or self._made(effect)
        self.of = found

    def _made(self, effect: Narrowing) -> Plaque:
        session, graph = self._session, self._session.blood.patient
        _, healthy = graph.plumbed.vessels[effect.vessel].at(effect.at_mm)
        _, drawn = graph.drawn.vessels[effect.vessel].at(effect.at_mm)
        told = session.blood.lesion(effect.lesion)
        made = Plaque(
            effect.lesion, effect.vessel, effect.at_mm, effect.length_mm, 2.0 * healthy, 2.0 * drawn,
            2.0 * drawn, 0.01 * float(told.get("calcium_percent", 0.0)), effect.eccentricity, NEVER_ATM,
        )  # fmt: skip
        rng = generator(session.seed, f"plaque:{effect.lesion}", 0)
        made.yields_atm = min(float(yield_atm(made.as_lesion, float(rng.random()))), NEVER_ATM)
        return made

    def at(self, vessel: str, first_mm: float, last_mm: float) -> list[Plaque]:
        """Those of a vessel that a stretch of it touches."""
        return [
            one
            for one in self.of.values()
            if one.vessel == vessel
            and one.at_mm - 0.5 * one.length_mm < last_mm
            and one.at_mm + 0.5 * one.length_mm > first_mm
        ]

    def lumen_mm(self, vessel: str, at_mm: Floats, harms: Harms, but: str = "balloons") -> Floats:
        """Diameter of a lumen now at places, without what one kind of treatment does to it."""
        line = self._session.blood.patient.drawn.vessels[vessel]
        drawn = 2.0 * np.interp(at_mm, line.arc_mm, line.radius_mm)
        return np.asarray(drawn * np.sqrt(harms.narrowed.share(vessel, at_mm, but)))

    def healthy_mm(self, vessel: str, at_mm: Floats) -> Floats:
        """Diameter that a vessel would have at places without its lesions."""
        line = self._session.blood.patient.plumbed.vessels[vessel]
        return np.asarray(2.0 * np.interp(at_mm, line.arc_mm, line.radius_mm))

    def settle(self, harms: Harms) -> None:
        """Flow and pictures see the throats as they are now."""
        changed = tuple(one for one in self.of.values() if one.throat_mm != one.drawn_mm)
        if changed or "plaques" in harms.narrowed.treated:
            harms.narrowed.treat("plaques", changed)
        for one in changed:
            self._tell(one)

    def _tell(self, one: Plaque) -> None:
        blood = self._session.blood
        afflicted, flowing = blood.patient.afflicted, blood.circulation
        assert afflicted is not None
        share = min(one.throat_mm / one.healthy_mm, 1.0) ** 2
        afflicted.treat(one.lesion, share, None if flowing is None else (flowing.network, flowing.plumbing))

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return {name: asdict(one) for name, one in self.of.items()}

    def restore(self, plain: Mapping[str, Any], harms: Harms) -> None:
        """Return to a state taken by :meth:`state`, the patient and the blood being there again."""
        self.of = {name: Plaque(**kept) for name, kept in plain.items()}
        self._known = None
        changed = tuple(one for one in self.of.values() if one.throat_mm != one.drawn_mm)
        if changed:
            harms.narrowed.treated["plaques"] = changed
        for one in changed:
            share = min(one.throat_mm / one.healthy_mm, 1.0) ** 2
            afflicted = self._session.blood.patient.afflicted
            assert afflicted is not None
            afflicted.treat(one.lesion, share, None)
