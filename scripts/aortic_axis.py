"""Middle and radius of the aorta in the labels of the reference body, from its root to its bifurcation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from angiosuite.anatomy.labelsource import BaseBody

__all__ = ["aortic_axis", "pieces"]

Floats = NDArray[np.float64]
ARTERY = 7
#: Where the search begins: roughly along the aorta, base mm.
ROUGHLY_MM = np.array([
    (167, 160, 370), (158, 160, 400), (160, 162, 430), (172, 176, 446), (189, 198, 442), (196, 216, 424),
    (194, 225, 394), (195, 226, 360), (198, 225, 326), (201, 222, 306), (194, 213, 293), (186, 204, 280),
    (181, 199, 258), (183, 195, 233), (184, 191, 209), (185, 185, 183), (182, 180, 160), (172, 177, 138),
    (164, 178, 118), (168, 180, 103), (170, 181, 96),
])  # fmt: skip
#: Between nodes of the line; of the ball that branches of the label are opened away with, mm.
STEP_MM, BALL_MM = 2.4, 6.0
#: First guess of the radius; surface farther than this from the wall is another vessel's, mm.
GUESS_MM, FAR_MM = 11.0, 5.0
ROUNDS, PLAIN_ROUNDS, EVEN_EVERY, STEP_SHARE = 60, 20, 10, 0.5
#: How many nodes a place is fitted with; what keeps nodes from sliding along.
TOGETHER, RIDGE = 2.5, 1e-3
#: Steps that the line is averaged over at last: its bends stay wider than its own radius.
SMOOTH = 1.8
#: Where the named pieces begin, base mm: upwards to the arch, from there on downwards.
CUTS_MM = {
    "ascending-aorta": 372.0,
    "aortic-arch": 432.0,
    "descending-thoracic-aorta": 424.0,
    "abdominal-aorta": 252.0,
}
BIFURCATION_MM = 100.0


def aortic_axis(base: BaseBody) -> tuple[Floats, Floats]:
    """Middle (n, 3) and radius (n,) of the aorta, base mm, from the root down.

    Notes
    -----
    **Model** the tube that the surface of the label, opened by a ball, leaves least: each node takes the
    step, and its radius the change, that lessen the distances of the surface about it from the tube's
    wall, first their squares, then their sixth powers.
    """
    surface = _surface(base)
    line = _even(ROUGHLY_MM.astype(np.float64))
    radius = np.full(len(line), GUESS_MM)
    for number in range(ROUNDS):
        away, node = cKDTree(line).query(surface)
        off = away - radius[node]
        used = (np.abs(off) < FAR_MM) & (node > 0) & (node < len(line) - 1)
        point, off, node = surface[used], off[used], node[used]
        weight = np.ones(len(off)) if number < PLAIN_ROUNDS else np.maximum(off**4, 0.01)
        rows = np.column_stack([(point - line[node]) / away[used, None], np.ones(len(off))])
        square, right = np.zeros((len(line), 4, 4)), np.zeros((len(line), 4))
        np.add.at(square, node, weight[:, None, None] * rows[:, :, None] * rows[:, None, :])
        np.add.at(right, node, (weight * off)[:, None] * rows)
        square, right = (ndimage.gaussian_filter1d(sums, TOGETHER, axis=0) for sums in (square, right))
        size = np.trace(square, axis1=1, axis2=2)[:, None, None]
        step = np.linalg.solve(square + RIDGE * (size + 1e-9) * np.eye(4), right[..., None])[..., 0]
        ahead = np.gradient(line, axis=0)
        ahead /= np.linalg.norm(ahead, axis=1)[:, None]
        across = step[:, :3] - (step[:, :3] * ahead).sum(1)[:, None] * ahead
        radius = radius + STEP_SHARE * step[:, 3]
        line = line + STEP_SHARE * across
        if number % EVEN_EVERY == EVEN_EVERY - 1:
            line = _even(line, len(line))
    return _smooth(line), radius


def pieces(line: Floats, radius: Floats) -> dict[str, tuple[Floats, Floats]]:
    """The line and its radii cut into the named vessels; neighbours share a point."""
    top = int(line[:, 2].argmax())
    names, heights = list(CUTS_MM), [*CUTS_MM.values(), BIFURCATION_MM]
    ends = [_at(line[:top], height) for height in heights[:2]]
    ends += [top + _at(line[top:], height) for height in heights[2:]]
    return {
        name: (line[first : last + 1], radius[first : last + 1])
        for name, first, last in zip(names, ends[:-1], ends[1:], strict=True)
    }


def _at(line: Floats, height_mm: float) -> int:
    return int(np.abs(line[:, 2] - height_mm).argmin())


def _surface(base: BaseBody) -> Floats:
    """Middles of the faces of the label, where a ball fits in it, base mm (n, 3)."""
    label = base.labels == ARTERY
    low = np.maximum(np.argwhere(label).min(0) - 2, 0)
    label = label[low[0] :, low[1] :, low[2] :]
    middles = base.spacing_mm * ndimage.distance_transform_edt(label) > BALL_MM
    own = label & (
        base.spacing_mm * ndimage.distance_transform_edt(~middles) <= BALL_MM + 0.5 * base.spacing_mm
    )
    found = []
    for axis in range(3):
        for way in (-1, 1):
            beside = own & ~np.roll(label, -way, axis)
            at = np.argwhere(beside).astype(np.float64)
            at[:, axis] += 0.5 * way
            found.append(at)
    index = (np.concatenate(found) + low)[:, ::-1]
    return np.asarray(index * base.spacing_mm + np.asarray(base.origin_mm))


def _smooth(points: Floats) -> Floats:
    """Points (n, 3) averaged over some steps; both ends stay where they point."""
    wide = np.pad(points, ((8, 8), (0, 0)), mode="reflect", reflect_type="odd")
    return np.asarray(ndimage.gaussian_filter1d(wide, SMOOTH, axis=0)[8:-8])


def _even(points: Floats, count: int | None = None) -> Floats:
    """A line through points with even steps."""
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0.0, arc[-1], count or round(arc[-1] / STEP_MM) + 1)
    return np.stack([np.interp(at, arc, points[:, k]) for k in range(3)], axis=1)
