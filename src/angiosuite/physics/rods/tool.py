"""One tool of a chain: stiffness and curvature at rest along its length, counted from its own tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["Bent", "Stretch", "Tool"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a shaft that ends `to_mm` from the tip: bending and torsion stiffness, N mm2."""

    to_mm: float
    ei_nmm2: float
    gj_nmm2: float


@dataclass(frozen=True, slots=True)
class Bent:
    """A piece of the curve at rest, from the tip: its length, mm, its curvature, 1/mm, and the plane's angle, rad."""

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

    Notes
    -----
    **Model** over the cell of a vertex compliance 1/EI and curvature are averaged (a sampled stiffness errs by
    8 % at a jump of a thousand times); a cell that the tool covers in part has that part of its stiffness.
    """

    def __init__(
        self,
        stretches: Sequence[Stretch],
        bends: Sequence[Bent] = (),
        outer_mm: float = 0.4445,
        bore_mm: float = 0.0,
        friction: float = 0.1,
        residual_per_mm: float = 0.0,
    ) -> None:
        ends = [one.to_mm for one in stretches]
        if not stretches or any(b <= a for a, b in zip(ends, ends[1:], strict=False)):
            raise WrongUse("Stretches ascend from the tip", code="bad-tool", value=ends)
        self.outer_mm, self.bore_mm, self.friction = outer_mm, bore_mm, friction
        at = np.concatenate([[0.0], ends[:-1], [1e5]])
        self._at = at
        width = np.diff(at)
        self._bending = np.concatenate([[0.0], np.cumsum(width / [one.ei_nmm2 for one in stretches])])
        self._turning = np.concatenate([[0.0], np.cumsum(width / [one.gj_nmm2 for one in stretches])])
        lengths = [one.length_mm for one in bends]
        self._bend_at = np.concatenate([[0.0], np.cumsum(lengths), [1e5]])
        per_mm = np.array([[one.per_mm * np.cos(one.plane), one.per_mm * np.sin(one.plane)] for one in bends])
        per_mm = np.concatenate([per_mm.reshape(-1, 2), [[residual_per_mm, 0.0]]])
        steps = np.diff(self._bend_at)[:, None] * per_mm
        self._bend = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])

    @property
    def curve_mm(self) -> float:
        """Length of the curve at rest, from the tip."""
        return float(self._bend_at[-2])

    def cells(self, near_mm: Floats, far_mm: Floats) -> tuple[Floats, Floats, Floats]:
        """EI, GJ, N mm2, shapes (n,), and curvature at rest, 1/mm, (n, 2), of cells that lie so far from the tip.

        `near_mm` of a cell beyond the tip is negative.
        """
        near, far = np.maximum(near_mm, 0.0), np.maximum(far_mm, 0.0)
        width, whole = far - near, np.maximum(far_mm - near_mm, 1e-9)
        covered = width > 1e-9
        safe = np.where(covered, width, 1.0)
        share = width / whole

        def stiffness(table: Floats) -> Floats:
            soft = np.interp(far, self._at, table) - np.interp(near, self._at, table)
            return np.where(covered, share * safe / np.maximum(soft, 1e-12), 0.0)

        bend = np.stack(
            [
                (np.interp(far, self._bend_at, self._bend[:, c]) - np.interp(near, self._bend_at, self._bend[:, c]))
                / safe
                for c in range(2)
            ],
            axis=1,
        )
        return stiffness(self._bending), stiffness(self._turning), np.where(covered[:, None], bend, 0.0)
