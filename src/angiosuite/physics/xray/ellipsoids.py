"""Projects what fills rounded solids: ellipsoids, whole or with a second one cut out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass

__all__ = ["Solid", "solids_mass", "warm_up"]

Floats = NDArray[np.float64]

#: Samples along each axis by which a solid's volume is counted.
_SAMPLES = 48
#: A solid in a table: density; forms of its sphere (source's square less 1, source by ray, ray's square), of
#: the ray itself, and of the sphere that is cut out.
_OWN, _RAY, _CUT, _OTHER, _COLUMNS = 1, 11, 17, 18, 28
_ROWS_A_BLOCK = 16


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """An ellipsoid, less what of it lies in another one.

    Attributes
    ----------
    centre_mm : float64 (3,)
    to_unit : float64 (3, 3)
        Takes what lies about the centre, mm, to the unit sphere.
    cut : (centre_mm, to_unit), optional
        The ellipsoid that is taken out.
    """

    centre_mm: Floats
    to_unit: Floats
    cut: tuple[Floats, Floats] | None = None

    @classmethod
    def along(
        cls, centre_mm: Floats, axes: Floats, half_mm: Floats, cut: tuple[Floats, Floats] | None = None
    ) -> Solid:
        """An ellipsoid with its half axes, mm, along three unit vectors (the rows of `axes`)."""
        return cls(np.asarray(centre_mm, np.float64), axes / np.asarray(half_mm, np.float64)[:, None], cut)

    def moved(self, to_mm: Floats, factor: float) -> Solid:
        """The same shape about another centre, all its lengths times a factor."""
        cut = self.cut
        if cut is not None:
            cut = to_mm + factor * (cut[0] - self.centre_mm), cut[1] / factor
        return Solid(to_mm, self.to_unit / factor, cut)

    def holds(self, points_mm: Floats) -> NDArray[np.bool_]:
        """Whether points lie in it, shape (n,)."""
        inside = (((points_mm - self.centre_mm) @ self.to_unit.T) ** 2).sum(axis=1) <= 1.0
        if self.cut is not None:
            centre, to_unit = self.cut
            inside &= (((points_mm - centre) @ to_unit.T) ** 2).sum(axis=1) > 1.0
        return np.asarray(inside)

    def points_mm(self, samples: int = _SAMPLES) -> Floats:
        """Points that fill it evenly, shape (n, 3)."""
        line = (np.arange(samples) + 0.5) * (2.0 / samples) - 1.0
        cube = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)
        points = self.centre_mm + cube @ np.linalg.inv(self.to_unit).T
        return np.asarray(points[self.holds(points)])

    @property
    def volume_ml(self) -> float:
        """Its volume: that of the ellipsoid in closed form, less the share that is cut out (counted)."""
        whole = 4e-3 / 3.0 * np.pi / abs(float(np.linalg.det(self.to_unit)))
        if self.cut is None:
            return whole
        left = len(self.points_mm())
        return whole * left / len(Solid(self.centre_mm, self.to_unit).points_mm())


def solids_mass(
    geometry: BeamGeometry, solids: Sequence[Solid], density_g_cm3: Sequence[float], material: str
) -> LayerMass | None:
    """g/cm2 of what fills solids, on the touched pixels; None where nothing is seen.

    Notes
    -----
    **Model** the way of a ray through an ellipsoid in closed form (a quadratic), less the part of it in the
    ellipsoid that is cut out; ways of solids add, also where solids share room. One ray a pixel: at its
    edge an ellipsoid's way falls to nothing by itself. **Valid for** solids between source and detector.
    Held by ``tests/physics/xray/test_ellipsoids.py``.
    """
    shown = [(solid, g) for solid, g in zip(solids, density_g_cm3, strict=True) if g > 0.0]
    if not shown:
        return None
    table = _tables(geometry, [solid for solid, _ in shown], [g for _, g in shown])
    spans = np.empty((len(table), geometry.rows, 2), np.int64)
    _find_spans(table, geometry.columns, spans)
    touched = spans[:, :, 1] > spans[:, :, 0]
    if not touched.any():
        return None
    rows = np.flatnonzero(touched.any(axis=0))
    window = (
        int(rows[0]), int(rows[-1]) + 1, int(spans[..., 0][touched].min()), int(spans[..., 1][touched].max()),
    )  # fmt: skip
    mass = np.zeros((window[1] - window[0], window[3] - window[2]), np.float32)
    share(lambda k, n: _add_ways(table, spans, window[0], window[2], mass, k, n))
    return LayerMass(window, (material,), mass[np.newaxis])


def _tables(geometry: BeamGeometry, solids: Sequence[Solid], density_g_cm3: Sequence[float]) -> Floats:
    """What the kernels need of solids: density, then forms in (1, row, column); see `_OWN`."""
    rays = np.stack(
        [geometry.origin_mm - geometry.source_mm, geometry.row_step_mm, geometry.column_step_mm], axis=1
    )
    out = np.zeros((len(solids), _COLUMNS))
    out[:, 0] = 0.1 * np.asarray(density_g_cm3)
    out[:, _RAY : _RAY + 6] = _squares(rays[None])
    whole = [(one.centre_mm, one.to_unit) for one in solids]
    out[:, _OWN : _OWN + 10] = _forms(geometry.source_mm, rays, whole)
    cut = [k for k, one in enumerate(solids) if one.cut is not None]
    if cut:
        out[cut, _CUT] = 1.0
        others = [one.cut for one in solids if one.cut is not None]
        out[cut, _OTHER : _OTHER + 10] = _forms(geometry.source_mm, rays, others)
    return out


def _forms(source_mm: Floats, rays: Floats, spheres: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Of each sphere: the source's square less 1, the source by the ray's parts, the ray's square."""
    to_unit = np.stack([unit for _, unit in spheres])
    source = np.einsum("kij,kj->ki", to_unit, source_mm - np.stack([centre for centre, _ in spheres]))
    turned = to_unit @ rays
    by_ray = np.einsum("ki,kij->kj", source, turned)
    return np.column_stack([(source**2).sum(axis=1) - 1.0, by_ray, _squares(turned)])


def _squares(rays: Floats) -> Floats:
    """Squares of rays (k, 3, parts): of their three parts, and twice their products (0 1, 0 2, 1 2)."""
    gram = rays.transpose(0, 2, 1) @ rays
    return np.concatenate([gram[:, [0, 1, 2], [0, 1, 2]], 2.0 * gram[:, [0, 0, 1], [1, 2, 2]]], axis=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _in_row(table: NDArray, first: int, r: float) -> tuple[float, float, float]:
    """A squared ray within a row, as a polynomial of the column."""
    f = table[first : first + 6]
    return f[0] + r * (f[3] + r * f[1]), f[4] + r * f[5], f[2]


@njit(cache=True, nogil=True, error_model="numpy")
def _find_spans(tables: NDArray, columns: int, spans: NDArray) -> None:
    """First column that each solid touches in each row, and the one behind the last."""
    for k in range(spans.shape[0]):
        t = tables[k]
        outside = t[_OWN]
        for r in range(spans.shape[1]):
            q0, q1, q2 = _in_row(t, _OWN + 4, float(r))
            b0, b1 = t[_OWN + 1] + r * t[_OWN + 2], t[_OWN + 3]
            # a ray meets the sphere where (b0 + b1 c)^2 exceeds (|source|^2 - 1) times its square
            d0, d1, d2 = b0 * b0 - outside * q0, 2.0 * b0 * b1 - outside * q1, b1 * b1 - outside * q2
            inner = d1 * d1 - 4.0 * d0 * d2
            spans[k, r, 0] = spans[k, r, 1] = 0
            if d2 < 0.0 and inner > 0.0:
                root = np.sqrt(inner)
                low, high = (root - d1) / (2.0 * d2), (-root - d1) / (2.0 * d2)
                spans[k, r, 0] = int(min(max(np.ceil(low), 0.0), float(columns)))
                spans[k, r, 1] = int(min(max(np.floor(high) + 1.0, 0.0), float(columns)))


@njit(cache=True, nogil=True, error_model="numpy")
def _parts(t: NDArray, first: int, r: float, c: float) -> tuple[float, float, float]:
    """Where on a ray the middle of its way in a sphere lies, 1 / its square, what the root is taken of."""
    q0, q1, q2 = _in_row(t, first + 4, r)
    q, b = q0 + c * (q1 + c * q2), t[first + 1] + r * t[first + 2] + c * t[first + 3]
    return -b / q, 1.0 / q, b * b - t[first] * q


@njit(cache=True, nogil=True, error_model="numpy")
def _through(y: NDArray, reach: float, out: NDArray) -> None:
    """The parabola through values at -reach, 0 and reach."""
    out[0] = y[1]
    out[1] = 0.5 * (y[2] - y[0]) / reach
    out[2] = 0.5 * (y[2] - 2.0 * y[1] + y[0]) / (reach * reach)


@njit(cache=True, nogil=True, error_model="numpy")
def _bends(t: NDArray, r: float, middle: float, reach: float, at: NDArray, out: NDArray) -> None:
    """Parabolas over a row: of the root's content, ray / square, way's middle; the same of the cut's sphere.

    What the root is taken of is a parabola itself; the others change by a few percent over a row.
    """
    for n in range(3):
        c = middle + (n - 1) * reach
        e0, e1, e2 = _in_row(t, _RAY, r)
        at[1, n] = np.sqrt(e0 + c * (e1 + c * e2))
        at[2, n], at[3, n], at[0, n] = _parts(t, _OWN, r, c)
        if t[_CUT] != 0.0:
            at[5, n], at[6, n], at[4, n] = _parts(t, _OTHER, r, c)
    for k in range(7):
        _through(at[k], reach, out[k])


@njit(cache=True, nogil=True, error_model="numpy")
def _three(bends: NDArray, k: int, factor: float) -> tuple[np.float32, np.float32, np.float32]:
    """A parabola times a factor, as numbers that stay in registers."""
    return (
        np.float32(factor * bends[k, 0]),
        np.float32(factor * bends[k, 1]),
        np.float32(factor * bends[k, 2]),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _add_ways(
    tables: NDArray, spans: NDArray, top: int, left: int, mass: NDArray, strand: int, strands: int
) -> None:
    """Add every solid's ways times its density; strands take blocks of rows."""
    at, bends = np.zeros((7, 3)), np.zeros((7, 3))
    zero, two = np.float32(0.0), np.float32(2.0)
    for r0 in range(strand * _ROWS_A_BLOCK, mass.shape[0], strands * _ROWS_A_BLOCK):
        for row in range(r0, min(r0 + _ROWS_A_BLOCK, mass.shape[0])):
            for k in range(tables.shape[0]):
                t = tables[k]
                first, last = spans[k, row + top, 0], spans[k, row + top, 1]
                if last <= first:
                    continue
                line = mass[row, first - left : last - left]
                reach = max(0.5 * (last - 1 - first), 1.0)
                _bends(t, float(row + top), 0.5 * (first + last - 1), reach, at, bends)
                begin = np.float32(-0.5 * (last - 1 - first))
                a, v = _three(bends, 0, 1.0), _three(bends, 3, 1.0)
                w = _three(bends, 1, t[0])
                if t[_CUT] == 0.0:
                    for n in range(np.uint32(last - first)):
                        x = begin + np.float32(n)
                        half = np.sqrt(max(a[0] + x * (a[1] + x * a[2]), zero)) * (
                            v[0] + x * (v[1] + x * v[2])
                        )
                        line[n] += two * half * (w[0] + x * (w[1] + x * w[2]))
                else:
                    m, d = _three(bends, 2, 1.0), _three(bends, 4, 1.0)
                    o, g = _three(bends, 5, 1.0), _three(bends, 6, 1.0)
                    for n in range(np.uint32(last - first)):
                        x = begin + np.float32(n)
                        half = np.sqrt(max(a[0] + x * (a[1] + x * a[2]), zero)) * (
                            v[0] + x * (v[1] + x * v[2])
                        )
                        gone = np.sqrt(max(d[0] + x * (d[1] + x * d[2]), zero)) * (
                            g[0] + x * (g[1] + x * g[2])
                        )
                        own, other = m[0] + x * (m[1] + x * m[2]), o[0] + x * (o[1] + x * o[2])
                        both = min(own + half, other + gone) - max(own - half, other - gone)
                        line[n] += (two * half - max(both, zero)) * (w[0] + x * (w[1] + x * w[2]))


def warm_up() -> None:
    """Compile the kernels."""
    step = np.array([4.0, 0.0, 0.0]), np.array([0.0, 0.0, -4.0])
    beam = BeamGeometry.centred(np.array([0.0, -700.0, 0.0]), np.array([0.0, 300.0, 0.0]), *step, 32, 32)
    ball = Solid(np.zeros(3), np.eye(3) / 20.0)
    cut = Solid(np.zeros(3), np.eye(3) / 20.0, (np.full(3, 10.0), np.eye(3) / 20.0))
    solids_mass(beam, (ball, cut), (1.0, 1.0), "iodine")
