"""Test phantoms: content's tubes placed in a body, as the projector needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.motion import Motion, MotionKind, layer_affine
from angiosuite.content.phantom import PhantomItem, PhantomTube
from angiosuite.physics.xray.bolus import Bolus
from angiosuite.physics.xray.contrast_tubes import CentreLine, ContrastTube, ContrastTubes, Stenosis
from angiosuite.physics.xray.layers import Motion as LayerMotion

NOTICE = "Test phantom: iodine tubes, not this patient's vessels."

STAND_INS: Mapping[str, tuple[MotionKind, float]] = {
    "abdomen": ("breath-organ", 1.0),
    "kidneys": ("breath-organ", 0.65),
}
"""Motion of what a phantom follows where the body has no such layer: kind, and mm of shift a mm of the dome.

**Source** kidneys move 0.65 of the dome, as in ``anatomy.motion``.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Phantom:
    """A test phantom in a body.

    Attributes
    ----------
    id : str
        Of the content item.
    title : str
        What every screen shows; says that it is a test phantom.
    notice : str
        One sentence or two for the page: that these are not the patient's vessels, and where they were put.
    tubes : ContrastTubes
        In the body's coordinates.
    """

    id: str
    title: str
    notice: str
    tubes: ContrastTubes


def phantom_of(item: PhantomItem, body: Body) -> Phantom:
    """A phantom of the content placed at its landmark of a body, or at the body's middle without one.

    Held by ``tests/suite/test_phantom.py``.
    """
    notice = NOTICE
    origin = np.array([0.5 * (low + high) for low, high in body.extent_mm])
    if item.landmark in body.landmarks:
        origin = np.array(body.landmarks[item.landmark], np.float64)
    else:
        notice += f" The body has no landmark '{item.landmark}': they are counted from its middle."
    built: dict[str, ContrastTube] = {}
    for tube in item.tubes:
        built[tube.id] = _tube(tube, built, origin, body)
    b = item.bolus
    bolus = Bolus(b.shape, b.peak_mg_ml, b.arrival_s, b.rise_s, b.plateau_s, b.washout_s)
    title = f"Test phantom: {item.title[:1].lower()}{item.title[1:]}"
    return Phantom(item.id, title, notice, ContrastTubes(tuple(built.values()), bolus))


def _tube(
    tube: PhantomTube, built: Mapping[str, ContrastTube], origin: NDArray[np.float64], body: Body
) -> ContrastTube:
    """One tube from its parent's centre line through its points."""
    fully = 0.0 if tube.follows == "still" else 1.0
    points = [origin + point.place for point in tube.points]
    radii = [point.radius_mm for point in tube.points]
    shares = [fully if point.moves is None else point.moves for point in tube.points]
    start_s = 0.0
    if tube.parent is not None:
        parent = built[tube.parent]
        begin, moves = parent.line.at(tube.at_mm)
        points, radii, shares = [begin, *points], [radii[0], *radii], [moves, *shares]
        start_s = parent.arrival_s(tube.at_mm)
    stenoses = [Stenosis(s.at_mm, s.length_mm, 0.01 * s.diameter_percent) for s in tube.stenoses]
    return ContrastTube(
        name=tube.name,
        line=CentreLine.through(np.array(points), np.array(radii), np.array(shares), stenoses),
        start_s=start_s,
        velocity_mm_s=tube.velocity_mm_s,
        strength=tube.strength,
        fade_in_mm=tube.fade_in_mm,
        fade_out_mm=tube.fade_out_mm,
        motion=motion_of(tube.follows, body),
    )


def motion_of(follows: str, body: Body) -> LayerMotion | None:
    """How a part of the body moves: as its layer does, or as it would."""
    if follows == "still":
        return None
    for layer in body.layers:
        if layer.name == follows:
            return partial(layer_affine, layer.motion)
    if follows not in STAND_INS:
        return None
    return partial(layer_affine, Motion(*STAND_INS[follows]))
