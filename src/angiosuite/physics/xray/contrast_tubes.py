"""Tubes that contrast runs through: where their walls are, and how much iodine is where and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # scipy.interpolate is loaded when it is first used
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.bolus import Bolus
from angiosuite.physics.xray.layers import Motion, Phase

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stenosis:
    """A narrowing: its middle along the tube, its whole length, and the loss of diameter in its middle.

    The lumen narrows and widens again as one cosine over the length.
    """

    at_mm: float
    length_mm: float
    diameter_share: float

    def left(self, arc_mm: Floats) -> Floats:
        """Diameter that is left along the tube, 1 = all of it."""
        away = np.abs(arc_mm - self.at_mm) / self.length_mm
        depth = 0.5 + 0.5 * np.cos(2.0 * np.pi * np.clip(away, 0.0, 0.5))
        return np.asarray(1.0 - self.diameter_share * depth)


@dataclass(frozen=True, slots=True, eq=False)
class CentreLine:
    """A smooth curve through given points, by its arc length.

    Attributes
    ----------
    arc_mm : ndarray, shape (n,)
    points_mm : ndarray, shape (n, 3)
    radius_mm : ndarray, shape (n,)
        Of the lumen.
    share : ndarray, shape (n,)
        How much of the motion of its organ each point takes part in, 0 to 1.

    Notes
    -----
    **Model** natural cubic spline over centripetal parameters (positions), monotone cubic (radius, share);
    places every 2 to 4 mm, about the radius apart, closer where the radius changes.
    """

    arc_mm: Floats
    points_mm: Floats
    radius_mm: Floats
    share: Floats

    @classmethod
    def through(
        cls,
        points_mm: Floats,
        radius_mm: Floats,
        share: Floats,
        stenoses: Sequence[Stenosis] = (),
    ) -> CentreLine:
        """The curve through `points_mm`, shape (n, 3), with radius and share of motion at each."""
        gaps = np.linalg.norm(np.diff(points_mm, axis=0), axis=1)
        if len(points_mm) < 2 or gaps.min() <= 0:
            raise WrongUse(
                "A tube needs two points or more, no two the same",
                code="bad-tube",
                value=[*np.shape(points_mm)],
            )
        u = np.concatenate([[0.0], np.cumsum(np.sqrt(gaps))])
        fine = np.linspace(0.0, u[-1], max(2, int(np.ceil(gaps.sum() / 0.1))))
        curve = scipy.interpolate.CubicSpline(u, points_mm, bc_type="natural")(fine)
        arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
        radius = scipy.interpolate.PchipInterpolator(u, radius_mm)(fine)
        for stenosis in stenoses:
            radius = radius * stenosis.left(arc)
        kept = _spaced(arc, radius)
        moves = scipy.interpolate.PchipInterpolator(u, share)(fine)
        return cls(arc[kept], curve[kept], radius[kept], np.clip(moves[kept], 0.0, 1.0))

    def at(self, arc_mm: float) -> tuple[Floats, float]:
        """Point and share of motion at a place along the curve."""
        point = np.array([np.interp(arc_mm, self.arc_mm, self.points_mm[:, k]) for k in range(3)])
        return point, float(np.interp(arc_mm, self.arc_mm, self.share))


def _spaced(arc_mm: Floats, radius_mm: Floats) -> NDArray[np.int64]:
    """Places of a finely drawn curve that are kept: close enough for its bends and its radius."""
    slope = np.abs(np.gradient(radius_mm, arc_mm))
    wanted = np.clip(radius_mm, 2.0, 4.0) / (1.0 + 5.0 * slope)
    travelled = np.concatenate([[0.0], np.cumsum(np.diff(arc_mm) / wanted[1:])])
    count = max(1, int(np.ceil(travelled[-1])))
    marks = np.searchsorted(travelled, np.linspace(0.0, travelled[-1], count + 1)[1:-1])
    return np.unique(np.concatenate([[0], marks, [len(arc_mm) - 1]]))


@dataclass(frozen=True, slots=True, eq=False)
class ContrastTube:
    """One tube and how contrast runs through it.

    Attributes
    ----------
    name : str
    line : CentreLine
        At rest (end of expiration, start of the heart's cycle).
    start_s : float
        Time from the inlet of the tree to the beginning of this tube.
    velocity_mm_s : float
        Of the contrast along it.
    strength : float
        Its concentration as a share of the inlet's.
    fade_in_mm, fade_out_mm : float
        Lengths at its beginning and end over which the concentration rises and falls.
    motion : callable, optional
        (breath_mm, cardiac_phase) to the affine ``world from rest`` of the organ that it follows.
    """

    name: str
    line: CentreLine
    start_s: float
    velocity_mm_s: float
    strength: float = 1.0
    fade_in_mm: float = 0.0
    fade_out_mm: float = 0.0
    motion: Motion | None = None

    def arrival_s(self, arc_mm: float) -> float:
        """Time from the inlet of the tree to a place along this tube."""
        return self.start_s + arc_mm / self.velocity_mm_s

    @property
    def strengths(self) -> Floats:
        """Share of the inlet's concentration at every node, fades included."""
        arc, fade = self.line.arc_mm, np.full(len(self.line.arc_mm), self.strength)
        if self.fade_in_mm > 0:
            fade *= _smooth(arc / self.fade_in_mm)
        if self.fade_out_mm > 0:
            fade *= _smooth((arc[-1] - arc) / self.fade_out_mm)
        return fade

    def nodes_at(self, phase: Phase) -> Floats:
        """The nodes as they stand at a phase, shape (n, 3): each moves by its share of the organ's motion."""
        rest = self.line.points_mm
        if self.motion is None:
            return rest
        affine = self.motion(phase.breath_mm, phase.cardiac_phase)
        moved = rest @ affine[:3, :3].T + affine[:3, 3]
        return np.asarray(rest + self.line.share[:, None] * (moved - rest))


def _smooth(x: Floats) -> Floats:
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x))


@dataclass(frozen=True, slots=True, eq=False)
class ContrastTubes:
    """A tree of tubes and the bolus that runs through it.

    Notes
    -----
    **Model** the concentration in tube k at the arc length s, `age` after the start of an injection, is
    ``peak x strength_k(s) x share(age - start_k - s / velocity_k)``: the bolus travels without changing
    its shape (no dispersion), whole across the lumen. Several injections add. Iodine is added to a body whose
    tissue stays: contrast medium takes the place of blood of nearly the same density (1.06 g/cm3), so only
    the mass of the iodine itself is counted.
    **Source** see the phantoms of the content; the front of a real bolus is dispersed and layered, and fully
    mixed some vessel diameters behind the catheter (Lieber et al., Med Phys 36:5064, 2009).
    **Valid for** a stand-in for flow: stated paths, stated times.
    Held by ``tests/physics/xray/test_contrast_tubes.py``.
    """

    tubes: tuple[ContrastTube, ...]
    bolus: Bolus

    @property
    def arrivals_s(self) -> Floats:
        """Time from the inlet to every node of every tube, in the order of the tubes."""
        return np.concatenate([t.start_s + t.line.arc_mm / t.velocity_mm_s for t in self.tubes])

    @property
    def strengths(self) -> Floats:
        """Share of the inlet's concentration at every node of every tube."""
        return np.concatenate([tube.strengths for tube in self.tubes])

    @property
    def over_s(self) -> float:
        """Age of an injection of which nothing is to be seen any more, s."""
        return self.bolus.over_s + float(self.arrivals_s.max())

    def concentration(self, ages_s: Sequence[float]) -> Floats:
        """Grams of iodine per cm3 at every node, shape (nodes,), for injections of these ages."""
        total = np.zeros(len(self.arrivals_s))
        for age_s in ages_s:
            total += self.bolus.share(age_s - self.arrivals_s)
        return np.asarray(total * self.strengths * (1e-3 * self.bolus.peak_mg_ml))

    def nodes_at(self, phase: Phase) -> Floats:
        """All nodes as they stand at a phase, shape (nodes, 3), in the order of the tubes."""
        return np.concatenate([tube.nodes_at(phase) for tube in self.tubes])
