"""How the layers of a body move with breathing and heart beat: one affine map per layer and moment.

Every motion is affine, so that a projector moves a layer by moving source and detector the other way
round and keeps the line integrals exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MotionKind = Literal["still", "breath-organ", "breath-ribs", "heart"]

#: Quiet breathing moves the right dome by about this much, deep inspiration by `DEEP_BREATH_MM`.
QUIET_BREATH_MM = 15.0
DEEP_BREATH_MM = 40.0

#: Shear of the ribs (mm up per mm in front of the spine) per mm of diaphragm: 3 degrees at 40 mm.
RIB_SHEAR_PER_MM = 0.0013


@dataclass(frozen=True, slots=True)
class Motion:
    """How one layer moves: data only, read by `layer_affine`.

    Parameters
    ----------
    kind : {"still", "breath-organ", "breath-ribs", "heart"}
        Law of motion.
    gain : float
        "breath-organ": mm of caudal shift (-z) per mm of commanded diaphragm excursion.
        "breath-ribs": cranial shear, mm per mm in front of the spine line per mm of excursion (1/mm).
        "heart": linear shrink at the end of systole, a fraction; the central tendon
        under it stays, so breathing leaves it in place.
    centre_mm : tuple of float
        Fixed point (x, y, z) of the motion: spine line of the ribs, centre of the heart.
    """

    kind: MotionKind = "still"
    gain: float = 0.0
    centre_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)


STILL = Motion()


def contraction(cardiac_phase: float) -> float:
    """Contraction of the ventricles, 0 (end of diastole) to 1 (end of systole), at a cardiac phase.

    Parameters
    ----------
    cardiac_phase : float
        Fraction of the cycle since the R wave; any real number, taken modulo 1.

    Notes
    -----
    **Model** raised cosine up over the first 36 % (systole); in diastole 78 % of the relaxation comes with
    rapid filling, the rest with the atrial kick after a rest (diastasis). Continuous and periodic.
    **Source** phases of the cardiac cycle as in any physiology text (Wiggers diagram), shape simplified.
    **Valid for** 40 to 120 beats a minute, sinus rhythm. Held by tests/anatomy/test_motion.py.
    """
    phase = cardiac_phase % 1.0
    systole = 0.36
    if phase < systole:
        return 0.5 - 0.5 * cos(pi * phase / systole)
    late = (phase - systole) / (1.0 - systole)
    return 1.0 - 0.78 * _smoothstep(late / 0.45) - 0.22 * _smoothstep((late - 0.7) / 0.3)


def _smoothstep(value: float) -> float:
    clipped = min(max(value, 0.0), 1.0)
    return clipped * clipped * (3.0 - 2.0 * clipped)


_AT_REST = np.eye(4)


def layer_affine(motion: Motion, breath_mm: float, cardiac_phase: float) -> NDArray[np.float64]:
    """Affine map (4, 4) world <- rest, mm, of a layer at a breathing depth and cardiac phase.

    Parameters
    ----------
    motion : Motion
        The layer's law.
    breath_mm : float
        Excursion of the diaphragm from end-expiration, mm; positive in inspiration (dome goes down).
    cardiac_phase : float
        Fraction of the heart cycle since the R wave.

    Returns
    -------
    affine : (4, 4) float64
        Identity at breath 0 and phase 0 for every kind.

    Notes
    -----
    **Model** translation along -z (organs), shear of z with distance before the spine (ribs), similarity
    about the heart's centre (heart).
    **Source** excursions: dome 15 mm quiet and 40 mm deep, kidneys 0.65 of the dome, ribs turn 2 to 4
    degrees (round figures of the respiratory-motion literature; draft).
    **Valid for** breath -10 to 50 mm. Held by tests/anatomy/test_motion.py.
    """
    affine = _AT_REST.copy()
    if motion.kind == "breath-organ":
        affine[2, 3] = -motion.gain * breath_mm
    elif motion.kind == "breath-ribs":
        slope = motion.gain * breath_mm
        affine[2, 1] = -slope
        affine[2, 3] = slope * motion.centre_mm[1]
    elif motion.kind == "heart":
        scale = 1.0 - motion.gain * contraction(cardiac_phase)
        centre = np.asarray(motion.centre_mm, dtype=np.float64)
        affine[:3, :3] *= scale
        affine[:3, 3] = (1.0 - scale) * centre
    return affine
