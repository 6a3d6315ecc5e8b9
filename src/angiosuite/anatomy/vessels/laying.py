"""Templates laid along the reference body: smooth lines that hang on one another, base mm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # scipy.interpolate is loaded when it is first used
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.anchors import Anchors
from angiosuite.anatomy.vessels.settle import Clearance
from angiosuite.anatomy.vessels.templates import Placed
from angiosuite.anatomy.vessels.tortuosity import wound

__all__ = ["Laid", "lay", "nearest", "smooth"]

Floats = NDArray[np.float64]
#: Distance between nodes of a line while it is worked on, mm.
STEP_MM = 1.6
#: A first point nearer to the parent's middle than this is taken as the parent's.
SAME_MM = 1.0
#: Room between a vessel's wall and what it keeps clear of, mm.
MARGIN_MM = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """One vessel on the reference body.

    Parameters
    ----------
    placed : Placed
    line_mm : ndarray, shape (n, 3)
        From the parent's middle outwards, base mm.
    radius_mm : ndarray, shape (n,)
        Of the reference man.
    node : float
        Where on the parent's line it begins, in nodes of that line.
    joins_node : float
        Where on the line of the vessel that it opens into.
    """

    placed: Placed
    line_mm: Floats
    radius_mm: Floats
    node: float = 0.0
    joins_node: float = 0.0


def lay(
    placed: Iterable[Placed], anchors: Anchors, clear_of: Sequence[Clearance], seed: int, age: int
) -> dict[str, Laid]:
    """Every vessel on the reference body, in the order given (parents first).

    Notes
    -----
    **Model** a natural cubic spline over the square root of the chords (centripetal) through parent, measured
    piece and course; then it winds with age and is moved out of hollow organs, then out of bone.
    Held by ``tests/anatomy/vessels/test_laying.py``.
    """
    done: dict[str, Laid] = {}
    for each in placed:
        entry, points, node, joins = each.entry, anchors.points(each), 0.0, 0.0
        width = np.asarray(entry.diameter_mm) / 2.0
        if entry.parent is not None:
            parent = done[each.text(entry.parent)]
            node = _leaves(parent.line_mm, entry.leaves, points[0])
            begin = on(parent.line_mm, node)
            skip = int(np.linalg.norm(points[0] - begin) < SAME_MM)
            points = np.concatenate([begin[None], points[skip:]])
        if entry.joins is not None:
            target = done[each.text(entry.joins)].line_mm
            joins = nearest(target, points[-1])
            points = np.concatenate([points, on(target, joins)[None]])
        line = smooth(points)
        if entry.winding:
            line = wound(line, float(width[0]), entry.winding, seed, each.id, age)
        arc = np.linspace(0.0, 1.0, len(line))
        radius = np.interp(arc, np.linspace(0.0, 1.0, len(width)), width)
        if entry.parent is not None:
            radius = np.minimum(
                radius, float(np.interp(node, np.arange(len(parent.radius_mm)), parent.radius_mm))
            )
        for field in (*clear_of, *clear_of):
            line = field.clear(line, radius, margin_mm=MARGIN_MM)
        done[each.id] = Laid(each, line, radius, node, joins)
    return done


def smooth(points: Floats, step_mm: float = STEP_MM) -> Floats:
    """A smooth line through points (n, 3), its nodes evenly spaced, base mm."""
    chords = np.linalg.norm(np.diff(points, axis=0), axis=1)
    points = points[np.concatenate([[True], chords > 0.05])]
    if len(points) < 2:
        raise ValueError("a vessel needs a length")
    chords = np.linalg.norm(np.diff(points, axis=0), axis=1)
    if len(points) == 2:
        count = max(2, round(chords[0] / step_mm) + 1)
        return np.asarray(points[0] + np.linspace(0.0, 1.0, count)[:, None] * (points[1] - points[0]))
    place = np.concatenate([[0.0], np.cumsum(np.sqrt(chords))])
    spline = scipy.interpolate.CubicSpline(place, points, bc_type="natural")
    fine = spline(np.linspace(0.0, place[-1], 8 * len(points) + 24))
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    even = np.linspace(0.0, arc[-1], max(4, round(arc[-1] / step_mm) + 1))
    return np.stack([np.interp(even, arc, fine[:, k]) for k in range(3)], axis=1)


def on(line: Floats, node: float) -> Floats:
    """Point of a line at a node number with a fraction."""
    low = min(int(node), len(line) - 2)
    return np.asarray(line[low] + (node - low) * (line[low + 1] - line[low]))


def nearest(line: Floats, point: Floats) -> float:
    """Node number, with a fraction, of the place on a line that is nearest to a point."""
    step = np.diff(line, axis=0)
    share = np.clip(((point - line[:-1]) * step).sum(1) / np.maximum((step * step).sum(1), 1e-12), 0.0, 1.0)
    gap = np.linalg.norm(line[:-1] + share[:, None] * step - point, axis=1)
    k = int(gap.argmin())
    return k + float(share[k])


def _leaves(parent: Floats, rule: str | float, first: Floats) -> float:
    if rule == "near":
        return nearest(parent, first)
    return (len(parent) - 1.0) * (1.0 if rule == "end" else float(rule))
