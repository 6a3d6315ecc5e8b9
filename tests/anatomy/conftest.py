"""One coarse body, one reference body and a plain projector for all tests of the room."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.body import Body, layer_affine
from angiosuite.anatomy.builtin import PatientParameters, build
from angiosuite.anatomy.labelsource import BaseBody, ShippedLabels

COARSE_MM = 3.0
ENERGIES = np.array([40.0, 50.0, 60.0, 70.0, 80.0])
WEIGHTS = np.array([0.10, 0.30, 0.32, 0.20, 0.08])
WATER = np.array([0.2683, 0.2269, 0.2059, 0.1929, 0.1837])
BONE = np.array([0.6655, 0.4242, 0.3148, 0.2594, 0.2229])


def view(
    body: Body,
    centre_mm: tuple[float, float, float],
    *,
    lao_deg: float = 0.0,
    breath_mm: float = 0.0,
    size: int = 128,
    pixel_mm: float = 1.6,
    step_mm: float | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Water and bone in g/cm2, (rows, columns): source 735 mm and detector 315 mm from the centre.

    Rays are cut to 260 mm about the isocentre plane on either side.
    """
    angle = np.deg2rad(lao_deg)
    ahead = np.array([np.sin(angle), -np.cos(angle), 0.0])
    across = np.array([np.cos(angle), np.sin(angle), 0.0])
    centre = np.asarray(centre_mm)
    source = centre - 735.0 * ahead
    steps = (np.arange(size) - (size - 1) / 2) * pixel_mm
    plane = (
        centre + 315.0 * ahead + across * steps[None, :, None] - np.array([0, 0, 1.0]) * steps[:, None, None]
    )
    ray = plane - source
    length = np.linalg.norm(ray, axis=2)
    ray = ray / length[..., None]
    step = step_mm or 0.7 * body.layers[0].spacing_mm
    water, bone = np.zeros((size, size)), np.zeros((size, size))
    moves = [np.linalg.inv(layer_affine(layer.motion, breath_mm, 0.0)) for layer in body.layers]
    for t in np.arange(735.0 - 260.0, 735.0 + 260.0, step):
        world = source + ray * t
        for layer, move in zip(body.layers, moves, strict=True):
            rest = world @ move[:3, :3].T + move[:3, 3]
            index = ((rest - layer.origin_mm) / layer.spacing_mm)[..., ::-1]
            if not np.all(
                (index.reshape(-1, 3).max(0) > 0) & (index.reshape(-1, 3).min(0) < np.array(layer.shape) - 1)
            ):
                continue
            places = np.moveaxis(index, -1, 0)
            water += ndimage.map_coordinates(layer.water_mg_cm3, places, order=1, output=np.float64)
            if layer.bone_mg_cm3 is not None:
                bone += 8.0 * ndimage.map_coordinates(layer.bone_mg_cm3, places, order=1, output=np.float64)
    return water * step * 1e-4, bone * step * 1e-4


def log_image(water: NDArray[np.float64], bone: NDArray[np.float64]) -> NDArray[np.float64]:
    """-ln of the transmitted signal of a five-energy beam, no scatter, no noise."""
    signal = (WEIGHTS * np.exp(-water[..., None] * WATER - bone[..., None] * BONE)).sum(-1)
    result: NDArray[np.float64] = -np.log(np.maximum(signal, 1e-12))
    return result


@pytest.fixture(scope="session")
def shapes() -> ModuleType:
    """Module that makes CTs of plain shapes: see `synthetic_scans.py`."""
    path = Path(__file__).with_name("synthetic_scans.py")
    spec = importlib.util.spec_from_file_location("synthetic_scans", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["synthetic_scans"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def march() -> SimpleNamespace:
    """A plain trilinear marcher in float64: pictures without the product's projector."""
    return SimpleNamespace(view=view, log_image=log_image)


@pytest.fixture(scope="session")
def reference() -> BaseBody:
    """The shipped reference body."""
    return ShippedLabels().load()


@pytest.fixture(scope="session")
def coarse() -> Body:
    """The default patient at 3 mm, painted with one thread."""
    return build(PatientParameters(), COARSE_MM, threads=1)
