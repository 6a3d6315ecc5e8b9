"""Where a body's labels come from: one interface, so that a better atlas can take this one's place."""

from __future__ import annotations

import json
import lzma
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import AngiosuiteError

Volume = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BaseBody:
    """A reference body on one grid; every patient is this body, scaled, stretched and painted.

    Parameters
    ----------
    labels : (z, y, x) uint8
        Tissue numbers of the tissue table; bones as 40 + kind.
    zones : (z, y, x) uint8
        0 still, 1 rides on the diaphragm, 2 on the kidneys' motion, 3 on the heart's.
    bone_distance : (z, y, x) uint8
        Signed distance to the nearest bone in steps of `distance_step_mm`; 128 is the surface,
        less is inside.
    bone_kind, bone_number : (z, y, x) uint8
        Kind (texture) and number (which bone) of the nearest bone within the band.
    lumen_depth : (z, y, x) uint8
        Depth under the surface of bowel and stomach, in steps of `lumen_step_mm`.
    skin : (z, y, x) int8
        Signed distance to the lean body, mm, on a grid `skin_step` times coarser, padded by `skin_pad`
        in x and y.
    dome : (y, x) float32
        Height of the diaphragm over every fourth row and column, mm.
    plan : (y, x) uint8
        1 in the columns whose diaphragm lies inside the chest wall, before the spine.
    tree : (n, 8) float32
        Vessels of the lungs: two ends and radii, base mm.
    origin_mm, spacing_mm, midline_mm
        Grid: (x, y, z) of voxel [0, 0, 0], edge, and x of the midline, base mm.
    landmarks_mm : dict
        Named points, base mm.
    """

    labels: Volume
    zones: Volume
    bone_distance: Volume
    bone_kind: Volume
    bone_number: Volume
    lumen_depth: Volume
    skin: NDArray[np.int8]
    dome: NDArray[np.float32]
    plan: Volume
    tree: NDArray[np.float32]
    origin_mm: tuple[float, float, float]
    spacing_mm: float
    midline_mm: float
    distance_step_mm: float
    lumen_step_mm: float
    skin_step: int
    skin_pad: int
    landmarks_mm: dict[str, tuple[float, float, float]] = field(default_factory=dict)


class LabelSource(Protocol):
    """Anything that can give a base body."""

    name: str

    def load(self) -> BaseBody:
        """Read the base body; about 225 MB in memory."""
        ...


VOLUMES = ("labels", "zones", "bone-distance", "bone-kind", "bone-number", "lumen-depth")
_SMOOTH = ("bone-distance", "lumen-depth")


@dataclass(frozen=True, slots=True)
class ShippedLabels:
    """The atlas that ships: abdominal label map, bone meshes and parametric parts, made ready once."""

    folder: Path = Path(str(files("angiosuite_content"))) / "patients" / "built-in-adult"
    name: str = "built-in-adult"

    def load(self) -> BaseBody:
        """Unpack the shipped volumes, two at a time."""
        try:
            facts: dict[str, Any] = json.loads((self.folder / "base.json").read_text(encoding="utf-8"))
            with ThreadPoolExecutor(2) as pool:
                volumes = dict(
                    zip(VOLUMES, pool.map(lambda n: self._volume(n, facts["shape"]), VOLUMES), strict=True)
                )
            with np.load(self.folder / "tables.npz") as tables:
                skin = tables["skin"]
                dome = tables["dome"].astype(np.float32)
                plan = np.unpackbits(tables["plan"], count=facts["shape"][1] * facts["shape"][2])
                tree = tables["tree"].astype(np.float32)
        except (OSError, lzma.LZMAError, ValueError, KeyError) as error:
            raise AngiosuiteError(
                "The shipped patient data cannot be read",
                code="patient-data",
                where=str(self.folder),
                value=str(error),
                way_out="Install Angiosuite again.",
            ) from error
        return BaseBody(
            labels=volumes["labels"],
            zones=volumes["zones"],
            bone_distance=volumes["bone-distance"],
            bone_kind=volumes["bone-kind"],
            bone_number=volumes["bone-number"],
            lumen_depth=volumes["lumen-depth"],
            skin=skin,
            dome=dome,
            plan=plan.reshape(facts["shape"][1:]),
            tree=tree,
            origin_mm=tuple(facts["origin_mm"]),
            spacing_mm=facts["spacing_mm"],
            midline_mm=facts["midline_mm"],
            distance_step_mm=facts["distance_step_mm"],
            lumen_step_mm=facts["lumen_step_mm"],
            skin_step=facts["skin_step"],
            skin_pad=facts["skin_pad"],
            landmarks_mm={name: tuple(point) for name, point in facts["landmarks_mm"].items()},
        )

    def _volume(self, name: str, shape: list[int]) -> Volume:
        data = bytearray(lzma.decompress((self.folder / f"{name}.xz").read_bytes()))
        volume = np.frombuffer(data, np.uint8).reshape(shape)
        if name in _SMOOTH:
            np.cumsum(volume, axis=2, dtype=np.uint8, out=volume)
        return volume
