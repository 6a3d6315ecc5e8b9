"""Glue (n-butyl cyanoacrylate) in oil: when it stops the flow, when it is set, and what it holds fast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["TABLE", "glue_share", "is_catheter_glued", "reach_mm", "set_s", "stop_s"]

Floats = NDArray[np.float64]

TABLE: tuple[tuple[float, float, float], ...] = (
    (0.20, 64.0, 9.3),
    (0.33, 58.0, 4.5),
    (0.40, 27.0, 3.75),
    (0.50, 12.3, 1.43),
    (0.66, 3.7, 0.78),
    (1.00, 0.12, 0.28),
)
"""Share of glue, time until it is set and until it has stopped the flow, s (medians)."""
ENDOTHELIUM = 2.0
"""Living endothelium speeds it by this factor or more."""
_GLUED_SHARE = 0.5


def glue_share(parts_of_oil: float) -> float:
    """Share of glue in a mixture of one part of it with so many of oil."""
    if parts_of_oil < 0.0:
        raise WrongUse("Glue takes no such part of oil", code="bad-glue-ratio", value=parts_of_oil)
    return 1.0 / (1.0 + parts_of_oil)


def _between(share: float, column: int) -> float:
    shares, times = [row[0] for row in TABLE], [row[column] for row in TABLE]
    return float(np.exp(np.interp(share, shares, np.log(times))))


def set_s(share: float, hastens: float = 1.0) -> float:
    """Time until a mixture with this share of glue is set, s.

    Notes
    -----
    **Model** straight in the logarithm of time between the measured shares; below 20 % that of 20 %.
    `hastens` divides the time: 1 as measured in a tube, `ENDOTHELIUM` in a living vessel.
    **Source** medians in a tube of 2 mm at 30 ml/min: the table of research notes 3.8 [R:glue], itself read
    there; the exponential fit beside it does not meet it and is not used. Endothelium at least doubles the
    rate [R:wang, there].
    **Valid for** shares of 0.2 to 1. Held by ``test_both_clocks_are_the_table``,
    ``test_more_oil_never_hastens_glue``.
    """
    return _between(share, 1) / hastens


def stop_s(share: float, hastens: float = 1.0) -> float:
    """Time until a mixture has stopped the flow that carries it, s; see `set_s`."""
    return _between(share, 2) / hastens


def reach_mm(share: float, flow_ml_s: float, lumen_mm: float, hastens: float = 1.0) -> float:
    """How far along an even vessel glue comes before it stops the flow, mm.

    Notes
    -----
    **Model** mean speed of the blood times `stop_s`: glue rides on the blood until then.
    **Source** own reading of the two clocks. **Valid for** flows that the clocks were measured near
    (0.5 ml/s in 2 mm); shear is not known to change them. Held by ``test_glue_reaches_as_far_as_flow_takes``.
    """
    return 1e3 * flow_ml_s / (0.25 * np.pi * lumen_mm**2) * stop_s(share, hastens)


def is_catheter_glued(in_cast_s: float, share: float, hastens: float = 1.0) -> bool:
    """Whether a tip that lay in the cast so long is held fast.

    Notes
    -----
    **Model** longer than half the time in which the mixture is set.
    **Source** research notes 3.8 (memory; draft). Held by ``test_a_tip_in_the_cast_is_held_at_half_time``.
    """
    return in_cast_s > _GLUED_SHARE * set_s(share, hastens)
