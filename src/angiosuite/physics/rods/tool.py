"""One tool of a chain: stiffness and curvature at rest along its length, counted from its own tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["Bent", "Stretch", "Tool"]

Floats = NDArray[np.float64]

FAR_MM = 1e5
"""Longer than any tool: where the last stretch ends."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a shaft that ends `to_mm` from the tip: bending and torsion stiffness, N mm2."""

    to_mm: float
    ei_nmm2: float
    gj_nmm2: float


@dataclass(frozen=True, slots=True)
class Bent:
    """A piece of the curve at rest, from the tip: length, mm, curvature, 1/mm, and the plane's angle, rad."""

    length_mm: float
    per_mm: float
    plane: float = 0.0


class Tool:
    """A wire, catheter or sheath as a chain sees it.

    Parameters
    ----------
    stretches : sequence of Stretch
        From the tip, ascending; the last one goes on to the hub.
    bends : sequence of Bent
        From the tip; beyond them the shaft has its residual curvature.
    outer_mm : float
        Radius.
    bore_mm : float
        Radius of its lumen, 0 for a wire.
    friction : float
        Coulomb's, against a wall.
    residual_per_mm : float
        Curvature that the shaft has where it should be straight.
    length_mm : float or None
        From tip to hub. What lies outside the clamp twists between the hand and the clamp; without a length
        the hand turns the tool at the clamp.
    yield_per_mm : float
        Curvature beyond that at rest from which it stays bent; infinite for what springs back wholly.
    yields_from_mm : float
        From the tip; what lies before it, a soft end, springs back.

    Attributes
    ----------
    stiff_at, soft : float64 (k,), (k, 2)
        Ends of the stretches, mm from the tip, and the integrals of 1 / EI and 1 / GJ up to there.
    bend_at, turned : float64 (k,), (k, 2)
        Ends of the bends and the integral of curvature up to there, rad, in two planes.

    Notes
    -----
    **Model** over the cell of a vertex compliance 1/EI and curvature are averaged (a sampled stiffness errs
    by 8 % at a jump of a thousand times); a cell that the tool covers in part has that part of its stiffness.
    Held by ``tests/physics/rods/test_closed_forms.py``.
    """

    def __init__(
        self,
        stretches: Sequence[Stretch],
        bends: Sequence[Bent] = (),
        outer_mm: float = 0.4445,
        bore_mm: float = 0.0,
        friction: float = 0.1,
        residual_per_mm: float = 0.0,
        length_mm: float | None = None,
        yield_per_mm: float = np.inf,
        yields_from_mm: float = 0.0,
    ) -> None:
        ends = [one.to_mm for one in stretches]
        if not stretches or any(b <= a for a, b in pairwise(ends)) or ends[0] <= 0.0:
            raise WrongUse("Stretches ascend from the tip", code="bad-tool", value=ends)
        if any(one.ei_nmm2 <= 0.0 or one.gj_nmm2 <= 0.0 for one in stretches):
            raise WrongUse("Every stretch of a tool is stiff", code="bad-tool", value=list(stretches))
        self.outer_mm, self.bore_mm, self.friction = outer_mm, bore_mm, friction
        self.residual_per_mm, self.length_mm, self.yield_per_mm = residual_per_mm, length_mm, yield_per_mm
        self.yields_from_mm = yields_from_mm
        self.hub_gj_nmm2 = stretches[-1].gj_nmm2
        self.stiff_at = np.concatenate([[0.0], ends[:-1], [FAR_MM]])
        width = np.diff(self.stiff_at)
        each = np.array([[1.0 / one.ei_nmm2, 1.0 / one.gj_nmm2] for one in stretches])
        self.soft = np.concatenate([np.zeros((1, 2)), np.cumsum(width[:, None] * each, axis=0)])
        self.bend_at = np.concatenate([[0.0], np.cumsum([one.length_mm for one in bends]), [FAR_MM]])
        per_mm = np.array([[one.per_mm * np.cos(one.plane), one.per_mm * np.sin(one.plane)] for one in bends])
        per_mm = np.concatenate([per_mm.reshape(-1, 2), [[residual_per_mm, 0.0]]])
        steps = np.diff(self.bend_at)[:, None] * per_mm
        self.turned = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])

    @property
    def curve_mm(self) -> float:
        """Length of the curve at rest, from the tip."""
        return float(self.bend_at[-2])

    def hub_nmm_rad(self, inserted_mm: float) -> float:
        """How stiffly the hand turns it at the clamp, N mm/rad; 0 where that is rigid."""
        if self.length_mm is None:
            return 0.0
        return self.hub_gj_nmm2 / max(self.length_mm - max(inserted_mm, 0.0), 1.0)
