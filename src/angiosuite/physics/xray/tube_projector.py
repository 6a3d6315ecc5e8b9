"""Projects contrast in tubes: lengths of the rays once a view, iodine a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from angiosuite.physics.xray.contrast_tubes import ContrastTubes
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import IODINE, Lumen, joined
from angiosuite.physics.xray.piece_projector import PieceProjector

__all__ = ["IODINE", "TubeProjector"]


class TubeProjector:
    """Projects the iodine in tubes; what depends on the view alone is kept.

    Parameters
    ----------
    tubes : ContrastTubes
    most_rays : int
        Most rays a pixel for what is seen end on; fewer for a coarse measure.

    Notes
    -----
    **Model** each tube is a chain of cones between the bisector planes at its nodes, projected by
    :class:`~angiosuite.physics.xray.piece_projector.PieceProjector`. Where two tubes share room (a branch in
    its parent), the room counts once, for the tube that comes first.
    **Valid for** bends whose radius of curvature exceeds the tube's radius; tubes in front of the source.
    Held by ``tests/physics/xray/test_tube_projector.py``.
    """

    def __init__(self, tubes: ContrastTubes, most_rays: int = 34) -> None:
        self.tubes = tubes
        lumens = [Lumen.along(t.name, t.line.points_mm, t.line.radius_mm) for t in tubes.tubes]
        self._projector = PieceProjector(joined(lumens), tubes.nodes_at(Phase()), most_rays)

    def mass(self, geometry: BeamGeometry, phase: Phase, ages_s: Sequence[float]) -> LayerMass | None:
        """g/cm2 of iodine on the touched pixels for injections of these ages; None where nothing is seen."""
        over_s = self.tubes.over_s
        seen = [age for age in ages_s if 0.0 < age < over_s]
        density = self.tubes.concentration(seen)
        if not seen or not density.any():
            return None
        nodes = self.tubes.nodes_at(phase)
        found = self._projector.image(geometry, nodes.tobytes(), nodes, density)
        return None if found is None else LayerMass(found[0], (IODINE,), found[1][np.newaxis])
