"""One X-ray beam as points in space: the focal spot and the detector's pixel centres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BeamGeometry:
    """A point source and a flat grid of pixels, in millimetres (any right- or left-handed frame).

    Pixel (r, c) is centred at ``origin_mm + r * row_step_mm + c * column_step_mm``. Nothing says that
    the steps are perpendicular or that they are equally long: a geometry that was moved into the rest
    frame of a sheared organ is as good as any other.

    Parameters
    ----------
    source_mm : ndarray, shape (3,)
        Focal spot.
    origin_mm : ndarray, shape (3,)
        Centre of pixel (0, 0).
    column_step_mm, row_step_mm : ndarray, shape (3,)
        From one pixel centre to the next along a row, and down a column.
    rows, columns : int
        Size of the grid.
    """

    source_mm: Vector
    origin_mm: Vector
    column_step_mm: Vector
    row_step_mm: Vector
    rows: int
    columns: int

    def __post_init__(self) -> None:
        for name in ("source_mm", "origin_mm", "column_step_mm", "row_step_mm"):
            given = np.array(getattr(self, name), dtype=np.float64)
            if given.shape != (3,) or not np.isfinite(given).all():
                raise WrongUse(
                    "A beam needs finite points of three coordinates",
                    code="bad-geometry",
                    where=name,
                    value=given.tolist(),
                )
            given.setflags(write=False)
            object.__setattr__(self, name, given)
        if self.rows < 1 or self.columns < 1:
            raise WrongUse(
                "A detector needs rows and columns", code="bad-geometry", value=[self.rows, self.columns]
            )

    @classmethod
    def centred(
        cls,
        source_mm: Vector,
        centre_mm: Vector,
        column_step_mm: Vector,
        row_step_mm: Vector,
        rows: int,
        columns: int,
    ) -> BeamGeometry:
        """The geometry whose grid is centred on `centre_mm`."""
        column, row = np.asarray(column_step_mm, float), np.asarray(row_step_mm, float)
        origin = np.asarray(centre_mm, float) - column * ((columns - 1) / 2) - row * ((rows - 1) / 2)
        return cls(np.asarray(source_mm, float), origin, column, row, rows, columns)

    @property
    def centre_mm(self) -> Vector:
        """Centre of the grid, shape (3,), mm."""
        half_columns, half_rows = (self.columns - 1) / 2, (self.rows - 1) / 2
        return self.origin_mm + self.column_step_mm * half_columns + self.row_step_mm * half_rows

    @property
    def normal(self) -> Vector:
        """Unit normal of the detector, pointing to the source, shape (3,)."""
        n = _across(self.column_step_mm, self.row_step_mm)
        n /= np.sqrt(n @ n)
        return n if float(n @ (self.source_mm - self.origin_mm)) > 0 else -n

    @property
    def pixel_mm2(self) -> float:
        """Area of a pixel, mm2."""
        n = _across(self.column_step_mm, self.row_step_mm)
        return float(np.sqrt(n @ n))

    @property
    def source_to_detector_mm(self) -> float:
        """Distance from the source to the detector's plane, mm."""
        return float(self.normal @ (self.source_mm - self.origin_mm))

    @property
    def key(self) -> bytes:
        """Bytes that are equal for equal geometries; the key of every cache."""
        parts = (self.source_mm, self.origin_mm, self.column_step_mm, self.row_step_mm)
        return (
            b"".join(p.tobytes() for p in parts)
            + self.rows.to_bytes(4, "little")
            + self.columns.to_bytes(4, "little")
        )

    @property
    def numbers(self) -> NDArray[np.float64]:
        """What kernels of tubes read, shape (7, 3).

        The source; three rows of the map from a point less the source to (row z, column z, z), z its depth as
        a share of the detector's; the unit normal; mm a row, mm a column and mm from source to detector; rows
        and columns.
        """
        return _numbers_of(self.key)

    def pixels_mm(self, rows: NDArray | None = None, columns: NDArray | None = None) -> NDArray[np.float64]:
        """Centres of the pixels, shape (rows, columns, 3), mm."""
        r = np.arange(self.rows) if rows is None else np.asarray(rows)
        c = np.arange(self.columns) if columns is None else np.asarray(columns)
        return self.origin_mm + c[None, :, None] * self.column_step_mm + r[:, None, None] * self.row_step_mm

    def window(self, row0: int, row1: int, column0: int, column1: int) -> BeamGeometry:
        """The geometry of the part ``[row0:row1, column0:column1]`` of the grid."""
        origin = self.origin_mm + row0 * self.row_step_mm + column0 * self.column_step_mm
        return replace(self, origin_mm=origin, rows=row1 - row0, columns=column1 - column0)

    def resampled(self, rows: int, columns: int) -> BeamGeometry:
        """The same detector area with another number of pixels."""
        fr, fc = self.rows / rows, self.columns / columns
        row, column = self.row_step_mm * fr, self.column_step_mm * fc
        return BeamGeometry.centred(self.source_mm, self.centre_mm, column, row, rows, columns)

    def moved(self, world_from_rest: NDArray[np.float64]) -> BeamGeometry:
        """This beam as a layer sees it that was moved by `world_from_rest`.

        Parameters
        ----------
        world_from_rest : ndarray, shape (4, 4)
            Affine motion of the layer, ``x_world = A x_rest``; not singular.

        Returns
        -------
        BeamGeometry
            Source and pixels carried by the inverse, so that the unmoved layer is projected.

            **Model**: a ray stays a ray under an affine map, and the ratio of lengths along one ray is
            kept, so the world path length is the rest one times |ray in the world| / |ray at rest|
            (:func:`ray_length_ratio` tells the ratio of each pixel).
        """
        inverse = np.linalg.inv(world_from_rest)
        linear, shift = inverse[:3, :3], inverse[:3, 3]
        return replace(
            self,
            source_mm=linear @ self.source_mm + shift,
            origin_mm=linear @ self.origin_mm + shift,
            column_step_mm=linear @ self.column_step_mm,
            row_step_mm=linear @ self.row_step_mm,
        )

    def project_points(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points fall on the grid.

        Parameters
        ----------
        points_mm : ndarray, shape (..., 3)
            Points in front of the source, mm.

        Returns
        -------
        ndarray, shape (..., 2)
            (row, column), fractions allowed; NaN for a point that is not before the source.
        """
        points = np.asarray(points_mm, dtype=np.float64)
        ray = (points - self.source_mm) @ self.numbers[1:4].T
        depth = np.where(ray[..., 2] > 1e-9, ray[..., 2], np.nan)
        return ray[..., :2] / depth[..., None]


@lru_cache(maxsize=64)
def _numbers_of(key: bytes) -> NDArray[np.float64]:
    """The numbers of the geometry that has this key, for a picture asks for them many times."""
    source, origin, column, row = np.frombuffer(key[:96]).reshape(4, 3)
    away, normal = origin - source, _across(column, row)
    normal /= np.sqrt(normal @ normal)
    if float(normal @ away) > 0.0:
        normal = -normal
    found = np.empty((7, 3))
    found[0], found[1:4] = source, np.linalg.inv(np.stack([row, column, away], axis=1))
    found[4] = normal
    found[5] = np.sqrt(row @ row), np.sqrt(column @ column), -(normal @ away)
    found[6] = int.from_bytes(key[96:100], "little"), int.from_bytes(key[100:104], "little"), 0.0
    return found


def ray_length_ratio(world: BeamGeometry, rest: BeamGeometry) -> NDArray[np.float64]:
    """Length of each ray in the world over its length at rest, shape (rows, columns), 1.

    Held by ``tests/physics/xray/test_motion.py``.
    """
    a = np.linalg.norm(world.pixels_mm() - world.source_mm, axis=-1)
    b = np.linalg.norm(rest.pixels_mm() - rest.source_mm, axis=-1)
    return a / b


def _across(a: Vector, b: Vector) -> Vector:
    """Vector product of two vectors; NumPy's own takes far longer for so little."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
