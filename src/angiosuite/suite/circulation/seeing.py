"""What a session sees of its blood: once a moment for pictures, frame by frame for what a run opacified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .beside import Beside, drawn_beside, pushed_by_flaps
from .catheter_seen import CatheterSeen
from .looking import Looking
from .lumen_places import LumenPlaces
from .lumens import Lumens
from .opacified import Opacified
from .seen import BloodSeen

if TYPE_CHECKING:
    from .blood import Blood

__all__ = ["Seeing"]

Floats = NDArray[np.float64]


class Seeing:
    """Looks at a session's blood while it flows.

    Parameters
    ----------
    blood : Blood
        Whose circulation runs.
    lumens : Lumens
        Its patient's, as they are drawn.
    """

    def __init__(self, blood: Blood, lumens: Lumens) -> None:
        self._blood = blood
        self._looking = Looking(blood.patient.drawn, lumens)
        self.places = LumenPlaces(blood.patient.drawn, lumens)
        """Where along their vessels the nodes of the lumens lie."""
        self._widths: tuple[Floats, Floats] | None = None
        self._run: Opacified | None = None
        self._last: tuple[int, BloodSeen | None] = (-1, None)

    @property
    def lumens(self) -> Lumens:
        """The lumens that are drawn."""
        return self._looking.lumens

    def at(self, now_us: int) -> BloodSeen | None:
        """Contrast and catheter as they are now; None while there is neither."""
        if self._last[0] != now_us:
            self._last = (now_us, self._see())
        return self._last[1]

    def _see(self) -> BloodSeen | None:
        blood, catheter = self._blood, None
        if blood.placed is not None and blood.placed.led is None:
            catheter = CatheterSeen.of(blood.placed, blood.graph, blood.desk.column, self.places)
        lesions = blood.blood.lesions
        pooled = () if lesions is None else tuple(float(mg) for mg in lesions.pooled_mg)
        width = aside_mm = None
        beside: tuple[Beside, ...] = ()
        if blood.harms is not None:
            graph, outside = blood.patient.drawn, blood.harms.outside
            width = self._width(blood.harms.lumen_shares(graph, self.lumens.vessels))
            aside_mm = pushed_by_flaps(graph, self.places, outside)
            beside = drawn_beside(graph, outside)
        return self._looking.see(
            blood.blood, blood.wall.stains, catheter, pooled, width, aside_mm, beside
        )  # fmt: skip

    def _width(self, share: Floats | None) -> Floats | None:
        """Share of the radius of that of the area; the same array while that is the same."""
        if share is None:
            return None
        if self._widths is None or self._widths[0] is not share:
            self._widths = share, np.sqrt(share)
        return self._widths[1]

    def look_at_run(self, now_us: int, t_s: float) -> None:
        """A frame of a run was made, so long after the run began."""
        seen = self.at(now_us)
        if seen is not None:
            if self._run is None:
                self._run = Opacified(self.lumens)
            self._run.look(seen, t_s)

    def end_run(self) -> dict[str, Any] | None:
        """What contrast reached in the run that ends; None where none was seen."""
        run, self._run = self._run, None
        return None if run is None else run.told()

    def state(self) -> Mapping[str, NDArray[Any]]:
        """What is known of the run that is being made."""
        return {} if self._run is None else self._run.state()

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._run, self._last = None, (-1, None)
        if arrays:
            self._run = Opacified(self.lumens)
            self._run.restore(arrays)
