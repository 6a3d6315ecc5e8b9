"""The plan: into the aorta's branch, along the road, back and again where it fails."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.gym.navigate import hands
from angiosuite.gym.operating.aorta import catheter_up, probe, wire_up, withdraw
from angiosuite.gym.operating.branch import follow
from angiosuite.gym.operating.tableside import Shown, Tableside, Work

__all__ = ["Operator"]


class Operator:
    """Leads a wire and a shaped catheter along the road of the map.

    Parameters
    ----------
    formed : bool
        Whether the catheter hooks by its whole curve, which forms only when the wire's end has left it.

    Notes
    -----
    **Model** wire up the aorta past the mouth, catheter over it, wire back into the catheter; the catheter is
    held at the mouth's level and turned until its tip points there (a closed loop on the picture of its tip),
    the wire is pushed; where it does not enter, level and turn are varied. In the branch the wire is turned
    toward the road at each mouth, drawn back where it went astray, and the catheter follows. Where the wire
    will not turn into a vessel, it goes on past its mouth, the catheter follows and is drawn back to the
    mouth with its tip turned there. Of three tools the outermost stays in the aorta's branch, and the
    microcatheter follows the wire. Held by ``tests/gym/test_operator.py``.
    """

    def __init__(self, formed: bool = False) -> None:
        self._formed = formed
        self._work: Work | None = None
        self.at: Tableside | None = None
        self._gave_up = False

    @property
    def said(self) -> str:
        """What it is doing."""
        return "gave up" if self._gave_up else self.at.said if self.at else ""

    def act(self, shown: Shown) -> NDArray[np.float32]:
        """What the hands do now; all zero once it has given up."""
        try:
            if self._work is None:
                self.at = Tableside(shown, self._formed)
                self._work = _lead(self.at)
                return next(self._work)
            return self._work.send(shown)
        except StopIteration:
            self._gave_up = True
            return hands(still := [0.0] * len(shown["depth_mm"]), still)


def _lead(at: Tableside) -> Work:
    for attempt in range(12):
        if not at.is_on_the_way():
            yield from withdraw(at)
            yield from wire_up(at, attempt)
        if not at.is_on_the_way():
            yield from catheter_up(at)
            yield from probe(at, attempt)
        if at.is_on_the_way():
            yield from follow(at)
            yield from withdraw(at)
