"""Views of a built-in patient for the guide's figures: a picture, and where organs and bones fall on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from svg_sheet import Sheet

from angiosuite.anatomy.motion import layer_affine
from angiosuite.suite import Patient, Room
from angiosuite.suite.pose import beam_geometry

BODIES = 41
"""Tissue number of vertebral bodies."""
PANEL = 228
"""Side of one of three pictures on a sheet."""
Onto = Callable[[np.ndarray], list[tuple[float, float]]]


MAKERS: dict[str, Callable[[Sheet], None]] = {}
HEIGHTS: dict[str, int] = {}


def figure(
    page: str, file: str, height: int = 400
) -> Callable[[Callable[[Sheet], None]], Callable[[Sheet], None]]:
    """Registers the maker of a page's figure."""

    def register(make: Callable[[Sheet], None]) -> Callable[[Sheet], None]:
        MAKERS[f"{page}/{file}"] = make
        HEIGHTS[f"{page}/{file}"] = height
        return make

    return register


@cache
def room(patient: str | None = None) -> Room:
    """A built-in patient in front of the machine."""
    return Room.of(Patient.builtin(patient))


class View:
    """One picture of a patient and where points of the body fall on it."""

    def __init__(
        self,
        where: Room,
        target: Sequence[float],
        rotation_deg: float = 0,
        fov_cm: float = 42,
        sid_mm: float = 1100,
        **more: Any,
    ) -> None:
        shift = where.reference_mm - np.array(target)
        self.pose = where.gantry.home.moved(
            {
                "rotation_deg": rotation_deg,
                "sid_mm": sid_mm,
                "table_x_mm": float(shift[0]),
                "table_y_mm": float(-shift[1]),
                "table_z_mm": float(shift[2]),
            }
        )
        self.where, self.fov_cm, self.more = where, fov_cm, more
        field = next(f for f in where.equipment.detector.fields if f.fov_cm == fov_cm)
        self.field_mm = field.width_mm
        self.geometry = beam_geometry(self.pose, where.reference_mm, self.field_mm, 512)

    def taken(self, **more: Any) -> Any:
        """The exposure, after control has settled."""
        return self.where.expose(self.pose, fov_cm=self.fov_cm, **{**self.more, **more})

    def places(self, points: np.ndarray) -> np.ndarray:
        """Column and row, 0 to 1, of points of the patient, shape (n, 2)."""
        g = self.geometry
        rays = np.atleast_2d(points) - g.source_mm
        along = (g.normal @ (g.origin_mm - g.source_mm)) / (rays @ g.normal)
        rel = g.source_mm + along[:, None] * rays - g.origin_mm
        column = rel @ g.column_step_mm / (g.column_step_mm @ g.column_step_mm)
        row = rel @ g.row_step_mm / (g.row_step_mm @ g.row_step_mm)
        return np.stack([column, row], 1) / 512


def voxels(where: Room, *labels: int) -> np.ndarray:
    """Centres of all voxels of some tissues, patient mm, shape (n, 3)."""
    body = where.body
    assert body.labels is not None
    z, y, x = np.nonzero(np.isin(body.labels, labels))
    return np.array(body.label_origin_mm) + body.label_spacing_mm * np.stack([x, y, z], 1)


def hull(places: np.ndarray) -> np.ndarray:
    """Convex line around projected points, 0 to 1."""
    from scipy.spatial import ConvexHull

    return places[ConvexHull(places).vertices]


def outline(places: np.ndarray, rays: int = 90) -> list[tuple[float, float]]:
    """Outer line of projected points around their middle, 0 to 1; for shapes without bays."""
    middle = 0.5 * (places.min(0) + places.max(0))
    rel = places - middle
    sector = ((np.arctan2(rel[:, 1], rel[:, 0]) + np.pi) / (2 * np.pi) * rays).astype(int) % rays
    far = np.zeros(rays)
    np.maximum.at(far, sector, np.hypot(rel[:, 0], rel[:, 1]))
    far = np.array([far[[k - 1, k, (k + 1) % rays]].mean() for k in range(rays)])
    angle = (np.arange(rays) + 0.5) / rays * 2 * np.pi - np.pi
    return [(middle[0] + r * np.cos(a), middle[1] + r * np.sin(a)) for r, a in zip(far, angle, strict=True)]


def moved(points: np.ndarray, where: Room, layer: str, breath_mm: float) -> np.ndarray:
    """Points of a layer at a depth of breath."""
    affine = layer_affine(where.body.layer(layer).motion, breath_mm, 0.0)
    return points @ affine[:3, :3].T + affine[:3, 3]


def panels(
    sheet: Sheet, views: Sequence[tuple[str, View]], images: Sequence[np.ndarray], pixels: int = 200
) -> list[Onto]:
    """Pictures side by side with their names; for each, what brings places onto the sheet."""
    side = min(PANEL, (sheet.width - 12) / len(views) - 10)
    result = []
    for k, ((name, _), image) in enumerate(zip(views, images, strict=True)):
        x, y = 10 + k * (side + 12), 34.0
        sheet.picture(x, y, side, image, pixels)
        sheet.text(x, 24, name)

        def onto(places: np.ndarray, x: float = x, y: float = y) -> list[tuple[float, float]]:
            return [(x + side * min(max(c, 0), 1), y + side * min(max(r, 0), 1)) for c, r in places]

        result.append(onto)
    return result


def mean_of(points: np.ndarray) -> np.ndarray:
    """The middle of some points."""
    return 0.5 * (points.min(0) + points.max(0))


def vertebra(where: Room, name: str) -> np.ndarray:
    """Voxels of a vertebral body between the discs above and below its landmark."""
    order = ["t10", "t11", "t12", "l1", "l2", "l3", "l4", "l5"]
    z = {one: where.body.landmarks[one][2] for one in order}
    at = order.index(name)
    low, high = 0.5 * (z[order[at + 1]] + z[name]), 0.5 * (z[order[at - 1]] + z[name])
    points = voxels(where, BODIES)
    return points[(points[:, 2] > low + 2) & (points[:, 2] < high - 2)]


def contrast(view: View, phantom: str, seconds: float, size: int = 1024) -> np.ndarray:
    """What contrast adds to the logarithmic picture, zero where there is none."""
    mask = view.taken(frame_size=size, kind="held", seed=1).raw.astype(float)
    filled = view.taken(frame_size=size, kind="held", seed=2, phantom=phantom, injections_s=(seconds,)).raw
    signal = filled.astype(float) - mask
    signal -= np.median(signal)
    return signal if signal.max() > -signal.min() else -signal


def widths(signal: np.ndarray, points: np.ndarray, reach: int = 140) -> list[float]:
    """Width at half height of the signal across a line, pixels, at each of its points (column, row)."""
    from scipy.ndimage import gaussian_filter, map_coordinates

    smooth = gaussian_filter(signal, 1.2)
    result = []
    for before, here, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        along = (after - before) / np.linalg.norm(after - before)
        across = np.array([-along[1], along[0]])
        steps = np.linspace(-reach, reach, 8 * reach + 1)
        at = here[:, None] + across[:, None] * steps
        profile = map_coordinates(smooth, [at[1], at[0]], order=1, mode="nearest")
        centre = len(steps) // 2 + int(np.argmax(profile[3 * reach : -3 * reach])) - reach
        half = 0.5 * profile[centre]
        left = centre - int(np.argmax(profile[centre::-1] < half))
        right = centre + int(np.argmax(profile[centre:] < half))
        result.append(float(steps[right] - steps[left]))
    return [result[0], *result, result[-1]]
