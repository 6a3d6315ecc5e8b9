"""All treatment of one session, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from angiosuite.physics.xray.instrument_shadow import Drawn
from angiosuite.suite.circulation.bleedings import bleedings, mean_pressure
from angiosuite.suite.instruments.instrument import Instrument
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.agents.agents import EmbolicAgents
from angiosuite.suite.treating.balloons.balloons import Balloons
from angiosuite.suite.treating.closing.closing import Closing
from angiosuite.suite.treating.coils.coils import Coils
from angiosuite.suite.treating.filters.filter import Filters
from angiosuite.suite.treating.plaques.lumen_walls import LumenWalls
from angiosuite.suite.treating.plaques.plaques import Plaques
from angiosuite.suite.treating.snares.snare import Snaring
from angiosuite.suite.treating.stents.stents import Stents
from angiosuite.suite.treating.vacuum.aspiration import Aspirating

from .part import Arrays, Part

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Treating"]


class Treating:
    """Balloons, stents, coils, agents, closure, filters, aspiration and snares of one session.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.plaques = Plaques(session)
        self.walls = LumenWalls(session)
        self.balloons = Balloons(session, self.plaques)
        self.stents = Stents(session, self.plaques, self.balloons)
        self.coils = Coils(session)
        self.agents = EmbolicAgents(session)
        self.filters = Filters(session)
        self.parts: dict[str, Part] = {
            "balloons": self.balloons,
            "stents": self.stents,
            "coils": self.coils,
            "agents": self.agents,
            "closing": Closing(session),
            "filter": self.filters,
            "aspiration": Aspirating(session),
            "snare": Snaring(session),
        }
        self._told: dict[str, Any] = {}

    def advance(self, seconds: float) -> None:
        """Time goes on, in the order of the parts."""
        for part in self.parts.values():
            part.advance(seconds)
        self.walls.advance(seconds)

    def halt(self) -> None:
        """All hands come off: nothing is pushed, drawn back or injected any more."""
        self.agents.stop()
        self.coils.halt()
        self.stents.halt()

    def tools(self) -> list[ToolSeen]:
        """What pictures show beside the instruments: what was left in the patient."""
        return [tool for part in self.parts.values() for tool in part.tools()]

    def drawn(self, instrument: Instrument, base: Drawn) -> Drawn:
        """An instrument as it is drawn now: with its balloon up, or a stent on it."""
        return self.balloons.drawn(instrument, self.stents.drawn(instrument, base))

    def left(self) -> list[dict[str, Any]]:
        """What lies in the patient for good."""
        return [one for part in self.parts.values() for one in part.left()]

    def show(self) -> dict[str, Any]:
        """For the page."""
        return {**{name: part.show() for name, part in self.parts.items()}, "left": self.left()}

    def observe(self) -> None:
        """Write into the log what changed since the last time."""
        blood = self._session.blood
        now = {name: part.observed() for name, part in self.parts.items()}
        now["bleeding"] = bleedings(blood.circulation, blood.harms, self._told.get("bleeding"))
        now["mean_mmhg"] = mean_pressure(blood.circulation, self._told.get("mean_mmhg"))
        changed = {name: told for name, told in now.items() if told != self._told.get(name)}
        if changed:
            self._session.write("observation", "treating", changed)
        self._told = now

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        plain: dict[str, Any] = {"told": self._told, "plaques": self.plaques.state(), "parts": {}}
        plain["walls"] = self.walls.state()
        arrays: dict[str, NDArray[Any]] = {}
        for name, part in self.parts.items():
            plain["parts"][name], more = part.state()
            arrays |= {f"treating/{name}.{key}": value for key, value in more.items()}
        return plain, arrays

    def restore_walls(self, plain: Mapping[str, Any] | None) -> None:
        """Tell how walls were baked, before they are made."""
        self.walls.restore(None if plain is None else plain.get("walls"))

    def restore(self, plain: Mapping[str, Any] | None, arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`; logs of releases without treatment have none."""
        if plain is None:
            return
        self._told = dict(plain["told"])
        self.plaques.restore(plain["plaques"], self._session.instruments.aftermath.harms)
        for name, kept in plain["parts"].items():
            if name in self.parts:
                mark = f"treating/{name}."
                own = {key.removeprefix(mark): v for key, v in arrays.items() if key.startswith(mark)}
                self.parts[name].restore(kept, own)
        self.walls.resume(plain.get("walls"))
