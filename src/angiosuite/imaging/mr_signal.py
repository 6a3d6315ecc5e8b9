"""Signal of a tissue in MR: what a sequence makes of proton density, T1, T2 and contrast agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from angiosuite.kit.errors import WrongUse

Floats = NDArray[np.float64]
Kind = Literal["spin-echo", "fast-spin-echo", "inversion-recovery", "spoiled-gradient-echo", "balanced"]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A pulse sequence.

    Parameters
    ----------
    kind : Kind
    tr_ms, te_ms : float
        Repetition and (effective) echo time.
    flip_deg : float
        Of the gradient echo.
    ti_ms : float
        Of the inversion.
    fat_suppressed : bool
        Signal of fat is taken away.
    """

    kind: Kind
    tr_ms: float
    te_ms: float
    flip_deg: float = 90.0
    ti_ms: float = 0.0
    fat_suppressed: bool = False

    def __post_init__(self) -> None:
        if not (0.0 < self.te_ms < self.tr_ms):
            raise WrongUse(
                "The echo comes before the repetition", code="bad-sequence", value=[self.te_ms, self.tr_ms]
            )


SEQUENCES: Mapping[str, Sequence] = {
    "t1": Sequence("spin-echo", 500.0, 12.0),
    "t2": Sequence("fast-spin-echo", 4000.0, 90.0),
    "t1-contrast": Sequence("spoiled-gradient-echo", 4.5, 1.8, 12.0, fat_suppressed=True),
    "stir": Sequence("inversion-recovery", 4000.0, 40.0, ti_ms=160.0),
}
"""What the slices tab offers; round figures."""


def signal(
    sequence: Sequence, pd: ArrayLike, t1_ms: ArrayLike, t2_ms: ArrayLike, t2star_ms: ArrayLike
) -> Floats:
    """Transverse magnetisation at the echo, share of that of water fully relaxed.

    Parameters
    ----------
    sequence : Sequence
    pd, t1_ms, t2_ms, t2star_ms : array_like
        Proton density (water 1) and relaxation times; where a time is 0 there is no signal.

    Notes
    -----
    **Model**

    - spin echo: ``pd (1 - 2 exp(-(TR - TE/2)/T1) + exp(-TR/T1)) exp(-TE/T2)``
    - fast spin echo: the same with the effective TE (perfect refocusing)
    - inversion recovery: ``pd |1 - 2 exp(-TI/T1) + 2 exp(-(TR - TE/2)/T1) - exp(-TR/T1)| exp(-TE/T2)``
    - spoiled gradient echo: ``pd sin a (1 - E1) / (1 - cos a E1) exp(-TE/T2*)``, E1 = exp(-TR/T1)
    - balanced: ``pd sin a (1 - E1) / (1 - (E1 - E2) cos a - E1 E2) exp(-TE/T2)``, on resonance

    **Source** Bernstein, King and Zhou, Handbook of MRI pulse sequences (2004), ch. 14 and 16.
    **Valid for** the steady state, ideal pulses, spoiling that leaves no transverse magnetisation. Against
    extended phase graphs: spin echo within 1 %, RF-spoiled gradient echo (117 degrees) within 5 %; fast spin
    echo with refocusing below 180 degrees holds more signal than this (stimulated echoes). Held by
    ``tests/imaging/test_mr_signal.py`` (row M1).
    """
    density, t1, t2, star = (
        np.asarray(x, np.float64) for x in np.broadcast_arrays(pd, t1_ms, t2_ms, t2star_ms)
    )
    alive = (t1 > 0) & (t2 > 0) & (star > 0)
    one, two, three = (np.where(alive, t, 1.0) for t in (t1, t2, star))
    tr, te, flip = sequence.tr_ms, sequence.te_ms, np.deg2rad(sequence.flip_deg)
    e1 = np.exp(-tr / one)
    echoed = np.exp(-(tr - 0.5 * te) / one)
    match sequence.kind:
        case "spin-echo" | "fast-spin-echo":
            made = (1.0 - 2.0 * echoed + e1) * np.exp(-te / two)
        case "inversion-recovery":
            made = np.abs(1.0 - 2.0 * np.exp(-sequence.ti_ms / one) + 2.0 * echoed - e1) * np.exp(-te / two)
        case "spoiled-gradient-echo":
            made = np.sin(flip) * (1.0 - e1) / (1.0 - np.cos(flip) * e1) * np.exp(-te / three)
        case "balanced":
            e2 = np.exp(-tr / two)
            made = np.sin(flip) * (1.0 - e1) / (1.0 - (e1 - e2) * np.cos(flip) - e1 * e2) * np.exp(-te / two)
    return np.asarray(np.where(alive, density * np.maximum(made, 0.0), 0.0))


def with_contrast(time_ms: ArrayLike, relaxivity: float, concentration_mmol_l: ArrayLike) -> Floats:
    """A relaxation time with contrast agent, ms: ``1/T = 1/T0 + r C``; 0 stays 0.

    Parameters
    ----------
    time_ms : array_like
        Without.
    relaxivity : float
        l/mmol/s.
    concentration_mmol_l : array_like
    """
    t0 = np.asarray(time_ms, np.float64)
    rate = 1.0 / np.maximum(t0, 1e-6) + 1e-3 * relaxivity * np.asarray(concentration_mmol_l)
    return np.asarray(np.where(t0 > 0, 1.0 / rate, 0.0))


def moving_blood(
    sequence: Sequence,
    pd: float,
    t1_ms: ArrayLike,
    t2_ms: ArrayLike,
    t2star_ms: ArrayLike,
    speed_mm_s: ArrayLike,
    thickness_mm: float,
) -> Floats:
    """Signal of blood that runs through the slice, share of that of water fully relaxed.

    **Model** spin echo: what has left the slice between the two pulses, ``v TE / 2 / d``, gives no signal
    (flow void). Gradient echo: what has entered within a repetition, ``v TR / d``, is fresh and gives
    ``pd sin a exp(-TE/T2*)`` (inflow). Plug flow across the slice.
    **Source** Bradley and Waluch, Radiology 154:443 (1985): high-velocity loss and flow-related enhancement.
    """
    resting = signal(sequence, pd, t1_ms, t2_ms, t2star_ms)
    speed = np.abs(np.asarray(speed_mm_s, np.float64))
    if sequence.kind in ("spoiled-gradient-echo", "balanced"):
        fresh = np.minimum(speed * sequence.tr_ms * 1e-3 / thickness_mm, 1.0)
        new = pd * np.sin(np.deg2rad(sequence.flip_deg)) * np.exp(-sequence.te_ms / np.asarray(t2star_ms))
        return np.asarray(resting + fresh * (new - resting))
    left = np.maximum(1.0 - speed * 0.5 * sequence.te_ms * 1e-3 / thickness_mm, 0.0)
    return np.asarray(resting * left)
