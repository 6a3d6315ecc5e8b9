"""What a scripted operator sees: where things lie in a picture that was really shown, and no more.

A script cannot recognise a pedicle among pixels, so that its eye is told where each thing of the drill lies
in the very picture that stands on the monitor (`judged`, which the log holds too), with an error of
perception on it. What the field does not show, or what drowns in noise, it does not see; depth it never gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .skill import Skill

FULL_ENOUGH, GUESS = 0.2, 8.0
"""A vessel that holds less contrast is placed by the bones around it, with so many times the error."""
SURE = 2.0
"""A guess is good to so many of its standard deviations: nobody centres an empty vessel to a millimetre."""
LEAST_CNR = 1.0
"""Contrast-to-noise ratio below which a thing is not seen; Rose's criterion asks for more of small things."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing as it was seen in one picture.

    Parameters
    ----------
    frame : int
        The picture.
    u_mm, v_mm : float
        From the picture's middle to the right and downwards, mm at the isocentre.
    read : mapping
        Further figures that a trained eye reads off: shape, overlap, contrast, ends in pixels; ``begins_mm``
        is where a course begins, as ``u_mm`` and ``v_mm`` tell of its middle.
    sure_mm : float
        Within so much of where it seems to be it is not told apart, mm: large for an empty vessel that is
        placed by the bones around it, 0 for what is seen.
    """

    frame: int
    u_mm: float
    v_mm: float
    read: Mapping[str, Any]
    sure_mm: float = 0.0

    @property
    def off_mm(self) -> float:
        """From the picture's middle, mm."""
        return float(np.hypot(self.u_mm, self.v_mm))


class Eye:
    """Looks at the last picture that was shown.

    Parameters
    ----------
    skill : Skill
        How well it sees.
    rng : numpy.random.Generator
        Its errors.
    """

    def __init__(self, skill: Skill, rng: np.random.Generator) -> None:
        self._skill, self._rng = skill, rng

    def find(self, target: str, picture: Mapping[str, Any] | None) -> Sight | None:
        """A thing in a picture; None where it is not to be seen.

        Parameters
        ----------
        target : str
            Which thing.
        picture : mapping or None
            Facts of the picture that was shown last.
        """
        judged = (picture or {}).get("judged", {}).get(target)
        if picture is None or judged is None or not judged.get("in_field"):
            return None
        flows = "filled" in judged
        if not flows and judged.get("cnr") is not None and judged["cnr"] < LEAST_CNR:
            return None
        guessed = flows and float(judged["filled"]) < FULL_ENOUGH
        error_mm = (GUESS if guessed else 1.0) * self._skill.eye_mm
        u, v = self._rng.normal(0.0, error_mm, 2)
        reads = () if guessed else READ
        read = {name: self._misread(value) for name, value in judged.items() if name in reads}
        if judged.get("tilt_deg") is not None:  # end plates as one line or two, the ring against the body
            error = self._rng.normal(0.0, TILT_DEG * self._skill.eye_mm / 0.6)
            read["tilt_deg"] = abs(float(judged["tilt_deg"]) + error)
        if judged.get("begins_mm") and not guessed:
            begin_u, begin_v = judged["begins_mm"]
            read["begins_mm"] = float(begin_u) + u, float(begin_v) + v
        pixel_mm = float(picture["pixel_mm_iso"])
        if judged.get("ends_px"):
            errors = self._rng.normal(0.0, 0.15 * self._skill.eye_mm / pixel_mm, (2, 2))
            read["ends_px"] = (np.asarray(judged["ends_px"], float) + errors).tolist()
        at = float(judged["u_mm"]) + u, float(judged["v_mm"]) + v
        return Sight(int(picture["index"]), *at, read, SURE * error_mm if guessed else 0.0)

    def level(self, value: float) -> float:
        """A level that is read off a picture or a display, with an error."""
        return float(self._misread(value))

    def _misread(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        return float(value) * (1.0 + self._rng.normal(0.0, self._skill.eye_share))


READ = ("cnr", "shape", "overlap", "foreshortening", "filled", "iodine_mg_ml", "narrowest")
"""Figures that an eye can read off a picture."""
TILT_DEG = 2.5
"""Standard deviation of an angle that is read off end plates and walls, degrees, for an eye of 0.6 mm."""
