"""Compile every kernel of the projector and its layers by tiny calls, with progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from angiosuite.physics.xray import ellipsoids
from angiosuite.physics.xray.blush import Blush
from angiosuite.physics.xray.bolus import Bolus
from angiosuite.physics.xray.contrast_tubes import CentreLine, ContrastTube, ContrastTubes
from angiosuite.physics.xray.cylinders import CylinderLayer
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.instrument_shadow import Drawn, InstrumentShadow, Ring, Section, Shown
from angiosuite.physics.xray.layers import BONE, WATER, Phase, VolumeLayer
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.physics.xray.projector import project
from angiosuite.physics.xray.spheres import BallLayer
from angiosuite.physics.xray.table_top import TableTop
from angiosuite.physics.xray.transmission import Transmissions
from angiosuite.physics.xray.tube_projector import TubeProjector
from angiosuite.physics.xray.twig_shadows import TwigShadows
from angiosuite.physics.xray.volume import PreparedVolume

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class _Wire:
    """A wire across the beam."""

    points_mm: np.ndarray
    drawn: Drawn
    iodine_g_cm3: float = 0.0
    around_g_cm3: float = 0.1
    gas_share: float = 0.0
    is_straight: bool = False


class _Line:
    """One energy, any material."""

    energies_kev = np.array([60.0])
    weights = np.array([1.0])

    def mu_rho(self, material: str) -> np.ndarray:
        return np.array([0.2])


def warm_up(progress: Progress | None = None) -> None:
    """Compile the kernels; some seconds the first time, then from the cache.

    Parameters
    ----------
    progress : callable, optional
        Told the step's name and the share that is done (0 to 1).
    """

    def tell(name: str, share: float) -> None:
        if progress is not None:
            progress(name, share)

    cube = np.ones((20, 20, 20))
    origin = (-19.0, -19.0, -19.0)
    beam = BeamGeometry.centred(
        np.array([0, 750.0, 0]),
        np.array([0, -250.0, 0]),
        np.array([4.0, 0, 0]),
        np.array([0, 0, -4.0]),
        16,
        16,
    )
    tell("projector, water", 0.0)
    water = PreparedVolume.from_array((1000 * cube).astype(np.int16), origin, 2.0)
    project(water, beam)
    tell("projector, bone", 0.4)
    bone = PreparedVolume.from_array((20 * cube).astype(np.uint8), origin, 2.0, 8e-3)
    project(bone, beam)
    tell("table and cylinders", 0.6)
    body = VolumeLayer("body", {WATER: water, BONE: bone})
    still = {WATER: project(water, beam), BONE: project(bone, beam)}
    pose = np.eye(4)
    pose[1, 3] = 100.0
    table = TableTop(pose).mass(beam, Phase())
    rod = CylinderLayer(
        "rod", np.array([[0, 0, -9.0], [0, 0, 9.0]]), 2.0, (("steel", 7.9),), displaces=(body,)
    )
    ball = BallLayer("ball", np.zeros(3), 3.0, (("steel", 7.9),), displaces=(body,))
    ball.mass(beam, Phase())
    tell("contrast", 0.7)
    line = CentreLine.through(np.array([[0, 0, -9.0], [0, 0, 9.0]]), np.ones(2), np.zeros(2))
    bolus = Bolus("trapezoid", 100.0, 0.0, 1.0, 1.0, 1.0)
    contrast = ContrastTubes((ContrastTube("tube", line, 0.0, 100.0),), bolus)
    TubeProjector(contrast).mass(beam, Phase(), (1.0,))
    branch = Lumen.along("branch", np.array([[0, 0, 0.0], [9.0, 0, 0]]), np.ones(2))
    tree = [Lumen.along("parent", np.array([[0, 0, -9.0], [0, 0, 9.0]]), np.full(2, 2.0)), branch]
    LumenProjector(tree).mass(beam, Phase(), np.full(4, 0.1))  # where they share room rays are cast
    moving = [replace(lumen, motion=lambda breath_mm, cardiac: np.eye(4)) for lumen in tree]
    LumenProjector(moving).mass(beam, Phase(), np.full(4, 0.1))
    LumenProjector(moving[1:]).mass(beam, Phase(), np.full(2, 0.1), stands=True)
    TwigShadows([replace(lumen, group=-1) for lumen in tree]).mass(beam, Phase(), np.full(2, 0.1), True)
    ellipsoids.warm_up()
    fine = beam.resampled(64, 64)
    Blush(cube.astype(np.uint8), origin, 2.0, (None,)).mass(fine, Phase(), np.array([0.01]))
    tell("transmission", 0.8)
    transmissions = Transmissions()
    transmissions.set_still(None, table.on_top_of(still) if table is not None else still, _Line())
    on_top = rod.mass(beam, Phase())
    transmissions.signal([on_top] if on_top is not None else [])
    transmissions.through(still, [], _Line())
    bent = np.array([[0.0, 0, -9.0], [0, 0, 0], [0, 9.0, 3.0]])
    wire: Shown = _Wire(bent, Drawn((Section(9.0, (Ring(0.4, 0.0, (("steel", 8.0),)),)),)))
    shadow = InstrumentShadow().mass(beam, [wire])
    transmissions.signal([] if shadow is None else [shadow])
    tell("projector", 1.0)
