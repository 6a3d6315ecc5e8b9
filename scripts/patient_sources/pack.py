"""Quantise, compress and write the shipped files."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patient_sources.bones import Skeleton
from patient_sources.grid import BAND_MM, MIDLINE, ORIGIN, SPACING
from patient_sources.organs import SKIN_PAD, Base

#: One count of the bone distance, mm; 128 is the surface.
DISTANCE_STEP_MM = 0.1
#: One count of the lumen depth, mm.
LUMEN_STEP_MM = 0.25


def _predicted(volume: NDArray[np.uint8]) -> bytes:
    """Second differences along x pack a smooth field better than its values."""
    return np.diff(volume, axis=2, prepend=np.uint8(0)).astype(np.uint8).tobytes()


def write(target: Path, skeleton: Skeleton, base: Base) -> None:
    """Write base.npz.xz-like files: labels, zones, bone distance, bone kind, bone number, lumen, tables."""
    target.mkdir(parents=True, exist_ok=True)
    band = 4.0
    distance = np.clip(np.rint(skeleton.distance / DISTANCE_STEP_MM) + 128, 0, 255)
    distance[skeleton.distance > band] = 255
    distance[skeleton.distance < -10.0] = 0
    near = skeleton.distance < band
    kind = np.where(near, skeleton.kind, 0).astype(np.uint8)
    number = np.where(near, skeleton.number, 0).astype(np.uint8)
    lumen = np.clip(np.rint(base.lumen / LUMEN_STEP_MM), 0, 255).astype(np.uint8)
    volumes = {
        "labels": base.labels,
        "zones": base.zones,
        "bone-distance": distance.astype(np.uint8),
        "bone-kind": kind,
        "bone-number": number,
        "lumen-depth": lumen,
    }
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 24}]
    for name, volume in volumes.items():
        smooth = name in ("bone-distance", "lumen-depth")
        data = _predicted(volume) if smooth else volume.tobytes()
        (target / f"{name}.xz").write_bytes(lzma.compress(data, format=lzma.FORMAT_XZ, filters=filters))
    np.savez_compressed(
        target / "tables.npz",
        skin=base.skin,
        dome=base.dome[::4, ::4].astype(np.float16),
        plan=np.packbits(base.plan),
        tree=base.tree.astype(np.float16),
    )
    facts = {
        "shape": list(base.labels.shape),
        "origin_mm": ORIGIN.tolist(),
        "spacing_mm": SPACING,
        "midline_mm": MIDLINE,
        "distance_step_mm": DISTANCE_STEP_MM,
        "lumen_step_mm": LUMEN_STEP_MM,
        "band_mm": min(band, BAND_MM),
        "skin_step": 4,
        "skin_pad": SKIN_PAD,
        "landmarks_mm": base.landmarks,
    }
    (target / "base.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    total = sum(path.stat().st_size for path in target.iterdir())
    print(f"{total / 1e6:.2f} MB in {target}", {p.name: p.stat().st_size for p in target.iterdir()})
