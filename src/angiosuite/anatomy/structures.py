"""Named structures of a body: where pictures are centred and which way a beam must look to see them rightly.

Heads and vertebral bodies are measured on the body's own labels; pedicles on the reference body, once, and
carried to the patient as the patient was grown from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import scipy  # scipy.optimize is loaded when it is first used
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.labelsource import ShippedLabels
from angiosuite.anatomy.physique import PatientParameters, physique_of
from angiosuite.anatomy.tissue import load_table
from angiosuite.kit.errors import RefusedInput, did_you_mean

__all__ = ["STRUCTURES", "Structure", "structure_of"]

Kind = Literal["ball", "pedicle", "body"]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Landmark that a structure is looked for at, its kind, and its side (+1 is the patient's left).
STRUCTURES: Mapping[str, tuple[str, Kind, int]] = {
    "left-femoral-head": ("left-femoral-head", "ball", 1),
    "right-femoral-head": ("right-femoral-head", "ball", -1),
    **{
        f"{level}-{side}-pedicle": (level, "pedicle", sign)
        for level in ("l2", "l3", "l4")
        for side, sign in (("left", 1), ("right", -1))
    },
    **{f"{level}-body": (level, "body", 0) for level in ("l2", "l3", "l4")},
}

#: Room about a vertebral body's landmark, mm: to each side, in front and behind, up and down.
ASIDE_MM, DEPTH_MM, UP_MM = 34.0, 30.0, 24.0
#: Room about a femoral head's landmark, mm.
HEAD_MM = 34.0
#: Half length over which a pedicle's axis is carried from the reference body to a patient, mm.
ALONG_MM = 5.0


@dataclass(frozen=True, slots=True)
class Structure:
    """One named structure at rest (end of expiration), LPS mm.

    Parameters
    ----------
    name : str
    kind : {"ball", "pedicle", "body"}
    centre_mm : (x, y, z)
        Centre of the ball, of the pedicle's isthmus, of the vertebral body.
    radius_mm : float
        Of the ball; of a pedicle or vertebral body the mean half axis.
    axis : (x, y, z) or None
        Unit vector along a pedicle, to the front: a central ray along it shows the pedicle en face.
    half_axes_mm : (long, short) or None
        Of the ellipse in which the plane across the axis cuts a pedicle's isthmus.
    long_axis, short_axis : (x, y, z) or None
        Unit vectors of the two half axes.
    """

    name: str
    kind: Kind
    centre_mm: tuple[float, float, float]
    radius_mm: float
    axis: tuple[float, float, float] | None = None
    half_axes_mm: tuple[float, float] | None = None
    long_axis: tuple[float, float, float] | None = None
    short_axis: tuple[float, float, float] | None = None


def structure_of(body: Body, name: str) -> Structure:
    """A named structure of a body.

    Raises
    ------
    RefusedInput
        When no structure is called so, or this body has no labels or landmark to find it by.

    Notes
    -----
    **Model** *Femoral head*: the ball that fits the surface of the femur's label about its landmark, away
    from the neck, best in the least squares. *Pedicle*: the plane that cuts the least bone between vertebral
    body and lamina is its isthmus, the plane's normal the axis, and the half axes are those of the ellipse of
    equal second moments; found on the reference body (``structures.json``) and carried over by the map from
    which the patient was grown. *Vertebral body*: centroid of its label.
    **Source** the narrowest section as the pedicle's isthmus is the usual definition of morphometric papers
    (draft). **Valid for** the built-in bodies.
    Held by ``tests/anatomy/test_structures.py``.
    """
    if name not in STRUCTURES:
        raise RefusedInput(
            "No structure has this name",
            code="structure-unknown",
            value=name,
            way_out=did_you_mean(name, STRUCTURES) or f"Known: {', '.join(STRUCTURES)}.",
        )
    mark, kind, side = STRUCTURES[name]
    if body.labels is None or mark not in body.landmarks:
        raise _missing(body, name)
    place = np.asarray(body.landmarks[mark], np.float64)
    finders = {"ball": _head, "pedicle": _pedicle, "body": _vertebra}
    return finders[kind](body, name, place, side)


def _missing(body: Body, name: str) -> RefusedInput:
    return RefusedInput(
        f"This patient has no '{name}' that can be found",
        code="structure-missing",
        where=body.patient_id,
        value=name,
        way_out="Choose a built-in patient: an imported CT brings no labels of its bones.",
    )


def _crop(body: Body, low: Floats, high: Floats) -> tuple[NDArray[np.uint8], Floats, Floats, Floats]:
    """Labels between two corners, and the places of columns, rows and slices, mm."""
    assert body.labels is not None
    origin, step = np.asarray(body.label_origin_mm), body.label_spacing_mm
    size = np.array(body.labels.shape[::-1])
    first = np.clip(np.floor((low - origin) / step).astype(int), 0, size - 1)
    last = np.clip(np.ceil((high - origin) / step).astype(int) + 1, first + 1, size)
    cut = tuple(slice(int(first[k]), int(last[k])) for k in (2, 1, 0))
    x, y, z = (origin[k] + step * np.arange(first[k], last[k]) for k in range(3))
    return np.asarray(body.labels[cut]), x, y, z


def _of(labels: NDArray[np.uint8], *ids: str) -> Mask:
    table = load_table()
    return np.isin(labels, [table.by_id(name).number for name in ids])


def _vector(values: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in values)
    return x, y, z


def _head(body: Body, name: str, place: Floats, side: int) -> Structure:
    labels, x, y, z = _crop(body, place - HEAD_MM, place + HEAD_MM)
    femur = _of(labels, "femur")
    surface = femur & ~ndimage.binary_erosion(femur, border_value=1)
    k, j, i = np.nonzero(surface)
    points = np.stack([x[i], y[j], z[k]], axis=1)
    centre, radius = place, 24.0
    for _ in range(6):
        away = points - centre
        reach = np.linalg.norm(away, axis=1)
        # the neck leaves to the side and down
        free = (away @ np.array([-side, 0.0, 0.45]) > -0.25 * reach) & (
            np.abs(reach - radius) < 0.25 * radius
        )
        if free.sum() < 40:
            raise _missing(body, name)
        near = points[free]

        def off(p: Floats, near: Floats = near) -> Floats:
            return np.asarray(np.linalg.norm(near - p[:3], axis=1) - p[3])

        fitted = scipy.optimize.least_squares(off, np.append(centre, radius)).x
        centre, radius = fitted[:3], float(fitted[3])
    # the surface voxels' middles lie half a voxel inside
    return Structure(name, "ball", _vector(centre), radius + 0.5 * body.label_spacing_mm)


def _vertebra(body: Body, name: str, place: Floats, side: int) -> Structure:
    reach = np.array([ASIDE_MM, DEPTH_MM, UP_MM])
    labels, x, y, z = _crop(body, place - reach, place + reach)
    parts, count = ndimage.label(ndimage.binary_erosion(_of(labels, "vertebral-body")))
    if count == 0:
        raise _missing(body, name)
    sizes = ndimage.sum_labels(parts > 0, parts, np.arange(1, count + 1))
    k, j, i = ndimage.center_of_mass(parts == int(np.argmax(sizes)) + 1)
    step = body.label_spacing_mm
    centre = np.array([x[0] + step * i, y[0] + step * j, z[0] + step * k])
    radius = (float(sizes.max()) * step**3 * 0.75 / np.pi) ** (1.0 / 3.0)
    return Structure(name, "body", _vector(centre), radius)


@lru_cache(maxsize=1)
def _measured() -> tuple[Mapping[str, Any], float]:
    """Pedicles of the reference body, base mm, and its midline; made by `scripts/measure_structures.py`."""
    folder = ShippedLabels().folder
    told = json.loads((folder / "structures.json").read_text(encoding="utf-8"))
    base = json.loads((folder / "base.json").read_text(encoding="utf-8"))
    return told["pedicles"], float(base["midline_mm"])


def _pedicle(body: Body, name: str, place: Floats, side: int) -> Structure:
    try:
        grown = PatientParameters(
            body.patient_id, **{key: body.habitus[key] for key in ("sex", "habitus", "height_cm", "seed")},
            bmi=body.habitus["bmi"], age_years=body.habitus["age_years"],
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise _missing(body, name) from error
    physique = physique_of(grown)
    told, midline = _measured()
    known = told[name]
    centre = np.asarray(known["centre_mm"])

    def world(offset: Floats) -> Floats:
        return np.asarray(physique.to_world(_vector(centre + offset), midline))

    def span(direction: Floats, half_mm: float) -> Floats:
        return 0.5 * (world(half_mm * direction) - world(-half_mm * direction))

    axis, long = np.asarray(known["axis"]), np.asarray(known["long_axis"])
    half_long, half_short = known["half_axes_mm"]
    ahead = span(axis, ALONG_MM)
    ahead /= np.linalg.norm(ahead)
    sides = [span(long, half_long), span(np.cross(axis, long), half_short)]
    sides = sorted((v - (v @ ahead) * ahead for v in sides), key=lambda v: -float(np.linalg.norm(v)))
    lengths = [float(np.linalg.norm(v)) for v in sides]
    return Structure(
        name,
        "pedicle",
        _vector(world(np.zeros(3))),
        float(np.sqrt(lengths[0] * lengths[1])),
        _vector(ahead),
        (lengths[0], lengths[1]),
        _vector(sides[0] / lengths[0]),
        _vector(sides[1] / lengths[1]),
    )
