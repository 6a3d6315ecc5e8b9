"""Baked lumens of the family, kept in the home: baked once, opened by memory map."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.kit.stored_folder import written_whole
from angiosuite.physics.rods.bricks import Bricks, bake

__all__ = ["kept_lumen"]

PARTS = ("place", "gap_mm", "vessel", "arc_mm")
CELL_MM = 0.5
FORMAT = 1


def kept_lumen(folder: Path, graph: VesselGraph) -> Bricks:
    """The lumen of all arteries of a graph, from `folder` or baked into it (some seconds)."""
    own = folder / f"{graph.content_hash[:24]}-{FORMAT}"
    if not (own / "frame.npy").exists():
        lines = [np.column_stack([one.points_mm, one.radius_mm]) for one in graph.of_system("artery")]
        made = bake(lines, CELL_MM)
        folder.mkdir(parents=True, exist_ok=True)
        with written_whole(own) as scratch:
            for name in PARTS:
                np.save(scratch / f"{name}.npy", getattr(made, name))
            np.save(scratch / "frame.npy", np.append(made.origin_mm, made.cell_mm))
    frame = np.load(own / "frame.npy")
    parts = [np.load(own / f"{name}.npy", mmap_mode="r") for name in PARTS]
    place, gap, vessel, arc = (np.asarray(part) for part in parts)
    return Bricks(frame[:3].copy(), float(frame[3]), place, gap, vessel, arc)
