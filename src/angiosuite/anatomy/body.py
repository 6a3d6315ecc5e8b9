"""A body that X-rays can pass through: layers of water and bone on regular grids, and how each moves.

The sum of all layers at rest (end of expiration, cardiac phase 0) is the body. A moving layer holds
`organ minus what lies behind it`, and the still layer holds what lies behind, so that moving the layer
uncovers plausible tissue and the sum at rest is exact.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.motion import STILL, Motion, MotionKind, layer_affine
from angiosuite.kit.stored_folder import Reading, check_format, written_whole

__all__ = [
    "BONE_UNIT_MG_CM3",
    "Body",
    "BodyLayer",
    "Motion",
    "MotionKind",
    "layer_affine",
    "load_body",
    "release_pages",
    "save_body",
]

#: One count of a layer's bone channel, mg of cortical bone per cm3 (1.92 g/cm3 is 240 counts).
BONE_UNIT_MG_CM3 = 8.0

FORMAT = 1
WAY_OUT = "Delete the folder; the patient is then built again."
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class BodyLayer:
    """One moving (or still) part of a body.

    Parameters
    ----------
    name : str
        "still", "ribs", "abdomen", "kidneys" or "heart".
    water_mg_cm3 : (z, y, x) int16
        *Signed* mass density of the water-like channel, mg/cm3.
    bone_mg_cm3 : (z, y, x) uint8 or None
        Mass density of cortical bone in units of `BONE_UNIT_MG_CM3`; None where the layer has no bone.
    origin_mm : tuple of float
        (x, y, z) of the centre of voxel [0, 0, 0], LPS, mm.
    spacing_mm : float
        Edge of the cubic voxel, mm.
    motion : Motion
        How the layer moves.
    """

    name: str
    water_mg_cm3: NDArray[np.int16]
    bone_mg_cm3: NDArray[np.uint8] | None
    origin_mm: Point
    spacing_mm: float
    motion: Motion = STILL

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along z, y and x."""
        nz, ny, nx = self.water_mg_cm3.shape
        return nz, ny, nx


@dataclass(frozen=True, slots=True)
class Body:
    """A whole patient as the projector sees one.

    Parameters
    ----------
    patient_id : str
        Identity of the patient the body was made from.
    content_hash : str
        SHA-256 (hex) of all voxels and geometry: equal hashes give equal pictures.
    layers : tuple of BodyLayer
        The still layer first. Their sum at rest is the body.
    labels : (z, y, x) uint8 or None
        Tissue number per voxel (see the tissue table); None for a body made from a CT.
    label_origin_mm, label_spacing_mm
        Grid of `labels`, mm.
    landmarks : dict of str to (x, y, z)
        Named points, mm: "l3", "bifurcation", "t12", "carina", "right-femoral-head", "dome-right", "heart"...
    extent_mm : tuple of (low, high) for x, y, z
        Outer faces of the still layer, mm.
    habitus : dict
        sex, habitus, height_cm, mass_kg, bmi, ap_thickness_mm (at L3), as far as known.
    """

    patient_id: str
    content_hash: str
    layers: tuple[BodyLayer, ...]
    labels: NDArray[np.uint8] | None = None
    label_origin_mm: Point = (0.0, 0.0, 0.0)
    label_spacing_mm: float = 1.0
    landmarks: dict[str, Point] = field(default_factory=dict)
    extent_mm: tuple[tuple[float, float], tuple[float, float], tuple[float, float]] = ((0, 0), (0, 0), (0, 0))
    habitus: dict[str, Any] = field(default_factory=dict)

    def layer(self, name: str) -> BodyLayer:
        """The layer called `name`; raises KeyError when the body has none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)


def grid_extent_mm(
    shape: tuple[int, int, int], origin_mm: Point, spacing_mm: float
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Outer faces (low, high) in mm for x, y, z of a (z, y, x) grid."""
    counts = (shape[2], shape[1], shape[0])
    lows = [origin_mm[axis] - 0.5 * spacing_mm for axis in range(3)]
    x, y, z = ((lows[axis], lows[axis] + counts[axis] * spacing_mm) for axis in range(3))
    return x, y, z


def hash_layers(layers: Iterable[BodyLayer], labels: NDArray[np.uint8] | None = None) -> str:
    """SHA-256 (hex) over voxels, geometry and motion of `layers` (and labels)."""
    digest = hashlib.sha256()
    for layer in layers:
        digest.update(json.dumps(_layer_facts(layer), sort_keys=True).encode())
        digest.update(np.ascontiguousarray(layer.water_mg_cm3).data)
        if layer.bone_mg_cm3 is not None:
            digest.update(np.ascontiguousarray(layer.bone_mg_cm3).data)
    if labels is not None:
        digest.update(np.ascontiguousarray(labels).data)
    return digest.hexdigest()


def _layer_facts(layer: BodyLayer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "shape": list(layer.shape),
        "bone": layer.bone_mg_cm3 is not None,
        "origin_mm": [float(value) for value in layer.origin_mm],
        "spacing_mm": float(layer.spacing_mm),
        "motion": {
            "kind": layer.motion.kind,
            "gain": float(layer.motion.gain),
            "centre_mm": [float(value) for value in layer.motion.centre_mm],
        },
    }


def save_body(body: Body, folder: Path | str) -> None:
    """Write a body as one .npy file per channel and `body.json`, whole or not at all.

    An existing folder of that name is replaced. Files are uncompressed, so that `load_body` can map them.
    """
    folder = Path(folder)
    with written_whole(folder) as scratch:
        for layer in body.layers:
            np.save(scratch / f"{layer.name}-water.npy", np.ascontiguousarray(layer.water_mg_cm3))
            if layer.bone_mg_cm3 is not None:
                np.save(scratch / f"{layer.name}-bone.npy", np.ascontiguousarray(layer.bone_mg_cm3))
        if body.labels is not None:
            np.save(scratch / "labels.npy", np.ascontiguousarray(body.labels))
        facts = {
            "format": FORMAT,
            "patient_id": body.patient_id,
            "content_hash": body.content_hash,
            "layers": [_layer_facts(layer) for layer in body.layers],
            "labels": body.labels is not None,
            "label_origin_mm": list(body.label_origin_mm),
            "label_spacing_mm": body.label_spacing_mm,
            "landmarks": {name: list(point) for name, point in body.landmarks.items()},
            "extent_mm": [list(pair) for pair in body.extent_mm],
            "habitus": body.habitus,
        }
        (scratch / "body.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def load_body(folder: Path | str, mapped: bool = True) -> Body:
    """Read a body written by `save_body`; with `mapped` the voxels stay on disk until they are used.

    Raises
    ------
    StoredFolderError
        When the folder is missing, incomplete or of another format.
    """
    folder = Path(folder)
    with Reading("body", folder, WAY_OUT):
        facts = json.loads((folder / "body.json").read_text(encoding="utf-8"))
        check_format(facts.get("format"), FORMAT)
        layers = tuple(_load_layer(folder, entry, mapped) for entry in facts["layers"])
        labels = _load_array(folder / "labels.npy", mapped) if facts["labels"] else None
        x, y, z = ((float(low), float(high)) for low, high in facts["extent_mm"])
        return Body(
            patient_id=facts["patient_id"],
            content_hash=facts["content_hash"],
            layers=layers,
            labels=labels,
            label_origin_mm=_point(facts["label_origin_mm"]),
            label_spacing_mm=float(facts["label_spacing_mm"]),
            landmarks={name: _point(point) for name, point in facts["landmarks"].items()},
            extent_mm=(x, y, z),
            habitus=dict(facts["habitus"]),
        )


def release_pages(array: NDArray[Any]) -> None:
    """Give back the memory of a mapped array's pages; they are read again from disk when used."""
    mapped = getattr(array, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _load_array(path: Path, mapped: bool) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    return array


def _load_layer(folder: Path, facts: Mapping[str, Any], mapped: bool) -> BodyLayer:
    water = _load_array(folder / f"{facts['name']}-water.npy", mapped)
    bone = _load_array(folder / f"{facts['name']}-bone.npy", mapped) if facts["bone"] else None
    if list(water.shape) != list(facts["shape"]) or water.dtype != np.int16:
        raise ValueError(
            f"layer {facts['name']}: {water.dtype} {water.shape}, expected int16 {facts['shape']}"
        )
    motion = facts["motion"]
    return BodyLayer(
        name=facts["name"],
        water_mg_cm3=water,
        bone_mg_cm3=bone,
        origin_mm=_point(facts["origin_mm"]),
        spacing_mm=float(facts["spacing_mm"]),
        motion=Motion(motion["kind"], float(motion["gain"]), _point(motion["centre_mm"])),
    )


def _point(values: Iterable[float]) -> Point:
    x, y, z = (float(value) for value in values)
    return x, y, z
